"""Whatever is sent to any JSON route, uploaded, handed in or collected: an answer in words, and nobody else's rows change."""

import errno
import hashlib
import json
import os
import shutil
import time

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from handins import (
    LESSON,
    LINE,
    TRACE,
    course_folder,
    folder,
    hand_in,
    released_once,
    response,
    responses_json,
    typed_notebook,
)
from odd import sent
from openpractice.gradebook import gradebook
from openpractice.gradebook.marks import Mark
from openpractice.gradebook.own_tables import audit, calibrated, mark, phrase
from openpractice.gradebook.own_tables import response as answers_table
from openpractice.gradebook.releasing.released import read_release
from openpractice.intake import judging, received
from openpractice.intake.collect import collect, collect_files
from openpractice.intake.inbox import Unreadable
from openpractice.service.app import table
from openpractice.service.facilitator import uploads
from openpractice.service.room.leaddoors import ACTS
from postgres import db_url, postgres
from reviewers import PROMPT, calibrate, copy_class, desk_at, key, make_class
from served import service
from tried import LONG, tried
from trust import shown

PEOPLE = ("ana", "ben", "cy")
GOOD = {"purpose-trace": response(TRACE, {"text": "A good answer."}), "purpose-line": response(LINE, {"text": "One."})}
WAYS = {"post", "put", "delete", "patch"}


# -- every JSON route ---------------------------------------------------------------------------


def cases(handle):
    """(who, method, path, a right body) for every way to change something by JSON."""
    words = f"{LESSON}/{PROMPT}/{handle}"
    mark = {"levels": {"R": 2, "P": 1}, "version": 0, "seconds": 3, "comment": "c", "notes": {"R": "n"}, "sha256": ""}
    answer = {"lesson": LESSON, "key": "k", "base": 0, "device": "d", "after": ["k0"], "value": {"text": "words"}}
    patch = {"path": ["text"], "at": 0, "drop": 1, "put": "x", "length": 5}
    return [
        ("ana", "PUT", f"api/answers/{PROMPT}", answer),
        ("ana", "PUT", f"api/answers/{PROMPT}", answer | {"patch": patch, "value": None}),
        ("ana", "POST", f"api/answers/{PROMPT}/choose", {"lesson": LESSON, "rev": 1, "key": "k"}),
        ("ana", "POST", f"api/answers/{PROMPT}/share", {"rev": 1}),
        ("ana", "DELETE", f"api/answers/{PROMPT}/share", {}),
        ("ana", "POST", f"api/handin/{LESSON}", {"revs": {PROMPT: 1}}),
        ("ana", "DELETE", f"api/handin/{LESSON}", {}),
        ("ana", "POST", f"api/open/{LESSON}", {}),
        ("ana", "POST", f"api/open/{LESSON}/again", {}),
        ("ana", "POST", "api/person", {"name": "Ana"}),
        ("ana", "DELETE", "api/person", {}),
        ("ana", "POST", "api/import", {"format": "openpractice-journal", "version": 1, "records": [put_line()]}),
        ("rob", "PUT", f"api/review/mark/{words}", mark),
        ("rob", "POST", f"api/review/undo/{words}", {}),
        ("rob", "POST", f"api/review/lease/{words}", {}),
        ("rob", "DELETE", "api/review/lease", {}),
        ("rob", "PUT", f"api/review/agree/{words}", mark),
        ("rob", "POST", "api/review/people", {}),
        ("rob", "POST", f"api/review/name/{handle}", {}),
        ("rob", "POST", "api/review/bank", {"criterion": "R", "level": 1, "text": "See this."}),
        ("rob", "PUT", "api/review/bank/none", {"text": "See that.", "used": False}),
        ("rob", "POST", "api/review/bank/none", {"text": "See that."}),
        ("rob", "DELETE", "api/review/bank/none", {}),
        ("rob", "POST", "api/review/calibration/none", {"levels": {"R": 1}}),
        ("rob", "DELETE", "api/review/calibration", {}),
        ("fay", "POST", f"api/review/return/{LESSON}", {"people": [handle]}),
        ("fay", "POST", "api/review/assign", {"reviewer": "rob", "lesson": LESSON, "scope": "school", "name": "North"}),
        ("fay", "POST", "api/review/assign", {"reviewer": "rob", "to": "rev"}),
        ("fay", "POST", "api/review/rubric-change", {"lesson": LESSON, "prompt": PROMPT, "token": "t"}),
        ("fay", "POST", "api/review/rubric-words", {"token": "0" * 32}),  # no true token: nothing is written
        ("ana", "POST", "api/room/join", {"code": "ABC-DEF"}),
        ("ana", "POST", "api/room/here", {}),
        ("ana", "POST", "api/room/hand", {"up": True, "note": "stuck"}),
        ("ana", "POST", "api/room/seen", {"shares": ["a", "b"]}),
        ("ana", "POST", "api/room/report/none", {"why": "because"}),
        ("ana", "POST", f"api/room/count/{PROMPT}", {}),
        ("ana", "PUT", f"api/room/work/{PROMPT}", {"text": "work"}),
        ("ana", "DELETE", f"api/room/work/{PROMPT}", {}),
        ("ana", "POST", f"api/room/work/{PROMPT}/sit", {}),
        ("ana", "POST", f"api/room/work/{PROMPT}/decline", {"id": "x", "why": "y"}),
        ("ana", "POST", f"api/room/work/{PROMPT}/give", {"id": "x", "index": 0}),
        ("ana", "POST", "api/room/critique/none/reply", {"change": "x", "keep": "y"}),
        ("ana", "POST", "api/room/volunteer", {"willing": True}),
        ("ana", "POST", "api/room/leave", {}),
        ("fay", "POST", "api/room/lead/cohort", {"title": "North"}),
        *[("fay", "POST", f"api/room/lead/do/{act}", ACT) for act in ACTS],
        ("fay", "POST", "api/facilitator/release/none", {"due": "2026-12-03"}),
        ("fay", "POST", "api/facilitator/due/none", {"due": "2026-12-03"}),
        ("fay", "POST", "api/facilitator/build", {}),
        ("fay", "POST", "api/facilitator/withdraw/none", {}),
        ("fay", "POST", "api/facilitator/collect/none", {}),
        ("fay", "POST", "api/facilitator/feedback/none", {}),
        ("fay", "POST", "api/facilitator/files?name=a.json", responses_json("mal", GOOD)),
        ("fay", "POST", f"api/facilitator/files/{'0' * 32}", {"person": "cy", "replace": False}),
    ]  # fmt: skip


ACT = {
    "lesson": LESSON,
    "prompt": PROMPT,
    "person": "ben",
    "share": "x",
    "why": "y",
    "minutes": 5,
    "title": "t",
    "id": "x",
}
ACT |= {
    "to": "x",
    "size": 3,
    "groups": [["ana", "ben"]],
    "group": 1,
    "phase": "x",
    "count": 2,
    "text": "x",
    "n": 1,
    "step": 0,
}


#: What is one reader's, and the column that says whose.
READERS_OWN = (mark, "reviewer"), (phrase, "by"), (calibrated, "reviewer"), (audit, "who")


def put_line():
    value = {"text": "brought back"}
    from openpractice.kinds.registry import sha256

    line = {"op": "put", "at": "2026-11-28T05:00:00.000Z", "key": "k", "lesson": LESSON, "prompt": PROMPT, "rev": 1}
    return line | {"over": [], "value": value, "sha256": sha256(value), "device": "", "by": ""}


def test_every_route_by_which_json_changes_something_is_tried():
    import re

    tried_ways = {(method.lower(), path.split("?")[0]) for _, method, path, _ in cases("h" * 12)}
    for pattern, handler in table():
        if not pattern.startswith("api/") or handler.__name__ in ("Nothing", "Closed"):
            continue
        for way in WAYS & set(dir(handler)):
            if getattr(handler, way).__qualname__.split(".")[0] == "RequestHandler":
                continue
            assert any(way == method and re.fullmatch(pattern, path) for method, path in tried_ways), (way, pattern)


@pytest.fixture(scope="module")
def course(tmp_path_factory, db_url):
    made = make_class(tmp_path_factory.mktemp("class"), PEOPLE, db_url)
    calibrate(made, "rob", "rev", "two")
    with desk_at(made) as desk:
        for number, who in enumerate(PEOPLE):
            desk.save("two", key(who), Mark("two", {"R": number, "P": 1}, f"Of {who}."))
    return made


@pytest.fixture(scope="module")
def running(course):
    before = os.environ.get("OPENPRACTICE_GRADEBOOK")
    os.environ["OPENPRACTICE_GRADEBOOK"] = course.db_url
    try:
        with service(course.data) as found:
            yield found
    finally:
        os.environ.pop("OPENPRACTICE_GRADEBOOK")
        if before is not None:
            os.environ["OPENPRACTICE_GRADEBOOK"] = before


@pytest.fixture(scope="module")
def handle(running):
    found = running.ask("GET", f"api/review/line?lesson={LESSON}&prompt={PROMPT}", who="rob").json["line"]
    return found[0]["who"]


def held(course, but=""):
    """The words and files of everybody but one, and what another reader recorded: nothing that is sent may change them."""
    kept = hashlib.sha256()
    of_others = [
        sa.select(answers_table).where(answers_table.c.participant != but).order_by(*answers_table.primary_key),
        *[sa.select(table).where(table.c[by] == "two").order_by(*table.primary_key) for table, by in READERS_OWN],
    ]
    with gradebook.opened(course) as engine, engine.connect() as db:
        for query in of_others:
            kept.update(repr([tuple(row) for row in db.execute(query)]).encode())
    for path in sorted(course.data.glob("people/*/journal/*.jsonl")):
        if path.parts[-3] != but:
            kept.update(path.read_bytes())
    return kept.hexdigest()


def try_routes(running, course, handle, data):
    who, method, path, right = data.draw(st.sampled_from(cases(handle)))
    reply = running.ask(method, path, data.draw(sent(right)), who=who)
    assert reply.status < 500 or reply.status in (503, 507), (method, path, reply.status, reply.text[:300])
    if reply.status >= 400:
        said = reply.json
        assert said["code"] and 0 < len(said["message"]) < 600, (method, path, said)
    return who


def watch(running, course, handle, data):
    before = held(course, "ana")
    try_routes(running, course, handle, data)
    assert held(course, "ana") == before


ROUTES_PROMISE = "Whatever is sent to any JSON route is answered in words, and nobody else's answers change."
ROUTES_HOW = "hypothesis changes right requests to every route of the service, on SQLite and PostgreSQL"


def ask_many(running, course, handle, count):
    @tried(count)
    @given(data=st.data())
    def ask(data):
        watch(running, course, handle, data)

    ask()


def test_whatever_is_sent_is_answered_in_words_and_changes_nobody_elses_answers(running, course, handle):
    ask_many(running, course, handle, 80)
    shown(ROUTES_PROMISE, ROUTES_HOW, "80 requests on each database")


@pytest.mark.slow
@pytest.mark.fuzz
def test_ten_thousand_requests_on_each_database_are_answered_in_words(running, course, handle):
    ask_many(running, course, handle, LONG // 2)
    shown(ROUTES_PROMISE, ROUTES_HOW, f"{LONG // 2:,} requests on each database")


# -- every address ------------------------------------------------------------------------------


ODD_PARTS = [
    "%00", "%ff", "%c3%28", "%ed%a0%80", "..", "%2e%2e", "%2F", "..%2f..%2fetc%2fpasswd", "a%0d%0aX-Odd:1", "x" * 3000, "%zz",
    "%EF%BF%BE", "{0.__class__}", "%D9%A3", "1-purpose%0a", "ana.jsonl", "-", "0", "1e999", "none", "ana", "ben", LESSON, PROMPT,
]  # fmt: skip
ASKED = "lesson prompt who cohort since names as in name session after criterion level words".split()
LOOKS = [(pattern, handler) for pattern, handler in table() if not pattern.endswith("stream")]  # which never end
LOOK_PROMISE = "Whatever address is asked for is answered in words, and never with what somebody else has not shown."
LOOK_HOW = "hypothesis fills every route with odd parts, questions and names of others, on SQLite and PostgreSQL"


def look(running, handle, data):
    pattern, handler = data.draw(st.sampled_from(LOOKS))
    part = st.sampled_from([*ODD_PARTS, handle])
    path = pattern.replace("(?:/.*)?", "/odd").replace("/?", "/").replace("\\", "")
    for gap in ("([^/]+)", "(.+)", ".*"):
        while gap in path:
            path = path.replace(gap, data.draw(part), 1)
    asked = data.draw(st.lists(st.tuples(st.sampled_from([*ASKED, "%ff"]), part), max_size=3))
    path += "?" + "&".join(f"{name}={value}" for name, value in asked) if asked else ""
    known = running.served.source.people
    who = data.draw(st.sampled_from([one for one in known if known[one].role in handler.roles] or ["guest"]))
    headers = {"Sec-Fetch-Mode": data.draw(st.sampled_from(["navigate", "cors"]))}
    reply = running.ask("GET", path, headers=headers, who=who)
    assert reply.status < 500, (who, path, reply.text[:300])
    if reply.status >= 400:
        assert len(reply.text) > 20, (who, path)
    assert known[who].id == "ben" or b"NOT-SHARED" not in reply.body, (who, path)
    assert "x-odd" not in reply.headers


def look_many(running, handle, count):
    change = {"lesson": LESSON, "key": "own", "base": 0, "value": {"text": "NOT-SHARED"}}
    assert running.ask("PUT", f"api/answers/{PROMPT}", change, who="ben").status == 200

    @tried(count)
    @given(data=st.data())
    def ask(data):
        look(running, handle, data)

    ask()


def test_whatever_address_is_asked_for_it_is_answered_in_words(running, handle):
    look_many(running, handle, 120)
    shown(LOOK_PROMISE, LOOK_HOW, "120 addresses on each database")


@pytest.mark.slow
@pytest.mark.fuzz
def test_ten_thousand_addresses_on_each_database_are_answered_in_words(running, handle):
    look_many(running, handle, LONG // 2)
    shown(LOOK_PROMISE, LOOK_HOW, f"{LONG // 2:,} addresses on each database")


ROWS = {
    "comment": {"comment": "\ud800"},
    "note": {"notes": {"R": "\ud800"}},
    "note's name": {"notes": {"\ud800": "x"}},
    "seconds": {"seconds": 10**309},
    "criterion": {"levels": {"\ud800": 1}},
    "sha256": {"sha256": "\udfff"},
    "version": {"version": 2**60},
}


@pytest.mark.parametrize("part", ROWS)
@pytest.mark.parametrize("way", ["mark", "agree"])
def test_what_cannot_be_kept_of_a_mark_is_refused_by_name(running, handle, part, way):
    body = {"levels": {"R": 2, "P": 2}, "version": 0, "seconds": 1, "comment": "", "notes": {}} | ROWS[part]
    reply = running.ask("PUT", f"api/review/{way}/{LESSON}/{PROMPT}/{handle}", json.dumps(body).encode(), who="rob")
    assert reply.status == 422 and reply.json["code"] in ("bad-text", "bad-number")
    assert 20 < len(reply.json["message"]) < 200


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("rob", "POST", "api/review/bank", {"text": "\ud800", "criterion": "R"}),
        ("rob", "POST", "api/review/bank", {"text": "x", "criterion": "\ud800"}),
        ("rob", "PUT", "api/review/bank/none", {"text": "\ud800"}),
        ("rob", "POST", "api/review/bank/none", {"text": "\ud800"}),
        (
            "fay",
            "POST",
            "api/review/assign",
            {"reviewer": "two", "lesson": LESSON, "scope": "school", "name": "\ud800"},
        ),
        (
            "fay",
            "POST",
            "api/review/assign",
            {"reviewer": "\ud800", "lesson": LESSON, "scope": "person", "name": "ana"},
        ),
        ("fay", "POST", "api/review/assign", {"reviewer": "two", "to": "\ud800"}),
    ],
)
def test_half_a_character_in_any_other_field_is_refused_by_name(running, who, method, path, body):
    reply = running.ask(method, path, json.dumps(body).encode(), who=who)
    assert (reply.status, reply.json["code"]) == (422, "bad-text")


def test_a_criterion_of_a_hundred_thousand_characters_is_not_echoed(running, handle):
    body = {"levels": {"x" * 100_000: 1}, "version": 0, "seconds": 1}
    # Not rob, whose scores of the supplied answers may be gone: that is one of the requests above.
    reply = running.ask("PUT", f"api/review/mark/{LESSON}/{PROMPT}/{handle}", body, who="rev")
    assert reply.status == 422 and len(reply.text) < 400


def test_pasted_control_characters_in_a_comment_become_what_the_reviewer_meant(running, handle):
    body = {
        "levels": {"R": 2},
        "version": 0,
        "seconds": 1,
        "comment": "one\x0btwo learn\x02ing",
        "notes": {"R": "a\x0cb"},
    }
    reply = running.ask("PUT", f"api/review/mark/{LESSON}/{PROMPT}/{handle}", body, who="rev")
    assert reply.status == 200, reply.text
    assert (reply.json["mark"]["comment"], reply.json["mark"]["notes"]["R"]) == ("one\ntwo learning", "a\nb")


def test_half_a_character_in_ones_own_words_is_mended_and_the_words_are_saved(running):
    change = {"lesson": LESSON, "key": "mend", "base": 0, "value": {"text": "half \ud83d\x0bline"}}
    reply = running.ask("PUT", f"api/answers/{PROMPT}", json.dumps(change).encode(), who="ben")
    assert reply.status == 200
    saved = running.ask("GET", f"api/answers?lesson={LESSON}", who="ben").json["answers"][PROMPT]
    assert saved["value"] == {"text": "half \ufffd\nline"}


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "\ud800"},
        {"participant": "\ud800"},
        {"handed_in_at": "0001-01-01T00:00:00+14:00"},
        {"handed_in_at": "9999-12-31T23:59:59-14:00"},
        {"handed_in_at": 5},
        {"lesson": "\ud800"},
        {"course": ["x"]},
        {"responses": {"\ud800": "\ud800"}, "name": ["x"]},
    ],
    ids=repr,
)
def test_an_upload_that_cannot_be_kept_is_refused_in_words(running, odd):
    content = json.dumps(responses_json("mal", {}) | odd).encode()
    reply = running.ask("POST", "api/facilitator/files?name=a.json", content, who="fay")
    assert (reply.status, reply.json["code"]) == (422, "refused") and len(reply.text) < 400


def test_an_upload_keeps_what_was_judged_and_not_the_bytes(running, course):
    content = json.dumps(
        responses_json("mal", GOOD | {"\ud800": 1, "x": {"text": "\ud800"}}) | {"more": "SECRET-WORDS"}
    )
    reply = running.ask("POST", "api/facilitator/files?name=a.json", content.encode(), who="fay")
    assert reply.status == 200
    kept = (course.data / "incoming" / f"{reply.json['token']}.json").read_bytes()
    assert b"SECRET" not in kept and json.loads(kept)["responses"]["purpose-trace"] == GOOD["purpose-trace"]


def test_an_upload_that_nobody_says_whose_it_is_is_gone_after_a_day(running, course):
    send = lambda: running.ask("POST", "api/facilitator/files?name=a.json", responses_json("mal", GOOD), who="fay")
    tokens = [send().json["token"] for _ in range(3)]
    place = uploads.place_of(running.served)
    for token, age in zip(tokens, (uploads.WAITS + 60, uploads.WAITS - 60, -uploads.WAITS - 60), strict=True):
        os.utime(place / f"{token}.json", (time.time() - age,) * 2)
    there = send().json["token"]
    waiting = {path.stem for path in place.iterdir()}
    assert waiting & {*tokens, there} == {tokens[1], there}
    late = running.ask("POST", f"api/facilitator/files/{tokens[0]}", {"person": "cy"}, who="fay")
    assert (late.status, late.json["code"]) == (404, "not-found")
    assert uploads.clear(place, time.time() + 2 * uploads.WAITS) == len(waiting) and not list(place.iterdir())
    assert uploads.clear(place / "none") == 0


def test_a_full_disk_is_said_and_leaves_no_half_of_an_upload(running, course, monkeypatch):
    def full(*_parts, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    reply = running.ask("POST", "api/facilitator/files?name=a.json", responses_json("mal", GOOD), who="fay")
    assert (reply.status, reply.json["code"]) == (507, "disk-full") and "no space left" in reply.json["message"]
    assert not list(uploads.place_of(running.served).iterdir())


# -- hand-in files ------------------------------------------------------------------------------


HANDIN_PROMISE = "Whatever somebody hands in, everybody else is collected, and nobody is told so before it is true."
HANDIN_HOW = (
    "hypothesis changes hand-ins of one to four people among good ones, through collect, on SQLite and PostgreSQL"
)
JUDGED_PROMISE = "Whatever a hand-in holds, what is kept of it was judged, and what is refused is said in one line."
JUDGED_HOW = "hypothesis changes right hand-in files and copies of the lesson"


def judge(folder, release, raw, copy):
    try:
        received.read_responses(raw, folder.id, LESSON, "mal")
        received.typed_texts(copy, release, folder.id)
    except Unreadable as refusal:
        assert len(str(refusal)) < 300 and "\n" not in str(refusal) and str(refusal).encode()
        return
    found = received.read(raw, copy, release, folder.id, "mal")
    judged, notes = judging.judge(release, found)
    again = json.loads(found.file.judged_file(judged))
    assert set(again["responses"]) <= set(release.specs)
    assert json.loads(found.file.fit_file())["handin"] == found.file.handin
    for each in judged.values():
        assert ("\0" not in each.text and each.text.encode() and len(each.at) <= 40) or not each.text
    assert len(notes) < 20 and all(len(str(note)) < 300 for note in notes)


def judge_many(folder, count):
    release = read_release(folder, LESSON)
    notebook = json.loads(typed_notebook(folder, {"purpose-line": "typed"}))

    @tried(count)
    @given(data=st.data())
    def look(data):
        judge(folder, release, data.draw(sent(responses_json("mal", GOOD))), data.draw(sent(notebook)))

    look()


def test_whatever_a_hand_in_file_holds_it_is_judged_or_refused_in_a_line(released_once):
    judge_many(released_once, 120)
    shown(JUDGED_PROMISE, JUDGED_HOW, "120 hand-ins")


@pytest.mark.slow
@pytest.mark.fuzz
def test_twenty_thousand_hand_in_files_are_judged_or_refused_in_a_line(released_once):
    judge_many(released_once, LONG)
    shown(JUDGED_PROMISE, JUDGED_HOW, f"{LONG:,} hand-ins")


def collected_of(folder, data):
    """Up to four changed hand-ins among two good ones, through collect."""
    shutil.rmtree(folder.inbound, ignore_errors=True)
    for person in ("ana", "zoe"):
        hand_in(folder, person, GOOD)
    right = json.loads(typed_notebook(folder, {}))
    for number in range(data.draw(st.integers(1, 4))):
        person = f"mal-{number}"
        raw = data.draw(sent(responses_json(person, GOOD)))
        copy = data.draw(st.just("") | sent(right))
        hand_in(folder, person, raw=raw, copy=copy)
    done = collect(folder, LESSON)
    assert {"ana", "zoe"} <= {*done.new, *done.unchanged}
    with gradebook.opened(folder) as engine, engine.connect() as db:
        query = sa.select(answers_table.c.participant, answers_table.c.handin).where(answers_table.c.latest).distinct()
        there = {tuple(row) for row in db.execute(query)}
    for path in folder.feedback.glob(f"*/{LESSON}.status.json"):
        status = json.loads(path.read_bytes())
        if status["state"] == "collected":
            assert (path.parent.name, status["handin"]) in there
    assert all(len(str(each)) < 700 for each in done.sentences)


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory, db_url, request):
    from handins import release_lesson

    own = db_url and request.getfixturevalue("postgres").database()  # the other one holds the class above
    found = course_folder(tmp_path_factory.mktemp("handed"), db_url=own)
    release_lesson(found)
    return found


def collect_many(folder, count):
    @tried(count)
    @given(data=st.data())
    def take(data):
        collected_of(folder, data)

    take()


def test_whatever_is_handed_in_everybody_else_is_collected(class_folder):
    collect_many(class_folder, 10)
    shown(HANDIN_PROMISE, HANDIN_HOW, "10 classes on each database")


@pytest.mark.slow
@pytest.mark.fuzz
def test_whatever_a_thousand_classes_hand_in_everybody_else_is_collected(class_folder):
    collect_many(class_folder, 500)
    shown(HANDIN_PROMISE, HANDIN_HOW, "500 classes on each database")


@tried(15)
@given(data=st.data())
def test_whatever_a_file_from_somewhere_else_holds_it_is_taken_or_left_aside(class_folder, tmp_path_factory, data):
    file = tmp_path_factory.mktemp("file") / "upload.json"
    file.write_bytes(data.draw(sent(responses_json("me", GOOD))))
    done = collect_files(class_folder, LESSON, {file: "uploader"}, replace=True)
    taken = "uploader" in {*done.new, *done.unchanged}
    assert taken or any(left.participant == "uploader" for left in done.left_aside)
