"""Edited, not built: seen for every lesson, mended at once, and refused where the course has faults."""

import os

import pytest

from openpractice.authoring.making.upkeep import NOTHING_TO_DO, bring_up_to_date, notebook_at, upkeep
from openpractice.authoring.starter import start_course
from openpractice.kit import CourseParts


@pytest.fixture
def parts(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENPRACTICE_NOTEBOOKS", raising=False)
    start_course(tmp_path / "own")
    return CourseParts(tmp_path / "own")


def edit(parts, old="One step", new="One small step"):
    path = parts.lessons / "2-trying.md"
    path.write_text(path.read_text().replace(old, new))


def test_an_edited_lesson_is_seen_and_built_and_no_other(parts):
    assert upkeep(parts) == NOTHING_TO_DO
    before = notebook_at(parts, "1-seeing").read_bytes()
    edit(parts)
    assert upkeep(parts).edited == {"2-trying"}
    assert bring_up_to_date(parts) == NOTHING_TO_DO
    assert b"One small step" in notebook_at(parts, "2-trying").read_bytes()
    assert notebook_at(parts, "1-seeing").read_bytes() == before


def test_a_change_of_the_rubric_is_an_edit_of_every_lesson_read_by_it(parts):
    rubric = parts.lessons / "rubric.yml"
    rubric.write_text(rubric.read_text().replace("A simple reason, stated.", "A reason, stated."))
    assert upkeep(parts).edited == {"1-seeing"}, "only the first asks for W"


def test_with_faults_nothing_is_built_and_they_are_said(parts):
    edit(parts, ":kind: long_text", ":kind: long-text")
    found = bring_up_to_date(parts)
    assert found.edited == {"2-trying"} and any(problem.code == "unknown-kind" for problem in found.problems)
    assert b"One step" in notebook_at(parts, "2-trying").read_bytes()


def test_where_the_course_cannot_be_written_it_is_built_elsewhere(parts, tmp_path):
    edit(parts)
    blocked = notebook_at(parts, "2-trying")
    blocked.unlink()
    blocked.mkdir()  # what no right of root gets past
    with pytest.raises(OSError):
        bring_up_to_date(parts)
    assert bring_up_to_date(parts, tmp_path / "spare") == NOTHING_TO_DO
    assert b"One small step" in notebook_at(parts, "2-trying", tmp_path / "spare").read_bytes()


def test_what_was_edited_back_is_the_notebook_that_says_so_and_not_the_newer_file(parts, tmp_path):
    """Where the course cannot be written a correction was built in the spare place, and then it was taken back."""
    spare, own = tmp_path / "spare", notebook_at(parts, "2-trying")
    first = own.read_bytes()
    edit(parts)
    bring_up_to_date(parts)
    built = spare / "2-trying" / own.name
    built.parent.mkdir(parents=True)
    built.write_bytes(own.read_bytes())
    own.write_bytes(first)
    os.utime(own, ns=(0, 0))
    assert notebook_at(parts, "2-trying", spare) == built
    edit(parts, "One small step", "One step")
    assert upkeep(parts, spare).edited == frozenset()
    assert notebook_at(parts, "2-trying", spare) == own
