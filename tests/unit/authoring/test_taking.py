"""Blocks taken from another course's lessons: as they stand there, with few changes, and named when missing."""

from authoring import COURSE, LESSON, problems_of, write_folder
from openpractice.authoring.courses.lessonfolder import read_folder

FRAME = """---
id: 7-listening
title: "An hour"
minutes: 45
principle: 0
---

:::{objectives}

- Listen.

:::

:::{agenda}

- 45 | All of it

:::

"""


def two_folders(tmp_path, body, course="from: ../other/lessons\n"):
    """A course whose lesson has `body`, and beside it the starter lesson to take from."""
    write_folder(tmp_path / "other")
    return write_folder(tmp_path, lesson=FRAME + body, course=COURSE + course, rubric=None)


def block(what, rest=""):
    return f":::{{take}} 7-listening/{what}\n{rest}\n:::\n\n"


ALL = block("reading") + block("vignette") + block("listening-seen") + block("listening-first")


def test_what_is_taken_is_what_stands_there_with_its_strong_answer_and_rubric(tmp_path):
    folder = two_folders(tmp_path, ALL)
    assert problems_of(folder) == []
    taken, given = read_folder(folder), read_folder(tmp_path / "other" / "lessons")
    ours, theirs = taken.lessons[0], given.lessons[0]
    assert [prompt.id for prompt in ours.prompts] == ["listening-seen", "listening-first"]
    mine, other = ours.prompts[0], theirs.prompts[0]
    assert (mine.body, mine.kind, mine.criteria, mine.options) == (
        other.body,
        other.kind,
        other.criteria,
        other.options,
    )
    assert [text.body for text in ours.texts if text.block == "reading"] == [
        text.body for text in theirs.texts if text.block == "reading"
    ]
    assert [each.prompt for each in ours.exemplars] == ["listening-seen"]
    assert taken.rubric == given.rubric


def test_minutes_who_sees_it_and_the_wording_may_differ_and_nothing_else(tmp_path):
    changed = ":title: Heard\n:minutes: 12\n:visibility: shared\n:why: Because.\n\nAnother question?\n"
    folder = two_folders(tmp_path, block("listening-seen", changed) + block("listening-first"))
    assert problems_of(folder) == []
    prompt = read_folder(folder).lessons[0].prompts[0]
    assert (prompt.minutes, prompt.visibility, prompt.why, prompt.body) == (12, "C", "Because.", "Another question?")
    assert (prompt.criteria, prompt.title) == (("E", "R"), "Heard")
    refused = two_folders(tmp_path / "b", block("listening-seen", ":kind: short_text\n") + block("listening-first"))
    assert "unknown-option" in {each.code for each in problems_of(refused)}


def test_what_is_not_there_is_named_with_the_nearest(tmp_path):
    cases = {"listening-sean": "7-listening/listening-seen", "readings": "7-listening/reading"}
    for number, (what, near) in enumerate(cases.items()):
        found = problems_of(two_folders(tmp_path / str(number), block(what) + block("listening-first")))
        (one,) = [each for each in found if each.code == "bad-take"]
        assert near in one.hint and one.path.endswith("7-listening.md") and one.line > 15


def test_without_a_folder_to_take_from_it_is_said(tmp_path):
    codes = {each.code for each in problems_of(two_folders(tmp_path, ALL, course="from: ../nowhere\n"))}
    assert {"missing-file", "bad-take"} <= codes
    itself = problems_of(two_folders(tmp_path / "b", ALL, course="from: .\n"))
    assert "missing-file" in {each.code for each in itself}


def test_two_folders_that_take_from_each_other_end(tmp_path):
    folder = two_folders(tmp_path, ALL)
    (tmp_path / "other" / "lessons" / "course.yml").write_text(COURSE + "from: ../../lessons\n")
    assert problems_of(folder) == []


def test_one_person_alone_needs_nobody_who_answers_first(tmp_path):
    alone = block("listening-seen") + block("listening-first", ":lead-first: no\n:visibility: only-me\n")
    group = {each.code for each in problems_of(two_folders(tmp_path, alone))}
    assert "missing-starred" in group
    assert problems_of(two_folders(tmp_path / "b", alone, course="from: ../other/lessons\ngroup: no\n")) == []
    assert "bad-course" in {
        each.code for each in problems_of(two_folders(tmp_path / "c", alone, course="group: perhaps\n"))
    }


def test_a_taken_prompt_recalls_only_what_this_course_asks(tmp_path):
    folder = two_folders(tmp_path, block("listening-seen") + block("listening-first"))
    other = tmp_path / "other" / "lessons" / "7-listening.md"
    recalling = LESSON.replace(":id: listening-first\n", ":id: listening-first\n:recall: listening-choice\n")
    other.write_text(recalling)
    assert read_folder(folder).lessons[0].prompts[1].recall == ()
    assert problems_of(folder) == []
