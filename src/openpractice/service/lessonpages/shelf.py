"""The lessons there are to read, from the outbound folder of the exchange, kept while unchanged."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from openpractice.handins import specs
from openpractice.ids import safe_id
from openpractice.model import OPENS
from openpractice.service.lessonpages.lessonview import LessonView, lesson_view


@dataclass(frozen=True)
class ShelfLesson:
    """A lesson as released: `page` is what its notebook says, `release` what stands beside it."""

    page: specs.Lesson = field(hash=False)
    minutes: int
    path: Path
    release: Mapping = field(hash=False, default_factory=dict)
    notebook: Mapping = field(hash=False, repr=False, default_factory=dict)

    @cached_property
    def view(self) -> LessonView:
        """The lesson as a page shows it; made once for all who open it."""
        return lesson_view(self.notebook, self.page)

    @property
    def id(self) -> str:
        return self.page.id

    @property
    def title(self) -> str:
        return self.page.title

    @property
    def opens(self) -> str:
        """What "Open session" opens, as the course said when the lesson was built."""
        said = self.notebook["metadata"]["openpractice"].get("open") if self.notebook else None
        return said if said in OPENS else OPENS[0]

    @property
    def due(self) -> str | None:
        return self.release.get("due") if isinstance(self.release.get("due"), str) else None

    def own(self) -> dict[str, dict]:
        """The prompts that have an answer of their own; a second wording has none."""
        return specs.own_specs(self.page.specs)

    def spec_for(self, prompt_id: str, value: object) -> dict | None:
        """The specification a value was written to: the other wording's, where it says so."""
        return specs.spec_for(value, prompt_id, self.page.specs)


class Shelf:
    """All released lessons. Without an exchange: the built ones under the server's root."""

    def __init__(self, outbound: Path | None, root_dir: Path):
        self.outbound = outbound
        self.folder = outbound or root_dir / "notebooks"
        self._kept: dict[str, tuple[tuple, ShelfLesson]] = {}
        self._lock = threading.Lock()

    def lessons(self) -> list[ShelfLesson]:
        """Every lesson that can be read, in the order of their ids."""
        try:
            names = sorted(entry.name for entry in self.folder.iterdir())
        except OSError:
            return []
        return [found for name in sorted(names, key=_order) if (found := self._try(name))]

    def lesson(self, lesson_id: str) -> ShelfLesson | None:
        """One lesson; None when it is not there or cannot be read. Takes only a safe id."""
        path = self.folder / lesson_id / f"{lesson_id}.ipynb"
        mark = self.folder / lesson_id / "release.json"
        try:
            stamp = (_stamp(path), _stamp(mark) if self.outbound else None)
        except OSError:
            return None
        with self._lock:
            kept = self._kept.get(lesson_id)
        if kept and kept[0] == stamp:
            return kept[1]
        lesson = read_lesson(lesson_id, path, mark if self.outbound else None)
        if lesson:
            with self._lock:
                self._kept[lesson_id] = (stamp, lesson)
        return lesson

    def find(self, prompt_id: str) -> tuple[ShelfLesson, dict] | None:
        """The lesson that asks a prompt, and its specification."""
        for lesson in self.lessons():
            if prompt_id in lesson.page.specs:
                return lesson, lesson.page.specs[prompt_id]
        return None

    def _try(self, name: str) -> ShelfLesson | None:
        try:
            return self.lesson(safe_id(name))
        except ValueError:
            return None


def read_lesson(lesson_id: str, path: Path, mark: Path | None) -> ShelfLesson | None:
    """The lesson in a built notebook; None when it is not that lesson."""
    try:
        notebook = specs.parse_notebook(specs.read_plain(path))
        release = json.loads(specs.read_plain(mark)) if mark else {}
        page = specs.lesson_of(notebook)
    except (ValueError, RecursionError):
        return None
    if page.id != lesson_id:
        return None
    minutes = notebook["metadata"]["openpractice"].get("minutes")
    release = release if isinstance(release, dict) else {}
    return ShelfLesson(page, minutes if type(minutes) is int else 0, path, release, notebook)


def _stamp(path: Path) -> tuple:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _order(name: str) -> tuple:
    digits = re.match(r"\d+", name)
    return (int(digits.group()) if digits else 10**9, name)
