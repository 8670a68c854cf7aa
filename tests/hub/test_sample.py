"""The sample cohort on a real hub: put in by the one command, labelled on every page, there again at once."""

import re
import signal

import pytest

from .conftest import PATIENCE, free_port, running

pytestmark = pytest.mark.hub
PAGES = ("facilitator/", "facilitator/people?session=0-opening", "review/")


@pytest.mark.slow
def test_a_room_full_of_invented_people(tmp_path):
    port, data = free_port(), tmp_path / "data"
    with running(data, "--sample", port=port) as room:
        assert "24 invented people have handed in 8 sessions." in room.said
        fay = room.facilitator()
        for page in PAGES:
            text = fay.get(f"openpractice/{page}").text
            assert "24 of the people here are invented" in text, page
        people = fay.get("openpractice/facilitator/people?session=0-opening").text
        assert people.count("(invented)</span>") >= 24 and "Not known here" not in people
        queue = fay.get("openpractice/api/review/queue").json()
        assert {each["prompt"] for each in queue["prompts"] if each["returned"]} == {
            "opening-qualities-yes",
            "opening-growth-yes",
        }
        assert any(each["mine"] for each in queue["prompts"])
        home = re.search(r"openpractice/facilitator/feedback/[^\"]+", fay.get("openpractice/facilitator/").text)[0]
        assert "(invented)" in fay.get(home).text
        # Whoever joins is nobody of the sample, and is told nothing about it.
        ana = room.joined("Ana Silva")
        assert "invented" not in ana.get("openpractice/").text
        room.process.send_signal(signal.SIGINT)
        assert room.process.wait(PATIENCE) == 0
    with running(data, "--sample", port=port) as room:
        assert "The invented people are there already. Nothing was changed." in room.said
