"""Opening the gradebook: nbgrader's database, with our own tables beside its.

nbgrader makes the database; it is opened only when its version and course are the
expected ones. Works on SQLite and PostgreSQL.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from openpractice.databases import patience
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, no_space_left
from openpractice.gradebook.nbgrader_tables import (
    ALEMBIC,
    assignment,
    base_cell,
    comment,
    course,
    grade,
    nbgrader_tables,
    submitted_assignment,
    submitted_notebook,
)
from openpractice.gradebook.own_tables import given, mark, own, response, version

OURS = 3
_LIST = int.from_bytes(b"oplist")  # the number of a lock in this database
#: How many seconds whoever collects waits for another who writes, and whoever looks at a page.
PATIENCE, BRIEFLY = 30, 5


class GradebookInUse(GradingError):
    """Another program writes to it for too long, or it cannot be reached."""


@contextmanager
def opened(folder: CourseFolder, wait: float | None = None):
    """The engine of the course's gradebook, guarded, with our own tables in place.

    Raises
    ------
    GradebookInUse
        Also for what is asked of the engine while it is opened, after `wait` seconds (`PATIENCE`).
    GradingError
        When nbgrader did not make it yet, in another version, or for another course; when its file is damaged.
    """
    if not exists(folder):
        raise GradingError("grading-no-gradebook")
    url, wait = sa.make_url(folder.db_url), PATIENCE if wait is None else wait
    waits = {"timeout": wait} if url.get_backend_name() == "sqlite" else {"options": f"-c lock_timeout={wait}s"}
    engine = sa.create_engine(url, connect_args=waits | patience(folder.db_url))
    try:
        with said_in_use():
            _guard(engine, folder)
            yield engine
    finally:
        engine.dispose()


@contextmanager
def said_in_use():
    """Turns what the database says of another who writes into `GradebookInUse`, and of a damaged file into words.

    A full disk stays what it is.
    """
    try:
        yield
    except sa.exc.OperationalError as error:
        if no_space_left(error):
            raise
        raise GradebookInUse("gradebook-in-use") from error
    except sa.exc.DatabaseError as error:
        if type(error) is not sa.exc.DatabaseError:
            raise  # of one statement, and not of the file
        raise GradingError("gradebook-damaged") from error


@contextmanager
def writing(engine: sa.Engine):
    """A connection whose transaction writes: nobody else writes between its first look and its end.

    On SQLite that holds for the whole file. On PostgreSQL it holds for what `hold` names.
    """
    with engine.begin() as db:
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("BEGIN IMMEDIATE")
        yield db


def hold(db, lesson: str, prompt: str | None = None, participants: Iterable[str] | None = None) -> None:
    """Let others who would write about these answers wait for us: to one prompt or all, of these people or all.

    Whoever writes about answers holds them before the first row of anything else, and everybody in one order:
    so two who write never wait for each other.
    """
    if db.dialect.name == "sqlite":
        return
    of = [response.c.lesson == lesson]
    of += [] if prompt is None else [response.c.prompt == prompt]
    of += [] if participants is None else [response.c.participant.in_(list(participants))]
    order = response.c.participant, response.c.prompt, response.c.handin
    db.execute(sa.select(response.c.rev).where(*of).order_by(*order).with_for_update()).all()


def hold_list(db) -> None:
    """Let others who would change the list of people, or bring it together with who joined, wait for us."""
    if db.dialect.name != "sqlite":  # which has one writer at a time
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_LIST)))


def exists(folder: CourseFolder) -> bool:
    """Whether there is a gradebook; a database without any table has none yet.

    Raises
    ------
    GradingError
        When the server of the database does not answer.
    """
    url = sa.make_url(folder.db_url)
    if url.get_backend_name() == "sqlite":
        return bool(made(url.database))
    engine = sa.create_engine(url, connect_args=patience(folder.db_url))
    try:
        return bool(sa.inspect(engine).get_table_names())
    except sa.exc.OperationalError as error:
        raise GradingError("gradebook-out-of-reach", where=url.render_as_string()) from error
    finally:
        engine.dispose()


def made(path):
    # Opening a missing SQLite file would make an empty one, which nbgrader then
    # takes for its own and breaks on.
    return path and Path(path).is_file() and Path(path).stat().st_size > 0


def _guard(engine, folder):
    names = set(sa.inspect(engine).get_table_names())
    with engine.begin() as db:
        theirs = None
        if "alembic_version" in names:
            theirs = db.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if theirs != ALEMBIC or not names.issuperset(nbgrader_tables.tables):
            raise GradingError("grading-form-unknown", alembic=ALEMBIC, value=theirs or "not nbgrader’s")
        courses = set(db.scalars(sa.select(course.c.id)))
        if folder.id not in courses:
            other = ", ".join(sorted(courses - {"default_course"})) or "no course"
            raise GradingError("grading-gradebook-of-another-course", other=other, id=folder.id)
        if "op_version" in names:
            ours = db.scalar(sa.select(version.c.version))
            if ours < OURS:
                if ours < 2:
                    _upgrade(db)
                _add_language(db)
                db.execute(version.update().values(version=OURS))
            elif ours > OURS:
                raise GradingError("grading-form-of-another-version", ours=ours, ours2=OURS)
            if not names.issuperset(own.tables):
                own.create_all(db)  # a table that an older kit did not have
        else:
            own.create_all(db)
            db.execute(version.insert().values(version=OURS))


def _upgrade(db):
    """Bring an older form up to date; it lacked a table and the indices, and loses nothing.

    What nbgrader has for an answer that was read here counts as ours.
    """
    own.create_all(db)
    cell, said_of = base_cell.alias(), base_cell.alias()
    read = sa.select(mark.c.lesson, mark.c.prompt, mark.c.participant).distinct().subquery()
    db.execute(
        given.insert().from_select(
            ["lesson", "prompt", "participant", "score", "comment"],
            sa.select(read, grade.c.manual_score, sa.func.coalesce(comment.c.manual_comment, ""))
            .join(assignment, assignment.c.name == read.c.lesson)
            .join(
                submitted_assignment,
                sa.and_(
                    submitted_assignment.c.assignment_id == assignment.c.id,
                    submitted_assignment.c.student_id == read.c.participant,
                ),
            )
            .join(submitted_notebook, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
            .join(
                cell,
                sa.and_(
                    cell.c.notebook_id == submitted_notebook.c.notebook_id,
                    cell.c.name == read.c.prompt,
                    cell.c.type == "GradeCell",
                ),
            )
            .join(grade, sa.and_(grade.c.notebook_id == submitted_notebook.c.id, grade.c.cell_id == cell.c.id))
            .join(
                said_of,
                sa.and_(
                    said_of.c.notebook_id == submitted_notebook.c.notebook_id,
                    said_of.c.name == read.c.prompt,
                    said_of.c.type == "SolutionCell",
                ),
            )
            .join(
                comment, sa.and_(comment.c.notebook_id == submitted_notebook.c.id, comment.c.cell_id == said_of.c.id)
            ),
        )
    )
    for table in own.sorted_tables:
        for index in table.indexes:
            index.create(db, checkfirst=True)


def _add_language(db):
    """The column of an answer's language, which forms before the third had not."""
    if response.c.language.name not in {column["name"] for column in sa.inspect(db).get_columns(response.name)}:
        described = sa.schema.CreateColumn(response.c.language).compile(dialect=db.dialect)
        db.execute(sa.text(f"ALTER TABLE {response.name} ADD COLUMN {described}"))
