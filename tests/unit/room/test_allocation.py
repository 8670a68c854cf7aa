import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openpractice.room.allocation import Colleague, Pairing, may_review, next_for, sweep

LEADS = [Colleague("lead-a", leads=True), Colleague("lead-b", leads=True)]


def group(count, schools, appraisers, rng):
    """People of that many schools; a share of them appraised by somebody else of the group."""
    ids = [f"p{number}" for number in range(count)]
    return [
        Colleague(each, f"s{rng.randrange(schools)}", rng.choice(ids) if rng.random() < appraisers else "")
        for each in ids
    ]


def pairing(people, k, schools="any", got=None, gave=None, made=(), leads=()):
    got, gave = got or {}, gave or {}
    needs = {each.id: max(k - got.get(each.id, 0), 0) for each in people}
    takes = {each.id: max(k - gave.get(each.id, 0), 0) for each in people} | {each.id: 0 for each in leads}
    return Pairing(people, [*people, *leads], needs, takes, schools, made)


def by_trying(people, k, schools):
    """The most pairs there can be, by the textbook way on single units of work: the oracle."""
    units = [(author.id, number) for author in people for number in range(k)]
    ids = {each.id: each for each in people}
    taken: dict = {}

    def place(unit, seen):
        for reviewer in people:
            if not may_review(reviewer, ids[unit[0]], schools):
                continue
            for slot in range(k):
                key = (reviewer.id, slot)
                if key in seen or any(taken.get((reviewer.id, other), ("",))[0] == unit[0] for other in range(k)):
                    continue
                seen.add(key)
                if key not in taken or place(taken[key], seen):
                    taken[key] = unit
                    return True
        return False

    return sum(place(unit, set()) for unit in units)


def everybody_in_any_order(count, k, schools, appraisers, rule, rng):
    """People sit down one after the other, some never come back, and at the end is the sweep."""
    people = group(count, schools, appraisers, rng)
    known = {each.id: each for each in people}
    best = pairing(people, k, rule)
    best.fill()
    got, gave, made = dict.fromkeys(known, 0), dict.fromkeys(known, 0), set()
    order = [each.id for each in people] * k
    rng.shuffle(order)
    left = set(rng.sample(sorted(known), count // 10)) if count >= 20 else set()  # who never comes back
    for reviewer in order:
        if reviewer in left:
            continue
        author = next_for(reviewer, pairing(people, k, rule, got, gave, made), got, rng)
        if author is None:
            continue
        assert may_review(known[reviewer], known[author], rule) and (reviewer, author) not in made
        made.add((reviewer, author))
        got[author] += 1
        gave[reviewer] += 1
    assert max(got.values()) <= k and max(gave.values()) <= k
    if not left:
        assert len(made) == len(best.pairs())
    rest = pairing(people, k, rule, got, gave, made, LEADS)
    sweep(rest, [each for each in known if each not in left], [each.id for each in LEADS])
    for reviewer, author in rest.pairs():
        who = known.get(reviewer) or next(each for each in LEADS if each.id == reviewer)
        assert may_review(who, known[author], rule) and (reviewer, author) not in made
        got[author] += 1
    # Two who lead may look at anybody's work, so that nobody is left below two.
    assert all(number >= min(k, 2) for number in got.values())
    assert max(got.values()) - min(got.values()) <= 1
    loads = [len(rest.reads[each.id]) for each in LEADS]
    assert abs(loads[0] - loads[1]) <= 1 or rest.short()


COHORT = (
    st.integers(1, 3),
    st.integers(1, 12),
    st.floats(0, 0.6),
    st.sampled_from(["any", "across", "within"]),
    st.randoms(use_true_random=False),
)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 36), *COHORT)
def test_people_in_any_order_get_as_many_as_can_be_and_no_forbidden_pair(count, k, schools, appraisers, rule, rng):
    everybody_in_any_order(count, k, schools, appraisers, rule, rng)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.integers(2, 500), *COHORT)
def test_up_to_five_hundred_people_do_as_well(count, k, schools, appraisers, rule, rng):
    everybody_in_any_order(count, k, schools, appraisers, rule, rng)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 9),
    st.integers(1, 2),
    st.integers(1, 3),
    st.floats(0, 0.8),
    st.sampled_from(["any", "across", "within"]),
    st.randoms(use_true_random=False),
)
def test_no_way_finds_more_pairs(count, k, schools, appraisers, rule, rng):
    people = group(count, schools, appraisers, rng)
    ours = pairing(people, k, rule)
    ours.fill()
    assert len(ours.pairs()) >= by_trying(people, k, rule)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 60), st.integers(1, 4), st.floats(0, 0.9), st.randoms(use_true_random=False))
def test_whoever_lacks_somebody_is_told_a_reason_that_holds(count, schools, appraisers, rng):
    people = group(count, schools, appraisers, rng)
    found = pairing(people, 2, "across")
    found.fill()
    known = {each.id: each for each in people}
    for lack in found.lacks():
        # All who may read for these authors are named, and take no more than they have taken.
        may = {each.id for each in people for author in lack.authors if may_review(each, known[author], "across")}
        assert may == set(lack.readers)
        pairs_each = [len(set(lack.authors) & found.reads[reader]) for reader in lack.readers]
        spare = [found.takes[reader] - len(found.reads[reader]) for reader in lack.readers]
        for reader, room_left in zip(lack.readers, spare, strict=True):
            # With time to spare they have read all of these whom they may.
            if room_left > 0:
                mine = {author for author in lack.authors if may_review(known[reader], known[author], "across")}
                assert mine <= found.reads[reader]
        assert sum(pairs_each) < sum(found.needs[author] for author in lack.authors)


def test_two_people_of_whom_one_appraises_the_other_are_a_roster_that_cannot_be():
    boss, other = Colleague("boss"), Colleague("other", appraiser="boss")
    found = pairing([boss, other], 1)
    found.fill()
    assert [(lack.author, lack.readers) for lack in found.lacks()] == [("boss", ()), ("other", ())]


def test_who_looks_at_the_work_already_is_no_way_to_more_of_it():
    """Their other authors, who lack nobody, are not drawn into the reason."""
    people = [
        Colleague("p0", "s1", appraiser="p3"),
        Colleague("p1", "s1"),
        Colleague("p2", "s2"),
        Colleague("p3", "s0"),
    ]
    found = pairing(people, 2, "across")
    found.fill()
    (lack,) = [each for each in found.lacks() if each.author == "p3"]
    assert "p2" not in lack.authors


def test_the_least_looked_at_comes_first():
    people = [Colleague(f"p{number}") for number in range(6)]
    got = {"p1": 1, "p2": 1, "p3": 0, "p4": 1, "p5": 1}
    assert next_for("p0", pairing(people, 2, got=got), got, random.Random(1)) == "p3"


def test_chance_decides_among_equals():
    people = [Colleague(f"p{number}") for number in range(12)]
    picked = {next_for("p0", pairing(people, 1), {}, random.Random(seed)) for seed in range(40)}
    assert len(picked) > 4


def test_work_is_passed_over_where_taking_it_would_leave_somebody_alone():
    # Only `a` may look at `c`'s work, however often it was looked at already.
    people = [Colleague("a"), Colleague("b", appraiser="c"), Colleague("c"), Colleague("d", appraiser="c")]
    assert next_for("a", pairing(people, 1), {"b": 0, "d": 0, "c": 5}, random.Random(1)) == "c"


def test_five_hundred_are_paired_down_to_the_last():
    rng = random.Random(7)
    people = group(500, 40, 0.5, rng)
    found = pairing(people, 2, "across")
    found.fill()
    assert not found.short()
    assert {len(found.reads[each.id]) for each in people} == {2}


def test_schools_that_nobody_knows_keep_nobody_apart():
    one, other, none = Colleague("a", "North"), Colleague("b", "North"), Colleague("c")
    assert not may_review(one, other, "across") and may_review(one, other, "within")
    for rule in ("across", "within"):
        assert may_review(one, none, rule) and may_review(none, one, rule)
