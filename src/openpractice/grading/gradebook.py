"""The gradebook: nbgrader's tables as we know them, and ours beside them.

Only this module knows these tables, and `recording` writes to them. nbgrader makes the database; it is opened only when
its version and course are the expected ones. Works on SQLite and PostgreSQL.

Source: nbgrader 0.9.6, ``nbgrader/api.py``, and its migration e43177bfe90b.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import sqlalchemy as sa

from openpractice.grading.folder import CourseFolder, GradingError
from openpractice.grading.tables import given, own
from openpractice.grading.tables import mark as op_mark

ALEMBIC = "e43177bfe90b"
OURS = 2

_tables = sa.MetaData()
_ID = sa.String(32)


def _id():
    return sa.Column("id", _ID, primary_key=True)


course = sa.Table("course", _tables, sa.Column("id", sa.String(128), primary_key=True))
assignment = sa.Table(
    "assignment", _tables, _id(),
    sa.Column("name", sa.String(128)), sa.Column("duedate", sa.DateTime), sa.Column("course_id", sa.String(128)),
)  # fmt: skip
notebook = sa.Table(
    "notebook", _tables, _id(), sa.Column("name", sa.String(128)), sa.Column("assignment_id", _ID)
)
base_cell = sa.Table(
    "base_cell", _tables, _id(),
    sa.Column("name", sa.String(128)), sa.Column("notebook_id", _ID), sa.Column("type", sa.String(50)),
)  # fmt: skip
grade_cells = sa.Table("grade_cells", _tables, _id(), sa.Column("max_score", sa.Float))
student = sa.Table(
    "student", _tables, sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("first_name", sa.String(128)), sa.Column("last_name", sa.String(128)),
    sa.Column("email", sa.String(128)),
)  # fmt: skip
submitted_assignment = sa.Table(
    "submitted_assignment", _tables, _id(),
    sa.Column("assignment_id", _ID), sa.Column("student_id", sa.String(128)),
    sa.Column("timestamp", sa.DateTime), sa.Column("extension", sa.Interval),
)  # fmt: skip
submitted_notebook = sa.Table(
    "submitted_notebook", _tables, _id(),
    sa.Column("assignment_id", _ID), sa.Column("notebook_id", _ID),
    sa.Column("flagged", sa.Boolean), sa.Column("late_submission_penalty", sa.Float),
)  # fmt: skip
grade = sa.Table(
    "grade", _tables, _id(),
    sa.Column("notebook_id", _ID), sa.Column("cell_id", _ID), sa.Column("auto_score", sa.Float),
    sa.Column("manual_score", sa.Float), sa.Column("needs_manual_grade", sa.Boolean),
)  # fmt: skip
comment = sa.Table(
    "comment", _tables, _id(),
    sa.Column("notebook_id", _ID), sa.Column("cell_id", _ID),
    sa.Column("auto_comment", sa.Text), sa.Column("manual_comment", sa.Text),
)  # fmt: skip

op_version = sa.Table("op_version", own, sa.Column("version", sa.Integer, primary_key=True))
op_response = sa.Table(
    "op_response", own,
    sa.Column("participant", sa.String(63), primary_key=True),
    sa.Column("lesson", sa.String(63), primary_key=True),
    sa.Column("prompt", sa.String(63), primary_key=True),
    sa.Column("handin", sa.String(32), primary_key=True),
    sa.Column("rev", sa.Integer, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("handed_in_at", sa.DateTime, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("beside", sa.Text, nullable=False),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("latest", sa.Boolean, nullable=False),
    sa.Column("ingested_at", sa.DateTime, nullable=False),
    sa.Index("ix_op_response_prompt", "lesson", "prompt", "latest"),
)  # fmt: skip


@contextmanager
def opened(folder: CourseFolder):
    """The engine of the course's gradebook, guarded, with our own tables in place.

    Raises
    ------
    GradingError
        When nbgrader did not make it, in another version, or for another course.
    """
    if not exists(folder):
        raise GradingError("There is no gradebook yet.", "Release a lesson first: openpractice release LESSON")
    url = sa.make_url(folder.db_url)
    wait = {"timeout": 30} if url.get_backend_name() == "sqlite" else {}
    engine = sa.create_engine(url, connect_args=wait)
    try:
        _guard(engine, folder)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def writing(engine: sa.Engine):
    """A connection whose transaction writes: nobody else writes between its first look and its end.

    On SQLite that holds for the whole file. On PostgreSQL it holds for what `hold` names.
    """
    with engine.begin() as db:
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("BEGIN IMMEDIATE")
        yield db


def hold(db, lesson: str, prompt: str, participant: str | None = None) -> None:
    """Let others who would write about this answer, or all answers to the prompt, wait for us."""
    if db.dialect.name == "sqlite":
        return
    of = [op_response.c.lesson == lesson, op_response.c.prompt == prompt]
    of += [op_response.c.participant == participant] if participant else []
    db.execute(sa.select(op_response.c.rev).where(*of).order_by(op_response.c.participant).with_for_update()).all()


def exists(folder: CourseFolder) -> bool:
    """Whether there is a gradebook; a database without any table has none yet."""
    url = sa.make_url(folder.db_url)
    if url.get_backend_name() == "sqlite":
        return bool(made(url.database))
    engine = sa.create_engine(url)
    try:
        return bool(sa.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def made(path):
    # Opening a missing SQLite file would make an empty one, which nbgrader then
    # takes for its own and breaks on.
    return path and Path(path).is_file() and Path(path).stat().st_size > 0


def _guard(engine, folder):
    names = set(sa.inspect(engine).get_table_names())
    with engine.begin() as db:
        version = None
        if "alembic_version" in names:
            version = db.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if version != ALEMBIC or not names.issuperset(_tables.tables):
            raise GradingError(
                "The gradebook has a form that this version does not know.",
                f"It should be nbgrader's version {ALEMBIC}; it is {version or 'not nbgrader’s'}. "
                "Keep a copy of it, then type: nbgrader db upgrade",
            )
        courses = set(db.scalars(sa.select(course.c.id)))
        if folder.id not in courses:
            other = ", ".join(sorted(courses - {"default_course"})) or "no course"
            raise GradingError(
                f"This gradebook is for another course: {other}, not {folder.id}.",
                "Name the data folder of this course with --data DIR.",
            )
        if "op_version" in names:
            ours = db.scalar(sa.select(op_version.c.version))
            if ours < OURS:
                _upgrade(db)
            elif ours > OURS:
                raise GradingError(
                    f"This gradebook was written by another version of the kit (form {ours}, this is {OURS}).",
                    "Use that version, or keep a copy of the data folder and ask for help.",
                )
            if not names.issuperset(own.tables):
                own.create_all(db)  # a table that an older kit did not have
        else:
            own.create_all(db)
            db.execute(op_version.insert().values(version=OURS))


def _upgrade(db):
    """Bring an older form up to date; it lacked a table and the indices, and loses nothing.

    What nbgrader has for an answer that was read here counts as ours.
    """
    own.create_all(db)
    cell, said_of = base_cell.alias(), base_cell.alias()
    read = sa.select(op_mark.c.lesson, op_mark.c.prompt, op_mark.c.participant).distinct().subquery()
    db.execute(given.insert().from_select(
        ["lesson", "prompt", "participant", "score", "comment"],
        sa.select(read, grade.c.manual_score, sa.func.coalesce(comment.c.manual_comment, ""))
        .join(assignment, assignment.c.name == read.c.lesson)
        .join(submitted_assignment, sa.and_(submitted_assignment.c.assignment_id == assignment.c.id,
                                            submitted_assignment.c.student_id == read.c.participant))
        .join(submitted_notebook, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
        .join(cell, sa.and_(cell.c.notebook_id == submitted_notebook.c.notebook_id, cell.c.name == read.c.prompt,
                            cell.c.type == "GradeCell"))
        .join(grade, sa.and_(grade.c.notebook_id == submitted_notebook.c.id, grade.c.cell_id == cell.c.id))
        .join(said_of, sa.and_(said_of.c.notebook_id == submitted_notebook.c.notebook_id,
                               said_of.c.name == read.c.prompt, said_of.c.type == "SolutionCell"))
        .join(comment, sa.and_(comment.c.notebook_id == submitted_notebook.c.id, comment.c.cell_id == said_of.c.id)),
    ))  # fmt: skip
    for table in own.sorted_tables:
        for index in table.indexes:
            index.create(db, checkfirst=True)
    db.execute(op_version.update().values(version=OURS))


def lesson_cells(db, folder: CourseFolder, lesson: str) -> dict:
    """What the gradebook knows of a lesson.

    Keys: ``lesson``, ``assignment``, ``notebook`` (ids), ``due`` (naive UTC or None), ``grades`` and
    ``comments`` (cell id by prompt), ``points`` (by prompt).

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
        raise GradingError(
            f"The lesson {lesson} was not released yet.", f"Type: openpractice release {lesson}"
        )
    if found.course_id != folder.id:
        raise GradingError(
            f"In this gradebook {lesson} belongs to another course: {found.course_id}, not {folder.id}.",
            "Name the data folder of this course with --data DIR.",
        )
    cells = db.execute(
        sa.select(base_cell.c.name, base_cell.c.type, base_cell.c.id, grade_cells.c.max_score)
        .outerjoin(grade_cells, grade_cells.c.id == base_cell.c.id)
        .where(base_cell.c.notebook_id == found.notebook)
    ).all()
    return {
        "lesson": lesson,
        "assignment": found.id,
        "notebook": found.notebook,
        "due": found.duedate,
        "grades": {cell.name: cell.id for cell in cells if cell.type == "GradeCell"},
        "comments": {cell.name: cell.id for cell in cells if cell.type == "SolutionCell"},
        "points": {cell.name: cell.max_score for cell in cells if cell.type == "GradeCell"},
    }


def set_due(db, lesson: str, due: datetime | None) -> None:
    """Store when the lesson is due, as nbgrader does (naive UTC)."""
    naive = due.astimezone(timezone.utc).replace(tzinfo=None) if due else None
    db.execute(assignment.update().where(assignment.c.name == lesson).values(duedate=naive))


def known_submissions(db, cells: dict, participant: str | None = None) -> dict[str, dict]:
    """The submissions of a lesson by participant: ``assignment``, ``notebook``, ``extension``."""
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
                submitted_notebook.c.notebook_id == cells["notebook"],
                submitted_notebook.c.assignment_id == submitted_assignment.c.id,
            ),
        )
        .where(submitted_assignment.c.assignment_id == cells["assignment"], only)
    )
    return {row.student_id: row._asdict() for row in rows}


def latest_responses(db, lesson: str, participants: Iterable[str] | None = None) -> dict[str, dict]:
    """The answers that count, as rows, by participant and prompt."""
    query = sa.select(op_response).where(op_response.c.lesson == lesson, op_response.c.latest)
    if participants is not None:
        query = query.where(op_response.c.participant.in_(list(participants)))
    found = {}
    for row in db.execute(query).mappings():
        found.setdefault(row["participant"], {})[row["prompt"]] = row
    return found


def handed_in(db, lesson: str) -> dict[str, sa.Row]:
    """Each participant's latest hand-in: ``handed_in_at`` (naive UTC), ``late``, ``handin``."""
    columns = op_response.c.participant, op_response.c.handed_in_at, op_response.c.late, op_response.c.handin
    query = sa.select(*columns).where(op_response.c.lesson == lesson, op_response.c.latest).distinct()
    return {row.participant: row for row in db.execute(query)}


def is_late(handed_in: datetime, due: datetime | None, extension: timedelta | None = None) -> bool:
    """Whether it came after the due time and any extension; all naive UTC."""
    return due is not None and handed_in > due + (extension or timedelta())


def unchanged(before, answer) -> bool:
    """Whether an answer is the one that is in the gradebook already."""
    return bool(
        before and answer
        and before["sha256"] == answer["sha256"]
        and before["source"] == answer["source"]
        and before["beside"] == answer.get("beside", "")
    )  # fmt: skip


def marks(db, cells: dict) -> dict[str, dict[str, dict]]:
    """What reviewers recorded, by participant and prompt.

    Each: ``score`` (None before anything was recorded), ``comment`` (theirs, or ""),
    ``waits`` (needs a reviewer).
    """
    of_lesson = (
        sa.select(submitted_notebook.c.id, submitted_assignment.c.student_id)
        .join(submitted_assignment, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
        .where(submitted_assignment.c.assignment_id == cells["assignment"])
        .subquery()
    )
    found = {}
    prompt_of = {cell: prompt for prompt, cell in cells["grades"].items()}
    for row in db.execute(sa.select(of_lesson.c.student_id, grade).join(grade, grade.c.notebook_id == of_lesson.c.id)):
        score = row.manual_score if row.manual_score is not None else row.auto_score
        found.setdefault(row.student_id, {})[prompt_of[row.cell_id]] = {
            "score": score, "comment": "", "waits": bool(row.needs_manual_grade)
        }  # fmt: skip
    prompt_of = {cell: prompt for prompt, cell in cells["comments"].items()}
    said = comment.c.manual_comment.is_not(None)
    query = sa.select(of_lesson.c.student_id, comment).join(comment, comment.c.notebook_id == of_lesson.c.id)
    for row in db.execute(query.where(said)):
        mark = found.get(row.student_id, {}).get(prompt_of[row.cell_id])
        if mark:
            mark["comment"] = row.manual_comment
    return found


def names(db) -> dict[str, str]:
    """The full name of everybody on the roster, by participant id; "" where unknown."""
    rows = db.execute(sa.select(student.c.id, student.c.first_name, student.c.last_name))
    return {row.id: " ".join(part for part in (row.first_name, row.last_name) if part) for row in rows}


def set_score(db, cells: dict, participant: str, prompt: str, score: float | None, said: str) -> tuple | None:
    """Record what reviewers found as nbgrader does; without a score the answer waits again.

    What was recorded elsewhere in the meantime, in formgrader, stands until our readings
    say something new; (score, comment) of it is returned when it had to give way.

    Raises
    ------
    GradingError
        When nothing of this participant's was collected for the lesson.
    """
    book = known_submissions(db, cells, participant).get(participant, {}).get("notebook")
    if book is None:
        raise GradingError(f"Nothing of {participant} was collected for this lesson.")
    last, stands = last_given(db, cells, participant, prompt), _stands(db, cells, book, prompt)
    elsewhere = stands if stands != last else None
    if elsewhere and elsewhere[0] is not None and ((score, said) == last or score is None):
        return None
    key = {"lesson": cells["lesson"], "prompt": prompt, "participant": participant}
    here = [given.c[name] == value for name, value in key.items()]
    if not db.execute(given.update().where(*here).values(score=score, comment=said)).rowcount:
        db.execute(given.insert().values(**key, score=score, comment=said))
    db.execute(
        grade.update()
        .where(grade.c.notebook_id == book, grade.c.cell_id == cells["grades"][prompt])
        .values(manual_score=score, needs_manual_grade=score is None)
    )
    db.execute(
        comment.update()
        .where(comment.c.notebook_id == book, comment.c.cell_id == cells["comments"][prompt])
        .values(manual_comment=said or None)
    )
    return elsewhere


def last_given(db, cells: dict, participant: str, prompt: str) -> tuple[float | None, str]:
    """The score and comment that we wrote last; (None, "") before we wrote any."""
    row = db.execute(
        sa.select(given.c.score, given.c.comment).where(
            given.c.lesson == cells["lesson"], given.c.prompt == prompt, given.c.participant == participant
        )
    ).one_or_none()
    return tuple(row) if row else (None, "")


def _stands(db, cells, book, prompt):
    """The score and comment that nbgrader has now."""
    score = db.scalar(
        sa.select(grade.c.manual_score).where(grade.c.notebook_id == book, grade.c.cell_id == cells["grades"][prompt])
    )
    said = db.scalar(
        sa.select(comment.c.manual_comment).where(
            comment.c.notebook_id == book, comment.c.cell_id == cells["comments"][prompt]
        )
    )
    return score, said or ""


def manual_score(db, cells: dict, participant: str, prompt: str) -> float | None:
    """The score that a person gave, here or in formgrader."""
    book = known_submissions(db, cells, participant).get(participant, {}).get("notebook")
    return db.scalar(
        sa.select(grade.c.manual_score).where(
            grade.c.notebook_id == book, grade.c.cell_id == cells["grades"][prompt]
        )
    )


def manual_scores(db, cells: dict, prompt: str) -> dict[str, tuple[float | None, bool]]:
    """The score that a person gave and whether the answer needs a reviewer, by participant."""
    query = (
        sa.select(submitted_assignment.c.student_id, grade.c.manual_score, grade.c.needs_manual_grade)
        .join(submitted_notebook, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
        .join(grade, grade.c.notebook_id == submitted_notebook.c.id)
        .where(submitted_assignment.c.assignment_id == cells["assignment"], grade.c.cell_id == cells["grades"][prompt])
    )
    return {row.student_id: (row.manual_score, bool(row.needs_manual_grade)) for row in db.execute(query)}


def all_given(db, lesson: str, prompt: str) -> dict[str, float | None]:
    """The score that we wrote last, by participant."""
    query = sa.select(given.c.participant, given.c.score).where(given.c.lesson == lesson, given.c.prompt == prompt)
    return {row.participant: row.score for row in db.execute(query)}


def set_most(db, cells: dict, prompt: str, points: float) -> None:
    """The most that nbgrader lets a prompt score."""
    db.execute(grade_cells.update().where(grade_cells.c.id == cells["grades"][prompt]).values(max_score=points))


def set_student(db, participant: str, name: str, email: str) -> None:
    """Put a person's name and address on nbgrader's own roster."""
    first, _, last = name.partition(" ")
    values = {"first_name": first[:128], "last_name": last[:128], "email": email[:128] or None}
    if not db.execute(student.update().where(student.c.id == participant).values(values)).rowcount:
        db.execute(student.insert().values(id=participant, **values))


def drop_student(db, participant: str) -> None:
    """Take a person off nbgrader's own roster, unless something of theirs was collected."""
    handed = sa.select(submitted_assignment.c.id).where(submitted_assignment.c.student_id == participant)
    if not db.execute(handed.limit(1)).first():
        db.execute(student.delete().where(student.c.id == participant))
