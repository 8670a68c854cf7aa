"""Checks of how a lesson reads: its Markdown, its lengths and its agenda."""

import re

from openpractice.authoring.checking.runtogether import heading_without_space, run_together
from openpractice.authoring.dollars import BadMath, checking_parser, mathml
from openpractice.authoring.prose import may_follow
from openpractice.authoring.rules import problem
from openpractice.authoring.unlike import ticked, unlike
from openpractice.authoring.words import word
from openpractice.carried import file_name
from openpractice.i18n import languages
from openpractice.model import Lesson, Prompt, Text

READING_MOST = 350
VIGNETTE = (180, 220)
LINK_MOST = 80
_NEEDED = ("objectives", "agenda")
# A width, a class or an id behind a picture or link, as other tools read them: {width=200}, {.wide}, {: width="50%"}
_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s{}"']+)"""
_SETTING = re.compile(rf"\{{:?\s*(?:[.#][\w-]+|[\w-]+={_VALUE})(?:\s+(?:[.#][\w-]+|[\w-]+={_VALUE}))*\s*\}}")
# Straight behind a picture, whatever stands in the brackets; and a width in the words for it.
_BEHIND_PICTURE = re.compile(r"\{[^{}]{1,80}\}")
_WIDTH_IN_WORDS = re.compile(r"\|\s*\d+(?:x\d+)?\s*\Z")
# Scripts written without spaces: each sign counts as a word.
_SIGN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"


def count_words(text: str) -> int:
    """Runs of characters that hold a letter or digit; in Han, Kana and Thai each sign."""
    signs = len(re.findall(f"[{_SIGN}]", text))
    rest = re.sub(f"[{_SIGN}]", " ", text)
    return signs + sum(1 for run in rest.split() if any(char.isalnum() for char in run))


def check_text(lesson: Lesson):
    """Yield the problems of everything that is read in this lesson."""
    yield from _frame(lesson)
    for part in lesson.texts:
        if part.block == "reading":
            yield from _reading(part, lesson.path)
        elif part.block == "vignette":
            yield from _vignette(part, lesson.path)
    blocks_before = False
    for block in lesson.parts:
        base, start = _levels(block, blocks_before)
        blocks_before = blocks_before or base > 1
        yield from _markdown(block.body, block.body_line, lesson, base, start)
        if isinstance(block, Prompt):
            yield from _markdown(block.why, block.line_of("why"), lesson, 3, 3)


def _levels(part, blocks_before):
    """The level of heading above this text, and the deepest one already reached."""
    if isinstance(part, Text) and part.block == "text":
        return 1, 2 if blocks_before else 1
    return (2, 2) if isinstance(part, Text) else (3, 3)


def _frame(lesson: Lesson):
    blocks = {part.block for part in lesson.texts}
    for name in _NEEDED:
        if name not in blocks:
            yield problem("missing-block", lesson.path, lesson.line, name=name)
    total = sum(step.minutes for step in lesson.agenda)
    if lesson.agenda and lesson.minutes and total != lesson.minutes:
        line = next(part.line for part in lesson.texts if part.block == "agenda")
        yield problem("agenda-sum", lesson.path, line, sum=total, minutes=lesson.minutes)
    if not any(isinstance(part, Prompt) and part.lead_first for part in lesson.parts):
        yield problem("missing-starred", lesson.path, lesson.line)
    if lesson.language.split("-")[0] not in languages():
        yield problem(
            "bad-front",
            lesson.path,
            lesson.line,
            name="language",
            value=lesson.language,
            why="there are no words for it",
            example=languages()[0],
            allowed=languages(),
        )


def _in_short() -> re.Pattern:
    """The line that begins the end of a reading, in any language that is spoken."""
    words = {word(language, "in-short") for language in languages()}
    said = "|".join(re.escape(each).replace("\\ ", r"\s+") for each in sorted(words))
    return re.compile(rf"(?m)^\*\*(?:{said})\.?\*\*\.?:?\s*$")


def _reading(part, path):
    short = _in_short().search(part.body)
    main = part.body[: short.start()] if short else part.body
    count = count_words(main)
    if count > READING_MOST:
        yield problem("reading-too-long", path, part.line, count=count, most=READING_MOST)
    bullets = re.findall(r"(?m)^[-*+] +\S", part.body[short.end() :]) if short else []
    if len(bullets) != 3:
        yield problem("in-short", path, part.line)


def _vignette(part, path):
    least, most = VIGNETTE
    count = count_words(part.body)
    if not least <= count <= most:
        yield problem("vignette-length", path, part.line, count=count, least=least, most=most)


def _markdown(body, first_line, lesson, base, reached):
    path, tokens = lesson.path, checking_parser(lesson.math).parse(body)
    for at, token in enumerate(tokens):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type == "html_block":
            yield problem("raw-html", path, line, text=token.content)
        elif token.type == "math_block":
            yield from _math(token.content, True, line, path)
        elif token.type == "heading_open":
            level = int(token.tag[1])
            if not base < level <= reached + 1:
                expected = max(base + 1, min(level, reached + 1))
                yield problem("heading-order", path, line, level=level, expected=expected, marks="#" * expected)
            reached = max(level, base + 1)
        elif token.type == "inline":
            yield from _inline(token.children, line, path)
            yield from _unlike(tokens, at, line, path)
            if (words := heading_without_space(token.content)) and token.level == 1:
                yield problem("no-heading", path, line, text=f"#{words}", better=f"{'#' * (base + 1)} {words}")
            for below, text, better in run_together(token.content):
                yield problem("run-together", path, line + below, text=text, better=better)


def _math(tex, block, line, path):
    try:
        mathml(tex, block)
    except BadMath as fault:
        yield problem("bad-math", path, line, text=tex, why=fault)


def _unlike(tokens, at, line, path):
    children = tokens[at].children
    box = ticked(children) if at > 1 and tokens[at - 2].type == "list_item_open" else ""
    if box:
        yield problem("unlike", path, line, text=box, mend="leave the box out, or write it as  \\[ ]")
    for text, mend in unlike(children):
        yield problem("unlike", path, line, text=text, mend=mend)


def _inline(children, line, path):
    linked = None  # the words of the link that is open
    before = None
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "html_inline":
            yield problem("raw-html", path, line, text=child.content)
        elif child.type == "math_inline":
            yield from _math(child.content, False, line, path)
        elif child.type == "image":
            yield from _picture_words(child, line, path)
        elif child.type == "link_open":
            linked = ""
            if not may_follow(child.attrs["href"]):
                yield problem("bad-link", path, line, address=child.attrs["href"])
        elif child.type == "link_close":
            yield from _link_words(linked, line, path)
            linked = None
        elif child.type == "text" and (found := _sets_nothing(child.content, before)):
            yield problem("stays-text", path, line, text=found[0])
        if linked is not None and child.type in ("text", "text_special", "code_inline"):
            linked += child.content
        elif linked is not None and child.type == "image":
            linked += child.content[:1]  # what a picture shows says where it leads, and may be long
        before = before if child.type == "text" and not child.content else child.type


def _sets_nothing(text, before):
    return (_BEHIND_PICTURE.match(text) if before == "image" else None) or _SETTING.search(text)


def _picture_words(picture, line, path):
    words, name = picture.content, file_name(str(picture.attrs.get("src"))).rpartition("/")[2]
    if found := _WIDTH_IN_WORDS.search(words):
        yield problem("stays-text", path, line, text=found[0])
    elif not words.strip():
        yield problem("missing-alt", path, line, what="without words")
    elif words.strip().casefold() in (name.casefold(), name.casefold().rpartition(".")[0]):
        yield problem("missing-alt", path, line, what="of which no more is said than its file's name")


def _link_words(words, line, path):
    if not words.strip():
        yield problem("missing-link-words", path, line)
    elif len(words) > LINK_MOST:
        yield problem("long-link-text", path, line, count=len(words))
