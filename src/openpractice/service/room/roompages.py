"""The room's pages: for participants, for those who lead, for the screen, and the sign-in sheet."""

from __future__ import annotations

import io

import segno

from openpractice.room.kept import KEPT
from openpractice.service import catalog
from openpractice.service.handlers.answering import Page
from openpractice.service.handlers.guard import off
from openpractice.service.participant.ownpage import Own
from openpractice.service.roles import LEADS
from openpractice.service.room.screendoors import TOKEN, ForScreens
from openpractice.service.room.servedroom import room_of

SENTENCES = ("js-", "room-")


class RoomPage(Own):
    """A participant's room; whoever leads is sent to theirs."""

    roles = ("participant", *LEADS)
    script_sentences = SENTENCES

    async def get(self):
        if self.role == "facilitator":
            return self.redirect(self.served.root + "room/lead")
        if await self.need_name():
            return None
        room = await off(room_of, self.served)
        title = self.say("room-title")
        return await self.draw(
            "room.html", title=title, here="room", leaving=room.rules.leaving, kept=KEPT, leads=self.role in LEADS
        )


class LeadPage(Own):
    """The room as it is led."""

    roles = LEADS
    script_sentences = SENTENCES

    async def get(self):
        room = await off(room_of, self.served)
        await self.draw(
            "room_lead.html",
            title=self.say("room-lead-title"),
            here="room",
            kept_higher=room.kept_higher,
            address=self.joining(),
        )

    def joining(self) -> str:
        """Where a phone goes to join: this course's room, at the address that this page was asked at."""
        return f"{self.request.protocol}://{self.request.host}{self.served.root}room"


class JoinCode(LeadPage):
    """That address as a code that phones read."""

    def needs_mark(self) -> bool:
        return super().needs_mark() and self.request.headers.get("Sec-Fetch-Dest") != "image"

    async def get(self):
        drawn = io.BytesIO()
        segno.make(self.joining(), error="m").save(drawn, kind="svg", scale=8, border=2, xmldecl=False)
        self.set_header("Content-Type", "image/svg+xml")
        self.finish(drawn.getvalue())


class SheetPage(Own):
    """The sign-in sheet of one session."""

    roles = LEADS
    script_sentences = SENTENCES

    async def get(self, lesson_id):
        lesson = self.served.lesson(lesson_id)
        cohort = self.get_query_argument("cohort", "")
        await self.draw("room_sheet.html", title=self.say("room-sheet"), here="room", lesson=lesson, cohort=cohort[:63])


class Screen(ForScreens, Page):
    """The screen in the room: whoever has its address sees it, and it holds nobody's session."""

    script_sentences = SENTENCES

    async def get(self, token):
        words = catalog.for_scripts(self.language, SENTENCES)
        self.show("room_screen.html", words=words, screen=f"{self.served.root}api/room/screen/{token}")

    write_error = Page.write_error


ROUTES = [
    (r"room/?", RoomPage),
    (r"room/lead", LeadPage),
    (r"room/join\.svg", JoinCode),
    (r"room/sheet/([^/]+)", SheetPage),
    (rf"room/screen/{TOKEN}", Screen),
]
