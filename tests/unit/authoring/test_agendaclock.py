"""The clock of an agenda: what is counted, at which pace, and how it is printed."""

import pytest

from authoring import LESSON
from openpractice.authoring.checking.agendaclock import clock_lines, needs, prompt_need
from openpractice.authoring.format.lesson import read_lesson


def lesson_of(text):
    return read_lesson(text, "7-listening.md")[0]


def with_prompt(options, body="Two words."):
    """The starter lesson with one more prompt; its need in minutes."""
    block = f"\n:::{{prompt}} One\n:id: listening-one\n:visibility: facilitators\n{options}\n\n{body}\n\n:::\n"
    lesson = lesson_of(LESSON + block)
    return prompt_need(next(each for each in lesson.prompts if each.id == "listening-one"), lesson)


def test_an_agenda_line_may_name_what_falls_into_it():
    lesson = lesson_of(LESSON.replace("- 5 | Welcome", "- 5 | Welcome | all of us | sign-in, vignette"))
    assert [(step.what, step.names) for step in lesson.agenda][:2] == [
        ("Welcome | all of us", ("sign-in", "vignette")),
        ("Read: How a lesson is written", ()),
    ]
    untouched = lesson_of(LESSON.replace("- 5 | Welcome", "- 5 | Welcome | Coffee"))
    assert untouched.agenda[0].what == "Welcome | Coffee"


def test_twenty_words_are_written_and_a_hundred_and_fifty_read_in_a_minute():
    asked = 3 / 150  # title and question
    assert with_prompt(":kind: long_text\n:max-words: 180") == pytest.approx(9 + asked)
    assert with_prompt(":kind: long_text\n:max-words: 180", "Two words. " * 75) == pytest.approx(9 + 151 / 150)


@pytest.mark.parametrize(
    ("options", "least", "most"),
    [
        (":kind: evidence_table\n:rows: 2\n:columns: a = A | b = B (long)", 1.7, 1.8),  # 2 x (5 + 12) words
        (":kind: evidence_table\n:row-labels: x = X | y = Y | z = Z\n:columns: b = B (long)", 1.8, 1.9),
        (":kind: peer_critique\n:of: colleagues\n:count: 2", 6.8, 6.9),  # two works of 150 words, 8 fields
        (":kind: multi_choice\n:choices: a = A | b = B", 0.19, 0.22),  # 5 seconds each
        (":kind: multi_choice\n:choices: a = A | b = B\n:comment: Why", 0.69, 0.72),
        (":kind: expertise_map\n:nodes: 3-11", 3.5, 3.6),
    ],
)
def test_tables_critiques_and_choices_take_what_they_take(options, least, most):
    assert least <= with_prompt(options) <= most


def test_a_strong_answer_says_how_long_a_table_gets():
    table = ":kind: evidence_table\n:criteria: E\n:columns: a = A"
    before = with_prompt(table)
    exemplar = "\n:::{exemplar} listening-one\n:level: E3\n\n" + "word " * 100 + "\n\n:::\n"
    block = f"\n:::{{prompt}} One\n:id: listening-one\n:visibility: facilitators\n{table}\n\nTwo words.\n\n:::\n"
    lesson = lesson_of(LESSON + block + exemplar)
    assert before < 1 < 5 < prompt_need(lesson.prompts[-1], lesson) < 5.1


def test_of_two_wordings_the_longer_counts_once():
    one = ":::{prompt} One\n:id: listening-one\n:kind: long_text\n:visibility: facilitators\n:max-words: 20\n\nA.\n\n:::\n"
    two = one.replace("listening-one", "listening-two").replace(
        ":max-words: 20", ":max-words: 60\n:answer-with: listening-one"
    )
    lesson = lesson_of(LESSON + "\n" + one + "\n" + two)
    assert prompt_need(lesson.prompts[-2], lesson) == pytest.approx(3 + 2 / 150)


def test_the_clock_prints_minutes_given_and_needed_and_marks_what_cannot_be_done():
    text = LESSON.replace("- 5 | Welcome", "- 3 | Welcome | sign-in").replace("- 10 | The scene", "- 12 | The scene")
    lines = list(clock_lines([lesson_of(text)]))
    assert lines[0] == "7-listening: 45 minutes, 4.0 of reading and writing"
    assert lines[1] == "  !   3    4.0  Welcome"
    assert lines[2] == "     10    0.0  Read: How a lesson is written"
    assert [need.fits for need in needs(lesson_of(text))] == [False, True, True, True, True]
