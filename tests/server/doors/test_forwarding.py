"""A person's own Jupyter server hands their doors on to the course service, and nothing else."""

import re
from contextlib import ExitStack

import pytest

from handins import LESSON
from openpractice.service.app import table
from openpractice.service.forwarding import DOORS
from openpractice.service.participant.answerdoors import OwnDoor
from served import service
from servers import publish, serving

PROMPT = "purpose-trace"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    data = tmp_path_factory.mktemp("course")
    publish(data / "exchange")
    with service(data) as running:
        yield running


@pytest.fixture(scope="module")
def own(course, tmp_path_factory):
    """Ana's own server, told where the service is and which token is hers, as a hub tells it."""
    place = tmp_path_factory.mktemp("own")
    with serving(
        place,
        "participant",
        OPENPRACTICE_PERSON="ana",
        OPENPRACTICE_HOME=str(place / "home"),
        OPENPRACTICE_EXCHANGE=str(course.data / "exchange"),
        OPENPRACTICE_SERVICE=f"{course.address}openpractice/",
        OPENPRACTICE_SERVICE_PAGES="/services/openpractice/",
        JUPYTERHUB_API_TOKEN="ana-server",
    ) as running:
        yield running


def test_what_is_typed_in_a_notebook_is_the_services_and_not_this_servers(own, course):
    ack = own.save(PROMPT, {"text": "typed in a notebook"})
    assert (ack.status, ack.json["rev"]) == (200, 1)
    held = course.ask("GET", f"api/answers?lesson={LESSON}", who="ana").json["answers"][PROMPT]
    assert (held["value"]["text"], held["sha256"]) == ("typed in a notebook", ack.json["sha256"])
    assert own.ask("GET", f"api/answers?lesson={LESSON}").json["answers"][PROMPT]["rev"] == 1
    assert not list(own.data.rglob("*.jsonl"))


def test_a_notebook_is_opened_as_a_copy_that_lies_here(own):
    opened = own.ask("GET", f"notebook/{LESSON}")
    assert (opened.status, opened.headers["location"]) == (302, f"/notebooks/{LESSON}/{LESSON}.ipynb")
    assert (own.data / "files" / LESSON / f"{LESSON}.ipynb").is_file()
    again = own.ask("POST", f"api/open/{LESSON}/again")
    assert again.json == {"path": f"{LESSON}/{LESSON}.ipynb", "changed": False}
    assert own.ask("GET", "notebook/no-such-session").status == 404


@pytest.mark.parametrize("path", ["", "words", f"handin/{LESSON}", f"lesson/{LESSON}", "notebook/"])
def test_pages_are_the_services(own, path):
    reply = own.ask("GET", path)
    assert (reply.status, reply.headers["location"]) == (
        302,
        f"/services/openpractice/{path.removeprefix('notebook/')}",
    )


@pytest.mark.parametrize(
    "path",
    [
        "api/review/queue",
        "api/facilitator/jobs/x",
        "api/hub/gone",
        "api/person",
        "api/answers/../review/queue",
        "api/answers/%2e%2e/review/queue",
        "api/answers/x/y",
        "api//me",
        "api/me/",
        "api/https://example.org/",
        "api/@example.org",
    ],
)
def test_no_other_address_is_handed_on(own, path):
    assert own.ask("GET", path).status == 404


def test_every_address_that_is_handed_on_is_a_participants_door():
    open_to_servers = {
        re.sub(r"\(\[\^/\]\+\)", "x", path).removeprefix("api/") for path, one in table() if one.for_servers
    }
    handed = {path for path in open_to_servers if DOORS.fullmatch(path)}
    assert {"me", "answers", "answers/x", "handin/x", "room/state", "room/work/x/give"} <= handed
    for path, handler in table():
        door = re.sub(r"\(\[\^/\]\+\)", "x", path)
        if door.startswith("api/") and DOORS.fullmatch(door.removeprefix("api/")):
            assert handler.for_servers, path
    assert all(issubclass(one, OwnDoor) or "room" in one.__module__ for _, one in table() if one.for_servers)


def test_a_stranger_and_a_page_of_somebody_elses_get_nothing(own, course):
    assert own.ask("GET", f"api/answers?lesson={LESSON}", signed_in=False).status in (401, 403)
    browser = own.sign_in()
    for headers in (browser, browser | {"X-XSRFToken": "guess"}):
        reply = own.ask("GET", f"api/answers?lesson={LESSON}", headers=headers, signed_in=False)
        assert reply.status == 403 and "typed" not in reply.text


def test_while_the_service_is_away_it_is_said_and_nothing_is_kept_here(tmp_path):
    publish(tmp_path / "course" / "exchange")
    with ExitStack() as going:
        course = going.enter_context(service(tmp_path / "course"))
        with serving(
            tmp_path / "own",
            "participant",
            OPENPRACTICE_PERSON="ana",
            OPENPRACTICE_HOME=str(tmp_path / "own" / "home"),
            OPENPRACTICE_SERVICE=f"{course.address}openpractice/",
            JUPYTERHUB_API_TOKEN="ana-server",
        ) as own:
            assert own.save(PROMPT, {"text": "words"}).status == 200
            going.close()
            reply = own.save(PROMPT, {"text": "more words"}, base=1, key="k2")
            assert (reply.status, reply.json["code"]) == (503, "service-away")
            assert "kept in this browser" in reply.json["message"]
            assert not list(own.data.rglob("*.jsonl"))
