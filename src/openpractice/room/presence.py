"""Who was there: joining a session, and its minutes. Kept apart from answers and marks.

Minutes are counted from joining to the session's end, never from how long a page was open; a
facilitator may correct them, and the reason stays beside the figure.
"""

import sqlalchemy as sa

from openpractice.room import livesession
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomRefused, note, now_ms
from openpractice.room.roomtables import attendance

#: Longer ago, and somebody is not counted among those who are here.
HERE_MS = 90_000
#: Seen again sooner than this is not written down again.
QUIET_MS = 30_000


def arrive(db: sa.Connection, cohort: str, lesson: str, who: Member) -> None:
    """Notes that somebody joins the session, or is still there."""
    now = now_ms()
    place = _place(cohort, lesson, who.person)
    known = {"name": who.name, "school": who.school, "seen_at": now}
    if not db.execute(attendance.update().where(*place).values(known)).rowcount:
        # To the minute, as the sheet has it.
        row = {"cohort": cohort, "lesson": lesson, "person": who.person, "joined_at": now - now % 60_000}
        db.execute(attendance.insert().values(row | known))


def seen_lately(db: sa.Connection, cohort: str, lesson: str, person: str, now: int) -> bool:
    """Whether that was noted a moment ago, so that it need not be again."""
    seen = db.scalar(sa.select(attendance.c.seen_at).where(*_place(cohort, lesson, person)))
    return seen is not None and now - seen < QUIET_MS


def has_joined(db: sa.Connection, cohort: str, lesson: str, person: str) -> bool:
    """Whether this person has joined the session."""
    joined = sa.exists().where(*_place(cohort, lesson, person), attendance.c.joined_at.is_not(None))
    return bool(db.scalar(sa.select(joined)))


def here(db: sa.Connection, cohort: str, lesson: str, now: int) -> list[str]:
    """The ids of those who are here now, by their names."""
    query = sa.select(attendance.c.person).where(
        attendance.c.cohort == cohort, attendance.c.lesson == lesson, attendance.c.seen_at >= now - HERE_MS
    )
    return list(db.scalars(query.order_by(sa.func.lower(attendance.c.name), attendance.c.person)))


def close(db: sa.Connection, cohort: str, lesson: str, most: int) -> None:
    """Writes everybody's minutes down when the session ends; no more than the session has."""
    session = livesession.of(db, cohort)
    if session is None or session.lesson != lesson:
        return
    for row in sheet(db, cohort, lesson, most):
        if row["joined_at"] is not None:
            kept = {"minutes": row["minutes"], "seen_at": None}
            db.execute(attendance.update().where(*_place(cohort, lesson, row["person"])).values(kept))


def correct(db: sa.Connection, cohort: str, lesson: str, person: Member, minutes: int, who: str, why: str) -> None:
    """Sets somebody's minutes by hand; also for somebody who signed on paper."""
    if not 0 <= minutes <= livesession.MOST_MINUTES or not why.strip():
        raise RoomRefused("no-reason" if not why.strip() else "no-minutes")
    said = {"corrected": minutes, "corrected_by": who, "corrected_why": why.strip()[:300]}
    place = _place(cohort, lesson, person.person)
    if not db.execute(attendance.update().where(*place).values(said)).rowcount:
        row = {"cohort": cohort, "lesson": lesson, "person": person.person, "name": person.name}
        db.execute(attendance.insert().values(row | {"school": person.school} | said))
    note(db, cohort, who, "attendance", lesson=lesson, person=person.person, minutes=minutes)


def sheet(db: sa.Connection, cohort: str, lesson: str, most: int) -> list[dict]:
    """The sign-in sheet: ``{"person", "name", "school", "joined_at", "minutes", "corrected", ...}``.

    While the session is open the minutes are those up to now. `most` is how many it has.
    """
    session = livesession.of(db, cohort)
    opened_at = session.opened_at if session is not None and session.lesson == lesson else None
    query = sa.select(attendance).where(attendance.c.cohort == cohort, attendance.c.lesson == lesson)
    rows = db.execute(query.order_by(sa.func.lower(attendance.c.name), attendance.c.person)).mappings()
    now, found = now_ms(), []
    for row in rows:
        minutes = row["minutes"]
        if opened_at is not None and row["joined_at"] is not None:
            since = now - max(row["joined_at"], opened_at)
            minutes = max(minutes, min(most, max(0, since) // 60_000))
        found.append(dict(row) | {"minutes": minutes})
    return found


def _place(cohort, lesson, person):
    return attendance.c.cohort == cohort, attendance.c.lesson == lesson, attendance.c.person == person
