"""Who is on which answer now, so that two reviewers do not read the same one unawares.

A lease is a courtesy and never a lock: it runs out by itself, and a save is
judged by its version alone.
"""

import sqlalchemy as sa

from openpractice.gradebook.marks import Key
from openpractice.gradebook.own_tables import lease

SECONDS = 150  # the page says every minute that it is still there


def _live(now: float):
    """Taken, and not run out. One with much longer to go than any is given dates from before the clock went back."""
    return sa.and_(lease.c.until > now, lease.c.until <= now + 2 * SECONDS)


def held(db, lesson: str, prompt: str, now: float) -> dict[str, str]:
    """Who holds what of a prompt: reviewer by participant."""
    rows = db.execute(sa.select(lease).where(lease.c.lesson == lesson, lease.c.prompt == prompt, _live(now)))
    return {row.participant: row.reviewer for row in rows}


def everywhere(db, now: float) -> dict[Key, str]:
    """Who holds what now, in every lesson: reviewer by answer."""
    rows = db.execute(sa.select(lease).where(_live(now)))
    return {Key(row.lesson, row.prompt, row.participant): row.reviewer for row in rows}


def take(db, key: Key, reviewer: str, now: float) -> str:
    """The reviewer who holds the answer after this: the asker, unless another is on it."""
    standing = sa.select(lease.c.reviewer).where(key.of(lease), _live(now))
    holder = db.scalar(standing)
    if holder not in (None, reviewer):
        return holder
    give_up(db, reviewer)
    db.execute(lease.delete().where(key.of(lease), sa.not_(_live(now))))
    row = {"lesson": key.lesson, "prompt": key.prompt, "participant": key.participant}
    try:
        with db.begin_nested():
            db.execute(lease.insert().values(**row, reviewer=reviewer, until=now + SECONDS))
    except sa.exc.IntegrityError:
        # Two took it at once: the first one has it.
        return db.scalar(standing) or reviewer
    return reviewer


def give_up(db, reviewer: str) -> None:
    """A reviewer is on one answer at a time: let go of all."""
    db.execute(lease.delete().where(lease.c.reviewer == reviewer))
