"""An answer that was changed after it was read: what it said before, and what of that went back to the writer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from openpractice.gradebook import marks
from openpractice.gradebook.marks import Mark
from openpractice.review.queue import Waiting, readings


def revision(rows: Sequence[Mapping], went_back: list[datetime]) -> int:
    """How often the words were changed after feedback; 0 for those that came first.

    `rows` are the hand-ins of one answer, the newest first; `went_back` are the times
    of feedback; all naive UTC.
    """
    in_turn = rows[::-1]
    return sum(
        new["sha256"] != old["sha256"] and any(old["handed_in_at"] <= at <= new["handed_in_at"] for at in went_back)
        for old, new in pairwise(in_turn)
    )


def read_before(rows: Sequence[Mapping], each: Waiting, own: Mark | None) -> Mapping | None:
    """The words that were read before they were changed to what they are: by this reviewer, or by others."""
    read = {own.sha256} if own and own.sha256 != each.sha256 else {mark.sha256 for mark in readings(each)}
    return next((row for row in rows if row["sha256"] in read - {each.sha256}), None)


def told(each: Waiting, sha256: str, went_back: list[datetime]) -> Mark | None:
    """The reading of these earlier words that went back to the writer."""
    of_words = {who: mark for who, mark in each.marks.items() if mark.sha256 == sha256}
    _, counts = marks.settle(of_words, each.criteria, sha256)
    if counts is None:
        return None
    at = datetime.fromisoformat(counts.at).replace(tzinfo=None)
    return counts if any(back >= at for back in went_back) else None
