"""A prompt as the specification that both hosts read: one flat JSON object.

It holds no true, false or null, so that the same text is JSON and a Python literal.
"""

import json
from urllib.parse import quote

from openpractice.authoring.prose import render_question, render_why
from openpractice.carried import is_name
from openpractice.model import Course, Item, Lesson, Prompt, Rubric

VERSION = 1


def prompt_spec(prompt: Prompt, lesson: Lesson, course: Course, rubric: Rubric) -> dict:
    """The specification of a prompt; what does not apply is left out."""
    spec = {
        "v": VERSION,
        "course": course.id,
        "lesson": lesson.id,
        "id": prompt.id,
        **language_of(lesson),
        "kind": prompt.kind,
        "title": prompt.title,
        "body": prompt.body,
        "body_html": render_question(prompt.body, lesson.math, _beside),
        "why": prompt.why,
        "why_html": render_why(prompt.why, lesson.language, lesson.math, _beside),
        "minutes": prompt.minutes,
        "visibility": prompt.visibility,
        "may_share": prompt.may_share,
        "graded": prompt.graded,
        "criteria": [_criterion(rubric, code) for code in prompt.criteria],
        "lead_first": prompt.lead_first,
        "extension": prompt.extension,
        "recall": list(prompt.recall),
        "branch": _branch(prompt),
        "answer_with": prompt.answer_with,
        "math": lesson.math,
    }
    spec.update(_kind_fields(prompt))
    if prompt.kind == "then_now":
        spec.update(_scale_of(lesson, prompt.options["now"]))
    return {name: _plain(value) for name, value in spec.items() if _present(value)}


def _beside(name: str) -> str | None:
    """A file of the lesson, by the name that it has beside the notebook."""
    return quote(name) if is_name(name) else None


def language_of(lesson: Lesson) -> dict:
    """The lesson's language as its cells say it; a cell that says none is English."""
    return {} if lesson.language == "en" else {"language": lesson.language}


def literal(spec: dict) -> str:
    """The specification on one line, the same in JSON and in Python."""
    # JSON allows these two line ends inside a text, a line-based reader does not.
    text = json.dumps(spec, ensure_ascii=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _present(value) -> bool:
    return value is not None and value is not False and value not in ("", [], {}, ())


def _plain(value):
    return 1 if value is True else value


def _criterion(rubric: Rubric, code: str) -> dict:
    criterion = rubric.criterion(code)
    levels = [f"{level.name}: {level.descriptor}" for level in criterion.levels]
    said = {"code": code, "name": criterion.name, "question": criterion.question, "levels": levels}
    return said | ({"weight": criterion.weight} if criterion.weight != 1 else {})


def _branch(prompt: Prompt) -> dict:
    if not prompt.branch_of:
        return {}
    return {"of": prompt.branch_of, "when": list(prompt.branch_when)}


def _kind_fields(prompt: Prompt) -> dict:
    fields, words = {}, {}
    for name, value in prompt.options.items():
        if name in ("min_words", "max_words"):
            words[name.removesuffix("_words")] = value
        else:
            fields[name] = _value(value)
    fields["words"] = words
    return fields


def _scale_of(lesson: Lesson, audit: object) -> dict:
    """The rows and points that the three lines are drawn on: those of the audit they come from."""
    asked = next((each for each in lesson.prompts if each.id == audit), None)
    fields = _kind_fields(asked) if asked else {}
    return {name: fields[name] for name in ("rows", "points") if name in fields}


def _value(value):
    if isinstance(value, tuple):
        return [_item(entry) if isinstance(entry, Item) else entry for entry in value]
    return value


def _item(item: Item) -> dict:
    entry = {"id": item.id, "label": item.label, "group": item.group, "long": item.long}
    return {name: _plain(value) for name, value in entry.items() if _present(value)}
