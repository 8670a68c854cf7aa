"""The built notebooks in the programs that people have: a kernel runs every one, and nbgrader takes one."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat

from kit_lessons import KIT_LESSONS
from openpractice.authoring.making.notebook import notebook_text
from openpractice.model import ANSWER_STUB
from repo import REPO


def test_nbgrader_takes_the_notebook_and_registers_its_points(tmp_path):
    lesson = KIT_LESSONS.lesson("1-purpose")
    source = tmp_path / "source" / "1-purpose"
    source.mkdir(parents=True)
    text = notebook_text(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric)
    (source / "1-purpose.ipynb").write_text(text, encoding="utf-8")
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.ClearSolutions.text_stub = {ANSWER_STUB!r}\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "1-purpose"]
    # nbgrader calls `alembic` by name when it makes its database.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    run = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=240, check=False
    )
    assert run.returncode == 0, run.stderr
    graded = _graded_cells(tmp_path)
    assert graded == {p.id: float(KIT_LESSONS.rubric.points(p)) for p in lesson.prompts if p.owns_answer}
    release = nbformat.read(tmp_path / "release" / "1-purpose" / "1-purpose.ipynb", as_version=4)
    answers = [cell for cell in release.cells if cell.metadata.openpractice.part == "answer"]
    assert answers and all(cell.source == ANSWER_STUB for cell in answers)
    boxes = [cell.source for cell in release.cells if cell.metadata.openpractice.part == "prompt"]
    built = [cell for cell in json.loads(text)["cells"] if cell["metadata"]["openpractice"]["part"] == "prompt"]
    assert boxes == ["".join(cell["source"]) for cell in built]


def _graded_cells(course):
    with sqlite3.connect(course / "gradebook.db") as database:
        rows = database.execute(
            "select base_cell.name, grade_cells.max_score from grade_cells join base_cell on base_cell.id = grade_cells.id"
        ).fetchall()
    return dict(rows)


def changes() -> str:
    """What is not committed in the kit's own folder."""
    return subprocess.run(["git", "-C", REPO, "status", "--short"], capture_output=True, text=True).stdout


def test_every_built_notebook_runs_in_plain_jupyter_and_leaves_nothing_behind(tmp_path):
    home, copies = tmp_path / "home", tmp_path / "notebooks"
    copies.mkdir()
    for path in sorted((REPO / "notebooks").glob("*/*.ipynb")):
        (copies / path.name).write_bytes(path.read_bytes())
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(copies),
        str(copies),
    ]
    env = os.environ | {"OPENPRACTICE_HOME": str(home), "PYTEST_ADDOPTS": "", "PYTHONPATH": ""}
    before = changes()
    run = subprocess.run(command, cwd=copies, env=env, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, run.stdout[-3000:]
    prompts = sum(len(lesson.prompts) for lesson in KIT_LESSONS.in_order())
    cells = prompts + 2 * len(KIT_LESSONS.in_order())
    assert f"{cells} passed" in run.stdout
    assert sorted(path.name for path in copies.iterdir()) == sorted(
        f"{lesson.id}.ipynb" for lesson in KIT_LESSONS.in_order()
    )
    assert not home.exists()
    assert changes() == before
