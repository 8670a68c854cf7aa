"""Collecting by itself: when Review is opened, and when a session falls due.

What a course sets decides whether. Whoever opens Review finds what was handed in; nobody has to know
that there is such a thing as collecting. Withdrawing stays possible until it happens.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from openpractice import i18n
from openpractice.authoring.courses.lessonfolder import review_rules
from openpractice.clock import read_time
from openpractice.i18n import Coded
from openpractice.kit import course_parts
from openpractice.service import catalog
from openpractice.service.facilitator import workroom
from openpractice.service.handlers.context import RequestContext, ServedCourse
from openpractice.service.jobs import Job
from openpractice.service.participant import lessons

log = logging.getLogger(__name__)
EVERY = 20.0  # seconds between two looks at what waits, however often Review is opened
LOOK = 30.0  # seconds between two looks at what fell due


@dataclass(frozen=True)
class Came:
    """How many hand-ins of a session waited, and whether they were collected."""

    session: str
    waiting: int
    done: bool


class Collecting:
    """What was collected last without a press of the button. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._due: dict[str, str | None] = {}  # by lesson, the due time at which it was collected

    def on_opening(self, context: RequestContext, language: str) -> list[str]:
        """Collects what waits; one sentence for all that came, and one for each lesson that could not be collected."""
        if not self._may_look(context.served):
            return []
        try:
            came = [self._collect(context.served, lesson, language) for lesson in context.shelf.lessons()]
        except Coded as busy:
            return [busy.said(language)]
        return sentences(language, came)

    def at_due_times(self, served: ServedCourse, now: datetime | None = None) -> list[str]:
        """Collects every lesson that fell due since it was asked last, once; the sentences, in English."""
        now = now or datetime.now(UTC)
        said: list[str] = []
        if served.places.data is None or not _wanted():
            return said
        for lesson in served.shelf.lessons():
            due = read_time(lesson.due)
            if due and due <= now and self._due.get(lesson.id) != lesson.due:
                try:
                    came = self._collect(served, lesson, i18n.FALLBACK)
                except Coded as busy:
                    said.append(str(busy))
                    continue
                if came.done:  # otherwise it is tried again at the next look
                    self._due[lesson.id] = lesson.due
                said += sentences(i18n.FALLBACK, [came])
        return said

    def _may_look(self, served) -> bool:
        if served.places.data is None or not served.shelf.outbound or not _wanted():
            return False
        with self._lock:
            now = self._clock()
            if now - self._looked < EVERY:
                return False
            self._looked = now
        return True

    def _collect(self, served, lesson, language) -> Came:
        session = lessons.names_of(lesson.id, lesson.title, language)["word"]
        waiting = workroom.handed_in(served, lesson.id)["fresh"]
        if not waiting:
            return Came(session, 0, True)
        job = Job("", f"collect {lesson.id}", language)
        done = workroom.collect(served, lesson.id, job)
        if not done:
            log.warning("%s was not collected by itself: %s", lesson.id, job.lines)
        return Came(session, waiting, done)


def sentences(language: str, came: list[Came]) -> list[str]:
    """One for all that was collected, however many sessions; one for each session that could not be."""
    taken = [one for one in came if one.done and one.waiting]
    said = [catalog.say(language, "collected-itself-not", session=one.session) for one in came if not one.done]
    if taken:
        sessions, n = ", ".join(one.session for one in taken), sum(one.waiting for one in taken)
        said.insert(0, catalog.say(language, "collected-itself", session=sessions, n=n))
    return said


def _wanted() -> bool:
    return review_rules(course_parts().lessons).collect_itself
