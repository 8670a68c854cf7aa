"""How far two or more reviewers agree, said so that nobody is misled by one figure.

Every result carries its number of answers. With no variation in the levels a
coefficient does not exist, and the result says so: it is never 1.0 or 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

NO_VARIATION = "no variation"
TOO_FEW = "too few answers"
FEWEST_FOR_KAPPA = 20


@dataclass(frozen=True)
class Agreement:
    """What two reviewers' levels on one criterion say together."""

    n: int
    exact: float | None
    within_one: float | None
    kappa: float | str
    interval: tuple[float, float] | None
    mean_difference: float | None


def alpha(answers: Sequence[Sequence[int]]):
    """Krippendorff's alpha over all readers of each answer, and its interval; see `coefficients.alpha`."""
    return _coefficients().alpha(answers)


def compare(pairs: Sequence[tuple[int, int]]) -> Agreement:
    """What two reviewers' pairs of levels say: n, exact, within one, kappa, interval, difference.

    `mean_difference` is first minus second in levels: above 0 the first
    reviewer gives more. Kappa is held back below 20 pairs, where it says less
    than the two plain shares do.
    """
    if not pairs:
        return Agreement(0, None, None, TOO_FEW, None, None)
    exact, within_one, difference = _gaps(pairs)
    value, interval = _coefficients().kappa(pairs)
    return Agreement(len(pairs), exact, within_one, value, interval, difference)


def _coefficients():
    # Brings numpy: 0.17 s and 16 MB that a course's service saves until somebody asks for a coefficient.
    from openpractice.review.calibrating import coefficients

    return coefficients


def _gaps(pairs: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """The shares of pairs that are the same and at most a level apart, and the first minus the second at the mean."""
    gaps = [first - second for first, second in pairs]
    n = len(gaps)
    return sum(gap == 0 for gap in gaps) / n, sum(abs(gap) <= 1 for gap in gaps) / n, sum(gaps) / n


@dataclass(frozen=True)
class Calibration:
    """How one reviewer's levels lie beside the reference levels of the anchors."""

    n: int
    exact: float
    within_one: float
    mean_difference: float
    passed: bool


def calibrate(
    pairs: Sequence[tuple[int, int]], exact_at_least: float = 0.6, within_one_at_least: float = 1.0
) -> Calibration:
    """Whether a reviewer may begin: enough exact levels, and (unless told otherwise) none two levels away.

    `pairs` are (given, reference). `mean_difference` above 0 means the reviewer
    gives more than the reference does.
    """
    if not pairs:
        raise ValueError("no anchors have been scored yet")
    exact, within_one, difference = _gaps(pairs)
    passed = exact >= exact_at_least and within_one >= within_one_at_least
    return Calibration(len(pairs), exact, within_one, difference, passed)
