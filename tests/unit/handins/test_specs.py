"""A lesson's notebook is read as JSON, by an exact grammar, whatever a person did to it."""

import json

import pytest

from lesson_cells import answer_cell, notebook, prompt_cell, spec, write
from openpractice.handins.specs import BadNotebook, is_spec, read_specs, spec_for
from openpractice.i18n import Said
from openpractice.model import ANSWER_STUB
from repo import REPO

BUILT = REPO / "notebooks" / "1-purpose" / "1-purpose.ipynb"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "1-purpose.ipynb"


def test_the_built_lesson_gives_every_prompt_in_order():
    lesson = read_specs(BUILT)
    assert (lesson.id, lesson.course) == ("1-purpose", "open-practice")
    assert len(lesson.specs) >= 5
    assert all(prompt_id.startswith("purpose-") for prompt_id in lesson.specs)
    assert lesson.typed == {}
    assert lesson.problems == []


def test_every_question_knows_the_language_of_its_lesson(path):
    cell = {"cell_type": "code", "source": f"prompt({json.dumps(spec())})"}
    assert read_specs(write(path, notebook(cell, language="es"))).specs["purpose-trace"]["language"] == "es"
    assert "language" not in read_specs(write(path, notebook(cell))).specs["purpose-trace"]
    assert not is_spec(spec(language=["es"]))


def test_text_typed_in_an_answer_cell_is_found_and_the_stub_is_not(path):
    cells = [
        prompt_cell(spec()),
        answer_cell("purpose-trace", "My\r\nhour"),
        prompt_cell(spec("purpose-two")),
        answer_cell("purpose-two"),
        prompt_cell(spec("purpose-three")),
        answer_cell("purpose-three", f"\n{ANSWER_STUB} \n"),
        prompt_cell(spec("purpose-four")),
        answer_cell("purpose-four", " \n"),
        answer_cell("purpose-unknown", "lost"),
    ]
    assert read_specs(write(path, notebook(*cells))).typed == {"purpose-trace": "My\nhour"}


def test_an_answer_cell_that_was_copied_loses_no_words(path):
    cells = [
        prompt_cell(spec()),
        answer_cell("purpose-trace", "one"),
        answer_cell("purpose-trace", "two"),
        answer_cell("purpose-trace", "one"),
    ]
    assert read_specs(write(path, notebook(*cells))).typed == {"purpose-trace": "one\n\ntwo"}


def test_more_typed_text_than_an_answer_may_hold_is_cut_and_reported(path):
    lesson = read_specs(write(path, notebook(prompt_cell(spec()), answer_cell("purpose-trace", "x" * 200_001))))
    assert len(lesson.typed["purpose-trace"]) == 200_000
    assert "too long" in str(lesson.problems[0])


def test_the_first_of_two_prompts_with_one_id_counts_and_the_other_is_reported(path):
    lesson = read_specs(write(path, notebook(prompt_cell(spec()), prompt_cell(spec(title="Again")))))
    assert lesson.specs["purpose-trace"]["title"] == "Trace one hour"
    assert lesson.problems == [Said("notebook-question-twice", prompt="purpose-trace")]


def test_cells_that_a_person_added_or_broke_do_no_harm(path):
    cells = [
        {"cell_type": "code", "source": "import os"},
        {"cell_type": "code"},
        {"cell_type": "code", "source": [1, 2]},
        {"cell_type": "markdown", "metadata": None, "source": 7},
        {},
        prompt_cell(spec()),
        answer_cell(["purpose-trace"], "x"),
    ]
    lesson = read_specs(write(path, notebook(*cells)))
    assert list(lesson.specs) == ["purpose-trace"]
    assert lesson.problems == []


@pytest.mark.parametrize(
    "source",
    [
        "prompt(__import__('os').system('true'))",
        "x = prompt({})",
        'prompt({"id": "a"}) or 1',
        'prompt({"id": "a"}\n)',
        "prompt({'id': 'purpose-trace'})",
        'prompt({"id": "../../x"})',
        "prompt({" + '"a":[' * 3000 + "})",
        'prompt({"n": ' + "9" * 6000 + "})",
    ],
)
def test_a_prompt_cell_of_another_form_is_never_a_question(path, source):
    assert read_specs(write(path, notebook(prompt_cell({}, source)))).specs == {}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Purpose"},
        {"lesson": "../x"},
        {"kind": "haiku"},
        {"kind": ["long_text"]},
        {"visibility": "everybody"},
        {"title": 3},
        {"choices": ["yes"]},
        {"choices": [{"id": 1, "label": "x"}]},
        {"rows": 7},
        {"columns": [{"id": "a"}]},
        {"step": "1"},
        {"to": 10**12},
        {"from": True},
        {"comment": 1},
        {"branch": "opening-has"},
        {"pick": 4},
        {"pick": []},
        {"pick": ["4"]},
        {"branch": {"of": "x", "when": "yes"}},
        {"rows": [{"id": "a", "label": "b", "group": 1}]},
    ],
)
def test_a_specification_that_values_cannot_be_checked_against_is_left_out(path, change):
    assert is_spec(spec())
    assert not is_spec(spec(**change))
    lesson = read_specs(write(path, notebook(prompt_cell(spec(**change)))))
    assert lesson.specs == {}
    assert lesson.problems == [Said("notebook-question-unreadable")]


def test_a_question_of_another_lesson_is_left_out(path):
    assert read_specs(write(path, notebook(prompt_cell(spec(lesson="2-learning"))))).specs == {}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        '{"metadata":{"openpractice":{}},"cells":[]}',
        json.dumps({**notebook(), "cells": [1]}),
        json.dumps({**notebook(), "cells": {}}),
        json.dumps(notebook(lesson="../../x")),
        " " * (5 * 1024 * 1024 + 1),
    ],
)
def test_what_is_not_a_lesson_is_refused_with_a_sentence(path, content):
    with pytest.raises(BadNotebook) as refused:
        read_specs(write(path, content))
    assert str(refused.value).endswith(".")


def test_a_link_a_folder_and_nothing_are_refused(path, tmp_path):
    real = write(tmp_path / "real.ipynb", notebook())
    path.symlink_to(real)
    for odd in (path, tmp_path, tmp_path / "missing.ipynb"):
        with pytest.raises(BadNotebook):
            read_specs(odd)
    assert read_specs(real).id == "1-purpose"


def test_a_wording_is_answered_by_its_own_specification():
    first, second = spec("opening-yes"), spec("opening-not", answer_with="opening-yes")
    specs = {"opening-yes": first, "opening-not": second, "opening-else": spec("opening-else")}
    assert spec_for({"wording": "opening-not"}, "opening-yes", specs) is second
    assert spec_for({"wording": "opening-else"}, "opening-yes", specs) is first
    assert spec_for({"wording": ["x"]}, "opening-yes", specs) is first
    assert spec_for({}, "opening-unknown", specs) == {}
