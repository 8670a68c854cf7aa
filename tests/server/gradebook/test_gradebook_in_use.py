"""Another program holds the gradebook: every page says so in a sentence, and what was refused goes in afterwards."""

import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from handins import LESSON, TRACE, hand_in, response
from neighbours import state
from openpractice.gradebook import gradebook
from openpractice.intake.collect import collect
from openpractice.service.review.deskkeeper import DeskKeeper
from postgres import db_url, postgres
from reviewers import PROMPT, calibrate, make_class
from served import service

SENTENCE = "The gradebook is in use by another program, or cannot be reached. Nothing is lost. Wait a moment"
PAGE = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture(scope="module")
def course(tmp_path_factory, db_url):
    made = make_class(tmp_path_factory.mktemp("class"), ("ana", "ben"), db_url)
    calibrate(made, "rob", "fay")
    return made


@pytest.fixture
def running(course, monkeypatch):
    monkeypatch.setenv("OPENPRACTICE_GRADEBOOK", course.db_url)
    monkeypatch.setattr(gradebook, "BRIEFLY", 0.3)
    with service(course.data) as found:
        yield found


@contextmanager
def held(course):
    """Somebody else has the whole gradebook to themselves, for reading too."""
    if course.db_url.startswith("sqlite"):
        with sqlite3.connect(course.root / "gradebook.db", isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        return
    engine = sa.create_engine(course.db_url)
    with engine.connect() as other:
        names = ", ".join(f'"{name}"' for name in sa.inspect(other).get_table_names())
        other.execute(sa.text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


@pytest.mark.parametrize("opened_before", [True, False])
def test_what_a_reviewer_asks_is_answered_in_a_sentence_and_the_mark_goes_in_afterwards(running, course, opened_before):
    one = f"{LESSON}/{PROMPT}/{DeskKeeper(running.served).handle('ana' if opened_before else 'ben')}"
    mark = {"levels": {"R": 2, "P": 1}, "version": 0, "seconds": 1, "comment": "kept"}
    if opened_before:  # otherwise it is as after a restart: the first who asks opens it
        assert running.ask("GET", f"api/review/answer/{one}", who="rob").status == 200
    with held(course):
        for method, path, body in (
            ("PUT", f"mark/{one}", mark),
            ("GET", "queue", None),
            ("GET", f"answer/{one}", None),
            ("POST", "people", {}),
            ("POST", "bank", {"criterion": "R", "level": 1, "text": "See this."}),
        ):
            reply = running.ask(method, f"api/review/{path}", body, who="rob")
            assert (reply.status, reply.json["code"]) == (503, "gradebook-in-use"), (path, reply.text)
            assert reply.json["message"].startswith(SENTENCE)
    saved = running.ask("PUT", f"api/review/mark/{one}", mark, who="rob")
    assert (saved.status, saved.json["mark"]["comment"]) == (200, "kept")


def test_pages_say_so_too_and_none_says_that_nobody_is_there(running, course):
    hand_in(course, "zoe", {TRACE["id"]: response(TRACE, {"text": "Handed in meanwhile."})})
    with held(course):
        review = running.ask("GET", "review/", who="fay", headers=PAGE)
        assert review.status == 200 and "The gradebook is in use by another program" in review.text
        for path in ("facilitator", "facilitator/people"):
            page = running.ask("GET", path, who="fay", headers=PAGE)
            assert page.status == 503 and "The gradebook is in use by another program" in page.text
    assert "zoe" in running.ask("GET", f"facilitator/people?session={LESSON}", who="fay", headers=PAGE).text
    assert running.ask("GET", "facilitator", who="fay", headers=PAGE).status == 200


def test_participants_write_and_share_on(running, course):
    change = {"lesson": LESSON, "key": "held", "base": 0, "value": {"text": "words"}}
    with held(course):
        assert running.ask("GET", "", who="ana", headers=PAGE).status == 200
        assert running.ask("PUT", f"api/answers/{PROMPT}", change, who="ana").status == 200
        assert running.ask("POST", "api/room/here", {}, who="ana").status < 500


# Another program that writes, until it is told to end: who only reads goes on.
WRITER = """
import sys
import sqlalchemy as sa
url = sys.argv[1]
with sa.create_engine(url).connect() as db:
    if url.startswith("sqlite"):
        db.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        names = ", ".join(f'"{name}"' for name in sa.inspect(db).get_table_names())
        db.execute(sa.text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def written_to(course):
    """Another process holds the gradebook for writing; the process, which can be waited for."""
    words = [sys.executable, "-c", WRITER, course.db_url]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        try:
            yield other
        finally:
            other.stdin.close()


def handed_in_anew(course, text):
    """Somebody hands in again and somebody for the first time; both, by name."""
    newcomer = f"new-{text}"
    for who in ("ana", newcomer):
        hand_in(course, who, {TRACE["id"]: response(TRACE, {"text": f"{text} of {who}"})})
    return {"ana", newcomer}


def told_collected(course, people):
    """Who of them is told that what they handed in now has reached the facilitators."""
    with gradebook.opened(course) as engine, engine.connect() as db:
        there = {row.participant for row in db.execute(sa.text("SELECT participant FROM op_response"))}
    return {who for who in people - there if state(course, who) == "collected"}


def test_while_another_program_writes_collect_says_so_and_the_next_one_finishes(course, monkeypatch):
    monkeypatch.setattr(gradebook, "PATIENCE", 0.3)
    people = handed_in_anew(course, "held")
    with written_to(course):
        for _ in range(2):
            with pytest.raises(gradebook.GradebookInUse, match="in use by another program"):
                collect(course, LESSON)
            assert state(course, "ana") == "collecting" and told_collected(course, people) == set()
    assert people <= set(collect(course, LESSON).new)  # and whoever handed in before
    assert {state(course, who) for who in people} == {"collected"}
    assert collect(course, LESSON).new == ()


def pressed(running):
    """The button for collecting, until its work has ended: how it ended, and what it said."""
    job = running.ask("POST", f"api/facilitator/collect/{LESSON}", {}, who="fay").json["job"]
    while (now := running.ask("GET", f"api/facilitator/jobs/{job}", who="fay").json)["state"] == "running":
        time.sleep(0.2)
    return now["state"], " ".join(line["text"] for line in now["lines"])


@pytest.mark.slow
def test_through_a_whole_minute_button_and_command_say_so_and_finish_afterwards(running, course):
    people = handed_in_anew(course, "minute")
    began = time.monotonic()
    with written_to(course) as other:
        state_of, said = pressed(running)
        assert state_of == "failed" and "in use by another program" in said and "Nothing is lost." in said
        with pytest.raises(gradebook.GradebookInUse, match="in use by another program"):
            collect(course, LESSON)
        # Each waited with the patience that it has at a workshop, and the other program was at it all the time.
        assert time.monotonic() - began >= 2 * gradebook.PATIENCE >= 60 and other.poll() is None
        assert told_collected(course, people) == set()
    state_of, said = pressed(running)
    assert state_of == "done" and "Collected Session 1 from" in said
    assert collect(course, LESSON).new == () and {state(course, who) for who in people} == {"collected"}
