"""The corner of a course of one's own: edited and not built, built, put out, corrected, taken back."""

import re
import time

import pytest

from openpractice.authoring.starter import start_course
from servers import serving


@pytest.fixture(scope="module")
def corner(tmp_path_factory):
    place = tmp_path_factory.mktemp("corner")
    start_course(place / "family", "Working with families")
    own = {"OPENPRACTICE_COURSE_FOLDER": str(place / "family"), "OPENPRACTICE_COURSE": "family", "OPENPRACTICE_KIT": ""}
    with serving(place / "data", "alone", **own) as server:
        server.ask("POST", "api/person", {"name": "Fay"})
        server.lesson = place / "family" / "lessons" / "2-trying.md"
        yield server


def done(server, path, body=None):
    """What a piece of work says when it has ended, and whether it was done."""
    job = server.ask("POST", f"api/facilitator/{path}", body or {}).json["job"]
    while (reply := server.ask("GET", f"api/facilitator/jobs/{job}").json)["state"] == "running":
        time.sleep(0.1)
    return " ".join(line["text"] for line in reply["lines"]), reply["state"]


def edited(server):
    """The sessions that the corner calls edited and not built."""
    page = server.ask("GET", "facilitator/").text
    cards = re.findall(r'data-lesson="([^"]+)".*?<p class="edited"( hidden)?>', page, re.S)
    assert len(cards) == 2
    return [lesson for lesson, hidden in cards if not hidden]


def edit(server, old, new):
    text = server.lesson.read_text()
    assert old in text
    server.lesson.write_text(text.replace(old, new))


def test_an_edited_session_is_said_built_by_a_button_and_goes_out_as_it_is_now(corner):
    assert "Working with families" in corner.ask("GET", "facilitator/").text and edited(corner) == []
    edit(corner, "What will you do", "What will you do first")
    assert edited(corner) == ["2-trying"]
    assert "2-trying" in done(corner, "build")[0] and edited(corner) == []
    assert "Released Session 2" in done(corner, "release/2-trying")[0]
    edit(corner, "do first", "do next")
    said, _ = done(corner, "release/2-trying")
    assert "Corrected" in said and "do next" in corner.ask("GET", "lesson/2-trying").text


def test_with_a_fault_nothing_goes_out_and_the_fault_is_said(corner):
    edit(corner, ":kind: long_text", ":kind: long-text")
    try:
        for path in ("build", "release/2-trying"):
            said, _ = done(corner, path)
            assert "The course has a fault" in said and "did you mean ':kind: long_text'?" in said
    finally:
        edit(corner, ":kind: long-text", ":kind: long_text")


def test_a_session_taken_back_is_gone_and_its_writer_still_has_the_words(corner):
    done(corner, "release/2-trying")
    saved = corner.save("trying-step", {"text": "On Thursday I call two families."}, lesson="2-trying")
    assert saved.status == 200
    assert "taken back" in done(corner, "withdraw/2-trying")[0]
    assert corner.ask("GET", "lesson/2-trying").status == 404
    assert "I call two families" in corner.ask("GET", "words").text
    done(corner, "release/2-trying")
    assert "I call two families" in corner.ask("GET", "lesson/2-trying").text
