"""The released notebook, read once: its prompts, and a template for reviewers' copies."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property

from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.handins.places import session_number
from openpractice.handins.specs import lesson_of, source_of
from openpractice.i18n import Said

_HOLE = re.compile(r'"\\u0000op ([a-z0-9-]+)\\u0000"')


@dataclass(frozen=True)
class Release:
    """A released lesson: `raw` is the notebook's bytes, `cells` its cells."""

    lesson: str
    raw: bytes
    notebook: dict

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def specs(self) -> dict[str, dict]:
        """The specification of each prompt, by id, in the order of the page."""
        return prompt_specs(self.notebook)

    @cached_property
    def graded(self) -> dict[str, float]:
        """The points of each prompt that has an answer cell, by id."""
        return graded_points(self.notebook)

    @cached_property
    def titles(self) -> dict[str, str]:
        return {prompt: spec.get("title", prompt) for prompt, spec in self.specs.items()}

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
        When the lesson was not released yet.
    """
    try:
        raw = folder.released(lesson).read_bytes()
    except FileNotFoundError:
        raise GradingError("grading-not-released", lesson=lesson) from None
    return Release(lesson, raw, json.loads(raw))


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
