"""The steps of a meeting, read from the lesson as it was released."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from openpractice.handins import specs
from openpractice.service.lessonpages.shelf import ShelfLesson

_ROW = re.compile(r"\| (\+?)(\d{1,3}) \| (.+) \|")
_RULE = "| ---: | :--- |"


def agenda_of(lesson: ShelfLesson) -> tuple[dict, ...]:
    """``{"minutes", "what", "cues": [{"at", "what"}]}`` a step; one step where the lesson lists none."""
    stamp = lesson.path.stat()
    return _read(str(lesson.path), stamp.st_mtime_ns, lesson.title, lesson.minutes)


@lru_cache(maxsize=200)
def _read(path: str, changed: int, title: str, minutes: int) -> tuple[dict, ...]:
    try:
        cells = json.loads(specs.read_plain(path))["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        cells = []
    for cell in cells:
        lines = specs.source_of(cell).splitlines() if isinstance(cell, dict) else []
        if _RULE in lines:
            steps = _steps(filter(None, map(_ROW.fullmatch, lines[lines.index(_RULE) + 1 :])))
            if steps:
                return steps
    return ({"minutes": minutes, "what": title, "cues": []},)


def _steps(rows) -> tuple[dict, ...]:
    steps: list[dict] = []
    for row in rows:
        number, what = int(row[2]), row[3].replace("&#124;", "|")
        if not row[1]:
            steps.append({"minutes": number, "what": what, "cues": []})
        elif steps:
            steps[-1]["cues"].append({"at": number, "what": what})
    return tuple(steps)
