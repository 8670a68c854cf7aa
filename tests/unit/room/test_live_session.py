import pytest

from openpractice.room import cohorts, livesession, presence, projectors, roomview, shares
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomRefused, now_ms
from openpractice.room.tallies import counts
from rooms import DOOR, LEAD, RIGOR, SPECS, room, store

LESSON = roomview.RoomLesson("1-purpose", "Purpose", 105, SPECS)
MINUTE = 60_000


def begin(room, minutes=5):
    room.do(livesession.begin, "1-purpose", minutes, LEAD.person)


def live(room):
    return room.look(roomview.common, LESSON)["live"]


def test_whoever_comes_back_finds_the_step_and_the_time_left(room):
    begin(room)
    before = now_ms()
    room.do(livesession.step, 3, 8)
    assert live(room) == live(room)
    assert live(room)["step"] == 3 and 0 <= live(room)["ends_at"] - before - 8 * MINUTE < MINUTE


def test_a_clock_that_was_stopped_goes_on_with_the_time_it_had(room):
    begin(room)
    room.do(livesession.pause)
    stopped = live(room)
    left = stopped["ends_at"] - stopped["paused_at"]
    room.do(livesession.extend, 2)
    room.do(livesession.resume)
    assert abs(live(room)["ends_at"] - now_ms() - left - 2 * MINUTE) < MINUTE
    room.do(livesession.extend, -500)
    assert live(room)["ends_at"] <= now_ms()


def test_every_change_has_a_number_and_heads_have_one_of_their_own(room):
    before = room.look(cohorts.named)
    begin(room)
    with room.store.changing(room.cohort, heads=True) as db:
        presence.arrive(db, room.cohort, "1-purpose", room.people[0])
    after = room.look(cohorts.named)
    assert (after.number - before.number, after.pulse - before.pulse) == (1, 1)


def test_whatever_fails_changes_nothing_and_has_no_number(room):
    begin(room)
    before = room.look(cohorts.named).number
    with pytest.raises(RoomRefused, match="no-step"):
        room.do(livesession.step, -1, 5)
    assert room.look(cohorts.named).number == before and live(room)["step"] == 0


def test_stuck_hands_keep_the_order_in_which_they_went_up(room):
    begin(room)
    for person in (room.people[2], room.people[0], room.people[2]):
        room.do(livesession.raise_hand, person.person, True, "The table")
    assert [each["name"] for each in room.look(roomview.leading, LESSON)["hands"]] == ["Person 2", "Person 0"]
    assert room.look(roomview.own, LESSON, room.people[2])["stuck"]
    room.do(livesession.raise_hand, "p2", False)
    assert not room.look(roomview.own, LESSON, room.people[2])["stuck"]
    assert "Person" not in str(room.look(roomview.common, LESSON))


def test_of_two_hands_within_one_moment_the_later_comes_later(room, monkeypatch):
    begin(room)
    monkeypatch.setattr(livesession, "now_ms", lambda: 1_790_000_000_000)
    for person in reversed(room.people[:3]):
        room.do(livesession.raise_hand, person.person, True)
    hands = room.look(roomview.leading, LESSON)["hands"]
    assert [each["name"] for each in hands] == ["Person 2", "Person 1", "Person 0"]


def test_groups_keep_appraisers_apart_and_differ_by_one(room):
    for number in range(8):
        cohorts.join(
            room.store,
            room.cohort,
            Member(f"p{number}", f"Person {number}", appraiser="p0" if number in (1, 2) else ""),
        )
    begin(room)
    made = room.do(livesession.make_groups, "1-purpose", [each.person for each in room.people], 3)
    assert sorted(map(len, made)) == [2, 3, 3] and sorted(each for group in made for each in group) == [
        f"p{n}" for n in range(8)
    ]
    boss = next(group for group in made if "p0" in group)
    assert not {"p1", "p2"} & set(boss)
    room.do(livesession.put_in_group, "1-purpose", "p7", 9)
    mine = room.look(roomview.own, LESSON, room.people[7])
    assert mine["group"] == {"number": 9, "people": ["Person 7"]}


def test_who_was_there_is_joining_and_minutes_and_can_be_corrected(room):
    begin(room)
    for person in room.people[:2]:
        room.do(presence.arrive, "1-purpose", person)
    room.do(presence.correct, "1-purpose", room.people[0], 90, LEAD.person, "Left early")
    room.do(presence.correct, "1-purpose", room.people[5], 105, LEAD.person, "Signed on paper")
    room.do(presence.close, "1-purpose", 105)
    room.do(livesession.end, LEAD.person)
    rows = {row["name"]: (row["minutes"], row["corrected"]) for row in room.look(presence.sheet, "1-purpose", 105)}
    assert rows == {"Person 0": (0, 90), "Person 1": (0, None), "Person 5": (0, 105)}
    with pytest.raises(RoomRefused, match="no-reason"):
        room.do(presence.correct, "1-purpose", room.people[0], 90, LEAD.person, " ")


def test_minutes_never_exceed_those_of_the_session(room):
    begin(room)
    room.do(presence.arrive, "1-purpose", room.people[0])
    with room.store.changing(room.cohort) as db:
        long_ago = now_ms() - 500 * MINUTE
        for table in ("attendance", "live"):
            column = "joined_at" if table == "attendance" else "opened_at"
            db.exec_driver_sql(f"UPDATE room_{table} SET {column} = {long_ago} WHERE cohort = '{room.cohort}'")
    (row,) = room.look(presence.sheet, "1-purpose", 105)
    assert row["minutes"] == 105


def test_the_projector_shows_no_name_but_that_of_a_shared_answer_put_there(room):
    begin(room)
    for person in room.people:
        room.do(presence.arrive, "1-purpose", person)
        room.do(livesession.raise_hand, person.person, True, "stuck")
    made = room.do(shares.publish, RIGOR["id"], room.people[0], "My words")
    room.do(livesession.show, RIGOR["id"])
    assert "Person" not in str(room.look(roomview.projected, LESSON))
    room.do(livesession.show, made["id"])
    seen = room.look(roomview.projected, LESSON)
    assert (seen["card"]["name"], seen["card"]["text"]) == ("Person 0", "My words")
    room.do(shares.hide, made["id"], LEAD, "Not for the wall")
    assert room.look(roomview.projected, LESSON)["card"] is None


def test_a_row_by_an_odd_number_is_the_first(room):
    room.cast_each(DOOR, [{"choice": each} for each in "aabcb"])
    room.do(counts.reveal, DOOR, LEAD.person)
    begin(room)
    for number in ("²", "x", ""):
        room.do(livesession.show, f"{DOOR['id']}#{number}")
        assert room.look(roomview.projected, LESSON)["question"]["row"] == 1, number


def test_a_projectors_address_expires_can_be_ended_and_is_nowhere_to_be_read(room):
    made = room.do(projectors.make, LEAD.person, 2)
    with room.store.reading() as db:
        assert projectors.cohort_of(db, made["token"]) == room.cohort
        for token, now in ((made["token"], made["until"] + 1), ("guessed", None)):
            with pytest.raises(RoomRefused, match="no-projector"):
                projectors.cohort_of(db, token, now)
        kept = db.exec_driver_sql("SELECT * FROM room_projector").all()
    assert made["token"] not in str(kept)
    room.do(projectors.end_all, LEAD.person)
    with room.store.reading() as db, pytest.raises(RoomRefused, match="no-projector"):
        projectors.cohort_of(db, made["token"])


def test_without_a_session_the_clock_has_nothing_to_do(room):
    for function, words in ((livesession.pause, ()), (livesession.extend, (3,)), (livesession.end, ("fran",))):
        with pytest.raises(RoomRefused, match="no-session"):
            room.do(function, *words)
