"""The office of a course at somebody else's hub: who came in, and the links to join where that hub has no groups.

Passphrases and sign-ins are that hub's; what can be done here is done by us, and the rest is said.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from openpractice.roster.ledger import AccountRefused
from openpractice.service.refusal import Refusal

if TYPE_CHECKING:
    from openpractice.roster.members import Members
    from openpractice.service.handlers.context import ServedCourse


@dataclass(frozen=True)
class MemberOffice:
    """What a facilitator may see and do of people here; `who` is the facilitator's id."""

    served: ServedCourse
    who: str

    @property
    def acts(self) -> tuple[str, ...]:
        """What can be done with people and codes here."""
        return ("leave", "return", "new-code", "close-code", "open-code") if self.served.joins else ()

    @property
    def _members(self) -> Members:
        if self.served.members is None:
            raise Refusal(404, "not-found")
        return self.served.members

    def look(self) -> dict:
        """`people`, `codes`, `changes` and `hub_names`."""
        members, joins = self._members, self.served.joins
        return {
            "people": [asdict(one) for one in members.people()],
            "codes": [asdict(one) for one in members.codes()] if joins else [],
            "changes": [asdict(one) for one in members.changes() if joins and one.what not in ("came in", "joined")],
            "hub_names": members.hub_names(),
        }

    def do(self, what: str, whom: str) -> str:
        """Does it; there is no code to hand out, so "". Raises Refusal."""
        members = self._members
        doing = {
            "leave": members.leave,
            "return": members.come_back,
            "new-code": members.change_code,
            "close-code": members.close_code,
            "open-code": members.open_code,
        }.get(what if what in self.acts else "")
        if doing is None:
            raise Refusal(404, "not-found")
        try:
            doing(whom, self.who)
        except AccountRefused as no:
            raise Refusal(422, "refused", no) from None
        if name := members.hub_names().get(whom):
            self.served.source.forget(name)  # type: ignore[attr-defined]  # members are a hub's
        return ""
