"""The invented cohort and the lessons that it answers."""

import pytest

from openpractice.sample.cohort import kit_people, read_lessons
from openpractice.sample.people import read_people
from repo import DATA, REPO

NOTEBOOKS = REPO / "notebooks"
PEOPLE = (DATA / "cohort.txt").read_text().split()
LESSONS = read_lessons(NOTEBOOKS)
SPECS = {prompt: spec for lesson in LESSONS.values() for prompt, spec in lesson.specs.items()}
ASKED = [prompt for prompt, spec in SPECS.items() if not spec.get("answer_with")]

GOOD = """# Invented. Any likeness is chance.
id: ana
name: Ana
school: One
role: teacher
voice: solid
answers:
  purpose-trace: {text: "My hour is lunch duty."}
expected:
  purpose-trace: {levels: {R: 1, P: 0}, why: "One step."}
"""


@pytest.fixture(scope="module")
def cohort():
    people, problems = read_people(kit_people(), LESSONS.values())
    assert [problem.text() for problem in problems] == []
    return people
