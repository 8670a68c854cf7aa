"""Two collects at once, a gradebook in use, an end at any step, and what collecting costs."""

import errno
import fcntl
import shutil
import sqlite3
import threading
from contextlib import suppress

import pytest

from ends import STEPS
from handins import (
    LESSON,
    TRACE,
    answer_row,
    course_folder,
    folder,
    grade_of,
    hand_in,
    mark,
    released_once,
    response,
    rows,
)
from neighbours import GOOD, copied_cells, raw, state
from openpractice.gradebook.coursefolder import GradingError
from openpractice.intake import judging, received
from openpractice.intake.collect import collect
from steps import grows_no_faster
from trust import shown


def test_whoever_finds_the_course_held_waits_and_is_told_after_a_while(folder, monkeypatch):
    hand_in(folder, "ana", GOOD)
    monkeypatch.setattr("openpractice.gradebook.coursefolder.WAIT", 0.2)
    with open(folder.root / ".openpractice.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(GradingError, match="Somebody else is collecting"):
            collect(folder, LESSON)
    assert state(folder, "ana") is None
    assert collect(folder, LESSON).new == ("ana",)


def test_three_collects_at_once_take_everybody_once(folder):
    people = [f"person-{number}" for number in range(12)]
    for person in people:
        hand_in(folder, person, GOOD)
    done, threads = [], []
    for _ in range(3):
        threads.append(threading.Thread(target=lambda: done.append(collect(folder, LESSON))))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert sorted(person for each in done for person in each.new) == sorted(people)
    assert all(set(each.new) | set(each.unchanged) == set(people) for each in done)
    assert rows(folder, "SELECT count(*) FROM op_response WHERE prompt = 'purpose-trace'") == [(12,)]
    assert all((folder.step("autograded", person, LESSON) / f"{LESSON}.ipynb").exists() for person in people)


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_gradebook_in_use_is_said_and_nobody_is_told_before_it_is_true(folder, monkeypatch, when):
    from openpractice.intake import ingest

    hand_in(folder, "ana", GOOD)
    monkeypatch.setattr("openpractice.gradebook.gradebook.PATIENCE", 0.2)
    with sqlite3.connect(folder.root / "gradebook.db", isolation_level=None, check_same_thread=False) as other:
        if when == "before":
            other.execute("BEGIN EXCLUSIVE")
        else:
            write = ingest.write_reviewers_copy
            lock = lambda *parts: write(*parts) or other.execute("BEGIN IMMEDIATE")
            monkeypatch.setattr(ingest, "write_reviewers_copy", lock)
        with pytest.raises(GradingError, match="in use by another program"):
            collect(folder, LESSON)
        assert state(folder, "ana") != "collected"
        other.execute("ROLLBACK")
    monkeypatch.undo()
    assert collect(folder, LESSON).new == ("ana",)
    assert state(folder, "ana") == "collected" and grade_of(folder, "ana", "purpose-trace") == (None, None, 1)


def full_from(monkeypatch, number):
    """From the step of this number on, the disk is full at every step."""
    count = 0

    def guard(really):
        def step(*parts, **more):
            nonlocal count
            count += 1
            if count >= number:
                raise OSError(errno.ENOSPC, "No space left on device")
            return really(*parts, **more)

        return step

    for place, name in STEPS:
        monkeypatch.setattr(place, name, guard(getattr(place, name)))
    return lambda: count


def test_after_a_full_disk_at_any_step_the_next_collect_finishes(released_once, tmp_path, monkeypatch):
    better = {"purpose-trace": response(TRACE, {"text": "Better."}, rev=2)}
    number = 1
    while True:
        place = tmp_path / str(number)
        shutil.copytree(released_once.data, place)
        folder = course_folder(place)
        hand_in(folder, "ana", GOOD, handin="1" * 32)
        collect(folder, LESSON)
        mark(folder, "ana", "purpose-trace", 5, "Kept.")
        for person in ("ana", "bo"):
            hand_in(folder, person, better, handin="2" * 32)
        with monkeypatch.context() as patch:
            taken = full_from(patch, number)
            with suppress(GradingError):
                collect(folder, LESSON)
            ended = taken() >= number
        told = {person for person in ("ana", "bo") if state(folder, person) == "collected"}
        true = {who for (who,) in rows(folder, "SELECT DISTINCT participant FROM op_response WHERE latest")}
        assert told <= true
        collect(folder, LESSON)
        for person in ("ana", "bo"):
            assert answer_row(folder, person, "purpose-trace")["text"] == "Better."
            assert state(folder, person) == "collected"
            assert (folder.step("autograded", person, LESSON) / f"{LESSON}.ipynb").exists()
        assert grade_of(folder, "ana", "purpose-trace") == (None, 5.0, 1)
        assert rows(folder, "SELECT participant, count(*) FROM op_response GROUP BY 1 ORDER BY 1") == [
            ("ana", 6),
            ("bo", 3),
        ]
        shutil.rmtree(place)
        if not ended:
            break
        number += 3
    assert number > 20
    shown(
        "After a full disk at any step, the next collect finishes; nothing is doubled, no score is lost.",
        "the disk is full from every third step on, in turn, and collect is done again",
        f"{number // 3} full disks",
    )


# -- what it costs ------------------------------------------------------------------------------

SIZES = {
    "unknown": lambda n: {f"{i:x}": 0 for i in range(n)},
    "rows": lambda n: {"purpose-evidence": {"value": {"rows": [{"a": "x"}] * n}, "text": "x", "sha256": ""}},
    "keys": lambda n: {"purpose-trace": {"value": {f"{i:x}": 0 for i in range(n)}, "text": "x"}},
    "text": lambda n: {"purpose-trace": {"value": {"text": "word\x0b" * n}, "text": "x"}},
}


@pytest.mark.parametrize("size", SIZES)
def test_judging_costs_no_more_than_the_file_is_long(folder, size):
    from openpractice.gradebook.releasing.released import read_release

    release = read_release(folder, LESSON)

    def judge(sent):
        found = received.read(sent, None, release, folder.id, "mal")
        found.file.judged_file(judging.judge(release, found)[0])

    assert grows_no_faster(lambda n: raw("mal", SIZES[size](n)), judge, 300)


def test_reading_typed_cells_costs_no_more_than_the_copy_is_long(folder):
    from openpractice.gradebook.releasing.released import read_release

    release = read_release(folder, LESSON)
    read = lambda copy: received.typed_texts(copy, release, folder.id)
    assert grows_no_faster(lambda n: copied_cells(folder, n), read, 300)
