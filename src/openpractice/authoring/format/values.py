"""Option values: one reader for each type of value.

A reader takes the text of the option as a list of entries (the text after the
name first, then the continuation lines) and returns the value, or raises
ValueError with the end of a sentence. Nothing is YAML: 'no' and '03' stay text.
"""

import re

from openpractice.ids import is_id
from openpractice.model import VISIBILITY, Item


def _joined(entries: list[str]) -> str:
    return " ".join(entry for entry in entries if entry)


def _parts(entries: list[str]) -> list[str]:
    """Entries of a list: parted by '|' on the first line, then one a line."""
    parts = [part.strip() for part in re.split(r"\s\|\s", f" {entries[0]} ")]
    return [part for part in parts + [entry.strip() for entry in entries[1:]] if part]


def read_text(entries):
    text = _joined(entries)
    if not text:
        raise ValueError("it is empty")
    return text


def read_number(entries):
    text = _joined(entries)
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError("it is not a whole number")
    return int(text)


def read_signed(entries):
    text = _joined(entries)
    if not re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,3})?", text):
        raise ValueError("it is not a number")
    return float(text) if "." in text else int(text)


def read_yes_no(entries):
    text = _joined(entries).lower()
    if text not in ("yes", "no"):
        raise ValueError("it is neither yes nor no")
    return text == "yes"


def read_range(entries):
    """`3` or `1-3` as (least, most)."""
    match = re.fullmatch(r"([0-9]{1,3})(?:\s*[-\u2013]\s*([0-9]{1,3}))?", _joined(entries))
    if not match:
        raise ValueError("it is neither a number nor two numbers with a hyphen")
    least, most = int(match[1]), int(match[2] or match[1])
    if not 0 < most <= 200 or least > most:
        raise ValueError("the first number is above the second, or they are not from 1 to 200")
    return least, most


def read_id(entries):
    text = _joined(entries)
    if not is_id(text):
        raise ValueError("an id has small letters, digits and hyphens")
    return text


def read_ids(entries):
    ids = [part.strip() for part in ",".join(entries).split(",") if part.strip()]
    if not ids or not all(is_id(part) for part in ids):
        raise ValueError("it is not a list of ids with commas between them")
    return tuple(dict.fromkeys(ids))


def read_visibility(entries):
    text = _joined(entries)
    if text not in VISIBILITY:
        raise ValueError("it is one of " + ", ".join(VISIBILITY))
    return VISIBILITY[text]


def read_criteria(entries):
    codes = [code for code in re.split(r"[,\s]+", _joined(entries)) if code]
    if not codes or len(set(codes)) != len(codes):
        raise ValueError("it names a criterion twice, or none")
    return tuple(codes)


def read_of(entries):
    text = _joined(entries)
    if text not in ("facilitator", "colleagues"):
        raise ValueError("it is either facilitator or colleagues")
    return text


def read_texts(entries):
    parts = _parts(entries)
    if not parts:
        raise ValueError("it is empty")
    return tuple(parts)


def read_items(entries):
    """`id = Label` items; a row may be grouped as `P1 / id = Label`."""
    items = []
    for part in _parts(entries):
        match = re.fullmatch(r"(?:([^/=]+?)\s*/\s*)?([^\s=/]+)\s*=\s*(\S.*)", part)
        if not match or not is_id(match[2]):
            raise ValueError(f"'{part[:40]}' is not an id, '=' and a label")
        items.append(Item(match[2], match[3].strip(), match[1] or ""))
    return _distinct(items)


def read_columns(entries):
    """Items whose label may end with `(long)`: room for sentences. A group is the side of a ledger."""
    columns = []
    for item in read_items(entries):
        label = item.label.removesuffix("(long)").strip()
        columns.append(Item(item.id, label or item.label, item.group, label != item.label))
    return tuple(columns)


def _distinct(items):
    if not items:
        raise ValueError("it is empty")
    ids = [item.id for item in items]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ValueError(f"'{twice[0]}' stands there twice")
    return tuple(items)
