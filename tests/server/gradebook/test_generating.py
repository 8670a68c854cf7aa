"""A release made here is the one that nbgrader's own command makes, notebook and tables."""

import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from handins import course_folder
from openpractice.gradebook import nbgrader_run
from openpractice.gradebook.coursefolder import open_folder
from openpractice.gradebook.releasing import generating
from openpractice.gradebook.releasing.generating import (
    LeftToNbgrader,
    as_nbformat,
    make_gradebook,
    released_form,
    save_cells,
)
from openpractice.gradebook.releasing.release import release
from repo import REPO

LESSONS = ("0-opening", "4-expertise")
TABLES = {
    "course": "select id from course order by id",
    "assignment": "select name, duedate, course_id from assignment order by name",
    "notebook": "select n.name, a.name, n.kernelspec from notebook n join assignment a on a.id=n.assignment_id order by 1",
    "cells": "select b.name, b.type, n.name, g.max_score, g.cell_type, s.id is not null from base_cell b"
    " join notebook n on n.id=b.notebook_id left join grade_cells g on g.id=b.id"
    " left join solution_cells s on s.id=b.id order by n.name, b.name, b.type",
    "sources": "select c.name, c.cell_type, c.locked, c.source, c.checksum, n.name from source_cell c"
    " join notebook n on n.id=c.notebook_id order by n.name, c.name",
    "form": "select * from alembic_version",
    "tables": "select name, sql from sqlite_master where name not like 'op_%' and name not like 'ix_op%'"
    " and name not like 'sqlite_%' order by name",
}


def rows(folder):
    with sqlite3.connect(folder.db_url.removeprefix("sqlite:///")) as db:
        return {name: db.execute(query).fetchall() for name, query in TABLES.items()}


def built(lesson):
    return REPO / "notebooks" / lesson / f"{lesson}.ipynb"


def stock(folder, lesson, path):
    source = folder.root / "source" / lesson
    source.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, source / f"{lesson}.ipynb")
    nbgrader_run.run(folder, "generate_assignment", lesson, "--force")


def corrected(tmp_path, lesson):
    """The lesson with another word in a question, as `check` allows after a release."""
    notebook = json.loads(built(lesson).read_text("utf-8"))
    cell = next(
        cell for cell in notebook["cells"] if cell["metadata"].get("openpractice", {}).get("part") == "question"
    )
    cell["source"] = [line.replace("a", "ä") for line in cell["source"]]
    path = tmp_path / f"{lesson}.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path


@pytest.fixture
def two(tmp_path):
    return open_folder(tmp_path / "here"), open_folder(tmp_path / "there")


def test_notebook_and_tables_are_those_of_nbgraders_own_command(two, tmp_path):
    here, there = two
    for lesson in LESSONS:
        release(here, lesson, built(lesson))
        stock(there, lesson, built(lesson))
    assert rows(here) == rows(there)
    again = corrected(tmp_path, LESSONS[0])
    release(here, LESSONS[0], again)
    stock(there, LESSONS[0], again)
    assert rows(here) == rows(there)
    for lesson in LESSONS:
        assert here.released(lesson).read_bytes() == there.released(lesson).read_bytes()


@pytest.mark.postgres
def test_on_postgresql_they_are_those_of_nbgraders_own_command_too(postgres, tmp_path):
    here, there = (course_folder(tmp_path / name, db_url=postgres.database()) for name in ("here", "there"))
    release(here, LESSONS[0], built(LESSONS[0]))
    stock(there, LESSONS[0], built(LESSONS[0]))
    assert form_on_server(here) == form_on_server(there)
    make_gradebook(here)  # is there: nothing is made anew
    assert form_on_server(here) == form_on_server(there)


def form_on_server(folder):
    """Rows, columns, keys and kinds of nbgrader's tables, as the server names them."""
    engine = sa.create_engine(folder.db_url)
    look = sa.inspect(engine)
    names = sorted(name for name in look.get_table_names() if not name.startswith("op_"))
    with engine.connect() as db:
        rows = [db.execute(sa.text(query)).fetchall() for name, query in TABLES.items() if name != "tables"]
    columns = [[(*map(str, one.values()),) for one in look.get_columns(name)] for name in names]
    keys = [(look.get_pk_constraint(name), look.get_unique_constraints(name)) for name in names]
    others = [look.get_foreign_keys(name) for name in names]
    engine.dispose()
    return names, [[tuple(row) for row in table] for table in rows], columns, keys, others, look.get_enums()


@pytest.mark.postgres
def test_of_two_who_make_it_at_once_on_a_server_one_does(postgres, tmp_path):
    folder = course_folder(tmp_path / "data", db_url=postgres.database())
    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(make_gradebook, folder) for _ in range(4)]:
            done.result()
    engine = sa.create_engine(folder.db_url)
    with engine.connect() as db:
        assert sorted(db.scalars(sa.text("SELECT id FROM course"))) == ["default_course", folder.id]
    engine.dispose()


def test_the_ids_of_cells_stay_when_a_text_is_corrected(two, tmp_path):
    here, _ = two
    release(here, LESSONS[0], built(LESSONS[0]))
    ids = "select id, name from base_cell order by id"
    with sqlite3.connect(here.db_url.removeprefix("sqlite:///")) as db:
        before = db.execute(ids).fetchall()
    release(here, LESSONS[0], corrected(tmp_path, LESSONS[0]))
    with sqlite3.connect(here.db_url.removeprefix("sqlite:///")) as db:
        assert before and db.execute(ids).fetchall() == before


@pytest.mark.parametrize(
    "about",
    [
        {"grade": True, "solution": False, "locked": True},
        {"grade": False, "solution": True, "locked": False},
        {"grade": False, "solution": False, "locked": True, "task": True},
        {"grade": False, "solution": False, "locked": True, "more": 1},
        {"grade": False, "solution": False, "locked": True, "schema_version": 2},
        {"grade": False, "solution": False, "locked": False},
    ],
)
def test_a_cell_of_another_sort_is_left_to_nbgrader(about):
    cell = {
        "cell_type": "markdown",
        "source": "x",
        "metadata": {"nbgrader": {"schema_version": 3, "grade_id": "a"} | about},
    }
    with pytest.raises(LeftToNbgrader):
        released_form({"cells": [cell], "metadata": {}})


def test_another_version_of_nbgrader_makes_its_own_gradebook(two, monkeypatch):
    monkeypatch.setattr(generating, "SCHEMA_OF", "0.0.1")
    with pytest.raises(LeftToNbgrader):
        make_gradebook(two[0])
    assert not Path(two[0].db_url.removeprefix("sqlite:///")).exists()


def test_no_cell_comes_or_goes_once_somebody_has_handed_in(two):
    here, _ = two
    release(here, LESSONS[0], built(LESSONS[0]))
    engine = sa.create_engine(here.db_url)
    released = released_form(json.loads(built(LESSONS[0]).read_text("utf-8")))
    with engine.begin() as db:
        (book,) = db.scalars(sa.text("select id from notebook")).all()
        db.execute(sa.text("insert into submitted_notebook (id, notebook_id) values ('x', :book)"), {"book": book})
        save_cells(db, here.id, LESSONS[0], released)
        released["cells"] = [cell for cell in released["cells"] if "nbgrader" not in cell["metadata"]]
        with pytest.raises(LeftToNbgrader):
            save_cells(db, here.id, LESSONS[0], released)
    engine.dispose()


def test_the_bytes_are_those_that_nbformat_writes():
    import nbformat

    content = released_form(json.loads(built(LESSONS[0]).read_text("utf-8")))
    assert as_nbformat(content).decode("utf-8") == nbformat.writes(nbformat.from_dict(content)) + "\n"
