"""What was collected of a lesson: its prompts in the gradebook, who handed in, and the answers that count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from openpractice import border
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.judgedhandin import JudgedAnswer, JudgedHandIn
from openpractice.gradebook.nbgrader_tables import (
    assignment,
    base_cell,
    grade_cells,
    notebook,
    student,
    submitted_assignment,
    submitted_notebook,
)
from openpractice.gradebook.own_tables import response


@dataclass(frozen=True, slots=True)
class Submission:
    """The ids of one person's submission in nbgrader's tables, and by how much longer they may take."""

    assignment: str
    notebook: str | None
    extension: timedelta | None


@dataclass(frozen=True, slots=True)
class LessonCells:
    """What the gradebook knows of a lesson: ids in nbgrader's tables, and by prompt those of its cells.

    `due` is naive UTC; `points` the most that each prompt can get.
    """

    lesson: str
    assignment: str
    notebook: str
    due: datetime | None
    grades: Mapping[str, str]
    comments: Mapping[str, str]
    points: Mapping[str, float]

    def is_late(self, handed_in_at: datetime, known: Submission | None = None) -> bool:
        """Whether it came after the due time and any extension of the submission that is known; all naive UTC."""
        extension = known and known.extension
        return self.due is not None and handed_in_at > self.due + (extension or timedelta())


def lesson_cells(db, folder: CourseFolder, lesson: str) -> LessonCells:
    """What the gradebook knows of a lesson.

    Raises
    ------
    GradingError
        When the lesson is not there, or belongs to another course.
    """
    found = db.execute(
        sa.select(assignment.c.id, assignment.c.duedate, assignment.c.course_id, notebook.c.id.label("notebook"))
        .join_from(assignment, notebook, notebook.c.assignment_id == assignment.c.id)
        .where(assignment.c.name == lesson, notebook.c.name == lesson)
    ).one_or_none()
    if found is None:
        raise GradingError("grading-not-released", lesson=lesson)
    if found.course_id != folder.id:
        raise GradingError("grading-lesson-of-another-course", lesson=lesson, course_id=found.course_id, id=folder.id)
    cells = db.execute(
        sa.select(base_cell.c.name, base_cell.c.type, base_cell.c.id, grade_cells.c.max_score)
        .outerjoin(grade_cells, grade_cells.c.id == base_cell.c.id)
        .where(base_cell.c.notebook_id == found.notebook)
    ).all()
    return LessonCells(
        lesson,
        found.id,
        found.notebook,
        found.duedate,
        grades={cell.name: cell.id for cell in cells if cell.type == "GradeCell"},
        comments={cell.name: cell.id for cell in cells if cell.type == "SolutionCell"},
        points={cell.name: cell.max_score for cell in cells if cell.type == "GradeCell"},
    )


def set_due(db, lesson: str, due: datetime | None) -> None:
    """Store when the lesson is due, as nbgrader does (naive UTC)."""
    naive = due.astimezone(UTC).replace(tzinfo=None) if due else None
    db.execute(assignment.update().where(assignment.c.name == lesson).values(duedate=naive))


def known_submissions(db, cells: LessonCells, participant: str | None = None) -> dict[str, Submission]:
    """The submissions of a lesson by participant."""
    only = submitted_assignment.c.student_id == participant if participant else sa.true()
    rows = db.execute(
        sa.select(
            submitted_assignment.c.student_id,
            submitted_assignment.c.id.label("assignment"),
            submitted_assignment.c.extension,
            submitted_notebook.c.id.label("notebook"),
        )
        # By notebook first: nbgrader's index begins with it, and without it each look reads the whole table.
        .outerjoin(
            submitted_notebook,
            sa.and_(
                submitted_notebook.c.notebook_id == cells.notebook,
                submitted_notebook.c.assignment_id == submitted_assignment.c.id,
            ),
        )
        .where(submitted_assignment.c.assignment_id == cells.assignment, only)
    )
    return {row.student_id: Submission(row.assignment, row.notebook, row.extension) for row in rows}


def latest_responses(db, lesson: str, participants: Iterable[str] | None = None) -> dict[str, dict]:
    """The answers that count, as rows, by participant and prompt."""
    query = sa.select(response).where(response.c.lesson == lesson, response.c.latest)
    if participants is not None:
        query = query.where(response.c.participant.in_(list(participants)))
    found: dict = {}
    for row in db.execute(query).mappings():
        found.setdefault(row["participant"], {})[row["prompt"]] = row
    return found


def value_of(row) -> dict:
    """The value of an answer; its words alone, where an older kit took in one that no page can show."""
    try:
        return border.read_object(row["value"].encode(), border.BODY)
    except border.Unfit:
        return {"text": row["text"]}


def numbers(db, lesson: str) -> dict[tuple[str, str], dict[str, str]]:
    """Each person's hand-ins by their number: the sha256 of every answer, by prompt."""
    columns = response.c.participant, response.c.handin, response.c.prompt, response.c.sha256
    found: dict = {}
    for row in db.execute(sa.select(*columns).where(response.c.lesson == lesson)):
        found.setdefault((row.participant, row.handin), {})[row.prompt] = row.sha256
    return found


def handed_in(db, lesson: str) -> dict[str, sa.Row]:
    """Each participant's latest hand-in: ``handed_in_at`` (naive UTC), ``late``, ``handin``."""
    columns = response.c.participant, response.c.handed_in_at, response.c.late, response.c.handin
    query = sa.select(*columns).where(response.c.lesson == lesson, response.c.latest).distinct()
    return {row.participant: row for row in db.execute(query)}


def unchanged(before, answer: JudgedAnswer | None) -> bool:
    """Whether an answer is the one that is in the gradebook already."""
    if not before or not answer:
        return False
    row = before["sha256"], before["source"], before["beside"]
    return row == (answer.sha256, answer.source, answer.beside)


def is_held(each: JudgedHandIn, held: dict | None) -> bool:
    """Whether the gradebook holds just this hand-in with just these words."""
    if not held or set(held) != set(each.answers):
        return False
    return all(row["handin"] == each.handin and unchanged(row, each.answers[prompt]) for prompt, row in held.items())


def names(db) -> dict[str, str]:
    """The full name of everybody on the roster, by participant id; "" where unknown."""
    rows = db.execute(sa.select(student.c.id, student.c.first_name, student.c.last_name))
    return {row.id: " ".join(part for part in (row.first_name, row.last_name) if part) for row in rows}


def set_student(db, participant: str, name: str, email: str) -> None:
    """Put a person's name and address on nbgrader's own roster."""
    values = _name_parts(name) | {"email": email[:128] or None}
    if not db.execute(student.update().where(student.c.id == participant).values(values)).rowcount:
        db.execute(student.insert().values(id=participant, **values))


def rename_student(db, participant: str, name: str) -> None:
    """Change a person's name on nbgrader's own roster; nothing where they are not on it."""
    db.execute(student.update().where(student.c.id == participant).values(_name_parts(name)))


def _name_parts(name):
    first, _, last = name.partition(" ")
    if name.count(",") == 1:
        last, _, first = name.partition(",")
    return {"first_name": first.strip()[:128], "last_name": last.strip()[:128]}


def drop_student(db, participant: str) -> None:
    """Take a person off nbgrader's own roster, unless something of theirs was collected."""
    handed = sa.select(submitted_assignment.c.id).where(submitted_assignment.c.student_id == participant)
    if not db.execute(handed.limit(1)).first():
        db.execute(student.delete().where(student.c.id == participant))
