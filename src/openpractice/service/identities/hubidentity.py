"""Identities at a JupyterHub: its own OAuth brings somebody in, and the groups it has say what they may do.

The hub is asked without blocking, once for all requests that wait for the same answer, and what it
said holds for a while: for what participants write, minutes; for leading roles, seconds; and no
longer than until the hub says that somebody is gone. While the hub is down, who was in goes on.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from jupyterhub.utils import get_browser_protocol
from tornado.httputil import url_concat
from tornado.web import HTTPError

from openpractice.service.identities.identity import Identity, IdentitySource
from openpractice.service.refusal import Refusal

PATIENT, STRICT = 300.0, 15.0  # seconds that an answer of the hub holds: for participants' words, for all else
WITHOUT_HUB, LEADS_WITHOUT_HUB = 6 * 3600.0, 60.0  # how long, while it does not answer
MOST_KNOWN = 20_000
MARK_COOKIE = "_xsrf"


@dataclass(frozen=True)
class RoleGroups:
    """Which of the hub's groups give which part. Without `participants` it is everybody whom the hub lets in."""

    facilitators: frozenset[str]
    reviewers: frozenset[str]
    participants: frozenset[str] = frozenset()
    open: bool = True  # whether everybody takes part where no group of participants is named

    @classmethod
    def of_course(cls, course: str) -> RoleGroups:
        """The names that a workshop's own hub uses, which are nbgrader's."""
        leads, reads, writes = (frozenset([f"{part}-{course}"]) for part in ("facilitate", "formgrade", "nbgrader"))
        return cls(leads, reads, writes)

    def role(self, groups: Iterable[str]) -> str:
        """`facilitator`, `reviewer`, `participant`, or "" for somebody who has no part here."""
        names = set(groups)
        if names & self.facilitators:
            return "facilitator"
        if names & self.reviewers:
            return "reviewer"
        everybody = self.open and not self.participants
        return "participant" if everybody or names & self.participants else ""


@dataclass(frozen=True)
class Known:
    """What the hub said of one sign-in, and when."""

    id: str
    name: str
    shown: str
    role: str
    sign_in: str
    at: float


class HubIdentities(IdentitySource):
    """What the hub says of whoever its OAuth brought in.

    Parameters
    ----------
    hub
        `HubOAuth`, which keeps the sign-in in a cookie and asks the hub.
    groups
        Which groups give which part.
    secret
        Bytes that only this service knows, kept over its restarts.
    sign_out
        The address of ours that signs somebody out.
    known_as
        An awaitable function of a name at the hub and the role that its groups give, for that person's id,
        what they are called on pages, and the role that they have.
    """

    def __init__(self, hub, groups: RoleGroups, secret: bytes, sign_out: str, known_as, clock=time.monotonic):
        self.hub, self.groups, self.sign_out = hub, groups, sign_out
        self._secret, self._known_as, self._clock = secret, known_as, clock
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._asking: dict[str, asyncio.Task] = {}

    # -- who is asking -------------------------------------------------------------------------

    async def who(self, handler) -> Identity | None:
        token = self.hub.get_token(handler, in_cookie=False)
        carried = bool(token)
        token = token or self.hub.get_token(handler)
        if not token:
            return None
        known = await self._of(token, self.hub.get_session_id(handler), handler.patient)
        if known is None:
            return None
        # A token that a program brings opens participants' doors, whoever's it is.
        role = known.role if not carried or known.role == "participant" else ""
        who = known.id, known.shown, role, self.sign_out, carried
        return Identity(*who, server=carried, token=token, hub_name=known.name)

    async def _of(self, token: str, session: str, patient: bool) -> Known | None:
        key = _hash(f"{session}\0{token}")
        known = self._known.get(key)
        if known and self._clock() - known.at < (PATIENT if patient and known.role == "participant" else STRICT):
            return known
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.ensure_future(self._ask(token, session, key))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        try:
            return await asyncio.shield(task)
        except HTTPError:
            holds = WITHOUT_HUB if known and known.role == "participant" else LEADS_WITHOUT_HUB
            if known and key in self._known and self._clock() - known.at < holds:
                return known
            raise Refusal(503, "hub-away") from None

    async def _ask(self, token: str, session: str, key: str) -> Known | None:
        asked_at = self._clock()
        # The library remembers for a moment whom its way in has just asked about; later it is asked anew.
        first = key not in self._known
        said = await self.hub.user_for_token(token, use_cache=first, session_id=session, sync=False)
        if said is None or said.get("kind", "user") != "user" or not self._lets_in(said):
            self._known.pop(key, None)
            return None
        own, shown, role = await self._known_as(said["name"], self.groups.role(said.get("groups") or ()))
        known = Known(own, said["name"], shown, role, _hash(token), asked_at)
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return known

    def _lets_in(self, said: dict) -> bool:
        return bool(self.hub.check_scopes(self.hub.access_scopes, said))

    def forget(self, name: str) -> None:
        """From now on the hub is asked again about whoever it calls `name`."""
        self.hub.cache.clear()
        for key in [key for key, known in self._known.items() if known.name == name]:
            del self._known[key]

    def forget_sign_in(self, token: str) -> None:
        """Nothing that the hub said of this sign-in holds any longer."""
        self.hub.cache.clear()
        self._known = OrderedDict((key, known) for key, known in self._known.items() if known.sign_in != _hash(token))

    def is_hub(self, token: str) -> bool:
        """Whether the token is the one that this service and its hub share."""
        return hmac.compare_digest(token.encode(), self.hub.api_token.encode())

    # -- signing in and out --------------------------------------------------------------------

    def sign_in(self, handler) -> str:
        params: dict[str, str] = {}
        more: dict[str, str] = {}
        if getattr(self.hub, "pkce_enabled", False):  # a newer hub's
            more["code_verifier"], challenge, method = self.hub.generate_pkce_code_challenge()
            params |= {"code_challenge": challenge, "code_challenge_method": method}
        params["state"] = self.hub.set_state_cookie(handler, next_url=handler.request.uri, **more)
        return url_concat(self.hub.login_url, params)

    # -- the mark ------------------------------------------------------------------------------

    def mark(self, handler) -> str:
        mark = self._mark_of(handler.identity.token)
        if handler.get_cookie(MARK_COOKIE) != mark:
            secure = get_browser_protocol(handler.request) == "https"
            handler.set_cookie(MARK_COOKIE, mark, path=handler.served.root, samesite="Lax", secure=secure)
        return mark

    def is_marked(self, handler, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._mark_of(handler.identity.token).encode())

    def _mark_of(self, token: str) -> str:
        """Another one for each sign-in, which nobody can make or set for somebody else."""
        return hmac.new(self._secret, f"mark {token}".encode(), hashlib.sha256).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
