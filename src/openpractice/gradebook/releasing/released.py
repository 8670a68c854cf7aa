"""The released notebook, read once: its prompts, and a template for reviewers' copies."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from openpractice.carried import languages_in, read_translation
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.handins.places import session_number
from openpractice.handins.specs import Lesson, lesson_of, parse_notebook, source_of, spec_for
from openpractice.i18n import Said
from openpractice.kinds.registry import words_written

_HOLE = re.compile(r'"\\u0000op ([a-z0-9-]+)\\u0000"')


@dataclass(frozen=True)
class Release:
    """A released lesson: `raw` is the notebook's bytes; `place` holds what goes with it."""

    lesson: str
    raw: bytes
    notebook: dict
    place: Path | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def specs(self) -> dict[str, dict]:
        """The specification of each prompt, by id, in the order of the page."""
        return prompt_specs(self.notebook)

    @cached_property
    def _others(self) -> dict[str, Lesson]:
        found: dict[str, Lesson] = {}
        if self.place is None:
            return found
        for language, sha in languages_in(self.notebook).items():
            raw = read_translation(self.place, self.lesson, language, sha)
            if raw is not None:
                found[language] = lesson_of(parse_notebook(raw))
        return found

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that people can read it in, the course's first one first."""
        return (self.language, *self._others)

    def specs_in(self, language: str) -> dict[str, dict]:
        """The specifications in the wording of that language; in the first one where it has no other."""
        return self._others[language].specs if language in self._others else self.specs

    def title_in(self, language: str) -> str:
        return self._others[language].title if language in self._others else self.title

    @cached_property
    def graded(self) -> dict[str, float]:
        """The points of each prompt that has an answer cell, by id."""
        return graded_points(self.notebook)

    @cached_property
    def titles(self) -> dict[str, str]:
        return self.titles_in("")

    def titles_in(self, language: str) -> dict[str, str]:
        return {prompt: spec.get("title", prompt) for prompt, spec in self.specs_in(language).items()}

    def words(self, prompt: str, value: dict) -> int:
        """How many words somebody wrote in an answer; the names of its boxes are not theirs."""
        return words_written(value, spec_for(value, prompt, self.specs))

    @property
    def title(self) -> str:
        return self.notebook["metadata"].get("openpractice", {}).get("title", self.lesson)

    @property
    def session(self) -> str:
        """The session's number; empty when it has none."""
        return session_number(self.lesson)

    @property
    def called(self) -> Said:
        """What people call it: "Session 1", or its title where it has no number."""
        if self.session:
            return Said("session-called", number=self.session)
        return Said("session-called-title", title=self.title)

    @property
    def language(self) -> str:
        return self.notebook["metadata"].get("openpractice", {}).get("language", "en")

    @cached_property
    def _stubs(self):
        return {_grade_id(cell): source_of(cell) for cell in self.notebook["cells"] if _is_answer(cell)}

    @cached_property
    def _template(self):
        """The notebook as nbformat writes it, split at the sources of the answer cells."""
        cells = [
            {**cell, "source": [f"\0op {_grade_id(cell)}\0"]} if _is_answer(cell) else cell
            for cell in self.notebook["cells"]
        ]
        text = json.dumps(
            {**self.notebook, "cells": cells},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
            separators=(",", ": "),
        )
        return _HOLE.split(text + "\n")

    def copy_with(self, sources: dict[str, str]) -> bytes:
        """The released notebook with these sources in its answer cells, as nbformat writes it."""
        parts = list(self._template)
        for index in range(1, len(parts), 2):
            prompt = parts[index]
            lines = sources.get(prompt, self._stubs[prompt]).splitlines(True)
            parts[index] = ",\n    ".join(json.dumps(line, ensure_ascii=False) for line in lines)
        return "".join(parts).encode("utf-8")


def read_release(folder: CourseFolder, lesson: str) -> Release:
    """The released notebook of the lesson.

    Raises
    ------
    GradingError
        When the lesson was not released yet, or the file is damaged.
    """
    place = folder.released(lesson)
    try:
        raw = place.read_bytes()
        notebook = json.loads(raw)
        if not all(isinstance(cell, dict) for cell in notebook["cells"]):
            raise ValueError("cells")
    except FileNotFoundError:
        raise GradingError("grading-not-released", lesson=lesson) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise GradingError(
            "grading-release-damaged", lesson=lesson, file=place, out=folder.outbound / lesson / place.name
        ) from None
    return Release(lesson, raw, notebook, place.parent)


def prompt_specs(notebook: dict) -> dict[str, dict]:
    """The specification of each prompt of a built notebook, by id."""
    return lesson_of(notebook).specs


def graded_points(notebook: dict) -> dict[str, float]:
    """The points of each answer cell of a built notebook, by prompt id."""
    return {
        _grade_id(cell): float(cell["metadata"]["nbgrader"]["points"]) for cell in notebook["cells"] if _is_answer(cell)
    }


def _grade_id(cell):
    return cell["metadata"]["nbgrader"]["grade_id"]


def _is_answer(cell):
    marks = cell.get("metadata", {}).get("nbgrader", {})
    return bool(marks.get("grade") and marks.get("solution"))
