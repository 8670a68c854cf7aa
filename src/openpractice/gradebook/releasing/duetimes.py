"""When a released lesson is due: as it is typed, as it is stored, as it is said."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Literal

from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.coursefolder import (
    CourseFolder,
    GradingError,
)
from openpractice.i18n import Said

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-?W\d{2}(-?\d)?")


def read_due(due: datetime | str | None, zone: tzinfo | None = None) -> datetime | Literal[""] | None:
    """The time as UTC; a day alone ends with its last second."""
    if due is None or isinstance(due, datetime):
        return due and due.astimezone(UTC)
    if not due.strip():
        return ""
    try:
        found = datetime.fromisoformat(due.strip())
        if _DAY.fullmatch(due.strip()):
            found = found.replace(hour=23, minute=59, second=59)
        return (found if found.tzinfo or zone is None else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GradingError("release-time-unreadable", due=due) from None


def store_due(folder: CourseFolder, lesson: str, due: datetime | Literal[""] | None) -> datetime | None:
    """The due time that holds from now on: as before for None, none for ""."""
    with gradebook.opened(folder) as engine:
        with engine.connect() as db:
            known = collected.lesson_cells(db, folder, lesson).due
        held = known.replace(tzinfo=UTC) if known else None
        if due is None or due == held or (due == "" and held is None):
            return held
        with engine.begin() as db:
            collected.set_due(db, lesson, due or None)
    return due or None


def due_said(due: datetime | None, zone: tzinfo | None) -> Said:
    """Until when one may hand in, in the zone where the course is held."""
    if not due:
        return Said("release-no-due")
    here = due.astimezone(zone)
    code = "release-due-past" if due < datetime.now(UTC) else "release-due"
    return Said(code, due=f"{here:%Y-%m-%d %H:%M} {here.tzname()}")
