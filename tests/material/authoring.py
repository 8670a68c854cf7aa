"""A folder of lessons to spoil: the starter lesson with a course and a rubric."""

from pathlib import Path

from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.starter import lesson_template
from repo import REPO

RUBRIC = (REPO / "lessons" / "rubric.yml").read_text("utf-8")
COURSE = 'id: open-practice\ntitle: "A course"\nlessons:\n  - 7-listening\n'
LESSON = lesson_template("7-listening", "Listening to learners")


def write_folder(path: Path, lesson=LESSON, course=COURSE, rubric=RUBRIC, **more) -> Path:
    """A folder `lessons` with these texts; `more` are further files by name with _ for the dot."""
    folder = path / "lessons"
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"7-listening.md": lesson, "course.yml": course, "rubric.yml": rubric}
    texts |= {name.replace("__", "-").replace("_", "."): text for name, text in more.items()}
    for name, text in texts.items():
        if text is not None:
            file = folder / name
            file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return folder


def problems_of(folder: Path) -> list:
    return check_folder(read_folder(folder))


def codes_of(folder: Path) -> set[str]:
    return {problem.code for problem in problems_of(folder)}
