"""What every guard of the reviewers' routes turns away."""

import re

import pytest

from openpractice.service.review.markdoors import ROUTES
from review_server import WORDS, afresh, ledger, made, place, rev, server
from reviewers import copy_class
from servers import serving
from sign_in import BEGINS

PATHS = [re.sub(r"\(\[\^/\]\+\)", "x", path).replace("/?", "/") for path, _ in ROUTES]
METHODS = ("GET", "POST", "PUT", "DELETE")
OFFERED = [
    (path, method)
    for path, (_, handler) in zip(PATHS, ROUTES, strict=True)
    for method in METHODS
    if method.lower() in vars(handler)
]


def test_the_table_of_routes_is_whole():
    assert len(OFFERED) >= 30 and ("api/review/mark/x/x/x", "PUT") in OFFERED


@pytest.mark.parametrize(("path", "method"), OFFERED)
def test_a_signed_out_browser_gets_nothing(server, path, method):
    reply = server.ask(method, path, {} if method != "GET" else None, signed_in=False)
    assert reply.status in (302, 401, 403)
    if reply.status == 302:
        assert "/login" in reply.headers["location"] and not path.startswith("api/")


@pytest.fixture(scope="module")
def participants(place):
    """A participant's server over the same data."""
    with serving(
        place.data,
        "participant",
        OPENPRACTICE_PERSON="ana",
        OPENPRACTICE_DATA=str(place.data),
        OPENPRACTICE_GRADEBOOK=place.db_url,
        JUPYTER_CONFIG_DIR=str(place.data / "other"),
    ) as running:
        yield running


@pytest.mark.parametrize(("path", "method"), OFFERED)
def test_a_participant_gets_nothing(participants, path, method):
    reply = participants.ask(method, path, {} if method != "GET" else None)
    assert (reply.status, reply.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("path", "method"), [one for one in OFFERED if one[1] != "GET"])
def test_a_write_without_the_pages_mark_is_refused(server, path, method):
    reply = server.ask("GET", f"/openpractice/review/?token={BEGINS}rev", signed_in=False)
    cookie = "; ".join(one for one in reply.cookies if not one.startswith("_xsrf"))
    refused = server.ask(method, path, {}, {"Cookie": cookie}, signed_in=False)
    assert (refused.status, refused.json["code"]) == (403, "page-too-old")


@pytest.mark.parametrize("path", sorted({path for path in PATHS if "x" in path.split("/")}))
@pytest.mark.parametrize("bad", ["..%2f..%2fetc", "A", "%00", "a" * 64, "%F0%9F%8C%B1"])
def test_what_is_no_id_is_nowhere(rev, server, path, bad):
    methods = [method for one, method in OFFERED if one == path]
    for method in methods:
        reply = server.ask(
            method,
            path.replace("x", bad, 1)
            if path.startswith("x")
            else "/".join(bad if part == "x" else part for part in path.split("/")),
            {} if method != "GET" else None,
            {"Authorization": f"token {BEGINS}rev"},
            signed_in=False,
        )
        assert reply.status in (400, 404), (method, reply.status, reply.text[:200])


@pytest.mark.parametrize(
    "bad",
    [
        {"levels": {"R": 4}},
        {"levels": {"R": True}},
        {"levels": {"X": 1}},
        {"comment": "x" * 20_001},
        {"notes": {"Z": "x"}},
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_a_sentence(rev, bad):
    reply = rev.ask("PUT", f"mark/{WORDS}/{rev.who()[0]}", bad)
    assert (reply.status, reply.json["code"]) == (422, "refused") and reply.json["message"].endswith(".")


@pytest.mark.parametrize(
    "bad",
    [
        {"levels": []},
        {"version": "1"},
        {"version": True},
        {"version": -1},
        {"comment": 7},
        {"seconds": "9"},
        {"notes": 7},
        {"sha256": 5},
    ],
)
def test_a_mark_of_the_wrong_form_is_not_understood(rev, bad):
    assert rev.ask("PUT", f"mark/{WORDS}/{rev.who()[0]}", bad).status == 400


def test_more_than_a_mark_can_be_is_refused(rev):
    assert rev.ask("PUT", f"mark/{WORDS}/{rev.who()[0]}", {"comment": "x" * 400_000}).status == 413


def test_a_bare_token_has_no_name_and_reviews_nothing(made, tmp_path):
    folder = copy_class(made, tmp_path / "bare")
    with serving(folder.data, "facilitator", OPENPRACTICE_GRADEBOOK=folder.db_url) as running:
        refused = running.ask("GET", "api/review/queue")
        assert (refused.status, refused.json["code"]) == (403, "nameless")


def test_alone_the_reviewer_is_whoever_said_a_name(made, tmp_path):
    folder = copy_class(made, tmp_path / "alone")
    with serving(folder.data, "alone", OPENPRACTICE_GRADEBOOK=folder.db_url) as running:
        assert running.ask("GET", "api/review/queue").json["code"] == "name-first"
        running.ask("POST", "api/person", {"name": "Ana"})
        found = running.ask("GET", "api/review/queue").json
        assert (found["reviewer"], found["prompts"][0]["mine"]) == ("ana", 3)


def test_before_anything_is_released_a_sentence_says_so(tmp_path):
    with serving(tmp_path, "alone") as running:
        running.ask("POST", "api/person", {"name": "Rev"})
        reply = running.ask("GET", "api/review/queue")
        assert (reply.status, reply.json["code"]) == (409, "not-ready") and "no gradebook yet" in reply.json["message"]
