"""A live session of one cohort: the step, its time, what stands on the screen, stuck hands, groups.

Times are points in time, never a countdown that somebody has to keep: whoever comes back, or
slept, knows the time left at once.
"""

import random
from collections.abc import Sequence

import sqlalchemy as sa

from openpractice.room.allocation import Colleague, may_review
from openpractice.room.cohorts import people
from openpractice.room.roomstore import RoomRefused, note, now_ms
from openpractice.room.roomtables import grouping, live, stuck

MOST_MINUTES = 24 * 60
LONGEST_MESSAGE = 300
_CHANCE = random.SystemRandom()


def of(db: sa.Connection, cohort: str) -> sa.Row | None:
    """The session that is open now, or None."""
    return db.execute(sa.select(live).where(live.c.cohort == cohort, live.c.closed_at.is_(None))).one_or_none()


def begin(db: sa.Connection, cohort: str, lesson: str, minutes: int, who: str) -> None:
    """Opens a session at its first step; one that was open before is closed."""
    now = now_ms()
    db.execute(live.delete().where(live.c.cohort == cohort))
    db.execute(stuck.delete().where(stuck.c.cohort == cohort))
    row = {"cohort": cohort, "lesson": lesson, "step": 0, "step_at": now, "opened_at": now}
    db.execute(live.insert().values(row | {"ends_at": now + _span(minutes)}))
    note(db, cohort, who, "begin", lesson=lesson)


def step(db: sa.Connection, cohort: str, number: int, minutes: int) -> None:
    """Goes to a step; its time begins now, and what stood on the screen is put away."""
    if number < 0:
        raise RoomRefused("no-step")
    now = now_ms()
    _change(db, cohort, step=number, step_at=now, ends_at=now + _span(minutes), paused_at=None, shows="")


def extend(db: sa.Connection, cohort: str, minutes: int) -> None:
    """Gives the step some more minutes, or with a negative number fewer; never less than none."""
    row = _open(db, cohort)
    from_ = row.paused_at or now_ms()
    _change(db, cohort, ends_at=max(from_, min(row.ends_at + minutes * 60_000, from_ + _span(MOST_MINUTES))))


def pause(db: sa.Connection, cohort: str) -> None:
    """Stops the clock of the step."""
    row = _open(db, cohort)
    if row.paused_at is None:
        _change(db, cohort, paused_at=now_ms())


def resume(db: sa.Connection, cohort: str) -> None:
    """Lets it run on, as far in and with as much time left as it was."""
    row = _open(db, cohort)
    if row.paused_at is not None:
        stood = now_ms() - row.paused_at
        _change(db, cohort, paused_at=None, step_at=row.step_at + stood, ends_at=row.ends_at + stood)


def say(db: sa.Connection, cohort: str, text: str) -> None:
    """A message that everybody sees, until the next or an empty one."""
    text = text.strip()[:LONGEST_MESSAGE]
    _change(db, cohort, message=text, message_at=now_ms() if text else None)


def show(db: sa.Connection, cohort: str, what: str) -> None:
    """What stands on the projector: the id of a prompt or of a share; empty for the step itself."""
    _change(db, cohort, shows=what[:100])


def end(db: sa.Connection, cohort: str, who: str) -> None:
    """Closes the session."""
    row = _open(db, cohort)
    _change(db, cohort, closed_at=now_ms())
    db.execute(stuck.delete().where(stuck.c.cohort == cohort))
    note(db, cohort, who, "end", lesson=row.lesson)


def raise_hand(db: sa.Connection, cohort: str, person: str, up: bool, text: str = "") -> None:
    """“I am stuck”, or no more. A hand that is up already keeps its place."""
    place = (stuck.c.cohort == cohort) & (stuck.c.person == person)
    text = text.strip()[:LONGEST_MESSAGE]
    if not up:
        db.execute(stuck.delete().where(place))
    elif not db.execute(stuck.update().where(place).values(note=text)).rowcount:
        last = db.scalar(sa.select(sa.func.max(stuck.c.at)).where(stuck.c.cohort == cohort)) or 0
        # Of two within one thousandth of a second the later comes later.
        db.execute(stuck.insert().values(cohort=cohort, person=person, note=text, at=max(now_ms(), last + 1)))


def hands(db: sa.Connection, cohort: str) -> list[sa.Row]:
    """Who is stuck, longest first."""
    return list(db.execute(sa.select(stuck).where(stuck.c.cohort == cohort).order_by(stuck.c.at, stuck.c.person)))


def is_stuck(db: sa.Connection, cohort: str, person: str) -> bool:
    """Whether this person's hand is up."""
    up = sa.exists().where(stuck.c.cohort == cohort, stuck.c.person == person)
    return bool(db.scalar(sa.select(up)))


def make_groups(db: sa.Connection, cohort: str, lesson: str, here: Sequence[str], size: int) -> list[list[str]]:
    """Puts those who are here in groups of about `size`, nobody beside whoever appraises them.

    Groups differ by one at the most. Where the appraisers leave no other way, the fewest such
    pairs sit together that a few hundred tries can find.
    """
    if not 2 <= size <= 50:
        raise RoomRefused("no-size")
    known = people(db, cohort)
    sitting = [each for each in here if each in known and not known[each].leads]
    if len(sitting) < 2:
        raise RoomRefused("too-few-here")
    colleagues = {each: Colleague(each, "", known[each].appraiser) for each in sitting}
    best = min((_dealt(sitting, size) for _ in range(300)), key=lambda groups: _clashes(groups, colleagues))
    db.execute(grouping.delete().where(grouping.c.cohort == cohort, grouping.c.lesson == lesson))
    rows = [
        {"cohort": cohort, "lesson": lesson, "person": person, "number": number}
        for number, group in enumerate(best, 1)
        for person in group
    ]
    db.execute(grouping.insert(), rows)
    return best


def put_in_group(db: sa.Connection, cohort: str, lesson: str, person: str, number: int) -> None:
    """Moves one person to a group; latecomers are put in one this way."""
    if not 1 <= number <= 500:
        raise RoomRefused("no-size")
    place = (grouping.c.cohort == cohort) & (grouping.c.lesson == lesson) & (grouping.c.person == person)
    if not db.execute(grouping.update().where(place).values(number=number)).rowcount:
        db.execute(grouping.insert().values(cohort=cohort, lesson=lesson, person=person, number=number))


def groups(db: sa.Connection, cohort: str, lesson: str) -> dict[str, int]:
    """The number of each person's group."""
    query = sa.select(grouping.c.person, grouping.c.number)
    return dict(db.execute(query.where(grouping.c.cohort == cohort, grouping.c.lesson == lesson)).all())


def _dealt(sitting, size):
    order = list(sitting)
    _CHANCE.shuffle(order)
    count = max(1, round(len(order) / size))
    return [order[number::count] for number in range(count)]


def _clashes(groups, colleagues):
    return sum(
        not may_review(colleagues[one], colleagues[other])
        for group in groups
        for place, one in enumerate(group)
        for other in group[place + 1 :]
    )


def _span(minutes):
    if not 0 <= minutes <= MOST_MINUTES:
        raise RoomRefused("no-step")
    return minutes * 60_000


def _open(db, cohort):
    row = of(db, cohort)
    if row is None:
        raise RoomRefused("no-session")
    return row


def _change(db, cohort, **values):
    _open(db, cohort)
    db.execute(live.update().where(live.c.cohort == cohort).values(**values))
