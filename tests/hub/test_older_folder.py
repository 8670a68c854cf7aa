"""A real hub on the data folder of an earlier kit: everybody finds what they left, and works on."""

import pytest

from older import ANA, BEN, COMMENT, PASSPHRASE, lay

from .conftest import running
from .test_people import post, row
from .test_room import COURSE, done

pytestmark = pytest.mark.hub


def back(room, name: str, person: str):
    one = room.visitor()
    assert one.sign_in(name, PASSPHRASE).status_code == 200
    one.name = person
    assert one.known_as == person
    return one


def answer(one) -> dict:
    return one.get("openpractice/api/answers?lesson=1-purpose").json()["answers"]["purpose-trace"]


def everything_is_there_and_works(data):
    with running(data) as room:
        ana, ben = back(room, "Ana García", "ana-garcia"), back(room, "Ben Öz", "ben-oz")
        assert answer(ana)["value"]["text"] == ANA and answer(ben)["value"]["text"] == BEN
        assert COMMENT in ben.get("openpractice/api/feedback/1-purpose").text
        assert COMMENT in ben.get("openpractice/").text
        fay = room.facilitator()
        page = fay.get("openpractice/facilitator/people").text
        assert "Hill" in row(page, "Ana García") and "Lake" in row(page, "Ben Öz")
        queue = fay.get("openpractice/api/review/queue").json()["prompts"]
        (trace,) = (one for one in queue if one["prompt"] == "purpose-trace")
        assert (trace["returned"] + trace["read"], trace["unread"]) == (1, 1), trace
        fay.awake(COURSE, "formgrader")
        assert fay.get("formgrader/api/submitted_notebooks/1-purpose/1-purpose").status_code == 200
        # They write on, and a third one joins them.
        draft = {
            "lesson": "1-purpose",
            "key": "after",
            "base": 2,
            "value": {"text": "After the upgrade."},
            "device": "d",
        }
        assert ana.send("PUT", "openpractice/api/answers/purpose-trace", json=draft).json()["rev"] == 3
        sent = ana.send("POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": 3}})
        assert sent.status_code == 200, sent.text
        new = room.joined("Cleo")
        assert [one["id"] for one in new.get("openpractice/api/me").json()["lessons"]] == ["1-purpose"]
        said = str(done(fay, fay.send("POST", "openpractice/api/facilitator/collect/1-purpose", json={})))
        assert "Collected Session 1 from 1 person: Ana García." in said
        assert "one-time" in post(fay, do="reset", person="ben-oz").text


@pytest.mark.slow
def test_an_older_data_folder_opens_and_everybody_works_on(tmp_path):
    everything_is_there_and_works(lay(tmp_path / "data"))
