"""Joining a course at somebody else's hub: by a link that a facilitator hands out, under a name of one's own.

Who signed in is that hub's to say. Somebody who takes part already changes here what they are called.
"""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING

from openpractice.names import BadName
from openpractice.roster.ledger import AccountRefused
from openpractice.service.handlers.answering import Form
from openpractice.service.handlers.guard import off
from openpractice.service.handlers.throttle import Throttle
from openpractice.service.refusal import Refusal

# The room is loaded when somebody joins one: one person's own server has these pages too, and no room.

if TYPE_CHECKING:
    from openpractice.roster.members import Members

EVERYBODY = ("participant", "facilitator", "reviewer", "")


class JoinPage(Form):
    """One form: the code, where somebody is not in yet, and the name."""

    roles = EVERYBODY

    async def get(self, code=""):
        await self.ask(code=code[:40])

    async def take(self, *_) -> None:
        """Joins, or changes the name; then the course home."""
        members = self.served.members
        if members is None or not (self.role or self.served.joins):
            raise Refusal(404, "not-found")
        code, name, who = self.field("code")[:40], self.field("name"), self.identity.hub_name
        tries: Throttle = self.served.kept.setdefault("joining", Throttle())
        if code and (seconds := tries.wait(who)):
            raise Refusal(429, "too-fast", n=math.ceil(seconds))
        try:
            if code and self.served.joins:
                await off(self._join, members, who, code, name)
                tries.succeeded(who)
            else:
                await off(members.call, who, name)
        except (AccountRefused, BadName) as no:
            if isinstance(no, AccountRefused) and no.code == "member-code-wrong":
                tries.failed(who)
            self.set_status(422)
            return await self.ask(code, name[:200], no.said(self.language), about_name=isinstance(no, BadName))
        self.served.source.forget(who)
        return self.then()

    def _join(self, members: Members, who: str, code: str, name: str):
        """By a link of the course, or by one cohort's code, which also brings them into that cohort."""
        # The room's database, which the light installation is without; nobody joins there.
        from openpractice.room import cohorts
        from openpractice.room.roomstore import RoomRefused
        from openpractice.service.room.servedroom import room_of

        if members.role_of(code):
            return members.join(who, code, name)
        room, cohort = room_of(self.served), ""
        with suppress(RoomRefused), room.store.reading() as db:
            cohort = cohorts.by_code(db, code)
        found = members.join(who, code, name, of_cohort=bool(cohort))
        cohorts.enter(room.store, cohort, cohorts.Member(found.id, found.name))
        room.forget(found.id)
        return found

    async def ask(self, code="", typed="", said="", about_name=False):
        members = self.served.members
        if members is None or not (self.role or self.served.joins):
            raise Refusal(404, "not-found")
        known = await off(members.of, self.identity.hub_name)
        self.show(
            "join.html",
            title=self.say("join-title" if self.role == "" else "join-name-title"),
            here="join",
            code=code,
            asks_code=self.role == "" or bool(code),
            typed=typed or (known.name if known else ""),
            said=said,
            about_name=about_name,
            hub_name=self.identity.hub_name,
            away=bool(known and known.left_at),
        )


ROUTES = [(r"join/?", JoinPage), (r"join/([^/]+)", JoinPage)]
