"""In which session people are: what People opens on."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from test_people_page import PAGE, work

from handins import course_folder
from openpractice.clock import as_text
from openpractice.service.people.sessionnow import session_now
from servers import serving

OUT = ["1-purpose", "2-learning", "3-example"]
NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path):
    return course_folder(tmp_path)


def note(folder, person, **hours_ago):
    """The person's counts, noted so many hours ago in each session."""
    place = folder.inbound / person
    place.mkdir(parents=True, exist_ok=True)
    lessons = {
        f"{key[1:]}".replace("_", "-"): {"answered": 1, "of": 2, "at": as_text(NOW - timedelta(hours=hours))}
        for key, hours in hours_ago.items()
    }
    (place / ".headway.json").write_text(json.dumps({"lessons": lessons}))


def test_it_is_where_most_were_of_those_who_were_here_last(folder):
    assert session_now(folder, OUT) == ""
    note(folder, "ana", _1_purpose=200, _2_learning=3)
    note(folder, "bo", _1_purpose=1)  # somebody is late
    note(folder, "cy", _1_purpose=200, _2_learning=2)
    note(folder, "di", _1_purpose=200)
    note(folder, "ed", _1_purpose=201)
    assert session_now(folder, OUT) == "2-learning"
    note(folder, "cy", _1_purpose=2)
    assert session_now(folder, OUT) == "1-purpose"


def test_of_two_with_as_many_the_later_is_meant_and_one_that_was_taken_back_is_not(folder):
    note(folder, "ana", _2_learning=3)
    note(folder, "bo", _1_purpose=1)
    assert session_now(folder, OUT) == "2-learning"
    assert session_now(folder, ["1-purpose"]) == "1-purpose"
    assert session_now(folder, ["3-example"]) == ""


def test_who_has_handed_in_was_there(folder):
    note(folder, "ana", _1_purpose=300)
    stamp = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    (folder.inbound / "ana" / f"ana+3-example+{stamp}").mkdir()
    assert session_now(folder, OUT) == "3-example"


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"[]",
        b'{"lessons": 7}',
        b'{"lessons": {"3-example": 7}}',
        b'{"lessons": {"3-example": {"at": 7}}}',
        b'{"lessons": {"3-example": {"at": "soon"}}}',
        b'{"lessons": {"3-example": {"at": "2999-01-01T00:00:00Z"}}}',
        b'{"lessons": {"../x": {"at": "2026-01-01T00:00:00Z"}}}',
    ],
)
def test_what_somebody_spoilt_or_that_is_still_to_come_says_nothing(folder, held):
    note(folder, "ana", _1_purpose=300)
    place = folder.inbound / "spoiler"
    (place / "spoiler+3-example+2999-01-01 00:00:00.000000 UTC").mkdir(parents=True)
    (place / "a thing of theirs").mkdir()
    (place / ".headway.json").write_bytes(held)
    (folder.inbound / "linked").symlink_to(place)
    assert session_now(folder, OUT) == "1-purpose"


def test_people_opens_on_the_session_where_somebody_is_and_not_on_one_put_out_since(tmp_path):
    with serving(tmp_path) as server:
        for lesson in ("1-purpose", "2-learning"):
            assert work(server, f"release/{lesson}")["state"] == "done"
        shown = lambda: re.search(r'id="session">(Session \d)', server.ask("GET", PAGE).text)[1]
        assert shown() == "Session 2"
        server.ask("POST", "api/person", {"name": "Ana Silva"})
        server.ask("POST", "api/open/1-purpose")
        assert shown() == "Session 1"
