"""What goes out is what the lesson says now: it is built before it is released, by page and command alike."""

from __future__ import annotations

import os
from pathlib import Path

from openpractice.authoring.making.upkeep import Upkeep, bring_up_to_date, notebook_at, upkeep
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.i18n import Said
from openpractice.kit import built_notebooks, course_parts

MOST_SHOWN = 3


def spare_of(folder: CourseFolder) -> Path:
    """Where notebooks are built when the course's own folder is only shown to this process."""
    return folder.root / "built"


def standing(folder: CourseFolder) -> Upkeep:
    """Which lessons of the course at hand were edited and not built, and its faults."""
    return upkeep(course_parts(), spare_of(folder))


def build(folder: CourseFolder) -> tuple[Said, ...]:
    """Build every lesson that was edited; what was done, in sentences.

    Raises
    ------
    GradingError
        When the course has faults, with the first of them.
    """
    before = standing(folder).edited
    _refuse_faults(bring_up_to_date(course_parts(), spare_of(folder)))
    return (Said("built-lessons", names=", ".join(sorted(before))) if before else Said("built-nothing"),)


def current_notebook(folder: CourseFolder, lesson: str) -> Path | None:
    """The notebook of the lesson as its text is now; None where there is none to be had.

    Raises
    ------
    GradingError
        When the lesson was edited and the course has faults.
    """
    if os.environ.get("OPENPRACTICE_NOTEBOOKS"):  # of another origin
        return built_notebooks().get(lesson)
    if lesson in standing(folder).edited:
        _refuse_faults(bring_up_to_date(course_parts(), spare_of(folder)))
    return notebook_at(course_parts(), lesson, spare_of(folder))


def _refuse_faults(found: Upkeep) -> None:
    if found.problems:
        first = "\n".join(problem.text() for problem in found.problems[:MOST_SHOWN])
        raise GradingError("build-faults", n=len(set(found.problems)), first=first)
