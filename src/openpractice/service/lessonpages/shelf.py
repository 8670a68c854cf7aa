"""The lessons there are to read, from the outbound folder of the exchange, kept while unchanged."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from openpractice.carried import languages_in, read_translation
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
    languages: tuple[str, ...] = ()

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

    def spec_for(self, prompt_id: str, value: object) -> dict:
        """The specification a value was written to: the other wording's, where it says so."""
        return specs.spec_for(value, prompt_id, self.page.specs)


class Shelf:
    """All released lessons in one language. Without an exchange: the built ones under the server's root."""

    def __init__(self, outbound: Path | None, root_dir: Path, language: str = ""):
        self.outbound = outbound
        self.folder = outbound or root_dir / "notebooks"
        self.language = language
        self._root_dir = root_dir
        self._kept: dict[str, tuple[tuple, ShelfLesson]] = {}
        self._others: dict[str, Shelf] = {}
        self._lock = threading.Lock()

    def languages(self) -> tuple[str, ...]:
        """The languages that what is out can be read in, the first one first."""
        return tuple(dict.fromkeys(language for lesson in self.lessons() for language in lesson.languages))

    def in_language(self, language: str) -> Shelf:
        """The same lessons in that language, those that have it; "" is each lesson's first."""
        if language == self.language:
            return self
        with self._lock:
            return self._others.setdefault(language, Shelf(self.outbound, self._root_dir, language))

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
        lesson = read_lesson(lesson_id, path, mark if self.outbound else None, self.language)
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


def read_lesson(lesson_id: str, path: Path, mark: Path | None, language: str = "") -> ShelfLesson | None:
    """The lesson in a built notebook, in that language where it has it; None when it is not that lesson."""
    try:
        first = notebook = specs.parse_notebook(specs.read_plain(path))
        release = json.loads(specs.read_plain(mark)) if mark else {}
        own, others = specs.lesson_of(first).language, languages_in(first)
        if language in others:
            data = read_translation(path.parent, lesson_id, language, others[language])
            path = path.parent / language / path.name if data else path
            notebook = specs.parse_notebook(data) if data else first
        page = specs.lesson_of(notebook)
    except (ValueError, RecursionError):
        return None
    if page.id != lesson_id:
        return None
    minutes = notebook["metadata"]["openpractice"].get("minutes")
    release = release if isinstance(release, dict) else {}
    return ShelfLesson(page, minutes if type(minutes) is int else 0, path, release, notebook, (own, *others))


def _stamp(path: Path) -> tuple:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _order(name: str) -> tuple:
    digits = re.match(r"\d+", name)
    return (int(digits.group()) if digits else 10**9, name)
