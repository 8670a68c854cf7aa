"""The room's doors for participants."""

from __future__ import annotations

import asyncio
import json
import time

from tornado.iostream import StreamClosedError

from openpractice.cleantext import clean_text
from openpractice.kinds import registry
from openpractice.room import cohorts, critiques, leaving, livesession, presence, roomview, shares
from openpractice.room.roomstore import now_ms
from openpractice.room.tallies import ballots
from openpractice.service.handlers.answering import Api
from openpractice.service.handlers.guard import looking, off
from openpractice.service.refusal import Refusal
from openpractice.service.room import sharing
from openpractice.service.room.agenda import agenda_of
from openpractice.service.room.servedroom import ServedRoom, in_words, joined, room_of

ID = r"([^/]+)"  # compared with what there is, never made into a path
HEARTBEAT_SECONDS = 20
#: A stream ends now and then, so that whoever may no longer listen does not.
STREAM_SECONDS = 600
MOST_SEEN = 200


class RoomApi(Api):
    """A door of the room: everything that touches the database is done in a thread."""

    for_servers = True
    patient = True
    mends = True

    @property
    def room(self) -> ServedRoom:
        return room_of(self.served)

    async def respond(self, function, *words):
        """Replies with what the function returns."""
        self.reply(await off(self._in_words, function, *words) or {})

    def _in_words(self, function, *words):
        with in_words():
            return function(*words)

    def mine(self):
        """The cohort of whoever asks, and they in it."""
        return self.room.member_of(self.context)

    def change(self, function, *words, heads=False):
        """Changes one's own cohort by a function that takes the connection, the cohort and the person."""
        cohort, who = self.mine()
        with self.room.changing(cohort, who, heads) as db:
            return function(db, cohort, who, *words)

    def text(self, body: dict, key: str) -> str:
        """A text of the body, clean; refuses anything else."""
        if not isinstance(body.get(key, ""), str):
            raise Refusal(400, "not-understood")
        return clean_text(body.get(key, ""))


class State(RoomApi):
    """The room as this person sees it now: one whole answer, with a number."""

    async def get(self):
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(await looking(self._in_words, self.seen, time.monotonic()))

    def seen(self, asked_at: float) -> str:
        cohort, who = self.mine()
        lesson = self.room.lesson_or_live(cohort, self.get_query_argument("lesson", ""), self.context.language)
        common = self.room.common(cohort, lesson, asked_at)
        if self.get_query_argument("since", "") == f"{common.number}.{common.pulse}":
            return json.dumps({"number": common.number, "pulse": common.pulse, "same": True, "now": now_ms()})
        with self.room.store.reading() as db:
            own = roomview.own(db, cohort, lesson, who)
        if lesson:
            counted = {prompt for prompt, one in own["mine"].items() if one.get("counted")}
            page = self.context.lesson(lesson.id)
            sharing.count_what_waits(self.context, self.context.seat(), page, counted)
        titles = {key: page.page.specs[key]["title"] for key in lesson.specs} if lesson else {}
        agenda = list(agenda_of(page)) if lesson else []
        own |= {"now": now_ms(), "agenda": agenda, "titles": titles}
        return joined(common.text, json.dumps(own, ensure_ascii=False))


class Stream(RoomApi):
    """Says “fetch again” whenever something is new, and something at least every twenty seconds."""

    leads = False

    async def get(self):
        cohort = (await off(self._in_words, self.mine))[0]
        await self.follow(cohort)

    async def follow(self, cohort):
        """Writes until the listener is gone."""
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("X-Accel-Buffering", "no")
        nudges = self.room.nudges
        listener = nudges.listen(cohort, self.leads)
        ends = asyncio.get_running_loop().time() + STREAM_SECONDS
        try:
            await self._tell("retry: 2000\nevent: again\ndata: begin\n\n")
            while asyncio.get_running_loop().time() < ends:
                left = ends - asyncio.get_running_loop().time()
                if not await listener.wait(min(HEARTBEAT_SECONDS, left)):
                    await self._tell("event: beat\ndata: \n\n")
                    continue
                await asyncio.sleep(nudges.pause(cohort, listener))
                what = "wide" if listener.wide.is_set() else "heads"
                listener.take()
                await self._tell(f"event: again\ndata: {what}\n\n")
        except StreamClosedError:
            pass
        finally:
            nudges.leave(cohort, listener)

    async def _tell(self, text):
        self.write(text)
        await self.flush()


class Join(RoomApi):
    """Coming into a cohort by its code."""

    async def post(self):
        await self.respond(self.join, self.text(self.json_body(), "code"))

    def join(self, code):
        with self.room.store.reading() as db:
            cohort = cohorts.by_code(db, code)
        who = self.context.seat().person
        cohorts.enter(self.room.store, cohort, cohorts.Member(who.id, who.name or who.id))
        self.room.forget(who.id)
        return {"cohort": cohort}


class Here(RoomApi):
    """Joining the session that is open, and still being there."""

    async def post(self):
        await self.respond(self.arrive)

    def arrive(self):
        cohort, who = self.mine()
        with self.room.store.reading() as db:
            session = livesession.of(db, cohort)
            if session is None or presence.seen_lately(db, cohort, session.lesson, who.person, now_ms()):
                return {}
        with self.room.changing(cohort, who, heads=True) as db:
            presence.arrive(db, cohort, session.lesson, who)
        return {}


class Hand(RoomApi):
    """“I am stuck”, and no more."""

    async def post(self):
        body = self.json_body()
        up, text = body.get("up") is True, self.text(body, "note")
        await self.respond(
            lambda: self.change(lambda db, cohort, who: livesession.raise_hand(db, cohort, who.person, up, text))
        )


class Seen(RoomApi):
    """These shared answers have stood before the reader's eyes."""

    async def post(self):
        ids = self.json_body().get("shares")
        if not isinstance(ids, list) or not all(isinstance(each, str) and "\0" not in each for each in ids[:MOST_SEEN]):
            raise Refusal(400, "not-understood")
        await self.respond(
            lambda: self.change(lambda db, cohort, who: {"read": shares.read(db, cohort, who.person, ids[:MOST_SEEN])})
        )


class Report(RoomApi):
    """Telling the facilitators of a shared answer."""

    async def post(self, share):
        why = self.text(self.json_body(), "why")
        await self.respond(lambda: self.change(lambda db, cohort, who: shares.report_one(db, cohort, share, who, why)))


class Count(RoomApi):
    """Counting one's answer as it stands, where the question was asked again."""

    async def post(self, prompt):
        self.json_body()
        await self.respond(self.count, prompt)

    def count(self, prompt):
        _, spec = self.room.spec(prompt)
        word = sharing.count_as_it_stands(self.context, self.context.seat(), spec)
        if word in ballots.REFUSED:
            raise Refusal(409, word)
        return {"counted": word}


class Work(RoomApi):
    """The piece of work that somebody shows for critique, and taking it back."""

    async def put(self, prompt):
        text = self.text(self.json_body(), "text")
        await self.respond(self.show, prompt, text)

    def show(self, prompt, text):
        self.room.among_colleagues(prompt)
        return self.change(lambda db, cohort, who: shares.publish(db, cohort, prompt, who, text))

    async def delete(self, prompt):
        await self.respond(self.take_back, prompt)

    def take_back(self, prompt):
        self.room.among_colleagues(prompt)
        self.change(lambda db, cohort, who: shares.recall(db, cohort, prompt, who.person))


class Sit(RoomApi):
    """The next piece of work to look at."""

    async def post(self, prompt):
        await self.respond(self.sit, prompt)

    def sit(self, prompt):
        lesson, spec = self.room.among_colleagues(prompt)

        def work(db, cohort, who):
            self.room.follow_list(db, cohort)
            held = critiques.sit_down(db, cohort, spec, who, self.room.rules)
            here = cohorts.people(db, cohort)
            author = held.pop("author")
            known = "" if prompt in lesson.nameless or author not in here else here[author].name
            return held | {"name": known}

        return self.change(work)


class Decline(RoomApi):
    """“I cannot judge this one.”"""

    async def post(self, prompt):
        body = self.json_body()
        await self.respond(self.decline, prompt, self.text(body, "id"), self.text(body, "why"))

    def decline(self, prompt, which, why):
        _, spec = self.room.among_colleagues(prompt)
        self.change(lambda db, cohort, who: critiques.decline(db, cohort, spec, who, which, why))


class Give(RoomApi):
    """Gives the author the critique as it is saved in the giver's own journal."""

    async def post(self, prompt):
        body = self.json_body()
        if type(body.get("index")) is not int:
            raise Refusal(400, "not-understood")
        await self.respond(self.give, prompt, self.text(body, "id"), body["index"])

    def give(self, prompt, which, index):
        _, spec = self.room.among_colleagues(prompt)
        written = registry.in_form(self.context.seat().journal.state(prompt).value, spec).get("critiques", [])
        fields = written[index] if 0 <= index < len(written) else {}
        return self.change(lambda db, cohort, who: critiques.give(db, cohort, spec, who, which, fields))


class Reply(RoomApi):
    """The author's answer to a critique, and that it was read."""

    async def post(self, critique):
        body = self.json_body()
        change, keep = self.text(body, "change"), self.text(body, "keep")
        await self.respond(
            lambda: self.change(lambda db, cohort, who: self.answer(db, cohort, who, critique, change, keep))
        )

    def answer(self, db, cohort, who, critique, change, keep):
        critiques.read(db, cohort, who.person, critique)
        if change or keep:
            critiques.reply(db, cohort, who.person, critique, change, keep)


class Volunteer(RoomApi):
    """Whether one would take one more piece of work."""

    async def post(self):
        willing = self.json_body().get("willing") is True
        await self.respond(self.note, willing)

    def note(self, willing):
        cohort, who = self.mine()
        cohorts.volunteer(self.room.store, cohort, who.person, willing)
        self.room.forget(who.person)


class Mine(RoomApi):
    """A copy of all that is one's own in the room."""

    is_download = True

    async def get(self):
        self.attach("open-practice-room.json")
        await self.respond(self.copy)

    def copy(self):
        cohort, who = self.mine()
        with self.room.store.reading() as db:
            return leaving.copy_of(db, cohort, who.person)


class Leave(RoomApi):
    """Leaving the cohort, in the way that the course states."""

    async def post(self):
        await self.respond(self.go)

    def go(self):
        journal, rules = self.context.seat().journal, self.room.rules
        cohort, who = self.mine()
        self.room.forget(who.person)
        with self.room.store.changing(cohort) as db:
            # Read now, when nothing more comes in: what was counted until here has its code in the journal.
            leaving.leave(db, cohort, who.person, journal.codes(), rules.leaving)
        self.room.forget(who.person)
        return {"left": rules.leaving}


ROUTES = [
    (r"api/room/state", State),
    (r"api/room/stream", Stream),
    (r"api/room/join", Join),
    (r"api/room/here", Here),
    (r"api/room/hand", Hand),
    (r"api/room/seen", Seen),
    (rf"api/room/report/{ID}", Report),
    (rf"api/room/count/{ID}", Count),
    (rf"api/room/work/{ID}", Work),
    (rf"api/room/work/{ID}/sit", Sit),
    (rf"api/room/work/{ID}/decline", Decline),
    (rf"api/room/work/{ID}/give", Give),
    (rf"api/room/critique/{ID}/reply", Reply),
    (r"api/room/volunteer", Volunteer),
    (r"api/room/mine", Mine),
    (r"api/room/leave", Leave),
]
