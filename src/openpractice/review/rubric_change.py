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
from typing import NamedTuple

from openpractice.gradebook import collected, gradebook, marks, scores
from openpractice.gradebook.collected import LessonCells
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


def previews(desk: Desk) -> list[RubricChange]:
    """What settling every answer by the present criteria changes, prompt by prompt, where it does."""
    found, lessons = [], desk.lessons()
    with desk.engine.connect() as db:
        stands, recorded = desk.standings(db, lessons), {lesson: _recorded(db, desk, lesson) for lesson in lessons}
    for (lesson, prompt), stand in stands.items():
        change = _change(desk, lesson, prompt, stand.rows, recorded[lesson])
        if change is not None:
            found.append(change)
    return found


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
        answers = {each.participant: each for each in desk.read_afresh(db, lesson, prompt)}
        recorded = _recorded(db, desk, lesson)
        change = _change(desk, lesson, prompt, answers.values(), recorded)
        if change is None or change.token != token:
            raise BadMark("review-changed-meanwhile")
        cells = recorded.cells
        scores.set_most(db, cells, prompt, change.most)
        for participant, _, score in change.scores:
            each = answers[participant]
            _, counts = marks.settle(each.marks, change.after, each.sha256)
            scores.set_score(db, cells, participant, prompt, score, counts.comment if counts else "")
        marks.note(db, who, "rubric", Key(lesson, prompt, ""), asdict(change))
        return change


class _Recorded(NamedTuple):
    """What a lesson's answers have in nbgrader's tables, and what we wrote there last; by prompt and participant."""

    cells: LessonCells
    stands: dict[str, dict[str, tuple[float | None, str, bool]]]
    last: dict[str, dict[str, tuple[float | None, str]]]


def _recorded(db, desk, lesson):
    cells = collected.lesson_cells(db, desk.folder, lesson)
    return _Recorded(cells, scores.manual_scores(db, cells), scores.all_given(db, lesson))


def _change(desk, lesson, prompt, answers, recorded):
    """What settling these answers to a prompt changes; None when nothing."""
    after = desk.criteria(lesson, prompt)
    if not after:
        return None
    stands, last = recorded.stands.get(prompt, {}), recorded.last.get(prompt, {})
    changed, elsewhere = [], 0
    codes: set[str] = set()
    for each in answers:
        codes.update(code for mark in each.marks.values() for code in mark.levels)
        old, said, waits = stands.get(each.participant, (None, "", True))
        if not each.marks or each.blank:
            continue
        # The same number with other words is formgrader's too, as it is where the score is written.
        if old is not None and last.get(each.participant) != (old, said):
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
    most_before = recorded.cells.points[prompt]
    if not changed and most == most_before:
        return None
    return RubricChange(lesson, prompt, before, after, most_before, most, tuple(sorted(changed)), elsewhere)
