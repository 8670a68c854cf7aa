"""A class of any size in the gradebook, in bulk: three lessons of five prompts, most of it read."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import paths
import sqlalchemy as sa

from handins import course_folder, lesson_notebook, release_lesson
from openpractice.gradebook import collected, gradebook, marks, recording
from openpractice.gradebook.judgedhandin import JudgedAnswer, JudgedHandIn
from openpractice.gradebook.marks import Key, Mark
from openpractice.gradebook.own_tables import audit, mark
from openpractice.gradebook.releasing.released import read_release
from openpractice.gradebook.settling import bring_in_line, criteria_of
from openpractice.kinds import registry
from openpractice.roster import roster
from reviewers import LEVELS, calibrate

LESSONS = ("1-purpose", "2-learning", "3-example")
PROMPTS = 5
CRITERIA = [{"code": code, "name": name, "levels": LEVELS} for code, name in (("R", "Reasoning"), ("P", "Principle"))]
REVIEWERS = ("rev", "two", "three")
WORDS = "I followed one hour of my week and found that it reaches two teachers; from there the trail goes cold. " * 8


def specs(lesson):
    return [
        {
            "v": 1,
            "course": "open-practice",
            "lesson": lesson,
            "id": f"{lesson[2:]}-{number}",
            "kind": "long_text",
            "title": f"Question {number}",
            "body": "What do you see?",
            "visibility": "F",
            "graded": 1,
            "criteria": CRITERIA,
        }
        for number in range(PROMPTS)
    ]


def people(count):
    return [f"person-{number:05}" for number in range(count)]


def release_all(place: Path):
    """The three lessons released by real nbgrader; slow, so copied for each size."""
    folder = course_folder(place)
    for lesson in LESSONS:
        found = specs(lesson)
        release_lesson(folder, specs=found, points={spec["id"]: 6 for spec in found}, lesson=lesson)
    return folder


def fill(folder, count: int, read=0.6, seed=1):
    """`count` people answered every prompt; a share of it is read by one or two reviewers."""
    draw = random.Random(seed)
    with gradebook.opened(folder) as engine:
        with engine.begin() as db:
            roster.merge(
                db,
                [
                    roster.ListedPerson(who, f"Name {who}", school=f"School {n % 40}")
                    for n, who in enumerate(people(count))
                ],
            )
        for lesson in LESSONS:
            release = read_release(folder, lesson)
            with engine.connect() as db:
                cells = collected.lesson_cells(db, folder, lesson)
            handed = [_hand_in(lesson, who, n) for n, who in enumerate(people(count))]
            for start in range(0, count, 100):
                recording.record(engine, cells, release, handed[start : start + 100])
            _read(engine, cells, release, handed, read, draw)
    calibrate(folder, *REVIEWERS)
    return folder


def _hand_in(lesson, who, number):
    answers = {}
    for spec in specs(lesson):
        value = {"text": f"{who}. {WORDS}"}
        at, true = "2026-11-23T14:00:00.000Z", registry.sha256(value)
        answers[spec["id"]] = JudgedAnswer("long_text", value, value["text"], 1, at, true, "prompt")
    return JudgedHandIn(who, lesson, uuid4().hex, datetime(2026, 11, 23, 15) + timedelta(seconds=number), answers)


def _read(engine, cells, release, handed, share, draw):
    """Readings as the desk writes them, without a transaction for each."""
    rows, lines, whole = [], [], {}
    for each in handed:
        for prompt, answer in each.answers.items():
            if draw.random() >= share:
                continue
            key = Key(release.lesson, prompt, each.participant)
            for reviewer in draw.sample(REVIEWERS, 2 if draw.random() < 0.2 else 1):
                now = marks.utc_now()
                given = Mark(
                    reviewer,
                    {"R": draw.randrange(4), "P": draw.randrange(4)},
                    "I can see it. Next, try one more.",
                    sha256=answer.sha256,
                    seconds=draw.uniform(20, 140),
                    first_at=now,
                    at=now,
                    by=reviewer,
                    version=1,
                )
                whole.setdefault(key, {})[reviewer] = given
                rows.append(marks.as_row(key, given))
                lines.append(marks.audit_line(reviewer, "mark", key, {"before": None, "after": vars(given)}))
    with engine.begin() as db:
        if rows:
            db.execute(mark.insert(), rows)
            db.execute(audit.insert(), lines)
        for key, given in whole.items():
            bring_in_line(
                db, cells, key, given, criteria_of(release, key.prompt), next(iter(given.values())).sha256, "rev"
            )


def with_files(folder, lesson: str, count: int):
    """The folders that formgrader's own lists look at, for one lesson."""
    content = lesson_notebook(specs=specs(lesson), points={spec["id"]: 6 for spec in specs(lesson)}, lesson=lesson)
    for who in people(count):
        for step in ("submitted", "autograded"):
            place = folder.step(step, who, lesson)
            place.mkdir(parents=True)
            (place / f"{lesson}.ipynb").write_bytes(content)
            (place / "timestamp.txt").write_text("2026-11-23 15:00:00.000000 UTC")


def count_of(folder):
    with gradebook.opened(folder) as engine, engine.connect() as db:
        return {
            name: db.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in ("op_response", "op_mark", "grade")
        }
