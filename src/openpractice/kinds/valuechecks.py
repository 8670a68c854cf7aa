"""Checks that every family of values shares, and the words for what is refused."""

import re

from openpractice.cleantext import clean_text
from openpractice.i18n import Coded, Said

MAX_TEXT = 200_000
MAX_ROWS = 200

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class BadValue(Coded, ValueError):
    """A value that does not fit its prompt."""


def short(thing) -> str:
    """A few characters of something unexpected, safe to show."""
    text = thing if isinstance(thing, str) else type(thing).__name__
    text = clean_text(text[:80])
    return text if len(text) <= 40 else text[:40] + "…"


def read_text(value, what: str) -> str:
    """The cleaned text, at most `MAX_TEXT` characters; `what` it is ends a code `thing-...` of the catalog."""
    if not isinstance(value, str):
        raise BadValue("value-not-text", what=Said(f"thing-{what}"))
    if len(value) > MAX_TEXT:
        raise BadValue("value-too-long", what=Said(f"thing-{what}"), length=len(value), most=MAX_TEXT)
    return clean_text(value)


def read_id(value, what: str) -> str:
    """The id, when it has the form of one."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadValue("value-unknown", what=Said(f"thing-{what}"), value=short(value))
    return value


def read_list(value, what: str) -> list:
    """The list, when it is one of at most `MAX_ROWS` entries."""
    if not isinstance(value, list):
        raise BadValue("value-no-list", what=Said(f"thing-{what}"))
    if len(value) > MAX_ROWS:
        raise BadValue("value-too-many", what=Said(f"thing-{what}"), count=len(value), most=MAX_ROWS)
    return value


def read_dict(value, what: str, allowed=None) -> dict:
    """The object, when it is one and holds only the `allowed` parts."""
    if not isinstance(value, dict) or len(value) > MAX_ROWS:
        raise BadValue("value-no-object", what=Said(f"thing-{what}"))
    for key in value:
        if allowed is not None and key not in allowed:
            raise BadValue("value-not-part", key=short(key))
    return value


def known(value, options, what: str, strict: bool) -> str:
    """The id, when the specification's `options` (id and label) hold it."""
    read_id(value, what)
    if strict and all(option["id"] != value for option in options):
        raise BadValue("value-unknown", what=Said(f"thing-{what}"), value=short(value))
    return value


def label_of(value: str, options) -> str:
    """The label of an id; an id that is gone reads as its own words."""
    for option in options:
        if option["id"] == value:
            group = option.get("group")
            return f"{group} – {option['label']}" if group else option["label"]
    return value.replace("-", " ").replace("_", " ")


def is_written(row) -> bool:
    """Whether a row of a table has a visible character in one of its boxes, its own name aside."""
    return isinstance(row, dict) and any(str(cell).strip() for key, cell in row.items() if key != "_row")


def line(label: str, text: str) -> str:
    """``Label: text``, or ``Question? text``."""
    return f"{label} {text}" if label[-1:] in ("?", ":", "!", "…") else f"{label}: {text}"
