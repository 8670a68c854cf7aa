"""What is built is what both sides read: the specification reader and the kinds."""

import json

import pytest

from authoring import REPO
from kit_lessons import KIT_LESSONS
from openpractice.authoring.making.notebook import notebook_text
from openpractice.authoring.making.spec import prompt_spec
from openpractice.handins import specs
from openpractice.kinds import registry


@pytest.mark.parametrize("lesson", KIT_LESSONS.in_order(), ids=lambda lesson: lesson.id)
def test_every_built_specification_is_read_back_whole(tmp_path, lesson):
    path = tmp_path / f"{lesson.id}.ipynb"
    path.write_text(notebook_text(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric), encoding="utf-8")
    read = specs.read_specs(path)
    assert read.problems in ([], ())
    assert list(read.specs) == [prompt.id for prompt in lesson.prompts]
    for prompt in lesson.prompts:
        assert read.specs[prompt.id] == json.loads(
            json.dumps(prompt_spec(prompt, lesson, KIT_LESSONS.course, KIT_LESSONS.rubric))
        )
        assert registry.is_blank({}, read.specs[prompt.id])
        assert registry.clean({}, read.specs[prompt.id]) == {}
    assert not any(read.typed.values())


def test_the_course_adds_up_to_its_minutes_and_points():
    lessons = KIT_LESSONS.in_order()
    assert len(lessons) == 8
    assert sum(lesson.minutes for lesson in lessons) == 90 + 6 * 105 + 45
    points = [sum(map(KIT_LESSONS.rubric.points, lesson.prompts)) for lesson in lessons]
    assert points == [9, 12, 9, 12, 12, 12, 12, 0]
    assert sum(prompt.owns_answer for lesson in lessons for prompt in lesson.prompts) == 15
