"""Dollars that stay dollars, in every notebook and on our own pages, and mathematics where a course asks for it.

Jupyter sets what stands between two dollars as mathematics, also where a backslash or an
entity was written for them, because MathJax reads the finished page. It does not read across
an element's edge, so a sign of money is put into an element of its own. The same holds for a
backslash, which begins mathematics in other ways. What is meant as mathematics, and code,
stays as it was written. On our own pages mathematics is MathML, which browsers draw by themselves.
"""

import re
from functools import cache
from html import escape, unescape
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

#: What stands for a dollar and a backslash in a notebook's Markdown.
SHIELDED = {"$": "<span>&#36;</span>", "\\": "<span>&#92;</span>"}

_IN_ADDRESS = str.maketrans({"&": "&amp;", "$": "&#36;", "\\": "%5C"})
_IN_WORDS = str.maketrans({"&": "&amp;", **SHIELDED, **{mark: f"\\{mark}" for mark in "*_[]`"}})
# As Jupyter and most others read them: "$5 and $6" is money, and "$x$" is mathematics.
_MATH = {"allow_space": False, "allow_digits": False, "allow_labels": False}
_DEEPEST = 50
_ATTRIBUTES = frozenset(
    [
        "xmlns",
        "display",
        "mathvariant",
        "mathcolor",
        "mathsize",
        "stretchy",
        "fence",
        "form",
        "separator",
        "accent",
        "accentunder",
        "movablelimits",
        "minsize",
        "maxsize",
        "lspace",
        "rspace",
        "width",
        "height",
        "depth",
        "linethickness",
        "displaystyle",
        "scriptlevel",
        "columnalign",
        "rowspacing",
        "columnspacing",
        "columnlines",
        "rowlines",
        "frame",
        "notation",
    ]
)
_SIGN = re.compile(r"[$\\&<]")
_ENTITY = re.compile(r"&(?:(#0*36|#[xX]0*24|dollar)|#0*92|#[xX]0*5[cC]|bsol);")
_ESCAPES = frozenset("!\"#%&'()*+,-./:;<=>?@[]^_`{|}~\n")


def shielded(markdown: str, math: bool = False) -> str:
    """The text for a notebook, its dollars and lone backslashes shown as they are.

    With `math`, what stands between dollars as on our own pages is left to Jupyter.
    """
    if not _SIGN.search(markdown):
        return markdown
    taken: dict = {}
    lines, edits, cell = markdown.split("\n"), [], False
    parser = _parser(math)
    for token in parser.parse(markdown):
        if token.type in ("td_open", "th_open", "td_close", "th_close"):
            cell = token.nesting == 1
        if token.type != "inline" or not token.map:
            continue
        signs = [found.start() for found in _SIGN.finditer(token.content)]
        first = taken.get(token.map[0], 0)
        places = _places(lines, token.map, cell)[first : first + len(signs)]
        taken[token.map[0]] = first + len(signs)
        at = dict(zip(signs, places, strict=False))
        edits += [(*at[start], end - start, text) for start, end, text in _meant(token.content, parser) if start in at]
    for line, start, length, text in sorted(edits, reverse=True):
        lines[line] = lines[line][:start] + text + lines[line][start + length :]
    return "\n".join(lines)


def unshielded(markdown: str) -> str:
    """The text of a notebook with its signs as they are read."""
    for sign, written in SHIELDED.items():
        markdown = markdown.replace(written, sign)
    return markdown


def _places(lines, span, cell):
    """Where the signs of these lines stand: (line, column) in order. A table's `\\|` loses its backslash."""
    places = ((at, found.start()) for at in range(*span) for found in _SIGN.finditer(lines[at]))
    return [(at, start) for at, start in places if not (cell and lines[at][start : start + 2] == "\\|")]


class _Signs:
    """What the parser met in one text: signs that are shown, and stretches that are code or mathematics."""

    def __init__(self, content):
        self.content, self.shown, self.kept, self.links = content, [], [], []


def _linked(address: str) -> str:
    """An address in angle brackets as a link with words of its own: between brackets no entity is read."""
    target = (address if ":" in address else f"mailto:{address}").translate(_IN_ADDRESS)
    return f"[{address.translate(_IN_WORDS)}](<{target}>)"


def _meant(content, parser):
    """(start, end, text instead) of each sign that is meant as itself."""
    signs = _Signs(content)
    parser.inline.parse(content, parser, {"signs": signs}, [])
    links = [(start, end, content[start + 1 : end - 1]) for start, end in signs.links]
    signs.shown += [(start, end, _linked(address)) for start, end, address in links if "$" in address]
    covered = [*signs.kept, *((start, end) for start, end, _ in signs.shown)]
    # What is left stands in an address, a title or the words for a picture: no element may stand there.
    left = [
        (found.start(), found.end(), "&#36;")
        for found in re.finditer(r"\\?\$", content)
        if not any(start <= found.start() < end for start, end in covered)
    ]
    return signs.shown + left


class BadMath(ValueError):
    """Mathematics that cannot be drawn; the message is the end of a sentence."""


def markdown_parser(math: bool = False) -> MarkdownIt:
    """A parser of our Markdown, for pages: what was shielded for a notebook is the sign again.

    HTML stays literal text. With `math`, what stands between dollars becomes MathML.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.inline.ruler.before("escape", "shielded", _unshield)
    return with_math(parser) if math else parser


@cache
def checking_parser(math: bool = False) -> MarkdownIt:
    """A parser for what is looked at and not drawn: it passes over nothing that pages leave out.

    An address that is refused is named too, and a sign that was escaped is told from one that was not.
    """
    parser = MarkdownIt("commonmark").enable("table").disable("text_join")
    parser.validateLink = lambda _address: True  # type: ignore[method-assign, assignment]
    return with_math(parser) if math else parser


def with_math(parser: MarkdownIt) -> MarkdownIt:
    """The parser, reading what stands between dollars as mathematics."""
    parser.use(dollarmath_plugin, renderer=_drawn, **_MATH)
    _replace(parser, "math_inline", _begins_text)
    return parser


def _begins_text(rule):
    def whole(state, silent):
        # The plugin takes the last sign of a text for the one before its first: a digit there is none of money.
        source = state.src
        state.src = source if state.pos else source + " "
        try:
            return rule(state, silent)
        finally:
            state.src = source

    return whole


def _replace(parser, name, make):
    """Put what `make` makes of it in place of an inline rule."""
    rule = next(item.fn for item in parser.inline.ruler.__rules__ if item.name == name)
    parser.inline.ruler.at(name, make(rule))


def mathml(tex: str, block: bool = False) -> str:
    """TeX as MathML.

    Raises
    ------
    BadMath
        When it is no TeX that is known here.
    """
    # 0.12 s, for the courses that have formulas.
    from latex2mathml.converter import convert_to_element

    if not _balanced(tex):
        raise BadMath("its curly brackets do not match")
    try:
        drawn = convert_to_element(tex, display="block" if block else "inline")
    except Exception:
        raise BadMath("it is no TeX that is known here") from None
    for element in drawn.iter():
        element.attrib = {name: value for name, value in element.attrib.items() if name in _ATTRIBUTES}
        # The library writes signs as entities into texts, and leaves what it does not know as it was.
        element.text = unescape(element.text or "")
        if re.match(r"\\[A-Za-z]", element.text):
            raise BadMath(f"'{element.text}' is not known here")
    return ElementTree.tostring(drawn, "unicode")


def _balanced(tex: str) -> bool:
    depth = 0
    for sign in re.findall(r"\\.|[{}]", tex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0 or depth > _DEEPEST:
            return False
    return depth == 0


def _drawn(tex: str, options: dict) -> str:
    try:
        return mathml(tex, options.get("display_mode", False))
    except BadMath:
        return f"<code>{escape(tex)}</code>"


def _unshield(state, silent):
    for sign, written in SHIELDED.items():
        if state.src.startswith(written, state.pos):
            if not silent:
                state.pending += sign
            state.pos += len(written)
            return True
    return False


@cache
def _parser(math: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    if math:
        with_math(parser)
        _watch(parser, "math_inline")
    _watch(parser, "backticks")
    _watch(parser, "autolink", "links")
    parser.inline.ruler.before("escape", "sign", _sign)
    return parser


def _watch(parser, name, kind="kept"):
    """Note the stretch of text that this rule takes."""

    def watch(rule):
        def watched(state, silent):
            start = state.pos
            taken = rule(state, silent)
            if taken and not silent and (signs := _signs_of(state)):
                getattr(signs, kind).append((start, state.pos))
            return taken

        return watched

    _replace(parser, name, watch)


def _sign(state, silent):
    """The rule for a dollar, a backslash before one or before no other sign, or an entity of either."""
    rest = state.src[state.pos : state.pos + 40]
    entity = _ENTITY.match(rest)
    if entity:
        length, sign = entity.end(), "$" if entity[1] else "\\"
    elif rest[0] == "$":
        length, sign = 1, "$"
    elif rest[0] == "\\" and rest[1:2] not in _ESCAPES:
        length, sign = (2, rest[1]) if rest[1:2] in ("$", "\\") and rest[1:2] else (1, "\\")
    else:
        return False
    if not silent:
        state.pending += sign
        if signs := _signs_of(state):
            signs.shown.append((state.pos, state.pos + length, SHIELDED[sign]))
    state.pos += length
    return True


def _signs_of(state) -> _Signs | None:
    signs = state.env.get("signs")
    # The words for a picture are a text of their own.
    return signs if signs is not None and state.src == signs.content else None
