"""What a reviewer is given to read next."""

from hypothesis import given
from hypothesis import strategies as st

from openpractice.gradebook.marks import Mark
from openpractice.gradebook.own_tables import AGREED
from openpractice.model import ReviewRules
from openpractice.review.queue import Waiting, doubled, in_order, may_read

ALONE = ReviewRules(double=0)


def answer(who, marks=(), **more):
    given = {mark.reviewer: mark for mark in marks}
    parts = {"sha256": "new", "blank": False, "criteria": {"R": 1, "P": 1}, "marks": given} | more
    return Waiting("1-purpose", "purpose-trace", who, **parts)


def read_by(reviewer, r=1, p=1, sha256="new", **more):
    return Mark(reviewer, {"R": r, "P": p}, sha256=sha256, **more)


PEOPLE = [f"person-{n:02}" for n in range(40)]


def test_the_order_is_stable_and_neither_alphabetical_nor_the_same_for_two_reviewers():
    answers = [answer(who) for who in PEOPLE]
    mine = [each.participant for each in in_order("ana", answers, ALONE)]
    assert mine == [each.participant for each in in_order("ana", reversed(answers), ALONE)]
    assert sorted(mine) == PEOPLE != mine
    assert mine != [each.participant for each in in_order("ben", answers, ALONE)]


def test_nobody_is_given_their_own_answer():
    assert in_order("person-01", [answer("person-01")], ALONE) == []


def test_nobody_reads_those_they_appraise_unless_the_course_allows_it():
    appraised = answer("person-01", appraiser="ana")
    assert not may_read("ana", appraised, ReviewRules())
    assert may_read("ana", appraised, ReviewRules(appraisers_apart=False))
    assert may_read("ben", appraised, ReviewRules())


def test_a_read_answer_waits_for_nobody_and_a_revised_one_for_its_reader():
    assert in_order("ana", [answer("x", [read_by("ana")])], ALONE) == []
    revised = answer("x", [read_by("ana", sha256="old")])
    assert in_order("ana", [revised], ALONE) == [revised]
    assert in_order("ben", [revised], ALONE) == []


def test_a_skipped_answer_comes_last():
    first, *_ = in_order("ana", [answer(who) for who in PEOPLE], ALONE)
    skipped = answer(first.participant, [Mark("ana", skipped=True)])
    others = [answer(who) for who in PEOPLE if who != first.participant]
    assert in_order("ana", [skipped, *others], ALONE)[-1] == skipped


def test_an_assigned_answer_waits_for_its_reviewer_alone():
    one, two = answer("x"), answer("y")
    mine = {"ben": {"x"}}
    assert in_order("ana", [one, two], ALONE, mine) == [two]
    assert {each.participant for each in in_order("ben", [one, two], ALONE, mine)} == {"x", "y"}


def test_a_share_is_read_twice_and_never_fewer_than_ten():
    answers = [answer(who) for who in PEOPLE]
    assert len(doubled(answers, 0.2)) == 10
    assert len(doubled(answers, 0.5)) == 20
    assert doubled(answers[:4], 0.2) == set(PEOPLE[:4])
    assert doubled(answers, 0) == set()


def test_an_answer_read_twice_stays_among_the_doubled():
    answers = [answer(who) for who in PEOPLE]
    left_out = next(who for who in PEOPLE if who not in doubled(answers, 0.2))
    again = [
        each if each.participant != left_out else answer(left_out, [read_by("a"), read_by("b")]) for each in answers
    ]
    assert left_out in doubled(again, 0.2)


def test_a_second_reader_is_wanted_only_for_the_doubled():
    twice = ReviewRules(double=1)
    once_read = answer("x", [read_by("ana")])
    assert in_order("ben", [once_read], twice) == [once_read]
    assert in_order("ben", [once_read], ALONE) == []
    assert in_order("cy", [answer("x", [read_by("ana"), read_by("ben")])], twice) == []


def test_the_states_of_an_answer():
    assert answer("x").state == "unread"
    assert answer("x", blank=True).state == "blank"
    assert answer("x", [read_by("ana")]).state == "read"
    assert answer("x", [read_by("ana", sha256="old")]).state == "revised"
    assert answer("x", [read_by("ana", 1), read_by("ben", 2)]).state == "discuss"
    settled = [read_by("ana", 1), read_by("ben", 2), read_by(AGREED, 2)]
    assert answer("x", settled).state == "read"
    assert answer("x", [read_by("ana")], returned=True).state == "returned"
    assert answer("x", [Mark("ana", {"R": 1})]).state == "unread"


@given(st.sets(st.sampled_from(PEOPLE)), st.floats(0, 1))
def test_everybody_is_read_by_somebody(people, share):
    answers = [answer(who) for who in people]
    assert {each.participant for each in in_order("ana", answers, ReviewRules(double=share))} == people
