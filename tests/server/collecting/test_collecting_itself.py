"""What was handed in is collected when Review is opened and when a session falls due, without a press of a button."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from handins import LESSON, TRACE, folder, hand_in, released_once, response, rows
from openpractice.kit import course_parts
from openpractice.service.facilitator.collecting import EVERY, Came, Collecting, sentences
from served import service

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def course(folder):
    with service(folder.data) as running:
        yield running


def words(folder, person, text):
    hand_in(folder, person, {TRACE["id"]: response(TRACE, {"text": text})})


def taken(folder):
    return [row[0] for row in rows(folder, "select distinct participant from op_response order by 1")]


@pytest.mark.parametrize("who", ["rob", "fay"])
def test_opening_review_collects_what_waits_and_says_so(folder, course, who):
    words(folder, "ana", "Handed in before anybody looked.")
    words(folder, "ben", "This too.")
    page = course.ask("GET", "review/", who=who, headers={"Sec-Fetch-Mode": "navigate"})
    assert page.status == 200
    assert "Session 1: 2 hand-ins have come in since you were here last." in page.text
    assert taken(folder) == ["ana", "ben"]
    assert "have come in" not in course.ask("GET", "review/", who=who).text


def test_a_participant_collects_nothing(folder, course):
    words(folder, "ana", "Handed in.")
    assert course.ask("GET", "review/", who="ana").status == 403
    assert taken(folder) == []


def test_opening_again_and_again_looks_once_in_a_while(folder, course):
    now = [0.0]
    keeper, context = Collecting(lambda: now[0]), Context(course.served)
    words(folder, "ana", "First.")
    assert len(keeper.on_opening(context, "en")) == 1
    words(folder, "ben", "Second.")
    assert keeper.on_opening(context, "en") == [] and taken(folder) == ["ana"]
    now[0] += EVERY
    assert keeper.on_opening(context, "en") == [
        "Session 1: one hand-in has come in since you were here last. It is collected and can be read."
    ]


def test_however_many_sessions_came_one_sentence_says_so_and_each_that_did_not_has_its_own():
    came = [Came("Session 1", 2, True), Came("Session 2", 0, True), Came("Session 3", 1, True)]
    assert sentences("en", [*came, Came("Session 4", 3, False)]) == [
        "Session 1, Session 3: 3 hand-ins have come in since you were here last. They are collected and can be read.",
        "Session 4: what was handed in could not be collected by itself. "
        "Open the corner and press Collect, which says what stands in the way.",
    ]
    assert sentences("en", [Came("Session 2", 0, True)]) == []


class Context:
    def __init__(self, served):
        self.served, self.shelf = served, served.shelf


def set_due(folder, when):
    path = folder.exchange / folder.id / "outbound" / LESSON / "release.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"due": when.isoformat()}))


def test_what_falls_due_is_collected_once(folder, course):
    keeper = Collecting()
    set_due(folder, NOW)
    words(folder, "ana", "In time.")
    assert keeper.at_due_times(course.served, NOW - timedelta(seconds=1)) == [] and taken(folder) == []
    assert len(keeper.at_due_times(course.served, NOW)) == 1 and taken(folder) == ["ana"]
    words(folder, "ben", "Late.")
    assert keeper.at_due_times(course.served, NOW + timedelta(hours=1)) == [] and taken(folder) == ["ana"]
    set_due(folder, NOW + timedelta(hours=2))
    assert len(keeper.at_due_times(course.served, NOW + timedelta(hours=3))) == 1 and taken(folder) == ["ana", "ben"]


def test_a_course_that_switches_it_off_collects_by_the_button_alone(folder, course, monkeypatch, tmp_path):
    kit = tmp_path / "kit"
    (kit / "lessons").mkdir(parents=True)
    written = (course_parts().lessons / "course.yml").read_text()
    assert "collect-by-itself: yes" in written
    (kit / "lessons" / "course.yml").write_text(written.replace("collect-by-itself: yes", "collect-by-itself: no"))
    monkeypatch.setenv("OPENPRACTICE_KIT", str(kit))
    words(folder, "ana", "Handed in.")
    set_due(folder, NOW)
    assert Collecting().on_opening(Context(course.served), "en") == []
    assert Collecting().at_due_times(course.served, NOW) == [] and taken(folder) == []
