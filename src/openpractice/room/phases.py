"""What of one question the cohort sees now: that belongs to its phase, and the facilitator may overrule it.

write: everybody writes, nobody sees. discuss: all see. vote: answers come in unseen, and are shown
when it is closed. The starred answer of a facilitator comes first: until it is there, the others wait.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.room.roomstore import RoomRefused, note
from openpractice.room.roomtables import question, round_, share

PHASES = ("write", "discuss", "vote", "closed")
SHOWING = ("discuss", "closed")


@dataclass(frozen=True)
class PhaseStanding:
    """Where one question stands; `shown` None leaves it to the phase."""

    phase: str
    shown: bool | None = None
    open_to_all: bool = False
    round: int = 1

    @property
    def visible(self) -> bool:
        """Whether what was shared and counted may be seen by the cohort."""
        return self.phase in SHOWING if self.shown is None else self.shown


def first_phase(spec: dict) -> str:
    """The phase of a question that nobody has moved: counts wait, what is shared is seen."""
    return "write" if spec.get("visibility") == "A" else "discuss"


def standing(db: sa.Connection, cohort: str, spec: dict) -> PhaseStanding:
    """Where the question stands in this cohort."""
    return standings(db, cohort, {spec["id"]: spec})[spec["id"]]


def standings(db: sa.Connection, cohort: str, specs: dict) -> dict[str, PhaseStanding]:
    """Where each of these questions stands, by id."""
    rows = db.execute(sa.select(question).where(question.c.cohort == cohort, question.c.prompt.in_(specs)))
    held = {row.prompt: PhaseStanding(row.phase, row.shown, row.open_to_all, row.round) for row in rows}
    return {key: held.get(key) or PhaseStanding(first_phase(spec)) for key, spec in specs.items()}


def move(db: sa.Connection, cohort: str, spec: dict, phase: str, who: str) -> None:
    """Moves a question to a phase; what the facilitator said before about showing ends with it."""
    if phase not in PHASES:
        raise RoomRefused("no-phase")
    put(db, cohort, spec, phase=phase, shown=None)
    note(db, cohort, who, "phase", prompt=spec["id"], phase=phase)


def overrule(db: sa.Connection, cohort: str, spec: dict, shown: bool | None, who: str) -> None:
    """Shows or hides a question whatever its phase; None leaves it to the phase again."""
    put(db, cohort, spec, shown=shown)
    note(db, cohort, who, "shown", prompt=spec["id"], shown=shown)


def open_to_all(db: sa.Connection, cohort: str, spec: dict, who: str) -> None:
    """Lets the others' answers be seen although no facilitator has gone first."""
    put(db, cohort, spec, open_to_all=True)
    note(db, cohort, who, "open-to-all", prompt=spec["id"])


def lead_is_there(db: sa.Connection, cohort: str, prompt: str) -> bool:
    """Whether a facilitator's answer to this question has been shared."""
    own = sa.exists().where(
        share.c.cohort == cohort,
        share.c.prompt == prompt,
        share.c.lead,
        share.c.recalled_at.is_(None),
        share.c.hidden_at.is_(None),
    )
    return bool(db.scalar(sa.select(own)))


def waits_for_lead(db: sa.Connection, cohort: str, spec: dict, stand: PhaseStanding) -> bool:
    """Whether the others' answers are held back until a facilitator has gone first."""
    return bool(spec.get("lead_first")) and not stand.open_to_all and not lead_is_there(db, cohort, spec["id"])


def put(db: sa.Connection, cohort: str, spec: dict, **values) -> None:
    """Writes the question's row, making it when it is not there."""
    place = (question.c.cohort == cohort) & (question.c.prompt == spec["id"])
    if not db.execute(question.update().where(place).values(**values)).rowcount:
        first = {"cohort": cohort, "prompt": spec["id"], "phase": first_phase(spec)}
        db.execute(question.insert().values(first | values))
        db.execute(round_.insert().values(cohort=cohort, prompt=spec["id"], round=1, why="first"))
