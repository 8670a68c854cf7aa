"""A participant's own journal: every version of every answer, on their side only.

Append-only JSON lines, one file a course (`records` says what a line holds). Several
processes may write at once; nothing that was acknowledged is lost or overwritten, and
what two devices wrote apart is kept as two heads until the person chooses.
"""

import contextlib
import json
import threading

from openpractice.clock import utc_now
from openpractice.ids import new_key, safe_id
from openpractice.journal.appendfile import AppendFile, NotSaved, saying_why
from openpractice.journal.merging import compacted, merged_records, read_export
from openpractice.journal.records import TOP_REV, BadJournal, decode, encode, put_record
from openpractice.journal.replay import Ack, Head, Replay, State
from openpractice.kinds.registry import MAX_BYTES, BadValue, canonical, sha256

__all__ = ["Ack", "BadJournal", "Head", "Journal", "NotSaved", "StaleBase", "State"]

#: Size in bytes from which a journal is compacted, and the versions kept of each prompt.
COMPACT_FROM = 8 * 1024 * 1024
KEEP_VERSIONS = 50


class StaleBase(Exception):
    """The change was made to words that are not the latest: send the whole answer."""


class Journal:
    """The journal in the file `path`; made on the first write, safe for threads.

    Every writing method raises `NotSaved` when the disk is full, the place may not be
    written to, or the journal is a link.
    """

    def __init__(self, path):
        self._file = AppendFile(path)
        self._replay = Replay()
        self._mutex = threading.RLock()
        self._compacted_size = 0

    # Reading

    def state(self, prompt_id) -> State:
        """The latest version of one answer; ``rev`` 0 and value ``{}`` when there is none."""
        with self._mutex:
            return self._fresh().state(prompt_id)

    def states(self, lesson=None) -> dict:
        """Prompt id to `State`, of one lesson or of the whole course."""
        with self._mutex:
            replay = self._fresh()
            states = {prompt_id: replay.state(prompt_id) for prompt_id in replay.answers}
        return {prompt_id: state for prompt_id, state in states.items() if state.rev and lesson in (None, state.lesson)}

    def handed(self, lesson) -> dict | None:
        """The receipt of what is handed in now, or None (also after withdrawing)."""
        with self._mutex:
            return self._fresh().handed.get(lesson)

    def receipts(self, lesson) -> list:
        """Every receipt of the lesson, oldest first."""
        with self._mutex:
            return [each for each in self._fresh().receipts if each.get("lesson") == lesson]

    def history(self, prompt_id) -> list:
        """The kept versions, oldest first: ``{"rev", "value", "at", "device", "by", "sha256"}``."""
        wanted = ("rev", "value", "at", "device", "by", "sha256")
        puts = (each for each in self._records() if each["op"] == "put" and each["prompt"] == prompt_id)
        return [{name: each[name] for name in wanted} for each in puts]

    def laid_aside(self) -> list:
        """The lines that are not as they were written, in order: ``{"prompt", "lesson", "rev", "at", "value"}``.

        Each part is None where it cannot be read. The version before each stands.
        """
        with self._mutex:
            damaged = list(self._fresh().damaged)
        parts = ("prompt", "lesson", "rev", "at", "value")
        return [{part: (each.record or {}).get(part) for part in parts} for each in damaged]

    # Writing

    def put(self, lesson, prompt_id, value, base, key, device="", by="", after=(), language="") -> Ack:
        """Keeps a cleaned value as the next version; returns what the writer may rely on.

        The same `key` again gives the same acknowledgement. A `base` that is not the
        latest keeps both versions, unless the words are the same, or one device wrote both and
        the new ones hold all of the other's. `after` names keys of earlier tries by the same writer whose acknowledgement was never heard: each
        of them that was saved counts as the base too. `language` is that of the question as it was read.
        """
        _check_put(lesson, prompt_id, value, base, key)
        with self._writing() as replay:
            answer = replay.answer(prompt_id)
            if key in answer.acks:
                return answer.ack(answer.acks[key])
            same = answer.rev_saying(sha256(value))
            if same:
                self._append({"op": "same", "at": utc_now(), "key": key, "prompt": prompt_id, "rev": same})
                return answer.ack(same)
            rev, said = answer.top + 1, (str(device)[:200], str(by)[:200])
            over = answer.replaced(base, after, value, said[0])
            self._append(put_record(lesson, prompt_id, rev, over, value, key, *said, language=language))
            ack = self._replay.answer(prompt_id).ack(rev)
        self._compact_when_large()
        return ack

    def patch(self, lesson, prompt_id, patch, base, key, device="", by="", clean=None, language="") -> Ack:
        """Like `put`, with a change to one text of the value at `base`.

        Parameters
        ----------
        patch : dict
            ``{"path": ["text"], "at", "drop", "put", "length"}``; positions and lengths
            count code points, ``length`` is that of the text before the change.
        clean : callable, optional
            Checks the changed value and returns it cleaned.

        Raises
        ------
        StaleBase
            When `base` is not the latest, or the text there is not what the writer had.
        """
        _check_base(base)
        with self._mutex:
            answer = self._fresh().answers.get(prompt_id)
            if answer and key in answer.acks:
                return answer.ack(answer.acks[key])
            if not answer or base not in answer.heads:
                raise StaleBase("these words are not the latest")
            value = _patched(answer.heads[base].value, patch)
        value = clean(value) if clean else value
        return self.put(lesson, prompt_id, value, base, key, device, by, language=language)

    def choose(self, prompt_id, keep_rev, key) -> Ack:
        """Makes one head the latest, as a new version; the others stay in the history.

        Raises
        ------
        StaleBase
            When that version is not one of those to choose from.
        """
        with self._writing() as replay:
            answer = replay.answer(prompt_id)
            if key in answer.acks:
                return answer.ack(answer.acks[key])
            if keep_rev not in answer.heads:
                raise StaleBase("that version is not one of those to choose from any more")
            kept, rev = answer.heads[keep_rev], answer.top + 1
            said = answer.heads, kept.value, key, kept.device
            self._append(put_record(answer.lesson, prompt_id, rev, *said, language=kept.language))
            return self._replay.answer(prompt_id).ack(rev)

    def share(self, prompt_id, rev) -> None:
        """Notes that the person shares this answer; `rev` must be its latest."""
        with self._writing() as replay:
            if rev == 0 or replay.state(prompt_id).rev != rev:
                raise StaleBase("these words are not the latest")
            self._append({"op": "share", "at": utc_now(), "key": new_key(), "prompt": prompt_id, "rev": rev})

    def unshare(self, prompt_id) -> None:
        """Takes the sharing back; nothing happens when it was not shared."""
        with self._writing() as replay:
            if replay.answer(prompt_id).shared:
                self._append({"op": "unshare", "at": utc_now(), "key": new_key(), "prompt": prompt_id})

    def code(self, prompt_id) -> str:
        """The code under which this answer is counted: random, made once, and only here.

        An export leaves it out, so that nobody who is given one can count in this person's place.
        """
        safe_id(prompt_id)
        with self._mutex:
            known = self._fresh().codes.get(prompt_id)
        if known:
            return known
        with self._writing() as replay:
            if prompt_id not in replay.codes:
                self._append({"op": "code", "at": utc_now(), "key": new_key(), "prompt": prompt_id, "code": new_key()})
            return self._replay.codes[prompt_id]

    def codes(self) -> dict:
        """Prompt id to code, of everything that may have been counted."""
        with self._mutex:
            return dict(self._fresh().codes)

    def mark_handed(self, lesson, receipt) -> None:
        """Notes a receipt: ``{"handin", "at", "lesson", "responses": [{"id", "rev", "sha256"}], ...}``; one number once."""
        with self._writing() as replay:
            if any(each.get("handin") == receipt["handin"] for each in replay.receipts):
                return
            self._append({"op": "handed", "at": utc_now(), "key": new_key(), "lesson": lesson, "receipt": receipt})

    def withdraw(self, lesson) -> None:
        """Notes that what was handed in has been taken back."""
        with self._writing() as replay:
            if lesson in replay.handed:
                self._append({"op": "withdrawn", "at": utc_now(), "key": new_key(), "lesson": lesson})

    def export(self) -> dict:
        """Everything in the journal but the codes, as one JSON object that `import_` takes back.

        Lines that are not as they were written are in it as text, under ``damaged``.
        """
        records, known = [], Replay()
        for each in self._records():
            if each["op"] == "put":
                # Whoever takes this in knows nothing of lines that are not as they were written.
                answer = known.answer(each["prompt"])
                each = {**each, "over": sorted({one for rev in each["over"] for one in answer.behind(rev)})}
            known.apply(each)
            if each["op"] not in ("journal", "code"):
                records.append(each)
        content = {"format": "openpractice-journal", "version": 1, "exported_at": utc_now(), "records": records}
        with self._mutex:
            damaged = [each.line.decode("utf-8", "replace") for each in self._fresh().damaged]
        return content | ({"damaged": damaged} if damaged else {})

    def import_(self, exported) -> int:
        """Adds what this journal does not hold yet; returns the number of versions added.

        Nothing here is replaced: where both went on from the same words, both stay to
        choose from. Importing the same file again adds nothing.

        Raises
        ------
        BadJournal
            For anything that is no export; then nothing is added. A version whose words are
            not those that were saved is left out (`merging.left_out` counts them).
        """
        records = read_export(exported)
        with self._writing():
            added = list(merged_records(records, Journal(self._file.path)._fresh()))
            if added:
                self._append(*added)
        return sum(each["op"] == "put" for each in added)

    def compact(self, keep=KEEP_VERSIONS) -> None:
        """Writes the journal anew without the words of old versions.

        Kept: of each prompt the last `keep` versions, every head, everything handed in
        or shared; of the rest the key, time and sha256.
        """
        with self._writing() as replay:
            lines = [_first_line(), *compacted(self._records(), replay, keep)]
            damaged = b"".join(each.line + b"\n" for each in replay.damaged)
            self._file.replace(b"".join(map(encode, lines)) + damaged)
            self._fresh()
        self._compacted_size = self._size()

    # Within

    def _fresh(self):
        with saying_why():
            replaced, lines = self._file.read_new()
        if replaced:
            self._replay = Replay()
        for line in lines:
            record = decode(line)
            if record:
                self._replay.apply(record)
        return self._replay

    def _records(self):
        with saying_why():
            lines = AppendFile(self._file.path).read_new()[1]
        return [record for record in map(decode, lines) if isinstance(record, dict)]

    @contextlib.contextmanager
    def _writing(self):
        with self._mutex, saying_why(), self._file.locked():
            self._file.close_torn_line()
            yield self._fresh()

    def _append(self, *records):
        if not self._file.path.exists():
            records = (_first_line(), *records)
        self._file.append(b"".join(map(encode, records)))
        self._fresh()

    def _compact_when_large(self):
        if self._size() > max(COMPACT_FROM, 2 * self._compacted_size):
            with contextlib.suppress(NotSaved):  # what was just written is safe either way
                self.compact()

    def _size(self):
        return self._file.path.stat().st_size


def _first_line():
    return {"op": "journal", "at": utc_now(), "key": new_key(), "format": 1}


def _check_put(lesson, prompt_id, value, base, key):
    safe_id(lesson)
    safe_id(prompt_id)
    _check_base(base)
    if not isinstance(key, str) or not 0 < len(key) <= 200:
        raise BadValue("journal-no-key")
    if not isinstance(value, dict) or len(canonical(value)) > MAX_BYTES:
        raise BadValue("value-answer-too-long")


def _check_base(base):
    if type(base) is not int or not 0 <= base < TOP_REV:
        raise BadValue("journal-base-no-number")


def _patched(value, patch):
    """A copy of the value with one text changed; what does not fit is `StaleBase`."""
    value = json.loads(canonical(value))
    try:
        *way, last = patch["path"]
        at, drop, put = patch["at"], patch["drop"], patch["put"]
        place = value
        for step in way:
            place = place[step]
        text = place[last]
        if not (isinstance(text, str) and isinstance(put, str) and type(at) is type(drop) is int):
            raise TypeError
        if len(text) != patch["length"] or not 0 <= at <= at + drop <= len(text):
            raise ValueError
    except (KeyError, IndexError, TypeError, ValueError):
        raise StaleBase("the change does not fit the saved words") from None
    place[last] = text[:at] + put + text[at + drop :]
    return value
