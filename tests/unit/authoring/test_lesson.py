"""Reading lessons: exact lines, all faults at once, and never a traceback."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authoring import COURSE, LESSON, REPO, RUBRIC, problems_of, write_folder
from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.course import read_course
from openpractice.authoring.courses.lessonfolder import Folder, read_folder
from openpractice.authoring.courses.releasedprompts import read_released
from openpractice.authoring.courses.rubric import read_rubric
from openpractice.authoring.format.lesson import read_lesson
from openpractice.authoring.format.options import OPTIONS, field_name
from openpractice.authoring.making.guide import guide_html
from openpractice.authoring.making.notebook import notebook_text
from openpractice.authoring.preview import index_page, lesson_page
from openpractice.authoring.starter import lesson_template
from openpractice.kinds.registry import KINDS
from openpractice.problems import Problem, report
from openpractice.review.calibrating.anchorfiles import read_anchors
from tried import tried

THREE_SLIPS = """---
id: 7-listening
title: "A title"
minutes: 5
---

:::{objectives}

- See.

:::

:::{agenda}

- 5 | Talk

:::

:::{prompt} One
:id: listening-one
:kind: long_txt
:visibility: facilitators

Never closed.

:::{prompt} Two
:id: listening-two
:kind: long_text
:max-word: 30
:visibility: facilitators

:why: Too late.
Tell.

:::
"""


def test_all_problems_are_found_at_once_on_their_own_lines(tmp_path):
    found = problems_of(write_folder(tmp_path, lesson=THREE_SLIPS))
    places = {(problem.code, problem.line) for problem in found}
    assert places == {
        ("unclosed-block", 19),
        ("unknown-kind", 21),
        ("unknown-option", 29),
        ("late-option", 32),
    }


def test_the_nearest_name_is_offered(tmp_path):
    text = report(problems_of(write_folder(tmp_path, lesson=THREE_SLIPS)))
    assert "did you mean ':max-words:'?" in text
    assert "did you mean ':kind: long_text'?" in text
    assert "(allowed: short_text, long_text," in text


def test_a_report_names_path_line_code_and_hint():
    problem = Problem(
        "lessons/1.md", 12, "unknown-option", "'ids' is no option here", "did you mean ':id:'?", ("id", "kind")
    )
    assert report([problem]) == (
        "lessons/1.md:12: unknown-option: 'ids' is no option here (allowed: id, kind)\n  hint: did you mean ':id:'?"
    )
    ci = Problem("a,b.md", 1, "x", "50 %\nof it").ci_text()
    assert ci == "::error file=a%2Cb.md,line=1::x: 50 %25%0Aof it"


def test_values_stay_the_words_that_were_written():
    lesson, problems = read_lesson(LESSON.replace('"Listening to learners"', '"no: 03"'), "7-listening.md")
    assert (lesson.title, problems) == ("no: 03", [])


def test_lists_go_on_in_indented_lines_or_stand_on_one():
    lines = ":choices:\n  graphs = Bring work that went badly\n  worksheet = Read the worksheet together\n  visit = Visit each other's lessons"
    one = ":choices: graphs = Bring work that went badly | worksheet = Read the worksheet together | visit = Visit each other's lessons"
    assert lines in LESSON
    first, _ = read_lesson(LESSON, "a.md")
    second, _ = read_lesson(LESSON.replace(lines, one), "a.md")
    assert first.prompts[1].options == second.prompts[1].options
    assert [item.id for item in first.prompts[1].options["choices"]] == ["graphs", "worksheet", "visit"]


def test_groups_and_long_columns_are_read():
    text = LESSON.replace(
        ":kind: single_choice",
        ":kind: likert_matrix\n:points: p0 = No | na = Not mine\n:rows: P1 / p1a = One | b = Two: a/b = c",
    )
    text = text.replace(
        ":choices:\n  graphs = Bring work that went badly\n  worksheet = Read the worksheet together\n  visit = Visit each other's lessons\n",
        "",
    )
    lesson, problems = read_lesson(text, "a.md")
    rows = lesson.prompts[1].options["rows"]
    assert not problems
    assert [(row.group, row.id, row.label) for row in rows] == [("P1", "p1a", "One"), ("", "b", "Two: a/b = c")]


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_read_alike(ends):
    assert read_lesson(LESSON.replace("\n", ends), "a.md") == read_lesson("\ufeff" + LESSON, "a.md")


def test_a_slider_without_rows_has_one_row_called_value():
    text = LESSON.replace(":kind: short_text", ":kind: slider\n:from: 0\n:to: 10")
    lesson, problems = read_lesson(text, "a.md")
    (row,) = lesson.prompts[2].options["rows"]
    assert (row.id, row.label, problems) == ("value", "The facilitator goes first", [])


def test_every_kind_has_a_meaning_and_its_needed_options_are_its_own():
    assert all(kind.meaning.endswith(".") for kind in KINDS.values())
    assert all(set(kind.needs) <= set(kind.takes) for kind in KINDS.values())
    taken = {field for kind in KINDS.values() for field in kind.takes}
    assert taken <= {field_name(option) for option in OPTIONS}
    for option in OPTIONS:
        assert set(option.needed_by) <= set(option.kinds or KINDS)


def test_every_example_of_an_option_is_a_good_value():
    for option in OPTIONS:
        assert option.read([option.example]) is not None, option.name


@pytest.mark.parametrize("name", ["._7-listening.md", ".#7-listening.md", "~$listening.md", "._x.yml", "._fr.json"])
def test_what_macs_and_editors_lay_beside_a_file_is_passed_over(tmp_path, name):
    folder = write_folder(tmp_path)
    for place in (folder, folder / "text", tmp_path / "anchors"):
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(b"\0\5\26\7")
    assert problems_of(folder) == [] and read_anchors(tmp_path / "anchors") == ([], [])


def test_a_file_that_cannot_be_read_is_one_fault_and_not_those_that_hang_on_it(tmp_path):
    other = lesson_template("8-after", "After").replace(
        "\n:kind: long_text", "\n:kind: long_text\n:recall: listening-seen"
    )
    course = COURSE + "  - 8-after\n"
    folder = write_folder(tmp_path, lesson=LESSON.encode("utf-16"), course=course, **{"8__after_md": other})
    assert [each.code for each in problems_of(folder) if each.path.endswith("7-listening.md")] == ["unreadable"]
    assert not {each.code for each in problems_of(folder)} & {"unknown-reference", "agenda-unnamed"}


def test_the_committed_course_has_no_faults():
    assert report(check_folder(read_folder(REPO / "lessons"))) == ""


def test_the_rubric_has_four_criteria_of_four_levels():
    rubric, problems = read_rubric(RUBRIC, "rubric.yml")
    assert not problems
    assert tuple(item.code for item in rubric.criteria) == tuple("ERPA")
    assert all(len(item.levels) == 4 for item in rubric.criteria)


def test_a_line_of_released_txt_is_read_and_a_remark_passed_over():
    released, problems = read_released("# a remark\n\n1-purpose purpose-trace long_text R P # why\n", "released.txt")
    assert not problems
    assert (released[0].prompt, released[0].criteria, released[0].line) == ("purpose-trace", ("R", "P"), 3)


BITS = st.sampled_from(
    [
        ":::",
        ":::\n",
        "\n:::{prompt} A\n",
        ":::{",
        "::::{reading}\n",
        "---\n",
        "\n",
        "  ",
        ":id: ",
        ":kind: slider\n",
        ":rows: a = b\n",
        ":points: na = x | b = c\n",
        "```\n",
        "<!--",
        "<b>",
        "> ",
        "- ",
        "\t",
        "\x00",
        "\u2028",
        "\ud83d",
        "\u202e",
        "{",
        "}",
        "|",
        "=",
        "*",
        "&",
        "[a](",
        "![](",
        "title: [",
        "&a ",
        "*a",
        "{{",
        "%",
        "\r",
        "#### x\n",
        ":answer-with: listening-seen\n",
        ":branch-of: listening-choice\n",
        ":pick: 9\n",
        ":rows-from: listening-seen\n",
        "minutes: 10**9\n",
        ":criteria: Z Z\n",
        ":then: x\n",
        "\\",
        "$x$",
        "- 5 |",
        "'",
        '"',
        "!!python/object:os.system x",
    ]
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), BITS | st.text(max_size=5)), max_size=12)


def mutated(text: str, edits) -> str:
    for at, drop, put in edits:
        place = int(at * len(text))
        text = text[:place] + put + text[place + drop :]
    return text


@pytest.fixture(scope="module")
def frame():
    return read_course(COURSE, "course.yml")[0], read_rubric(RUBRIC, "rubric.yml")[0]


def spoil(frame, edits):
    """One spoilt lesson, read and shown in every way."""
    text = mutated(LESSON, edits)
    course, rubric = frame
    lesson, problems = read_lesson(text, "lessons/7-listening.md")
    folder = Folder(Path("lessons"), course, rubric, (lesson,), (), tuple(problems))
    found = check_folder(folder)
    assert all(0 < problem.line <= text.count("\n") + text.count("\r") + 2 for problem in found)
    assert lesson_page(folder, "7-listening", "x")
    assert index_page(folder, "x")
    report(found), report(found, ci=True)
    if not found:
        notebook_text(lesson, course, rubric)
        guide_html(lesson, course, rubric)


@tried(60)
@given(EDITS)
def test_no_lesson_however_spoilt_raises(frame, edits):
    spoil(frame, edits)


@pytest.mark.slow
@tried(1000)
@given(EDITS)
def test_none_of_a_thousand_spoilt_lessons_raises(frame, edits):
    spoil(frame, edits)


@settings(max_examples=60, deadline=None)
@given(EDITS)
def test_no_course_rubric_or_release_list_however_spoilt_raises(edits):
    for text, reader in ((COURSE, read_course), (RUBRIC, read_rubric), ("1-purpose a-b long_text R\n", read_released)):
        reader(mutated(text, edits), "x")


def test_deep_nesting_and_many_strays_end_in_problems(tmp_path):
    deep = LESSON.replace("principle: 0", "principle: " + "[" * 5000)
    assert any(problem.code == "front-matter" for problem in problems_of(write_folder(tmp_path, lesson=deep)))
    strays = LESSON + "\n:::\n" * 1000
    assert any(problem.code == "stray-fence" for problem in problems_of(write_folder(tmp_path, lesson=strays)))
    quotes = LESSON + "\n" + ">" * 3000 + " a\n\n" + "[" * 3000
    problems_of(write_folder(tmp_path, lesson=quotes))
