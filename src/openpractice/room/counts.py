"""Anonymous counts: one ballot a person and round, under a code that only the person's journal holds.

`answered` says who has answered, `ballot` what was answered; no row of the one leads to the other.
A ballot's key is made from the code and from whose it is, so that a code that was copied from
somebody else's journal opens nothing. What is shown is frozen, and shown anew only when as many
have answered since as may be shown at all: two showings cannot be subtracted from each other.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.room import phases
from openpractice.room.cohorts import Member
from openpractice.room.disclosure import FLOOR, disclose
from openpractice.room.roomstore import RoomRefused, note, now_ms
from openpractice.room.roomtables import answered, ballot, cohort, member, result, round_
from openpractice.room.tally import COUNTED, countable, tally

MOST_BYTES = 64_000


@dataclass(frozen=True)
class Ballot:
    """One person's answer on its way in: `code` from their journal, `value` as their journal has it."""

    person: Member
    code: str
    spec: dict
    value: dict


def new_code() -> str:
    """A fresh code for a person's journal."""
    return secrets.token_hex(16)


def cast(db: sa.Connection, cohort_id: str, given: Ballot) -> str:
    """Counts an answer, changes one, or takes one back where nothing is left to count.

    Returns
    -------
    str
        ``counted``, ``changed``, ``same``, ``taken-back`` or, where there was nothing, ``nothing``.

    Raises
    ------
    RoomRefused
        ``answered-already`` for a code that is not the one this person answered with;
        ``not-counted`` for a question or a person that is never counted.
    """
    spec, prompt = given.spec, given.spec["id"]
    if spec.get("visibility") != "A" or spec["kind"] not in COUNTED or given.person.leads:
        raise RoomRefused("not-counted")
    stand = phases.standing(db, cohort_id, spec)
    key = _key(cohort_id, prompt, stand.round, given)
    part = countable(given.value, spec)
    answer = json.dumps(part, sort_keys=True)
    if len(answer) > MOST_BYTES:
        raise RoomRefused("share-too-long", most=MOST_BYTES)
    place = _place(ballot, cohort_id, prompt, stand.round)
    held = db.scalar(sa.select(ballot.c.answer).where(*place, ballot.c.code == key))
    whose = (*_place(answered, cohort_id, prompt, stand.round), answered.c.person == given.person.person)
    has_answered = bool(db.scalar(sa.select(sa.exists().where(*whose))))
    if has_answered != (held is not None):
        raise RoomRefused("answered-already")
    if not part:
        db.execute(ballot.delete().where(*place, ballot.c.code == key))
        db.execute(answered.delete().where(*whose))
        return "taken-back" if has_answered else "nothing"
    if held == answer:
        return "same"
    row = {"cohort": cohort_id, "prompt": prompt, "round": stand.round}
    if has_answered:
        db.execute(ballot.update().where(*place, ballot.c.code == key).values(answer=answer, fresh=True))
        return "changed"
    db.execute(ballot.insert().values(row | {"code": key, "answer": answer, "fresh": True}))
    db.execute(answered.insert().values(row | {"person": given.person.person}))
    return "counted"


def cast_all(db: sa.Connection, cohort_id: str, given: list[Ballot]) -> list[str]:
    """The same for several in one change, so that they are written together; a refusal as its code.

    PostgreSQL keeps rows in the order in which they came, and the change that wrote each. So
    both tables of a question are written anew, in the order of their keys: all rows come together.
    """
    said = []
    for each in given:
        try:
            said.append(cast(db, cohort_id, each))
        except RoomRefused as error:
            said.append(error.code)
    if db.dialect.name == "postgresql":
        for spec in {each.spec["id"]: each.spec for each in given}.values():
            _mix(db, cohort_id, spec["id"], phases.standing(db, cohort_id, spec).round)
    return said


def how_many(db: sa.Connection, cohort_id: str, stands: dict) -> dict[str, int]:
    """How many have answered each question in its present round, by id."""
    rows = db.execute(
        sa.select(answered.c.prompt, answered.c.round, sa.func.count())
        .where(answered.c.cohort == cohort_id, answered.c.prompt.in_(stands))
        .group_by(answered.c.prompt, answered.c.round)
    )
    counted = {(prompt, number): many for prompt, number, many in rows}
    return {prompt: counted.get((prompt, stand.round), 0) for prompt, stand in stands.items()}


def who_answered(db: sa.Connection, cohort_id: str, prompt: str, number: int) -> set[str]:
    """The ids of those who have answered in that round: for whoever leads, and nobody else."""
    return set(db.scalars(sa.select(answered.c.person).where(*_place(answered, cohort_id, prompt, number))))


def taking_part(db: sa.Connection, cohort_id: str) -> int:
    """How many could answer: everybody here but those who lead."""
    here = (member.c.cohort == cohort_id, member.c.role == "participant", member.c.left_at.is_(None))
    return db.scalar(sa.select(sa.func.count()).select_from(member).where(*here)) or 0


def reveal(db: sa.Connection, cohort_id: str, spec: dict, who: str) -> dict:
    """Shows the counts of the present round, frozen as they are now.

    What was shown stays shown. It is made anew only when at least as many answers have come or
    changed since as the threshold asks for.

    Raises
    ------
    RoomRefused
        ``too-few`` with ``least``, or ``too-few-since`` with ``least``; neither says how many.
    """
    prompt, number = spec["id"], phases.standing(db, cohort_id, spec).round
    least = threshold(db, cohort_id)
    place = _place(ballot, cohort_id, prompt, number)
    rows = db.execute(sa.select(ballot.c.answer, ballot.c.fresh).where(*place).order_by(ballot.c.code)).all()
    issues = shown(db, cohort_id, [prompt]).get(prompt, {}).get(number)
    if len(rows) < least:
        raise RoomRefused("too-few", least=least)
    if issues and sum(row.fresh for row in rows) < least:
        raise RoomRefused("too-few-since", least=least)
    made = {
        "cohort": cohort_id,
        "prompt": prompt,
        "round": number,
        "issue": issues["issue"] + 1 if issues else 1,
        "answers": len(rows),
        "rows": json.dumps(disclose(tally([json.loads(row.answer) for row in rows], spec), least)),
        "at": now_ms(),
    }
    db.execute(result.insert().values(made))
    db.execute(ballot.update().where(*place).values(fresh=False))
    phases.put(db, cohort_id, spec, shown=True)
    note(db, cohort_id, who, "reveal", prompt=prompt, round=number, answers=len(rows))
    return made | {"rows": json.loads(made["rows"])}


def shown(db: sa.Connection, cohort_id: str, prompts) -> dict[str, dict[int, dict]]:
    """What was last shown of each question and round: ``{"round", "issue", "answers", "rows", "at", "why"}``."""
    query = (
        sa.select(result, round_.c.why)
        .join(
            round_,
            (round_.c.cohort == result.c.cohort)
            & (round_.c.prompt == result.c.prompt)
            & (round_.c.round == result.c.round),
        )
        .where(result.c.cohort == cohort_id, result.c.prompt.in_(prompts))
        .order_by(result.c.round, result.c.issue)
    )
    found: dict[str, dict[int, dict]] = {}
    for row in db.execute(query).mappings():
        found.setdefault(row["prompt"], {})[row["round"]] = dict(row) | {"rows": json.loads(row["rows"])}
    return found


def ask_again(db: sa.Connection, cohort_id: str, spec: dict, who: str, reset: bool = False) -> int:
    """Opens the next round of a question; what was answered stays. Returns the round's number.

    A reset is the same after a misunderstanding: the round before it is kept, and not shown.
    """
    stand = phases.standing(db, cohort_id, spec)
    if spec.get("visibility") != "A":
        raise RoomRefused("not-counted")
    why = "reset" if reset else "again"
    phases.put(db, cohort_id, spec, round=stand.round + 1, phase="write", shown=None)
    db.execute(round_.insert().values(cohort=cohort_id, prompt=spec["id"], round=stand.round + 1, why=why))
    note(db, cohort_id, who, why, prompt=spec["id"], round=stand.round + 1)
    return stand.round + 1


def threshold(db: sa.Connection, cohort_id: str) -> int:
    """From how many answers up this cohort's counts are shown."""
    return max(FLOOR, db.scalar(sa.select(cohort.c.count_from).where(cohort.c.id == cohort_id)) or FLOOR)


def take_back_all(db: sa.Connection, cohort_id: str, person: Member, codes: dict[str, str]) -> None:
    """Takes every ballot of somebody who leaves out of the rooms; `codes` is prompt to code, from their journal.

    What was shown already stays as it was shown.
    """
    rows = db.execute(sa.select(answered).where(answered.c.cohort == cohort_id, answered.c.person == person.person))
    for row in rows.all():
        if row.prompt in codes:
            given = Ballot(person, codes[row.prompt], {}, {})
            key = _key(cohort_id, row.prompt, row.round, given)
            db.execute(ballot.delete().where(*_place(ballot, cohort_id, row.prompt, row.round), ballot.c.code == key))
    db.execute(answered.delete().where(answered.c.cohort == cohort_id, answered.c.person == person.person))


def _key(cohort_id, prompt, number, given):
    if not isinstance(given.code, str) or len(given.code) < 32:
        raise RoomRefused("answered-already")
    whose = "\0".join((cohort_id, prompt, str(number), given.person.person))
    return hashlib.blake2b(whose.encode(), key=given.code.encode()[:64], digest_size=16).hexdigest()


def _place(table, cohort_id, prompt, number):
    return table.c.cohort == cohort_id, table.c.prompt == prompt, table.c.round == number


def _mix(db, cohort_id, prompt, number):
    for table, key in ((ballot, "code"), (answered, "person")):
        gone = table.delete().where(*_place(table, cohort_id, prompt, number)).returning(*table.c).cte("gone")
        columns = [column.name for column in table.c]
        db.execute(table.insert().from_select(columns, sa.select(*gone.c).order_by(gone.c[key])))
