"""What the screen in the room may ask: nobody is signed in there, and the address itself is the key."""

from __future__ import annotations

import json

from openpractice.room import projectors, roomview
from openpractice.room.roomstore import now_ms
from openpractice.service.handlers.guard import Guarded, off
from openpractice.service.room.roomdoors import Stream
from openpractice.service.room.servedroom import ServedRoom, in_words, room_of

TOKEN = r"([^/]+)"


class ForScreens(Guarded):
    """Admits whoever has the address of a projector; nothing of anybody's sign-in is looked at."""

    @property
    def room(self) -> ServedRoom:
        return room_of(self.served)

    async def prepare(self):
        self.visitor = None
        token = self.path_args[0] if self.path_args else ""
        self.cohort = await off(self._cohort, token)

    def _cohort(self, token):
        with in_words(), self.room.store.reading() as db:
            return projectors.cohort_of(db, token)

    def write_error(self, status_code: int, **kwargs):
        info = kwargs.get("exc_info")
        status, content = self.refusal(status_code, info[1] if info else None)
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(content, ensure_ascii=False))


class ScreenState(ForScreens, Stream):
    """What the screen shows now."""

    async def get(self, *_):
        await self.respond(self.seen)

    def seen(self) -> dict:
        room = self.room
        lesson = room.lesson_or_live(self.cohort, "", self.reads)
        with room.store.reading() as db:
            seen = roomview.projected(db, self.cohort, lesson)
        return seen | {
            "now": now_ms(),
            "agenda": list(lesson.agenda) if lesson else [],
            "lesson": {"title": lesson.title} if lesson else None,
        }


class ScreenStream(ForScreens, Stream):
    """Tells the screen to fetch again."""

    leads = True

    async def get(self, *_):
        await self.follow(self.cohort)


ROUTES = [
    (rf"api/room/screen/{TOKEN}/state", ScreenState),
    (rf"api/room/screen/{TOKEN}/stream", ScreenStream),
]
