"""The second guard: what a participant's notebook holds, against what is for facilitators only.

It reads the lesson's file by itself, line by line, and does not trust the reader that made
the notebook: a block that the reader took for ordinary text is private here.
"""

import json
import re

from openpractice.authoring.checking.textchecks import count_words
from openpractice.authoring.dollars import unshielded
from openpractice.authoring.format.blocks import split_lines
from openpractice.authoring.format.fences import OPENER, looks_like_edge, looks_like_opener, plain_option
from openpractice.authoring.rules import problem

_PRIVATE = ("exemplar", "facilitator")
#: A line of at least so many words is told by all of it, a longer one by a run of words.
WHOLE_LINE, RUN = 4, 12


def leaks(notebook: dict, text: str, path: str) -> list:
    """The problems of a built notebook: lines of the lesson `text` that it must not hold."""
    passages = list(_passages(notebook))
    held = "\n".join(f" {' '.join(_words(passage))} " for passage in passages)
    problems = []
    for number, name, line in private_lines(text):
        if _holds(held, line):
            problems.append(problem("leaked-text", path, number, name=name, text=line))
    lines = split_lines(text)
    for passage in passages:
        for line in passage.split("\n"):
            if edge := looks_like_opener(line):
                at = next((number for number, own in enumerate(lines, 1) if own.strip() == line.strip()), 1)
                problems.append(problem("misfenced-block", path, at, name=edge.name, text=line))
    return problems


def private_lines(text: str) -> list[tuple[int, str, str]]:
    """Every line of exemplars and facilitator's notes, however fenced: (line number, block, text)."""
    found, name, proper = [], "", False
    for number, line in enumerate(split_lines(text), 1):
        edge = looks_like_opener(line)
        if OPENER.fullmatch(line) or edge:
            name, proper = (edge.name if edge else ""), bool(OPENER.fullmatch(line))
        elif re.fullmatch(r" {0,3}:{3,}\s*", line) if proper else looks_like_edge(line):
            name = ""
        elif name in _PRIVATE and plain_option(line) is None and count_words(line) >= WHOLE_LINE:
            found.append((number, name, line))
    return found


def _holds(held: str, line: str) -> bool:
    words = _words(line)
    runs = [words[at : at + RUN] for at in range(len(words) - RUN + 1)] or [words]
    return any(f" {' '.join(run)} " in held for run in runs)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _passages(notebook: dict):
    """All texts of the notebook: Markdown cells, and what stands in the specifications."""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        call = re.fullmatch(r"\w+\((\{.*\})\)", source)
        if cell["cell_type"] == "code" and call:
            yield from _texts(json.loads(call[1]))
        else:
            yield unshielded(source)


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
