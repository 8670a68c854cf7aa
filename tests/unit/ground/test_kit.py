"""Where the course is looked for."""

import sys

import pytest

from openpractice import kit
from openpractice.kit import CHECKOUT, FOLDER, SUPPLIED, built_notebooks, course_parts, is_course, named_course


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch):
    for name in (FOLDER, "OPENPRACTICE_KIT", "OPENPRACTICE_NOTEBOOKS"):
        monkeypatch.delenv(name, raising=False)


def make_course(folder):
    (folder / "lessons").mkdir(parents=True)
    (folder / "lessons" / "course.yml").write_text("id: x")
    return folder


def test_a_course_that_is_named_is_the_only_one(tmp_path, monkeypatch):
    make_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENPRACTICE_KIT", str(tmp_path / "kit"))
    assert named_course() == tmp_path / "kit"
    assert course_parts().lessons == tmp_path / "kit" / "lessons"
    monkeypatch.setenv(FOLDER, str(tmp_path / "own"))
    assert course_parts().root == tmp_path / "own", "a clone names its own course; who names another means it"


def test_without_a_name_the_working_folder_comes_before_the_checkout_and_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert named_course() is None
    assert course_parts().root == (CHECKOUT if is_course(CHECKOUT) else SUPPLIED)
    make_course(tmp_path)
    assert course_parts().root == tmp_path
    assert course_parts().anchors == tmp_path / "grading" / "anchors", "no part of another course's"
    (tmp_path / "anchors").mkdir()
    assert course_parts().anchors == tmp_path / "anchors"


def test_a_folder_of_lessons_without_a_course_is_none(tmp_path, monkeypatch):
    (tmp_path / "lessons").mkdir()
    monkeypatch.chdir(tmp_path)
    assert course_parts().root == (CHECKOUT if is_course(CHECKOUT) else SUPPLIED)


def test_built_lessons_are_found_by_id_and_nothing_else_is(tmp_path, monkeypatch):
    for name in ("1-purpose/1-purpose.ipynb", "1-purpose/copy.ipynb", "Not An Id/Not An Id.ipynb", "loose.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    monkeypatch.setenv("OPENPRACTICE_NOTEBOOKS", str(tmp_path))
    assert built_notebooks() == {"1-purpose": tmp_path / "1-purpose" / "1-purpose.ipynb"}


def test_an_environment_that_lies_in_a_clone_begins_with_the_clones_course(tmp_path, monkeypatch):
    monkeypatch.setattr(kit, "CHECKOUT", tmp_path / "site-packages")
    monkeypatch.setattr(kit, "SUPPLIED", tmp_path / "site-packages" / "openpractice" / "supplied")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "clone" / ".venv"))
    assert not is_course(kit.supplied_course().root)
    make_course(tmp_path / "clone")
    assert kit.supplied_course().root == tmp_path / "clone"
