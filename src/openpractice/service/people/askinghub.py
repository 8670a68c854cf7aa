"""Asking the hub who may come in, in the name of the facilitator at the page.

Accounts and codes are the hub's, outside this server's wall. It is asked with the sign-in of the
person at the page, so that the hub itself judges who asks and writes down who did what.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from openpractice.i18n import Said
from openpractice.service.people.memberoffice import MemberOffice
from openpractice.service.people.roll import RollMember, members
from openpractice.service.refusal import Refusal

SECONDS = 10
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Office:
    """The hub's address and the sign-in of whoever asks."""

    address: str
    token: str
    acts = ("reset", "leave", "return", "new-code", "close-code", "open-code")

    def look(self) -> dict:
        """`people`, `codes` and `changes`, as lists of dicts.

        Raises
        ------
        Refusal
            In words: the hub does not answer, or not to this person.
        """
        return self._ask("GET", None)

    def do(self, what: str, whom: str) -> str:
        """The one-time code where one was made, otherwise "". Raises Refusal."""
        return str(self._ask("POST", {"do": what, "whom": whom}).get("code") or "")

    def _ask(self, method, body) -> dict:
        request = urllib.request.Request(
            f"{self.address}/openpractice/people",
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=SECONDS) as reply:
                return json.loads(reply.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            raise _refused(error.code, error.read(64 * 1024)) from None
        except (OSError, ValueError):
            raise Refusal(503, "office-away") from None


def office_of(handler) -> Office | MemberOffice | None:
    """The office for whoever sent this request: the hub's, or ours at a hub that is not; None where there is no hub."""
    if handler.served.members is not None:
        return MemberOffice(handler.served, handler.identity.id)
    address, token = handler.served.office, handler.identity.token
    return Office(address, token) if address and token else None


def members_of(handler) -> dict[str, RollMember]:
    """Everybody whom the hub knows, by id, as `handler`'s person may know them; nobody where none answers."""
    office = office_of(handler)
    try:
        return members(office.look()["people"]) if office else {}
    except Refusal:
        return {}


def _refused(status: int, body: bytes) -> Refusal:
    if status == 404:  # a hub that keeps its people elsewhere
        return Refusal(404, "not-found")
    if status in (401, 403):
        return Refusal(403, "office-closed")
    try:
        reply = json.loads(body)
        why = Said(reply["refused"], **reply["values"])
        str(why)  # a hub of another version may have other sentences
    except (ValueError, KeyError, TypeError):
        return Refusal(503, "office-away")
    return Refusal(status, "refused", why)
