"""Which course is started, where its data go, and that two editions never meet in one folder."""

import os
from pathlib import Path

import pytest

from authoring import write_folder
from openpractice.kit import FOLDER, SUPPLIED, CourseParts
from openpractice.launch.courseathand import CourseAtHand, course_at, data_of, say_course
from openpractice.launch.datafolder import CannotStart, course_of, open_folder
from starting import cannot_start


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch):
    for name in (FOLDER, "OPENPRACTICE_KIT", "OPENPRACTICE_COURSE"):
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)


def edition(path, name, at_start=""):
    course = f'id: {name}\ntitle: "Family engagement"\nlessons:\n  - 7-listening\n{at_start}'
    return write_folder(path / name, course=course).parent


def test_a_course_is_started_by_its_folder_or_from_within(tmp_path):
    folder = edition(tmp_path, "family-2026", "at-start: all\n")
    for named in (folder, folder / "lessons"):
        found = course_at(str(named))
        assert (found.parts.root, found.id, found.title) == (folder, "family-2026", "Family engagement")
        assert (found.at_start, found.lessons) == ("all", ("7-listening",))
    assert course_at(str(edition(tmp_path, "family-2027"))).at_start == "none", "nothing goes out unasked"


def test_a_folder_without_a_course_and_a_course_with_faults_are_said(tmp_path):
    with cannot_start(r"no course in .*\n.*openpractice new-course"):
        course_at(str(tmp_path))
    broken = write_folder(tmp_path, course="id: Family\nlessons:\n").parent
    with cannot_start(r"(?s)course.yml:1.*openpractice check --course"):
        course_at(str(broken))


def test_data_lie_beside_the_course_and_never_in_a_wheel(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    own = CourseAtHand(CourseParts(tmp_path / "own"), "own", "Own")
    assert data_of(own, None, False) == tmp_path / "own" / "data"
    assert data_of(own, None, True) == tmp_path / "own" / "data-sample"
    assert data_of(own, "elsewhere", False) == Path.cwd() / "elsewhere"
    wheel = CourseAtHand(CourseParts(SUPPLIED), "open-practice", "Open Practice")
    assert not data_of(wheel, None, False).is_relative_to(SUPPLIED)
    assert data_of(wheel, None, False) != data_of(wheel, None, True)


def test_two_editions_never_meet_in_one_data_folder(tmp_path):
    first, data = edition(tmp_path, "family-2026"), tmp_path / "data"
    os.close(open_folder(data, "family-2026", first).lock)
    with pytest.raises(CannotStart, match="'family-2026', and this one is 'family-2027'"):
        open_folder(data, "family-2027", edition(tmp_path, "family-2027"))
    os.close(open_folder(data, "family-2026", first).lock)
    os.close(open_folder(data).lock)
    assert course_of(data) == str(first), "a start that names no course forgets none"


def test_a_command_works_on_the_course_of_the_data_folder_unless_another_is_named(tmp_path):
    first, other, data = edition(tmp_path, "family-2026"), edition(tmp_path, "family-2027"), tmp_path / "data"
    os.close(open_folder(data, "family-2026", first).lock)
    say_course(None, data)
    assert (os.environ[FOLDER], os.environ["OPENPRACTICE_COURSE"]) == (str(first), "family-2026")
    say_course(str(other), data)
    assert (os.environ[FOLDER], os.environ["OPENPRACTICE_COURSE"]) == (str(other), "family-2027")
    with pytest.raises(CannotStart):
        say_course(str(tmp_path / "nowhere"), data)
