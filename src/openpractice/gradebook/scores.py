"""The score, comment and needs-review flag of each answer, in nbgrader's own tables.

What was given in formgrader is told from what we wrote by `given`, which holds our last word.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import sqlalchemy as sa

from openpractice.gradebook.collected import LessonCells, known_submissions
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.nbgrader_tables import comment, grade, grade_cells, submitted_assignment, submitted_notebook
from openpractice.gradebook.own_tables import given


@dataclass(frozen=True, slots=True)
class RecordedScore:
    """What nbgrader's tables have of one answer: the score, None before there was one; what a reviewer said, or
    ""; and whether it still waits for one.
    """

    score: float | None
    comment: str
    waits: bool


def recorded(db, cells: LessonCells, people: Collection[str] | None = None) -> dict[str, dict[str, RecordedScore]]:
    """What reviewers recorded of these people's answers, or everybody's, by participant and prompt."""
    handed_in = (
        sa.select(submitted_notebook.c.id, submitted_assignment.c.student_id)
        .join(submitted_assignment, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
        .where(submitted_assignment.c.assignment_id == cells.assignment)
    )
    if people is not None:
        handed_in = handed_in.where(submitted_assignment.c.student_id.in_(list(people)))
    of_lesson = handed_in.subquery()
    found: dict[str, dict[str, RecordedScore]] = {}
    prompt_of = {cell: prompt for prompt, cell in cells.grades.items()}
    for row in db.execute(sa.select(of_lesson.c.student_id, grade).join(grade, grade.c.notebook_id == of_lesson.c.id)):
        score = row.manual_score if row.manual_score is not None else row.auto_score
        waits = bool(row.needs_manual_grade)
        found.setdefault(row.student_id, {})[prompt_of[row.cell_id]] = RecordedScore(score, "", waits)
    prompt_of = {cell: prompt for prompt, cell in cells.comments.items()}
    said = comment.c.manual_comment.is_not(None)
    query = sa.select(of_lesson.c.student_id, comment).join(comment, comment.c.notebook_id == of_lesson.c.id)
    for row in db.execute(query.where(said)):
        of_person, prompt = found.get(row.student_id, {}), prompt_of[row.cell_id]
        if prompt in of_person:
            of_person[prompt] = replace(of_person[prompt], comment=row.manual_comment)
    return found


def waiting(db, cells: LessonCells) -> dict[str, set[str]]:
    """The prompts whose answer needs a reviewer, by participant; empty for whoever is read."""
    prompt_of = {cell: prompt for prompt, cell in cells.grades.items()}
    found: dict = {}
    for row in db.execute(
        sa.select(submitted_assignment.c.student_id, grade.c.cell_id, grade.c.needs_manual_grade)
        .join(submitted_notebook, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
        .join(grade, grade.c.notebook_id == submitted_notebook.c.id)
        .where(submitted_assignment.c.assignment_id == cells.assignment)
    ):
        of_person = found.setdefault(row.student_id, set())
        if row.needs_manual_grade:
            of_person.add(prompt_of[row.cell_id])
    return found


def set_score(db, cells: LessonCells, participant: str, prompt: str, score: float | None, said: str) -> tuple | None:
    """Record what reviewers found as nbgrader does; without a score the answer waits again.

    What was recorded elsewhere in the meantime, in formgrader, stands until our readings
    say something new; (score, comment) of it is returned when it had to give way.

    Raises
    ------
    GradingError
        When nothing of this participant's was collected for the lesson.
    """
    book = _notebook_of(db, cells, participant)
    if book is None:
        raise GradingError("grading-person-not-collected", participant=participant)
    last, stands = last_given(db, cells, participant, prompt), _stands(db, cells, book, prompt)
    elsewhere = stands if stands != last else None
    if elsewhere and elsewhere[0] is not None and ((score, said) == last or score is None):
        return None
    key = {"lesson": cells.lesson, "prompt": prompt, "participant": participant}
    here = [given.c[name] == value for name, value in key.items()]
    if not db.execute(given.update().where(*here).values(score=score, comment=said)).rowcount:
        db.execute(given.insert().values(**key, score=score, comment=said))
    db.execute(
        grade.update()
        .where(grade.c.notebook_id == book, grade.c.cell_id == cells.grades[prompt])
        .values(manual_score=score, needs_manual_grade=score is None)
    )
    db.execute(
        comment.update()
        .where(comment.c.notebook_id == book, comment.c.cell_id == cells.comments[prompt])
        .values(manual_comment=said or None)
    )
    return elsewhere


def last_given(db, cells: LessonCells, participant: str, prompt: str) -> tuple[float | None, str]:
    """The score and comment that we wrote last; (None, "") before we wrote any."""
    row = db.execute(
        sa.select(given.c.score, given.c.comment).where(
            given.c.lesson == cells.lesson, given.c.prompt == prompt, given.c.participant == participant
        )
    ).one_or_none()
    return tuple(row) if row else (None, "")


def _notebook_of(db, cells, participant):
    """The participant's copy of the lesson in nbgrader's tables; None when nothing of theirs was collected."""
    known = known_submissions(db, cells, participant).get(participant)
    return known and known.notebook


def _stands(db, cells, book, prompt):
    """The score and comment that nbgrader has now."""
    score = db.scalar(
        sa.select(grade.c.manual_score).where(grade.c.notebook_id == book, grade.c.cell_id == cells.grades[prompt])
    )
    said = db.scalar(
        sa.select(comment.c.manual_comment).where(
            comment.c.notebook_id == book, comment.c.cell_id == cells.comments[prompt]
        )
    )
    return score, said or ""


def manual_score(db, cells: LessonCells, participant: str, prompt: str) -> float | None:
    """The score that a person gave, here or in formgrader."""
    book = _notebook_of(db, cells, participant)
    return db.scalar(
        sa.select(grade.c.manual_score).where(grade.c.notebook_id == book, grade.c.cell_id == cells.grades[prompt])
    )


def manual_scores(db, cells: LessonCells) -> dict[str, dict[str, tuple[float | None, str, bool]]]:
    """By prompt and participant: the score and comment that a person gave, and whether the answer needs a reviewer."""
    found: dict = {prompt: {} for prompt in cells.grades}
    prompt_of = {cell: prompt for prompt, cell in cells.grades.items()}
    said_of = {cells.comments[prompt]: prompt for prompt in cells.grades}
    books = (
        sa.select(submitted_notebook.c.id, submitted_assignment.c.student_id)
        .join(submitted_assignment, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
        .where(submitted_assignment.c.assignment_id == cells.assignment)
        .subquery()
    )
    words = sa.select(books.c.student_id, comment.c.cell_id, comment.c.manual_comment)
    of_comments = db.execute(words.join(comment, comment.c.notebook_id == books.c.id))
    said = {(said_of.get(row.cell_id), row.student_id): row.manual_comment or "" for row in of_comments}
    query = sa.select(books.c.student_id, grade).join(grade, grade.c.notebook_id == books.c.id)
    for row in db.execute(query):
        prompt, person = prompt_of[row.cell_id], row.student_id
        found[prompt][person] = row.manual_score, said.get((prompt, person), ""), bool(row.needs_manual_grade)
    return found


def all_given(db, lesson: str) -> dict[str, dict[str, tuple[float | None, str]]]:
    """The score and comment that we wrote last, by prompt and participant."""
    found: dict = {}
    columns = given.c.prompt, given.c.participant, given.c.score, given.c.comment
    for row in db.execute(sa.select(*columns).where(given.c.lesson == lesson)):
        found.setdefault(row.prompt, {})[row.participant] = row.score, row.comment
    return found


def set_most(db, cells: LessonCells, prompt: str, points: float) -> None:
    """The most that nbgrader lets a prompt score."""
    db.execute(grade_cells.update().where(grade_cells.c.id == cells.grades[prompt]).values(max_score=points))
