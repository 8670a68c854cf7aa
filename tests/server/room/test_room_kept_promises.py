"""What the room promised holds through its ordinary doors: nobody votes unasked, and what is hidden or read stays so."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from openpractice.room import roomview
from openpractice.service.room.servedroom import FIRST, room_of
from room_service import PARTICIPANTS, room_service

LESSON, DOOR, GIVE, MOMENT = "2-learning", "learning-door", "learning-give", "example-moment"
FIELDS = {"say_back": "You want one task", "see": "Nine lines", "expect": "A name", "question": "Which would happen?"}


@pytest.fixture
def room(tmp_path):
    with room_service(tmp_path, lessons=("1-purpose", LESSON, "3-example")) as running:
        yield running


def choices(room):
    return [each["id"] for each in room.running.served.lesson(LESSON).own()[DOOR]["choices"]]


def answered(room, people=PARTICIPANTS):
    """How many have answered, after everybody's page has looked and what it set off is written."""
    for who in people:
        room.state(who, LESSON)
    # Ballots are written in the order in which they came: after this one, all of them are.
    assert room.ask("hana", "POST", f"api/room/count/{DOOR}", {}) == {"counted": "nothing"}
    return room.state("hana", LESSON)["questions"][DOOR]["answered"]


def test_what_all_see_is_made_once_for_all_who_wait_and_never_from_before_they_asked(room, monkeypatch):
    kept, made, go_on = room_of(room.running.served), [], threading.Event()
    lesson, really = kept.lesson(LESSON), roomview.common

    def slowly(db, cohort, lesson):
        made.append(cohort)
        go_on.wait(20)
        return really(db, cohort, lesson)

    room.state("ana", LESSON)
    room.do("begin", lesson=LESSON)
    room.do("message", text="One")
    monkeypatch.setattr(roomview, "common", slowly)
    now = time.monotonic()
    with ThreadPoolExecutor(8) as people:
        waiting = [people.submit(kept.common, FIRST, lesson, now) for _ in range(8)]
        go_on.set()
        assert {"One" in one.result().text for one in waiting} == {True}
    assert len(made) == 1
    room.do("message", text="Two")
    assert "One" in kept.common(FIRST, lesson, now).text  # whoever asked before it was there
    assert "Two" in kept.common(FIRST, lesson, time.monotonic()).text and len(made) == 2


@pytest.mark.parametrize("reset", [False, True])
def test_asked_again_nobody_answers_by_looking(room, reset):
    one, other = choices(room)[:2]
    for number, who in enumerate(PARTICIPANTS[:6]):
        room.save(who, LESSON, DOOR, {"choice": one if number % 2 else other})
    room.do("reveal", prompt=DOOR)
    room.do("again", prompt=DOOR, **({"reset": True} if reset else {}))
    assert answered(room) == 0
    # Whoever still thinks the same says so, and is counted once.
    assert room.ask("ana", "POST", f"api/room/count/{DOOR}", {}) == {"counted": "counted"}
    assert room.ask("ana", "POST", f"api/room/count/{DOOR}", {}) == {"counted": "same"}
    assert room.ask("gus", "POST", f"api/room/count/{DOOR}", {}) == {"counted": "nothing"}
    assert answered(room) == 1
    room.ask("fay", "POST", f"api/room/count/{DOOR}", {}, status=403)
    assert room.ask("ana", "POST", f"api/room/count/{GIVE}", {}, 409)["code"] == "not-counted"
    room.do("phase", prompt=DOOR, phase="closed")
    assert room.ask("ben", "POST", f"api/room/count/{DOOR}", {}, 409)["code"] == "vote-closed"


def test_in_another_cohort_nobody_answers_by_looking(room):
    for who in PARTICIPANTS[:5]:
        room.save(who, LESSON, DOOR, {"choice": choices(room)[0]})
    made = room.ask("fay", "POST", "api/room/lead/cohort", {"title": "The second"})
    code = room.ask("fay", "GET", f"api/room/lead/state?lesson={LESSON}&cohort={made['id']}")["join_code"]
    moved = [*PARTICIPANTS[:5], "hana"]
    for who in moved:
        room.ask(who, "POST", "api/room/join", {"code": code})
    assert answered(room, moved) == 0


def test_a_critique_is_nobodys_work(room):
    room.ask("ana", "PUT", f"api/room/work/{GIVE}", {"text": "The agenda of Ana"})
    rev = room.save("ana", LESSON, GIVE, {"critiques": [{"of": "Ben", **FIELDS}]})["rev"]
    room.running.ask("POST", f"api/answers/{GIVE}/share", f'{{"rev": {rev}}}', who="ana")
    assert room.ask("ben", "POST", f"api/room/work/{GIVE}/sit", {})["text"] == "The agenda of Ana"


def test_hidden_work_is_handed_to_nobody_not_to_whoever_has_it_open(room):
    for who in ("ana", "ben"):
        room.ask(who, "PUT", f"api/room/work/{GIVE}", {"text": f"The agenda of {who}"})
    first = room.ask("cleo", "POST", f"api/room/work/{GIVE}/sit", {})
    author = "ana" if "ana" in first["text"] else "ben"
    room.do("hide", share=room.state(author, LESSON)["mine"][GIVE]["shared"]["id"], why="It names a student.")
    assert room.state("cleo", LESSON)["mine"][GIVE]["critique"]["current"] is None
    assert room.ask("cleo", "POST", f"api/room/work/{GIVE}/sit", {})["text"] not in ("", first["text"])


@pytest.mark.parametrize("way", ["reported", "hidden", "on the screen"])
def test_what_somebody_has_acted_on_was_read_and_is_not_taken_back(room, way):
    lesson, prompt = "1-purpose", "purpose-rigor"
    room.share("ana", lesson, prompt, {"text": "The aide is right."})
    share = room.state("ana", lesson)["mine"][prompt]["shared"]["id"]
    if way == "reported":
        room.ask("ben", "POST", f"api/room/report/{share}", {"why": "Unkind"})
    elif way == "hidden":
        room.do("hide", share=share, why="It names a student.")
    else:
        room.do("begin", lesson=lesson)
        room.do("show", what=share)
    refused = room.running.ask("DELETE", f"api/answers/{prompt}/share", who="ana")
    assert refused.status == 409 and refused.json["code"] == "read-already"


def test_the_nameless_round_stays_the_one_that_it_was(room):
    kept = room_of(room.running.served)
    out = room.running.served.places.outbound
    for lesson, at in ((LESSON, "2026-02-02T00:00:00+00:00"), ("3-example", "2026-01-01T00:00:00+00:00")):
        (out / lesson / "release.json").write_text(f'{{"released_at": "{at}"}}')
    object.__setattr__(kept.rules, "critique_names", "after-first")
    assert MOMENT in kept._nameless({MOMENT: {}}) and not kept._nameless({GIVE: {}})
