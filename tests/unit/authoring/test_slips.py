"""Slips that fooled people: each is named once, with what to type, or read as what it looks like."""

import json

import pytest

from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making.spec import prompt_spec
from openpractice.authoring.starter import start_course
from openpractice.review.calibrating.anchorfiles import check_anchors

LESSON, TITLE = "1-seeing.md", 'title: "Seeing before judging"'


@pytest.fixture
def own(tmp_path):
    start_course(tmp_path / "own")
    return tmp_path / "own"


def problems(course, file, old, new):
    path = course / "lessons" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return check_folder(read_folder(course / "lessons"))


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "hint"),
    [
        (LESSON, "  graphs = Bring", "\tgraphs = Bring", "tab", "two spaces, not a tab"),
        ("course.yml", "  - 2-trying", "\t- 2-trying", "bad-course", "two spaces, not a tab"),
        ("rubric.yml", "    name: Seen", "\tname: Seen", "bad-rubric", "two spaces, not a tab"),
        (LESSON, ":id: seeing-seen", ":id: seeing-visión", "bad-id", "seeing-vision"),
        (LESSON, ":kind: single_choice", ":kind: single-choice", "unknown-kind", "':kind: single_choice'"),
        (LESSON, ":id: seeing-seen\n", "", "missing-option", ":id: purpose-trace"),
        ("course.yml", "lessons:", "lesons:", "bad-course", "'lessons:'"),
        (LESSON, ":::{prompt} Say", "\u200b:::{prompt} Say", "misfenced-block", ":::{prompt}"),
        (LESSON, "id: 1-seeing", "id: 1-seen", "lesson-id", "id: 1-seeing"),
        (LESSON, TITLE, "title: Seeing: before", "front-matter", '"Seeing: before"'),
        (LESSON, TITLE, "title: *all of us", "front-matter", "double quotes"),
        (LESSON, TITLE, "title: %20 of us", "front-matter", '"%20 of us"'),
        (LESSON, TITLE, "title: @home", "front-matter", '"@home"'),
        (LESSON, TITLE, "title: [Draft] Seeing", "front-matter", '"[Draft] Seeing"'),
        (LESSON, TITLE, "title: > Seeing", "front-matter", '"> Seeing"'),
        (LESSON, TITLE, "title: - Seeing", "front-matter", '"- Seeing"'),
        (LESSON, TITLE, 'title: "Seeing" before', "front-matter", "double quotes"),
        (LESSON, TITLE, 'title: "Seeing before', "front-matter", '"Seeing before"'),
        (LESSON, TITLE, "title:Seeing before", "front-matter", "title: Seeing before"),
        (LESSON, TITLE, "title\uff1aSeeing before", "front-matter", "title: Seeing before"),
        (LESSON, TITLE, f"{TITLE}\nobjectives:\n  - [Draft] See", "front-matter", '"[Draft] See"'),
        (LESSON, TITLE, f"{TITLE}\nobjectives:\n  - @home\n  - See", "front-matter", '"@home"'),
        (LESSON, TITLE, f"{TITLE}\nobjectives:\n  - See: hear: say", "front-matter", '"See: hear: say"'),
        (LESSON, TITLE, f"{TITLE}\nobjectives:\n  * See\n  * Say", "front-matter", "- See"),
        (LESSON, TITLE, f"{TITLE}\nobjectives:\n  - See\n  -", "lost-words", "take it out"),
        ("course.yml", "drafts: []", "drafts: []\nstrings:\n  - Words", "lost-words", "name: words"),
        ("course.yml", "drafts: []", "drafts: []\nminutes: 3", "bad-course", "it has: id, title"),
        ("course.yml", "at-start: alone", "at-start: alone #or all", "lost-words", "write a space behind it"),
        ("course.yml", "title: ", "title: *all\nfrom: ", "bad-course", '"*all"'),
        ("course.yml", "drafts: []", "drafts: []\n---\nx: y", "bad-course", "take that line out"),
        (LESSON, TITLE, 'title: "Seeing \\d"', "front-matter", "double quotes"),
        (LESSON, TITLE, f"{TITLE}\n{TITLE}", "front-matter", "keep one of them"),
        (LESSON, "minutes: 45", "minutes: 1:30", "bad-front", "example  minutes: 45"),
    ],
)
def test_a_slip_is_one_fault_with_what_to_type(own, file, old, new, code, hint):
    (problem,) = problems(own, file, old, new)
    assert (problem.code, hint in problem.hint) == (code, True), problem.text()
    assert "found " not in problem.text() and "expected " not in problem.text()  # in whose words it is said


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("---\nid", "----\nid", "begin the file with a line of '---'"),
        ("---\nid", "\u2014\nid", "begin the file with a line of '---'"),
        ("---\nid", "\n---\nid", "nothing above it"),
    ],
)
def test_settings_that_are_none_are_told_how_they_begin(own, old, new, hint):
    found = next(each for each in problems(own, LESSON, old, new) if each.code == "front-matter")
    assert hint in found.hint, found.text()


def test_a_title_is_one_line_however_yaml_lets_it_go_on(own):
    for new in ("title: Seeing\n\n  before", "title: |\n  Seeing\n  before", 'title: "Seeing\\u2028before"'):
        text = (own / "lessons" / LESSON).read_text("utf-8")
        (own / "lessons" / LESSON).write_text(text.replace(TITLE, new), "utf-8")
        assert read_folder(own / "lessons").lesson("1-seeing").title == "Seeing before"
        (own / "lessons" / LESSON).write_text(text, "utf-8")


def test_a_remark_behind_a_setting_of_two_words_is_one(own):
    assert problems(own, "course.yml", "drafts: []", "drafts: []\nreview:\n  exact: 60 %  # of them") == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LESSON, ":kind: long_text", ":kind:\u00a0long_text"),
        (LESSON, ":criteria: S W", ":criteria: S\u00a0W"),
        (LESSON, ":id: seeing-seen", ":id: seeing-\u200bseen"),
        (LESSON, ":kind: long_text", ":kind: long\u2060_text"),
        (LESSON, "id: 1-seeing", "id: 1-seeing\u200b"),
        ("course.yml", "  - 2-trying", "  - 2-trying\ufeff"),
        ("rubric.yml", "code: W", "code: W\u200b"),
        (LESSON, "- 5 | Welcome", "• 5 | Welcome"),
        (LESSON, "- `openpractice check`", "• `openpractice check`"),
    ],
)
def test_what_nobody_sees_parts_no_name_and_a_bullet_is_a_bullet(own, file, old, new):
    assert problems(own, file, old, new) == []


def test_words_keep_the_signs_that_scripts_need(own):
    assert problems(own, LESSON, "What changed", "می\u200cخواهم: what changed") == []
    prompt = read_folder(own / "lessons").lesson("1-seeing").prompts[0]
    assert "می\u200cخواهم" in prompt.body


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("prompt: seeing-seen", "prompt: seeing-sen", "no graded question"),
        ("prompt: seeing-seen", "prompt: seeing-first", "no graded question"),
        ("prompt: seeing-seen", "prompt: trying-step", "read for others"),
        ("family: long_text", "family: ledger", "of the family 'ledger'"),
        ("{S: 2, W: 2}", "{S: 3, W: 2}", "has the level S 3"),
        ("{S: 2, W: 2}", "{S: 2, E: 2}", "levels for E S"),
        ("    text: >-", "    rows: >-", "does not take"),
    ],
)
def test_an_anchor_that_fits_neither_rubric_nor_question_is_named_with_its_line(own, old, new, said):
    anchors = own / "anchors"
    for name in ("calibration.yml", "calibration-key.yml"):
        text = (anchors / name).read_text()
        if "{S: 2, E: 2}" in new and "reasons" in text:
            text = text.replace('W: "A reason, and', 'E: "A reason, and')
        (anchors / name).write_text(text.replace(old, new, 1))
    folder = read_folder(own / "lessons")
    specs = {
        prompt.id: json.loads(json.dumps(prompt_spec(prompt, lesson, folder.course, folder.rubric)))
        for lesson in folder.lessons
        for prompt in lesson.prompts
    }
    (problem,) = check_anchors(anchors, folder.rubric, specs)
    assert said in problem.text() and "calibration.yml:3" in problem.text()


def test_words_of_an_anchor_in_another_language_are_judged_like_the_first_ones(own):
    folder, anchors = read_folder(own / "lessons"), own / "anchors"
    specs = {
        prompt.id: prompt_spec(prompt, lesson, folder.course, folder.rubric)
        for lesson in folder.lessons
        for prompt in lesson.prompts
    }
    (anchors / "calibration.es.yml").write_text("- {id: good-teamwork, value: {text: Buen equipo.}}\n")
    assert check_anchors(anchors, folder.rubric, specs, ["es"]) == []
    (unlisted,) = check_anchors(anchors, folder.rubric, specs)
    assert "the course has no language 'es'" in unlisted.text() and "also-in" in unlisted.hint
    (anchors / "calibration.es.yml").write_text("\n- {id: good-teamwork, value: {text: [1]}}\n")
    (problem,) = check_anchors(anchors, folder.rubric, specs, ["es"])
    assert "calibration.es.yml:2" in problem.text() and "a value that the question does not take" in problem.text()
