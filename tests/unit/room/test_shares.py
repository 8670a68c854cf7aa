import pytest

from openpractice.model import RoomRules
from openpractice.room import cohorts, phases, roomview, shares
from openpractice.room.roomstore import RoomRefused
from rooms import LEAD, LED, RIGOR, SPECS, Room, room, store

LESSON = roomview.RoomLesson("1-purpose", "Purpose", 105, SPECS)
WORDS = "- one\n- two\n\nA line of its own"


def wall(room, spec=RIGOR):
    return room.look(roomview.common, LESSON)["questions"][spec["id"]]["wall"]


def publish(room, person, text=WORDS, spec=RIGOR):
    return room.do(shares.publish, spec["id"], person, text)


def test_what_is_shared_stands_on_the_wall_by_name_as_it_was_typed_newest_last(room):
    publish(room, room.people[1])
    publish(room, room.people[0], "Second")
    assert [(card["name"], card["text"]) for card in wall(room)] == [("Person 1", WORDS), ("Person 0", "Second")]


def test_an_edit_makes_a_new_version_in_its_old_place_and_the_same_words_do_not(room):
    first = publish(room, room.people[0])
    publish(room, room.people[1])
    assert publish(room, room.people[0]) == first
    assert publish(room, room.people[0], "Other words")["version"] == 2
    assert [(card["name"], card["version"]) for card in wall(room)] == [("Person 0", 2), ("Person 1", 1)]
    with room.store.reading() as db:
        assert shares.text_of(db, first["id"], 1) == WORDS


def test_it_may_be_taken_back_until_somebody_has_read_it(room):
    author, reader = room.people[:2]
    made = publish(room, author)
    assert room.do(shares.read, author.person, [made["id"]]) == 0  # one's own reading does not count
    room.do(shares.recall, RIGOR["id"], author.person)
    assert wall(room) == []
    assert publish(room, author)["version"] == 1
    assert room.do(shares.read, reader.person, [made["id"]]) == 1
    with pytest.raises(RoomRefused, match="read-already"):
        room.do(shares.recall, RIGOR["id"], author.person)
    assert len(wall(room)) == 1


def test_the_facilitators_starred_answer_opens_the_others(room):
    publish(room, room.people[0], "Too early", LED)
    seen = room.look(roomview.common, LESSON)["questions"][LED["id"]]
    assert (seen["wall"], seen["waits_for_lead"]) == ([], True)
    publish(room, LEAD, "Mine first", LED)
    assert [card["text"] for card in wall(room, LED)] == ["Mine first", "Too early"]


def test_the_facilitator_may_open_it_without_going_first(room):
    publish(room, room.people[0], "Waiting", LED)
    room.do(phases.open_to_all, LED, LEAD.person)
    assert [card["text"] for card in wall(room, LED)] == ["Waiting"]


def test_while_all_write_only_the_starred_answer_is_seen(room):
    publish(room, room.people[0], "Theirs", LED)
    publish(room, LEAD, "Mine", LED)
    publish(room, room.people[0])
    for spec in (LED, RIGOR):
        room.do(phases.move, spec, "write", LEAD.person)
    assert [card["text"] for card in wall(room, LED)] == ["Mine"]
    assert wall(room) == []
    room.do(phases.move, RIGOR, "discuss", LEAD.person)
    assert len(wall(room)) == 1


def test_hiding_needs_a_reason_and_tells_the_author(room):
    author = room.people[0]
    made = publish(room, author)
    with pytest.raises(RoomRefused, match="no-reason"):
        room.do(shares.hide, made["id"], LEAD, "  ")
    room.do(shares.report_one, made["id"], room.people[1], "It names a child")
    assert [each["why"] for each in room.look(shares.reports)] == ["It names a child"]
    room.do(shares.hide, made["id"], LEAD, "It names a child")
    assert wall(room) == [] and room.look(shares.reports) == []
    mine = room.look(roomview.own, LESSON, author)["mine"][RIGOR["id"]]["shared"]
    assert mine["hidden"] == {"by": LEAD.name, "why": "It names a child"}
    assert room.look(roomview.history)[0]["what"] == "hide"
    room.do(shares.unhide, made["id"], LEAD)
    assert len(wall(room)) == 1


def test_a_report_names_nobody_and_counts_once_a_person(room):
    made = publish(room, room.people[0])
    for why in ("First", "Second"):
        room.do(shares.report_one, made["id"], room.people[1], why)
    (report,) = room.look(shares.reports)
    assert report["why"] == "Second" and room.people[1].name not in str(report)
    room.do(shares.settle, made["id"], LEAD)
    assert room.look(shares.reports) == [] and len(wall(room)) == 1


def test_another_cohorts_share_is_not_to_be_found(store, room):
    other = Room(store, cohorts.make(store, "Another", RoomRules()))
    made = publish(room, room.people[0])
    assert wall(other) == []
    for function, words in ((shares.hide, (LEAD, "why")), (shares.report_one, (other.people[0], "why"))):
        with pytest.raises(RoomRefused, match="no-share"):
            other.do(function, made["id"], *words)
    assert other.do(shares.read, other.people[1].person, [made["id"]]) == 0


@pytest.mark.parametrize(("text", "code"), [(" \n", "nothing-to-share"), ("x" * 20_001, "share-too-long")])
def test_what_cannot_be_shared_says_why(room, text, code):
    with pytest.raises(RoomRefused, match=code):
        publish(room, room.people[0], text)
