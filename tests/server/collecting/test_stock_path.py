"""nbgrader's own Collect and Autograde, with our classes, give the tables and files of the fast way."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from handins import (
    EVIDENCE,
    LESSON,
    LINE,
    SEEN,
    TRACE,
    course_folder,
    grade_of,
    hand_in,
    mark,
    release_lesson,
    response,
)
from openpractice.gradebook import nbgrader_run
from openpractice.intake.collect import collect

TABLES = {
    "course": "SELECT id FROM course",
    "student": "SELECT id, first_name, last_name, email, lms_user_id FROM student",
    "assignment": "SELECT name, duedate, course_id FROM assignment",
    "notebook": "SELECT name, kernelspec FROM notebook",
    "source_cell": "SELECT name, cell_type, locked, source, checksum FROM source_cell",
    "base_cell": "SELECT name, type FROM base_cell",
    "grade_cells": "SELECT max_score, cell_type, name FROM grade_cells JOIN base_cell USING (id)",
    "submitted_assignment": "SELECT student_id, name, timestamp, extension FROM submitted_assignment s"
    " JOIN assignment a ON a.id = s.assignment_id",
    "submitted_notebook": "SELECT student_id, name, flagged, late_submission_penalty FROM submitted_notebook b"
    " JOIN submitted_assignment s ON s.id = b.assignment_id JOIN notebook n ON n.id = b.notebook_id",
    "grade": "SELECT student_id, c.name, auto_score, manual_score, extra_credit, needs_manual_grade FROM grade g"
    " JOIN base_cell c ON c.id = g.cell_id JOIN submitted_notebook b ON b.id = g.notebook_id"
    " JOIN submitted_assignment s ON s.id = b.assignment_id",
    "comment": "SELECT student_id, c.name, auto_comment, manual_comment FROM comment g"
    " JOIN base_cell c ON c.id = g.cell_id JOIN submitted_notebook b ON b.id = g.notebook_id"
    " JOIN submitted_assignment s ON s.id = b.assignment_id",
    "alembic_version": "SELECT * FROM alembic_version",
    "op_version": "SELECT * FROM op_version",
    "op_response": "SELECT participant, lesson, prompt, handin, rev, at, handed_in_at, sha256, value, text,"
    " beside, source, late, latest FROM op_response",
}


def tables(folder):
    with sqlite3.connect(folder.root / "gradebook.db") as db:
        return {name: sorted(map(repr, db.execute(query))) for name, query in TABLES.items()}


def files(folder):
    found = {}
    for step in ("submitted", "autograded"):
        for path in sorted((folder.root / step).rglob("*")):
            if path.is_file():
                name = str(path.relative_to(folder.root))
                mode = path.stat().st_mode if step == "autograded" else None
                found[name] = (path.read_bytes(), mode)
    return found


def assert_same(fast, stock):
    for name, rows in tables(fast).items():
        assert rows == tables(stock)[name], name
    ours, theirs = files(fast), files(stock)
    assert ours.keys() == theirs.keys()
    for name, held in ours.items():
        assert held == theirs[name], name


@pytest.fixture
def pair(tmp_path):
    """Two equal workshops, released by real nbgrader once."""
    fast = course_folder(tmp_path / "fast")
    release_lesson(fast, due=datetime.now(UTC) + timedelta(days=1))
    return fast, course_folder(tmp_path / "stock")


def by_both_ways(fast, stock):
    """The inbound of `fast`, copied, collected by ours there and by nbgrader here."""
    shutil.copytree(fast.inbound, stock.inbound, dirs_exist_ok=True)
    collect(fast, LESSON)
    nbgrader_run.run(stock, "collect", LESSON, "--update")
    nbgrader_run.run(stock, "autograde", LESSON)


WORDS = "سلام 你好 🙂 \"q\" <b>b</b> $x$ a|b 'q'\n\n    four spaces\tand a tab\u2028then\u0085that & so on"


def test_both_ways_into_the_gradebook_give_equal_tables_and_files(pair):
    fast, stock = pair
    trace, line = response(TRACE, {"text": WORDS}), response(LINE, {"text": "One line."})
    rows = {"rows": [{"seen": "a | b", "means": "<i>c</i>"}, {"seen": "", "means": "$d$"}]}
    everything = {
        "purpose-trace": trace,
        "purpose-line": line,
        "purpose-evidence": response(EVIDENCE, rows),
        "purpose-seen": response(SEEN, {"text": "Not scored, but read."}),
    }
    hand_in(fast, "answered", everything)
    hand_in(fast, "blank", {"purpose-trace": response(TRACE, {"text": "  \n"})})
    hand_in(fast, "typed", None, typed={"purpose-trace": WORDS})
    hand_in(fast, "both", {"purpose-trace": trace}, typed={"purpose-trace": "typed *too*", "purpose-line": "typed"})
    hand_in(fast, "twice", {"purpose-trace": trace, "purpose-line": line})
    hand_in(fast, "altered", {"purpose-trace": trace | {"text": "other words", "sha256": "0" * 64}})
    withdrawn = hand_in(fast, "withdrawn", everything)
    shutil.rmtree(withdrawn)
    shutil.copytree(fast.data, stock.data)

    by_both_ways(fast, stock)

    assert_same(fast, stock)
    assert len(tables(fast)["submitted_assignment"]) == 6
    assert "withdrawn" not in repr(tables(fast))

    for folder in pair:
        mark(folder, "twice", "purpose-trace", 4.5, "Keep this comment.")
        mark(folder, "twice", "purpose-line", 2, "And this one.")
        mark(folder, "answered", "purpose-trace", 6, "Not handed in again.")
        release_lesson(folder, due=datetime(2026, 1, 1, tzinfo=UTC))
    hand_in(fast, "twice", {"purpose-trace": response(TRACE, {"text": "Other words."}, rev=2), "purpose-line": line})
    hand_in(fast, "late", {"purpose-line": line})

    by_both_ways(fast, stock)

    assert_same(fast, stock)
    # automatic score, reviewer's score, needs a reviewer
    assert grade_of(fast, "twice", "purpose-trace") == (None, 4.5, 1)
    assert grade_of(fast, "twice", "purpose-line") == (None, 2.0, 0)
    assert grade_of(fast, "answered", "purpose-trace") == (None, 6.0, 0)
    late = Path(fast.step("autograded", "late", LESSON), f"{LESSON}.ipynb").read_text("utf-8")
    assert "after the due time" in late
    assert all("'late'" not in row or ", 1, 1)" in row for row in tables(fast)["op_response"])
