"""Attacks over HTTP: somebody wants to know who answered what, to see what is not theirs to see, or to vote twice."""

import logging
import threading

import pytest
from test_who_may import MAY

from openpractice.service.room.servedroom import room_of
from room_service import PARTICIPANTS, PEOPLE, room_service

LESSON, DOOR, RIGOR = "2-learning", "learning-door", "purpose-rigor"
EVERYBODY = (*PARTICIPANTS[:2], "fay", "rev", "guest", "")


class Recorder(logging.Handler):
    """Every line that any part of the service writes to its log."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A room in which all have answered and one has shared and gone on writing; its log, and its choices."""
    recorder, log = Recorder(), logging.getLogger()
    level = log.level
    log.addHandler(recorder)
    log.setLevel(logging.DEBUG)
    with room_service(tmp_path_factory.mktemp("attacks"), lessons=("1-purpose", LESSON)) as room:
        choices = [each["id"] for each in room.running.served.lesson(LESSON).own()[DOOR]["choices"]]
        for number, who in enumerate(PARTICIPANTS):
            room.save(who, LESSON, DOOR, {"choice": choices[number % 3], "comment": comment(who)})
        room.do("reveal", prompt=DOOR)
        room.share("ana", "1-purpose", RIGOR, {"text": "What Ana shows"})
        room.save("ana", "1-purpose", RIGOR, {"text": "Draft that Ana keeps"})
        yield room, recorder.lines
    log.removeHandler(recorder)
    log.setLevel(level)


def comment(who):
    return f"Because {who} says so here"


def codes(room):
    journals = {who: room.running.served.seat_of(PEOPLE[who]).journal for who in PARTICIPANTS}
    return {who: journal.code(DOOR) for who, journal in journals.items()}


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_route_tells_anybody_a_code_a_key_somebody_elses_words_or_draft(told, who):
    room, _ = told
    with room_of(room.running.served).store.reading() as db:
        keys = set(db.exec_driver_sql("SELECT code FROM room_ballot").scalars())
    assert len(keys) == len(PARTICIPANTS)
    hidden = {*keys, *codes(room).values(), *(comment(each) for each in PARTICIPANTS if each != who)}
    hidden |= set() if who == "ana" else {"Draft that Ana keeps"}
    seen = 0
    for path, methods in MAY.items():
        if "GET" not in methods or path.endswith("stream"):
            continue
        for one in (LESSON, DOOR, "ana") if "x" in path.split("/") else ("",):
            address = "/".join(one if part == "x" else part for part in path.split("/"))
            for asked in (address, f"{address}?lesson={LESSON}&names=1&cohort=main"):
                reply = room.running.ask("GET", asked, who=who)
                words = reply.body.decode("utf-8", "replace")
                seen += reply.status == 200
                assert not [each for each in hidden if each in words], asked
    assert seen > (5 if who in PEOPLE and PEOPLE[who].role else 1)


def test_no_line_of_the_services_log_puts_a_person_beside_an_answer(told):
    room, lines = told
    assert any(DOOR in line for line in lines)  # it is written down that somebody saved something
    secret = {*codes(room).values(), *map(comment, PARTICIPANTS)}
    names = {PEOPLE[who].name for who in PARTICIPANTS}
    for line in lines:
        assert not any(each in line for each in secret)
        assert not (DOOR in line and any(name in line or f"'{who}'" in line for who in PARTICIPANTS for name in names))


def test_a_participant_gets_no_names_behind_a_count(told):
    room, _ = told
    state = room.ask("ana", "GET", f"api/room/state?lesson={LESSON}&names=1")
    assert state["questions"][DOOR]["answered"] == len(PARTICIPANTS) and "who" not in state
    others = [PEOPLE[who].name for who in PARTICIPANTS[1:]]
    assert not any(name in str(state["questions"][DOOR]) for name in others)
    for path in ("api/room/lead/state?names=1", "api/room/lead/log", f"api/room/lead/sheet/{LESSON}"):
        room.ask("ana", "GET", path, status=403)


@pytest.fixture
def room(tmp_path):
    with room_service(tmp_path, lessons=(LESSON,)) as running:
        yield running


def choices(room):
    return [each["id"] for each in room.running.served.lesson(LESSON).own()[DOOR]["choices"]]


def answered(room):
    return room.lead(LESSON)["questions"][DOOR]["answered"]


@pytest.mark.parametrize("act", ["reveal", "phase", "shown", "reset"])
def test_below_five_nobody_sees_a_count_by_any_act(room, act):
    for who in PARTICIPANTS[:4]:
        room.save(who, LESSON, DOOR, {"choice": choices(room)[0]})
    if act == "reveal":
        assert room.do("reveal", 409, prompt=DOOR)["code"] == "too-few"
    elif act == "phase":
        assert room.do("phase", prompt=DOOR, phase="closed")["held_back"] == "too-few"
    elif act == "shown":
        room.do("shown", prompt=DOOR, shown=True)
    else:
        room.do("again", prompt=DOOR, reset=True)
    room.do("begin", lesson=LESSON)
    room.do("show", what=DOOR)
    screen = room.do("projector")["url"].rpartition("/")[2]
    led = room.lead(LESSON)
    seen = [room.state("ana", LESSON)["questions"][DOOR], led["questions"][DOOR]]
    seen.append(room.ask("", "GET", f"api/room/screen/{screen}/state")["question"])
    assert [each["results"] for each in seen] == [[], [], []] and led["set_aside"] == {}


def test_what_is_sent_again_by_oneself_or_somebody_else_counts_once_a_person(room):
    one, other = choices(room)[:2]
    sent = {"lesson": LESSON, "value": {"choice": one}, "base": 0, "key": "the-same"}
    for _ in range(3):
        room.ask("ana", "PUT", f"api/answers/{DOOR}", sent)
    assert answered(room) == 1
    # A code that is sent along is nobody's: only the journal's own counts.
    room.ask("ben", "PUT", f"api/answers/{DOOR}", sent | {"value": {"choice": other}, "code": codes(room)["ana"]})
    assert answered(room) == 2
    with room_of(room.running.served).store.reading() as db:
        kept = sorted(db.exec_driver_sql("SELECT answer FROM room_ballot").scalars())
    assert kept == sorted(f'{{"choice": "{each}"}}' for each in (one, other))


def test_at_the_same_time_from_several_windows_one_person_has_one_vote(room):
    sent = [
        threading.Thread(target=room.running.ask, args=("POST", f"api/room/count/{DOOR}", "{}"), kwargs={"who": "ana"})
        for _ in range(8)
    ]
    room.save("ana", LESSON, DOOR, {"choice": choices(room)[0]})
    for each in sent:
        each.start()
    for each in sent:
        each.join()
    assert answered(room) == 1


def test_a_journal_without_its_code_a_leave_and_a_return_give_no_second_vote(room):
    room.save("ana", LESSON, DOOR, {"choice": choices(room)[0]})
    (journal,) = room.running.data.glob("people/ana/journal/*.jsonl")
    kept = [line for line in journal.read_text().splitlines(True) if '"op":"code"' not in line]
    assert len(kept) < len(journal.read_text().splitlines())
    code = room.lead()["join_code"]
    journal.write_text("".join(kept))
    room.ask("ana", "POST", "api/room/leave", {})
    room.ask("ana", "POST", "api/room/join", {"code": code})
    assert room.save("ana", LESSON, DOOR, {"choice": choices(room)[1]})["counted"] == "answered-already"
    assert room.ask("ana", "POST", f"api/room/count/{DOOR}", {}, 409)["code"] == "answered-already"
    assert answered(room) == 1


def at_once(*calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_whoever_leaves_while_they_save_share_and_raise_a_hand_leaves_nothing_behind(tmp_path):
    with room_service(tmp_path, lessons=("1-purpose", LESSON)) as room:
        choice = room.running.served.lesson(LESSON).own()[DOOR]["choices"][0]["id"]
        code, rev = room.lead()["join_code"], room.save("hana", "1-purpose", RIGOR, {"text": "What Hana wrote"})["rev"]
        store = room_of(room.running.served).store

        def ask(method, path, body):
            return lambda: room.running.ask(method, path, body, who="hana")

        for number in range(12):
            assert room.running.ask("POST", "api/room/join", {"code": code}, who="hana").status == 200
            answer = {"lesson": LESSON, "value": {"choice": choice}, "base": number, "key": f"h{number}"}
            at_once(
                ask("PUT", f"api/answers/{DOOR}", answer),
                ask("POST", f"api/answers/{RIGOR}/share", {"rev": rev}),
                ask("POST", "api/room/hand", {"up": True}),
                ask("POST", "api/room/leave", {}),
            )
            with store.reading() as db:
                for table in ("member", "share", "stuck"):
                    people = db.exec_driver_sql(f"SELECT person FROM room_{table}").scalars()
                    assert "hana" not in set(people), (number, table)
                assert db.exec_driver_sql("SELECT count(*) FROM room_ballot").scalar() == 0, number
