"""The release of a built notebook and its rows in the gradebook, as nbgrader's `generate_assignment` makes them.

nbgrader's own command takes some six seconds a lesson, most of them for being imported. Here is what
it does to the cells that our build writes, no more: whatever else it meets is left to nbgrader.
`tests/server/collecting/test_stock_path.py` holds notebook and tables equal to its.

Source: nbgrader 0.9.6, ``nbgrader/preprocessors`` (LockCells, ClearSolutions, ClearOutput,
ComputeChecksums, SaveCells) and ``utils.compute_checksum``.
"""

import hashlib
import json
import sqlite3
import uuid
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from openpractice.databases import patience
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.gradebook import exists
from openpractice.gradebook.nbgrader_tables import (
    ALEMBIC,
    assignment,
    base_cell,
    course,
    grade_cells,
    notebook,
    solution_cells,
    source_cell,
    submitted_notebook,
)
from openpractice.handins.specs import source_of
from openpractice.model import ANSWER_STUB

SCHEMA_OF = "0.9.6"
#: The course that nbgrader writes into each gradebook beside the one that is asked for.
NBGRADERS_OWN = "default_course"
_MAKING = int.from_bytes(b"opmake")  # the number of a lock in a database on a server
_OURS = {"cell_type", "checksum", "grade", "grade_id", "locked", "points", "schema_version", "solution", "task"}


class LeftToNbgrader(Exception):
    """A notebook or a gradebook that is not as our build and this version of nbgrader make them."""


def make_gradebook(folder: CourseFolder) -> None:
    """An empty gradebook as nbgrader makes it, where there is none.

    Raises
    ------
    LeftToNbgrader
        With a version of nbgrader whose tables may be others, or on a database of a kind that nobody has tried.
    """
    if exists(folder):
        return
    url = sa.make_url(folder.db_url)
    script = Path(__file__).with_name(f"empty_gradebook.{url.get_backend_name()}.sql")
    if not script.exists() or version("nbgrader") != SCHEMA_OF:
        raise LeftToNbgrader
    make = _make_file if url.get_backend_name() == "sqlite" else _make_on_server
    make(folder, url, script.read_text("utf-8"))


def _make_file(folder, url, script):
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path)
    try:
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\nINSERT INTO alembic_version VALUES ('{ALEMBIC}');\nCOMMIT;")
        with db:
            db.executemany("INSERT INTO course VALUES (?)", [(name,) for name in (folder.id, NBGRADERS_OWN)])
    finally:
        db.close()


def _make_on_server(folder, url, script):
    engine = sa.create_engine(url, connect_args=patience(folder.db_url))
    try:
        with engine.begin() as db:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))
            if sa.inspect(db).get_table_names():
                return  # somebody else was first
            for statement in script.split(";\n"):
                db.exec_driver_sql(statement)
            db.execute(sa.text("INSERT INTO alembic_version VALUES (:form)"), {"form": ALEMBIC})
            db.execute(course.insert(), [{"id": folder.id}, {"id": NBGRADERS_OWN}])
    finally:
        engine.dispose()


def released_form(built: dict) -> dict:
    """The notebook as people get it: cells locked, answers empty, each cell with its checksum.

    Raises
    ------
    LeftToNbgrader
        For a cell of a sort that our build never writes.
    """
    return {**built, "cells": [_released_cell(cell) for cell in built["cells"]]}


def as_nbformat(content: dict) -> bytes:
    """The bytes that nbformat would write."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    return (text + "\n").encode("utf-8")


def _released_cell(cell):
    cell = {**cell, "metadata": {**cell["metadata"]}}
    if cell["cell_type"] == "code":
        cell |= {"outputs": [], "execution_count": None}
    about = cell["metadata"].get("nbgrader")
    if about is None:
        return cell
    answer = about.get("grade") and about.get("solution")
    if set(about) - _OURS or about.get("task") or about.get("schema_version") != 3:
        raise LeftToNbgrader
    if not answer and (about.get("grade") or about.get("solution") or not about.get("locked")):
        raise LeftToNbgrader
    cell["metadata"]["deletable"] = False
    if answer:
        if cell["cell_type"] != "markdown":
            raise LeftToNbgrader
        cell["source"] = [ANSWER_STUB]
    else:
        cell["metadata"]["editable"] = False
    cell["metadata"]["nbgrader"] = {**about, "cell_type": cell["cell_type"], "checksum": checksum(cell)}
    return cell


def checksum(cell: dict) -> str:
    """What nbgrader knows a cell by: MD5 over its source, its sort, its id and its points."""
    about = cell["metadata"]["nbgrader"]
    locked = not about.get("solution") and bool(about.get("grade") or about.get("locked"))
    parts = [source_of(cell), cell["cell_type"], str(bool(about.get("grade"))), str(bool(about.get("solution")))]
    parts += [str(locked), about["grade_id"]]
    if about.get("grade"):
        parts.append(str(float(about["points"])))
    return hashlib.md5("".join(parts).encode("utf-8"), usedforsecurity=False).hexdigest()


def save_cells(db: sa.Connection, course_id: str, lesson: str, released: dict) -> None:
    """The lesson, its notebook and its cells as rows; those that are there are brought up to date.

    Raises
    ------
    LeftToNbgrader
        When cells would come or go while somebody has handed in.
    """
    if db.scalar(sa.select(course.c.id).where(course.c.id == course_id)) is None:
        raise LeftToNbgrader
    of = _row(db, assignment, {"name": lesson}, {"course_id": course_id})
    kernel = json.dumps(released["metadata"].get("kernelspec", {}))
    book = _row(db, notebook, {"name": lesson, "assignment_id": of}, {"kernelspec": kernel})
    cells = [cell for cell in released["cells"] if "nbgrader" in cell["metadata"]]
    _drop_those_gone(db, book, {cell["metadata"]["nbgrader"]["grade_id"] for cell in cells})
    for cell in cells:
        about = cell["metadata"]["nbgrader"]
        own = {"name": about["grade_id"], "notebook_id": book}
        if about.get("grade"):
            row = _row(db, base_cell, own | {"type": "GradeCell"}, {})
            _put(db, grade_cells, row, max_score=float(about["points"]), cell_type=cell["cell_type"])
            _put(db, solution_cells, _row(db, base_cell, own | {"type": "SolutionCell"}, {}))
        text = {"cell_type": cell["cell_type"], "source": source_of(cell), "checksum": about["checksum"]}
        _row(db, source_cell, own, text | {"locked": not about.get("solution")})


def _row(db, table, known, more) -> str:
    """The id of the row with these values, which has `more` of them from now on."""
    found = db.scalar(sa.select(table.c.id).where(*(table.c[name] == value for name, value in known.items())))
    if found is None:
        found = uuid.uuid4().hex
        db.execute(table.insert().values(id=found, **known, **more))
    elif more:
        db.execute(table.update().where(table.c.id == found).values(**more))
    return found


def _put(db, table, row, **values):
    if db.scalar(sa.select(table.c.id).where(table.c.id == row)) is None:
        db.execute(table.insert().values(id=row, **values))
    elif values:
        db.execute(table.update().where(table.c.id == row).values(**values))


def _drop_those_gone(db, book, named):
    there = set(db.scalars(sa.select(source_cell.c.name).where(source_cell.c.notebook_id == book)))
    if there and there != named and db.scalar(_handed_in(book)):
        raise LeftToNbgrader
    gone = there - named
    ids = list(db.scalars(sa.select(base_cell.c.id).where(base_cell.c.notebook_id == book, base_cell.c.name.in_(gone))))
    for table in (grade_cells, solution_cells, base_cell):
        db.execute(table.delete().where(table.c.id.in_(ids)))
    db.execute(source_cell.delete().where(source_cell.c.notebook_id == book, source_cell.c.name.in_(gone)))


def _handed_in(book):
    return sa.select(sa.func.count()).select_from(submitted_notebook).where(submitted_notebook.c.notebook_id == book)
