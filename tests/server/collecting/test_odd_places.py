"""Wherever one hand-in lies and whenever it came, the others are collected."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from handins import LESSON, TRACE, answer_row, folder, hand_in, mark, released_once, response, rows
from neighbours import GOOD, among_others, said, why
from openpractice.feedback.feedback import give_feedback
from openpractice.intake import judging, received
from openpractice.intake.collect import collect
from openpractice.intake.gather import MOST_TRIES
from openpractice.intake.inbox import STAMP


def test_thousands_of_other_things_in_the_inbound_folder_keep_nobody_out(folder):
    folder.inbound.mkdir(exist_ok=True)
    for number in range(2001):
        (folder.inbound / f"Thing {number}").touch()
        if number % 2:
            (folder.inbound / f"a-folder-{number}").mkdir()
    done = among_others(folder, answers=GOOD)
    assert done.new == ("ana", "mal", "zoe")
    assert len(said(done)) < 40
    assert "1,981 more things here are no participant's." in "".join(said(done))
    assert "and 800 more" in said(done)[-1]


def test_more_folders_than_any_course_has_are_counted(folder, monkeypatch):
    monkeypatch.setattr("openpractice.intake.inbox.MOST_FOLDERS", 4)
    folder.inbound.mkdir(exist_ok=True)
    for name in ("Zz", "Zy", "Zx"):
        (folder.inbound / name).mkdir()
    done = among_others(folder, answers=GOOD)
    assert any("2 more folders of hand-ins were not looked at" in each for each in said(done))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: _file(folder.feedback / "mal"),
        lambda folder: (folder.feedback / "mal" / f"{LESSON}.status.json").mkdir(parents=True),
        lambda folder: _file(folder.root / "submitted" / "mal"),
        lambda folder: _file(folder.root / "autograded" / "mal"),
        lambda folder: _file(folder.root / "autograded" / "mal" / f".{LESSON}.new"),
        lambda folder: _file(folder.root / "submitted" / "mal" / f".{LESSON}.new"),
        lambda folder: os.symlink("/proc/1", _parent(folder.root / "autograded" / "mal")),
    ],
    ids=["feedback", "status", "submitted", "autograded", "new-graded", "new", "link"],
)
def test_a_place_of_one_person_that_cannot_be_used_is_named_and_the_rest_goes_on(folder, spoil):
    spoil(folder)
    done = among_others(folder, answers=GOOD)
    assert "mal" not in done.new and why(done, "mal")
    assert str(folder.data) not in "".join(said(done))
    give_feedback(folder, LESSON)


def test_feedback_that_one_person_cannot_get_reaches_the_others(folder):
    among_others(folder, answers={})
    for person in ("ana", "zoe"):
        mark(folder, person, "purpose-trace", 1, "Read.")
    rows(folder, "UPDATE grade SET needs_manual_grade = 0")
    shutil.rmtree(folder.feedback / "ana")
    _file(folder.feedback / "ana")
    done = give_feedback(folder, LESSON)
    assert set(done.new) == {"mal", "zoe"}
    assert any(each.startswith("Left aside, ana:") for each in said(done))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else to try it")
@pytest.mark.parametrize("step", ["submitted", "autograded", "feedback"])
def test_a_folder_that_may_not_be_entered_is_named_and_the_rest_goes_on(folder, step):
    hand_in(folder, "zoe", GOOD)
    collect(folder, LESSON)  # root's own Python may be closed to nobody: what collecting loads is loaded now
    closed = folder.feedback / "mal" if step == "feedback" else folder.root / step / "mal"
    closed.mkdir(parents=True)
    for name in ("ana", "mal"):
        hand_in(folder, name, GOOD)
    _give_to_nobody(folder)
    closed.chmod(0)
    lines = _as_nobody(lambda: said(collect(folder, LESSON)))
    assert any(each.startswith("Collected Session 1 from 1 person: ana") for each in lines), lines
    assert any(each.startswith("Left aside, mal:") for each in lines), lines


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else to try it")
def test_a_file_that_may_not_be_read_is_left_aside_and_the_rest_goes_on(folder):
    hand_in(folder, "zoe", GOOD)
    collect(folder, LESSON)
    hand_in(folder, "ana", GOOD)
    place = hand_in(folder, "mal", GOOD)
    _give_to_nobody(folder)
    (place / "responses.json").chmod(0)
    lines = _as_nobody(lambda: said(collect(folder, LESSON)))
    assert any(each.startswith("Collected Session 1 from 1 person: ana") for each in lines), lines
    assert any(each.startswith("Left aside, mal:") and "cannot be read" in each for each in lines), lines


@pytest.mark.parametrize("late_link", [False, True], ids=["before", "after"])
def test_a_hard_link_to_somebodys_hand_in_harms_only_who_linked(folder, late_link):
    place = hand_in(folder, "ana", GOOD, typed={"purpose-line": "typed"})
    if late_link:
        collect(folder, LESSON)
    for name in ("responses.json", f"{LESSON}.ipynb"):
        other = hand_in(folder, "mal", answers=None, copy="", secret=False)
        os.link(place / name, other / name)
    hand_in(folder, "zoe", GOOD)
    done = collect(folder, LESSON)
    assert not why(done, "ana") and not why(done, "zoe") and len(why(done, "mal")) == 2
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "A good answer."
    assert rows(folder, "SELECT 1 FROM op_response WHERE participant = 'mal'") == []


def test_only_some_of_many_unreadable_hand_ins_are_tried(folder, monkeypatch):
    tried = []
    really = received.read_responses
    monkeypatch.setattr(received, "read_responses", lambda *parts: tried.append(1) or really(*parts))
    for _ in range(30):
        place = hand_in(folder, "mal", answers=None, copy="")
        with open(place / "responses.json", "wb") as file:
            file.truncate(31 * 1024 * 1024)
    done = among_others(folder, "bo", answers=GOOD)
    assert len(tried) == MOST_TRIES + 3
    assert len(why(done, "mal")) == MOST_TRIES + 1 and "1 more of their hand-ins" in why(done, "mal")[-1]
    assert "25 earlier ones were not tried" not in why(done, "mal")


def test_one_byte_too_many_is_said_in_bytes(folder):
    from openpractice.border import HAND_IN

    place = hand_in(folder, "mal", answers=None, copy="")
    with open(place / "responses.json", "wb") as file:
        file.truncate(HAND_IN.most_bytes + 1)
    assert "33,554,433 bytes, the most is 33,554,432 bytes" in why(collect(folder, LESSON), "mal")[0]


# -- when it came -------------------------------------------------------------------------------


@pytest.mark.parametrize("stamp", ["9999-12-31 23:59:59.999999 UTC", "hour", "0001-01-01 00:00:00.000000 UTC"])
@pytest.mark.parametrize("at_once", [False, True])
def test_our_own_order_of_arrival_decides_and_the_stamp_is_only_shown(folder, stamp, at_once):
    if stamp == "hour":
        stamp = (datetime.now(UTC) + timedelta(hours=1)).strftime(STAMP)
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "first"})}, name=f"mal+{LESSON}+{stamp}+r")
    if not at_once:
        assert collect(folder, LESSON).new == ("mal",)
        assert collect(folder, LESSON).new == ()
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "second"})})
    assert collect(folder, LESSON).new == ("mal",)
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "second"
    for _ in range(2):
        assert collect(folder, LESSON).new == ()
    kept = (folder.step("submitted", "mal", LESSON) / "timestamp.txt").read_text()
    assert abs(datetime.strptime(kept, STAMP).replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=5)


def test_the_order_survives_a_lost_or_broken_list_and_a_restored_exchange(folder):
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "first"})}, ago=timedelta(minutes=4))
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "second"})}, ago=timedelta(minutes=3))
    collect(folder, LESSON)
    again = folder.inbound.with_name("again")
    for place in sorted(
        (folder.inbound / "mal").iterdir(), reverse=True
    ):  # every change time is new, the first one's last
        shutil.copytree(place, again / "mal" / place.name)
    shutil.rmtree(folder.inbound)
    again.rename(folder.inbound)
    assert collect(folder, LESSON).new == ()
    numbers = folder.root / "arrivals" / "mal" / f"{LESSON}.json"
    for spoil in (lambda: numbers.write_bytes(b'{"next": "x"}'), numbers.unlink):
        spoil()
        assert collect(folder, LESSON).new == ()
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "third"})})
    assert collect(folder, LESSON).new == ("mal",)
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "third"


def _file(path, content=b""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _parent(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _give_to_nobody(folder):
    """All of a workshop, within reach of the user nobody."""
    for path in [folder.data, *folder.data.rglob("*")]:
        os.chown(path, 65534, 65534, follow_symlinks=False)
    for top in (folder.data, *folder.data.parents):  # some of them may be open, above one that is not
        if not os.stat(top).st_mode & 0o001:
            top.chmod(0o755)


def _as_nobody(work):
    """What `work()` returns, as JSON, done by a process of the user nobody."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            said = json.dumps(work())
        except BaseException as error:  # said by the test
            said = json.dumps([repr(error)])
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said)
