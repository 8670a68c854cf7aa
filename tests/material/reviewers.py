"""A small class whose answers are in the gradebook, and a desk to read them at."""

import secrets
import shutil
from contextlib import contextmanager
from functools import cache

from handins import LESSON, TRACE, course_folder, hand_in, release_lesson, response
from openpractice.gradebook import collected, gradebook, scores
from openpractice.gradebook.marks import Key
from openpractice.intake.collect import collect
from openpractice.kit import course_parts
from openpractice.model import ReviewRules
from openpractice.review.calibrating.anchorfiles import read_anchors
from openpractice.review.calibrating.anchors import record
from openpractice.review.reviewing import Desk
from postgres import copy_database

LEVELS = ["Not shown: nothing", "Described: named", "Explained: seen", "Taken further: weighed"]
READ = TRACE | {
    "criteria": [
        {"code": code, "name": name, "levels": LEVELS} for code, name in (("R", "Reasoning"), ("P", "Principle"))
    ]
}
PROMPT = READ["id"]
ALONE = ReviewRules(double=0)


def make_class(place, people, db_url=None):
    """A released lesson with one answer from each, collected; slow, so copied by `copy_class`."""
    folder = course_folder(place, db_url=db_url)
    if db_url:
        release_read(folder)
    else:
        # Releasing by nbgrader takes seconds: once for all classes of this run.
        released = course_folder(place.parent / "released-to-read")
        if not released.data.exists():
            release_read(released)
        shutil.copytree(released.data, folder.data, dirs_exist_ok=True)
    for who in people:
        hand_in(folder, who, {PROMPT: response(READ, {"text": f"The hour of {who}."})})
    collect(folder, LESSON)
    return folder


def release_read(folder):
    release_lesson(folder, specs=(READ,), points={PROMPT: 6})


def copy_class(folder, place):
    shutil.copytree(folder.data, place, dirs_exist_ok=True)
    elsewhere = folder.db_url if folder.db_url.startswith("postgresql") else None
    return course_folder(place, db_url=elsewhere and copy_database(elsewhere, f"class_{secrets.token_hex(8)}"))


@contextmanager
def desk_at(folder, rules=ALONE, rubric=1):
    with gradebook.opened(folder) as engine:
        yield Desk(folder, engine, rules, rubric)


def calibrate(folder, *reviewers):
    """These reviewers have placed every supplied answer as agreed, so that they may give levels."""
    with gradebook.opened(folder) as engine, engine.begin() as db:
        for who in reviewers:
            for anchor in calibration_set():
                record(db, who, anchor, dict(anchor.levels))


@cache
def calibration_set():
    anchors, _ = read_anchors(course_parts().anchors)
    return [anchor for anchor in anchors if anchor.calibration]


def key(who):
    return Key(LESSON, PROMPT, who)


def nbgrader_grade(desk, who):
    """(manual score, waits, comment) as nbgrader's tables hold them."""
    with desk.engine.connect() as db:
        cells = collected.lesson_cells(db, desk.folder, LESSON)
        found = scores.recorded(db, cells)[who][PROMPT]
        return scores.manual_score(db, cells, who, PROMPT), found.waits, found.comment
