"""Agreement between reviewers, against published vectors."""

import random

import krippendorff
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openpractice.review.calibrating.agreement import NO_VARIATION, TOO_FEW, calibrate, compare
from openpractice.review.calibrating.coefficients import alpha, bootstrap, kappa

A = [0, 1, 2, 3, 3, 2, 1, 0, 2, 3]
B = [0, 1, 1, 3, 2, 2, 1, 1, 2, 3]
PAIRS = list(zip(A, B, strict=True))
_ = None
# Krippendorff's "C" data: four raters, twelve units.
C = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


@pytest.mark.parametrize(("weights", "published"), [("none", 0.6000), ("linear", 0.7368), ("quadratic", 0.8544)])
def test_kappa_meets_the_published_vector(weights, published):
    assert kappa(PAIRS, weights, fewest=2)[0] == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(
    ("scale", "published"),
    [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)],
)
def test_alpha_meets_the_published_vector(scale, published):
    units = [[level for level in unit if level is not None] for unit in zip(*C, strict=True)]
    assert alpha(units, scale, levels=(1, 2, 3, 4, 5), fewest=2)[0] == pytest.approx(published, abs=5e-5)


levels = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)


@settings(deadline=None)  # the first draw loads numpy
@given(levels)
def test_kappa_agrees_with_an_independent_library(pairs):
    a, b = zip(*pairs, strict=True)
    ours, _ = kappa(pairs, fewest=2)
    if ours == NO_VARIATION:
        assert len(set(a)) == len(set(b)) == 1
        return
    from sklearn.metrics import cohen_kappa_score  # a second and more to load, for this test alone

    theirs = cohen_kappa_score(a, b, weights="quadratic", labels=[0, 1, 2, 3])
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_one_level_for_everything_is_no_variation_and_never_a_number():
    assert kappa([(2, 2)] * 10, fewest=2) == (NO_VARIATION, None)
    assert alpha([[2, 2]] * 10, fewest=2) == (NO_VARIATION, None)
    assert compare([(2, 2)] * 30).kappa == NO_VARIATION


def test_answers_read_once_say_nothing_about_agreement():
    assert alpha([[1], [2]] * 20) == (TOO_FEW, None)
    assert alpha([], fewest=0) == (TOO_FEW, None)
    assert (compare([]).n, kappa([], fewest=0)) == (0, (TOO_FEW, None))


def test_kappa_is_held_back_below_twenty_pairs():
    few, enough = compare([(1, 2), (2, 2)] * 9), compare([(1, 2), (2, 2), (3, 3)] * 7)
    assert few.kappa == TOO_FEW and few.exact == 0.5
    assert isinstance(enough.kappa, float)
    low, high = enough.interval
    assert low <= enough.kappa <= high


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=4), min_size=20, max_size=40))
def test_alpha_over_answers_agrees_with_the_library_and_lies_in_its_interval(answers):
    ours, interval = alpha(answers)
    if len({level for row in answers for level in row}) == 1:
        assert ours == NO_VARIATION and interval is None
        return
    most = max(map(len, answers))
    ratings = [[row[place] if place < len(row) else float("nan") for row in answers] for place in range(most)]
    theirs = krippendorff.alpha(reliability_data=ratings, level_of_measurement="ordinal")
    assert ours == pytest.approx(theirs, abs=1e-9)
    if interval:
        assert interval[0] <= interval[1] <= 1 + 1e-9


def test_alpha_over_answers_is_held_back_below_twenty_and_the_same_when_asked_twice():
    assert alpha([[1, 2]] * 19) == (TOO_FEW, None)
    assert alpha([[2, 2]] * 20) == (NO_VARIATION, None)
    found = alpha([[1, 2], [2, 2], [3, 3], [0, 1]] * 6)
    low, high = found[1]
    assert low < found[0] < high
    assert found == alpha([[1, 2], [2, 2], [3, 3], [0, 1]] * 6)


def test_the_interval_is_the_same_when_asked_twice():
    same = [[a == b, a != b] for a, b in zip(A, B, strict=True)] * 2

    def share(tables):
        return tables[:, 0] / tables.sum(axis=1)

    value, (low, high) = bootstrap(same, share)
    assert value == sum(a == b for a, b in zip(A, B, strict=True)) / len(A)
    assert low < value < high and bootstrap(same, share) == (value, (low, high))


def test_the_interval_is_that_of_drawing_answers_one_by_one():
    generator, pairs = random.Random(7), list(zip(A, B, strict=True)) * 3
    drawn = sorted(kappa([generator.choice(pairs) for _ in pairs], fewest=2)[0] for _ in range(1000))
    low, high = compare(pairs).interval
    assert (low, high) == pytest.approx((drawn[25], drawn[974]), abs=0.03)


def test_difference_shows_who_gives_more():
    assert compare([(3, 2), (2, 2)]).mean_difference == 0.5


def test_calibration_fails_on_one_answer_two_levels_away():
    close = [(1, 1)] * 7 + [(2, 1)]
    assert calibrate(close).passed
    assert not calibrate(close + [(3, 1)]).passed
    assert not calibrate([(1, 1)] * 4 + [(2, 1)] * 4).passed
    with pytest.raises(ValueError, match="no anchors"):
        calibrate([])
