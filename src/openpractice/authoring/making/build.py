"""Built files beside the lessons: written where they differ, or compared."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from openpractice.authoring.attachments.lessonfiles import lesson_files
from openpractice.authoring.checking.leaks import leaks
from openpractice.authoring.courses.lessonfolder import Folder
from openpractice.authoring.courses.releasedprompts import released_text
from openpractice.authoring.making.guide import guide_html
from openpractice.authoring.making.notebook import build_notebook, notebook_text
from openpractice.carried import media_of
from openpractice.files import replace_file
from openpractice.model import Lesson

_RELEASED_HEAD = (
    "# Prompts that people have answered: lesson, id, kind, criteria. They must not change.\n"
    "# Written by: openpractice build --freeze LESSON\n"
)


def built_notebooks(folder: Folder, out: Path) -> dict[Path, bytes]:
    """The notebook of every lesson in the course's order, and the files that go with it: {file: bytes}."""
    built: dict[Path, bytes] = {}
    for lesson in folder.in_order():
        place = out / lesson.id
        also: dict[Path, bytes] = {}
        for language, other in folder.others.items():
            if there := other.lesson(lesson.id):
                also |= _whole(there, other, place / language)
        named = {
            path.parent.name: hashlib.sha256(data).hexdigest() for path, data in also.items() if path.suffix == ".ipynb"
        }
        built |= _whole(lesson, folder, place, named) | also
    return built


def _whole(lesson: Lesson, folder: Folder, place: Path, also: Mapping[str, str] | None = None) -> dict[Path, bytes]:
    """A lesson in one language: its notebook, which names those `also` built of it, and its files."""
    notebook = notebook_text(lesson, *folder.whole, also or {}).encode()
    files = {place / name: file.data for name, file in lesson_files(lesson).items()}
    return {place / f"{lesson.id}.ipynb": notebook} | files


def leaked(folder: Folder) -> list:
    """The problems of what would be built: text for facilitators only in a participant's notebook.

    Only for a folder without other problems.
    """
    problems = []
    for one in folder.in_all_languages:
        for lesson in one.lessons:
            notebook = build_notebook(lesson, *one.whole)
            problems += leaks(notebook, one.texts.get(lesson.path, ""), lesson.path)
    return problems


def built_guides(folder: Folder, out: Path) -> dict[Path, bytes]:
    """The facilitator's guide of every lesson in the course's order: {file: bytes}."""
    return {
        out / f"{Path(lesson.path).stem}.html": guide_html(lesson, *one.whole).encode()
        for one in folder.in_all_languages
        for lesson in one.in_order()
    }


def freeze(folder: Folder, lesson_id: str) -> str:
    """Note a lesson's prompts in released.txt; what was noted stays. Says what it did."""
    lesson = folder.lesson(lesson_id)
    if lesson is None:
        return f"There is no lesson '{lesson_id}', so nothing was noted."
    known = {item.prompt for item in folder.released}
    new = [line for line in released_text(lesson).splitlines() if line.split()[1] not in known]
    if not new:
        return f"The prompts of {lesson_id} are in released.txt already."
    path = folder.path / "released.txt"
    before = path.read_text("utf-8") if path.is_file() else _RELEASED_HEAD
    write({path: (before.rstrip("\n") + "\n" + "\n".join(new) + "\n").encode()})
    return f"Noted {len(new)} released prompts of {lesson_id} in {path}."


def stale(files: dict[Path, bytes]) -> list[Path]:
    """The files that are missing or differ from what would be written."""
    return [path for path, data in files.items() if _current(path) != data]


def left_over(files: dict[Path, bytes], out: Path) -> list[Path]:
    """Notebooks in the folder that no lesson of the course builds any more, and files that went with one."""
    kept = {path.relative_to(out).parts[0] for path in files if path.suffix == ".ipynb"}
    notebooks = [path for path in sorted(out.glob("*/*.ipynb")) if path.parent.name not in kept]
    notebooks += [path for name in sorted(kept) for path in sorted((out / name).glob("*/*.ipynb")) if path not in files]
    beside = [path for name in sorted(kept) for path in sorted((out / name).rglob("*")) if media_of(path.name)]
    return notebooks + [path for path in beside if path not in files]


def write(files: dict[Path, bytes]) -> list[Path]:
    """The files written, each whole or not at all; equal files stay untouched."""
    changed = stale(files)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, files[path], 0o644)
    return changed


def _current(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
