"""Another program holds the gradebook: every page says so in a sentence, and what was refused goes in afterwards."""

import sqlite3
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from handins import LESSON, TRACE, hand_in, response
from openpractice.gradebook import gradebook
from openpractice.service.review.readersroom import ReviewRoom
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
    one = f"{LESSON}/{PROMPT}/{ReviewRoom(running.served).handle('ana' if opened_before else 'ben')}"
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
