"""Signing in: a name with its own passphrase, and the first time a code to join by."""

import asyncio
import json
import math
from pathlib import Path

from jupyterhub import orm
from jupyterhub.auth import Authenticator
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.login import LoginHandler, LogoutHandler
from tornado import web
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.ioloop import PeriodicCallback
from traitlets import Unicode

from openpractice import i18n
from openpractice.gradebook.coursefolder import no_space_left
from openpractice.hub import accountroutes, landing
from openpractice.hub.accounts import Accounts
from openpractice.names import BadName, loosened
from openpractice.roster.ledger import Account, AccountRefused
from openpractice.service import catalog
from openpractice.service.handlers.throttle import Pace, Throttle

WHERE = {"participant": "nbgrader", "facilitator": "formgrade", "reviewer": "formgrade"}


class SignIn(Authenticator):
    """Knows people by Accounts. A person's role decides their group on the hub."""

    accounts_file = Unicode(help="the accounts in the data folder").tag(config=True)
    course = Unicode("open-practice").tag(config=True)
    service_url = Unicode(help="the course service at its own port").tag(config=True)
    service_token = Unicode(help="what the hub and the service share").tag(config=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.throttle = Throttle()
        self.pace = Pace()
        # scrypt takes 16 MB each time: a rush may wait a moment, and not fill the memory.
        self.at_once = asyncio.Semaphore(2)

    @property
    def accounts(self) -> Accounts:
        return Accounts(Path(self.accounts_file))

    def get_handlers(self, app):
        # What is done on the command line is heard of within a second; what facilitators do, at once.
        self._heard = self.accounts
        self._heard.tell_names()  # of an older folder's people too
        self._heard_until = self._heard.last_change()
        self._listening = PeriodicCallback(lambda: self.hear(app), 1000)
        self._listening.start()
        return [
            ("/login", SignInPage),
            ("/logout", HubSignOut),
            (accountroutes.PATH, accountroutes.PeopleOffice),
            # The course as it was kept in links while everybody had a Jupyter server for it.
            (r"/user/[^/]+/openpractice/?()", landing.LandingMoved),
            (r"/user/[^/]+/openpractice/(?!notebook/|api/)(.*)", landing.LandingMoved),
            ("/hub/(.*)", Moved),
        ]

    def groups_of(self, person: Account) -> list[str]:
        groups = [f"{WHERE[person.role]}-{self.course}"]
        return [*groups, f"facilitate-{self.course}"] if person.role == "facilitator" else groups

    async def authenticate(self, handler, data):
        name, passphrase = data.get("username", ""), data.get("password", "")
        code, new = data.get("join_code", "").strip(), data.get("new_passphrase", "")
        key = (handler.request.remote_ip, "code" if code else tried(name))
        wait = 0 if code and self.accounts.role_of(code) else self.throttle.wait(key)
        language = i18n.choose(handler.request.headers.get("Accept-Language", ""))
        if wait:
            self.stop_here(429, catalog.say(language, "hub-wait", n=math.ceil(wait)))
        try:
            async with self.at_once:
                person = await asyncio.to_thread(self.who, name, passphrase, code, new)
        except (AccountRefused, BadName) as no:
            self.throttle.failed(key)
            self.stop_here(403, no.said(language))
        except Exception as problem:
            if not no_space_left(problem):
                raise
            self.stop_here(507, catalog.say(language, "hub-no-space"))
        self.throttle.succeeded(key)
        if new and (user := handler.find_user(person.id)):
            self.end_sign_ins(user)  # whoever else had the old passphrase is out
            await self.tell_service(person.id)
        return {"name": person.id, "groups": self.groups_of(person)}

    def who(self, name: str, passphrase: str, code: str, new: str) -> Account:
        accounts = self.accounts
        if new:
            return accounts.renew(name, passphrase, new)
        return accounts.join(name, code, passphrase) if code else accounts.check(name, passphrase)

    def stop_here(self, status: int, words: str):
        raise web.HTTPError(status, "%s", words)

    async def refresh_user(self, user, handler=None):
        """Who has left the workshop is signed out; the course's own server stays."""
        if user.name == f"course-{self.course}":
            return True
        person = await asyncio.to_thread(self.accounts.person, user.name)
        if person and not person.left_at:
            return True
        self.end_sign_ins(user)
        await self.tell_service(user.name)
        if handler is not None and handler.get_auth_token():
            # For a token the hub would let this one request pass on what it knew before.
            raise web.HTTPError(403, "account-person-left")
        return False

    def end_sign_ins(self, user) -> None:
        """Every browser of this person signs in anew; their running server stays."""
        for token in list(user.orm_user.api_tokens):
            if not (token.note or "").startswith("Server at"):
                user.db.delete(token)
        user.orm_user.cookie_id = orm.new_token()
        user.db.commit()

    async def hear(self, app) -> None:
        """Ends the sign-ins of whoever was shown out since it was asked last."""
        gone, self._heard_until = await asyncio.to_thread(self._heard.left_since, self._heard_until)
        for person in gone:
            if user := app.users.get(person):
                self.end_sign_ins(user)
            await self.tell_service(person)

    async def tell_service(self, name: str) -> None:
        """The course service asks anew about this person from now on, rather than when its time comes."""
        if not self.service_url:
            return
        request = HTTPRequest(
            f"{self.service_url}api/hub/gone",
            method="POST",
            body=json.dumps({"name": name}),
            headers={"Authorization": f"token {self.service_token}"},
            request_timeout=5,
        )
        try:
            await AsyncHTTPClient().fetch(request)
        except (HTTPClientError, OSError):
            self.log.warning("The course service could not be told that %s is gone.", name)


def tried(name: str) -> str:
    """The name under which wrong tries are counted: other writings of it are no further tries."""
    return "".join(char for char in loosened(name[:200]) if char.isalnum())


class SignInPage(LoginHandler):
    """The hub's sign-in page, with what is wrong said above the form it belongs to."""

    def _render(self, login_error=None, username=None, **kwargs):
        kwargs["joining"] = self.get_argument("join_code", None) is not None or (
            self.get_argument("join", None) is not None
        )
        kwargs["renewing"] = self.get_argument("new_passphrase", None) is not None
        kwargs["signed_out"] = self.get_argument("signed-out", None) is not None and not login_error
        kwargs["typed_code"] = self.get_argument("join_code", self.get_argument("join", ""))[:40]
        return super()._render(login_error=login_error, username=username, **kwargs)


class HubSignOut(LogoutHandler):
    """Signs out, and says so where one may sign in again."""

    async def render_logout_page(self):
        self.redirect(f"{self.settings['login_url']}?signed-out", permanent=False)


class Moved(BaseHandler):
    """Leads addresses on that were kept before a workshop had a first part of its own in them."""

    def get(self, rest):
        self.redirect(self.hub.base_url + rest.lstrip("/"))
