"""Labels that people read as they were written: titles, choices, rows, columns, beginnings of sentences.

Nothing in them is Markdown, so that a picture or a link there is lost and its marks are read. In
the headings of other blocks, and in objectives, only a picture is.
"""

import re
from collections.abc import Iterator, Mapping

from openpractice.authoring.dollars import checking_parser
from openpractice.authoring.rules import problem
from openpractice.model import Item, Lesson, Prompt

_BLANK = re.compile(r"_{3,}|(?<!\w)__[a-z]+__(?!\w)")
_MARKS = ("image", "link_open", "strong_open")
_CALLED = {"choices": "choice", "starters": "beginning", "rows": "row", "columns": "column"}


def check_labels(lesson: Lesson):
    """Yield the problems of what is read as it was written."""
    if not any(part.block == "objectives" for part in lesson.texts):
        for objective in lesson.objectives:
            yield from _marks(objective, _MARKS[:1], "objective", lesson, lesson.line)
    for part in lesson.parts:
        if not isinstance(part, Prompt):
            yield from _marks(getattr(part, "heading", ""), _MARKS[:1], "heading", lesson, part.line)
            continue
        yield from _marks(part.title, _MARKS, "title", lesson, part.line)
        for name, value in part.options.items():
            option = name.replace("_", "-")
            for text in _texts(value):
                yield from _marks(text, _MARKS, _CALLED.get(option, option), lesson, part.line_of(option))


def _texts(value) -> Iterator[str]:
    """Every text in the value of an option."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Item):
        yield value.label
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _texts(inner)


def _marks(text, marks, name, lesson, line):
    # A line to fill in is none of Markdown's marks, nor is a name such as __init__.
    text, written = _BLANK.sub(" ", text), text
    if not any(sign in text for sign in "*_[<"):
        return
    (token,) = checking_parser(lesson.math).parseInline(text)
    if any(child.type in marks for child in token.children or ()):
        yield problem("plain-label", lesson.path, line, text=written, name=name)
