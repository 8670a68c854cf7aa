"""The built notebook: valid, the same each time, silent on answers."""

import ast
import difflib
import json
import re

import nbformat
import pytest
from test_rules import BRANCH, LEDGER

from authoring import COURSE, LESSON, REPO, RUBRIC, problems_of, write_folder
from kit_lessons import KIT_LESSONS
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making import build
from openpractice.authoring.making.notebook import build_notebook, notebook_text
from openpractice.model import ANSWER_STUB, Exemplar, Note


def built(tmp_path, lesson=LESSON):
    folder = read_folder(write_folder(tmp_path, lesson=lesson))
    assert not folder.problems
    return build_notebook(folder.lessons[0], folder.course, folder.rubric)


def cells_of(notebook, part):
    return [cell for cell in notebook["cells"] if cell["metadata"]["openpractice"]["part"] == part]


def specs_of(notebook):
    sources = ("".join(cell["source"]) for cell in cells_of(notebook, "prompt"))
    return [json.loads(re.fullmatch(r"prompt\((\{.*\})\)\s*", source)[1]) for source in sources]


@pytest.mark.parametrize("lesson", KIT_LESSONS.in_order(), ids=lambda lesson: lesson.id)
def test_the_committed_notebook_is_what_its_lesson_builds(lesson):
    path = REPO / "notebooks" / lesson.id / f"{lesson.id}.ipynb"
    now = notebook_text(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric)
    diff = difflib.unified_diff(
        path.read_text("utf-8").splitlines(), now.splitlines(), "committed", "built", lineterm=""
    )
    assert "\n".join(diff) == ""


@pytest.mark.parametrize("lesson", KIT_LESSONS.in_order(), ids=lambda lesson: lesson.id)
def test_a_built_notebook_is_valid_and_holds_no_output(lesson):
    text = notebook_text(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric)
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(
        cell.outputs == [] and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code"
    )


@pytest.mark.parametrize("lesson", KIT_LESSONS.in_order(), ids=lambda lesson: lesson.id)
def test_nothing_for_facilitators_reaches_a_notebook(lesson):
    text = notebook_text(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric)
    hidden = [part for part in lesson.parts if isinstance(part, (Exemplar, Note))]
    assert hidden
    for part in hidden:
        for line in filter(None, (line.strip() for line in part.body.split("\n"))):
            if len(line) > 20:
                assert json.dumps(line, ensure_ascii=False)[1:-1] not in text


def test_a_prompt_is_question_specification_and_answer(tmp_path):
    notebook = built(tmp_path)
    mine = [cell for cell in notebook["cells"] if cell["metadata"]["openpractice"].get("id") == "listening-seen"]
    assert [cell["metadata"]["openpractice"]["part"] for cell in mine] == ["question", "prompt", "answer"]
    grader = [cell["metadata"]["nbgrader"] for cell in mine]
    assert [entry["grade_id"] for entry in grader] == [
        "listening-seen-question",
        "listening-seen-prompt",
        "listening-seen",
    ]
    assert [entry["locked"] for entry in grader] == [True, True, False]
    assert (grader[2]["points"], grader[2]["grade"], grader[2]["solution"]) == (6, True, True)
    assert "".join(mine[2]["source"]) == ANSWER_STUB


def test_an_ungraded_prompt_has_no_answer_cell(tmp_path):
    answers = [cell["metadata"]["openpractice"]["id"] for cell in cells_of(built(tmp_path), "answer")]
    assert answers == ["listening-seen"]


def test_two_wordings_share_one_graded_cell(tmp_path):
    notebook = built(tmp_path, LESSON + BRANCH)
    answers = [cell["metadata"]["openpractice"]["id"] for cell in cells_of(notebook, "answer")]
    assert answers == ["listening-seen", "listening-yes"]
    second = specs_of(notebook)[-1]
    assert second["answer_with"] == "listening-yes"
    assert second["branch"] == {"of": "listening-way", "when": ["no"]}
    assert second["graded"] == 1
    folder = read_folder(write_folder(tmp_path, lesson=LESSON + BRANCH))
    assert sum(map(folder.rubric.points, folder.lessons[0].prompts)) == 6 + 3


def test_a_criterion_that_weighs_more_has_more_points(tmp_path):
    heavier = RUBRIC.replace("    name: Evidence", "    name: Evidence\n    weight: 3")
    folder = read_folder(write_folder(tmp_path, rubric=heavier))
    assert folder.problems == ()
    notebook = build_notebook(folder.lessons[0], folder.course, folder.rubric)
    (answer,) = cells_of(notebook, "answer")
    assert answer["metadata"]["nbgrader"]["points"] == 3 * (3 + 1)
    weights = {each["code"]: each.get("weight") for spec in specs_of(notebook) for each in spec.get("criteria", ())}
    assert weights == {"E": 3, "R": None}


def test_a_specification_is_at_once_json_and_a_python_literal(tmp_path):
    awkward = LESSON.replace("Criteria make", "\u2028 \\ \"quotes\" 'it' `true` \U0001f600 $x$ null\n\nCriteria make")
    for cell in cells_of(built(tmp_path, awkward + LEDGER), "prompt"):
        source = "".join(cell["source"])
        assert "\n" not in source
        literal = source.removeprefix("prompt(").removesuffix(")")
        assert ast.literal_eval(literal) == json.loads(literal)
        values = list(json.loads(literal).values())
        assert not any(value is None or isinstance(value, bool) for value in values)


def test_a_lesson_in_another_language_says_so_in_every_cell_that_a_kernel_draws(tmp_path):
    notebook = built(tmp_path, LESSON.replace("minutes:", "language: es\nminutes:", 1))
    assert notebook["metadata"]["openpractice"]["language"] == "es"
    assert {spec.get("language") for spec in specs_of(notebook)} == {"es"}
    assert '"language": "es"' in "".join(cells_of(notebook, "handin")[0]["source"])
    assert not any("language" in spec for spec in specs_of(built(tmp_path)))


def test_specifications_hold_what_the_contract_names(tmp_path):
    text = LESSON.replace(":starters:", ":min-words: 80\n:may-share: yes\n:extension: yes\n:starters:") + LEDGER
    long_text, choice, first, ledger, slider = specs_of(built(tmp_path, text))
    assert long_text["words"] == {"min": 80, "max": 180}
    assert long_text["starters"] == ["On Thursday I saw", "What I could not see was"]
    assert (long_text["v"], long_text["may_share"], long_text["extension"], long_text["visibility"]) == (1, 1, 1, "F")
    assert [entry["code"] for entry in long_text["criteria"]] == ["E", "R"]
    assert len(long_text["criteria"][0]["levels"]) == 4
    assert long_text["criteria"][0]["levels"][0].startswith("Not shown: ")
    assert choice["choices"][0] == {"id": "graphs", "label": "Bring work that went badly"}
    assert "graded" not in choice and "criteria" not in choice
    assert first["lead_first"] == 1
    assert ledger["row_count"] == [2, 4]
    assert ledger["columns"][1] == {"id": "provide", "label": "I provide", "long": 1}
    assert (slider["rows_from"], slider["from"], slider["to"]) == ("listening-ledger", 0, 3)


def test_building_twice_writes_once_and_the_same_bytes(tmp_path):
    folder = read_folder(write_folder(tmp_path))
    files = build.built_notebooks(folder, tmp_path / "notebooks")
    assert build.write(files) == list(files)
    assert build.write(build.built_notebooks(folder, tmp_path / "notebooks")) == []


def test_cell_ids_stay_within_the_limit_of_notebooks(tmp_path):
    long_id = "listening-" + "a" * 53
    notebook = built(tmp_path, LESSON.replace("listening-choice", long_id))
    nbformat.validate(nbformat.from_dict(notebook))


def test_the_three_lines_bring_the_rows_and_points_of_their_audit():
    closing = json.loads((REPO / "notebooks" / "6-closing" / "6-closing.ipynb").read_text(encoding="utf-8"))
    found = {spec["id"]: spec for spec in specs_of(closing)}
    lines, audit = found["closing-three-lines"], found["closing-now"]
    assert len(lines["rows"]) == 15
    assert (lines["rows"], lines["points"]) == (audit["rows"], audit["points"])


@pytest.mark.parametrize(("line", "said"), [("", None), ("open: page\n", None), ("open: notebook\n", "notebook")])
def test_what_opening_a_session_opens_stands_in_the_notebook_where_it_is_not_the_usual(tmp_path, line, said):
    folder = read_folder(write_folder(tmp_path, course=COURSE + line))
    notebook = build_notebook(folder.lessons[0], folder.course, folder.rubric)
    assert notebook["metadata"]["openpractice"].get("open") == said


def test_a_way_of_opening_that_there_is_not_is_named_with_its_line(tmp_path):
    [found] = [
        one
        for one in problems_of(write_folder(tmp_path, course=COURSE + "open: notebok\n"))
        if one.code == "bad-course"
    ]
    assert found.line == 5 and "notebok" in found.what and "page, notebook" in found.what
    assert found.hint == "did you mean 'notebook'?"
