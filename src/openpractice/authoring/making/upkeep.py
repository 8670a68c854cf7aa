"""Whether lessons were edited after their notebooks were built, and building those that were."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making import build
from openpractice.kit import CourseParts


@dataclass(frozen=True)
class Upkeep:
    """How the notebooks stand to the lessons: ids of those `edited` since, and what keeps them from being built.

    `spared` are those whose notebook is current in the spare place alone.
    """

    edited: frozenset[str]
    problems: tuple = ()
    spared: frozenset[str] = field(default=frozenset(), compare=False)


NOTHING_TO_DO = Upkeep(frozenset())


def upkeep(parts: CourseParts, spare: Path | None = None) -> Upkeep:
    """How the course stands; worked out anew only when a file changed.

    `spare` is where notebooks are built when the course's own folder cannot be written.
    """
    if os.environ.get("OPENPRACTICE_NOTEBOOKS") or not parts.lessons.is_dir():
        return NOTHING_TO_DO  # notebooks of another origin
    folders = (parts.lessons, parts.notebooks, spare)
    return _worked_out(parts, spare, tuple(_stamps(folder) for folder in folders))


def bring_up_to_date(parts: CourseParts, spare: Path | None = None) -> Upkeep:
    """How the course stands once every edited lesson was built; with faults nothing is."""
    found = upkeep(parts, spare)
    if found.problems or not found.edited:
        return found
    folder = read_folder(parts.lessons)
    places = [parts.notebooks, spare] if spare else [parts.notebooks]
    for place in places:
        files = build.built_notebooks(folder, place)
        try:
            build.write(
                {path: data for path, data in files.items() if path.relative_to(place).parts[0] in found.edited}
            )
            break
        except OSError:
            if place is places[-1]:
                raise
    return upkeep(parts, spare)


def notebook_at(parts: CourseParts, lesson: str, spare: Path | None = None) -> Path | None:
    """The lesson's notebook: the one that says what the lesson says, else the one built last; None where there is none."""
    places = [place / lesson / f"{lesson}.ipynb" for place in (spare, parts.notebooks) if place]
    there = [path for path in places if path.is_file()]
    if len(there) > 1:
        found = upkeep(parts, spare)
        # What was edited and edited back stands as it was built first: what was built between is the newer file.
        if found is not NOTHING_TO_DO and not found.problems and lesson not in found.edited:
            return there[0] if lesson in found.spared else there[1]
    return max(there, key=lambda path: path.stat().st_mtime_ns, default=None)


@lru_cache(maxsize=4)
def _worked_out(parts, spare, _stamps):
    folder = read_folder(parts.lessons)
    problems = tuple(check_folder(folder) or build.leaked(folder))
    if problems:
        return Upkeep(
            frozenset(_newer(parts, [lesson for one in folder.in_all_languages for lesson in one.in_order()])), problems
        )
    built = [build.built_notebooks(folder, place) for place in (parts.notebooks, spare) if place]
    stale = [
        {path.relative_to(place).parts[0] for path in build.stale(files)}
        for files, place in zip(built, (parts.notebooks, spare), strict=False)
    ]
    edited = set.intersection(*stale)
    return Upkeep(frozenset(edited), spared=frozenset(stale[0] - edited))


def _newer(parts: CourseParts, lessons: Iterable) -> Iterable[str]:
    """Lessons whose file was written after their notebook; with faults there is nothing to compare with."""
    for lesson in lessons:
        notebook = notebook_at(parts, lesson.id)
        if notebook is None or Path(lesson.path).stat().st_mtime_ns > notebook.stat().st_mtime_ns:
            yield lesson.id


def _stamps(folder: Path | None):
    files = sorted(folder.rglob("*")) if folder and folder.is_dir() else ()
    found = ((path, path.stat()) for path in files if path.is_file())
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)
