import pytest

from openpractice.model import RoomRules
from openpractice.room import cohorts, critiques, roomview, shares
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomRefused
from rooms import GIVE, LEAD, RULES, Room, room, store

LESSON = roomview.RoomLesson("2-learning", "Learning", 105, {GIVE["id"]: GIVE})
FIELDS = {"say_back": "You want one task", "see": "Nine lines beside item 1", "question": "Which would happen?"}


def show_all(room):
    for person in room.people:
        room.do(shares.publish, GIVE["id"], person, f"Work of {person.name}")


def sit(room, person, rules=RULES):
    return room.do(critiques.sit_down, GIVE, person, rules)


def give(room, person):
    held = sit(room, person)
    room.do(critiques.give, GIVE, person, held["id"], FIELDS)
    return held


def test_everybody_gives_two_and_gets_two(room):
    show_all(room)
    for person in room.people * 2:
        give(room, person)
    progress = room.look(critiques.progress, GIVE["id"])
    assert {(each["given"], each["got"]) for each in progress.values()} == {(2, 2)}
    with pytest.raises(RoomRefused, match="given-enough"):
        sit(room, room.people[0])


def test_one_piece_is_open_at_a_time_and_comes_back_after_anything(room):
    show_all(room)
    first = sit(room, room.people[0])
    assert sit(room, room.people[0]) == first
    mine = room.look(roomview.own, LESSON, room.people[0])["mine"][GIVE["id"]]["critique"]
    assert mine["current"]["text"] == first["text"] and mine["current"]["id"] == first["id"]


def test_whoever_cannot_judge_one_gets_another_and_never_that_one_again(room):
    show_all(room)
    refused = sit(room, room.people[0])
    room.do(critiques.decline, GIVE, room.people[0], refused["id"], "It is my sister's")
    later = set()
    for _ in range(2):
        held = sit(room, room.people[0])
        later.add(held["author"])
        room.do(critiques.give, GIVE, room.people[0], held["id"], FIELDS)
    assert refused["author"] not in later and len(later) == 2


def test_a_lease_that_ran_out_frees_the_work_and_loses_no_words(room):
    show_all(room)
    held = sit(room, room.people[0])
    late = held["until"] + 1
    assert room.do(critiques.expire, GIVE["id"], late) == 1
    room.do(critiques.give, GIVE, room.people[0], held["id"], FIELDS)
    assert len(room.look(critiques.received_by, GIVE["id"], held["author"])) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_lease_that_ran_out_lets_nobody_give_more_than_was_asked(room, order):
    show_all(room)
    who, one = room.people[0], {**GIVE, "count": 1}
    late = room.do(critiques.sit_down, one, who, RULES, 1)
    held = room.do(critiques.sit_down, one, who, RULES)  # the first has run out meanwhile
    while held["id"] == late["id"]:  # the same work may come to them again
        room.do(critiques.expire, GIVE["id"], held["until"] + 1)
        held = room.do(critiques.sit_down, one, who, RULES)
    first, second = ((late, held)[place] for place in order)
    room.do(critiques.give, one, who, first["id"], FIELDS)
    with pytest.raises(RoomRefused, match="given-enough"):
        room.do(critiques.give, one, who, second["id"], FIELDS)
    progress = room.look(critiques.progress, GIVE["id"])
    assert (progress[who.person]["given"], progress[who.person]["open"]) == (1, 0)
    assert progress[second["author"]]["got"] == 0
    room.do(critiques.give, one, who, first["id"], FIELDS | {"see": "Better words"})


def test_a_critique_keeps_the_version_that_it_was_about(room):
    show_all(room)
    held = sit(room, room.people[0])
    author = next(each for each in room.people if each.person == held["author"])
    room.do(shares.publish, GIVE["id"], author, "Written anew since")
    room.do(critiques.give, GIVE, room.people[0], held["id"], FIELDS)
    (got,) = room.look(critiques.received_by, GIVE["id"], author.person)
    assert got["about"] == f"Work of {author.name}" and got["fields"] == FIELDS


def test_the_author_replies_with_one_change_and_one_keep(room):
    show_all(room)
    held = give(room, room.people[0])
    with pytest.raises(RoomRefused, match="change-and-keep"):
        room.do(critiques.reply, held["author"], held["id"], "I will move item 2", " ")
    room.do(critiques.reply, held["author"], held["id"], "I will move item 2", "The nine lines stay")
    mine = room.look(roomview.own, LESSON, room.people[0])["mine"][GIVE["id"]]["critique"]["given"]
    assert (mine[0]["change"], mine[0]["keep"]) == ("I will move item 2", "The nine lines stay")


def test_once_read_a_critique_does_not_change_under_its_readers_eyes(room):
    show_all(room)
    held = give(room, room.people[0])
    room.do(critiques.give, GIVE, room.people[0], held["id"], FIELDS | {"see": "Better words"})
    room.do(critiques.read, held["author"], held["id"])
    with pytest.raises(RoomRefused, match="critique-read"):
        room.do(critiques.give, GIVE, room.people[0], held["id"], FIELDS)


def test_nobody_gets_the_work_of_whoever_appraises_them_nor_the_other_way(room):
    boss = Member("p0", "Person 0", appraiser="")
    for number in range(1, 8):
        cohorts.join(room.store, room.cohort, Member(f"p{number}", f"Person {number}", appraiser="p0"))
    cohorts.join(room.store, room.cohort, boss)
    show_all(room)
    with pytest.raises(RoomRefused, match="nothing-to-read"):
        sit(room, boss)
    for person in room.people[1:]:
        for _ in range(2):
            try:
                held = give(room, person)
            except RoomRefused as error:
                assert error.code in ("nothing-to-read", "given-enough")
                break
            assert held["author"] != "p0"
    lacks = {each["name"]: each for each in room.look(critiques.possible, GIVE, RULES)}
    assert lacks["Person 0"]["readers"] == [] and lacks["Person 0"]["number"] == 2


def test_the_sweep_pairs_the_last_ones(room):
    show_all(room)
    for person in room.people[:4]:
        for _ in range(2):
            give(room, person)
    assert room.do(critiques.close_round, GIVE, LEAD, RULES) == []
    for person in room.people:
        while True:
            mine = room.look(roomview.own, LESSON, person)["mine"][GIVE["id"]]["critique"]
            if not mine["waiting"] and not mine["current"]:
                break
            give(room, person)
    got = room.look(critiques.progress, GIVE["id"])
    assert {got[person.person]["got"] for person in room.people} == {2}


def take(room, who=LEAD):
    return room.do(critiques.take, GIVE, who, RULES)


def test_whoever_leads_takes_what_the_sweep_found_nobody_for_and_nothing_else(room):
    show_all(room)
    with pytest.raises(RoomRefused, match="nobody-left-over"):
        take(room)  # everybody may still sit down
    for number in range(1, 8):
        cohorts.join(room.store, room.cohort, Member(f"p{number}", f"Person {number}", appraiser="p0"))
    (lack,) = (each for each in room.do(critiques.close_round, GIVE, LEAD, RULES) if each["name"] == "Person 0")
    assert lack["readers"] == [LEAD.name] and lack["number"] == 2
    held = take(room)
    assert held["author"] == "p0" and held["text"] == "Work of Person 0" and take(room) == held
    room.do(critiques.give, GIVE, LEAD, held["id"], FIELDS)
    assert [each["fields"] for each in room.look(critiques.received_by, GIVE["id"], "p0")] == [FIELDS]
    second = Member("greta", "Greta", "facilitator")
    cohorts.join(room.store, room.cohort, second)
    held = take(room, second)
    assert held["author"] == "p0"
    room.do(critiques.decline, GIVE, second, held["id"], "I wrote it with them")
    # Nobody takes back what somebody has begun; what was paired and is not begun may be taken over.
    begun = {sit(room, person)["id"] for person in room.people[1:]}
    paired = {row["id"]: row for each in room.people for row in room.look(critiques.given_by, GIVE["id"], each.person)}
    over = take(room)
    now = {row["id"]: row for each in room.people for row in room.look(critiques.given_by, GIVE["id"], each.person)}
    (freed,) = (one for one in now if now[one]["state"] == "expired")
    assert freed not in begun and paired[freed]["state"] == "waiting" and paired[freed]["author"] == over["author"]


def test_schools_are_kept_apart_or_together_as_the_course_says(room):
    show_all(room)
    school = {each.person: each.school for each in room.people}
    held = sit(room, room.people[0], RoomRules(critique_schools="across"))
    assert school[held["author"]] != room.people[0].school
    held = sit(room, room.people[1], RoomRules(critique_schools="within"))
    assert school[held["author"]] == room.people[1].school


def test_somebody_elses_piece_and_another_cohorts_are_not_to_be_touched(store, room):
    show_all(room)
    held = sit(room, room.people[0])
    other = Room(store, cohorts.make(store, "Another", RULES))
    elsewhere = {**GIVE, "id": "example-moment"}
    for where, spec, who in ((room, GIVE, 1), (other, GIVE, 0), (room, elsewhere, 0)):
        for act, words in ((critiques.give, FIELDS), (critiques.decline, "Not mine")):
            with pytest.raises(RoomRefused, match="no-assignment"):
                where.do(act, spec, room.people[who], held["id"], words)
    give(room, room.people[0])
    with pytest.raises(RoomRefused, match="no-critique"):
        room.do(critiques.reply, room.people[0].person, held["id"], "a", "b")


def test_an_empty_critique_is_not_given(room):
    show_all(room)
    held = sit(room, room.people[0])
    with pytest.raises(RoomRefused, match="nothing-to-give"):
        room.do(critiques.give, GIVE, room.people[0], held["id"], {"offer": "Coffee", "see": " "})


def test_a_round_without_names_says_neither_the_authors_nor_the_reviewers(room):
    show_all(room)
    held = give(room, room.people[0])
    hidden = roomview.RoomLesson("2-learning", "", 105, {GIVE["id"]: GIVE}, (), frozenset({GIVE["id"]}))
    author = next(each for each in room.people if each.person == held["author"])
    told = str(room.look(roomview.own, hidden, author)["mine"])
    assert room.people[0].name not in told and room.people[0].person not in told
    sit(room, room.people[0])
    told = room.look(roomview.own, hidden, room.people[0])["mine"][GIVE["id"]]["critique"]
    assert told["current"]["name"] == "" and {each["name"] for each in told["given"]} == {""}
