"""A reviewer's own script sends odd marks, comments and whatever else: each way in answers in words, nobody's row changes."""

import json

import pytest
import sqlalchemy as sa
from test_anything_sent import cases, course, handle, held, running

from handins import LESSON
from openpractice.gradebook import gradebook
from openpractice.gradebook.nbgrader_tables import comment, grade
from openpractice.gradebook.own_tables import AGREED, given, mark
from openpractice.service.review.deskkeeper import DeskKeeper
from postgres import db_url, postgres
from reviewers import PROMPT
from trust import shown

ODD = [
    "\ud800", "\udfff x", "\ufffe", "\x00", "\x0b\x02", "\u202e", "", "x" * 70_000, "../x", "ben",
    None, True, -1, 1.5, 4, 2**31, 2**63, -(10**309), 1e308, float("inf"), float("nan"), 10**4000,
    [], {}, [[]], {"\ud800": 1}, {"nope": 1}, {"R": 9}, {"R": -1}, {"R": 1.0}, {"R": True}, {"R": "2"}, {"R": [1]},
    {"R": "\x00"}, {"R": "\ud800"}, {"": 1}, {"R": 10**30}, {"x" * 100_000: 1}, {"R": {"R": {"R": 1}}},
]  # fmt: skip
RAW = [
    b"", b"null", b"[]", b'"x"', b"7", b"{", b"\xff\xfe", b'{"comment": "\xed\xa0\x80"}', b'{"comment": "\xff"}',
    b"{" * 20_000, b"[" * 20_000 + b"]" * 20_000, b'{"x": ' * 975 + b"1" + b"}" * 975, b" " * 300_000, b"\x00" * 50,
]  # fmt: skip
WAYS = [number for number, (_, _, path, _) in enumerate(cases("x")) if path.startswith("api/review/")]
PROMISE = "Whatever a reviewer's script sends is answered in words, and no other reader's row changes."
HOW = "each part of a right request to each way into reviewing is made odd, doubled or nested deep, on SQLite and PostgreSQL"


def odd_bodies(right):
    """The right body with each of its parts odd, with each part twice, and things that are no body at all."""
    yield from RAW
    for name in [*right, "more"]:
        for odd in ODD:
            yield json.dumps(right | {name: odd}).encode()
        yield json.dumps(right).encode()[:-1] + b', "' + name.encode() + b'": 1, "' + name.encode() + b'": 2}'
        deep = b"[" * 975 + b"]" * 975
        yield json.dumps(right | {name: "DEEP"}).encode().replace(b'"DEEP"', deep)


def others_rows(course, reader, person):
    """All that this reader's own mark of this person's answer leaves as it is."""
    with gradebook.opened(course) as engine, engine.connect() as db:
        own = mark.c.reviewer.in_([reader, AGREED])
        marks = sa.select(mark).where(sa.not_(sa.and_(own, mark.c.participant == person))).order_by(*mark.primary_key)
        scores = sa.select(given).where(given.c.participant != person).order_by(*given.primary_key)
        scored = sa.select(sa.func.count()).where(grade.c.manual_score.is_not(None))
        said = sa.select(sa.func.count()).where(comment.c.manual_comment.is_not(None))
        return [list(map(tuple, db.execute(query))) for query in (marks, scores, scored, said)]


def send(running, course, handle, number, step):
    """Every so many-th of the odd bodies for one way in."""
    who, method, path, right = cases(handle)[number]
    bodies = list(odd_bodies(right))[number % step :: step]
    person = DeskKeeper(running.served).participant(handle)
    before, words = others_rows(course, who, person), held(course)
    for body in bodies:
        reply = running.ask(method, path, body, who=who)
        assert reply.status < 500, (body[:200], reply.text[:300])
        if reply.status >= 400:
            assert reply.json["code"] and 10 < len(reply.json["message"]) < 600, (body[:200], reply.text[:300])
            assert len(reply.text) < 2000
    assert held(course) == words
    assert others_rows(course, who, person) == before
    return len(bodies)


def test_some_of_what_a_reviewers_script_may_send_is_answered_in_words(running, course, handle):
    count = sum(send(running, course, handle, number, 29) for number in WAYS)
    shown(PROMISE, HOW, f"{count:,} requests on each database")


@pytest.mark.slow
@pytest.mark.fuzz
def test_all_that_a_reviewers_script_may_send_is_answered_in_words(running, course, handle):
    count = sum(send(running, course, handle, number, 1) for number in WAYS)
    assert count > 2000
    shown(PROMISE, HOW, f"{count:,} requests on each database")


@pytest.mark.parametrize("way", ["mark", "agree"])
@pytest.mark.parametrize(
    "place",
    ["nope/{prompt}/{handle}", "{lesson}/nope/{handle}", "{lesson}/{prompt}/ben", "{lesson}/{prompt}/" + "0" * 12],
)
def test_a_mark_for_what_is_not_there_goes_nowhere(running, course, handle, way, place):
    before = others_rows(course, "nobody", "nobody")
    path = place.format(lesson=LESSON, prompt=PROMPT, handle=handle)
    body = {"levels": {"R": 1, "P": 1}, "version": 0, "seconds": 1, "comment": "", "notes": {}}
    reply = running.ask("PUT", f"api/review/{way}/{path}", body, who="rob")
    assert reply.status in (404, 409) and reply.json["message"]
    assert others_rows(course, "nobody", "nobody") == before
