"""What a new rubric does to readings that are there already: shown first, then done.

New words for a level touch no reading. A criterion that a prompt gains makes its
answers wait again; one that it loses no longer counts. Every reading keeps the
version of the rubric it was made with.
"""

from dataclasses import dataclass

from openpractice.grading import gradebook, marks
from openpractice.grading.desk import Desk
from openpractice.grading.marks import Key
from openpractice.model import POINTS_PER_CRITERION


@dataclass(frozen=True)
class Change:
    """What will change for one prompt: its criteria, nbgrader's most, and each score.

    `scores` has (participant, score before, score after); None means that the
    answer waits to be read.
    """

    lesson: str
    prompt: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    most: int
    scores: tuple[tuple[str, float | None, int | None], ...]

    @property
    def sentence(self) -> str:
        """The change in one line, for the person who decides."""
        gained = [code for code in self.after if code not in self.before]
        lost = [code for code in self.before if code not in self.after]
        parts = [f"is now also read by {', '.join(gained)}" if gained else "",
                 f"is no longer read by {', '.join(lost)}" if lost else ""]  # fmt: skip
        again = sum(old is not None and new is None for _, old, new in self.scores)
        other = sum(None not in (old, new) and old != new for _, old, new in self.scores)
        effect = f"{again} answers wait to be read again, {other} scores change."
        return f"{self.prompt} {' and '.join(part for part in parts if part)}: {effect}"


def preview(desk: Desk, lesson: str, prompt: str, before: tuple[str, ...]) -> Change | None:
    """What settling a prompt's answers by its present criteria changes; None when nothing.

    `before` are the criteria that its readings were made with.
    """
    after = desk.criteria(lesson, prompt)
    if before == after:
        return None
    scores = []
    with desk.engine.connect() as db:
        cells = gradebook.lesson_cells(db, desk.folder, lesson)
        for each in desk.waiting(db, lesson, prompt):
            if not each.marks:
                continue
            old = gradebook.manual_score(db, cells, each.participant, prompt)
            state, counts = marks.settle(each.marks, after, each.sha256)
            new = counts.total(after) if counts and state != "revised" else None
            if old != new:
                scores.append((each.participant, old, new))
    most = POINTS_PER_CRITERION * len(after)
    return Change(lesson, prompt, before, after, most, tuple(scores))


def apply(desk: Desk, change: Change, who: str) -> None:
    """Bring nbgrader's most and every score in line; the readings themselves stay."""
    with desk.engine.begin() as db:
        cells = gradebook.lesson_cells(db, desk.folder, change.lesson)
        gradebook.set_most(db, cells, change.prompt, change.most)
        for participant, _, score in change.scores:
            found = marks.read(db, Key(change.lesson, change.prompt, participant))
            _, counts = marks.settle(found, change.after, "")
            gradebook.set_score(db, cells, participant, change.prompt, score, counts.comment if counts else "")
        detail = {"before": change.before, "after": change.after, "scores": change.scores}
        marks.note(db, who, "rubric", Key(change.lesson, change.prompt, ""), detail)
