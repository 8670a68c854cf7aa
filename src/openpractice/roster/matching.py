"""Which row of the list is which person: by id, by address, by name, or as a facilitator says.

A person who joins gets an id from the sign-in; a list from a school's office may name the same
person by another, or by none. A row takes the id of the person it is, so that everything that
goes by ids (appraisers, who reads whom, exports) means one person. Where two could be meant,
nothing is guessed and the facilitator chooses.
"""

import secrets
from collections import Counter, defaultdict
from dataclasses import replace

import sqlalchemy as sa

from openpractice.gradebook import collected, own_tables
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.own_tables import alias, assigned, person
from openpractice.ids import is_id
from openpractice.names import compared, loosened


def unclear_id() -> str:
    """An id for a row that may be several people; no sign-in makes one like it."""
    return f"listed-{secrets.token_hex(4)}"


def aliases(db) -> dict[str, str]:
    """The id that counts, by the id that a list gave."""
    return {row.listed: row.participant for row in db.execute(sa.select(alias))}


def placed(people: list, have: dict, known: dict[str, str]) -> list:
    """The people of a file, each under the id by which they are on the list already, or a new one.

    `have` is the list by id, `known` are the aliases. Two people of one name are kept apart by
    address or school, and no row is two people's.
    """
    names = Counter(compared(one.name) for one in people)
    rows, mails = defaultdict(list), defaultdict(list)
    for row in have.values():
        rows[compared(row.name)].append(row)
        mails[compared(row.email)].append(row)
    places: dict[int, str] = {}
    for rule in (_by_id, _by_name_and_address, _by_name, _by_address):
        taken = set(places.values())
        for number, one in enumerate(people):
            free = [] if number in places else rule(one, names, rows, mails, have, known)
            free = [key for key in free if key not in taken]
            if len(free) == 1:
                places[number] = free[0]
                taken.add(free[0])
    result = [
        replace(one, participant=places.get(number) or (one.participant if is_id(one.participant) else unclear_id()))
        for number, one in enumerate(people)
    ]
    ids = {one.participant: after.participant for one, after in zip(people, result, strict=True) if one.participant}
    found = appraisers({**have, **{one.participant: one for one in result}}, {}, known | ids)
    return [replace(one, appraiser=found(one.appraiser)) for one in result]


def _by_id(one, names, rows, mails, have, known):
    key = known.get(one.participant, one.participant)
    return [key] if one.participant and (key in have or key != one.participant) else []


def _by_name_and_address(one, names, rows, mails, have, known):
    return [row.participant for row in rows[compared(one.name)] if one.email and not _apart(row, one) and row.email]


def _by_name(one, names, rows, mails, have, known):
    alike = [row for row in rows[compared(one.name)] if not _apart(row, one)]
    if names[compared(one.name)] > 1:
        alike = [row for row in alike if whereabouts(row) == whereabouts(one)]
    return [row.participant for row in alike]


def _by_address(one, names, rows, mails, have, known):
    """Under another name: it has a part in common, since a school's office may share one address."""
    alike = mails[compared(one.email)] if one.email else []
    words = set(loosened(one.name).split())
    return [row.participant for row in alike if len(alike) == 1 and words & set(loosened(row.name).split())]


def appraisers(have: dict, joined: dict[str, str], known: dict[str, str]):
    """A function: the id of whom a list calls an appraiser, by id or by name; the text as it is where nobody is sure."""
    names = defaultdict(set)
    for key, name in [*joined.items(), *((row.participant, row.name) for row in have.values())]:
        names[compared(name)].add(key)

    def found(text: str) -> str:
        if text in known:
            return known[text]
        called = names.get(compared(text), ())
        return next(iter(called)) if text not in have and len(called) == 1 else text

    return found


def whereabouts(one) -> tuple[str, str]:
    """What tells people of one name apart: address and school, as they are compared."""
    return compared(one.email), compared(one.school)


def _apart(row, one) -> bool:
    """Whether the addresses say that these are two people."""
    return bool(row.email and one.email and compared(row.email) != compared(one.email))


def pairs(have: dict, joined: dict[str, str], known: dict[str, str]) -> list[tuple[str, str]]:
    """Rows and the people who joined as them, where the name leaves no doubt: (row, joined id).

    `joined` gives names by id. Rows that somebody has settled by hand are left alone.
    """
    waiting = [row for key, row in have.items() if key not in joined and key not in known]
    free = {key: name for key, name in joined.items() if key not in have and name}
    rows = Counter(compared(row.name) for row in have.values())
    people = Counter(compared(name) for name in joined.values())
    by_name = {compared(name): key for key, name in free.items()}
    return [
        (row.participant, by_name[name])
        for row in waiting
        if (name := compared(row.name)) in by_name and rows[name] == 1 and people[name] == 1
    ]


def match(db, row: str, joined: str) -> None:
    """The row is that person: it goes by their id from now on, also when the same file is read again.

    Raises
    ------
    GradingError
        When there is no such row, or answers came in under both ids.
    """
    if row == joined or not db.scalar(sa.select(person.c.participant).where(person.c.participant == row)):
        raise GradingError("roster-row-gone")
    answered = own_tables.response.c.participant
    if db.scalar(sa.select(answered).where(answered == row).limit(1)):
        raise GradingError("roster-row-handed-in")
    db.execute(person.delete().where(person.c.participant == joined))
    _rename(db, row, joined)


def part(db, joined: str) -> str:
    """The row is not that person after all: it gets an id of its own, which is returned."""
    if not db.scalar(sa.select(person.c.participant).where(person.c.participant == joined)):
        raise GradingError("roster-row-gone")
    db.execute(alias.delete().where(alias.c.participant == joined))
    fresh = let_wait(db, joined)
    # Settled by hand: no name brings the two together again by itself.
    db.execute(alias.insert().values(listed=fresh, participant=fresh))
    return fresh


def let_wait(db, key: str) -> str:
    """The row under an id of its own, which is returned: it waits for its person."""
    fresh = unclear_id()
    _rename(db, key, fresh)
    return fresh


def _rename(db, old: str, new: str) -> None:
    db.execute(person.update().where(person.c.participant == old).values(participant=new))
    db.execute(person.update().where(person.c.appraiser == old).values(appraiser=new))
    for column in (assigned.c.reviewer, assigned.c.name):
        for row in db.execute(sa.select(assigned).where(column == old)).mappings().all():
            if column is assigned.c.name and row["scope"] != "person":
                continue
            db.execute(assigned.delete().where(*(assigned.c[key] == value for key, value in row.items())))
            moved = {**row, column.name: new}
            if not db.execute(
                sa.select(assigned).where(*(assigned.c[key] == value for key, value in moved.items()))
            ).first():
                db.execute(assigned.insert().values(moved))
    db.execute(alias.update().where(alias.c.participant == old).values(participant=new))
    db.execute(alias.delete().where(alias.c.listed.in_([old, new])))
    db.execute(alias.insert().values(listed=old, participant=new))
    row = db.execute(sa.select(person).where(person.c.participant == new)).mappings().one()
    if row["role"] == "participant":
        collected.set_student(db, new, row["name"], row["email"])
    collected.drop_student(db, old)
