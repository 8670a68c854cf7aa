"""Invented answers with agreed levels, which reviewers score before they read anybody's work."""

import json
from collections.abc import Sequence

import sqlalchemy as sa

from openpractice.clock import utc_now
from openpractice.gradebook.marks import BadMark
from openpractice.gradebook.own_tables import calibrated
from openpractice.i18n import Said
from openpractice.model import LEVELS, ReviewRules
from openpractice.review.calibrating.agreement import Calibration, calibrate
from openpractice.review.calibrating.anchorfiles import Anchor


def record(db, reviewer: str, anchor: Anchor, levels: dict[str, int]) -> dict:
    """The reference beside what the reviewer gave; the first try counts and stays.

    Raises
    ------
    BadMark
        When a criterion of the anchor has no level, or one that the rubric has not.
    """
    if set(levels) != set(anchor.levels) or not all(_is_level(anchor, code, x) for code, x in levels.items()):
        raise BadMark("review-level-missing", names=", ".join(anchor.levels))
    mine = sa.and_(calibrated.c.reviewer == reviewer, calibrated.c.anchor == anchor.id)
    first = db.scalar(sa.select(calibrated.c.levels).where(mine))
    if first is None:
        first = json.dumps(levels, sort_keys=True)
        db.execute(calibrated.insert().values(reviewer=reviewer, anchor=anchor.id, levels=first, at=utc_now()))
    return {"given": json.loads(first), "reference": dict(anchor.levels), "reasons": dict(anchor.reasons)}


def _is_level(anchor, code, level):
    return type(level) is int and 0 <= level <= anchor.tops.get(code, LEVELS[-1] - 1)


def result(db, reviewer: str, anchors: Sequence[Anchor], rules: ReviewRules) -> tuple[Calibration | None, list[str]]:
    """How the reviewer's first tries lie beside the reference, and the anchors still to score."""
    tries = dict(
        db.execute(sa.select(calibrated.c.anchor, calibrated.c.levels).where(calibrated.c.reviewer == reviewer)).all()
    )
    asked = [anchor for anchor in anchors if anchor.calibration]
    left = [anchor.id for anchor in asked if anchor.id not in tries]
    pairs = []
    for anchor in asked:
        given = json.loads(tries.get(anchor.id, "{}"))
        pairs += [(given[code], level) for code, level in anchor.levels.items() if code in given]
    outcome = calibrate(pairs, rules.exact_at_least, rules.within_one_at_least) if pairs else None
    return outcome, left


def missing_before_reviewing(db, reviewer: str, anchors: Sequence[Anchor], rules: ReviewRules) -> Said | None:
    """What the reviewer has to do before giving levels; None when nothing."""
    if not rules.calibrate_first or not any(anchor.calibration for anchor in anchors):
        return None
    outcome, left = result(db, reviewer, anchors, rules)
    if left:
        total = sum(anchor.calibration for anchor in anchors)
        return Said("review-calibrate-first", left=len(left), total=total)
    if outcome and not outcome.passed:
        return Said(
            "review-calibrate-once-more",
            exact=outcome.exact,
            within=outcome.within_one,
            asked=rules.exact_at_least,
            asked_within=rules.within_one_at_least,
        )
    return None


def start_again(db, reviewer: str) -> None:
    """Forget this reviewer's tries, so that the anchors can be scored afresh."""
    db.execute(calibrated.delete().where(calibrated.c.reviewer == reviewer))
