"""One course's room in this process: its database, its cohorts, its lessons as the room knows them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.authoring.courses.lessonfolder import room_rules
from openpractice.databases import ROOM, named_database
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import GradingError, open_folder
from openpractice.kit import course_parts
from openpractice.model import RoomRules
from openpractice.room import cohorts, livesession, roomview
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomRefused, RoomStore
from openpractice.room.roomview import RoomLesson
from openpractice.roster import called, roster
from openpractice.service.handlers.context import RequestContext, ServedCourse
from openpractice.service.identities.persons import Person
from openpractice.service.refusal import Refusal
from openpractice.service.roles import LEADS
from openpractice.service.room.agenda import agenda_of
from openpractice.service.room.counting import Counting
from openpractice.service.room.nudges import LARGE, Nudges

#: The cohort that everybody is in until a facilitator makes another.
FIRST = "main"
ROSTER_SECONDS = 60
ROSTER_WAIT = 1  # for a gradebook in use: people in the room are not kept waiting for it
#: How long it is remembered who somebody is in the room, so that each save need not look it up.
MEMBER_SECONDS = 60
#: In a large room, how long the common part is handed out although heads have moved since, in seconds.
HEADS_SECONDS = 0.3
_OPENING = threading.Lock()

#: What the room refuses with another status than 409.
STATUS = {
    "no-cohort": 404,
    "no-share": 404,
    "no-assignment": 404,
    "no-critique": 404,
    "no-projector": 404,
    "not-here": 403,
    "has-left": 403,
    "wrong-code": 404,
}


@dataclass(frozen=True)
class CommonSeen:
    """What all participants see, in JSON as it is sent, and the numbers of the room when it was made."""

    number: int
    pulse: int
    made_at: float
    text: str


class ServedRoom:
    """The room of one served course. Safe for threads; it lives as long as the process."""

    def __init__(self, served: ServedCourse):
        self.served = served
        self.rules: RoomRules = room_rules(course_parts().lessons)
        home = served.places.data or served.places.home
        self.store = RoomStore(named_database(ROOM) or home / "room")
        cohorts.make(self.store, served.places.course.replace("-", " ").capitalize(), self.rules, FIRST)
        self.kept_higher = cohorts.hold_to(self.store, self.rules)
        self.counting = Counting(self.store)
        self.nudges = Nudges()
        self.store.watch(self.nudges.tell)
        self._roster: tuple[float, dict] = (0.0, {})
        self._members: dict[Person, tuple[float, str, Member]] = {}
        self._common: dict[tuple, CommonSeen] = {}
        self._making: dict[tuple, threading.Lock] = {}
        self._lock = threading.Lock()

    # -- who ---------------------------------------------------------------------------------

    def member_of(self, context: RequestContext) -> tuple[str, Member]:
        """The cohort of whoever asks, and they in it; they come in where there is only one.

        Somebody who belongs to several is in the one whose code they gave last: what they save, share
        and see is that one's, and no request names another.

        Raises
        ------
        Refusal
            When they are in none and there are several.
        """
        seat = context.seat()
        kept = self._members.get(seat.person)
        if kept and time.monotonic() - kept[0] < MEMBER_SECONDS:
            return kept[1:]
        found = self._member_of(seat.person)
        self._members[seat.person] = (time.monotonic(), *found)
        return found

    @contextmanager
    def changing(self, cohort: str, who: Member, heads: bool = False) -> Iterator[sa.Connection]:
        """A connection by which this person changes their cohort; refused where they have left it meanwhile."""
        with self.store.changing(cohort, heads) as db:
            cohorts.hold_here(db, cohort, who)
            yield db

    def forget(self, person: str) -> None:
        """This person came, left or changed: they are looked up again."""
        self._members = {key: kept for key, kept in list(self._members.items()) if key.id != person}

    def _member_of(self, who: Person) -> tuple[str, Member]:
        with self.store.reading() as db:
            mine, every = cohorts.of(db, who.id), [row.id for row in cohorts.every(db)]
        if not mine and len(every) > 1:
            raise Refusal(409, "which-cohort")
        cohort = mine[-1] if mine else every[0]
        known = self._known(who.id)
        name = who.name or (known.name if known else who.id)
        person = Member(
            who.id,
            name,
            "participant",
            known.school if known else "",
            known.appraiser if known else "",
        )
        with in_words():
            with self.store.reading() as db:
                if cohort not in mine and cohorts.has_gone(db, cohort, person.person):
                    raise Refusal(403, "has-left")
            cohorts.join(self.store, cohort, person)
            with self.store.reading() as db:
                return cohort, cohorts.present_member(db, cohort, person.person)

    def leader_of(self, context: RequestContext, wanted: str = "") -> tuple[str, Member]:
        """The cohort that somebody leads, and they in it: any one of the course.

        Alone, one person plays both parts, and each has a place of its own in the room.
        """
        if context.role not in LEADS:
            raise Refusal(403, "forbidden")
        with self.store.reading() as db:
            every = {row.id: row for row in cohorts.every(db)}
        cohort = wanted or max(every, key=lambda each: (every[each].people > 0, every[each].made_at))
        if cohort not in every:
            raise Refusal(404, "no-cohort")
        person = context.person()
        name = (person.name if person else "") or context.identity.name or "Facilitator"
        who = f"lead-{person.id}"[:63] if context.alone and person else (context.identity.id or "facilitator")
        member = Member(who, name, "facilitator")
        with in_words():
            cohorts.join(self.store, cohort, member)
        return cohort, member

    def follow_list(self, db, cohort: str) -> None:
        """Brings everybody of the cohort up to the roster, which may have come after them."""
        known = {person: (row.school, row.appraiser) for person, row in self._known_people().items()}
        cohorts.follow_list(db, cohort, known)

    def _known(self, person: str):
        """The roster's line of this person, if there is one."""
        return self._known_people().get(person)

    def _known_people(self) -> dict:
        """The roster, by id; it is read once a minute."""
        with self._lock:
            read_at, known = self._roster
            if time.monotonic() - read_at > ROSTER_SECONDS or not read_at:
                known = self._read_roster(known)
                self._roster = (time.monotonic(), known)
        return known

    def _read_roster(self, known: dict) -> dict:
        places = self.served.places
        try:
            folder = open_folder(places.data, places.course)
            with gradebook.opened(folder, ROSTER_WAIT) as engine, engine.begin() as db:
                called.settle(db, called.joined(folder))  # who joined since is whom the list means
                return roster.everybody(db)
        except gradebook.GradebookInUse:
            return known  # the room goes on with what it knew
        except GradingError:
            return {}  # nothing was released yet, so that there is no roster either

    # -- what --------------------------------------------------------------------------------

    def lesson(self, lesson_id: str, language: str = "") -> RoomLesson:
        """The lesson as the room knows it: its shared and counted prompts, its agenda; in that language where it has it."""
        page = self.served.lesson(lesson_id, language)
        specs = {key: spec for key, spec in page.own().items() if roomview.belongs(spec)}
        return RoomLesson(page.id, page.title, page.minutes, specs, agenda_of(page), self._nameless(specs), language)

    def lesson_or_live(self, cohort: str, lesson_id: str, language: str = "") -> RoomLesson | None:
        """The lesson named, or else the one of the session that is open now."""
        if not lesson_id:
            with self.store.reading() as db:
                session = livesession.of(db, cohort)
            lesson_id = session.lesson if session else ""
        return self.lesson(lesson_id, language) if lesson_id else None

    def spec(self, prompt: str) -> tuple[RoomLesson, dict]:
        """The lesson and the specification of a prompt that has a place in the room."""
        found = self.served.shelf.find(prompt)
        if not found or not roomview.belongs(found[1]):
            raise Refusal(404, "no-prompt")
        lesson = self.lesson(found[0].id)
        return lesson, lesson.specs[prompt]

    def among_colleagues(self, prompt: str) -> tuple[RoomLesson, dict]:
        """The lesson and the specification of a prompt of colleagues' critique."""
        lesson, spec = self.spec(prompt)
        if not roomview.among_colleagues(spec):
            raise Refusal(404, "no-prompt")
        return lesson, spec

    def common(self, cohort: str, lesson: RoomLesson | None, asked_at: float) -> CommonSeen:
        """What all participants of a cohort see who read in one language, made once for all who wait for it.

        `asked_at`, on the monotonic clock, is when they asked: what was begun since holds all that was there then.
        """
        key = (cohort, lesson.id, lesson.language) if lesson else (cohort, "", "")
        with self._making.setdefault(key, threading.Lock()):
            kept = self._common.get(key)
            if kept is None or kept.made_at < asked_at:
                kept = self._common[key] = self._newest(cohort, lesson, kept)
            return kept

    def _newest(self, cohort, lesson, kept: CommonSeen | None) -> CommonSeen:
        with self.store.reading() as db:
            row = cohorts.named(db, cohort)
        patience = HEADS_SECONDS if self.nudges.many(cohort) > LARGE else 0
        if kept and kept.number == row.number:
            if kept.pulse == row.pulse or time.monotonic() - kept.made_at < patience:
                return kept
        made_at = time.monotonic()
        with self.store.reading() as db:
            made = roomview.common(db, cohort, lesson)
        return CommonSeen(made["number"], made["pulse"], made_at, json.dumps(made, ensure_ascii=False))

    def _nameless(self, specs) -> frozenset[str]:
        if self.rules.critique_names == "always":
            return frozenset()
        rounds = [
            (str(lesson.release.get("released_at") or ""), prompts)
            for lesson in self.served.shelf.lessons()
            if (prompts := [key for key, spec in lesson.own().items() if roomview.among_colleagues(spec)])
        ]
        # The first that went out: a session that is put out later changes nothing that was promised.
        _, first = min(rounds, key=lambda one: one[0], default=("", []))
        return frozenset(first) & frozenset(specs)


def room_of(served: ServedCourse) -> ServedRoom:
    """The course's room, opened when somebody first asks for it."""
    with _OPENING:
        held = served.__dict__.get("served_room")
        if held is None:
            held = served.__dict__["served_room"] = ServedRoom(served)
    return held


@contextmanager
def in_words():
    """Turns what the room refuses into what a browser is told."""
    try:
        yield
    except RoomRefused as error:
        raise Refusal(STATUS.get(error.code, 409), error.code, **error.values) from None


def joined(one: str, other: str) -> str:
    """Two objects in JSON as one; neither is empty, and no name is in both."""
    return f"{one[:-1]}, {other[1:]}"
