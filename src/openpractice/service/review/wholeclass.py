"""The class seen: every answer to a prompt at a glance, the levels that were given, who has read how many."""

from __future__ import annotations

import statistics
from collections import Counter

import sqlalchemy as sa

from openpractice.gradebook.collected import value_of
from openpractice.gradebook.own_tables import AGREED, response
from openpractice.review.queue import has_read, may_read, place, readings
from openpractice.service.refusal import Refusal
from openpractice.service.review.deskkeeper import DeskKeeper, checked

#: Why an answer is on the list to discuss.
FLAGGED, DIFFER = "flagged", "differ"


def strip(keeper: DeskKeeper, reviewer: str, lesson: str, prompt: str) -> dict:
    """Every answer to a prompt that this reviewer may see, in their order, with what can be seen of it from afar.

    Each: ``who``, ``number`` in the line, ``state``, ``skipped`` (by this reviewer), ``why`` it is to be
    discussed, ``late``, ``words``, ``school``, and ``levels``, empty until they are open to this reviewer.
    """
    desk, lesson, prompt = keeper.desk, checked(lesson), checked(prompt)
    release = desk.release(lesson)
    if prompt not in release.graded:
        raise Refusal(404, "not-found")
    with desk.engine.connect() as db:
        stand = desk.standing(db, lesson, prompt)
        of = sa.select(response.c.participant, response.c.late, response.c.text, response.c.value)
        latest = of.where(response.c.lesson == lesson, response.c.prompt == prompt, response.c.latest)
        held = {row["participant"]: row for row in db.execute(latest).mappings()}
    rows = sorted(
        (row for row in stand.rows if may_read(reviewer, row, desk.rules)), key=lambda row: place(reviewer, row)
    )
    return {
        "answers": [
            {
                "who": keeper.handle(row.participant),
                "number": number,
                "state": row.state,
                "skipped": bool((own := row.marks.get(reviewer)) and own.skipped),
                "why": _why(row),
                "late": bool(held[row.participant]["late"]),
                "words": release.words(prompt, value_of(held[row.participant])),
                "school": row.school,
                "levels": _open_levels(reviewer, row),
            }
            for number, row in enumerate(rows, 1)
        ]
    }


def _why(row):
    if row.state != "discuss":
        return []
    flagged = any(mark.flagged for mark in row.marks.values())
    differ = len({tuple(mark.levels[code] for code in row.criteria) for mark in readings(row)}) > 1
    return [FLAGGED] * flagged + [DIFFER] * differ


def _open_levels(reviewer, row):
    """The levels that count, where this reviewer has given theirs."""
    if not has_read(reviewer, row):
        return {}
    _, counts = row.settled
    return dict(counts.levels) if counts else {}


def levels(keeper: DeskKeeper, lesson: str) -> dict:
    """How often each level was given: for each prompt and criterion of a session, in the readings that count.

    ``readers`` has everybody who has read: ``reader``, what they are called, ``readings``, and ``seconds``, the median of an answer.
    """
    desk, lesson = keeper.desk, checked(lesson)
    release = desk.release(lesson)
    with desk.engine.connect() as db:
        stands = {prompt: stand for (_, prompt), stand in desk.standings(db, [lesson]).items()}
    found: list = []
    took: dict = {}
    for prompt, stand in stands.items():
        given: dict[str, Counter] = {}
        for row in stand.rows:
            _, counts = row.settled
            if counts is not None:
                for code in row.criteria:
                    given.setdefault(code, Counter())[counts.levels[code]] += 1
            for who, mark in row.marks.items():
                if who != AGREED and mark.complete(row.criteria):
                    took.setdefault(who, []).append(mark.seconds)
        criteria = keeper.spoken(release.specs[prompt]).get("criteria", ())
        found += [
            {
                "prompt": prompt,
                "title": release.titles.get(prompt, prompt),
                "criterion": each["name"],
                "names": [text.partition(":")[0] for text in each["levels"]],
                "counts": [given.get(each["code"], Counter())[level] for level in range(len(each["levels"]))],
                "unread": stand.counts["unread"],
            }
            for each in criteria
        ]
    names = keeper.reader_names()
    return {"levels": found, "readers": [_pace(names.get(who, who), seconds) for who, seconds in sorted(took.items())]}


def _pace(reader, seconds):
    timed = [each for each in seconds if each > 0]
    return {
        "reader": reader,
        "readings": len(seconds),
        "seconds": round(statistics.median(timed), 1) if timed else None,
    }
