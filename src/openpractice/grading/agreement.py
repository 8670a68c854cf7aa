"""How far two or more reviewers agree, said so that nobody is misled by one figure.

Every result carries its number of answers. With no variation in the levels a
coefficient does not exist, and the result says so: it is never 1.0 or 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Weights = Literal["none", "linear", "quadratic"]
LEVELS = (0, 1, 2, 3)
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


def kappa(a: Sequence[int], b: Sequence[int], weights: Weights = "quadratic", levels=LEVELS):
    """Cohen's kappa as a float, or `NO_VARIATION` when it is not defined.

    Parameters
    ----------
    a, b : levels given to the same answers, in the same order
    weights : how a distance between levels counts; "quadratic" squares it
    levels : every level that could have been given, used or not

    Source: Cohen (1968), Psychological Bulletin 70(4).
    """
    if len(a) != len(b):
        raise ValueError("both reviewers need a level for every answer")
    cost = _cost(weights)
    n = len(a)
    observed = sum(cost(x, y) for x, y in zip(a, b, strict=True)) * n
    count_a = {level: a.count(level) for level in levels}
    count_b = {level: b.count(level) for level in levels}
    expected = sum(count_a[x] * count_b[y] * cost(x, y) for x in levels for y in levels)
    if not expected:
        return NO_VARIATION
    return 1 - observed / expected


def _cost(weights: Weights):
    return {
        "none": lambda x, y: float(x != y),
        "linear": lambda x, y: float(abs(x - y)),
        "quadratic": lambda x, y: float((x - y) ** 2),
    }[weights]


def alpha(ratings: Sequence[Sequence[int | None]], scale: str = "ordinal"):
    """Krippendorff's alpha as a float, or `NO_VARIATION` when it is not defined.

    Parameters
    ----------
    ratings : one row a reviewer, one column an answer, None where a reviewer gave no level
    scale : "nominal", "ordinal", "interval" or "ratio"

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
    """
    import krippendorff
    import numpy as np

    table = np.array([[np.nan if x is None else x for x in row] for row in ratings], dtype=float)
    shared = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    if shared.size == 0:
        return TOO_FEW
    if len(np.unique(shared[~np.isnan(shared)])) < 2:
        return NO_VARIATION
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement=scale))


def alpha_between(answers: Sequence[Sequence[int]], levels=LEVELS):
    """Ordinal alpha over answers, and its 95 % interval: ``(alpha, (low, high))``.

    `answers` has one row an answer: the levels that its readers gave, two or more. As with
    kappa, fewer than 20 answers say too little, and without variation there is no alpha.
    """
    import numpy as np

    if len(answers) < FEWEST_FOR_KAPPA:
        return TOO_FEW, None
    counts = np.array([[list(row).count(level) for level in levels] for row in answers], dtype=float)
    # What an answer adds to the table of coincidences: each pair of readers, by how many they are.
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, range(len(levels)), range(len(levels))] -= counts
    pairs /= counts.sum(axis=1)[:, None, None] - 1
    return bootstrap(pairs, _ordinal_alpha)


def _ordinal_alpha(tables):
    """Alpha of each table of coincidences (tables x levels x levels); NaN without variation."""
    import numpy as np

    n_by_level = tables.sum(axis=2)
    ends = np.cumsum(n_by_level, axis=1)
    middle = ends - n_by_level / 2  # where a level's middle lies on the scale of ranks
    distance = (middle[:, :, None] - middle[:, None, :]) ** 2
    observed = (tables * distance).sum(axis=(1, 2))
    expected = (n_by_level[:, :, None] * n_by_level[:, None, :] * distance).sum(axis=(1, 2)) / (n_by_level.sum(axis=1) - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _quadratic_kappa(tables):
    """Kappa of each table of pairs (tables x levels x levels); NaN without variation. The same as `kappa`."""
    import numpy as np

    places = np.arange(tables.shape[1])
    cost = (places[:, None] - places[None, :]) ** 2
    observed = (tables * cost).sum(axis=(1, 2)) * tables.sum(axis=(1, 2))
    expected = (tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :] * cost).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


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
    import numpy as np

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


def compare(pairs: Sequence[tuple[int, int]]) -> Agreement:
    """What two reviewers' pairs of levels say: n, exact, within one, kappa, interval, difference.

    `mean_difference` is first minus second in levels: above 0 the first
    reviewer gives more. Kappa is held back below 20 pairs, where it says less
    than the two plain shares do.
    """
    n = len(pairs)
    if n == 0:
        return Agreement(0, None, None, TOO_FEW, None, None)
    gaps = [first - second for first, second in pairs]
    value, interval = TOO_FEW, None
    if n >= FEWEST_FOR_KAPPA:
        tables = [[[first == x and second == y for y in LEVELS] for x in LEVELS] for first, second in pairs]
        value, interval = bootstrap(tables, _quadratic_kappa)
    return Agreement(
        n=n,
        exact=sum(gap == 0 for gap in gaps) / n,
        within_one=sum(abs(gap) <= 1 for gap in gaps) / n,
        kappa=value,
        interval=interval,
        mean_difference=sum(gaps) / n,
    )


@dataclass(frozen=True)
class Calibration:
    """How one reviewer's levels lie beside the reference levels of the anchors."""

    n: int
    exact: float
    within_one: float
    mean_difference: float
    passed: bool


def calibrate(pairs: Sequence[tuple[int, int]], exact_at_least: float = 0.6, within_one_at_least: float = 1.0) -> Calibration:
    """Whether a reviewer may begin: enough exact levels, and (unless told otherwise) none two levels away.

    `pairs` are (given, reference). `mean_difference` above 0 means the reviewer
    gives more than the reference does.
    """
    if not pairs:
        raise ValueError("no anchors have been scored yet")
    result = compare(pairs)
    passed = result.exact >= exact_at_least and result.within_one >= within_one_at_least
    return Calibration(result.n, result.exact, result.within_one, result.mean_difference, passed)
