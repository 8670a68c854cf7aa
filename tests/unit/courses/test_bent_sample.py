"""The invented people in a course that a district bent: what it still asks is answered, and nothing else."""

import pytest

from openpractice.sample.cohort import read_lessons
from openpractice.sample.people import read_people
from repo import REPO

PEOPLE = REPO / "grading" / "sample" / "people"


@pytest.fixture(scope="module")
def lessons():
    return list(read_lessons(REPO / "notebooks").values())


def bend(lesson, gone="", **changed):
    specs = {
        key: {**spec, **changed.get(key.replace("-", "_"), {})} for key, spec in lesson.specs.items() if key != gone
    }
    return lesson._replace(specs=specs)


def test_two_questions_less_and_one_of_another_kind_leave_everybody_whole(lessons):
    whole, problems = read_people(PEOPLE, lessons)
    assert problems == []
    bent = [
        bend(lesson, "purpose-trace", learning_feedback={"kind": "ledger"})
        for lesson in lessons
        if lesson.id != "7-after"
    ]
    assert read_people(PEOPLE, bent)[1], "by the rule for the course that comes with the kit this is a fault"
    people, problems = read_people(PEOPLE, bent, bent=True)
    assert problems == [] and [each.id for each in people] == [each.id for each in whole]
    asked = {prompt for lesson in bent for prompt in lesson.specs}
    for before, after in zip(whole, people, strict=True):
        assert set(after.answers) <= set(before.answers) & asked and "purpose-trace" not in after.answers
        assert set(after.expected) <= set(after.answers)
        assert set(after.shares) <= set(after.answers)
    assert sum(len(each.answers) for each in people) > 0.7 * sum(len(each.answers) for each in whole)


def test_a_file_that_is_no_persons_is_still_a_fault(tmp_path, lessons):
    (tmp_path / "x.yml").write_text("# Invented.\nid: x\nname: 5\n")
    people, problems = read_people(tmp_path, lessons, bent=True)
    assert people == [] and problems
