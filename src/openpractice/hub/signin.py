"""Signing in: a name with its own passphrase, and the first time a code to join by."""

import asyncio
import math

from jupyterhub.auth import Authenticator
from jupyterhub.handlers.login import LoginHandler
from tornado import web
from traitlets import Unicode

from openpractice.hub.accounts import Accounts, Person, Refused
from openpractice.hub.names import BadName, compared
from openpractice.hub.throttle import Throttle

WHERE = {"participant": "nbgrader", "facilitator": "formgrade", "reviewer": "formgrade"}


class SignIn(Authenticator):
    """Knows people by Accounts. A person's role decides their group on the hub."""

    accounts_file = Unicode(help="the accounts in the data folder").tag(config=True)
    course = Unicode("open-practice").tag(config=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.throttle = Throttle()
        # scrypt takes 16 MB each time: a rush may wait a moment, and not fill the memory.
        self.at_once = asyncio.Semaphore(2)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.accounts_file)

    def get_handlers(self, app):
        return [("/login", SignInPage)]

    def groups_of(self, person: Person) -> list[str]:
        groups = [f"{WHERE[person.role]}-{self.course}"]
        return groups + [f"facilitate-{self.course}"] if person.role == "facilitator" else groups

    async def authenticate(self, handler, data):
        name, passphrase = data.get("username", ""), data.get("password", "")
        code = data.get("join_code", "").strip()
        key = (handler.request.remote_ip, "code" if code else compared(name[:200]))
        wait = 0 if code and self.accounts.role_of(code) else self.throttle.wait(key)
        if wait:
            self.stop_here(429, f"Too many tries. Please wait {math.ceil(wait)} seconds; nothing is lost.")
        try:
            async with self.at_once:
                person = await asyncio.to_thread(self.who, name, passphrase, code)
        except (Refused, BadName) as no:
            self.throttle.failed(key)
            self.stop_here(403, str(no))
        self.throttle.succeeded(key)
        return {"name": person.id, "groups": self.groups_of(person)}

    def who(self, name: str, passphrase: str, code: str) -> Person:
        accounts = self.accounts
        return accounts.join(name, code, passphrase) if code else accounts.check(name, passphrase)

    def stop_here(self, status: int, words: str):
        raise web.HTTPError(status, "%s", words)

    async def refresh_user(self, user, handler=None):
        """Who has left the workshop is signed out; the course's own server stays."""
        person = await asyncio.to_thread(self.accounts.person, user.name)
        return user.name == f"course-{self.course}" or bool(person and not person.left_at)


class SignInPage(LoginHandler):
    """The hub's sign-in page, with what is wrong said above the form it belongs to."""

    def _render(self, login_error=None, username=None, **kwargs):
        kwargs["joining"] = self.get_argument("join_code", None) is not None or (
            self.get_argument("join", None) is not None
        )
        kwargs["typed_code"] = self.get_argument("join_code", self.get_argument("join", ""))[:40]
        return super()._render(login_error=login_error, username=username, **kwargs)
