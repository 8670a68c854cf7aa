"""A new lesson that teaches its own format, entered in course.yml as a draft; and a whole new course around one."""

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path

from openpractice.authoring.checking.checks import word_of
from openpractice.authoring.courses.course import read_course
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.courses.rubric import read_rubric
from openpractice.authoring.making.build import built_notebooks, write
from openpractice.ids import is_id
from openpractice.kit import CourseParts
from openpractice.model import Rubric
from openpractice.names import id_from


class CannotBegin(Exception):
    """The lesson was not written; the message says why and what to do."""


def start_lesson(lessons: Path, lesson_id: str, title: str = "") -> list[str]:
    """Write the lesson; the sentences say what was written. Raises CannotBegin."""
    if not is_id(lesson_id) or not is_id(word_of(lesson_id)) or len(lesson_id) > 40:
        raise CannotBegin(f"'{lesson_id}' cannot be an id. Use small letters, digits and hyphens, as in 7-listening.")
    path = lessons / f"{lesson_id}.md"
    if path.exists():
        raise CannotBegin(f"{path} is there already, and it was left as it is.")
    title = " ".join(title.split()) or word_of(lesson_id).replace("-", " ").capitalize()
    entered = _enter_draft(lessons / "course.yml", lesson_id)
    path.write_text(lesson_template(lesson_id, title, read_folder(lessons).rubric), encoding="utf-8")
    return [f"Wrote {path}", *entered]


def lesson_template(lesson_id: str, title: str, rubric: Rubric | None = None) -> str:
    """The lesson, its prompt read by the first two criteria of the rubric."""
    named = {each.code: min(2, each.top) for each in rubric.criteria[:2]} if rubric else {"E": 2, "R": 2}
    values = {"id": lesson_id, "word": word_of(lesson_id), "title": _quoted(title), "codes": " ".join(named)}
    return _filled("template.md", values | {"levels": " ".join(f"{code}{level}" for code, level in named.items())})


def _quoted(text: str) -> str:
    """As JSON writes it, whose quotes are YAML's double quotes too."""
    return json.dumps(text, ensure_ascii=False)


def _filled(name: str, values: dict[str, str]) -> str:
    text = files("openpractice.authoring").joinpath(name).read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text)


def start_course(folder: Path, title: str = "", course_id: str = "") -> list[str]:
    """Write a small working course and build it; the sentences say what was written.

    Raises
    ------
    CannotBegin
        Where the folder holds something already, or no id can be made of its name.
    """
    course_id = _id_of_new(folder, course_id)
    title = " ".join(title.split()) or course_id.replace("-", " ").capitalize()
    values = {"id": course_id, "title": _quoted(title), "heading": title}
    texts = {place: _filled(f"beginning/{name}", values) for place, name in (_AROUND | _BEGINNING).items()}
    rubric, _ = read_rubric(texts["lessons/rubric.yml"], "rubric.yml")
    texts["lessons/1-seeing.md"] = lesson_template("1-seeing", "Seeing before judging", rubric)
    return _written(folder, texts)


def bend_course(source: CourseParts, folder: Path, title: str = "", course_id: str = "") -> list[str]:
    """Write a copy of a course, with an id of its own, and build it; the sentences say what was written.

    Raises
    ------
    CannotBegin
        Where the folder holds something already, no id can be made of its name, or there is no course to copy.
    """
    course_id = _id_of_new(folder, course_id)
    if not source.lessons.is_dir():
        raise CannotBegin(
            "The kit's own course is not here. Install the kit from its wheel, or use a clone's own .venv."
        )
    for here, place in (
        (source.lessons, "lessons"), (source.anchors, "anchors"), (source.people, "grading/sample/people")
    ):  # fmt: skip
        if here.is_dir():
            # What was answered there was not answered here, and what the kit checks of its own is not of theirs.
            shutil.copytree(here, folder / place, ignore=shutil.ignore_patterns("released.txt", "coverage.yml"))
    text = re.sub(r"(?m)^id:.*$", f"id: {course_id}", (folder / "lessons/course.yml").read_text("utf-8"), count=1)
    if title := " ".join(title.split()):
        text = re.sub(r"(?m)^title:.*$", lambda _: f"title: {_quoted(title)}", text, count=1)
    course, _ = read_course(text, "course.yml")
    values = {"heading": course.title if course else course_id}
    texts = {place: _filled(f"beginning/{name}", values) for place, name in _AROUND.items()}
    copied = [f"Copied {source.root} to {folder}"]
    return copied + _written(folder, texts | {"lessons/course.yml": text})


def _id_of_new(folder: Path, course_id: str) -> str:
    if folder.exists() and any(entry.name != ".git" for entry in folder.iterdir()):
        raise CannotBegin(f"{folder} holds something already, and it was left as it is. Name a new folder.")
    course_id = course_id or id_from(folder.absolute().name)
    if not is_id(course_id):
        raise CannotBegin(f"'{course_id}' cannot be an id. Use small letters, digits and hyphens: --id my-course")
    return course_id


def _written(folder: Path, texts: dict[str, str]) -> list[str]:
    for place, text in (texts | {".gitignore": "/data/\n/data-sample/\n"}).items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    write(built_notebooks(read_folder(folder / "lessons"), folder / "notebooks"))
    return [f"Wrote {folder / place}" for place in sorted(texts)] + [f"Built {folder / 'notebooks'}"]


#: Each file of a new course, and the file that it is made from: what stands around lessons, and those to begin with.
_AROUND = {"README.md": "README.md", ".github/workflows/check.yml": "check.yml"}
_BEGINNING = {
    "lessons/course.yml": "course.yml",
    "lessons/rubric.yml": "rubric.yml",
    "lessons/2-trying.md": "2-trying.md",
    "anchors/calibration.yml": "calibration.yml",
    "anchors/calibration-key.yml": "calibration-key.yml",
}


def _enter_draft(path: Path, lesson_id: str) -> list[str]:
    """Add the id under 'drafts', keeping every other line as it was."""
    text = path.read_text("utf-8") if path.is_file() else ""
    course, problems = read_course(text, str(path))
    if problems or course is None:
        raise CannotBegin(f"{path} has faults. Run 'openpractice check' first.")
    if lesson_id in course.lessons + course.drafts:
        return []
    line = f"  - {lesson_id}\n"
    if re.search(r"(?m)^drafts:\s*(\[\s*\])?\s*$", text):
        new = re.sub(r"(?m)^drafts:[ \t]*(\[\s*\])?[ \t]*\n?", lambda _: "drafts:\n" + line, text, count=1)
    else:
        new = text.rstrip("\n") + "\ndrafts:\n" + line
    after, faults = read_course(new, str(path))
    if faults or after is None or after.drafts != (lesson_id, *course.drafts):
        raise CannotBegin(f"Add the line '- {lesson_id}' under 'drafts:' in {path} yourself, then run this again.")
    path.write_text(new, encoding="utf-8")
    return [f"Entered it as a draft in {path}; move it to 'lessons' to have it built."]
