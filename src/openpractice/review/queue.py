"""Which answer a reviewer reads next: pure rules over rows, without a database.

The order is the same each time for one reviewer and prompt, differs between
reviewers and prompts, and follows neither names nor time: readers drift as they
go, and the drift should not fall on the same people.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from openpractice.gradebook.marks import Mark, settle
from openpractice.gradebook.own_tables import AGREED
from openpractice.model import ReviewRules

FEWEST_DOUBLED = 10
STATES = ("blank", "unread", "read", "discuss", "revised", "returned")


@dataclass(frozen=True)
class Waiting:
    """One handed-in answer as the queue sees it."""

    lesson: str
    prompt: str
    participant: str
    sha256: str
    blank: bool
    criteria: Mapping[str, int]
    marks: Mapping[str, Mark]
    school: str = ""
    appraiser: str = ""
    returned: bool = False

    @cached_property
    def settled(self) -> tuple[str, Mark | None]:
        """Where the readings stand, and the one that counts for now; see `settle`."""
        return settle(self.marks, self.criteria, self.sha256)

    @cached_property
    def state(self) -> str:
        """One of `STATES`."""
        if self.blank:
            return "blank"
        state, _ = self.settled
        return "returned" if self.returned and state == "read" else state


def place(reviewer: str, answer: Waiting) -> str:
    """Where the answer stands in this reviewer's order."""
    return _hash(reviewer, answer.lesson, answer.prompt, answer.participant)


def doubled(answers: Iterable[Waiting], share: float) -> set[str]:
    """The participants whose answer to one prompt is read twice.

    The share asked for, and at least ten (or all, when there are fewer). Whoever
    was read twice already stays in.
    """
    if share <= 0:
        return set()
    present = [answer for answer in answers if not answer.blank]
    wanted = min(len(present), max(FEWEST_DOUBLED, math.ceil(share * len(present))))
    ranked = sorted(present, key=lambda each: _hash("double", each.lesson, each.prompt, each.participant))
    chosen = {answer.participant for answer in ranked[:wanted]}
    return chosen | {each.participant for each in present if len(readings(each)) > 1}


def may_read(reviewer: str, answer: Waiting, rules: ReviewRules) -> bool:
    """Whether this reviewer may see this answer at all: never one's own."""
    if answer.participant == reviewer:
        return False
    return not (rules.appraisers_apart and answer.appraiser == reviewer)


def has_read(reviewer: str, answer: Waiting) -> bool:
    """Whether this reviewer has given every level for the words as they are now."""
    own = answer.marks.get(reviewer)
    return bool(own and own.complete(answer.criteria) and own.sha256 == answer.sha256)


def readings(answer: Waiting) -> list[Mark]:
    """The whole readings of an answer, without the one that was agreed."""
    return [each for who, each in answer.marks.items() if who != AGREED and each.complete(answer.criteria)]


def wants(reviewer: str, answer: Waiting, twice: set[str]) -> bool:
    """Whether the answer still needs this reviewer."""
    if answer.blank:
        return False
    mine = answer.marks.get(reviewer)
    if mine and mine.complete(answer.criteria):
        return mine.sha256 != answer.sha256
    others = [each for each in readings(answer) if each.reviewer != reviewer]
    if AGREED in answer.marks:
        return False
    return len(others) < (2 if answer.participant in twice else 1)


def in_order(
    reviewer: str,
    answers: Iterable[Waiting],
    rules: ReviewRules,
    mine: Mapping[str, set] | None = None,
    twice: set[str] | None = None,
) -> list[Waiting]:
    """The answers to one prompt that wait for this reviewer, skipped ones last.

    `mine` holds what was assigned to each reviewer, as participant ids by
    reviewer. An answer assigned to somebody waits for that person alone, unless
    nobody that it is assigned to may read it. `twice` are the `doubled`, where known.
    """
    answers = list(answers)
    twice = doubled(answers, rules.double) if twice is None else twice
    waiting = [
        answer
        for answer in answers
        if may_read(reviewer, answer, rules)
        and wants(reviewer, answer, twice)
        and _is_mine(reviewer, answer, mine or {}, rules)
    ]

    def turn(answer):
        own = answer.marks.get(reviewer)
        return bool(own and own.skipped), place(reviewer, answer)

    return sorted(waiting, key=turn)


def _is_mine(reviewer, answer, mine, rules):
    holders = {who for who, people in mine.items() if answer.participant in people and may_read(who, answer, rules)}
    return not holders or reviewer in holders


def _hash(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
