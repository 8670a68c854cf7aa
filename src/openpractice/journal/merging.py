"""Two rare rewritings of a journal: taking in an export, and leaving out old words."""

import hashlib

from openpractice import border
from openpractice.clock import utc_now
from openpractice.ids import new_key
from openpractice.journal.records import BadJournal, has_its_words, is_record, put_record
from openpractice.journal.replay import Replay

#: No answer is written so often. Numbers from here on are not taken over from a copy: what is written next has one too.
FAR_REV = 10**9


def read_export(exported) -> list:
    """The records of an export, given as its object or its bytes; all valid.

    A version whose words are not those that were saved stands among them as it is (`left_out`).

    Raises
    ------
    BadJournal
        When any part has not the form that `Journal.export` gives it, or when
        no version has the words that were saved.
    """
    if isinstance(exported, (bytes, str)):
        try:
            raw = exported.encode("utf-8", "surrogatepass") if isinstance(exported, str) else exported
            exported = border.read_object(raw, border.EXPORT)
        except border.Unfit as unfit:
            if unfit.code == "too-large":
                raise BadJournal("import-too-large") from None
            raise BadJournal("import-not-ours") from None
    if not isinstance(exported, dict) or exported.get("format") != "openpractice-journal":
        raise BadJournal("import-not-ours")
    if exported.get("version") != 1:
        raise BadJournal("import-newer")
    records = exported.get("records")
    if not isinstance(records, list) or not all(map(is_record, records)):
        raise BadJournal("import-damaged")
    puts = [each for each in records if each["op"] == "put"]
    if puts and not any(map(has_its_words, puts)):
        raise BadJournal("import-damaged")
    return records


def left_out(exported: dict) -> int:
    """How many versions of an export are not taken, because their words are not those that were saved."""
    damaged = exported.get("damaged")
    rest = len(damaged) if isinstance(damaged, list) else 0
    return sum(not has_its_words(each) for each in exported["records"]) + rest


def merged_records(records, here: Replay):
    """The records to append so that `here` also holds an export; applied to `here` too."""
    merge = _Merge(here)
    for record in records:
        if not has_its_words(record):
            merge.pass_over(record)
            continue
        adapt = getattr(merge, "_" + record["op"], None)
        new = adapt(record) if adapt and not merge.holds(record) else None
        if new:
            here.apply(new)
            yield new
        if record["op"] == "put":
            merge.note(record)


class _Merge:
    """Their records in our numbering; what was known here before decides on marks."""

    def __init__(self, here):
        self.here = here
        self.ours = {}
        self.over = {}  # a version that is left out: what it took the place of
        self.prompts = set(here.answers)
        self.lessons = {receipt["lesson"] for receipt in here.receipts}
        self.handins = {receipt["handin"] for receipt in here.receipts}

    def note(self, record):
        acks = self.here.answer(record["prompt"]).acks
        self.ours[record["prompt"], record["rev"]] = acks[self.key(record)]

    def pass_over(self, record):
        """Note a version that is left out: what goes on from it goes on from what it took the place of."""
        self.over[record["prompt"], record["rev"]] = self.before(record)

    def holds(self, record):
        """Whether the record is here already; a version is known by its prompt and its words too, not by its key alone."""
        if record["op"] == "put":
            return self.key(record) in self.here.answer(record["prompt"]).acks
        return record["key"] in self.here.keys

    def key(self, put):
        """The key of a version here: its own, or one made of it where other words of that prompt have it."""
        answer = self.here.answer(put["prompt"])
        rev = answer.acks.get(put["key"])
        if rev is None or answer.revs[rev][1] == put["sha256"]:
            return put["key"]
        return hashlib.sha256(f"{put['key']} {put['sha256']}".encode()).hexdigest()[:32]

    def before(self, record):
        """The versions here that one of theirs takes the place of, in the place of those left out what these went on from."""
        prompt_id = record["prompt"]
        heads = self.here.answer(prompt_id).heads
        found = {one for rev in record["over"] for one in self.over.get((prompt_id, rev), ())}
        return {one for one in found | {self.rev(prompt_id, rev) for rev in record["over"]} if one in heads}

    def rev(self, prompt_id, rev):
        return self.ours.get((prompt_id, rev))

    def _put(self, theirs):
        prompt_id = theirs["prompt"]
        answer = self.here.answer(prompt_id)
        over = self.before(theirs)
        same = answer.rev_saying(theirs["sha256"])
        if same and not over:
            return {"op": "same", "at": theirs["at"], "key": self.key(theirs), "prompt": prompt_id, "rev": same}
        free = prompt_id not in self.prompts and theirs["rev"] not in answer.revs and theirs["rev"] < FAR_REV
        return put_record(
            theirs["lesson"],
            prompt_id,
            theirs["rev"] if free else answer.top + 1,
            over,
            theirs["value"],
            self.key(theirs),
            theirs["device"],
            theirs["by"],
            theirs["at"],
            theirs.get("language", ""),
        )

    def _same(self, theirs):
        rev = self.rev(theirs["prompt"], theirs["rev"])
        return {**theirs, "rev": rev} if rev else None

    def _dropped(self, theirs):
        revs = self.here.answer(theirs["prompt"]).revs
        # A number that stands for words here stays theirs, whatever the copy says of it.
        old = [version for version in theirs["old"] if version[1] < FAR_REV and version[1] not in revs]
        return None if theirs["prompt"] in self.prompts else {**theirs, "old": old}

    def _share(self, theirs):
        rev = self.rev(theirs["prompt"], theirs["rev"])
        return {**theirs, "rev": rev} if rev and theirs["prompt"] not in self.prompts else None

    def _unshare(self, theirs):
        return None if theirs["prompt"] in self.prompts else theirs

    def _handed(self, theirs):
        receipt = theirs["receipt"]
        if receipt["handin"] in self.handins:
            return None
        responses = [{**each, "rev": self.rev(each["id"], each["rev"]) or each["rev"]} for each in receipt["responses"]]
        past = {"past": 1} if theirs["lesson"] in self.lessons else {}
        return {**theirs, **past, "receipt": {**receipt, "responses": responses}}

    def _withdrawn(self, theirs):
        return None if theirs["lesson"] in self.lessons else theirs


def compacted(records, replay: Replay, keep: int):
    """The records without the words of versions older than the last `keep` of a prompt."""
    kept = _protected(records, replay, keep)
    dropped: dict = {}
    gone: dict = {}
    rest = []
    for record in records:
        prompt_id = record.get("prompt")
        if record["op"] == "dropped":
            dropped.setdefault(prompt_id, []).extend(record["old"])
        elif record["op"] != "put":
            rest += [record] * (record["op"] != "journal")
        else:
            over = set()
            for rev in record["over"]:
                over |= gone.get((prompt_id, rev), {rev})
            if (prompt_id, record["rev"]) in kept:
                rest.append({**record, "over": sorted(over)})
            else:
                gone[prompt_id, record["rev"]] = over
                old = [record["key"], record["rev"], record["at"], record["sha256"]]
                dropped.setdefault(prompt_id, []).append(old)
    for prompt_id, old in dropped.items():
        yield {"op": "dropped", "at": utc_now(), "key": new_key(), "prompt": prompt_id, "old": old}
    yield from rest


def _protected(records, replay, keep):
    revs: dict[str, list[int]] = {}
    for record in records:
        if record["op"] == "put":
            revs.setdefault(record["prompt"], []).append(record["rev"])
    kept = {(prompt_id, rev) for prompt_id, all_revs in revs.items() for rev in sorted(all_revs)[-keep:]}
    for prompt_id, answer in replay.answers.items():
        kept.update((prompt_id, rev) for rev in answer.heads)
        if answer.shared:
            kept.add((prompt_id, answer.shared["rev"]))
    for receipt in replay.receipts:
        kept.update((each["id"], each["rev"]) for each in receipt["responses"])
    return kept
