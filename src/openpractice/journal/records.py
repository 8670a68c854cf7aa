"""The lines of a journal: what each holds, how it is read and written.

Every line is one JSON object with ``op``, ``at`` and, but for the first line, ``key``:

=========  ==============================================================
journal    first line; ``id`` names this file's generation
put        ``lesson prompt rev over value sha256 device by``: a version;
           ``over`` lists the versions that it takes the place of,
           ``language`` says in which the question was read, unless in English
same       ``prompt rev``: a draft that said what a version already said
dropped    ``prompt old``: versions removed by compaction, without words
share      ``prompt rev``; ``unshare`` has ``prompt``
code       ``prompt code``: under what an answer is counted; never leaves this file
handed     ``lesson receipt``, ``past`` for one that is no longer in force;
           ``withdrawn`` has ``lesson``
=========  ==============================================================

The last member of every line is ``sum``, the sha256 of the line without it. A line that does
not fit it is laid aside: the version before it stands, and `Journal.laid_aside` says so.
"""

import hashlib
import re
from collections import namedtuple

from openpractice import border
from openpractice.clock import utc_now
from openpractice.i18n import Coded, is_language
from openpractice.ids import is_id
from openpractice.kinds.registry import MAX_BYTES, canonical, sha256

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_SUM = re.compile(rb"[0-9a-f]{64}")
# What stands in the lines of kits that wrote no sum.
_OLDER = set("op at key id format lesson prompt rev over value sha256 device by old code receipt past".split())
#: A version has a smaller number than this: databases hold it.
TOP_REV = 2**31 - 1


class BadJournal(Coded, ValueError):
    """A file that is not an export of a journal."""


class Damaged(namedtuple("Damaged", "line record")):
    """A line that is not as it was written; `record` is what can still be read of it, or None."""

    __slots__ = ()


def encode(record: dict) -> bytes:
    """The record as one line, with the sha256 of the rest of the line at its end."""
    line = canonical(record)
    return line[:-1] + b',"sum":"' + hashlib.sha256(line).hexdigest().encode() + b'"}\n'


def decode(line: bytes) -> dict | Damaged | None:
    """The record in a line; None for an empty line or one that was never finished."""
    line = line.rstrip(b"\n")
    found = _read_line(line)
    if isinstance(found, dict) or not line.strip():
        return found if isinstance(found, dict) else None
    # Whoever died in the middle of writing left no end. A last byte that was changed is something else.
    without = line.rstrip(b"\r")  # a carriage return ends a line too, and its bracket is what it was before
    if not line.endswith(b"}") and not any(isinstance(_read_line(one + b"}"), dict) for one in (line[:-1], without)):
        return None
    return found


def _read_line(line):
    before, _, total = line[:-2].rpartition(b',"sum":"')
    summed = line.endswith(b'"}') and _SUM.fullmatch(total)
    rest = before + b"}" if summed else line
    try:
        record = border.read_object(rest, border.OWN)
    except border.Unfit:
        return Damaged(line, None)
    if not is_record(record):
        return Damaged(line, None)
    # In a line without a sum nothing may stand that an older kit did not write.
    whole = hashlib.sha256(rest).hexdigest().encode() == total if summed else set(record) <= _OLDER
    return record if whole and has_its_words(record) else Damaged(line, record)


def has_its_words(record: dict) -> bool:
    """Whether the words of a version are those that its sha256 was made of."""
    return record["op"] != "put" or record["sha256"] == sha256(record["value"])


def is_record(record) -> bool:
    """Whether every part of the record has its form, so that replaying cannot fail."""
    if not isinstance(record, dict):
        return False
    op = record.get("op")
    check = _CHECKS.get(op) if isinstance(op, str) else None
    try:
        return check is not None and bool(_TIME.fullmatch(record["at"])) and _is_word(record["key"]) and check(record)
    except (KeyError, TypeError, ValueError):
        return False


def _is_word(text):
    return border.is_whole_text(text, 200) and text != ""


def _is_list(parts, check):
    return isinstance(parts, list) and all(map(check, parts))


def _is_rev(number):
    return type(number) is int and 0 < number < TOP_REV


def _is_put(record):
    return (
        is_id(record["lesson"])
        and is_id(record["prompt"])
        and _is_rev(record["rev"])
        and _is_list(record["over"], _is_rev)
        and isinstance(record["value"], dict)
        and len(canonical(record["value"])) <= MAX_BYTES
        and _is_word(record["sha256"])
        and border.is_whole_text(record["device"], 200)
        and border.is_whole_text(record["by"], 200)
        and ("language" not in record or is_language(record["language"]))
    )


def _is_receipt_line(line):
    return is_id(line["id"]) and border.is_number(line["rev"], 0, TOP_REV, whole=True) and _is_word(line["sha256"])


def _is_handed(record):
    receipt = record["receipt"]
    return (
        is_id(record["lesson"])
        and receipt["lesson"] == record["lesson"]
        and _is_word(receipt["handin"])
        and _is_word(receipt["at"])
        and _is_list(receipt["responses"], _is_receipt_line)
        and len(canonical(receipt)) <= MAX_BYTES
    )


def _is_dropped(record):
    return is_id(record["prompt"]) and _is_list(record["old"], _is_old)


def _is_old(version):
    key, rev, at, sha = version
    return isinstance(version, list) and _is_word(key) and _is_rev(rev) and _is_word(at) and _is_word(sha)


_CHECKS = {
    "journal": lambda record: record["format"] == 1,
    "put": _is_put,
    "same": lambda record: is_id(record["prompt"]) and _is_rev(record["rev"]),
    "dropped": _is_dropped,
    "share": lambda record: is_id(record["prompt"]) and _is_rev(record["rev"]),
    "unshare": lambda record: is_id(record["prompt"]),
    "code": lambda record: is_id(record["prompt"]) and _is_word(record["code"]),
    "handed": _is_handed,
    "withdrawn": lambda record: is_id(record["lesson"]),
}


def put_record(lesson, prompt_id, rev, over, value, key, device="", by="", at=None, language="") -> dict:
    """The record of one version."""
    record = {
        "op": "put",
        "at": at or utc_now(),
        "key": key,
        "lesson": lesson,
        "prompt": prompt_id,
        "rev": rev,
        "over": sorted(over),
        "value": value,
        "sha256": sha256(value),
        "device": device,
        "by": by,
    }
    return record | ({"language": language} if language else {})
