"""The text of a lesson cut into its blocks, each with the line it stands on.

The Markdown parser finds the blocks. Two slips it passes over in silence: a block
without an end swallows the next one, and a stray fence does the same. Each is
reported where it began, mended in a copy, and the copy is read again, so that one
slip does not hide the faults below it. Line numbers never change.
"""

import re
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from openpractice.authoring.format.fences import OPENER, looks_like_edge, looks_like_opener, plain_option, shown
from openpractice.authoring.format.options import BLOCKS
from openpractice.authoring.format.pasted import plain_lines
from openpractice.authoring.rules import problem

_OPENER = re.compile(r" {0,3}(:{3,})\{([^}]*)\}")
_INFO = re.compile(r"\{([\w-]+)\}\s*(.*)")
_FENCE = re.compile(r"\s*:{3,}\s*")
_MOST_REPAIRS = 50


@dataclass(frozen=True)
class Block:
    """A labelled block: `lines` are the raw lines between opener and fence."""

    name: str
    heading: str
    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Passage:
    """Ordinary lesson text between blocks."""

    body: str
    line: int


@dataclass(frozen=True)
class Pages:
    """A lesson cut into pieces; `front` is None where there is no front matter."""

    front: str | None
    pieces: tuple[Block | Passage, ...]
    problems: tuple


@cache
def parser() -> MarkdownIt:
    """CommonMark with front matter and colon fences, blocks only."""
    markdown = MarkdownIt("commonmark").use(front_matter_plugin).use(colon_fence_plugin)
    return markdown.disable("inline", True)


def split_lines(text: str) -> list[str]:
    """The lines as an editor counts them, pasted marks made plain."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return plain_lines(text.split("\n"))


def read_blocks(text: str, path: str) -> Pages:
    """The front matter and the pieces of a lesson, with all faults of its shape."""
    lines = split_lines(text)
    problems = _open_what_was_meant(lines, path)
    for _ in range(_MOST_REPAIRS):
        tokens = parser().parse("\n".join(lines))
        fault = _first_fault(tokens, lines, path)
        if fault is None:
            break
        found, mended = fault
        problems.append(found)
        for at, line in mended.items():
            lines[at : at + 1] = [line]
    front, pieces = _cut(tokens, lines)
    return Pages(front, tuple(pieces), tuple(problems))


def _open_what_was_meant(lines, path):
    """The faults of blocks that open none; in `lines` they are opened, so that their text is read as meant."""
    fences = (token for token in parser().parse("\n".join(lines)) if token.type == "colon_fence" and token.level)
    nested = {token.map[0] for token in fences if token.map}
    problems = []
    for at, line in enumerate(lines):
        edge = None if OPENER.fullmatch(line) or at in nested else looks_like_opener(line)
        if edge and edge.name not in BLOCKS:
            problems.append(problem("foreign-block", path, at + 1, name=edge.name, text=shown(line)))
        elif edge:
            problems.append(problem("misfenced-block", path, at + 1, name=edge.name, text=shown(line)))
            lines[at] = f":::{{{edge.name}}} {edge.heading}".rstrip()
            _mend_below(lines, at + 1, re.findall(r"\A[\s>]*", line)[0])
    return problems


def _mend_below(lines, start, margin):
    """Options, margin and end of a block whose first line was mended."""
    head = True
    for at in range(start, len(lines)):
        line = lines[at]
        if OPENER.fullmatch(line) or looks_like_opener(line):
            return
        if looks_like_edge(line):
            lines[at] = ":::"
            return
        head = head and bool(line.strip())
        option = plain_option(line) if head else None
        lines[at] = option if option is not None else line.removeprefix(margin)


def _first_fault(tokens, lines, path):
    """The first fault of shape and the lines that mend it, by index."""
    for token in tokens:
        if token.type == "colon_fence":
            fault = _fence_fault(token, lines, path)
        elif token.type in ("fence", "html_block"):
            fault = _swallowing(token, lines, path)
        else:
            fault = None
        if fault:
            return fault
    return None


def _fence_fault(token, lines, path):
    start, end = token.map
    opener = _OPENER.match(lines[start])
    if token.level and _INFO.fullmatch(token.info.strip()):
        return problem("nested-block", path, start + 1, name=_label(token)), _blank(start, end - 1)
    if opener is None:
        return problem("stray-fence", path, start + 1), _blank(start)
    if len(token.markup) != 3:
        fixed = re.sub(":{3,}", ":::", lines[start], count=1)
        return problem("fence-length", path, start + 1, count=len(token.markup)), {start: fixed}
    return _unclosed(token, lines, path)


def _unclosed(token, lines, path):
    start, end = token.map
    found = ((at, _OPENER.match(lines[at])) for at in range(start + 1, end))
    inner, opened = next((one for one in found if one[1]), (None, None))
    if inner is None and end - 1 > start and _FENCE.fullmatch(lines[end - 1]):
        return None
    if inner is not None and opened and _closed_later(lines, end):
        return problem("nested-block", path, inner + 1, name=opened[2]), _blank(inner, end - 1)
    unclosed = problem("unclosed-block", path, start + 1, name=_label(token))
    if inner is None:
        return unclosed, {end: ":::"}
    # Without a free line to close the outer block on, the inner opener gives way.
    free = not lines[inner - 1].strip()
    return unclosed, {inner - 1 if free else inner: ":::"}


def _closed_later(lines, end):
    """Whether the next fence after a block closes something: then blocks are nested."""
    fences = (line for line in lines[end:] if line.lstrip().startswith(":::"))
    return _FENCE.fullmatch(next(fences, "")) is not None


def _swallowing(token, lines, path):
    """A code or HTML block that has a lesson's block inside or no end."""
    start, end = token.map
    inside = any(_OPENER.match(line) for line in lines[start + 1 : end])
    mark = token.markup
    unclosed = mark and not (end - 1 > start and lines[end - 1].strip().startswith(mark))
    if inside or unclosed:
        return problem("unclosed-code", path, start + 1), _blank(start)
    return None


def _blank(*at):
    return dict.fromkeys(at, "")


def _label(token) -> str:
    match = _INFO.fullmatch(token.info.strip())
    return match.group(1) if match else token.info.strip() or ":::"


def _cut(tokens, lines):
    front, pieces, at = None, [], 0
    for token in tokens:
        if token.type == "front_matter":
            front, at = token.content, token.map[1]
        elif token.type == "colon_fence" and not token.level:
            pieces += _passage(lines, at, token.map[0])
            pieces.append(_block(token, lines))
            at = token.map[1]
    return front, pieces + _passage(lines, at, len(lines))


def _passage(lines, start, end):
    while start < end and not lines[start].strip():
        start += 1
    body = "\n".join(lines[start:end]).rstrip()
    return [Passage(body, start + 1)] if body else []


def _block(token, lines):
    start, end = token.map
    match = _INFO.fullmatch(token.info.strip())
    name, heading = match.groups() if match else (_label(token), "")
    return Block(name, heading.strip(), tuple(lines[start + 1 : end - 1]), start + 1)
