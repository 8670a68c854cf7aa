"""Two doors into somebody's hub: from a learning platform by LTI 1.3, and one for facilitators beside it.

The platform's signed message says who somebody is and whether they teach; docs/lti.md has the
configuration. `python -m openpractice.hub.ltidoor` asks for a facilitator's passphrase and prints its hash.
"""

import base64
import getpass
import hmac
import re
import secrets

from jupyterhub.handlers.login import LoginHandler
from ltiauthenticator.lti13.auth import LTI13Authenticator
from ltiauthenticator.lti13.error import LoginError
from ltiauthenticator.lti13.handlers import LTI13CallbackHandler
from traitlets import Dict, Set, Unicode

from openpractice.hub.passphrases import check_passphrase, scrypt
from openpractice.i18n import Coded
from openpractice.service.handlers.throttle import Throttle

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
# Source: LTI 1.3 core, A.2.3; short names are from LTI 1.1, and some platforms send them yet.
_TEACHES = re.compile(r"(?:.*/vocab/lis/v2/membership(?:/Instructor)?#|^)(?:Instructor|ContentDeveloper)$")
_MENTORS = re.compile(r"(?:.*/vocab/lis/v2/membership/Instructor#|^)(?:TeachingAssistant|Grader)$")


class CourseLti(LTI13Authenticator):
    """LTI 1.3 for everybody, and a name and passphrase for facilitators whom no platform sends."""

    login_service = ""  # a form at the hub's own sign-in, rather than a button that leads nowhere without a platform
    facilitators = Unicode("facilitators", config=True, help="the group of those who teach there")
    reviewers = Unicode("reviewers", config=True, help="the group of teaching assistants and graders")
    participants = Unicode("participants", config=True, help="the group of everybody else")
    contexts = Set(Unicode(), config=True, help="ids of the platform's courses that may come; empty for all")
    leads = Dict(config=True, help="facilitators by their name, each with the hash of a passphrase")

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.manage_groups = True
        self.allow_all = True  # whom the platform's message or a passphrase names has been let in
        self._throttle = Throttle()

    def login_url(self, base_url):
        return f"{base_url.rstrip('/')}/login"

    def get_handlers(self, app):
        return [
            ("/lti13/oauth_login", self.login_handler),
            (self.callback_url(""), self.callback_handler),
            (self.config_json_url(""), self.config_handler),
            ("/login", LoginHandler),
        ]

    async def authenticate(self, handler, data=None):
        if isinstance(handler, LTI13CallbackHandler):
            return self._from_platform(data)
        return self._by_passphrase(handler, data)

    def normalize_username(self, username):
        return username.strip().lower()

    def _from_platform(self, claims):
        context = (claims.get(f"{CLAIM}context") or {}).get("id")
        if self.contexts and context not in self.contexts:
            raise LoginError("This course of your learning platform is not one of those that belong here.")
        name = self.normalize_username(self.get_username(claims))
        if name in self._known_leads():
            # The other door's names are that door's alone, whatever a platform calls its people.
            raise LoginError("This name belongs to a facilitator here. Ask for another one on your platform.")
        return {"name": name, "groups": [self._group(claims.get(f"{CLAIM}roles") or [])]}

    def _group(self, roles):
        if any(_TEACHES.match(role) for role in roles):
            return self.facilitators
        return self.reviewers if any(_MENTORS.match(role) for role in roles) else self.participants

    def _by_passphrase(self, handler, data):
        name = self.normalize_username(data.get("username") or "")
        key = (name, handler.request.remote_ip)
        if self._throttle.wait(key):
            return None
        salt, _, wanted = self._known_leads().get(name, "").partition("$")
        given = base64.b64encode(scrypt(data.get("password") or "", salt.encode())).decode()
        if not (wanted and hmac.compare_digest(given, wanted)):
            self._throttle.failed(key)
            return None
        self._throttle.succeeded(key)
        return {"name": name, "groups": [self.facilitators]}

    def _known_leads(self):
        return {self.normalize_username(name): line for name, line in self.leads.items()}


def hashed(passphrase: str) -> str:
    """What `CourseLti.leads` holds of a passphrase."""
    salt = secrets.token_hex(16)
    return f"{salt}${base64.b64encode(scrypt(passphrase, salt.encode())).decode()}"


def main() -> int:
    name, passphrase = input("Name: "), getpass.getpass("Passphrase: ")
    try:
        check_passphrase(passphrase, name)
    except Coded as refused:
        print(refused)
        return 1
    print(f"c.CourseLti.leads = {{{name!r}: {hashed(passphrase)!r}}}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
