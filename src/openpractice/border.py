"""Everything that comes from outside as JSON is judged here, once and completely.

Hand-ins, uploads, copies to bring back, journals and the body of every request: their size,
how deep and how many, that no key stands twice, that text can be encoded, that numbers are in
range. What is read on is what was judged. Time and memory grow with the bytes and no faster.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass

from openpractice.cleantext import one_line

#: Whole numbers up to this are the same in Python, in browsers and in both databases.
TOP_NUMBER = 2**53 - 1
#: Longer numbers than this are not even read.
_DIGITS = 400

MIB = 1024 * 1024


class Unfit(ValueError):
    """What came from outside and is not taken.

    `code` is one of `CODES`; `where` names the place in it, in one short line, or is empty.
    """

    def __init__(self, code: str, where: str = ""):
        super().__init__(f"{code}: {where}" if where else code)
        self.code, self.where = code, where


#: Code of a refusal, and what it means.
CODES = {
    "empty": "there is nothing in it",
    "too-large": "it has more bytes than may come in this way",
    "not-text": "it is not text in UTF-8",
    "not-json": "it is cut off, or it is not JSON",
    "not-object": "it is JSON, but no object",
    "too-deep": "lists and objects are nested too deep",
    "too-many": "it has too many parts",
    "key-twice": "a key stands twice in one object",
    "bad-text": "a text holds half a character, which cannot be stored",
    "bad-number": "a number is out of range",
}


@dataclass(frozen=True)
class Limits:
    """The most that may come in one way: bytes, levels, and parts (items of lists and members of objects)."""

    most_bytes: int
    deepest: int = 40  # what the kit writes has at most 8 levels
    most_parts: int = 100_000


HAND_IN = Limits(32 * MIB, most_parts=500_000)
NOTEBOOK = Limits(16 * MIB, deepest=100, most_parts=500_000)
BODY = Limits(8 * MIB)
EXPORT = Limits(64 * MIB, most_parts=2_000_000)
#: What the kit wrote itself, or keeps in its own tables.
OWN = Limits(64 * MIB, most_parts=2_000_000)


def read_object(raw: bytes, limits: Limits, mend: bool = False) -> dict:
    """The JSON object in the bytes, judged.

    With `mend` a text that holds half a character has U+FFFD in its place: for words that
    people write, which are not to be lost for one of them.

    Raises
    ------
    Unfit
        When any part of it is not to be taken.
    """
    found = read_shape(raw, limits)
    return well_formed(found) if mend else check_leaves(found)


def read_shape(raw: bytes, limits: Limits) -> dict:
    """The JSON object in the bytes, its texts and numbers not judged yet (`check_leaves`).

    Raises
    ------
    Unfit
        For everything but a text or number.
    """
    text = _decoded(raw, limits.most_bytes)
    _check_shape(text, limits)
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_int=_whole, parse_float=_real)
    except Unfit:
        raise
    except (ValueError, RecursionError):
        raise Unfit("not-json") from None
    if not isinstance(found, dict):
        raise Unfit("not-object")
    return found


def check_leaves(value, where: str = ""):
    """The value, when every text in it can be encoded and every number is in range.

    Raises
    ------
    Unfit
        `bad-text` or `bad-number`, with the place.
    """
    todo = [(value, where)]
    while todo:
        part, place = todo.pop()
        if isinstance(part, dict):
            for key, inner in part.items():
                _check_text(key, place)
                todo.append((inner, one_line(f"{place}.{key}" if place else key)))
        elif isinstance(part, list):
            todo.extend((inner, place) for inner in part)
        elif isinstance(part, str):
            _check_text(part, place)
        elif isinstance(part, (int, float)) and not -TOP_NUMBER <= part <= TOP_NUMBER:
            raise Unfit("bad-number", place)
    return value


def well_formed(value, where: str = ""):
    """The value with U+FFFD for each half of a character in its texts and keys.

    Raises
    ------
    Unfit
        `bad-number`, or `key-twice` when two keys have become one.
    """
    if isinstance(value, dict):
        return _once([(_whole_text(key), well_formed(inner, one_line(key))) for key, inner in value.items()])
    if isinstance(value, list):
        return [well_formed(inner, where) for inner in value]
    return _whole_text(value) if isinstance(value, str) else check_leaves(value, where)


def is_whole_text(text: object, most: int) -> bool:
    """Whether it is text of at most so many characters, none of them halved."""
    return isinstance(text, str) and len(text) <= most and _whole_text(text) == text


def is_number(value: object, low: float, high: float, whole: bool = False) -> bool:
    """Whether it is a number, not a truth value, from `low` to `high`."""
    kinds = int if whole else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high


_HALF = re.compile("[\ud800-\udfff]")
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def _decoded(raw, most):
    if len(raw) > most:
        raise Unfit("too-large")
    try:
        # Editors save with a mark in front, some of them in UTF-16.
        text = raw.decode("utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("not-text") from None
    if "\0" in text:
        raise Unfit("not-json")
    if not text.strip():
        raise Unfit("empty")
    return text


def _check_shape(text, limits):
    """Refuses by brackets and commas alone, before anything is built of them."""
    bare = _STRING.sub("", text)
    depth = deepest = 0
    if bare.count(",") + bare.count("[") + bare.count("{") > limits.most_parts:
        raise Unfit("too-many")
    for bracket in _BRACKET.finditer(bare):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    if depth:
        raise Unfit("not-json")
    if deepest > limits.deepest:
        raise Unfit("too-deep")


def _once(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _ in pairs)
        raise Unfit("key-twice", one_line(next(key for key, number in times.items() if number > 1)))
    return found


def _whole(digits):
    return int(digits) if len(digits) <= _DIGITS else float("inf")


def _real(digits):
    return float(digits) if len(digits) <= _DIGITS else float("inf")


def _whole_text(text):
    return _HALF.sub("\ufffd", text)


def _check_text(text, place):
    if _HALF.search(text):
        raise Unfit("bad-text", place or one_line(text))
