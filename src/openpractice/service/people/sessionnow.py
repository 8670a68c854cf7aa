"""In which session people are by now, by what each of them opened, answered or handed in last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from openpractice.clock import read_time
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.ids import is_id
from openpractice.intake import inbox
from openpractice.service.people.roll import noted_lessons

#: Whoever was at a session so long before the last of all counts no more: that was another meeting.
TOGETHER = timedelta(hours=12)


def session_now(folder: CourseFolder, released: list[str]) -> str:
    """The session, of those that are out, at which most were of those who were here last; "" before anybody was.

    Of two with as many people the later in the list is meant.
    """
    last = [max(times) for times in _times(folder, released) if times]
    newest = max((at for at, _ in last), default=None)
    if newest is None:
        return ""
    at = Counter(lesson for when, lesson in last if newest - when <= TOGETHER)
    return max(at, key=lambda lesson: (at[lesson], released.index(lesson)))


def _times(folder, released) -> Iterator[list]:
    """For each person when they were at which session; a time that is still to come says nothing."""
    now = datetime.now(UTC)
    with suppress(inbox.Unreadable), inbox.opened_folder(folder.inbound) as inbound:
        for person in filter(is_id, inbox.folders_in(inbound)[0]):
            with suppress(inbox.Unreadable), inbox.opened_folder(person, inbound) as own:
                said = [*_noted(own), *_handed_in(own, person, released)]
                yield [(at, lesson) for at, lesson in said if at and at <= now and lesson in released]


def _noted(own):
    for lesson, noted in noted_lessons(own).items():
        yield read_time(noted.get("at")) if isinstance(noted, dict) else None, lesson


def _handed_in(own, person, released):
    for name in inbox.names_in(own):
        for lesson in released:
            with suppress(inbox.Unreadable):
                yield inbox.read_name(name, person, lesson), lesson
