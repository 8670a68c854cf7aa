"""Coefficients of agreement with their intervals; the only module that loads numpy.

With no variation in the levels a coefficient does not exist, and the result says so: it is never 1.0 or 0.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from openpractice.review.calibrating.agreement import FEWEST_FOR_KAPPA, NO_VARIATION, TOO_FEW


def kappa(pairs: Sequence[tuple[int, int]], weights: str = "quadratic", fewest: int = FEWEST_FOR_KAPPA):
    """Cohen's kappa of two reviewers and its 95 % interval: ``(kappa, (low, high))``.

    Instead of kappa there is `TOO_FEW` below `fewest` pairs, where it says less than plain
    shares do, and `NO_VARIATION` where it is not defined; then without an interval (None).

    Parameters
    ----------
    pairs : the two levels of each answer
    weights : how a distance between levels counts: "none", "linear" or "quadratic" (squared)

    A level that nobody gave changes nothing, so the rubric is not asked for its levels.

    Source: Cohen (1968), Psychological Bulletin 70(4).
    """
    if len(pairs) < max(fewest, 1):
        return TOO_FEW, None
    levels = range(1 + max(max(pair) for pair in pairs))
    tables = [[[first == x and second == y for y in levels] for x in levels] for first, second in pairs]
    return bootstrap(tables, partial(_kappa_of, weights=weights))


def _kappa_of(tables, weights):
    """Kappa of each table of pairs (tables x levels x levels); NaN without variation."""
    places = np.arange(tables.shape[1])
    apart = abs(places[:, None] - places[None, :])
    cost = {"none": apart > 0, "linear": apart, "quadratic": apart**2}[weights]
    observed = (tables * cost).sum(axis=(1, 2)) * tables.sum(axis=(1, 2))
    expected = (tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :] * cost).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def alpha(
    answers: Sequence[Sequence[int]],
    scale: str = "ordinal",
    levels: Sequence[int] | None = None,
    fewest: int = FEWEST_FOR_KAPPA,
):
    """Krippendorff's alpha and its 95 % interval: ``(alpha, (low, high))``; as `kappa` where there is none.

    Parameters
    ----------
    answers : one row an answer, the levels that its readers gave; answers with one reader say nothing
    scale : what a distance between levels is: "nominal", "ordinal", "interval" or "ratio"
    levels : every level that counts, in order; by default all from 0 to the highest that was given

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
    """
    levels = levels or range(1 + max((max(row) for row in answers if row), default=0))
    given = [[list(row).count(level) for level in levels] for row in answers if len(row) > 1]
    if len(given) < max(fewest, 1):
        return TOO_FEW, None
    counts = np.array(given, dtype=float)
    # What an answer adds to the table of coincidences: each pair of readers, by how many they are.
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, range(len(levels)), range(len(levels))] -= counts
    pairs /= counts.sum(axis=1)[:, None, None] - 1
    return bootstrap(pairs, partial(_alpha_of, scale=scale, levels=np.array(levels, dtype=float)))


def _alpha_of(tables, scale, levels):
    """Alpha of each table of coincidences (tables x levels x levels); NaN without variation."""
    of_level = tables.sum(axis=2)
    between = _distance(scale, of_level, levels)
    observed = (tables * between).sum(axis=(1, 2))
    expected = (of_level[:, :, None] * of_level[:, None, :] * between).sum(axis=(1, 2)) / (of_level.sum(axis=1) - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _distance(scale, of_level, levels):
    """Squared distances between levels; on the ordinal scale they follow from how often each was given."""
    if scale == "ordinal":
        middle = np.cumsum(of_level, axis=1) - of_level / 2  # where a level's middle lies among all ranks
        return (middle[:, :, None] - middle[:, None, :]) ** 2
    first, second = levels[:, None], levels[None, :]
    if scale == "nominal":
        return (first != second).astype(float)
    apart = (first - second) ** 2
    if scale == "interval":
        return apart
    both = (first + second) ** 2
    return np.divide(apart, both, out=np.zeros_like(apart), where=both > 0)


def bootstrap(items, statistic, draws: int = 1000, seed: int = 20000):
    """A statistic over answers, and its 95 % percentile interval: ``(value, (low, high))``.

    Answers are drawn again with replacement, all draws at once, so that a large class
    waits no longer than a small one; draws on which the statistic is not defined are left
    out, and with half of them gone there is no interval (None). The seed is fixed so that
    a page shows the same interval twice.

    Parameters
    ----------
    items : array, one table an answer: what it adds to the table the statistic is made of
    statistic : tables (draws x the rest) to one value each, NaN where it is not defined
    """
    items = np.asarray(items, dtype=float)
    kinds, many = np.unique(items.reshape(len(items), -1), axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(items), many / len(items), draws)
    values = statistic((np.vstack([many, drawn]) @ kinds).reshape(draws + 1, *items.shape[1:]))
    if np.isnan(values[0]):
        return NO_VARIATION, None
    defined = np.sort(values[1:][~np.isnan(values[1:])])
    if len(defined) < draws // 2:
        return float(values[0]), None
    return float(values[0]), (float(defined[int(0.025 * len(defined))]), float(defined[int(0.975 * len(defined)) - 1]))
