"""How far somebody is, in counts only, for their facilitators to see.

A person's own server writes one small file into their own inbound folder: for each lesson
that it was opened, and how many questions are answered. It holds no word of an answer, and
nothing says which questions those are. Writing it is best effort: it never keeps an answer
from being saved.
"""

import contextlib
import json
import threading

from openpractice.clock import utc_now
from openpractice.files import replace_file
from openpractice.handins.specs import BadNotebook, Lesson, own_specs, read_plain, spec_for
from openpractice.kinds.registry import is_blank

#: Hidden, so that nothing that looks for hand-ins takes it for one.
NAME = ".headway.json"
MOST_LESSONS = 60
#: A few locks for everybody's files: nobody's answer waits behind everybody else's.
_LOCKS = [threading.Lock() for _ in range(64)]


def asked(specs: dict, states: dict) -> list[str]:
    """The prompts on this person's page: of a branch only the one they took, both before a choice."""
    return [key for key in own_specs(specs) if any(_is_shown(spec, states) for spec in _wordings(key, specs))]


def count(lesson: Lesson, states: dict) -> tuple[int, int]:
    """How many of the questions on this person's page are answered, and how many there are."""
    on_page = asked(lesson.specs, states)
    return sum(_is_answered(lesson, key, states) for key in on_page), len(on_page)


def note(places, lesson_id: str, answered: int, of: int) -> None:
    """Says in the person's inbound folder how far they are; does nothing where there is none."""
    if places.inbound is None:
        return
    path = places.inbound / NAME
    with _LOCKS[hash(path) % len(_LOCKS)], contextlib.suppress(OSError):
        held = _held(path)
        before = held.get(lesson_id)
        if isinstance(before, dict) and (before.get("answered"), before.get("of")) == (answered, of):
            return
        held[lesson_id] = {"answered": answered, "of": of, "at": utc_now()}
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


def _is_answered(lesson, key, states):
    state = states.get(key)
    return key in lesson.typed or (
        state is not None and not is_blank(state.value, spec_for(state.value, key, lesson.specs))
    )
