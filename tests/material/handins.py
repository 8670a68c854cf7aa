"""A small released course and the hand-ins of invented people, written as the kit writes them.

Real files for real nbgrader; tests read as stories: `release_lesson`, then `hand_in`.
"""

import json
import os
import secrets
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.releasing.release import release
from openpractice.intake.inbox import STAMP
from openpractice.kinds import registry
from openpractice.model import ANSWER_STUB

LESSON = "1-purpose"

TRACE = {
    "v": 1,
    "course": "open-practice",
    "lesson": LESSON,
    "id": "purpose-trace",
    "kind": "long_text",
    "title": "Trace one hour",
    "body": "Pick something you spend an *hour* a week on.",
    "visibility": "F",
    "graded": 1,
}
EVIDENCE = {
    "v": 1,
    "course": "open-practice",
    "lesson": LESSON,
    "id": "purpose-evidence",
    "kind": "evidence_table",
    "title": "What you saw",
    "body": "Two rows.",
    "visibility": "F",
    "graded": 1,
    "columns": [{"id": "seen", "label": "Seen"}, {"id": "means", "label": "Means"}],
    "row_count": [2, 5],
}
LINE = {
    "v": 1,
    "course": "open-practice",
    "lesson": LESSON,
    "id": "purpose-line",
    "kind": "short_text",
    "title": "One line",
    "body": "In one line.",
    "visibility": "C",
    "graded": 1,
}
SEEN = {
    "v": 1,
    "course": "open-practice",
    "lesson": LESSON,
    "id": "purpose-seen",
    "kind": "short_text",
    "title": "Not scored",
    "body": "Just for your facilitator.",
    "visibility": "F",
}
OWN = {
    "v": 1,
    "course": "open-practice",
    "lesson": LESSON,
    "id": "purpose-own",
    "kind": "short_text",
    "title": "Only you",
    "body": "Nobody reads this.",
    "visibility": "P",
}
SPECS = (TRACE, EVIDENCE, LINE, SEEN, OWN)
POINTS = {"purpose-trace": 6, "purpose-evidence": 9, "purpose-line": 3}


def lesson_notebook(specs=SPECS, points=None, lesson=LESSON, course="open-practice", words="Read this.", language="en"):
    """A built lesson as bytes: for each prompt its question, its box and its answer cell."""
    points = POINTS if points is None else points
    cells = [
        _cell("code", "setup", "from openpractice import prompt, handin", "setup"),
        _cell("markdown", "text-1", words, "text"),
    ]
    for spec in specs:
        name = spec["id"]
        cells.append(_locked("markdown", f"{name}-question", f"### {spec['title']}\n\n{spec['body']}", "question"))
        source = f"prompt({json.dumps(spec, ensure_ascii=False)})"
        cells.append(_locked("code", f"{name}-prompt", source, "prompt"))
        if name in points:
            answer = _cell("markdown", name, ANSWER_STUB, "answer")
            answer["metadata"]["openpractice"]["id"] = name
            answer["metadata"]["nbgrader"] = {
                "grade": True,
                "grade_id": name,
                "locked": False,
                "points": points[name],
                "schema_version": 3,
                "solution": True,
                "task": False,
            }
            cells.append(answer)
    about = {
        "format": 1,
        "course": course,
        "lesson": lesson,
        "title": "The purpose of leadership",
        "minutes": 105,
        "language": language,
    }
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "openpractice": about,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _cell(kind, name, source, part):
    cell = {
        "cell_type": kind,
        "id": name,
        "metadata": {"openpractice": {"part": part}},
        "source": source.splitlines(True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _locked(kind, name, source, part):
    cell = _cell(kind, name, source, part)
    cell["metadata"]["nbgrader"] = {
        "grade": False,
        "grade_id": name,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return cell


def course_folder(data, course="open-practice", db_url=None):
    """The folders of a course under `data`, whatever the environment says."""
    return CourseFolder(data, course, data / "exchange", db_url or f"sqlite:///{data}/files/course/gradebook.db")


def release_lesson(folder, due=None, **notebook):
    """Release the small lesson through real nbgrader."""
    path = folder.data / "built.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lesson_notebook(**notebook))
    return release(folder, notebook.get("lesson", LESSON), path, due)


def response(spec, value, rev=1, **other):
    """One entry of responses.json."""
    return {
        "kind": spec["kind"],
        "value": value,
        "text": registry.plain_text(value, spec),
        "rev": rev,
        "at": "2026-11-23T14:00:00.000Z",
        "sha256": registry.sha256(value),
    } | other


def responses_json(person, answers, lesson=LESSON, **other):
    """responses.json as a dict; `answers` has entries by prompt id."""
    return {
        "format": "openpractice-responses",
        "version": 1,
        "course": "open-practice",
        "lesson": lesson,
        "release": "0" * 64,
        "participant": person,
        "name": person.title(),
        "handed_in_at": datetime.now(UTC).isoformat(),
        "handin": secrets.token_hex(16),
        "responses": answers,
    } | other


def typed_notebook(folder, typed, lesson=LESSON):
    """The released notebook with text typed into answer cells, as bytes."""
    notebook = json.loads(folder.released(lesson).read_bytes())
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in typed:
            cell["source"] = typed[name].splitlines(True)
    return json.dumps(notebook).encode("utf-8")


def hand_in(
    folder,
    person,
    answers=None,
    typed=None,
    ago=timedelta(0),
    lesson=LESSON,
    raw=None,
    copy=None,
    secret=True,
    name=None,
    **other,
):
    """Hand in as the kit's hand-in does; the path of the folder.

    `answers` maps prompt ids to entries (None: no responses.json); `raw` and `copy` put other
    bytes in the place of responses.json and the notebook ("" : leave the file out).
    """
    stamp = (datetime.now(UTC) - ago).strftime(STAMP)
    place = folder.inbound / person / (name or f"{person}+{lesson}+{stamp}+{secrets.token_urlsafe(9)}")
    fresh = place.with_name(".new")
    fresh.mkdir(parents=True)
    if raw is None and answers is not None:
        raw = json.dumps(responses_json(person, answers, lesson, **other), ensure_ascii=False).encode()
    if raw:
        (fresh / "responses.json").write_bytes(raw)
    if copy != "":
        (fresh / f"{lesson}.ipynb").write_bytes(typed_notebook(folder, typed or {}, lesson) if copy is None else copy)
    (fresh / "timestamp.txt").write_text(stamp)
    if secret:
        (fresh / "submission_secret.txt").write_text(secrets.token_hex(64))
    os.rename(fresh, place)
    return place


@pytest.fixture(scope="session")
def released_once(tmp_path_factory):
    """A workshop with the small lesson released by real nbgrader, to be copied."""
    folder = course_folder(tmp_path_factory.mktemp("released"))
    release_lesson(folder)
    return folder


@pytest.fixture
def folder(released_once, tmp_path):
    """A released workshop of one's own."""
    shutil.copytree(released_once.data, tmp_path / "data")
    return course_folder(tmp_path / "data")


def rows(folder, query, values=()):
    """What a query finds in the gradebook."""
    with sqlite3.connect(folder.root / "gradebook.db") as db:
        return db.execute(query, values).fetchall()


_CELL = (
    "WHERE cell_id IN (SELECT id FROM base_cell WHERE name = ?) AND notebook_id IN (SELECT b.id FROM"
    " submitted_notebook b JOIN submitted_assignment s ON s.id = b.assignment_id WHERE student_id = ?)"
)


def mark(folder, person, prompt, score, said):
    """Store what formgrader stores when a reviewer scores and comments."""
    engine, names = sa.create_engine(folder.db_url), {"prompt": prompt, "person": person}
    of_cell = _CELL.replace("?", ":prompt", 1).replace("?", ":person", 1)
    with engine.begin() as db:
        scored = db.execute(
            sa.text(f"UPDATE grade SET manual_score = :score, needs_manual_grade = false {of_cell}"),
            names | {"score": score},
        )
        commented = db.execute(sa.text(f"UPDATE comment SET manual_comment = :said {of_cell}"), names | {"said": said})
        assert (scored.rowcount, commented.rowcount) == (1, 1)
    engine.dispose()


def grade_of(folder, person, prompt):
    """Automatic score, reviewer's score, and whether it needs a reviewer."""
    query = f"SELECT auto_score, manual_score, needs_manual_grade FROM grade {_CELL}"
    return rows(folder, query, (prompt, person))[0]


def comment_of(folder, person, prompt):
    """Automatic comment, and the reviewer's."""
    query = f"SELECT auto_comment, manual_comment FROM comment {_CELL}"
    return rows(folder, query, (prompt, person))[0]


def answer_row(folder, person, prompt):
    """The answer that counts, as a dict of our own table."""
    names = "rev, sha256, value, text, beside, source, late"
    query = f"SELECT {names} FROM op_response WHERE participant = ? AND prompt = ? AND latest"
    return dict(zip(names.split(", "), rows(folder, query, (person, prompt))[0], strict=True))


def reviewers_copy(folder, person, lesson=LESSON):
    """The source of each cell of the reviewers' copy, by nbgrader's id."""
    notebook = json.loads((folder.step("autograded", person, lesson) / f"{lesson}.ipynb").read_bytes())
    named = (cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"])
    return {cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"]) for cell in named}


def told(done) -> tuple[str, ...]:
    """What a piece of work says of itself, in English."""
    return tuple(str(sentence) for sentence in done.sentences)
