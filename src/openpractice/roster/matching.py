"""Which row of the list is which person: by id, by address, by name, or as a facilitator says.

A person who joins gets an id from the sign-in; a list from a school's office may name the same
person by another, or by none. A row takes the id of the person it is, so that everything that
goes by ids (appraisers, who reads whom, exports) means one person. Where two could be meant,
nothing is guessed and the facilitator chooses.
"""

import re
import secrets
import unicodedata
from collections import Counter
from dataclasses import replace

import sqlalchemy as sa

from openpractice.gradebook import collected, own_tables
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.own_tables import alias, assigned, person


def folded(name: str) -> str:
    """The form in which two names are the same name."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def id_from(name: str) -> str:
    """An id made from a name: "José da Silva" gives "jose-da-silva"; "" when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-")


def unclear_id() -> str:
    """An id for a row that may be several people; no sign-in makes one like it."""
    return f"listed-{secrets.token_hex(4)}"


def aliases(db) -> dict[str, str]:
    """The id that counts, by the id that a list gave."""
    return {row.listed: row.participant for row in db.execute(sa.select(alias))}


def placed(people: list, have: dict, known: dict[str, str]) -> list:
    """The people of a file, each under the id by which they are on the list already, or a new one.

    `have` is the list by id, `known` are the aliases. Two people of one name are kept apart by
    address or school.
    """
    names = Counter(folded(each.name) for each in people)
    result = [replace(each, participant=_place(each, names, have, known)) for each in people]
    # An appraiser is named by name or by the list's id: it must be the id that counts.
    became = {
        each.participant: after.participant
        for each, after in zip(people, result, strict=True)
        if names[folded(each.name)] == 1
    }
    became = known | {old: new for old, new in became.items() if old not in have or old == new}
    return [replace(each, appraiser=became.get(each.appraiser, each.appraiser)) for each in result]


def _place(one, names, have, known) -> str:
    if one.participant in known:
        return known[one.participant]
    made_up = one.participant == id_from(one.name)
    if one.participant in have and not made_up:
        return one.participant
    alike = [row for row in have.values() if folded(row.name) == folded(one.name) and not _apart(row, one)]
    by_mail = [row for row in have.values() if one.email and row.email.casefold() == one.email.casefold()]
    if len(by_mail) == 1 and (not alike or by_mail[0] in alike):
        return by_mail[0].participant
    if names[folded(one.name)] > 1:
        alike = [row for row in alike if (row.email, row.school) == (one.email, one.school)]
    if len(alike) == 1:
        return alike[0].participant
    taken = one.participant in have or any(folded(row.name) == folded(one.name) for row in have.values())
    return unclear_id() if made_up and (taken or names[folded(one.name)] > 1) else one.participant


def _apart(row, one) -> bool:
    """Whether the addresses say that these are two people."""
    return bool(row.email and one.email and row.email.casefold() != one.email.casefold())


def pairs(have: dict, joined: dict[str, str], known: dict[str, str]) -> list[tuple[str, str]]:
    """Rows and the people who joined as them, where the name leaves no doubt: (row, joined id).

    `joined` gives names by id. Rows that somebody has settled by hand are left alone.
    """
    waiting = [row for key, row in have.items() if key not in joined and key not in known]
    free = {key: name for key, name in joined.items() if key not in have and name}
    rows = Counter(folded(row.name) for row in have.values())
    people = Counter(folded(name) for name in joined.values())
    by_name = {folded(name): key for key, name in free.items()}
    return [
        (row.participant, by_name[name])
        for row in waiting
        if (name := folded(row.name)) in by_name and rows[name] == 1 and people[name] == 1
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
    fresh = unclear_id()
    db.execute(alias.delete().where(alias.c.participant == joined))
    _rename(db, joined, fresh)
    # Settled by hand: no name brings the two together again by itself.
    db.execute(alias.insert().values(listed=fresh, participant=fresh))
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
