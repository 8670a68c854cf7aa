"""Identities inside a Jupyter server: whoever may use that server, in the part that its environment names."""

from __future__ import annotations

from inspect import isawaitable
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from openpractice.ids import person_id
from openpractice.service.identities.identity import Identity, IdentitySource
from openpractice.service.refusal import Refusal
from openpractice.service.roles import role_in

AUTH_RESOURCE = "openpractice"


class JupyterIdentities(IdentitySource):
    """What Jupyter's identity provider says.

    Parameters
    ----------
    role
        The part of whoever signs in to a server that one person started.
    course
        The course whose groups count where a hub says which groups somebody is in.
    person
        The one person whose server this is, and what they are called; "" where names are said.
    """

    def __init__(self, role: str, course: str, person: str = "", name: str = ""):
        self.role, self.course, self.person, self.name = role, course, person, name
        self.names_people = bool(person)

    async def who(self, handler) -> Identity | None:
        if not handler.check_host():
            raise Refusal(403, "forbidden")
        user = handler.identity_provider.get_user(handler)
        user = await user if isawaitable(user) else user
        handler.current_user = handler._jupyter_current_user = user
        if user is None:
            return None
        action = "read" if handler.request.method in ("GET", "HEAD", "OPTIONS") else "write"
        allowed = handler.authorizer.is_authorized(handler, user, action, AUTH_RESOURCE)
        if isawaitable(allowed):
            allowed = await allowed
        if not allowed or not handler.check_origin():
            raise Refusal(403, "forbidden")
        return self._identity(handler, user)

    def role_of(self, user) -> str:
        """The server's own part, or where several people sign in to a course's server, what the hub says."""
        known = getattr(user, "hub_user", None)
        if self.role != "facilitator" or (known is None and not self.person):
            return self.role
        return role_in((known or {}).get("groups") or (), self.course)

    def _identity(self, handler, user) -> Identity:
        sign_out = handler.base_url + "logout" if self.person else ""
        own = self.person if self.role == "participant" else _id_of(user)
        hub = getattr(handler.identity_provider, "hub_auth", None)
        token = (hub.get_token(handler) or "") if hub else ""
        return Identity(own, self.name, self.role_of(user), sign_out, handler.token_authenticated, token=token)

    def sign_in(self, handler) -> str:
        login = handler.get_login_url()
        return f"{login}{'&' if '?' in login else '?'}next={quote(handler.request.uri, safe='')}"

    def mark(self, handler) -> str:
        return handler.xsrf_token.decode("utf-8")

    def is_marked(self, handler, given: str) -> bool:
        try:
            JupyterHandler.check_xsrf_cookie(handler)  # reads header and form for itself
        except HTTPError:
            return False
        return True

    def forget(self, name: str) -> None:
        """Nothing is remembered here."""


def _id_of(user) -> str:
    if user.name and user.name.startswith("Anonymous "):  # made up by Jupyter for a bare token
        return ""
    return person_id(user.username) if user.username else ""


def in_jupyter(handler: type) -> type:
    """The handler as Jupyter's own machinery for signing in knows one; nothing else of it is used."""
    return type(handler.__name__, (handler, JupyterHandler), {"__module__": handler.__module__})
