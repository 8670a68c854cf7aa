"""Handing in over HTTP, what comes back, and the counts that facilitators see meanwhile."""

import json

import pytest

from doors import LESSON, WORDS, ana, answers, hand_in, handins, server
from handins import lesson_notebook
from servers import serving


def test_what_was_looked_over_is_handed_in_and_can_be_taken_back(server, ana):
    rev = server.save("purpose-trace", {"text": WORDS}).json
    reply = hand_in(server)
    assert reply.status == 200
    assert [(one["id"], one["sha256"]) for one in reply.json["responses"]] == [("purpose-trace", rev["sha256"])]
    [folder] = handins(server, ana)
    assert json.loads((folder / "responses.json").read_text())["responses"]["purpose-trace"]["text"] == WORDS
    assert answers(server)["handin"]["state"] == "handed-in"
    assert answers(server)["answers"]["purpose-trace"]["handed"]["rev"] == 1
    server.save("purpose-trace", {"text": "better"}, base=1, key="a2")
    assert answers(server)["handin"]["state"] == "changed"
    assert server.ask("DELETE", f"api/handin/{LESSON}").status == 200
    assert handins(server, ana) == []
    assert server.ask("DELETE", f"api/handin/{LESSON}").json["code"] == "not-in"


def test_words_changed_since_they_were_looked_over_are_not_sent_unseen(server, ana):
    server.save("purpose-trace", {"text": "one"})
    seen = {row["id"]: row["rev"] for row in server.ask("GET", f"api/handin/{LESSON}").json["responses"]}
    server.save("purpose-trace", {"text": "two"}, base=1, key="a2")
    reply = server.ask("POST", f"api/handin/{LESSON}", {"revs": seen})
    assert (reply.status, reply.json["code"]) == (409, "stale")
    assert handins(server, ana) == []


@pytest.mark.parametrize(
    "revs", [None, [], 7, {"purpose-trace": "1"}, {"purpose-trace": None}, {"purpose-trace": True}]
)
def test_versions_in_the_wrong_form_hand_nothing_in(server, ana, revs):
    server.save("purpose-trace", {"text": "one"})
    assert server.ask("POST", f"api/handin/{LESSON}", {"revs": revs}).status in (400, 409)
    assert handins(server, ana) == []


def test_nothing_written_is_nothing_to_hand_in(server, ana):
    reply = server.ask("POST", f"api/handin/{LESSON}", {"revs": {}})
    assert (reply.status, reply.json["code"]) == (409, "nothing")


def test_after_reading_it_cannot_be_taken_back(server, ana):
    server.save("purpose-trace", {"text": "one"})
    receipt = hand_in(server).json
    status = server.data / "exchange/open-practice/feedback" / ana / f"{LESSON}.status.json"
    status.parent.mkdir(parents=True)
    status.write_text(json.dumps({"format": 1, "state": "read", "handin": receipt["handin"]}))
    reply = server.ask("DELETE", f"api/handin/{LESSON}")
    assert (reply.status, reply.json["code"]) == (409, "collected")
    assert answers(server)["handin"]["state"] == "being-read"


def give_feedback(server, person, **more):
    place = server.data / "exchange/open-practice/feedback" / person
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{LESSON}.json").write_text(
        json.dumps(
            {
                "format": 1,
                "lesson": LESSON,
                "at": "2030-01-01T08:00:00Z",
                "overall": "",
                "answers": {"purpose-trace": {"sha256": "0" * 64, "text": "one", "comment": "See <b>line 2</b>"}},
            }
            | more
        )
    )


def test_feedback_is_told_beside_the_answer(server, ana):
    give_feedback(server, ana)
    assert answers(server)["feedback"]["purpose-trace"]["comment"] == "See <b>line 2</b>"
    assert server.ask("GET", f"api/feedback/{LESSON}").json["answers"]["purpose-trace"]["at"] == "2030-01-01T08:00:00Z"
    home = server.ask("GET", "").text
    assert "See &lt;b&gt;line 2&lt;/b&gt;" in home
    assert "Feedback is here" in home


def test_levels_and_notes_are_told_as_text_and_odd_ones_left_out(server, ana):
    levels = [{"criterion": "Reasoning", "level": "Ex<b>plained", "extra": 7}, "x", {"criterion": 7, "level": None}]
    notes = [{"criterion": "Reasoning", "note": "a <i>note"}, 9]
    give_feedback(
        server,
        ana,
        answers={
            "purpose-trace": {"comment": "", "levels": levels, "notes": notes},
            "purpose-line": {"text": "two", "levels": {"x": 1}, "notes": 7},
        },
    )
    told = answers(server)["feedback"]
    assert told["purpose-trace"]["levels"] == [
        {"criterion": "Reasoning", "level": "Ex<b>plained", "descriptor": ""},
        {"criterion": "", "level": "", "descriptor": ""},
    ]
    assert told["purpose-trace"]["notes"] == [{"criterion": "Reasoning", "note": "a <i>note"}]
    assert (told["purpose-line"]["levels"], told["purpose-line"]["notes"]) == ([], [])
    home = server.ask("GET", "").text
    assert "<strong>Reasoning</strong>: Ex&lt;b&gt;plained" in home and "a &lt;i&gt;note" in home


def test_of_what_was_left_empty_no_feedback_is_told(server, ana):
    empty = {"text": "", "comment": "", "levels": [], "notes": []}
    give_feedback(server, ana, answers={"purpose-trace": empty, "purpose-line": {"text": "two"}})
    assert set(answers(server)["feedback"]) == {"purpose-line"}
    home = server.ask("GET", "").text
    assert "Feedback is here" in home and "It was read. There is no comment here." in home
    give_feedback(server, ana, answers={"purpose-trace": empty})
    assert answers(server)["feedback"] == {}
    home = server.ask("GET", "").text
    assert "nothing was written yet" in home and "Feedback" not in home


@pytest.mark.parametrize(
    "held", [b"", b"{", b"[]", b'{"at": 1, "answers": 7}', b'{"answers": {"x": []}}', b"[" * 100_000]
)
def test_feedback_that_cannot_be_read_is_none(server, ana, held):
    place = server.data / "exchange/open-practice/feedback" / ana
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{LESSON}.json").write_bytes(held)
    assert answers(server)["feedback"] == {}
    assert server.ask("GET", "").status == 200


def test_a_file_cannot_be_taken_back_and_it_is_said_why(tmp_path):
    place = tmp_path / "files/notebooks" / LESSON
    place.mkdir(parents=True)
    (place / f"{LESSON}.ipynb").write_bytes(lesson_notebook())
    with serving(tmp_path, "participant", OPENPRACTICE_EXCHANGE="", OPENPRACTICE_HOME=str(tmp_path / "home")) as server:
        server.save("purpose-trace", {"text": "one"})
        assert hand_in(server).status == 200
        reply = server.ask("DELETE", f"api/handin/{LESSON}")
        assert (reply.status, reply.json["code"]) == (409, "file-sent")
        assert "handed in as a file" in reply.json["message"]
        assert "see that you opened" not in server.ask("GET", "").text


def counted(server, person):
    path = server.data / "exchange/open-practice/inbound" / person / ".headway.json"
    return json.loads(path.read_text())["lessons"].get(LESSON), path


def test_facilitators_get_counts_and_no_word(server, ana):
    server.ask("POST", f"api/open/{LESSON}")
    opened, path = counted(server, ana)
    assert (opened["answered"], opened["of"], set(opened)) == (0, 5, {"answered", "of", "begun", "at"})
    server.save("purpose-trace", {"text": "a word of mine"})
    answered, path = counted(server, ana)
    assert answered["answered"] == 1
    assert "word of mine" not in path.read_text()
    assert "purpose-trace" not in path.read_text()
    assert "how many questions you answered or began, not the answers" in server.ask("GET", "").text
    assert hand_in(server).status == 200
    assert len(handins(server, ana)) == 1


@pytest.mark.parametrize(
    "held", [b"", b"[]", b"{", b'{"lessons": 7}', b'{"lessons": {"1-purpose": 7}}', b"[" * 100_000]
)
def test_counts_that_were_spoilt_are_written_anew(server, ana, held):
    server.save("purpose-trace", {"text": "one"})
    counted(server, ana)[1].write_bytes(held)
    assert server.save("purpose-line", {"text": "two"}, key="b1").status == 200
    assert counted(server, ana)[0]["answered"] == 2


def test_counts_that_cannot_be_written_keep_no_answer_from_being_saved(server, ana):
    place = server.data / "exchange/open-practice/inbound" / ana
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where the folder should be")
    assert server.save("purpose-trace", {"text": "one"}).status == 200
    assert server.ask("POST", f"api/open/{LESSON}").status == 200
    place.unlink()
