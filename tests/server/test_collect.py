"""Collecting: who is taken, whose bad hand-in is left aside with which sentence."""

import json
import os
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

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
from openpractice.gradebook.coursefolder import GradingError
from openpractice.intake import inbox
from openpractice.intake.collect import collect, collect_files
from openpractice.intake.inbox import STAMP
from openpractice.kinds import registry

GOOD = {"purpose-trace": response(TRACE, {"text": "A good answer."})}


def why(done, person):
    return [str(left.why) for left in done.left_aside if left.participant == person]


def status(folder, person):
    return json.loads((folder.feedback / person / f"{LESSON}.status.json").read_bytes())


def test_nobody_handed_in_is_said_and_changes_nothing(folder):
    done = collect(folder, LESSON)
    assert told(done) == ("Nobody has handed in Session 1 yet. Nothing was changed.",)
    assert rows(folder, "SELECT * FROM submitted_assignment") == []


def test_who_has_not_handed_in_is_named(folder):
    hand_in(folder, "ana", GOOD)
    (folder.inbound / "bo").mkdir()
    (folder.data / "files" / "people" / "cem" / LESSON).mkdir(parents=True)
    (folder.data / "people" / f"course-{folder.id}").mkdir(parents=True)  # the course's own server, and nobody
    done = collect(folder, LESSON)
    assert (done.new, done.missing) == (("ana",), ("bo", "cem"))
    assert "Not handed in yet: bo, cem." in told(done)


def test_collecting_again_changes_nothing(folder):
    hand_in(folder, "ana", GOOD)
    collect(folder, LESSON)
    before = (folder.root / "gradebook.db").read_bytes()
    done = collect(folder, LESSON)
    assert (done.new, done.unchanged) == ((), ("ana",))
    assert (folder.root / "gradebook.db").read_bytes() == before
    assert status(folder, "ana")["state"] == "collected"


def test_the_newest_hand_in_counts(folder):
    hand_in(folder, "ana", GOOD, ago=timedelta(minutes=3))
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "Better."}, rev=2)})
    collect(folder, LESSON)
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "Better."


def test_a_withdrawn_hand_in_is_not_collected(folder):
    shutil.rmtree(hand_in(folder, "ana", GOOD))
    assert collect(folder, LESSON).new == ()


def bad_hand_ins(folder, tmp_path):
    """One person for each kind of bad hand-in, and the words that its sentence must hold."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "responses.json").write_text(json.dumps(responses_json("linked-folder", GOOD)))
    for person in ("linked-file", "linked-folder", "empty-folder", "fifo", "closed", "huge", "hard-linked"):
        (folder.inbound / person).mkdir()
    now = datetime.now(UTC).strftime(STAMP)

    os.symlink(elsewhere, folder.inbound / "linked-folder" / f"linked-folder+{LESSON}+{now}+r")
    yield "linked-folder", "is a link"
    place = hand_in(folder, "linked-file", None, raw=b"")
    os.symlink(elsewhere / "responses.json", place / "responses.json")
    yield "linked-file", "is a link"
    place = hand_in(folder, "hard-linked", None)
    os.link(elsewhere / "responses.json", place / "responses.json")
    yield "hard-linked", "under several names"
    (folder.inbound / "empty-folder" / f"empty-folder+{LESSON}+{now}+r").mkdir()
    yield "empty-folder", "It is empty"
    os.mkfifo(hand_in(folder, "fifo", None) / "responses.json")
    yield "fifo", "not an ordinary file"
    with open(hand_in(folder, "huge", None) / "responses.json", "wb") as file:
        file.truncate(200 * 1024 * 1024)
    yield "huge", "too large: 210 MB"
    with open(hand_in(folder, "huge-copy", copy="") / f"{LESSON}.ipynb", "wb") as file:
        file.truncate(200 * 1024 * 1024)
    yield "huge-copy", "too large: 210 MB"
    whole = json.dumps(responses_json("half-copied", GOOD)).encode()
    hand_in(folder, "half-copied", raw=whole[: len(whole) // 2])
    yield "half-copied", "not whole"
    hand_in(folder, "no-bytes", raw=b" ", copy="")
    yield "no-bytes", "responses.json is empty"
    hand_in(folder, "no-notebook", copy=b"PK\x03\x04 a picture")
    yield "no-notebook", "not whole, or not in its form"
    hand_in(folder, "a-list", copy=b"[]")
    yield "a-list", "not in its form"
    hand_in(folder, "no-cells", copy=b'{"nbformat": 4}')
    yield "no-cells", "not a notebook"
    hand_in(folder, "deep", raw=b'{"a":' * 100_000)
    yield "deep", "not whole"
    hand_in(folder, "digits", raw=b'{"a": ' + b"9" * 6000 + b"}")
    yield "digits", "out of range (a)"
    hand_in(folder, "bad-time", GOOD, name=f"bad-time+{LESSON}+yesterday+r")
    yield "bad-time", "time in its name"
    hand_in(folder, "no-plus", GOOD, name="something")
    yield "no-plus", "not that of a hand-in"
    hand_in(folder, "up", GOOD, name=f"up+{LESSON}+{now}+..")
    yield "up", "not that of a hand-in"
    hand_in(folder, "thief", GOOD, name=f"ana+{LESSON}+{now}+r")
    yield "thief", "another name"
    hand_in(folder, "mask", raw=json.dumps(responses_json("ana", GOOD)).encode())
    yield "mask", "another participant: ana"
    hand_in(folder, "other-course", raw=json.dumps(responses_json("other-course", GOOD, course="x")).encode())
    yield "other-course", "another course"
    hand_in(folder, "other-lesson", raw=json.dumps(responses_json("other-lesson", GOOD, "2-learning")).encode())
    yield "other-lesson", "another lesson"
    hand_in(folder, "newer-form", raw=json.dumps(responses_json("newer-form", GOOD, version=2)).encode())
    yield "newer-form", "does not know"
    hand_in(folder, "no-number", raw=json.dumps(responses_json("no-number", GOOD, handin="../x")).encode())
    yield "no-number", "no number"
    hand_in(folder, "no-answers", raw=json.dumps(responses_json("no-answers", [])).encode())
    yield "no-answers", "holds no answers"


def test_each_bad_hand_in_is_left_aside_and_everybody_else_is_collected(folder, tmp_path, monkeypatch):
    folder.inbound.mkdir(exist_ok=True)
    hand_in(folder, "ana", GOOD)
    expected = dict(bad_hand_ins(folder, tmp_path))
    hand_in(folder, "zoe", GOOD)
    really, read, looked = inbox.read_file, [], Counter()

    def counted(inside, name, *more, **how):
        looked[os.fstat(inside).st_ino, name] += 1
        found = really(inside, name, *more, **how)
        read.append(len(found[0]) if found else 0)
        return found

    monkeypatch.setattr(inbox, "read_file", counted)

    done = collect(folder, LESSON)

    assert done.new == ("ana", "zoe")
    for person, words in expected.items():
        assert [words in sentence for sentence in why(done, person)] == [True], (person, why(done, person))
        assert not folder.step("submitted", person, LESSON).exists()
        assert status(folder, person)["state"] == "not-readable"
    assert {left.participant for left in done.left_aside} == set(expected)
    # A bad one costs no more than a look: no file is read twice, and of what is too large nothing is read.
    assert set(looked.values()) == {1} and 0 < sum(read) < 2 * 1024 * 1024
    assert [row[0] for row in rows(folder, "SELECT student_id FROM submitted_assignment ORDER BY 1")] == ["ana", "zoe"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_closed_file_is_left_aside(folder):
    place = hand_in(folder, "closed", GOOD)
    os.chmod(place / "responses.json", 0)
    assert "cannot be read" in why(collect(folder, LESSON), "closed")[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_that_belongs_to_somebody_else_is_left_aside(folder):
    place = hand_in(folder, "ana", GOOD)
    os.chown(place / "responses.json", 12345, 12345)
    assert "belongs to somebody else" in why(collect(folder, LESSON), "ana")[0]


def test_things_that_are_no_participants_folder_are_named_safely(folder):
    folder.inbound.mkdir(exist_ok=True)
    now = datetime.now(UTC).strftime(STAMP)
    (folder.inbound / f"ana+{LESSON}+{now}+r").mkdir()
    (folder.inbound / "<img src=x>\x1b[31m").mkdir()
    os.symlink("/etc", folder.inbound / "linked")
    done = collect(folder, LESSON)
    assert len(done.left_aside) == 3
    assert all("\x1b" not in sentence for sentence in told(done))
    assert "is a link" in why(done, "linked")[0]


def test_what_is_still_being_written_is_not_looked_at(folder):
    (folder.inbound / "ana" / ".half").mkdir(parents=True)
    assert collect(folder, LESSON).left_aside == ()


def test_too_many_entries_leave_that_person_aside(folder, monkeypatch):
    monkeypatch.setattr("openpractice.intake.inbox.MOST_ENTRIES", 3)
    for _ in range(4):
        hand_in(folder, "flood", GOOD)
    hand_in(folder, "ana", GOOD)
    done = collect(folder, LESSON)
    assert done.new == ("ana",)
    assert "more than" in why(done, "flood")[0]


def test_a_bad_newest_hand_in_falls_back_to_the_last_good_one_and_says_so(folder):
    hand_in(folder, "ana", GOOD, ago=timedelta(minutes=2))
    hand_in(folder, "ana", raw=b"{")
    done = collect(folder, LESSON)
    assert done.new == ("ana",)
    assert "not whole" in why(done, "ana")[0]
    assert status(folder, "ana")["state"] == "collected"


def test_only_known_files_are_taken_and_the_notebook_is_the_released_one(folder):
    place = hand_in(folder, "ana", GOOD, typed={"purpose-line": "typed"})
    (place / "nbgrader_config.py").write_text("raise SystemExit")
    (place / "random.py").write_text("raise SystemExit")
    (place / "deeper").mkdir()
    collect(folder, LESSON)
    for step in ("submitted", "autograded"):
        names = {path.name for path in folder.step(step, "ana", LESSON).iterdir()}
        assert names == {
            f"{LESSON}.ipynb",
            "responses.json",
            "collected.json",
            "timestamp.txt",
            "submission_secret.txt",
        }
    copy = folder.step("submitted", "ana", LESSON) / f"{LESSON}.ipynb"
    assert copy.read_bytes() == folder.released(LESSON).read_bytes()


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
