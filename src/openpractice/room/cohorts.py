"""Cohorts and who is in them. Several in one course see nothing of each other."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.model import RoomRules
from openpractice.room.roomstore import RoomRefused, RoomStore, new_id, now_ms
from openpractice.room.roomtables import ballot, cohort, gone, member

ROLES = ("participant", "facilitator")
# No letters that are mistaken for one another when read aloud or from a wall.
_LETTERS = "abcdefghkmnpqrstuvwxyz"
MOST_COHORTS = 200
MOST_MEMBERS = 2_000


@dataclass(frozen=True)
class Member:
    """One person of a cohort; `appraiser` is the id of whoever appraises them."""

    person: str
    name: str
    role: str = "participant"
    school: str = ""
    appraiser: str = ""
    volunteer: bool = False

    @property
    def leads(self) -> bool:
        return self.role == "facilitator"


def make(store: RoomStore, title: str, rules: RoomRules, cohort_id: str = "") -> str:
    """A new cohort; returns its id. With an id that is there already, nothing is made."""
    title = " ".join(title.split())[:120]
    if not title:
        raise RoomRefused("no-title")
    with store.making() as db:
        if cohort_id and db.scalar(sa.select(cohort.c.id).where(cohort.c.id == cohort_id)):
            return cohort_id
        if (db.scalar(sa.select(sa.func.count()).select_from(cohort)) or 0) >= MOST_COHORTS:
            raise RoomRefused("too-many", most=MOST_COHORTS)
        made = cohort_id or new_id()
        code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
        known = {"id": made, "title": title, "join_code": code, "count_from": rules.count_from, "made_at": now_ms()}
        db.execute(cohort.insert().values(known))
    return made


def hold_to(store: RoomStore, rules: RoomRules) -> list[str]:
    """Brings every cohort to the course's threshold; returns those where it stays higher.

    It may be raised at any time. Once somebody has answered it is never lowered: what people
    were told when they answered holds.
    """
    kept = []
    with store.making() as db:
        for row in db.execute(sa.select(cohort.c.id, cohort.c.count_from, cohort.c.title)).all():
            has_answers = db.scalar(sa.select(sa.exists().where(ballot.c.cohort == row.id)))
            if rules.count_from < row.count_from and has_answers:
                kept.append(row.title)
            elif rules.count_from != row.count_from:
                db.execute(cohort.update().where(cohort.c.id == row.id).values(count_from=rules.count_from))
    return kept


def every(db: sa.Connection) -> list[sa.Row]:
    """All cohorts, oldest first, with ``people``: how many take part."""
    taking_part = (
        sa.select(sa.func.count())
        .where(member.c.cohort == cohort.c.id, member.c.role == "participant")
        .scalar_subquery()
    )
    return list(db.execute(sa.select(cohort, taking_part.label("people")).order_by(cohort.c.made_at, cohort.c.id)))


def named(db: sa.Connection, cohort_id: str) -> sa.Row:
    """The cohort of that id.

    Raises
    ------
    RoomRefused
        ``no-cohort`` when there is none.
    """
    found = db.execute(sa.select(cohort).where(cohort.c.id == cohort_id)).one_or_none()
    if found is None:
        raise RoomRefused("no-cohort")
    return found


def by_code(db: sa.Connection, code: str) -> str:
    """The id of the cohort that this code joins, however its letters and dashes were typed."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())[:40]
    for row in db.execute(sa.select(cohort.c.id, cohort.c.join_code)):
        if secrets.compare_digest(row.join_code.replace("-", "").encode(), plain.encode()):
            return row.id
    raise RoomRefused("wrong-code")


def join(store: RoomStore, cohort_id: str, person: Member) -> None:
    """Takes the person in, or brings their name, school and role up to date.

    Raises
    ------
    RoomRefused
        ``has-left``: whoever left comes back by `enter` alone.
    """
    with store.reading() as db:
        known = db.execute(_row_of(cohort_id, person.person)).one_or_none()
    if known and _same(known, person):
        return
    with store.changing(cohort_id) as db:
        if known is None and not person.leads and has_gone(db, cohort_id, person.person):
            raise RoomRefused("has-left")
        take_in(db, cohort_id, [person])


def take_in(db: sa.Connection, cohort_id: str, people: Iterable[Member]) -> None:
    """The same for several, within a change."""
    held: dict = {row.person: row for row in db.execute(sa.select(member).where(member.c.cohort == cohort_id))}
    for person in people:
        if person.role not in ROLES:
            raise RoomRefused("no-role")
        row = {
            "name": " ".join(person.name.split())[:200] or person.person,
            "school": person.school[:200],
            "role": person.role,
            "appraiser": person.appraiser,
        }
        if person.person in held:
            place = (member.c.cohort == cohort_id) & (member.c.person == person.person)
            db.execute(member.update().where(place).values(row))
            continue
        if len(held) >= MOST_MEMBERS:
            raise RoomRefused("too-many", most=MOST_MEMBERS)
        held[person.person] = None
        row |= {"cohort": cohort_id, "person": person.person, "place": _next_place(db, person.person)}
        db.execute(member.insert().values(row))


def _next_place(db, person):
    return 1 + (db.scalar(sa.select(sa.func.max(member.c.place)).where(member.c.person == person)) or 0)


def follow_list(db: sa.Connection, cohort_id: str, known: Mapping[str, tuple[str, str]]) -> None:
    """Brings school and appraiser of everybody here up to the list: `known` gives both by id."""
    for row in db.execute(sa.select(member).where(member.c.cohort == cohort_id)).all():
        school, appraiser = known.get(row.person, (row.school, row.appraiser))
        if (row.school, row.appraiser) != (school, appraiser):
            place = (member.c.cohort == cohort_id) & (member.c.person == row.person)
            db.execute(member.update().where(place).values(school=school[:200], appraiser=appraiser))


def note_gone(db: sa.Connection, cohort_id: str, person: str) -> None:
    """Remembers without a name that this person left, so that nothing takes them in again but they themselves."""
    if not has_gone(db, cohort_id, person):
        db.execute(gone.insert().values(cohort=cohort_id, mark=mark_of_gone(cohort_id, person)))


def has_gone(db: sa.Connection, cohort_id: str, person: str) -> bool:
    """Whether this person left and has not come back."""
    left = sa.exists().where(gone.c.cohort == cohort_id, gone.c.mark == mark_of_gone(cohort_id, person))
    return bool(db.scalar(sa.select(left)))


def enter(store: RoomStore, cohort_id: str, person: Member) -> None:
    """They come in by their own word, for the first time or again; of their cohorts they are now in this one."""
    with store.changing(cohort_id) as db:
        mark = mark_of_gone(cohort_id, person.person)
        db.execute(gone.delete().where(gone.c.cohort == cohort_id, gone.c.mark == mark))
        if person.person not in of_cohort(db, cohort_id):
            take_in(db, cohort_id, [person])
        elif of(db, person.person)[-1] != cohort_id:
            place = (member.c.cohort == cohort_id) & (member.c.person == person.person)
            db.execute(member.update().where(place).values(place=_next_place(db, person.person)))


def mark_of_gone(cohort_id: str, person: str) -> str:
    """What stands for somebody who left: whoever knows their id can find it, and it is beside no time."""
    return f"gone-{hashlib.sha256(f'{cohort_id} {person}'.encode()).hexdigest()[:24]}"


def volunteer(store: RoomStore, cohort_id: str, person: str, willing: bool) -> None:
    """Notes whether the person would take one more piece of work when somebody is left over."""
    with store.changing(cohort_id) as db:
        place = (member.c.cohort == cohort_id) & (member.c.person == person)
        db.execute(member.update().where(place).values(volunteer=willing))


def people(db: sa.Connection, cohort_id: str) -> dict[str, Member]:
    """Everybody who is in the cohort now, by id, in the order of their names."""
    query = sa.select(member).where(member.c.cohort == cohort_id)
    rows = db.execute(query.order_by(sa.func.lower(member.c.name), member.c.person))
    return {row.person: _member(row) for row in rows}


def names_of(db: sa.Connection, cohort_id: str, ids: Iterable[str]) -> dict[str, str]:
    """The names of those of these people who are in the cohort now, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    here = (member.c.cohort == cohort_id, member.c.person.in_(wanted))
    return dict(db.execute(sa.select(member.c.person, member.c.name).where(*here)).all())


def of(db: sa.Connection, person: str) -> list[str]:
    """The ids of the cohorts that the person belongs to; the last is the one that they are in."""
    query = sa.select(member.c.cohort).where(member.c.person == person)
    return list(db.scalars(query.order_by(member.c.place, member.c.cohort)))


def of_cohort(db: sa.Connection, cohort_id: str) -> set[str]:
    """The ids of everybody who is in the cohort now."""
    return set(db.scalars(sa.select(member.c.person).where(member.c.cohort == cohort_id)))


def present_member(db: sa.Connection, cohort_id: str, person: str) -> Member:
    """The person, as a member of this cohort.

    Raises
    ------
    RoomRefused
        ``not-here`` for anybody else, so that no other cohort can be looked into.
    """
    row = db.execute(_row_of(cohort_id, person)).one_or_none()
    if row is None:
        raise RoomRefused("not-here")
    return _member(row)


def hold_here(db: sa.Connection, cohort_id: str, person: Member) -> None:
    """Nothing, where the person is in the cohort as this change begins.

    Raises
    ------
    RoomRefused
        ``has-left``: they left between the asking and this, and leave nothing behind.
    """
    if db.execute(_row_of(cohort_id, person.person)).one_or_none() is None:
        raise RoomRefused("has-left")


def _row_of(cohort_id, person):
    return sa.select(member).where(member.c.cohort == cohort_id, member.c.person == person)


def _member(row):
    return Member(row.person, row.name, row.role, row.school, row.appraiser, row.volunteer)


def _same(row, person):
    new = (" ".join(person.name.split())[:200] or person.person, person.role, person.school[:200], person.appraiser)
    return (row.name, row.role, row.school, row.appraiser) == new
