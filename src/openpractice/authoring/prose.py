"""The one way Markdown becomes HTML: CommonMark with tables, and nothing in it that runs.

HTML that somebody wrote stays literal text, and an address is only followed where it cannot
run anything.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from markdown_it.token import Token

from openpractice.authoring.dollars import markdown_parser
from openpractice.authoring.words import word
from openpractice.carried import file_name, is_local, media_of

Address = Callable[[str], str | None] | None
_LINK = re.compile(r"(?:https?:|mailto:|#)", re.IGNORECASE)
_QUESTION = 4  # the level of the highest heading in a question, whose title is of the third


@dataclass(frozen=True)
class Heading:
    """A heading of a text: its level there, its words without marks, and the id it was given."""

    level: int
    words: str
    id: str


def render(markdown: str, shift: int = 0, math: bool = False, address: Address = None) -> str:
    """Markdown as HTML; headings move down by `shift` levels. With `math`, formulas are drawn.

    `address` says where a file beside the lesson is found from this page.
    """
    tokens = _parsed(markdown, math, address)
    _move_headings(tokens, shift, 1)
    return _draw(tokens, math)


def render_question(markdown: str, math: bool = False, address: Address = None) -> str:
    """What stands below a question's title as HTML: its text, or why it is asked."""
    tokens = _parsed(markdown, math, address)
    _move_headings(tokens, 0, _QUESTION)
    return _draw(tokens, math)


def render_why(why: str, language: str, math: bool = False, address: Address = None) -> str:
    """Why a question is asked, after the words that say so; empty where it is not said."""
    return render_question(f"**{word(language, 'why')}:** {why}", math, address) if why else ""


def may_follow(address: str) -> bool:
    """Whether a link may lead there: a page, a letter, a place of the same page, or a file beside the lesson."""
    return bool(_LINK.match(address.strip())) or is_local(address)


def render_part(markdown: str, name_for, math: bool = False, address: Address = None) -> tuple[str, list[Heading]]:
    """A part of a page whose first heading is elsewhere: HTML, and its headings in order.

    No heading stands above the second level. `name_for(level)` gives each one its id.
    """
    tokens = _parsed(markdown, math, address)
    _move_headings(tokens, 0, 2)
    found = []
    for opening, inside in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open":
            level = int(opening.tag[1])
            found.append(Heading(level, _words(inside), name_for(level)))
            opening.attrSet("id", found[-1].id)
    return _draw(tokens, math), found


def after_title(markdown: str) -> str | None:
    """What follows the heading of the first level that a text begins with; None where it has none."""
    head = _parsed(markdown)[:1]
    if not head or head[0].type != "heading_open" or head[0].tag != "h1":
        return None
    return "\n".join(markdown.splitlines()[head[0].map[1] :]).strip()


_parser = cache(markdown_parser)


def _parsed(markdown, math=False, address=None):
    tokens = _parser(math).parse(markdown)
    for token in tokens:
        if token.type in ("th_open", "td_open") and (style := token.attrs.pop("style", "")):
            # A class instead: our pages allow no style inside a tag.
            token.attrSet("class", str(style).replace("text-align:", "to-"))
        if token.children:
            token.children = list(_safe(token.children))
            _find_files(token.children, address)
    return tokens


def _safe(children):
    """The inline tokens without links that lead elsewhere, and with the words of pictures from elsewhere."""
    links = []
    for token in children:
        if token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            links.append(may_follow(address))
            if not address.startswith("#"):
                token.attrs |= {"rel": "noopener noreferrer", "target": "_blank"}
        if token.type in ("link_open", "link_close"):
            if links.pop() if token.nesting < 0 else links[-1]:
                yield token
        elif token.type == "image" and not is_local(str(token.attrs.get("src", ""))):
            yield Token("text", "", 0, content=_alt(token))
        else:
            yield token


def _find_files(children, address):
    """Pictures and papers beside the lesson get their address here; words stand for what has none."""
    for token in children:
        name = {"image": "src", "link_open": "href"}.get(token.type)
        target = str(token.attrs.get(name, "")) if name else ""
        if not is_local(target):
            continue
        found = address(file_name(target)) if address else None
        if found is None and token.type == "image":
            token.type, token.content, token.children = "text", _alt(token), None
        elif found is None:
            token.attrs.pop("href")
        else:
            token.attrSet(name, found)
            if media_of(file_name(target)) == "application/pdf":
                token.attrSet("download", file_name(target).rpartition("/")[2])


def _alt(picture) -> str:
    """What stands for a picture, without the marks of its words."""
    return "".join(" " if child.type.endswith("break") else child.content for child in picture.children or ())


def _draw(tokens, math):
    parser = _parser(math)
    return parser.renderer.render(tokens, parser.options, {})


def _move_headings(tokens, shift, highest):
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, max(highest, int(token.tag[1]) + shift))}"


def _words(inline):
    kept = ("text", "code_inline", "image")
    return "".join(
        _alt(token) if token.type == "image" else token.content if token.type in kept else " "
        for token in inline.children or []
        if token.type in (*kept, "softbreak")
    )
