"""Every kind of prompt: what a value may hold, when it is empty, how it reads as text.

A value is always a JSON object; ``{}`` is the empty answer. `KINDS` holds every kind by
name, found in the modules ``kind_*`` beside this one; the docstring of a kind's values is
the written schema of them. Any value may also hold ``wording``, the id of the branch's prompt
that was answered, and the answer to any kind may be ``{"text": ...}`` when it was
typed in the plain answer cell.
"""

import hashlib
import json
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from openpractice.cleantext import clean_text
from openpractice.kinds.kind import Kind
from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import BadValue, read_id, short
from openpractice.kinds.wordcount import count_words

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "BadValue",
    "canonical",
    "clean",
    "count_words",
    "drawn_kinds",
    "in_form",
    "is_answered",
    "is_blank",
    "plain_text",
    "sha256",
    "words_written",
]

#: Largest canonical JSON of one value, in bytes.
MAX_BYTES = 1024 * 1024


def _all_kinds() -> dict[str, Kind]:
    """Every kind, in order, out of the modules of this folder that are named for one."""
    names = [name for _, name, _ in iter_modules([str(Path(__file__).parent)]) if name.startswith("kind_")]
    kinds = [kind for name in names for kind in import_module(f"openpractice.kinds.{name}").KINDS]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.place)}


KINDS = _all_kinds()


@cache
def drawn_kinds() -> frozenset[str]:
    """The kinds that a script of the built front end draws, as its build wrote them down."""
    built = Path(__file__).parents[1] / "static" / "built.json"
    return frozenset(json.loads(built.read_text("utf-8"))["kinds"])


def clean(value, spec: dict) -> dict:
    """The value as it is stored: known parts only, clean text, within its sizes.

    Raises
    ------
    BadValue
        With a sentence for the person, when the value does not fit the prompt.
    """
    return _clean(value, spec, strict=True)


def in_form(value: dict, spec: dict) -> dict:
    """The value with each part in its form, whatever options it names; ``{}`` where it is none of this kind.

    What a copy brought into a journal was never cleaned; who goes by its parts goes by these.
    """
    try:
        return _clean(value, spec, strict=False)
    except BadValue:
        return {}


def is_blank(value: dict, spec: dict) -> bool:
    """True when the value holds no chosen option, no number and no visible character."""
    if not isinstance(value, dict):
        return True
    if _typed(value):
        return not value["text"].strip()
    try:
        parts = _values_of(spec).content(_clean(value, spec, strict=False))
    except BadValue:
        parts = _leaves(value)
    return not any(part.strip() for part in parts)


def is_answered(value: dict, spec: dict) -> bool:
    """Whether the value answers what is asked: not blank, and something in as many parts as the prompt asks for.

    What is neither blank nor answered is begun. A slider for the rows of another answer is asked with
    `kind_slider.with_rows_of`.

    Everything that counts answers goes by this; the lesson page by `isAnswered`, which is the same.
    """
    if is_blank(value, spec):
        return False
    try:
        return _typed(value) or _values_of(spec).is_whole(_clean(value, spec, strict=False), spec)
    except BadValue:
        return True


def plain_text(value: dict, spec: dict) -> str:
    """The value as lines that read well aloud: labels, not ids; never raises.

    It speaks the language of the lesson that the specification is of. A value that no
    longer fits its question stays readable and says so.
    """
    if not isinstance(value, dict) or not value:
        return ""
    if _typed(value):
        return clean_text(value["text"])
    fits = True
    try:
        try:
            known = clean(value, spec)
        except BadValue:
            fits = False
            known = _clean(value, spec, strict=False)
        lines = _values_of(spec).lines(known, spec)
    except BadValue:
        fits, lines = False, [clean_text(leaf) for leaf in _leaves(value)]
    text = "\n".join(lines)
    if fits or not text.strip():
        return text
    return f"{text}\n{word(spec, 'earlier-form')}"


def words_written(value: dict, spec: dict) -> int:
    """Words that the person wrote; chosen options and numbers count none."""
    if not isinstance(value, dict):
        return 0
    if _typed(value):
        return count_words(value["text"])
    try:
        parts = _values_of(spec).written(_clean(value, spec, strict=False))
    except BadValue:
        parts = _leaves(value)
    return sum(map(count_words, parts))


def canonical(value: dict) -> bytes:
    """The one byte form of a value: sorted keys, no spaces, UTF-8.

    Raises
    ------
    BadValue
        When the value is not JSON (NaN, a lone surrogate, nested without end).
    """
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(
            "utf-8"
        )
    except (TypeError, ValueError, RecursionError):
        raise BadValue("value-not-stored") from None


def sha256(value: dict) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _values_of(spec):
    try:
        return KINDS[spec["kind"]].values
    except (KeyError, TypeError):
        raise BadValue("value-kind-unknown") from None


def _clean(value, spec, strict):
    values = _values_of(spec)
    if not isinstance(value, dict):
        raise BadValue("value-no-answer")
    unknown = [key for key in value if key != "wording" and key not in values.keys]
    if unknown:
        raise BadValue("value-other-form", part=short(unknown[0]))
    cleaned = values.clean(value, spec, strict)
    if "wording" in value:
        cleaned["wording"] = read_id(value["wording"], "wording")
    if len(canonical(cleaned)) > MAX_BYTES:
        raise BadValue("value-answer-too-long")
    return cleaned


def _typed(value):
    """Whether the value is text typed in the plain answer cell, or has that form."""
    return set(value) <= {"text", "wording"} and isinstance(value.get("text"), str)


def _leaves(value):
    """Every text and number in a value of unknown form, in order, without recursion."""
    found: list = []
    todo = [value]
    while todo and len(found) < 2000:
        item = todo.pop()
        if isinstance(item, dict):
            todo.extend(reversed([part for key, part in item.items() if key not in ("id", "wording")]))
        elif isinstance(item, list):
            todo.extend(reversed(item))
        elif isinstance(item, str):
            found.append(item)
        elif isinstance(item, float) or (isinstance(item, int) and abs(item) < 10**15):
            found.append(str(item))
    return found
