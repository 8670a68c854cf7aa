"""release, collect and feedback on the command line, as a facilitator types them."""

import json
import re
import shlex

import pytest
from click.testing import CliRunner

from handins import LESSON, TRACE, hand_in, lesson_notebook, response, responses_json, rows
from openpractice.cli import main

GOOD = {"purpose-trace": response(TRACE, {"text": "A good answer."})}


@pytest.fixture
def type_in(folder, monkeypatch):
    for name in ("OPENPRACTICE_EXCHANGE", "OPENPRACTICE_GRADEBOOK", "OPENPRACTICE_COURSE", "OPENPRACTICE_DATA"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, data=True):
        return CliRunner().invoke(main, [*words, *(["--data", str(folder.data)] if data else [])])

    return run


def test_the_whole_way_round(type_in, folder, tmp_path):
    built = tmp_path / "built.ipynb"
    built.write_bytes(lesson_notebook())
    assert "released already" in type_in("release", LESSON, "--notebook", str(built)).output
    assert "Nobody has handed in" in type_in("collect", LESSON).output
    hand_in(folder, "ana", GOOD)
    assert "Collected Session 1 from 1 person: ana." in type_in("collect", LESSON).output
    assert "Still to be read: ana." in type_in("feedback", LESSON).output
    rows(folder, "UPDATE grade SET needs_manual_grade = 0")
    done = type_in("feedback", LESSON, "--to", str(tmp_path / "out"))
    assert (done.exit_code, "to 1 person: ana" in done.output) == (0, True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"ana-{LESSON}.html"]


def test_a_fault_is_a_sentence_and_a_hint_without_a_traceback(type_in):
    done = type_in("collect", "9-nothing")
    assert done.exit_code == 1
    assert (
        "was not released yet" in done.output
        and "The sessions of this course are: 0-opening, 1-purpose," in done.output
    )
    assert "Traceback" not in done.output


@pytest.mark.parametrize("verb", ["release", "collect", "feedback"])
@pytest.mark.parametrize("named", ["lessons/2-learning.md", "2-learning.md", "2-lerning", "2-Learning"])
def test_a_session_that_there_is_not_is_told_by_one_that_there_is(type_in, verb, named):
    done = type_in(verb, named)
    assert (done.exit_code, "hint: Did you mean 2-learning?" in done.output) == (1, True), done.output


def test_a_folder_in_which_nothing_was_released_is_told_what_to_type(tmp_path):
    done = CliRunner().invoke(main, ["collect", "2-learning", "--data", str(tmp_path / "our data")])
    typed = shlex.split(re.search("openpractice (.*)", done.output)[1])
    assert typed == ["release", "2-learning", "--data", str(tmp_path / "our data")], done.output


def test_the_command_of_a_hint_works_as_it_is_typed(type_in, folder):
    done = type_in("collect", "2-learning")
    typed = re.search("hint: Type: openpractice (.*)", done.output)[1]
    assert CliRunner().invoke(main, shlex.split(typed)).exit_code == 0
    assert "Nobody has handed in" in type_in("collect", "2-learning").output


def test_without_a_data_folder_the_option_is_named(type_in):
    done = type_in("collect", LESSON, data=False)
    assert (done.exit_code, "--data DIR" in done.output) == (1, True)


def test_a_file_is_asked_for_its_person_and_taken_when_named(type_in, folder, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(responses_json("me", GOOD, name="Ana P\x1b[31m")))
    asked = type_in("collect", LESSON, "--from", str(path))
    assert asked.exit_code == 1
    assert "from Ana P" in asked.output and "A good answer." in asked.output and "\x1b" not in asked.output
    assert f"--from {path} --as ID" in asked.output
    named = type_in("collect", LESSON, "--from", str(path), "--as", "ana")
    assert (named.exit_code, "1 person: Ana P" in named.output, "\x1b" in named.output) == (0, True, False)


def test_files_and_names_must_be_as_many(type_in, tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{}")
    done = type_in("collect", LESSON, "--from", str(path), "--as", "ana", "--as", "bo")
    assert (done.exit_code, "1 files and 2 names" in done.output) == (2, True)
    assert type_in("collect", LESSON, "--from", str(path), "--as", "ana").exit_code == 1


@pytest.mark.parametrize("verb", ["release", "collect", "feedback"])
def test_help_has_an_example(type_in, verb):
    assert f"Example: openpractice {verb}" in type_in(verb, "--help", data=False).output
