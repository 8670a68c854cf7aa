"""How far somebody is, in counts only, for their facilitators to see.

A person's own server writes one small file into their own inbound folder: for each lesson
that it was opened, and how many questions are answered and how many begun. It holds no word of an answer, and
nothing says which questions those are. Writing it is best effort: it never keeps an answer
from being saved.
"""

import contextlib
import json
import threading
from typing import NamedTuple

from openpractice.clock import utc_now
from openpractice.files import replace_file
from openpractice.handins.specs import BadNotebook, Lesson, own_specs, read_plain, spec_for
from openpractice.kinds.kind_slider import with_rows_of
from openpractice.kinds.registry import is_answered, is_blank
from openpractice.kinds.valuechecks import is_written

#: Hidden, so that nothing that looks for hand-ins takes it for one.
NAME = ".headway.json"
MOST_LESSONS = 60
#: A few locks for everybody's files: nobody's answer waits behind everybody else's.
_LOCKS = [threading.Lock() for _ in range(64)]


class Headway(NamedTuple):
    """The questions on one person's page, by id: those that are counted, and those that are said apart.

    ``answered`` and ``open`` are counted. ``waiting`` open only with the answer to another question;
    ``spare`` are without an answer and need none. ``begun`` are those of the last three in which something
    stands, and less (or more) than is asked for.
    """

    answered: list[str]
    open: list[str]
    waiting: list[str]
    spare: list[str]
    begun: list[str]


def asked(specs: dict, states: dict) -> list[str]:
    """The prompts on this person's page: of a branch only the one they took, both before a choice."""
    return [key for key in own_specs(specs) if any(_is_shown(spec, states) for spec in _wordings(key, specs))]


def headway_of(lesson: Lesson, states: dict) -> Headway:
    """How this person stands with every question on their page; the lesson page goes by the same rule."""
    found = Headway([], [], [], [], [])
    for key in asked(lesson.specs, states):
        wordings = _wordings(key, lesson.specs)
        if _is_answered(lesson, key, states):
            found.answered.append(key)
            continue
        if _is_begun(lesson, key, states):
            found.begun.append(key)
        if all(_waits(spec, states) for spec in wordings):
            found.waiting.append(key)
        elif all(spec.get("extension") for spec in wordings):
            found.spare.append(key)
        else:
            found.open.append(key)
    return found


class Counts(NamedTuple):
    """Of the questions that are counted, how many are answered, and how many there are; and how many are begun."""

    answered: int
    of: int
    begun: int


def count(lesson: Lesson, states: dict) -> Counts:
    """How far somebody is, in counts."""
    stands = headway_of(lesson, states)
    return Counts(len(stands.answered), len(stands.answered) + len(stands.open), len(stands.begun))


def note(places, lesson_id: str, counts: Counts) -> None:
    """Says in the person's inbound folder how far they are; does nothing where there is none."""
    if places.inbound is None:
        return
    path = places.inbound / NAME
    with _LOCKS[hash(path) % len(_LOCKS)], contextlib.suppress(OSError):
        held = _held(path)
        before = held.get(lesson_id)
        if isinstance(before, dict) and tuple(before.get(key) for key in Counts._fields) == counts:
            return
        held[lesson_id] = counts._asdict() | {"at": utc_now()}
        content = {"format": 1, "course": places.course, "lessons": dict(list(held.items())[-MOST_LESSONS:])}
        places.inbound.mkdir(parents=True, exist_ok=True)
        replace_file(path, json.dumps(content).encode(), 0o640)


def _held(path) -> dict:
    try:
        lessons = json.loads(read_plain(path))["lessons"]
        return lessons if isinstance(lessons, dict) else {}
    except (BadNotebook, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _wordings(key, specs):
    return [spec for spec in specs.values() if spec["id"] == key or spec.get("answer_with") == key]


def _is_shown(spec, states):
    branch = spec.get("branch")
    state = states.get(branch["of"]) if branch else None
    chosen = state.value.get("choice") if state else None
    return not chosen or chosen in branch["when"]


def _waits(spec, states):
    """Whether a question opens only with another's answer, which is not there."""
    branch, rows_from = spec.get("branch"), spec.get("rows_from")
    return bool(branch and not _value(branch["of"], states).get("choice")) or bool(
        rows_from and not _has_rows(_value(rows_from, states))
    )


def _value(key, states):
    state = states.get(key)
    return state.value if state else {}


def _has_rows(value):
    rows = value.get("rows")
    return isinstance(rows, list) and any(map(is_written, rows))


def _is_answered(lesson, key, states):
    return key in lesson.typed or (key in states and is_answered(states[key].value, _asked_for(lesson, key, states)))


def _is_begun(lesson, key, states):
    return key in states and not is_blank(states[key].value, _asked_for(lesson, key, states))


def _asked_for(lesson, key, states):
    """The question as it stands on this person's page: with the rows that another answer of theirs gives it."""
    spec = spec_for(states[key].value, key, lesson.specs)
    return with_rows_of(spec, _value(spec["rows_from"], states)) if spec.get("rows_from") else spec
