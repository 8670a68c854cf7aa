"""A lesson built into the notebook that people open, as plain JSON.

A prompt becomes three cells: the question to read anywhere, the code cell that
holds its specification, and, where it is graded, the Markdown cell that nbgrader
collects. The facilitator's notes and the exemplars stay out. The same lesson
gives the same bytes.
"""

import hashlib
import json
import re
from collections.abc import Mapping

from openpractice.authoring.attachments.lessonfiles import lesson_files
from openpractice.authoring.dollars import shielded
from openpractice.authoring.making.spec import language_of, literal, prompt_spec
from openpractice.authoring.words import word
from openpractice.model import ANSWER_STUB, FORMAT, OPENS, Course, Lesson, Prompt, Rubric, Text

_CELL_ID_MOST = 64


def notebook_text(lesson: Lesson, course: Course, rubric: Rubric, also: Mapping[str, str] | None = None) -> str:
    """The notebook's file, ending with a line end; `also` are the sha256 of those in other languages."""
    notebook = build_notebook(lesson, course, rubric, also)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def build_notebook(lesson: Lesson, course: Course, rubric: Rubric, also: Mapping[str, str] | None = None) -> dict:
    """The notebook as nbformat 4.5 data, without outputs.

    It names those of the lesson in other languages, which lie below it in a folder each,
    as it names the files that go with it.

    Source: https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    cells = [_code("setup", "setup", "from openpractice import prompt, handin"), _title(lesson)]
    texts = 0
    for part in lesson.parts:
        if isinstance(part, Prompt):
            cells += _prompt_cells(part, lesson, course, rubric)
        elif isinstance(part, Text):
            texts += 1
            cells.append(_markdown(f"{part.block}-{texts}", "text", text_part(part, lesson)))
    cells += _handin(lesson, course)
    files = {name: hashlib.sha256(file.data).hexdigest() for name, file in lesson_files(lesson).items()}
    return {
        "cells": [_shielded(cell, lesson.math) for cell in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "openpractice": {
                "format": FORMAT,
                "course": course.id,
                "lesson": lesson.id,
                "title": lesson.title,
                "minutes": lesson.minutes,
                "language": lesson.language,
                # Left out while it is the usual one, so that notebooks built before stay as they are.
                **({"open": course.opens} if course.opens != OPENS[0] else {}),
                **({"math": True} if lesson.math else {}),
                **({"files": files} if files else {}),
                **({"languages": dict(also)} if also else {}),
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _prompt_cells(prompt: Prompt, lesson, course, rubric) -> list[dict]:
    spec = prompt_spec(prompt, lesson, course, rubric)
    question = _markdown(f"{prompt.id}-question", "question", question_text(prompt, lesson.language))
    box = _code(f"{prompt.id}-prompt", "prompt", f"prompt({literal(spec)})")
    for cell, part in ((question, "question"), (box, "prompt")):
        cell["metadata"]["nbgrader"] = _nbgrader(f"{prompt.id}-{part}", locked=True)
        cell["metadata"]["openpractice"]["id"] = prompt.id
    if not prompt.owns_answer:
        return [question, box]
    answer = _markdown(prompt.id, "answer", ANSWER_STUB)
    answer["metadata"]["openpractice"]["id"] = prompt.id
    answer["metadata"]["nbgrader"] = _nbgrader(prompt.id, locked=False, points=rubric.points(prompt))
    del answer["metadata"]["editable"]
    return [question, box, answer]


def question_text(prompt: Prompt, language: str) -> str:
    """The question as Markdown that reads well where no box is drawn."""
    return "\n\n".join([f"### {plain(prompt.title)}", prompt.body, *question_facts(prompt, language)])


def question_facts(prompt: Prompt, language: str) -> list[str]:
    """What the course says of a question in its own language, a paragraph each: why, and who sees it."""
    facts = [f"**{word(language, 'sees')}:** {who_sees(prompt, language)}"]
    if prompt.minutes:
        one = "about-minute" if prompt.minutes == 1 else "about-minutes"
        facts.append(word(language, one, minutes=prompt.minutes))
    facts += [aim] if (aim := _aim(prompt, language)) else []
    facts += [word(language, "lead-first")] if prompt.lead_first else []
    facts += [word(language, "extension")] if prompt.extension else []
    why = [f"**{word(language, 'why')}:** {prompt.why}"] if prompt.why else []
    return [*why, " · ".join(facts)]


def who_sees(prompt: Prompt, language: str) -> str:
    return word(language, prompt.visibility + ("-share" if prompt.may_share else ""))


def _aim(prompt, language):
    least, most = (prompt.options.get(name) for name in ("min_words", "max_words"))
    if least and most:
        return word(language, "words-between", min=least, max=most)
    if most:
        return word(language, "words", max=most)
    return word(language, "words-least", min=least) if least else ""


def _title(lesson: Lesson) -> dict:
    minutes = word(lesson.language, "session-minutes", minutes=lesson.minutes)
    return _markdown("title", "text", f"# {plain(lesson.title)}\n\n{minutes}")


def plain(words: str) -> str:
    """Markdown that shows these words as they are: a title is no Markdown on our pages either."""
    return re.sub(r"([\\`*_\[\]<&]|#(?=#*\s*$))", r"\\\1", words)


def text_part(part: Text, lesson: Lesson) -> str:
    """A part that is read, as Markdown with its heading."""
    if part.block == "text":
        return part.body
    own = part.heading or (word(lesson.language, part.block) if part.block in _NAMED else "")
    body = _agenda(lesson) if part.block == "agenda" else part.body
    return f"## {own}\n\n{body}" if own else body


_NAMED = ("objectives", "agenda", "keypoints")


def _agenda(lesson: Lesson) -> str:
    """The agenda as a Markdown table: minutes, step; below a step, with a plus, how far into it a cue comes."""
    head = f"| {word(lesson.language, 'minutes')} | {word(lesson.language, 'step')} |\n| ---: | :--- |"
    rows = [head]
    for step in lesson.agenda:
        rows += [f"| {step.minutes} | {_bars_kept(step.what)} |"]
        rows += [f"| +{cue.at} | {_bars_kept(cue.what)} |" for cue in step.cues]
    return "\n".join(rows)


def _bars_kept(words: str) -> str:
    return words.replace("|", "&#124;")


def _handin(lesson: Lesson, course: Course) -> list[dict]:
    language = lesson.language
    text = f"## {word(language, 'handin')}\n\n{word(language, 'handin-text')}"
    spec = {"course": course.id, "lesson": lesson.id, "title": lesson.title, **language_of(lesson)}
    return [_markdown("handin-text", "text", text), _code("handin", "handin", f"handin({literal(spec)})")]


def _nbgrader(grade_id: str, locked: bool, points: int | None = None) -> dict:
    """nbgrader's own metadata: read-only where locked, else a manually graded answer.

    Source: https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html
    """
    entry = {
        "grade": not locked,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": not locked,
        "task": False,
    }
    return entry if points is None else entry | {"points": points}


def _cell(kind: str, name: str, part: str, source: str) -> dict:
    metadata = {"deletable": False, "editable": False, "openpractice": {"part": part}}
    return {"cell_type": kind, "id": _cell_id(name), "metadata": metadata, "source": _lines(source)}


def _lines(source: str) -> list[str]:
    lines = [line + "\n" for line in source.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines


def _shielded(cell: dict, math: bool) -> dict:
    """The cell with its dollars as Jupyter shows them; what is not ours to read stays."""
    if cell["cell_type"] != "markdown":
        return cell
    return cell | {"source": _lines(shielded("".join(cell["source"]), math))}


def _markdown(name: str, part: str, source: str) -> dict:
    return _cell("markdown", name, part, source)


def _code(name: str, part: str, source: str) -> dict:
    cell = _cell("code", name, part, source)
    cell["metadata"]["jupyter"] = {"source_hidden": True}
    return {"cell_type": "code", "execution_count": None, **cell, "outputs": []}


def _cell_id(name: str) -> str:
    """A notebook's cell ids have at most 64 characters; a long one ends in its hash."""
    if len(name) <= _CELL_ID_MOST:
        return name
    return name[: _CELL_ID_MOST - 9] + "-" + hashlib.sha256(name.encode()).hexdigest()[:8]
