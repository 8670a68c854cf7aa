"""Answers on their way into the counts: one ballot a person and round, under a code that only a journal holds.

`answered` says who has answered, `ballot` what was answered; no row of the one leads to the other.
A ballot's key is made from the code and from whose it is, so that a code that was copied from
somebody else's journal opens nothing.
"""

import hashlib
import json
from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.room import phases
from openpractice.room.cohorts import Member, mark_of_gone
from openpractice.room.roomstore import RoomRefused
from openpractice.room.roomtables import answered, ballot, gone
from openpractice.room.tallies.tally import COUNTED, countable

MOST_BYTES = 64_000
#: What `cast_all` says where nothing was counted or changed, though there was something to count.
REFUSED = ("answered-already", "vote-closed", "not-counted", "share-too-long")


@dataclass(frozen=True)
class Ballot:
    """One person's answer on its way in: `code` from their journal, `value` as their journal has it."""

    person: Member
    code: str
    spec: dict
    value: dict


def cast_all(db: sa.Connection, cohort: str, given: list[Ballot]) -> list[str]:
    """Counts answers, changes them, or takes them back where nothing is left to count; a word for each.

    Returns
    -------
    list of str
        ``counted``, ``changed``, ``same``, ``taken-back`` or, where there was nothing, ``nothing``;
        or why not: ``answered-already`` for a code that is not the one this person answered with,
        ``vote-closed`` for a question that is closed, ``not-counted`` for a question or a person that
        is never counted.
    """
    boxes: dict[str, BallotBox] = {}
    said = []
    for each in given:
        try:
            prompt = _counted(each)
            if prompt not in boxes:
                boxes[prompt] = BallotBox(db, cohort, [one for one in given if one.spec["id"] == prompt])
            said.append(boxes[prompt].cast(each))
        except RoomRefused as error:
            said.append(error.code)
    for box in boxes.values():
        box.write()
    return said


def take_back_all(db: sa.Connection, cohort: str, person: Member, codes: dict[str, str]) -> None:
    """Takes every ballot of somebody who leaves out of the rooms; `codes` is prompt to code, from their journal.

    What was shown already stays as it was shown. Where no ballot is found under their code it stays,
    and so does that they have answered, under their mark: whoever comes back does not vote twice.
    """
    rows = db.execute(sa.select(answered).where(answered.c.cohort == cohort, answered.c.person == person.person))
    for row in rows.all():
        key = _key(cohort, row.prompt, row.round, person.person, codes.get(row.prompt, ""))
        place = place_of(ballot, cohort, row.prompt, row.round)
        own = (*place_of(answered, cohort, row.prompt, row.round), answered.c.person == person.person)
        if db.execute(ballot.delete().where(*place, ballot.c.code == key)).rowcount:
            db.execute(answered.delete().where(*own))
        else:
            db.execute(answered.update().where(*own).values(person=mark_of_gone(cohort, person.person)))


def _aside(table: sa.Table) -> sa.Table:
    columns = (sa.Column(one.name, one.type) for one in table.c)
    return sa.Table(f"mixing_{table.name}", sa.MetaData(), *columns, prefixes=["TEMPORARY"])


#: Where SQLite keeps a question's rows while they are written anew: in memory, and empty between changes.
MIXING = {table: _aside(table) for table in (ballot, answered)}


def place_of(table: sa.Table, cohort: str, prompt: str, number: int) -> tuple:
    """Where the rows of one question and round are, in either table."""
    return table.c.cohort == cohort, table.c.prompt == prompt, table.c.round == number


class BallotBox:
    """What some people have answered to one question in its present round: read once, written once."""

    def __init__(self, db: sa.Connection, cohort: str, given: list[Ballot]):
        spec = given[0].spec
        self._db = db
        stand = phases.standing(db, cohort, spec)
        self._is_open = stand.phase != "closed"
        self._where = (cohort, spec["id"], stand.round)
        keys = [self._key(each) for each in given if _is_code(each.code)]
        people = {each.person.person for each in given}
        marks = {mark_of_gone(cohort, each): each for each in people}
        held = sa.select(ballot.c.code, ballot.c.answer).where(*self._of(ballot), ballot.c.code.in_(keys))
        have = sa.select(answered.c.person).where(*self._of(answered), answered.c.person.in_({*people, *marks}))
        self._held: dict[str, str] = {row.code: row.answer for row in db.execute(held)}
        self._had_held, self._had = dict(self._held), set(db.scalars(have))
        self._have = {marks.get(each, each) for each in self._had}
        left = sa.select(gone.c.mark).where(gone.c.cohort == cohort, gone.c.mark.in_(marks))
        self._left = {marks[mark] for mark in db.scalars(left)}

    def cast(self, given: Ballot) -> str:
        """What comes of this answer: see `cast_all`."""
        if given.person.person in self._left:  # between the saving and this
            raise RoomRefused("not-counted")
        if not _is_code(given.code):
            raise RoomRefused("answered-already")
        key, person = self._key(given), given.person.person
        part = countable(given.value, given.spec)
        answer, held = json.dumps(part, sort_keys=True), self._held.get(key)
        if len(answer) > MOST_BYTES:
            raise RoomRefused("share-too-long", most=MOST_BYTES)
        if (person in self._have) != (held is not None):
            raise RoomRefused("answered-already")
        if not self._is_open and held != answer and (part or held):
            raise RoomRefused("vote-closed")
        if not part:
            self._held.pop(key, None)
            self._have.discard(person)
            return "nothing" if held is None else "taken-back"
        self._held[key] = answer
        self._have.add(person)
        return "counted" if held is None else "same" if held == answer else "changed"

    def write(self) -> None:
        """Writes what has become different.

        PostgreSQL keeps rows in the order in which they came, and the change that wrote each; SQLite
        fills a page of its file in that order. So both tables of the question are written anew, in the
        order of their keys: all rows come together.
        """
        new = [key for key in self._held if key not in self._had_held]
        changed = [key for key, answer in self._held.items() if answer != self._had_held.get(key, answer)]
        self._delete(ballot, "code", self._had_held.keys() - self._held.keys())
        self._delete(answered, "person", self._had - self._have)
        self._insert(ballot, [{"code": key, "answer": self._held[key], "fresh": True} for key in new])
        self._insert(answered, [{"person": person} for person in sorted(self._have - self._had)])
        self._change(changed)
        if new or changed:
            self._mix(ballot, "code")
            self._mix(answered, "person")

    def _delete(self, table, column, gone):
        if gone:
            self._db.execute(table.delete().where(*self._of(table), table.c[column].in_(gone)))

    def _insert(self, table, rows):
        where = dict(zip(("cohort", "prompt", "round"), self._where, strict=True))
        if rows:
            self._db.execute(table.insert(), [where | row for row in rows])

    def _change(self, keys):
        one = (*self._of(ballot), ballot.c.code == sa.bindparam("key"))
        change = ballot.update().where(*one).values(answer=sa.bindparam("now"), fresh=True)
        if keys:
            self._db.execute(change, [{"key": key, "now": self._held[key]} for key in keys])

    def _mix(self, table, column):
        names = table.c.keys()
        if self._db.dialect.name == "postgresql":  # where a table of a connection's own would keep what it held
            taken = table.delete().where(*self._of(table)).returning(*table.c).cte("taken")
            self._db.execute(table.insert().from_select(names, sa.select(taken).order_by(taken.c[column])))
            return
        aside = MIXING[table]
        here = sa.select(table).where(*self._of(table))
        self._db.execute(sa.schema.CreateTable(aside, if_not_exists=True))
        self._db.execute(aside.insert().from_select(names, here))
        self._db.execute(table.delete().where(*self._of(table)))
        self._db.execute(table.insert().from_select(names, sa.select(aside).order_by(aside.c[column])))
        self._db.execute(aside.delete())

    def _of(self, table):
        return place_of(table, *self._where)

    def _key(self, given):
        return _key(*self._where, given.person.person, given.code)


def _counted(given):
    """The id of a question that may be counted, for this person."""
    spec = given.spec
    if spec.get("visibility") != "A" or spec["kind"] not in COUNTED or given.person.leads:
        raise RoomRefused("not-counted")
    return spec["id"]


def _is_code(code):
    return isinstance(code, str) and len(code) >= 32


def _key(cohort, prompt, number, person, code):
    whose = "\0".join((cohort, prompt, str(number), person))
    return hashlib.blake2b(whose.encode(), key=code.encode()[:64], digest_size=16).hexdigest()
