"""The steps of a meeting, read from the lesson as it was released."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from openpractice.handins import specs
from openpractice.service.shelf import ShelfLesson

_ROW = re.compile(r"\| (\d{1,3}) \| (.+) \|")
_RULE = "| ---: | :--- |"


def agenda_of(lesson: ShelfLesson) -> tuple[dict, ...]:
    """``{"minutes", "what"}`` a step; one step of the whole session where the lesson lists none."""
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
            rows = (_ROW.fullmatch(line) for line in lines[lines.index(_RULE) + 1 :])
            steps = tuple({"minutes": int(row[1]), "what": row[2].replace("&#124;", "|")} for row in rows if row)
            if steps:
                return steps
    return ({"minutes": minutes, "what": title},)
