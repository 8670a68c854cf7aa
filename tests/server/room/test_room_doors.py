"""The room over real HTTP: a session of eight, and everybody who may not."""

import http.client
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openpractice.service.app import table
from openpractice.service.room import openapi, roomroutes
from openpractice.service.room.servedroom import room_of
from room_service import PARTICIPANTS, PEOPLE, room_service
from served import COOKIE, mark_of

LESSON, DOOR, RIGOR = "2-learning", "learning-door", "purpose-rigor"
GIVE = "learning-give"
FIELDS = {"say_back": "You want one task", "see": "Nine lines", "expect": "A name", "question": "Which would happen?"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    with room_service(tmp_path_factory.mktemp("course")) as running:
        yield running


@pytest.fixture
def room(tmp_path):
    with room_service(tmp_path, lessons=("1-purpose", LESSON, "3-example")) as running:
        yield running


def choices(room, lesson=LESSON, prompt=DOOR):
    return [each["id"] for each in room.running.served.lesson(lesson).own()[prompt]["choices"]]


def test_a_session_of_eight_from_the_first_count_to_the_second_round(room):
    one, other = choices(room)[:2]
    said = [
        room.save(who, LESSON, DOOR, {"choice": one if n % 2 else other, "comment": "aside"})
        for n, who in enumerate(PARTICIPANTS[:4])
    ]
    assert [each["counted"] for each in said] == ["counted"] * 4
    assert room.do("reveal", 409, prompt=DOOR)["code"] == "too-few"
    assert room.do("phase", prompt=DOOR, phase="discuss") == {"held_back": "too-few", "least": 5}
    assert room.state("ana", LESSON)["questions"][DOOR]["results"] == []
    room.save(PARTICIPANTS[4], LESSON, DOOR, {"choice": one})
    room.do("phase", prompt=DOOR, phase="discuss")
    seen = room.state("ana", LESSON)["questions"][DOOR]
    counted = {cell["id"]: cell["count"] for cell in seen["results"][0]["rows"][0]["cells"]}
    assert (counted[one], counted[other], seen["answered"], seen["of"]) == (3, 2, 5, 5)
    assert "aside" not in json.dumps(seen)
    assert room.do("again", prompt=DOOR)["round"] == 2
    for who in PARTICIPANTS[:6]:
        assert room.save(who, LESSON, DOOR, {"choice": other, "comment": f"again {who}"})["counted"] == "counted"
    room.do("reveal", prompt=DOOR)
    assert [each["round"] for each in room.state("ana", LESSON)["questions"][DOOR]["results"]] == [1, 2]


def test_what_was_saved_while_the_room_was_away_is_counted_when_the_lesson_is_opened(room, monkeypatch):
    kept = room_of(room.running.served)
    monkeypatch.setattr(kept.counting, "cast", lambda *_: (_ for _ in ()).throw(OSError("away")))
    assert room.save("ana", LESSON, DOOR, {"choice": choices(room)[0]})["counted"] == ""
    monkeypatch.undo()
    for _ in range(600):  # the first look counts it, and nobody waits for that
        if counted := room.state("ana", LESSON)["mine"][DOOR].get("counted"):
            break
        time.sleep(0.05)
    assert counted


def test_sharing_goes_from_the_journal_to_the_wall_and_back_until_it_was_read(room):
    room.share("ana", "1-purpose", RIGOR, {"text": "- one\n- two"})
    (card,) = room.state("ben", "1-purpose")["questions"][RIGOR]["wall"]
    assert (card["name"], card["text"]) == ("Ana Silva", "- one\n- two")
    room.ask("ana", "DELETE", f"api/answers/{RIGOR}/share")
    assert room.state("ben", "1-purpose")["questions"][RIGOR]["wall"] == []
    room.share("ana", "1-purpose", RIGOR, {"text": "- one\n- three"})
    (card,) = room.state("ben", "1-purpose")["questions"][RIGOR]["wall"]
    room.ask("ben", "POST", "api/room/seen", {"shares": [card["id"]]})
    assert room.ask("ana", "DELETE", f"api/answers/{RIGOR}/share", status=409)["code"] == "read-already"
    assert room.ask("ana", "GET", "api/answers?lesson=1-purpose")["answers"][RIGOR]["shared"]
    room.do("hide", share=card["id"], why="It names a child")
    assert room.state("ana", "1-purpose")["mine"][RIGOR]["shared"]["hidden"]["why"] == "It names a child"


def test_critique_goes_from_one_journal_to_its_author_and_the_reply_back(room):
    for who in PARTICIPANTS[:4]:
        room.ask(who, "PUT", f"api/room/work/{GIVE}", {"text": f"Agenda of {who}"})
    held = room.ask("ana", "POST", f"api/room/work/{GIVE}/sit", {})
    author = next(who for who in PARTICIPANTS if PEOPLE[who].name == held["name"])
    assert held["text"] == f"Agenda of {author}" and author != "ana"
    room.save("ana", LESSON, GIVE, {"critiques": [{"of": held["name"], **FIELDS}]})
    room.ask("ana", "POST", f"api/room/work/{GIVE}/give", {"id": held["id"], "index": 0})
    (got,) = room.state(author, LESSON)["mine"][GIVE]["critique"]["received"]
    assert (got["name"], {key: got["fields"][key] for key in FIELDS}) == ("Ana Silva", FIELDS)
    other = next(who for who in PARTICIPANTS[:4] if who not in ("ana", author))
    room.ask(other, "POST", f"api/room/critique/{got['id']}/reply", {"change": "a", "keep": "b"}, 404)
    room.ask(author, "POST", f"api/room/critique/{got['id']}/reply", {"change": "The order", "keep": "The lines"})
    assert room.state("ana", LESSON)["mine"][GIVE]["critique"]["given"][0]["change"] == "The order"


def test_whoever_leads_writes_the_critique_that_nobody_else_is_there_for(room):
    room.ask("ana", "PUT", f"api/room/work/{GIVE}", {"text": "Agenda of ana"})
    room.state("ben", LESSON)
    assert room.do("take", 409, prompt=GIVE)["code"] == "nobody-left-over"  # Ben may still read it
    room.ask("ben", "POST", "api/room/leave", {})
    (lack,) = room.do("sweep", prompt=GIVE)["lacks"]
    assert lack["name"] == "Ana Silva"
    room.do("take", prompt=GIVE)
    held = room.lead(LESSON)["mine"][GIVE]["current"]
    assert (held["name"], held["text"]) == ("Ana Silva", "Agenda of ana")
    assert room.do("give", 409, prompt=GIVE, id=held["id"], offer="Coffee")["code"] == "nothing-to-give"
    assert room.do("give", 404, prompt="example-moment", id=held["id"], **FIELDS)["code"] == "no-assignment"
    assert room.do("take", 404, prompt=DOOR)["code"] == "no-prompt"
    room.do("give", prompt=GIVE, id=held["id"], **FIELDS)
    (got,) = room.state("ana", LESSON)["mine"][GIVE]["critique"]["received"]
    assert (got["name"], {key: got["fields"][key] for key in FIELDS}) == ("Fay Lead", FIELDS)
    room.ask("ana", "POST", f"api/room/critique/{got['id']}/reply", {"change": "The order", "keep": "The lines"})
    assert room.lead(LESSON)["mine"][GIVE]["given"][0]["change"] == "The order"


def test_the_session_is_followed_by_everybody_and_the_screen_holds_nobody(room):
    room.do("begin", lesson="1-purpose")
    for who in PARTICIPANTS:
        room.ask(who, "POST", "api/room/here", {})
    room.ask("ben", "POST", "api/room/hand", {"up": True, "note": "Where is the table?"})
    room.do("step", step=2)
    seen = room.state("ana")
    assert (seen["live"]["step"], seen["here"], seen["live"]["lesson"]) == (2, 8, "1-purpose")
    assert seen["live"]["ends_at"] - seen["live"]["step_at"] == seen["agenda"][2]["minutes"] * 60_000
    assert [each["name"] for each in room.lead()["hands"]] == ["Ben Ode"]
    room.do("groups", size=3)
    assert len(room.state("ana")["group"]["people"]) in (2, 3)
    room.share("ana", "1-purpose", RIGOR, {"text": "For the wall"})
    link = room.do("projector")["url"]
    token = link.rsplit("/", 1)[1]
    room.do("show", what=RIGOR)
    shown = room.ask("", "GET", f"api/room/screen/{token}/state")
    assert shown["question"]["id"] == RIGOR
    assert not any(PEOPLE[who].name in json.dumps(shown) for who in PARTICIPANTS)
    room.do("projector-end")
    assert room.ask("", "GET", f"api/room/screen/{token}/state", status=404)["code"] == "no-projector"
    sheet = room.ask("fay", "GET", "api/room/lead/sheet/1-purpose")
    assert {row["name"] for row in sheet["rows"]} == {PEOPLE[who].name for who in PARTICIPANTS}
    room.do("end")
    assert room.state("ana")["live"] is None


def test_the_same_state_is_said_shortly_and_a_change_in_full(room):
    first = room.state("ana", "1-purpose")
    since = f"{first['number']}.{first['pulse']}"
    again = room.ask("ana", "GET", f"api/room/state?lesson=1-purpose&since={since}")
    assert again["same"] is True and "questions" not in again
    room.do("message", status=409, text="Nobody is here yet")
    room.do("begin", lesson="1-purpose")
    room.do("message", text="Five minutes more")
    assert room.ask("ana", "GET", f"api/room/state?lesson=1-purpose&since={since}")["live"]["message"]


def read_events(running, who, path, wanted):
    """The first events of a stream, as (event, data)."""
    link = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    ours = {"Cookie": f"{COOKIE}={who}", "X-XSRFToken": mark_of(PEOPLE[who].id)}
    link.request("GET", f"/openpractice/{path}", headers=ours)
    reply = link.getresponse()
    try:
        assert reply.status == 200 and reply.headers["Content-Type"].startswith("text/event-stream")
        events = []
        while len(events) < wanted:
            line = reply.readline().decode().strip()
            if line.startswith("data:"):
                events.append(line.removeprefix("data: "))
                if len(events) == 1:
                    yield "open"
        yield events
    finally:
        link.close()


def test_the_stream_says_only_that_there_is_news(room):
    room.state("ana")
    for who, path in (("ana", "api/room/stream"), ("fay", "api/room/lead/stream")):
        events = read_events(room.running, who, path, 2)
        assert next(events) == "open"
        room.share("ben", "1-purpose", RIGOR, {"text": f"News for {who}"})
        assert next(events) == ["begin", "wide"]


LEAD_PATHS = ("api/room/lead/state", "api/room/lead/log", "api/room/lead/sheet/1-purpose", "api/room/lead/stream")


@pytest.mark.parametrize("who", ["ana", "rev", "guest"])
def test_only_those_who_lead_may_lead(course, who):
    for path in LEAD_PATHS:
        assert course.running.ask("GET", path, who=who).status == 403
    for path in ("api/room/lead/do/reveal", "api/room/lead/do/begin", "api/room/lead/cohort"):
        assert course.running.ask("POST", path, "{}", who=who).status == 403


@pytest.mark.parametrize("who", ["rev", "guest", "fay"])
def test_who_takes_no_part_has_no_door_of_a_participant(course, who):
    assert course.running.ask("GET", "api/room/state", who=who).status == 403
    assert course.running.ask("POST", "api/room/hand", '{"up": true}', who=who).status == 403


def test_another_cohort_is_neither_seen_nor_entered_without_its_code(room):
    room.share("ana", "1-purpose", RIGOR, {"text": "Ours"})
    made = room.ask("fay", "POST", "api/room/lead/cohort", {"title": "Autumn"})["id"]
    code = room.ask("fay", "GET", f"api/room/lead/state?cohort={made}")["join_code"]
    seen = room.ask("ana", "GET", f"api/room/state?cohort={made}&lesson=1-purpose")
    assert seen["cohort"]["id"] == "main"  # a request names no cohort: it is one's own
    assert room.ask("ben", "POST", "api/room/join", {"code": "guess-word"}, 404)["code"] == "wrong-code"
    room.ask("ben", "POST", "api/room/join", {"code": code.upper()})
    assert room.state("ben", "1-purpose")["questions"][RIGOR]["wall"] == []
    seen = room.ask("ben", "GET", "api/room/state?cohort=main&lesson=1-purpose")
    assert (seen["cohort"]["id"], seen["questions"][RIGOR]["wall"]) == (made, [])


def test_of_several_cohorts_one_is_in_the_one_whose_code_one_gave_last(room):
    """What is saved, shared, counted and seen is in the same one."""
    made = room.ask("fay", "POST", "api/room/lead/cohort", {"title": "Autumn"})["id"]
    code = {
        cohort: room.ask("fay", "GET", f"api/room/lead/state?cohort={cohort}")["join_code"] for cohort in ("main", made)
    }

    def walls():
        found = {}
        for cohort in code:
            lead = room.ask("fay", "GET", f"api/room/lead/state?cohort={cohort}&lesson=1-purpose")
            found[cohort] = [card["text"] for card in lead["walls"].get(RIGOR, ())]
        return found

    for turn, cohort in enumerate((made, "main", made)):
        room.ask("ana", "POST", "api/room/join", {"code": code[cohort]})
        room.share("ana", "1-purpose", RIGOR, {"text": f"Words {turn}"})
        room.save("ana", LESSON, DOOR, {"choice": choices(room)[turn]})
        assert walls()[cohort] == [f"Words {turn}"]
        assert room.state("ana", LESSON)["cohort"]["id"] == cohort
        assert room.state("ana", LESSON)["questions"][DOOR]["answered"] == 1
    assert walls() == {"main": ["Words 1"], made: ["Words 2"]}


def test_nobody_reads_who_answered_what_from_any_route(room):
    one, other = choices(room)[:2]
    for number, who in enumerate(PARTICIPANTS):
        room.save(who, LESSON, DOOR, {"choice": one if number < 3 else other})
    room.do("reveal", prompt=DOOR)
    told = [room.state(who, LESSON) for who in PARTICIPANTS] + [room.lead(LESSON, 1)]
    told += [room.ask(who, "GET", "api/room/mine") for who in PARTICIPANTS]
    told.append(room.ask("fay", "GET", "api/room/lead/log"))
    seat = {who: room.running.served.seat_of(PEOPLE[who]) for who in PARTICIPANTS}
    for each in map(json.dumps, told):
        assert not any(seat[who].journal.code(DOOR) in each for who in PARTICIPANTS)
    assert room.lead(LESSON, 1)["who"][DOOR]["have_not"] == []
    export = json.dumps(seat["ana"].journal.export())
    assert seat["ana"].journal.code(DOOR) not in export


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("api/room/hand", {"up": True, "note": 7}, 400),
        ("api/room/seen", {"shares": "all"}, 400),
        ("api/room/seen", {}, 400),
        ("api/room/seen", {"shares": ["\0"]}, 400),
        ("api/room/report/%00", {"why": "x"}, 404),
        ("api/room/join", {"code": ["x"]}, 400),
        (f"api/room/work/{GIVE}/give", {"id": "x"}, 400),
        (f"api/room/work/{GIVE}/give", {"id": "x", "index": 0}, 404),
        ("api/room/work/learning-door/sit", {}, 404),
        ("api/room/work/nothing/sit", {}, 404),
        ("api/room/report/none", {"why": "x"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(course, path, body, status):
    reply = course.ask("ana", "POST", path, body, status)
    assert reply["code"] and len(reply["message"]) > 10 and "{" not in reply["message"]


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("begin", {"lesson": "none"}),
        ("step", {"step": 3}),
        ("step", {"step": "3"}),
        ("phase", {"prompt": DOOR, "phase": "later"}),
        ("phase", {"prompt": "none", "phase": "write"}),
        ("reveal", {"prompt": DOOR}),
        ("reveal", {"prompt": RIGOR}),
        ("shown", {"prompt": DOOR, "shown": "yes"}),
        ("hide", {"share": "none", "why": "x"}),
        ("minutes", {"lesson": "1-purpose", "person": "none", "minutes": 5, "why": "x"}),
        ("nothing", {}),
    ],
)
def test_an_act_that_makes_no_sense_is_refused_in_words(course, act, body):
    reply = course.running.ask("POST", f"api/room/lead/do/{act}", json.dumps(body), who="fay")
    content = json.loads(reply.body)
    assert reply.status in (400, 404, 409) and len(content["message"]) > 10 and "{" not in content["message"]


def test_leaving_is_for_good_until_one_comes_back_by_oneself(room):
    room.share("ana", "1-purpose", RIGOR, {"text": "Mine to take"})
    room.save("ana", LESSON, DOOR, {"choice": choices(room)[0]})
    assert room.ask("ana", "POST", "api/room/leave", {})["left"] == "erase"
    assert room.lead("1-purpose")["walls"] == {}
    assert room.ask("ana", "GET", "api/room/state", status=403)["code"] == "has-left"
    code = room.lead()["join_code"]
    room.ask("ana", "POST", "api/room/join", {"code": code})
    assert room.state("ana", LESSON)["me"]["name"] == "Ana Silva"


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.lists(st.text(), max_size=3)
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_sent_to_a_door_as_described_or_not_is_answered_in_words(course, data):
    """Every operation of the document with bodies that fit it and bodies that do not: never a fault of ours."""
    described = openapi.document("/openpractice/")["paths"]
    operations = [
        (path, method, one)
        for path, methods in described.items()
        for method, one in methods.items()
        if "stream" not in path and "leave" not in path
    ]
    path, method, operation = data.draw(st.sampled_from(operations))
    known = [DOOR, RIGOR, GIVE, LESSON, "1-purpose", "x", "%2e%2e"]
    ids = next((one["schema"].get("enum") for one in operation.get("parameters", ()) if one["in"] == "path"), None)
    body = None
    if "requestBody" in operation:
        names = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
        fitting = {"string": st.sampled_from(known) | st.text(), "integer": st.integers(), "boolean": st.booleans()}
        values = {name: fitting.get(one["type"], ODD) | ODD for name, one in names.items()}
        body = json.dumps(data.draw(st.fixed_dictionaries({}, optional=values)))
    address = path.removeprefix("/").replace("{id}", data.draw(st.sampled_from(ids or known)))
    who = "fay" if "/lead/" in path else "ana"
    reply = course.running.ask(method.upper(), address, body, who=who)
    assert reply.status < 500, (method, address, body, reply.body)
    content = json.loads(reply.body)
    assert isinstance(content, dict)
    if reply.status >= 400:
        assert content["code"] and content["message"]


def test_the_table_of_routes_is_the_rooms_own(course):
    assert set(roomroutes.ROUTES) <= set(table())
