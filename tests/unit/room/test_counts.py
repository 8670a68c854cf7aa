import pytest

from openpractice.model import RoomRules
from openpractice.room import cohorts, leaving, phases, roomview
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomRefused
from openpractice.room.tallies import ballots, counts
from rooms import DOOR, LEAD, RATING, RIGOR, Room, room, store

A, B, C = ({"choice": each} for each in "abc")


def cells(result, row=0):
    return {cell["id"]: cell["count"] for cell in result["rows"][row]["cells"]}


def test_what_is_counted_is_what_was_chosen(room):
    assert room.cast_each(DOOR, [A, A, B, C, B, A]) == ["counted"] * 6
    result = room.do(counts.reveal, DOOR, LEAD.person)
    assert cells(result) == {"a": 3, "b": 2, "c": 1}
    assert result["answers"] == 6


def test_changing_an_answer_changes_the_count_and_adds_none(room):
    room.cast_each(DOOR, [A, A, B, C, B])
    assert room.cast(room.people[3], DOOR, B) == "changed"
    assert room.cast(room.people[3], DOOR, B) == "same"
    assert cells(room.do(counts.reveal, DOOR, LEAD.person)) == {"a": 2, "b": 3, "c": 0}


def test_nothing_is_shown_below_five_and_nothing_says_how_few(room):
    room.cast_each(DOOR, [A, A, B, C])
    with pytest.raises(RoomRefused) as refused:
        room.do(counts.reveal, DOOR, LEAD.person)
    assert (refused.value.code, refused.value.values) == ("too-few", {"least": 5})
    assert room.look(counts.shown, [DOOR["id"]]) == {}
    room.cast(room.people[4], DOOR, A)
    assert room.do(counts.reveal, DOOR, LEAD.person)["answers"] == 5


def test_a_facilitators_answer_is_not_counted(room):
    assert room.cast(LEAD, DOOR, A) == "not-counted"
    room.cast_each(DOOR, [A, A, B, C])
    with pytest.raises(RoomRefused, match="too-few"):
        room.do(counts.reveal, DOOR, LEAD.person)


def test_a_second_vote_under_a_new_code_is_refused(room):
    person = room.people[0]
    assert room.cast(person, DOOR, A) == "counted"
    room.codes.clear()
    assert room.cast(person, DOOR, B) == "answered-already"
    room.cast_each(DOOR, [A])  # with yet another code
    stands = room.look(phases.standings, {DOOR["id"]: DOOR})
    assert room.look(counts.how_many, stands) == {DOOR["id"]: 1}


@pytest.mark.parametrize("way", ["cut out", "written over"])
@pytest.mark.parametrize("left", [1, 2])
def test_leaving_without_the_code_and_coming_back_gives_no_second_vote(room, way, left):
    person, place = room.people[0], (room.people[0].person, DOOR["id"])
    room.cast(person, DOOR, A)
    first = room.codes.pop(place)
    for _ in range(left):
        codes = {} if way == "cut out" else {DOOR["id"]: "f" * 32}
        room.do(leaving.leave, person.person, codes, "erase")
        cohorts.enter(room.store, room.cohort, person)
        assert room.cast(person, DOOR, B) == "answered-already"
        room.codes.clear()
    stands = room.look(phases.standings, {DOOR["id"]: DOOR})
    assert room.look(counts.how_many, stands) == {DOOR["id"]: 1}
    # Whoever finds the code again has the one answer that they gave, and may change it.
    room.codes[place] = first
    assert room.cast(person, DOOR, B) == "changed"
    room.do(leaving.leave, person.person, {DOOR["id"]: first}, "erase")
    assert room.look(counts.how_many, stands) == {DOOR["id"]: 0}


def test_a_closed_question_takes_no_answer_no_change_and_nothing_back(room):
    room.cast(room.people[0], DOOR, A)
    room.do(phases.move, DOOR, "closed", LEAD.person)
    assert room.cast(room.people[1], DOOR, A) == "vote-closed"
    assert [room.cast(room.people[0], DOOR, value) for value in (B, {}, A)] == ["vote-closed", "vote-closed", "same"]
    assert room.cast(room.people[1], DOOR, {}) == "nothing"
    room.do(phases.move, DOOR, "vote", LEAD.person)
    assert room.cast(room.people[0], DOOR, B) == "changed"


def test_a_code_from_somebody_elses_journal_counts_for_nobody(room):
    thief, other = room.people[:2]
    room.cast(other, DOOR, A)
    stolen = room.code(other, DOOR["id"])
    room.cast(thief, DOOR, A)
    room.codes[thief.person, DOOR["id"]] = stolen
    assert room.cast(thief, DOOR, C) == "answered-already"
    for person in room.people[2:5]:
        room.cast(person, DOOR, B)
    assert cells(room.do(counts.reveal, DOOR, LEAD.person)) == {"a": 2, "b": 3, "c": 0}


@pytest.mark.parametrize("code", ["", "short", None, 7, "0" * 31])
def test_a_forged_code_is_refused(room, code):
    room.codes[room.people[0].person, DOOR["id"]] = code
    assert room.cast(room.people[0], DOOR, A) == "answered-already"
    assert room.look(counts.how_many, room.look(phases.standings, {DOOR["id"]: DOOR})) == {DOOR["id"]: 0}


def test_an_answer_that_was_emptied_is_taken_out(room):
    room.cast_each(DOOR, [A, A, B, C, B, C])
    assert room.cast(room.people[5], DOOR, {}) == "taken-back"
    assert room.cast(room.people[5], DOOR, {"comment": "only words"}) == "nothing"
    assert cells(room.do(counts.reveal, DOOR, LEAD.person)) == {"a": 2, "b": 2, "c": 1}


def test_words_beside_a_choice_never_reach_the_room(room):
    room.cast(room.people[0], DOOR, {"choice": "a", "comment": "Mr. Plinth never opens his"})
    with room.store.reading() as db:
        kept = db.exec_driver_sql("SELECT answer FROM room_ballot").scalars().all()
    assert kept and not any("Plinth" in each for each in kept)


def test_what_is_not_counted_in_the_lesson_is_refused(room):
    assert room.cast(room.people[0], RIGOR, {"text": "words"}) == "not-counted"
    assert room.cast(room.people[0], {**DOOR, "visibility": "F"}, A) == "not-counted"


def refused_anew(room, spec=DOOR):
    with pytest.raises(RoomRefused) as refused:
        room.do(counts.reveal, spec, LEAD.person)
    assert (refused.value.code, refused.value.values) == ("too-few-since", {"least": 5})


def more_people(room, many=5):
    """As many others, who came later."""
    late = [Member(f"late{number}", f"Late {number}") for number in range(many)]
    for each in late:
        cohorts.join(room.store, room.cohort, each)
    return late


def test_what_was_shown_is_frozen_until_as_many_others_have_answered(room):
    room.cast_each(DOOR, [A, A, B, C, B])
    first = room.do(counts.reveal, DOOR, LEAD.person)
    late = more_people(room)
    for person, value in zip(late[:4], (A, B, C, A), strict=True):
        room.cast(person, DOOR, value)
    assert cells(room.look(counts.shown, [DOOR["id"]])[DOOR["id"]][1]) == cells(first)
    refused_anew(room)
    room.cast(late[4], DOOR, B)
    again = room.do(counts.reveal, DOOR, LEAD.person)
    assert (again["issue"], again["answers"]) == (2, 10)


def test_five_who_all_say_the_same_are_not_had_by_subtraction(room):
    room.cast_each(DOOR, [A, A, A, B, B, B])
    room.do(counts.reveal, DOOR, LEAD.person)
    late = more_people(room, 7)
    for person in late[:5]:
        room.cast(person, DOOR, C)
    refused_anew(room)
    room.cast(late[5], DOOR, A)  # five and one: the one would be read as well
    refused_anew(room)
    room.cast(late[6], DOOR, A)
    assert cells(room.do(counts.reveal, DOOR, LEAD.person)) == {"a": 5, "b": 3, "c": 5}


def test_a_row_that_one_more_has_rated_is_not_had_by_subtraction(room):
    rate = lambda *rows: {"rows": dict(zip(("voices", "seen"), rows, strict=False))}
    room.cast_each(RATING, [rate(str(n % 2), str(n % 2)) for n in range(6)])
    room.do(counts.reveal, RATING, LEAD.person)
    late = more_people(room, 6)
    for number, person in enumerate(late):
        value = {"rows": {"seen": str(number % 2)}} if number else rate("1", "1")
        room.cast(person, RATING, value)
    refused_anew(room, RATING)
    room.cast(late[0], RATING, {"rows": {"seen": "0"}})  # what nobody of them has rated gives nothing away
    assert room.do(counts.reveal, RATING, LEAD.person)["issue"] == 2


@pytest.mark.parametrize("way", ["changes", "takes back and says it again", "leaves and comes back"])
def test_whoever_was_in_what_was_shown_does_not_count_as_new(room, way):
    room.cast_each(DOOR, [A, A, B, C, B, A])
    room.do(counts.reveal, DOOR, LEAD.person)
    shown = room.people[:4]
    for person, value in zip(shown, (A, A, B, C), strict=True):
        if way == "changes":
            room.cast(person, DOOR, B)
        elif way == "takes back and says it again":
            room.cast(person, DOOR, {})
            room.cast(person, DOOR, value)
        else:
            codes = {DOOR["id"]: room.code(person, DOOR["id"])}
            room.do(ballots.take_back_all, person, codes)
            room.cast(person, DOOR, value)
    for person, value in zip(more_people(room, 6), (A, B, C, A, B, C), strict=True):
        room.cast(person, DOOR, value)
    refused_anew(room)


def test_going_back_and_forth_does_not_make_an_answer_new_twice(room):
    room.cast_each(DOOR, [A, A, B, C, B])
    room.do(counts.reveal, DOOR, LEAD.person)
    for value in (B, C, B, C, {}, B, {}, C):
        room.cast(room.people[0], DOOR, value)
    room.cast(room.people[5], DOOR, A)
    with pytest.raises(RoomRefused, match="too-few-since"):
        room.do(counts.reveal, DOOR, LEAD.person)


def test_a_second_round_begins_empty_and_both_are_shown(room):
    room.cast_each(DOOR, [A, A, B, C, B])
    room.do(counts.reveal, DOOR, LEAD.person)
    assert room.do(counts.ask_again, DOOR, LEAD.person) == 2
    assert room.cast_each(DOOR, [B] * 4 + [A] * 2) == ["counted"] * 6
    lesson = roomview.RoomLesson("2-learning", "Learning", 105, {DOOR["id"]: DOOR})
    before = room.look(roomview.common, lesson)["questions"][DOOR["id"]]
    assert [each["round"] for each in before["results"]] == [1]
    assert (before["answered"], before["round"]) == (6, 2)
    room.do(counts.reveal, DOOR, LEAD.person)
    after = room.look(roomview.common, lesson)["questions"][DOOR["id"]]["results"]
    assert [cells(each) for each in after] == [{"a": 2, "b": 2, "c": 1}, {"a": 2, "b": 4, "c": 0}]


def test_a_reset_keeps_what_was_there_and_shows_it_no_more(room):
    room.cast_each(DOOR, [A, A, B, C, B])
    room.do(counts.reveal, DOOR, LEAD.person)
    room.do(counts.ask_again, DOOR, LEAD.person, True)
    lesson = roomview.RoomLesson("2-learning", "Learning", 105, {DOOR["id"]: DOOR})
    assert room.look(roomview.common, lesson)["questions"][DOOR["id"]]["results"] == []
    assert 1 in room.look(counts.shown, [DOOR["id"]])[DOOR["id"]]
    (kept,) = room.look(roomview.leading, lesson)["set_aside"][DOOR["id"]]
    assert (kept["round"], cells(kept)) == (1, {"a": 2, "b": 2, "c": 1})
    with room.store.reading() as db:
        where = f"cohort = '{room.cohort}' AND round = 1"
        assert db.exec_driver_sql(f"SELECT count(*) FROM room_ballot WHERE {where}").scalar() == 5


def test_a_reset_before_anything_was_shown_keeps_the_counts_for_those_who_lead(room):
    room.cast_each(DOOR, [A, A, B, C, B])
    room.do(counts.ask_again, DOOR, LEAD.person, True)
    room.cast_each(DOOR, [A, B, B])
    room.do(counts.ask_again, DOOR, LEAD.person, True)  # too few: seen by nobody
    lesson = roomview.RoomLesson("2-learning", "Learning", 105, {DOOR["id"]: DOOR})
    (kept,) = room.look(roomview.leading, lesson)["set_aside"][DOOR["id"]]
    assert (kept["round"], cells(kept)) == (1, {"a": 2, "b": 2, "c": 1})
    assert room.look(roomview.common, lesson)["questions"][DOOR["id"]]["results"] == []


def test_the_threshold_may_be_raised_and_is_never_lowered_once_there_are_answers(room):
    room.cast_each(DOOR, [A, A, B, C, B])
    assert cohorts.hold_to(room.store, RoomRules(count_from=8)) == []
    with pytest.raises(RoomRefused, match="too-few"):
        room.do(counts.reveal, DOOR, LEAD.person)
    title = room.look(cohorts.named).title
    assert title in cohorts.hold_to(room.store, RoomRules(count_from=5))
    assert room.look(counts.threshold) == 8


def test_five_is_the_floor_whatever_is_written(room):
    cohorts.hold_to(room.store, RoomRules(count_from=2))
    assert room.look(counts.threshold) == 5


def test_showing_belongs_to_the_phase_and_hiding_overrules_it(room):
    lesson = roomview.RoomLesson("3-example", "Example", 105, {RATING["id"]: RATING})

    def results():
        return room.look(roomview.common, lesson)["questions"][RATING["id"]]["results"]

    room.cast_each(RATING, [{"rows": {"voices": "0", "seen": "1"}}, {"rows": {"voices": "1", "seen": "0"}}] * 3)
    assert results() == []
    room.do(counts.reveal, RATING, LEAD.person)
    assert len(results()) == 1
    room.do(phases.overrule, RATING, False, LEAD.person)
    assert results() == []
    room.do(phases.move, RATING, "vote", LEAD.person)
    assert results() == []
    room.do(phases.move, RATING, "closed", LEAD.person)
    assert len(results()) == 1


def test_several_cohorts_are_counted_apart(store, room):
    other = Room(store, cohorts.make(store, "Another", RoomRules()))
    room.cast_each(DOOR, [A] * 3)
    assert other.cast_each(DOOR, [A] * 3) == ["counted"] * 3
    for each in (room, other):
        with pytest.raises(RoomRefused, match="too-few"):
            each.do(counts.reveal, DOOR, LEAD.person)
