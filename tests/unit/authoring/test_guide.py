"""The facilitator's guide: whole, safe, alone on its page, and printable."""

import re

import pytest

from authoring import LESSON, REPO, RUBRIC, write_folder
from kit_lessons import KIT_LESSONS
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making.guide import guide_html
from openpractice.authoring.prose import render
from question_texts import ALLOWED, lesson_text


def guide(tmp_path, lesson=LESSON):
    folder = read_folder(write_folder(tmp_path, lesson=lesson))
    return guide_html(folder.lessons[0], folder.course, folder.rubric)


@pytest.mark.parametrize("lesson", KIT_LESSONS.in_order(), ids=lambda lesson: lesson.id)
def test_a_guide_holds_every_prompt_note_and_strong_answer(lesson):
    page = guide_html(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric)
    for part in (*lesson.notes, *lesson.exemplars):
        assert render(part.body).strip() in page or render(part.body, 3).strip() in page
    for prompt in lesson.prompts:
        assert f'id="{prompt.id}"' in page
    assert page.count("★") == sum(prompt.lead_first for prompt in lesson.prompts)


def test_a_guide_shows_what_people_fill_in_and_choose_from():
    page = guide_html(KIT_LESSONS.lesson("4-expertise"), KIT_LESSONS.course, KIT_LESSONS.rubric)
    assert "Boxes: Role · What this role can see · What it cannot see" in page
    assert "Choices: Nearly every line runs to one person" in page


def test_a_question_from_right_to_left_is_drawn_so_and_what_the_course_says_of_it_is_not(tmp_path):
    page = guide(tmp_path, lesson_text({"right-to-left": ALLOWED["right-to-left"]}))
    asked = page[page.index('id="listening-q1"') :]
    question = re.search(r'<div dir="auto">(.*?)</div>', asked, re.S)[1]
    assert "من يتعلم" in question and "Why we ask" not in question
    assert re.search(r"</div>\s*<p><strong>Why we ask:</strong>", asked)


def test_a_guide_needs_nothing_from_elsewhere(tmp_path):
    page = guide(tmp_path)
    assert not re.search(r"(?:src|href)=|@import|url\(", page)
    assert "@media print" in page and '<html lang="en">' in page


def test_agenda_steps_show_when_they_start(tmp_path):
    rows = re.findall(r"<tr><td>([0-9:]+)</td><td>([0-9]+)</td>", guide(tmp_path))
    assert rows == [("0:00", "5"), ("0:05", "10"), ("0:15", "10"), ("0:25", "15"), ("0:40", "5")]


def test_cues_stand_below_their_step_with_the_time_by_the_clock(tmp_path):
    page = guide(tmp_path, LESSON.replace("- 5 | Welcome", "- 5 | Welcome\n  - 3 | Change over"))
    assert "<tr><td>0:03</td><td></td><td>Change over</td></tr>" in page


def test_words_of_a_lesson_stay_literal(tmp_path):
    page = guide(
        tmp_path,
        LESSON.replace("Criteria make", "<script>alert(1)</script> Criteria make")
        .replace("}} What you need", "}")
        .replace("graphs for a long", "graphs <img src=x> for a long"),
    )
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;" in page


def test_only_the_criteria_in_use_are_shown(tmp_path):
    page = guide(tmp_path)
    assert "E · Evidence" in page and "A · Action" not in page
    assert "A · Action" in guide(tmp_path, LESSON.replace(":criteria: E R", ":criteria: A"))
    assert "Action and support" in RUBRIC
