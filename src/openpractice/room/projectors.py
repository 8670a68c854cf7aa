"""Secret addresses for the screen in the room: they hold nobody's session, and they expire."""

import hashlib
import secrets

import sqlalchemy as sa

from openpractice.room.roomstore import RoomRefused, note, now_ms
from openpractice.room.roomtables import projector

HOURS = 12
MOST_OPEN = 20


def make(db: sa.Connection, cohort: str, who: str, hours: int = HOURS) -> dict:
    """A new address: ``{"token", "until"}``. Only its print is kept, so that nobody finds it later."""
    now, token = now_ms(), secrets.token_urlsafe(24)
    db.execute(projector.delete().where(projector.c.until < now))
    kept = sa.select(projector.c.mark).where(projector.c.cohort == cohort).order_by(projector.c.made_at.desc())
    for mark in list(db.scalars(kept))[MOST_OPEN - 1 :]:
        db.execute(projector.delete().where(projector.c.mark == mark))
    until = now + max(1, min(hours, 24 * 14)) * 3_600_000
    row = {"mark": _mark(token), "cohort": cohort, "made_by": who, "made_at": now, "until": until}
    db.execute(projector.insert().values(row))
    note(db, cohort, who, "projector", until=until)
    return {"token": token, "until": until}


def cohort_of(db: sa.Connection, token: str, now: int | None = None) -> str:
    """The cohort that this address shows.

    Raises
    ------
    RoomRefused
        ``no-projector`` for one that was never made, was ended, or has expired.
    """
    row = db.execute(sa.select(projector).where(projector.c.mark == _mark(token))).one_or_none()
    if row is None or row.until < (now_ms() if now is None else now):
        raise RoomRefused("no-projector")
    return row.cohort


def end_all(db: sa.Connection, cohort: str, who: str) -> None:
    """Ends every address of the cohort."""
    db.execute(projector.delete().where(projector.c.cohort == cohort))
    note(db, cohort, who, "projector-end")


def _mark(token):
    return hashlib.sha256(token.encode()).hexdigest()
