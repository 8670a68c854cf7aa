"""The lines of a journal: what each holds, how it is read, written and replayed.

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
import os
import re
from collections import namedtuple

from openpractice import border
from openpractice.clock import utc_now
from openpractice.i18n import Coded, is_language
from openpractice.ids import is_id
from openpractice.kinds.holding import holds
from openpractice.kinds.registry import MAX_BYTES, canonical, sha256

State = namedtuple("State", "rev value at sha256 heads handed shared lesson language", defaults=("",))
State.__doc__ = """The latest version of one answer; `rev` is 0 when there is none.

``heads`` lists every `Head` when there are two or more to choose from, ``handed`` is
``{"rev", "at", "sha256", "handin"}`` or None, ``shared`` ``{"rev", "at"}`` or None."""

Head = namedtuple("Head", "rev value at device sha256 language", defaults=("",))
Ack = namedtuple("Ack", "rev at sha256 conflict")
Ack.__doc__ = """What a writer hears; ``conflict`` lists the `Head`\\ s when there are several."""

NOTHING = State(0, {}, None, None, [], None, None, None)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_SUM = re.compile(rb"[0-9a-f]{64}")
# What stands in the lines of kits that wrote no sum.
_OLDER = set("op at key id format lesson prompt rev over value sha256 device by old code receipt past".split())
#: A version has a smaller number than this: databases hold it.
TOP_REV = 2**31 - 1
#: So many versions of one answer are left to choose from: whoever writes on never has more, but a program might.
MOST_HEADS = 100


class BadJournal(Coded, ValueError):
    """A file that is not an export of a journal."""


def new_key() -> str:
    """A fresh random key."""
    return os.urandom(16).hex()


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


class Answer:
    """What has been replayed of one prompt: its versions, without the words of old ones."""

    def __init__(self):
        self.lesson = None
        self.top = 0
        self.heads = {}
        self.acks = {}
        self.revs = {}
        self.damaged = {}  # rev of a version that is not as it was saved: the versions it took the place of
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

    def replaced(self, base, value, device) -> set:
        """The heads whose place a new version takes: its base, and what it holds whole of the same device's words."""
        held = {rev for rev, head in self.heads.items() if head.device == device != "" and holds(value, head.value)}
        return held | ({base} & self.heads.keys())

    def behind(self, rev) -> set:
        """The versions whose place is taken with that of `rev`: itself, or what a damaged one had gone on from."""
        found, todo, seen = set(), [rev], set()
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            if one in self.revs:
                found.add(one)
            elif one in self.damaged:
                todo.extend(self.damaged[one])
            else:  # a line of which nothing can be read: it went on from the one before it
                found.add(max((rev for rev in self.revs if rev < one), default=one))
        return found

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
        self.damaged = []

    def apply(self, record) -> None:
        """Take in one valid record; a damaged one is laid aside, and the version before it stands."""
        if isinstance(record, Damaged):
            self._lay_aside(record)
            return
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
            latest.language,
        )

    def _journal(self, record):
        pass

    def _lay_aside(self, damaged):
        self.damaged.append(damaged)
        record = damaged.record
        if record and record["op"] == "put":
            answer = self.answer(record["prompt"])
            answer.lesson = answer.lesson or record["lesson"]
            if record["rev"] not in answer.revs:
                answer.top = max(answer.top, record["rev"])
                answer.damaged[record["rev"]] = record["over"]

    def _put(self, record):
        answer, rev = self.answer(record["prompt"]), record["rev"]
        answer.lesson, answer.top = record["lesson"], max(answer.top, rev)
        for old in record["over"]:
            for head in answer.behind(old):
                answer.heads.pop(head, None)
        said = record["value"], record["at"], record["device"], record["sha256"], record.get("language", "")
        answer.heads[rev] = Head(rev, *said)
        if len(answer.heads) > MOST_HEADS:
            del answer.heads[min(answer.heads)]  # its words stay in the journal
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
