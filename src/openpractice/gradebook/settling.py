"""nbgrader's score, comment and needs-review flag follow from the marks, whoever moved what."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from openpractice.gradebook import marks, scores
from openpractice.gradebook.collected import LessonCells
from openpractice.gradebook.judgedhandin import JudgedHandIn
from openpractice.gradebook.marks import Key
from openpractice.gradebook.releasing.released import Release


def criteria_of(release: Release, prompt: str) -> dict[str, int]:
    """How much each criterion of a prompt weighs, by code; empty when it is not read for levels."""
    spec = release.specs.get(prompt, {})
    return {each["code"]: each.get("weight", 1) for each in spec.get("criteria", ())}


def tops_of(release: Release, prompt: str) -> dict[str, int]:
    """The highest level of each criterion of a prompt, by code; the lowest is 0."""
    spec = release.specs.get(prompt, {})
    return {each["code"]: len(each["levels"]) - 1 for each in spec.get("criteria", ())}


def bring_in_line(
    db, cells: LessonCells, key: Key, given: Mapping, criteria: Mapping[str, int], sha256: str, who: str
) -> None:
    """Write what the marks of an answer come to; the audit keeps what gave way, in the name of `who`.

    Raises
    ------
    GradingError
        When nothing of this participant's was collected for the lesson.
    """
    state, counts = marks.settle(dict(given), criteria, sha256)
    score = counts.total(criteria) if counts and state != "revised" else None
    gone = scores.set_score(db, cells, key.participant, key.prompt, score, counts.comment if counts else "")
    if gone:
        marks.note(db, who, "replace", key, {"score": gone[0], "comment": gone[1]})


def after_hand_in(db, cells: LessonCells, release: Release, batch: Iterable[JudgedHandIn], who: str) -> None:
    """Somebody who hands in the very words that were read already does not wait for a reader."""
    handed = {each.participant: each.answers for each in batch}
    table = marks.mark
    known = sa.and_(table.c.lesson == release.lesson, table.c.participant.in_(list(handed)))
    for prompt, person in db.execute(sa.select(table.c.prompt, table.c.participant).where(known).distinct()).all():
        answer, criteria = handed[person].get(prompt), criteria_of(release, prompt)
        if not answer or answer.is_blank or not criteria:
            continue
        key = Key(release.lesson, prompt, person)
        given = marks.read(db, key)
        if marks.settle(given, criteria, answer.sha256)[0] in ("read", "discuss"):
            bring_in_line(db, cells, key, given, criteria, answer.sha256, who)
