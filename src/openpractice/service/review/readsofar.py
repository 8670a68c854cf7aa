"""How far a session's reviewing is: how long it took, who waits and since when."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from openpractice.clock import as_text
from openpractice.gradebook import collected
from openpractice.gradebook.marks import Mark
from openpractice.gradebook.own_tables import AGREED
from openpractice.service.review.deskkeeper import DeskKeeper, checked

OPEN = ("unread", "discuss", "revised")


def progress(keeper: DeskKeeper, lesson: str) -> dict:
    """One session as a whole; people who handed in are handles.

    `seconds` is the median of an answer, None before the first; `waiting` begins with who
    has waited longest.
    """
    desk, lesson = keeper.desk, checked(lesson)
    release = desk.release(lesson)
    with desk.engine.connect() as db:
        stands = {prompt: stand for (_, prompt), stand in desk.standings(db, [lesson]).items()}
        handed = collected.handed_in(db, lesson)
    rows = [row for stand in stands.values() for row in stand.rows]
    readings = [
        mark for row in rows for who, mark in row.marks.items() if who != AGREED and mark.complete(row.criteria)
    ]
    of_reviewer: dict = {}
    for mark in readings:
        of_reviewer.setdefault(mark.reviewer, []).append(mark)
    names = keeper.reader_names()
    return {
        "lesson": lesson,
        "title": release.title,
        **_pace(readings),
        "handed_in": len(handed),
        "prompts": [
            {
                "prompt": prompt,
                "title": release.titles.get(prompt, prompt),
                **stand.counts_of_all(),
                **_pace(
                    mark
                    for row in stand.rows
                    for who, mark in row.marks.items()
                    if who != AGREED and mark.complete(row.criteria)
                ),
            }
            for prompt, stand in stands.items()
        ],
        "readers": [{"reader": names.get(who, who), **_pace(found)} for who, found in sorted(of_reviewer.items())],
        "waiting": _waiting(keeper, rows, handed),
    }


def _pace(readings: Iterable[Mark]) -> dict:
    readings = list(readings)
    took = [mark.seconds for mark in readings if mark.seconds > 0]
    return {"readings": len(readings), "seconds": round(statistics.median(took), 1) if took else None}


def _waiting(keeper, rows, handed):
    """Everybody with an answer that is not read and settled, the longest wait first."""
    found: dict[str, dict] = {}
    for row in rows:
        if row.state in OPEN:
            counts = found.setdefault(row.participant, dict.fromkeys(OPEN, 0))
            counts[row.state] += 1
    return [
        {
            "who": keeper.handle(who),
            "since": as_text(handed[who].handed_in_at, "auto"),
            "late": handed[who].late,
            **found[who],
        }
        for who in sorted(found, key=lambda who: handed[who].handed_in_at)
    ]
