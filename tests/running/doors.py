"""A server of one workshop and somebody who has said a name, for the tests of its doors."""

import pytest

from servers import publish, serving

LESSON = "1-purpose"
WORDS = 'שלום مرحبا 你好 🌱 "quoted" <b>bold</b> $x$ | pipe'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data = tmp_path_factory.mktemp("doors")
    publish(data / "exchange", due="2026-12-04T17:00:00Z")
    with serving(data) as running:
        yield running


@pytest.fixture
def ana(server, request):
    """Somebody new who has just said a name."""
    name = f"Ana {request.node.name}"[:60]
    assert server.ask("POST", "api/person", {"name": name}).status == 200
    return server.ask("GET", "api/me").json["user"]


@pytest.fixture(scope="module")
def participant(tmp_path_factory):
    """A server as a hub starts it: the sign-in names the person."""
    data = tmp_path_factory.mktemp("hub")
    publish(data / "exchange")
    with serving(data, "participant", OPENPRACTICE_PERSON="bo", OPENPRACTICE_HOME=str(data / "home")) as running:
        yield running


def answers(server):
    return server.ask("GET", f"api/answers?lesson={LESSON}").json


def handins(server, person):
    """What lies in somebody's inbound folder to be collected."""
    return [one for one in (server.data / "exchange/open-practice/inbound" / person).glob("*") if one.name[0] != "."]


def hand_in(server):
    preview = server.ask("GET", f"api/handin/{LESSON}").json
    return server.ask("POST", f"api/handin/{LESSON}", {"revs": {row["id"]: row["rev"] for row in preview["responses"]}})
