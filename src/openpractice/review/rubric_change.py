"""What a new rubric does to readings that are there already: shown first, then done.

New words for a level touch no reading. A criterion that a prompt gains makes its answers
wait again; one that it loses no longer counts; one with another weight counts so. Every
reading keeps the version of the rubric it was made with. A score that was given in
formgrader is not ours to recompute.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from openpractice.gradebook import collected, gradebook, marks, scores
from openpractice.gradebook.marks import BadMark, Key
from openpractice.review.reviewing import Desk


@dataclass(frozen=True)
class RubricChange:
    """What will change for one prompt: its criteria, nbgrader's most, and each score.

    `before` are the criteria that readings have levels for, `after` the weight of each that
    counts now. `scores` has (participant, score before, score after); None means that the
    answer waits to be read. `elsewhere` scores were given in formgrader and stay.
    """

    lesson: str
    prompt: str
    before: tuple[str, ...]
    after: Mapping[str, int]
    most_before: float
    most: int
    scores: tuple[tuple[str, float | None, int | None], ...]
    elsewhere: int

    @property
    def again(self) -> int:
        """How many answers will wait to be read again."""
        return sum(old is not None and new is None for _, old, new in self.scores)

    @property
    def moved(self) -> int:
        """How many scores will be another number."""
        return sum(new is not None and old != new for _, old, new in self.scores)

    @property
    def token(self) -> str:
        """Stands for exactly this change, so that nothing else is done in its name."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]

    @property
    def sentence(self) -> str:
        """The change in one line, for the person who decides."""
        gained = [code for code in self.after if code not in self.before and self.before]
        lost = [code for code in self.before if code not in self.after]
        parts = [
            f"is now also read by {', '.join(gained)}" if gained else "",
            f"is no longer read by {', '.join(lost)}" if lost else "",
            "counts its criteria anew" if not (gained or lost) else "",
        ]
        effect = f"{self.again} answers wait to be read again, {self.moved} scores change."
        return f"{self.prompt} {' and '.join(part for part in parts if part)}: {effect}"


def preview(desk: Desk, lesson: str, prompt: str) -> RubricChange | None:
    """What settling a prompt's answers by its present criteria changes; None when nothing."""
    with desk.engine.connect() as db:
        return _change(db, desk, lesson, prompt)


def versions(desk: Desk) -> Counter:
    """How many readings were made with each version of the rubric."""
    with desk.engine.connect() as db:
        return marks.versions(db)


def apply(desk: Desk, lesson: str, prompt: str, token: str, who: str) -> RubricChange:
    """Bring nbgrader's most and every score in line; the readings themselves stay.

    Raises
    ------
    BadMark
        When `token` is not that of the change as it would be now.
    """
    with gradebook.writing(desk.engine) as db:
        gradebook.hold(db, lesson, prompt)
        change = _change(db, desk, lesson, prompt)
        if change is None or change.token != token:
            raise BadMark("review-changed-meanwhile")
        cells = collected.lesson_cells(db, desk.folder, lesson)
        scores.set_most(db, cells, prompt, change.most)
        read = marks.read_all(db, lesson, prompt)
        shas = {each.participant: each.sha256 for each in desk.read_afresh(db, lesson, prompt)}
        for participant, _, score in change.scores:
            _, counts = marks.settle(read.get((prompt, participant), {}), change.after, shas[participant])
            scores.set_score(db, cells, participant, prompt, score, counts.comment if counts else "")
        marks.note(db, who, "rubric", Key(lesson, prompt, ""), asdict(change))
        return change


def _change(db, desk, lesson, prompt):
    after = desk.criteria(lesson, prompt)
    if not after:
        return None
    cells = collected.lesson_cells(db, desk.folder, lesson)
    stands, last = scores.manual_scores(db, cells, prompt), scores.all_given(db, lesson, prompt)
    changed, elsewhere = [], 0
    codes: set[str] = set()
    for each in desk.read_afresh(db, lesson, prompt):
        codes.update(code for mark in each.marks.values() for code in mark.levels)
        old, waits = stands.get(each.participant, (None, True))
        if not each.marks or each.blank:
            continue
        if old is not None and last.get(each.participant) != old:
            elsewhere += 1
            continue
        state, counts = marks.settle(each.marks, after, each.sha256)
        new = counts.total(after) if counts and state != "revised" else None
        # Revised words may wait already, with the score they had before.
        if not waits if state == "revised" else old != new:
            changed.append((each.participant, old, new))
    before = tuple([code for code in after if code in codes] + sorted(codes - set(after)))
    tops = desk.tops(lesson, prompt)
    most = sum(tops[code] * weight for code, weight in after.items())
    most_before = cells["points"][prompt]
    if not changed and most == most_before:
        return None
    return RubricChange(lesson, prompt, before, after, most_before, most, tuple(changed), elsewhere)
