"""A copy of all that is a person's in the room, and leaving it."""

import json

import sqlalchemy as sa

from openpractice.room import cohorts
from openpractice.room.cohorts import present_member
from openpractice.room.roomstore import RoomRefused, RoomStore, new_id, note
from openpractice.room.roomtables import (
    answered,
    assignment,
    attendance,
    critique,
    grouping,
    log,
    member,
    report,
    share,
    share_version,
    stuck,
)
from openpractice.room.tallies import ballots

WAYS = ("erase", "nameless")


def copy_of(db: sa.Connection, cohort: str, person: str) -> dict:
    """Everything of the person's in this cohort, as plain data; no ballot, which has no name on it."""
    mine = share.c.cohort == cohort, share.c.person == person
    versions = sa.select(share_version).join(share, share.c.id == share_version.c.share).where(*mine)
    written = (
        sa.select(assignment.c.prompt, critique)
        .join(critique, critique.c.id == assignment.c.id)
        .where(assignment.c.cohort == cohort)
    )
    reports = sa.select(report.c.why, report.c.at).join(share, share.c.id == report.c.share)
    return {
        "member": _all(db, sa.select(member).where(member.c.cohort == cohort, member.c.person == person)),
        "shared": _all(db, sa.select(share).where(*mine)),
        "versions": _all(db, versions),
        "given": _fields(_all(db, written.where(assignment.c.reviewer == person))),
        "received": _fields(_all(db, written.where(assignment.c.author == person))),
        "reports": _all(db, reports.where(share.c.cohort == cohort, report.c.person == person)),
        "answered": _all(
            db,
            sa.select(answered.c.prompt, answered.c.round).where(
                answered.c.cohort == cohort, answered.c.person == person
            ),
        ),
        "attendance": _all(
            db, sa.select(attendance).where(attendance.c.cohort == cohort, attendance.c.person == person)
        ),
    }


def leave(db: sa.Connection, cohort: str, person: str, codes: dict[str, str], way: str) -> None:
    """Takes a person out of the cohort, in the way that the course says beforehand.

    erase: their shares go, with every version. nameless: the shares stay, without a name. Either
    way their ballots go unless they were shown already; critiques that they gave stay with those
    who got them, without a name; what they were given goes. Attendance stays: hours outlive the course.
    """
    if way not in WAYS:
        raise RoomRefused("no-way")
    who = present_member(db, cohort, person)
    ballots.take_back_all(db, cohort, who, codes)
    mine = (share.c.cohort == cohort) & (share.c.person == person)
    received = (assignment.c.cohort == cohort) & (assignment.c.author == person)
    db.execute(
        critique.delete().where(critique.c.id.in_(sa.select(assignment.c.id).where(received))),
    )
    db.execute(assignment.delete().where(received))
    given = (assignment.c.cohort == cohort) & (assignment.c.reviewer == person)
    db.execute(assignment.delete().where(given, assignment.c.state != "done"))
    _without_name(db, assignment, assignment.c.reviewer, given)
    theirs = sa.select(share.c.id).where(share.c.cohort == cohort)
    _without_name(db, report, report.c.person, (report.c.person == person) & report.c.share.in_(theirs))
    if way == "erase":
        own = sa.select(share.c.id).where(mine)
        db.execute(report.delete().where(report.c.share.in_(own)))
        db.execute(share_version.delete().where(share_version.c.share.in_(own)))
        db.execute(share.delete().where(mine))
    else:
        _without_name(db, share, share.c.person, mine, name="")
    for table in (stuck, grouping):
        db.execute(table.delete().where(table.c.cohort == cohort, table.c.person == person))
    db.execute(member.delete().where(member.c.cohort == cohort, member.c.person == person))
    cohorts.note_gone(db, cohort, person)
    note(db, cohort, "gone", "left", way=way)


def _without_name(db, table, column, which, **values):
    """Puts something random in the person's place, in each row something else: no two are known as one person's."""
    for kept in list(db.scalars(sa.select(table.c.id).where(which))):
        db.execute(table.update().where(table.c.id == kept).values({column: f"gone-{new_id()}", **values}))


def erase_everywhere(store: RoomStore, person: str, codes: dict[str, str]) -> list[str]:
    """Erases somebody from every cohort, also where they led or have left; the titles of the cohorts that knew them."""
    known = []
    with store.reading() as db:
        titles = {row.id: row.title for row in cohorts.every(db)}
    for cohort, title in titles.items():
        with store.reading() as db:
            here = person in cohorts.of_cohort(db, cohort)
            named = any(db.scalar(sa.select(sa.func.count()).where(*where)) for _, where in _named(cohort, person))
        if not (here or named):
            continue
        known.append(title)
        with store.changing(cohort) as db:
            if here:
                leave(db, cohort, person, codes, "erase")
            _unname(db, cohort, person)
    return sorted(known)


def _named(cohort, person):
    """The rows of a cohort that have the person's id in them beside those that `leave` takes away."""
    yield attendance, (attendance.c.cohort == cohort, attendance.c.person == person)
    yield attendance, (attendance.c.cohort == cohort, attendance.c.corrected_by == person)
    yield member, (member.c.cohort == cohort, member.c.appraiser == person)
    # As JSON has it; what only looks like it is told apart by whoever changes the row.
    yield (
        log,
        (log.c.cohort == cohort, (log.c.who == person) | log.c.about.contains(json.dumps(person), autoescape=True)),
    )


def _unname(db, cohort, person):
    (_, own), (_, corrected), (_, appraised), (_, lines) = _named(cohort, person)
    db.execute(attendance.delete().where(*own))
    db.execute(attendance.update().where(*corrected).values(corrected_by=""))
    db.execute(member.update().where(*appraised).values(appraiser=""))
    for line in db.execute(sa.select(log).where(*lines)).all():
        about = json.loads(line.about)
        if line.who == person and line.what in ("hide", "settle"):  # there they stand by their name
            db.execute(share.update().where(share.c.id == about["share"]).values(hidden_by=""))
            db.execute(report.update().where(report.c.share == about["share"]).values(settled_by=""))
        kept = {key: value for key, value in about.items() if (key, value) != ("person", person)}
        who = "gone" if line.who == person else line.who
        db.execute(log.update().where(log.c.id == line.id).values(who=who, about=json.dumps(kept)))


def _all(db, query):
    return [dict(row) for row in db.execute(query).mappings()]


def _fields(rows):
    return [row | {"fields": json.loads(row["fields"])} for row in rows]
