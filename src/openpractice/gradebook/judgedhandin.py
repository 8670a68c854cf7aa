"""What was judged of one hand-in: the plain data that both ways into the gradebook read, ours and nbgrader's own."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from openpractice import border
from openpractice.clock import as_text
from openpractice.kinds.registry import sha256

_OPTIONAL = ("language", "beside")


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """One answer as it was judged.

    `source` is "handin", "cell" (typed in its plain cell), "altered" (not the words its sha256 was made
    of) or "blank"; `beside` is text that was typed in its plain cell and does not count.
    """

    kind: str
    value: dict
    text: str
    rev: int
    at: str
    sha256: str
    source: str
    language: str = ""
    beside: str = ""

    @property
    def is_blank(self) -> bool:
        return self.source == "blank"

    def as_json(self) -> dict:
        """Its parts, `language` and `beside` only where there is one."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: part for name, part in parts.items() if part or name not in _OPTIONAL}


#: The answer of a prompt that nothing was written to.
BLANK = JudgedAnswer("", {}, "", 0, "", sha256({}), "blank")


@dataclass(frozen=True, slots=True)
class JudgedHandIn:
    """One hand-in with the answers that were judged, by prompt; on the disk it is `collected.json`.

    `handed_in_at` is naive UTC. `folder` is its name in the exchange, empty for a file that a facilitator
    brought, and `arrival` its number in our own order, None from older kits; `before` came earlier.
    """

    participant: str
    lesson: str
    handin: str
    handed_in_at: datetime
    answers: Mapping[str, JudgedAnswer]
    course: str = ""
    name: str = ""
    release: str = ""
    folder: str = ""
    stamp: str = ""
    arrival: int | None = None
    before: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    late: bool = False

    def as_json(self) -> dict:
        """What is written of it; whether it is late is told anew each time, as the due time may be moved."""
        return {
            "format": 1,
            "course": self.course,
            "lesson": self.lesson,
            "participant": self.participant,
            "name": self.name,
            "release": self.release,
            "folder": self.folder,
            "stamp": self.stamp,
            "handed_in_at": as_text(self.handed_in_at, "microseconds"),
            "arrival": self.arrival,
            "before": list(self.before),
            "handin": self.handin,
            "answers": {prompt: answer.as_json() for prompt, answer in self.answers.items()},
            "notes": list(self.notes),
        }


def fingerprints(answers: Mapping[str, JudgedAnswer]) -> dict[str, str]:
    """The sha256 of each answer, by prompt: two hand-ins with the same say the same."""
    return {prompt: answer.sha256 for prompt, answer in answers.items()}


def judged_hand_in(found: dict) -> JudgedHandIn:
    """What `JudgedHandIn.as_json` wrote, read again.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        When it has another form.
    """
    optional = {name: found.get(name, "") for name in ("course", "name", "release", "folder", "stamp")}
    before, arrival = found.get("before", []), found.get("arrival")
    whole = all(isinstance(each, str) for each in optional.values()) and isinstance(before, list)
    if not whole or ("arrival" in found and not border.is_number(arrival, -(10**9), 10**9, whole=True)):
        raise ValueError
    return JudgedHandIn(
        found["participant"],
        found["lesson"],
        found["handin"],
        datetime.fromisoformat(found["handed_in_at"]).replace(tzinfo=None),
        {prompt: _answer(answer) for prompt, answer in found["answers"].items()},
        before=tuple(before),
        arrival=arrival,
        notes=tuple(found.get("notes", [])),
        **optional,
    )


def _answer(found):
    parts = {each.name: found[each.name] for each in fields(JudgedAnswer) if each.name not in _OPTIONAL}
    return JudgedAnswer(**parts, **{name: found.get(name, "") for name in _OPTIONAL})
