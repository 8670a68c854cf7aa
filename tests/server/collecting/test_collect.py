"""Collecting: who is taken, who is left aside and why, and what is looked at."""

import json
import os
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from handins import LESSON, TRACE, answer_row, hand_in, response, responses_json, rows, told
from neighbours import GOOD, why
from openpractice.intake import inbox
from openpractice.intake.collect import collect
from openpractice.intake.inbox import STAMP


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
