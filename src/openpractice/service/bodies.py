"""What a browser may send as JSON."""

import json

from openpractice.service.refusal import Refusal

DEEPEST = 40  # levels of lists and objects in what a browser may send; ours have 6


def read_json(body: bytes) -> dict:
    """The JSON object in `body`; refuses anything else, deep nesting included."""
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "not-understood") from None
    if not isinstance(found, dict) or too_deep(found):
        raise Refusal(400, "not-understood")
    return found


def _no_constant(name: str):
    raise ValueError(name)


def too_deep(value: object, most: int = DEEPEST) -> bool:
    """True when lists and objects are nested more than `most` deep. Does not recurse."""
    level = [value]
    for _ in range(most + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
