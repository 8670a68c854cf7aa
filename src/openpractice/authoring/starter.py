"""A new lesson that teaches its own format, entered in course.yml as a draft."""

import json
import re
from importlib.resources import files
from pathlib import Path

from openpractice.authoring.checks import word_of
from openpractice.authoring.course import read_course
from openpractice.ids import is_id


class CannotBegin(Exception):
    """The lesson was not written; the message says why and what to do."""


def start_lesson(lessons: Path, lesson_id: str, title: str = "") -> list[str]:
    """Write the lesson; the sentences say what was written. Raises CannotStart."""
    if not is_id(lesson_id) or not is_id(word_of(lesson_id)) or len(lesson_id) > 40:
        raise CannotBegin(f"'{lesson_id}' cannot be an id. Use small letters, digits and hyphens, as in 7-listening.")
    path = lessons / f"{lesson_id}.md"
    if path.exists():
        raise CannotBegin(f"{path} is there already, and it was left as it is.")
    title = " ".join(title.split()) or word_of(lesson_id).replace("-", " ").capitalize()
    entered = _enter_draft(lessons / "course.yml", lesson_id)
    path.write_text(lesson_template(lesson_id, title), encoding="utf-8")
    return [f"Wrote {path}", *entered]


def lesson_template(lesson_id: str, title: str) -> str:
    text = files("openpractice.authoring").joinpath("template.md").read_text("utf-8")
    # JSON's quotes are YAML's double quotes too.
    values = {"id": lesson_id, "word": word_of(lesson_id), "title": json.dumps(title, ensure_ascii=False)}
    return re.sub(r"\{\{(id|word|title)\}\}", lambda match: values[match[1]], text)


def _enter_draft(path: Path, lesson_id: str) -> list[str]:
    """Add the id under 'drafts', keeping every other line as it was."""
    text = path.read_text("utf-8") if path.is_file() else ""
    course, problems = read_course(text, str(path))
    if problems:
        raise CannotBegin(f"{path} has faults. Run 'openpractice check' first.")
    if lesson_id in course.lessons + course.drafts:
        return []
    line = f"  - {lesson_id}\n"
    if re.search(r"(?m)^drafts:\s*(\[\s*\])?\s*$", text):
        new = re.sub(r"(?m)^drafts:[ \t]*(\[\s*\])?[ \t]*\n?", lambda _: "drafts:\n" + line, text, count=1)
    else:
        new = text.rstrip("\n") + "\ndrafts:\n" + line
    after, faults = read_course(new, str(path))
    if faults or after.drafts != (lesson_id, *course.drafts):
        raise CannotBegin(f"Add the line '- {lesson_id}' under 'drafts:' in {path} yourself, then run this again.")
    path.write_text(new, encoding="utf-8")
    return [f"Entered it as a draft in {path}; move it to 'lessons' to have it built."]
