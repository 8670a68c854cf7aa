"""One hand-in never stops another's: each kind of hostile or unlucky hand-in, and its neighbours."""

import fcntl
import json
import os
import shutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from handins import (
    LESSON,
    LINE,
    OWN,
    TRACE,
    answer_row,
    folder,
    grade_of,
    hand_in,
    mark,
    released_once,
    response,
    responses_json,
    rows,
    typed_notebook,
)
from openpractice.feedback.feedback import give_feedback
from openpractice.gradebook.coursefolder import GradingError
from openpractice.handins import specs
from openpractice.intake import judging
from openpractice.intake.collect import collect, collect_files
from openpractice.intake.gather import MOST_TRIES
from openpractice.intake.inbox import STAMP
from openpractice.kinds import registry
from steps import grows_no_faster
from trust import shown

GOOD = {"purpose-trace": response(TRACE, {"text": "A good answer."})}
NUMBER = "a" * 32


def why(done, person):
    return [str(left.why) for left in done.left_aside if left.participant == person]


def said(done):
    return [str(each) for each in done.sentences]


def state(folder, person):
    try:
        return json.loads((folder.feedback / person / f"{LESSON}.status.json").read_bytes())["state"]
    except OSError:
        return None


def raw(person, answers=GOOD, **other):
    return json.dumps(responses_json(person, answers, **other)).encode()


def among_others(folder, person="mal", **hand):
    """Collect a hand-in of `person` between two good ones of others, who must not notice."""
    hand_in(folder, "ana", GOOD)
    hand_in(folder, person, **hand)
    hand_in(folder, "zoe", GOOD)
    done = collect(folder, LESSON)
    assert {"ana", "zoe"} <= set(done.new)
    assert (state(folder, "ana"), state(folder, "zoe")) == ("collected", "collected")
    lines = [each for each in said(done) if not each.startswith(("Collected", "Not handed in yet"))]
    assert all(len(line) < 400 and "\n" not in line for line in lines)
    return done


# -- what is in responses.json ------------------------------------------------------------------


@pytest.mark.parametrize("key", judging.HEAD)
@pytest.mark.parametrize("odd", ["\ud800", "x" * 2000, ["x"], {"x": 1}, 10**400, 1e300, True, "\ufffe"], ids=repr)
def test_whatever_the_head_says_only_that_person_is_left_aside(folder, key, odd, request):
    if key == "name" and odd == "\ufffe":
        pytest.skip("a name with a sign in its place is a name")
    entry = {"no-such": 0}
    sent = json.dumps(responses_json("mal", GOOD | entry) | {key: odd}).encode()
    done = among_others(folder, raw=sent)
    if key in ("release", "handed_in_at") and odd in ("\ufffe",):
        return
    if "mal" not in done.new:
        assert len(why(done, "mal")) == 1 and state(folder, "mal") == "not-readable"


@pytest.mark.parametrize("key", ["name", "participant", "release", "handin", "another"])
def test_half_a_character_in_the_head_leaves_that_person_aside_and_named(folder, key):
    done = among_others(folder, raw=json.dumps(responses_json("mal", {"no-such": 0}) | {key: "\ud800"}).encode())
    assert ["half a character" in each for each in why(done, "mal")] == [True]
    assert "mal" not in done.new


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01", "soon", 5])
def test_a_time_that_no_clock_says_leaves_that_person_aside(folder, at):
    assert len(why(among_others(folder, raw=raw("mal", handed_in_at=at)), "mal")) == 1


def test_half_a_character_in_one_answer_costs_that_answer_its_fingerprint_and_nothing_else(folder):
    bad = {"kind": "long_text", "value": {"text": "\ud800"}, "text": "half \ud83d", "sha256": "0" * 64, "at": "\udc00"}
    done = among_others(folder, raw=raw("mal", {"purpose-trace": bad, "purpose-line": response(LINE, {"text": "ok"})}))
    assert "mal" in done.new
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "half \ufffd"
    assert answer_row(folder, "mal", "purpose-line")["source"] == "handin"


@pytest.mark.parametrize("depth", [41, 200, 975, 50_000])
@pytest.mark.parametrize("place", ["value", "text", "rev", "unknown", "head"])
def test_what_is_nested_too_deep_is_refused(folder, depth, place):
    nest = "[" * depth + "]" * depth
    entry = json.dumps(GOOD["purpose-trace"])[:-1]
    inner = {
        "value": f'{{"purpose-trace": {{"value": {{"text": {nest}}}, "text": "x"}}}}',
        "text": f'{{"purpose-trace": {entry}, "text": {nest}}}}}'.replace('"text": "A good answer.", ', ""),
        "rev": f'{{"purpose-trace": {entry}, "more": {nest}}}}}',
        "unknown": f'{{"no-such": {nest}}}',
        "head": "{}",
    }[place]
    text = json.dumps(responses_json("mal", {}))
    text = text.replace('"responses": {}', f'"responses": {inner}')
    if place == "head":
        text = text[:-1] + f', "more": {nest}}}'
    done = among_others(folder, raw=text.encode())
    assert ["nested too deep" in each for each in why(done, "mal")] == [True]


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\x00", "\x0b", "\ufdd0"])
def test_a_sign_that_is_no_character_is_collected_with_its_fingerprint_and_read_as_text(folder, sign):
    value = {"text": f"Of{sign}ice {sign}"}
    done = among_others(folder, raw=raw("mal", {"purpose-trace": response(TRACE, value)}))
    row = answer_row(folder, "mal", "purpose-trace")
    assert "mal" in done.new and row["sha256"] == registry.sha256(value)
    assert sign not in row["text"] and row["source"] == "handin"


def test_anothers_number_never_touches_anothers_rows(folder):
    one, two = "1" * 32, "2" * 32
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "ana one"})}, handin=one)
    collect(folder, LESSON)
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "ana two"})}, handin=two)
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "mal"})}, handin=one)
    assert collect(folder, LESSON).new == ("ana", "mal")
    found = rows(
        folder, "SELECT participant, handin, text FROM op_response WHERE prompt = 'purpose-trace' ORDER BY 1, 2"
    )
    assert found == [("ana", one, "ana one"), ("ana", two, "ana two"), ("mal", one, "mal")]


def test_ones_own_number_with_other_words_is_another_hand_in(folder):
    for text in ("one", "two", "one", "three"):
        hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": text})}, handin=NUMBER)
        assert collect(folder, LESSON).new == ("mal",)
        assert answer_row(folder, "mal", "purpose-trace")["text"] == text
    kept = rows(folder, "SELECT text FROM op_response WHERE prompt = 'purpose-trace' ORDER BY ingested_at")
    assert {text for (text,) in kept} == {"one", "two", "three"}
    assert collect(folder, LESSON).new == ()


def test_a_hand_in_file_with_a_known_number_and_other_words_is_not_said_to_be_there(folder, tmp_path):
    for text, replace in (("one", False), ("two", False), ("two", True)):
        file = tmp_path / "file.json"
        file.write_bytes(raw("me", {"purpose-trace": response(TRACE, {"text": text})}, handin=NUMBER))
        done = collect_files(folder, LESSON, {file: "ana"}, replace)
        if text == "two" and not replace:
            assert "Nothing was replaced" in why(done, "ana")[0]
            assert answer_row(folder, "ana", "purpose-trace")["text"] == "one"
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "two"


@pytest.mark.parametrize("count", [1, 4, 300_000])
def test_answers_to_no_question_are_one_line_with_a_count(folder, count):
    sent = json.dumps(responses_json("mal", GOOD | {f"{n:x}": 0 for n in range(count)})).encode()
    done = among_others(folder, raw=sent)
    (line,) = [sentence for sentence in said(done) if sentence.startswith("mal:")]
    assert len(line) < 200 and (f"{count - 3:,} more" if count > 3 else "no question") in line
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "A good answer."


def test_private_answers_are_one_line_too(folder):
    done = among_others(folder, raw=raw("mal", GOOD | {"purpose-own": response(OWN, {"text": "SECRET-WORDS"})}))
    assert "mal: purpose-own is not for facilitators and was not taken." in said(done)


SECRET = '{"purpose-own": {"kind": "short_text", "value": {"text": "SECRET-WORDS"}, "text": "SECRET-WORDS"}}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{", f'{{"responses": {SECRET}, '),
        ("{", f'{{"\\u0072esponses": {SECRET}, '),
        ('"purpose-trace": {', '"purpose-trace": {"text": "SECRET-WORDS", "more": "SECRET-WORDS", '),
        ("{", '{"name": "SECRET-WORDS", '),
    ],
    ids=["responses", "escaped", "in-an-answer", "name"],
)
def test_a_key_that_stands_twice_is_refused_and_nothing_of_it_is_kept(folder, before, after):
    text = raw("mal").decode()
    done = among_others(folder, raw=text.replace(before, after, 1).encode())
    assert ["twice" in each for each in why(done, "mal")] == [True]
    assert [path for path in folder.root.rglob("*.json") if b"SECRET" in path.read_bytes()] == []


def test_only_what_was_judged_is_written_on(folder):
    more = GOOD["purpose-trace"] | {"secret": "SECRET-WORDS", "rev": True, "at": "x" * 500}
    among_others(
        folder, raw=json.dumps(responses_json("mal", {"purpose-trace": more}) | {"x": "SECRET-WORDS"}).encode()
    )
    for path in (path for path in folder.root.rglob("*") if path.is_file()):
        assert b"SECRET-WORDS" not in path.read_bytes()
    kept = json.loads((folder.step("submitted", "mal", LESSON) / "responses.json").read_bytes())
    assert kept["responses"]["purpose-trace"] == GOOD["purpose-trace"] | {"rev": 0, "at": "x" * 40}


# -- what is in the lesson's copy ---------------------------------------------------------------


def copied_cells(folder, count):
    notebook = json.loads(typed_notebook(folder, {}))
    about = {"openpractice": {"part": "answer", "id": "purpose-trace"}}
    notebook["cells"] += [{"cell_type": "markdown", "metadata": about, "source": f"{n:x}"} for n in range(count)]
    return json.dumps(notebook).encode()


def test_very_many_copies_of_an_answer_cell_are_refused_and_some_are_read(folder):
    done = among_others(folder, copy=copied_cells(folder, 100_000))
    assert "cells; the most is" in why(done, "mal")[0] or "too many parts" in why(done, "mal")[0]
    hand_in(folder, "bo", copy=copied_cells(folder, 1000))
    assert "bo" in collect(folder, LESSON).new
    assert answer_row(folder, "bo", "purpose-trace")["text"].count("\n\n") == specs.MOST_COPIES - 1


@pytest.mark.parametrize(("key", "other"), [("lesson", "2-learning"), ("course", "another"), ("lesson", "x" * 63)])
def test_a_copy_of_another_lesson_is_named(folder, key, other):
    notebook = json.loads(typed_notebook(folder, {"purpose-trace": "typed"}))
    notebook["metadata"]["openpractice"][key] = other
    done = among_others(folder, copy=json.dumps(notebook).encode())
    assert [f"another {key}" in each for each in why(done, "mal")] == [True]


BAD_COPIES = {
    "cut": lambda place, name: place.joinpath(name).write_bytes(place.joinpath(name).read_bytes()[:-9]),
    "none": lambda place, name: place.joinpath(name).write_bytes(b"\xff"),
    "deep": lambda place, name: place.joinpath(name).write_bytes(b"[" * 5000 + b"]" * 5000),
    "huge": lambda place, name: os.truncate(place / name, 16 * 1024 * 1024 + 1),
    "another lesson": lambda place, name: place.joinpath(name).write_bytes(
        place.joinpath(name).read_bytes().replace(b'"lesson": "1-purpose"', b'"lesson": "2-learning"')
    ),
    "link": lambda place, name: (place.joinpath(name).unlink(), place.joinpath(name).symlink_to("/etc/passwd")),
    "folder": lambda place, name: (place.joinpath(name).unlink(), place.joinpath(name).mkdir()),
}


@pytest.mark.parametrize("spoil", BAD_COPIES)
def test_words_that_came_whole_are_taken_whatever_the_copy_beside_them_is_and_it_is_said(folder, spoil):
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "The earlier words."})})
    collect(folder, LESSON)
    BAD_COPIES[spoil](hand_in(folder, "mal", GOOD), f"{LESSON}.ipynb")
    done = collect(folder, LESSON)
    assert done.new == ("mal",) and not done.left_aside and state(folder, "mal") == "collected"
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "A good answer."
    (line,) = [each for each in said(done) if each.startswith("mal: The lesson's copy was not read: ")]
    assert len(line) < 200


# -- where it lies ------------------------------------------------------------------------------


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
    closed = folder.feedback / "mal" if step == "feedback" else folder.root / step / "mal"
    closed.mkdir(parents=True)
    for name in ("ana", "mal"):
        hand_in(folder, name, GOOD)
    for path in [folder.data, *folder.data.rglob("*")]:
        os.chown(path, 65534, 65534, follow_symlinks=False)
    closed.chmod(0)
    top = folder.data
    while not os.stat(top).st_mode & 0o001:
        top.chmod(0o755)
        top = top.parent
    lines = _as_nobody(lambda: said(collect(folder, LESSON)))
    assert any(each.startswith("Collected Session 1 from 1 person: ana") for each in lines), lines
    assert any(each.startswith("Left aside, mal:") for each in lines), lines


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
    really = judging.read_responses
    monkeypatch.setattr(judging, "read_responses", lambda *parts: tried.append(1) or really(*parts))
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


# -- two at once, a gradebook in use, an end at any step ----------------------------------------


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
    really = sa.create_engine
    quick = lambda url, **more: really(url, **more | {"connect_args": {"timeout": 0.2}})
    monkeypatch.setattr("openpractice.gradebook.gradebook.sa.create_engine", quick)
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


class Killed(BaseException):
    """The process is gone: nothing in the kit may catch it."""


STEPS = [
    "os.rename",
    "os.replace",
    "os.link",
    "os.makedirs",
    "shutil.rmtree",
    "os.fdopen",
    "sqlalchemy.engine.Connection.execute",
]


def ends_at(monkeypatch, number, error):
    """From the step of this number on, every step fails."""
    count = 0

    def guard(really):
        def step(*parts, **more):
            nonlocal count
            count += 1
            if count >= number:
                raise error()
            return really(*parts, **more)

        return step

    for name in STEPS:
        module, _, function = name.rpartition(".")
        target = {"os": os, "shutil": shutil}.get(module, sa.engine.Connection)
        monkeypatch.setattr(target, function, guard(getattr(target, function)))
    return lambda: count


def full():
    return OSError(28, "No space left on device")


@pytest.mark.parametrize("error", [Killed, full], ids=["killed", "full"])
def test_after_an_end_at_any_step_the_next_collect_finishes(released_once, tmp_path, monkeypatch, error):
    from handins import course_folder

    answers = [GOOD, {"purpose-trace": response(TRACE, {"text": "Better."}, rev=2)}]
    number = 1
    while True:
        place = tmp_path / str(number)
        shutil.copytree(released_once.data, place)
        folder = course_folder(place)
        hand_in(folder, "ana", answers[0], handin="1" * 32)
        collect(folder, LESSON)
        mark(folder, "ana", "purpose-trace", 5, "Kept.")
        for person in ("ana", "bo"):
            hand_in(folder, person, answers[1], handin="2" * 32)
        with monkeypatch.context() as patch:
            taken = ends_at(patch, number, error)
            try:
                collect(folder, LESSON)
            except (Killed, GradingError):
                pass
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
        "After an end or a full disk at any step, the next collect finishes; nothing is doubled, no score is lost.",
        "collect is ended at every third step in turn, and done again",
        f"{number // 3 + 1} ends",
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
        head = judging.read_responses(sent, folder.id, LESSON, "mal")
        judging.judged_file(head, judging.judge(release, head["responses"], {})[0])

    assert grows_no_faster(lambda n: raw("mal", SIZES[size](n)), judge, 300)


def test_reading_typed_cells_costs_no_more_than_the_copy_is_long(folder):
    from openpractice.gradebook.releasing.released import read_release

    release = read_release(folder, LESSON)
    read = lambda copy: judging.typed_texts(copy, release, folder.id)
    assert grows_no_faster(lambda n: copied_cells(folder, n), read, 300)


def _file(path, content=b""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _parent(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


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
