"""Built files beside the lessons: written where they differ, or compared."""

import os
import tempfile
from pathlib import Path

from openpractice.authoring.course import Folder
from openpractice.authoring.notebook import notebook_text


def built_notebooks(folder: Folder, out: Path) -> dict[Path, str]:
    """The notebook of every lesson in the course's order: {file: text}."""
    lessons = folder.in_order()
    return {
        out / lesson.id / f"{lesson.id}.ipynb": notebook_text(lesson, folder.course, folder.rubric)
        for lesson in lessons
    }


def stale(files: dict[Path, str]) -> list[Path]:
    """The files that are missing or differ from what would be written."""
    return [path for path, text in files.items() if _current(path) != text]


def left_over(folder: Folder, out: Path) -> list[Path]:
    """Notebooks in the folder that no lesson of the course builds any more."""
    wanted = {lesson.id for lesson in folder.in_order()}
    return [path for path in sorted(out.glob("*/*.ipynb")) if path.parent.name not in wanted]


def write(files: dict[Path, str]) -> list[Path]:
    """The files written, each whole or not at all; equal files stay untouched."""
    changed = stale(files)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".build-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(files[path])
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return changed


def _current(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
