"""Handing in again, taking back, and the folder that nbgrader reads."""

import json
import os

import pytest

from handing_in import LESSON, everything, folders, lesson, revs, room, say, send, sent
from lesson_cells import write
from openpractice.handins import exchange, handin, mayread, ownhandins
from openpractice.handins.handin import NotHandedIn


def say_status(room, **status):
    write(room.places.feedback / f"{LESSON}.status.json", status)


# Again, and back


def test_handing_in_again_replaces_and_is_newer(room, monkeypatch):
    say(room, "p-graded", "one")
    send(room)
    (old,) = folders(room)
    say(room, "p-graded", "two", 1)
    monkeypatch.setattr(ownhandins.time, "time_ns", lambda: 10**18)  # a clock that went back to 2001
    send(room)
    (new,) = folders(room)
    assert ownhandins.split_name(new)[2] > ownhandins.split_name(old)[2]
    assert sent(room)["responses"]["p-graded"]["text"] == "two"
    assert len(room.journal.receipts(LESSON)) == 2


class Killed(BaseException):
    """The process ends here."""


def killed_after_placing(room, monkeypatch):
    """Hands in, and the process ends before the receipt is noted; what is placed then."""

    def end(*_parts):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(type(room.journal), "mark_handed", end)
        with pytest.raises(Killed):
            send(room)
    return folders(room)[-1]


@pytest.mark.parametrize("before", [True, False], ids=["an earlier one", "none before"])
def test_what_was_placed_before_the_process_ended_is_what_the_page_shows(room, monkeypatch, before):
    say(room, "p-graded", "one")
    first = send(room)["handin"] if before else None
    say(room, "p-graded", "two", 1)
    placed = killed_after_placing(room, monkeypatch)
    stands = handin.standing(room.journal, LESSON, room.places)
    assert stands["state"] == "handed" and stands["handin"] not in (None, first)
    # What was there before it is gone, as if nothing had happened; asked again, nothing more is noted.
    assert folders(room) == [placed] and sent(room)["handin"] == stands["handin"]
    assert handin.standing(room.journal, LESSON, room.places) == stands
    receipts = room.journal.receipts(LESSON)
    assert len(receipts) == 1 + before and receipts[-1]["at"] == sent(room)["handed_in_at"]
    assert [each["rev"] for each in receipts[-1]["responses"] if each["id"] == "p-graded"] == [2]
    handin.withdraw(room.journal, LESSON, room.places)
    assert folders(room) == [] and handin.standing(room.journal, LESSON, room.places)["state"] == "open"


@pytest.mark.parametrize(
    "change",
    [
        lambda sent: sent["responses"]["p-graded"].update(value={"text": "never said"}),
        lambda sent: sent["responses"]["p-graded"].update(rev=9),
        lambda sent: sent["responses"].update(other=7),
        lambda sent: sent["responses"].clear(),
        lambda sent: sent.update(participant="ben"),
        lambda sent: sent.update(handin=None, responses=["x"]),
        lambda sent: sent.update(handin="short"),
        lambda sent: sent.update(handed_in_at={"x": 1}),
        lambda sent: sent.update(handed_in_at="soon"),
        lambda sent: sent.pop("format"),
    ],
)
def test_what_somebody_else_placed_is_no_hand_in_of_this_journal(room, monkeypatch, change):
    say(room, "p-graded", "one")
    first = send(room)["handin"]
    say(room, "p-graded", "two", 1)
    path = room.places.inbound / killed_after_placing(room, monkeypatch) / "responses.json"
    said = json.loads(path.read_bytes())
    change(said)
    path.write_text(json.dumps(said))
    assert handin.standing(room.journal, LESSON, room.places)["handin"] == first
    assert len(folders(room)) == 2 and len(room.journal.receipts(LESSON)) == 1


@pytest.mark.parametrize("words", [{"collected_at": "2026-11-23T15:00:00.000Z"}, {"state": "collected"}])
def test_what_was_collected_stays_and_can_be_followed_but_not_taken_back(room, words):
    say(room, "p-graded", "one")
    first = send(room)
    say_status(room, handin=first["handin"], **words)
    assert handin.standing(room.journal, LESSON, room.places)["state"] == "collected"
    with pytest.raises(NotHandedIn) as refused:
        handin.withdraw(room.journal, LESSON, room.places)
    assert refused.value.reason == "collected"
    assert len(folders(room)) == 1
    say(room, "p-graded", "two", 1)
    send(room)
    assert len(folders(room)) == 2
    handin.withdraw(room.journal, LESSON, room.places)
    assert len(folders(room)) == 1, "only the one that nobody has collected is taken back"


def test_what_was_read_is_changed_only_where_handing_in_again_is_allowed(room):
    say(room, "p-graded", "one")
    first = send(room)
    say_status(room, handin=first["handin"], read_at="2026-11-23T15:00:00.000Z")
    say(room, "p-graded", "two", 1)
    write(room.places.outbound / LESSON / "release.json", {"resubmission": 0})
    assert handin.standing(room.journal, LESSON, room.places)["can_change"] is False
    with pytest.raises(NotHandedIn) as refused:
        send(room)
    assert refused.value.reason == "read"
    write(room.places.outbound / LESSON / "release.json", {"resubmission": 1})
    assert send(room)


def test_withdrawing_takes_everything_back_until_it_is_collected(room):
    with pytest.raises(NotHandedIn) as refused:
        handin.withdraw(room.journal, LESSON, room.places)
    assert refused.value.reason == "not-in"
    say(room, "p-graded", "one")
    send(room)
    handin.withdraw(room.journal, LESSON, room.places)
    assert folders(room) == []
    assert handin.standing(room.journal, LESSON, room.places)["state"] == "open"
    assert room.journal.state("p-graded").value == {"text": "one"}


def test_only_our_own_hand_ins_of_this_lesson_are_ever_removed(room, tmp_path):
    inbound = room.places.inbound
    inbound.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere / "responses.json", {})
    others = [
        "ana+2-learning+2026-11-23 14:05:09.123456 UTC+abc",
        "ben+1-purpose+2026-11-23 14:05:09.123456 UTC+abc",
        "ana+1-purpose+notes",
        "notes",
    ]
    for name in others:
        (inbound / name).mkdir()
    (inbound / "ana+1-purpose+2020-01-01 00:00:00.000000 UTC+link").symlink_to(elsewhere)
    say(room, "p-graded", "one")
    send(room)
    assert set(others) <= set(folders(room))
    assert (elsewhere / "responses.json").exists()


def test_two_hand_ins_at_once_never_remove_each_other(room):
    say(room, "p-graded", "one")
    send(room)
    (older,) = folders(room)
    later = "ana+1-purpose+2999-01-01 00:00:00.000000 UTC+later"
    (room.places.inbound / later).mkdir()
    ownhandins.OwnHandIns(room.places, LESSON).remove_older(older)
    assert folders(room) == [older, later]


def test_what_a_dying_process_left_is_cleared_after_an_hour(room):
    inbound = room.places.inbound
    (inbound / ("." + "a" * 32)).mkdir(parents=True)
    (inbound / ("." + "b" * 32)).mkdir()
    (inbound / ".mine").mkdir()
    os.utime(inbound / ("." + "a" * 32), (0, 0))
    os.utime(inbound / ".mine", (0, 0))
    say(room, "p-graded", "one")
    send(room)
    assert folders(room)[:2] == [".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", ".mine"]
    assert len(folders(room)) == 3


def test_an_odd_status_or_release_is_no_news(room):
    say(room, "p-graded", "one")
    send(room)
    for odd in ("[]", "{", '"x"', "[" * 100_000):
        write(room.places.feedback / f"{LESSON}.status.json", odd)
        write(room.places.outbound / LESSON / "release.json", odd)
        assert handin.standing(room.journal, LESSON, room.places)["state"] == "handed"


# The exchange's own form


def test_the_folder_has_the_form_that_nbgrader_reads(room):
    say(room, "p-graded", "one")
    send(room)
    (folder,) = folders(room)
    assert sorted(each.name for each in (room.places.inbound / folder).iterdir()) == [
        "1-purpose.ipynb",
        "responses.json",
        "submission_secret.txt",
        "timestamp.txt",
    ]
    person, lesson_id, stamp = ownhandins.split_name(folder)
    assert (person, lesson_id) == ("ana", LESSON)
    assert (room.places.inbound / folder / "timestamp.txt").read_text() == stamp


def test_nbgrader_submit_and_collect_agree_on_the_name(room, tmp_path):
    """Stock collect reads the fields of our folder; ours reads those of stock submit's."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default.collect import ExchangeCollect
    from nbgrader.exchange.default.submit import ExchangeSubmit
    from nbgrader.utils import parse_utc

    say(room, "p-graded", "one")
    send(room)
    (folder,) = folders(room)
    read = ExchangeCollect._path_to_record(None, str(room.places.inbound / folder))
    assert read["username"] == "ana"
    assert read["timestamp"] == parse_utc(ownhandins.split_name(folder)[2])
    course = CourseDirectory(course_id="open-practice", student_id="ana", assignment_id=LESSON)
    stock = ExchangeSubmit(coursedir=course, authenticator=Authenticator(), root=str(tmp_path / "x"))
    stock.set_timestamp()
    stock.init_dest()
    assert ownhandins.split_name(stock.assignment_filename) == ("ana", LESSON, stock.timestamp)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ana",
        "ana+1-purpose",
        "ana+1-purpose+yesterday+x",
        "../x+1-purpose+2026-11-23 14:05:09.123456 UTC+x",
        "a+b+1-purpose+2026-11-23 14:05:09.123456 UTC+x",
        "ana+1-purpose+2026-11-23 14:05:09.123456 UTC+x/y",
    ],
)
def test_another_name_is_not_a_hand_in(name):
    assert ownhandins.split_name(name) is None


# Without a hub


def test_a_hand_in_file_holds_the_same_answers(room):
    everything(room)
    name, data, receipt = handin.hand_in_file(room.journal, lesson(room), revs(room), "ana", "Ana")
    assert name == "ana-1-purpose.json"
    assert json.loads(data)["responses"].keys() == {each["id"] for each in receipt["responses"]}
    assert receipt["sha256"] == exchange.sha256_of(data)
    assert b"p-private" not in data
    assert room.journal.handed(LESSON)["file"] == 1
    assert handin.standing(room.journal, LESSON)["can_withdraw"] is False
    with pytest.raises(NotHandedIn):
        handin.hand_in_file(room.journal, lesson(room), {}, "ana")
