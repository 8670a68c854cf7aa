"""Anonymous counts, computed from ballots.

What is shown is frozen. It is shown anew only when what came since could itself be shown, and nothing
that was shown before has changed: two showings that are subtracted from each other give no more than that.
"""

import contextlib
import json

import sqlalchemy as sa

from openpractice.room import phases
from openpractice.room.roomstore import RoomRefused, note
from openpractice.room.roomtables import answered, ballot, cohort, member, result, round_
from openpractice.room.tallies.ballots import place_of
from openpractice.room.tallies.disclosure import FLOOR, disclose
from openpractice.room.tallies.tally import tally


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
    return set(db.scalars(sa.select(answered.c.person).where(*place_of(answered, cohort_id, prompt, number))))


def taking_part(db: sa.Connection, cohort_id: str) -> int:
    """How many could answer: everybody here but those who lead."""
    here = (member.c.cohort == cohort_id, member.c.role == "participant")
    return db.scalar(sa.select(sa.func.count()).select_from(member).where(*here)) or 0


def reveal(db: sa.Connection, cohort_id: str, spec: dict, who: str) -> dict:
    """Shows the counts of the present round, frozen as they are now.

    Raises
    ------
    RoomRefused
        See `_freeze`.
    """
    issue = _freeze(db, cohort_id, spec)
    phases.put(db, cohort_id, spec, shown=True)
    note(db, cohort_id, who, "reveal", prompt=spec["id"], round=issue["round"], answers=issue["answers"])
    return issue


def _freeze(db, cohort_id, spec):
    """The counts of the present round as they are now, kept.

    What was shown stays shown. It is made anew only with answers of at least as many others as the
    threshold asks for, who do not all say the same, and while nobody has changed or taken back what was in it.

    Raises
    ------
    RoomRefused
        ``too-few`` with ``least``, or ``too-few-since`` with ``least``; neither says how many.
    """
    prompt, number = spec["id"], phases.standing(db, cohort_id, spec).round
    least = threshold(db, cohort_id)
    place = place_of(ballot, cohort_id, prompt, number)
    rows = db.execute(sa.select(ballot.c.answer, ballot.c.fresh).where(*place).order_by(ballot.c.code)).all()
    issues = shown(db, cohort_id, [prompt]).get(prompt, {}).get(number)
    if len(rows) < least:
        raise RoomRefused("too-few", least=least)
    if issues:
        since = [json.loads(row.answer) for row in rows if row.fresh]
        if len(rows) - len(since) != issues["answers"] or not _may_be_told_apart(since, spec, least):
            raise RoomRefused("too-few-since", least=least)
    made = {
        "cohort": cohort_id,
        "prompt": prompt,
        "round": number,
        "issue": issues["issue"] + 1 if issues else 1,
        "answers": len(rows),
        "rows": json.dumps(disclose(tally([json.loads(row.answer) for row in rows], spec), least)),
    }
    db.execute(result.insert().values(made))
    db.execute(ballot.update().where(*place).values(fresh=False))
    return made | {"rows": json.loads(made["rows"])}


def _may_be_told_apart(since: list[dict], spec: dict, least: int) -> bool:
    """Whether the answers that came since a showing may be had from it and the next by subtraction."""
    rows = tally(since, spec)
    if len(since) < least:
        return False
    open_rows = disclose(rows, least)
    return all(
        one["answers"] is not None and all(isinstance(cell["count"], int) for cell in one["cells"])
        for row, one in zip(rows, open_rows, strict=True)
        if row.answers
    )


def shown(db: sa.Connection, cohort_id: str, prompts) -> dict[str, dict[int, dict]]:
    """What was last shown of each question and round: ``{"round", "issue", "answers", "rows", "why"}``."""
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

    A reset is the same after a misunderstanding: the round before it is kept as it stands, for those who
    lead, and shown to nobody else.
    """
    stand = phases.standing(db, cohort_id, spec)
    if spec.get("visibility") != "A":
        raise RoomRefused("not-counted")
    why = "reset" if reset else "again"
    if reset:
        with contextlib.suppress(RoomRefused):  # too few to be seen by anybody, or shown as it stands already
            _freeze(db, cohort_id, spec)
    phases.put(db, cohort_id, spec, round=stand.round + 1, phase="write", shown=None)
    db.execute(round_.insert().values(cohort=cohort_id, prompt=spec["id"], round=stand.round + 1, why=why))
    note(db, cohort_id, who, why, prompt=spec["id"], round=stand.round + 1)
    return stand.round + 1


def threshold(db: sa.Connection, cohort_id: str) -> int:
    """From how many answers up this cohort's counts are shown."""
    return max(FLOOR, db.scalar(sa.select(cohort.c.count_from).where(cohort.c.id == cohort_id)) or FLOOR)
