"""The other courses from the same lessons: whole by the same check, built, and asking the same questions."""

import pytest

from kit_lessons import KIT_LESSONS
from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making.build import built_notebooks, left_over, stale
from openpractice.authoring.making.guide import guide_html
from repo import REPO

WHOLE = {prompt.id: prompt for lesson in KIT_LESSONS.in_order() for prompt in lesson.prompts}
PATHS = sorted((REPO / "courses").iterdir())
FOLDERS = {path.name: read_folder(path / "lessons") for path in PATHS}

by_course = pytest.mark.parametrize("name", FOLDERS)


def prompts(folder):
    return [prompt for lesson in folder.in_order() for prompt in lesson.prompts]


def test_there_are_two_hours_in_two_languages_and_a_way_alone():
    assert set(FOLDERS) == {"alone", "taster", "taster-es"}
    for name in ("taster", "taster-es"):
        assert sum(lesson.minutes for lesson in FOLDERS[name].in_order()) == 120
    assert len({folder.course.id for folder in FOLDERS.values()} | {"open-practice"}) == 4


@by_course
def test_each_passes_the_check_and_its_notebooks_are_as_built(name):
    folder, out = FOLDERS[name], REPO / "courses" / name / "notebooks"
    assert [problem.text() for problem in check_folder(folder)] == []
    files = built_notebooks(folder, out)
    assert stale(files) == [] and left_over(files, out) == []


@by_course
def test_a_question_with_the_same_id_is_the_same_question(name):
    for prompt in prompts(FOLDERS[name]):
        other = WHOLE[prompt.id]
        assert (prompt.kind, prompt.criteria, prompt.answer_with) == (other.kind, other.criteria, other.answer_with)
        for option in ("choices", "columns", "rows", "points", "row_labels"):
            ids = [[item.id for item in each.options.get(option, ())] for each in (prompt, other)]
            assert ids[0] == ids[1], (prompt.id, option)


@by_course
def test_every_step_has_time_and_names_what_falls_into_it(name):
    for lesson in FOLDERS[name].in_order():
        assert any(step.names for step in lesson.agenda), lesson.id
        said = {prompt.id: prompt.minutes for prompt in lesson.prompts}
        for step in lesson.agenda:
            assert sum(said.get(name, 0) for name in step.names) <= step.minutes, (lesson.id, step.what)
        assert sum(step.minutes for step in lesson.agenda) == lesson.minutes


def test_one_person_alone_shares_with_nobody_and_is_never_counted():
    asked = prompts(FOLDERS["alone"])
    assert {prompt.visibility for prompt in asked} == {"P", "F"}
    assert not any(prompt.lead_first or (prompt.may_share and prompt.visibility == "F") for prompt in asked)
    whole = {prompt_id for prompt_id, prompt in WHOLE.items() if prompt.owns_answer}
    assert whole <= {prompt.id for prompt in asked}, "every scored question has a place on the way alone"
    for text in [text for prompt in asked for text in (prompt.title, prompt.body, prompt.why or "")]:
        assert "our facilitator" not in text.lower() and "the group" not in text.lower(), text


def test_the_spanish_course_is_spanish_all_through():
    folder = FOLDERS["taster-es"]
    assert folder.course.language == "es"
    assert [item.code for item in folder.rubric.criteria] == list("ERPA")
    assert folder.rubric.version == FOLDERS["taster"].rubric.version
    for step in range(3):
        for code in "ERPA":
            assert sum((c.criterion, c.from_level) == (code, step) for c in folder.rubric.comments) >= 2
    for lesson in folder.in_order():
        page = guide_html(lesson, folder.course, folder.rubric)
        assert '<html lang="es"' in page and "Guía para quien facilita" in page
        assert not [word for word in (" the ", " your ", " what you ", "Why we ask") if word in page]
    assert [prompt.id for prompt in prompts(folder)] == [prompt.id for prompt in prompts(FOLDERS["taster"])]
