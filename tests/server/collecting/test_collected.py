"""What was collected: when it came, which answers are kept, and what is refused before anything is taken."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from handins import (
    LESSON,
    LINE,
    OWN,
    SEEN,
    TRACE,
    answer_row,
    comment_of,
    course_folder,
    grade_of,
    hand_in,
    mark,
    release_lesson,
    response,
    responses_json,
    reviewers_copy,
    rows,
    told,
    typed_notebook,
)
from neighbours import GOOD, why
from openpractice.gradebook.coursefolder import GradingError
from openpractice.intake.collect import collect, collect_files
from openpractice.intake.inbox import STAMP
from openpractice.kinds import registry


def test_a_missing_secret_is_made(folder):
    hand_in(folder, "ana", GOOD, secret=False)
    collect(folder, LESSON)
    assert len((folder.step("submitted", "ana", LESSON) / "submission_secret.txt").read_text()) == 128


def claimed_at(folder, stamp):
    name = f"ana+{LESSON}+{stamp.strftime(STAMP)}+r"
    hand_in(folder, "ana", GOOD, name=name)
    collect(folder, LESSON)
    kept = (folder.step("submitted", "ana", LESSON) / "timestamp.txt").read_text()
    return datetime.strptime(kept, STAMP).replace(tzinfo=UTC)


@pytest.mark.parametrize("days", [-30, 30], ids=["backdated", "future"])
def test_a_time_that_the_file_system_did_not_see_is_not_believed(folder, days):
    now = datetime.now(UTC)
    assert abs(claimed_at(folder, now + timedelta(days=days)) - now) < timedelta(minutes=1)


def test_an_honest_time_is_kept_to_the_microsecond(folder):
    stamp = datetime.now(UTC) - timedelta(minutes=2)
    assert claimed_at(folder, stamp) == stamp


def test_late_is_shown_and_costs_nothing(folder):
    release_lesson(folder, due=datetime(2026, 1, 1, tzinfo=UTC))
    hand_in(folder, "ana", GOOD)
    collect(folder, LESSON)
    assert answer_row(folder, "ana", "purpose-trace")["late"] == 1
    assert "after the due time" in reviewers_copy(folder, "ana")["purpose-trace"]
    assert rows(folder, "SELECT late_submission_penalty FROM submitted_notebook") == [(None,)]


def test_an_answer_that_does_not_match_its_fingerprint_is_named_and_shown_as_such(folder):
    false = GOOD["purpose-trace"] | {"value": {"text": "Swapped."}, "text": "Swapped words."}
    hand_in(folder, "ana", {"purpose-trace": false})
    done = collect(folder, LESSON)
    row = answer_row(folder, "ana", "purpose-trace")
    assert (row["source"], row["text"]) == ("altered", "Swapped words.")
    assert any("purpose-trace does not match its fingerprint" in sentence for sentence in told(done))
    assert any("purpose-trace no coincide con su huella" in sentence.said("es") for sentence in done.sentences)
    assert "do not match the fingerprint" in reviewers_copy(folder, "ana")["purpose-trace"]


@pytest.mark.parametrize(
    "value",
    [None, [], {"text": 1e999}, {"text": "\ud800"}, {"text": "x" * 1_100_000}],
    ids=["nothing", "list", "infinite", "surrogate", "too-long"],
)
def test_a_value_that_is_none_does_not_stop_the_other_answers(folder, value):
    entry = {"kind": "long_text", "value": value, "text": "kept", "rev": 1, "at": "", "sha256": "0" * 64}
    raw = json.dumps(responses_json("ana", {"purpose-trace": entry, "purpose-line": response(LINE, {"text": "fine"})}))
    hand_in(folder, "ana", raw=raw.encode())
    done = collect(folder, LESSON)
    assert done.new == ("ana",)
    assert answer_row(folder, "ana", "purpose-trace")["source"] == "altered"
    assert answer_row(folder, "ana", "purpose-line")["source"] == "handin"


def test_private_and_unknown_answers_are_not_taken(folder):
    entry = response(OWN, {"text": "SECRET-WORDS"})
    hand_in(folder, "ana", GOOD | {"purpose-own": entry, "no-such": entry})
    done = collect(folder, LESSON)
    assert any("purpose-own is not for facilitators" in sentence for sentence in told(done))
    assert rows(folder, "SELECT prompt FROM op_response WHERE text LIKE '%SECRET%'") == []
    kept = [path for path in folder.root.rglob("*.json") if b"SECRET-WORDS" in path.read_bytes()]
    assert kept == []


def test_ungraded_answers_for_facilitators_are_kept(folder):
    hand_in(folder, "ana", {"purpose-seen": response(SEEN, {"text": "Read me."})})
    collect(folder, LESSON)
    assert answer_row(folder, "ana", "purpose-seen")["text"] == "Read me."


def test_text_typed_in_the_answer_cell_counts_where_nothing_else_was_answered(folder):
    hand_in(folder, "ana", None, typed={"purpose-trace": "Typed <b>here</b>."})
    collect(folder, LESSON)
    row = answer_row(folder, "ana", "purpose-trace")
    assert (row["source"], row["text"]) == ("cell", "Typed <b>here</b>.")
    assert row["sha256"] == registry.sha256({"text": "Typed <b>here</b>."})
    assert grade_of(folder, "ana", "purpose-trace") == (None, None, 1)


def test_where_both_exist_the_handed_in_answer_counts_and_the_other_stands_beside_it(folder):
    hand_in(folder, "ana", GOOD, typed={"purpose-trace": "Typed as well."})
    collect(folder, LESSON)
    row = answer_row(folder, "ana", "purpose-trace")
    assert (row["source"], row["text"], row["beside"]) == ("handin", "A good answer.", "Typed as well.")
    shown = reviewers_copy(folder, "ana")["purpose-trace"]
    assert shown.index("A good answer") < shown.index("not counted") < shown.index("Typed as well")


def test_a_copied_answer_cell_keeps_both_texts(folder):
    notebook = json.loads(typed_notebook(folder, {"purpose-line": "one"}))
    extra = next(dict(cell) for cell in notebook["cells"] if cell["id"] == "purpose-line") | {"source": ["two"]}
    hand_in(folder, "ana", None, copy=json.dumps(notebook | {"cells": [*notebook["cells"], extra]}).encode())
    collect(folder, LESSON)
    assert answer_row(folder, "ana", "purpose-line")["text"] == "one\n\ntwo"


def test_handing_in_again_keeps_scores_and_asks_for_a_reviewer_only_where_words_changed(folder):
    line = response(LINE, {"text": "Same line."})
    hand_in(folder, "ana", GOOD | {"purpose-line": line}, ago=timedelta(minutes=1))
    collect(folder, LESSON)
    mark(folder, "ana", "purpose-trace", 5, "A comment.")
    mark(folder, "ana", "purpose-line", 2, "Another.")
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "New words."}), "purpose-line": line})
    collect(folder, LESSON)
    assert grade_of(folder, "ana", "purpose-trace") == (None, 5.0, 1)
    assert grade_of(folder, "ana", "purpose-line") == (None, 2.0, 0)
    assert comment_of(folder, "ana", "purpose-trace") == (None, "A comment.")
    assert len(rows(folder, "SELECT DISTINCT handin FROM op_response")) == 2


def test_a_blank_answer_is_zero_with_a_word_and_needs_nobody(folder):
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": " \n"})})
    collect(folder, LESSON)
    assert grade_of(folder, "ana", "purpose-trace") == (0.0, None, 0)
    assert comment_of(folder, "ana", "purpose-trace") == ("No response.", None)


def test_the_gradebook_of_another_course_is_refused_before_anything_is_taken(folder):
    hand_in(folder, "ana", GOOD)
    rows_before = rows(folder, "UPDATE course SET id = 'another' WHERE id = 'open-practice' RETURNING id")
    assert rows_before
    with pytest.raises(GradingError, match="for another course: another"):
        collect(folder, LESSON)
    assert not (folder.root / "submitted").exists()


def test_a_lesson_of_another_course_is_refused(folder):
    rows(folder, "UPDATE assignment SET course_id = 'another'")
    with pytest.raises(GradingError, match="belongs to another course"):
        collect(folder, LESSON)


def test_a_gradebook_of_another_version_is_refused(folder):
    rows(folder, "UPDATE alembic_version SET version_num = 'b6d005d67074'")
    with pytest.raises(GradingError, match="a form that this version does not know"):
        collect(folder, LESSON)


def test_a_lesson_that_was_not_released_says_what_to_do(tmp_path):
    with pytest.raises(GradingError, match="not released yet") as caught:
        collect(course_folder(tmp_path), LESSON)
    assert caught.value.hint == f"Type: openpractice release {LESSON}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lesson", ["../up", "", "A", "a" * 64])
def test_a_lesson_that_is_no_id_is_refused(folder, lesson):
    with pytest.raises(GradingError, match="not the id of a lesson"):
        collect(folder, lesson)


def test_a_submission_from_elsewhere_is_named_and_keeps_nobody_out(folder):
    folder.step("submitted", "bo", LESSON).mkdir(parents=True)
    hand_in(folder, "ana", GOOD)
    done = collect(folder, LESSON)
    assert done.new == ("ana",)
    assert "not collected by the kit" in why(done, "bo")[0]


def file_of(tmp_path, person, answers=None, **other):
    path = tmp_path / f"{person}.json"
    path.write_text(json.dumps(responses_json(person, answers or GOOD, **other)))
    return path


def test_a_hand_in_file_is_bound_to_the_person_the_facilitator_names(folder, tmp_path):
    done = collect_files(folder, LESSON, {file_of(tmp_path, "me"): "ana"})
    assert done.new == ("ana",)
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "A good answer."
    assert grade_of(folder, "ana", "purpose-trace") == (None, None, 1)


def test_nothing_is_replaced_by_a_file_unasked(folder, tmp_path):
    hand_in(folder, "ana", GOOD)
    collect(folder, LESSON)
    file = file_of(tmp_path, "me", {"purpose-trace": response(TRACE, {"text": "From a file."})})
    done = collect_files(folder, LESSON, {file: "ana"})
    assert "Nothing was replaced" in why(done, "ana")[0]
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "A good answer."
    collect_files(folder, LESSON, {file: "ana"}, replace=True)
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "From a file."
    assert collect_files(folder, LESSON, {file: "ana"}).unchanged == ("ana",)


def test_bad_files_are_left_aside(folder, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("shopping")
    done = collect_files(folder, LESSON, {tmp_path / "none.json": "ana", notes: "bo", tmp_path: "cem"})
    assert [len(why(done, person)) for person in ("ana", "bo", "cem")] == [1, 1, 1]
    with pytest.raises(GradingError, match="not the id of a participant"):
        collect_files(folder, LESSON, {notes: "../etc"})
