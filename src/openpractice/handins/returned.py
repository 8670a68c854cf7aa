"""Feedback on a lesson as it lies in a person's folder, cut to what they are shown."""

import json
from pathlib import Path

from openpractice.handins.specs import read_plain


def read_returned(folder: Path | None, lesson_id: str) -> dict | None:
    """The feedback on a lesson; None when there is none that can be read.

    ``{"lesson", "at", "overall", "answers": {prompt: {"comment", "text", "sha256", "at", "levels", "notes"}}}``;
    a level is ``{"criterion", "level", "descriptor"}``, the last empty in feedback from before it was
    returned, and has a ``number`` only where the course shows numbers. An answer that was left
    empty and of which nothing was said is not among them.
    """
    if folder is None:
        return None
    try:
        held = json.loads(read_plain(folder / f"{lesson_id}.json"))
        at = held["at"] if isinstance(held["at"], str) else None
        read = {key: _one(each, at) for key, each in held["answers"].items() if isinstance(each, dict)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    answers = {
        key: one for key, one in read.items() if any(one[part] for part in ("comment", "text", "levels", "notes"))
    }
    return {"lesson": lesson_id, "at": at, "overall": _text(held.get("overall")), "answers": answers}


def _one(each, at):
    return {
        "comment": _text(each.get("comment")),
        "text": _text(each.get("text")),
        "sha256": _text(each.get("sha256")),
        "at": at,
        "levels": [
            _named(one, "level") | {"descriptor": _text(one.get("descriptor"))} | _number(one)
            for one in _entries(each, "levels")
        ],
        "notes": [_named(one, "note") for one in _entries(each, "notes")],
    }


def _entries(each, name):
    found = each.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _named(one, name):
    return {"criterion": _text(one.get("criterion")), name: _text(one.get(name))}


def _number(one):
    return {"number": one["number"]} if type(one.get("number")) is int else {}


def _text(value):
    return value if isinstance(value, str) else ""
