"""The lines of a journal: what each holds, how it is read, written and replayed.

Every line is one JSON object with ``op``, ``at`` and, but for the first line, ``key``:

=========  ==============================================================
journal    first line; ``id`` names this file's generation
put        ``lesson prompt rev over value sha256 device by``: a version;
           ``over`` lists the versions that it takes the place of
same       ``prompt rev``: a draft that said what a version already said
dropped    ``prompt old``: versions removed by compaction, without words
share      ``prompt rev``; ``unshare`` has ``prompt``
code       ``prompt code``: under what an answer is counted; never leaves this file
handed     ``lesson receipt``, ``past`` for one that is no longer in force;
           ``withdrawn`` has ``lesson``
=========  ==============================================================
"""

import json
import os
import re
from collections import namedtuple

from openpractice.clock import utc_now
from openpractice.ids import is_id
from openpractice.kinds.registry import MAX_BYTES, BadValue, canonical, sha256

State = namedtuple("State", "rev value at sha256 heads handed shared lesson")
State.__doc__ = """The latest version of one answer; `rev` is 0 when there is none.

``heads`` lists every `Head` when there are two or more to choose from, ``handed`` is
``{"rev", "at", "sha256", "handin"}`` or None, ``shared`` ``{"rev", "at"}`` or None."""

Head = namedtuple("Head", "rev value at device sha256")
Ack = namedtuple("Ack", "rev at sha256 conflict")
Ack.__doc__ = """What a writer hears; ``conflict`` lists the `Head`\\ s when there are several."""

NOTHING = State(0, {}, None, None, [], None, None, None)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TOP_REV = 10**9


class BadJournal(ValueError):
    """A file that is not an export of a journal; the message is for the person."""


def new_key() -> str:
    """A fresh random key."""
    return os.urandom(16).hex()


def encode(record: dict) -> bytes:
    """The record as one line."""
    return canonical(record) + b"\n"


def decode(line: bytes) -> dict | None:
    """The record in a line, or None for a line that is torn, odd or not ours."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if is_record(record) else None


def is_record(record) -> bool:
    """Whether every part of the record has its form, so that replaying cannot fail."""
    if not isinstance(record, dict):
        return False
    check = _CHECKS.get(record.get("op")) if isinstance(record.get("op"), str) else None
    try:
        return check is not None and bool(_TIME.fullmatch(record["at"])) and _is_word(record["key"]) and check(record)
    except (KeyError, TypeError, BadValue):
        return False


def _is_word(text):
    return isinstance(text, str) and 0 < len(text) <= 200


def _is_rev(number):
    return type(number) is int and 0 < number < TOP_REV


def _is_put(record):
    return (
        is_id(record["lesson"])
        and is_id(record["prompt"])
        and _is_rev(record["rev"])
        and all(map(_is_rev, record["over"]))
        and isinstance(record["value"], dict)
        and len(canonical(record["value"])) <= MAX_BYTES
        and _is_word(record["sha256"])
        and isinstance(record["device"], str)
        and isinstance(record["by"], str)
    )


def _is_receipt_line(line):
    return is_id(line["id"]) and type(line["rev"]) is int and _is_word(line["sha256"])


def _is_handed(record):
    receipt = record["receipt"]
    return (
        is_id(record["lesson"])
        and receipt["lesson"] == record["lesson"]
        and _is_word(receipt["handin"])
        and _is_word(receipt["at"])
        and all(map(_is_receipt_line, receipt["responses"]))
    )


def _is_dropped(record):
    return is_id(record["prompt"]) and all(
        _is_word(key) and _is_rev(rev) and _is_word(at) and _is_word(sha) for key, rev, at, sha in record["old"]
    )


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


class Answer:
    """What has been replayed of one prompt: its versions, without the words of old ones."""

    def __init__(self):
        self.lesson = None
        self.top = 0
        self.heads = {}
        self.acks = {}
        self.revs = {}
        self.shared = None

    def ack(self, rev) -> Ack:
        """The acknowledgement of a version, with the heads as they stand."""
        at, sha = self.revs[rev]
        return Ack(rev, at, sha, self.conflict())

    def conflict(self) -> list:
        """The heads, when there is more than one."""
        return sorted(self.heads.values()) if len(self.heads) > 1 else []

    def rev_saying(self, sha) -> int | None:
        """The head that holds just these words."""
        return next((rev for rev, head in self.heads.items() if head.sha256 == sha), None)

    def after_keys(self, base, keys) -> int:
        """The version being edited: `base`, or the newest of those saved under `keys`."""
        return max([base, *(self.acks[key] for key in keys if key in self.acks)])


class Replay:
    """The journal's lines, applied one by one."""

    def __init__(self):
        self.answers = {}
        self.handed = {}
        self.receipts = []
        self.codes = {}
        self.keys = set()

    def apply(self, record) -> None:
        """Take in one valid record."""
        self.keys.add(record["key"])
        getattr(self, "_" + record["op"])(record)

    def answer(self, prompt_id) -> Answer:
        """The prompt's answer, made when it is new."""
        return self.answers.setdefault(prompt_id, Answer())

    def state(self, prompt_id) -> State:
        """The latest version with what has been done with it."""
        answer = self.answers.get(prompt_id)
        if answer is None or not answer.heads:
            return NOTHING
        latest = answer.heads[max(answer.heads)]
        handed = self.handed.get(answer.lesson)
        return State(
            latest.rev,
            latest.value,
            latest.at,
            latest.sha256,
            answer.conflict(),
            _handed_part(handed, prompt_id),
            answer.shared,
            answer.lesson,
        )

    def _journal(self, record):
        pass

    def _put(self, record):
        answer, rev = self.answer(record["prompt"]), record["rev"]
        answer.lesson, answer.top = record["lesson"], max(answer.top, rev)
        for old in record["over"]:
            answer.heads.pop(old, None)
        answer.heads[rev] = Head(rev, record["value"], record["at"], record["device"], record["sha256"])
        answer.acks[record["key"]] = rev
        answer.revs[rev] = (record["at"], record["sha256"])

    def _same(self, record):
        answer = self.answer(record["prompt"])
        if record["rev"] in answer.revs:
            answer.acks[record["key"]] = record["rev"]

    def _dropped(self, record):
        answer = self.answer(record["prompt"])
        for key, rev, at, sha in record["old"]:
            self.keys.add(key)
            answer.acks[key] = rev
            answer.revs[rev] = (at, sha)
            answer.top = max(answer.top, rev)

    def _share(self, record):
        self.answer(record["prompt"]).shared = {"rev": record["rev"], "at": record["at"]}

    def _unshare(self, record):
        self.answer(record["prompt"]).shared = None

    def _code(self, record):
        self.codes.setdefault(record["prompt"], record["code"])

    def _handed(self, record):
        if not record.get("past"):
            self.handed[record["lesson"]] = record["receipt"]
        self.receipts.append(record["receipt"])

    def _withdrawn(self, record):
        self.handed.pop(record["lesson"], None)


def put_record(lesson, prompt_id, rev, over, value, key, device="", by="", at=None) -> dict:
    """The record of one version."""
    return {
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


def _handed_part(receipt, prompt_id):
    for each in (receipt or {}).get("responses", ()):
        if each["id"] == prompt_id:
            return {
                "rev": each["rev"],
                "at": receipt["at"],
                "sha256": each["sha256"],
                "handin": receipt["handin"],
            }
    return None
