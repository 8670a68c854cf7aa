"""The pages' forms without scripts, and the guide in the corner."""

import re

import pytest

from doors import LESSON, ana, handins, participant, server
from servers import form


def test_a_name_is_said_by_a_plain_form_and_is_never_in_an_address(server):
    server.ask("DELETE", "api/person")
    assert '<form id="name-form" method="post" action="/openpractice/"' in server.ask("GET", "").text
    reply = form(server, "", {"name": "Plain Form <b>"})
    assert (reply.status, reply.headers["location"]) == (303, "/openpractice/")
    assert server.ask("GET", "api/me").json["name"] == "Plain Form <b>"
    assert form(server, "", {"do": "leave"}).status == 303
    assert server.ask("GET", "api/me").json["name"] == ""


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 81}, {"name": "\u202e"}, {"name": "\0"}, {"do": "anything"}]
)
def test_a_plain_form_without_a_name_says_so_beside_the_field(server, body):
    server.ask("DELETE", "api/person")
    reply = form(server, "", body)
    assert reply.status == 422
    assert 'aria-invalid="true"' in reply.text
    assert server.ask("GET", "api/me").json["name"] == ""


@pytest.mark.parametrize("mark", ["", "guess"])
@pytest.mark.parametrize("path", ["", f"handin/{LESSON}"])
def test_a_plain_form_without_the_mark_changes_nothing(server, ana, path, mark):
    server.save("purpose-trace", {"text": "one"})
    body = {"_xsrf": mark, "name": "Forged", "do": "send", "rev:purpose-trace": "1"}
    reply = form(server, path, body)
    assert reply.status == 403
    assert "open for too long" in reply.text
    assert server.ask("GET", "api/me").json["user"] == ana
    assert handins(server, ana) == []


@pytest.mark.parametrize("path", ["", f"handin/{LESSON}"])
def test_a_plain_form_from_a_stranger_changes_nothing(server, ana, path):
    reply = server.ask(
        "POST", path, b"name=Stranger&do=send", {"Content-Type": "application/x-www-form-urlencoded"}, signed_in=False
    )
    assert reply.status in (401, 403)
    assert server.ask("GET", "api/me").json["user"] == ana


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=y", b"--y\r\n\r\n"),
        ("text/plain", b"name=A"),
        ("application/x-www-form-urlencoded", b"%ff=%ff&name=%ff"),
        ("", b""),
        ("application/x-www-form-urlencoded", b"a=1&" * 9000),
    ],
)
def test_a_form_that_is_none_is_refused(server, ana, kind, body):
    reply = server.ask("POST", "", body, {"Content-Type": kind})
    assert reply.status in (400, 413, 422)
    assert server.ask("GET", "api/me").json["user"] == ana


def test_on_a_hub_and_for_facilitators_no_form_says_who_somebody_is(participant):
    assert form(participant, "", {"name": "Ana"}).status == 403


def test_answers_are_handed_in_chosen_and_taken_back_by_plain_forms(server, ana):
    server.save("purpose-trace", {"text": "phone"}, key="a1")
    server.save("purpose-trace", {"text": "laptop"}, key="a2")
    page = f"handin/{LESSON}"
    assert form(server, page, {"do": "send", "rev:purpose-trace": "2"}).status == 409
    chosen = form(server, page, {"keep": "purpose-trace:1"})
    assert (chosen.status, chosen.headers["location"]) == (303, f"/openpractice/{page}#answer-purpose-trace")
    stale = form(server, page, {"do": "send", "rev:purpose-trace": "1"})
    assert (stale.status, "newer words" in stale.text) == (409, True)
    shown = dict(re.findall(r'name="(rev:[a-z-]+)" value="(\d+)"', server.ask("GET", page).text))
    sent = form(server, page, {"do": "send"} | shown)
    assert (sent.status, sent.headers["location"]) == (303, f"/openpractice/receipt/{LESSON}")
    assert len(handins(server, ana)) == 1
    assert form(server, page, {"do": "withdraw"}).status == 303
    assert handins(server, ana) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"do": "other"},
        {"do": "send", "rev:purpose-trace": "x"},
        {"do": "send", "rev:purpose-trace": "-1"},
        {"keep": "purpose-trace"},
        {"keep": "../x:1"},
        {"keep": "purpose-trace:99"},
        {"do": "send", "rev:purpose-trace": "9" * 5000},
    ],
)
def test_a_plain_form_in_the_wrong_shape_hands_nothing_in(server, ana, body):
    server.save("purpose-trace", {"text": "one"})
    assert form(server, f"handin/{LESSON}", body).status in (400, 404, 409)
    assert handins(server, ana) == []


def test_every_lesson_has_its_guide_in_the_corner_released_or_not(server):
    corner = server.ask("GET", "facilitator/").text
    lessons = re.findall(r'data-lesson="([0-9a-z-]+)"', corner)
    assert len(lessons) == 8
    for lesson in lessons:
        assert f'href="/openpractice/facilitator/guide/{lesson}"' in corner
    guide = server.ask("GET", "facilitator/guide/6-closing")
    assert (guide.status, guide.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script" not in guide.headers["content-security-policy"]
    assert "<h2" in guide.text


@pytest.mark.parametrize("lesson", ["nothing", "..", "%2e%2e%2fREADME", "README", "1-purpose.md", "%00"])
def test_there_is_no_guide_of_what_is_no_lesson(server, lesson):
    assert server.ask("GET", f"facilitator/guide/{lesson}").status in (400, 404)
