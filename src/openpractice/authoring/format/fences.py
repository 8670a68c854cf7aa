"""Lines that look like the edge of a block and are none, in whatever signs they were written.

A block whose opening line the parser does not know is ordinary text to it: a model answer
would stand in everybody's copy. So a line is read here as an eye reads it, without what
cannot be seen, with the signs that look alike made one.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from html import unescape

from openpractice.authoring.format.options import BLOCKS, OPTIONS

#: What opens a block: up to three spaces, colons, and a name in curly brackets.
OPENER = re.compile(r" {0,3}(:{3,})\{([\w-]+)\}(?:\s.*|[^\s{}].*)?")

_LEADING = re.compile(r"\A(?:[>*+|#\s-]|\d{1,9}[.)]\s|[(\[]?[a-z\d][.)\]]\s)*")
_FENCES = r":;`'~%!+=@/\\"
_BRACED = re.compile(r"([^\w{}]*)\{+\s*(?:[.#:%]|/\*)?\s*(?=([\w-]+))([^{}]*)\}?(.*)")
# The further words in the brackets that may name a block: a class, as others write it.
_CLASS = re.compile(r"(?:\.|class\s*=\s*[\"'.]?)([\w-]+)")
_UNOPENED = re.compile(rf"([{_FENCES}]{{2,}})\s*\.?([\w-]+)\s*\}}(.*)")
_BARE = re.compile(r"([:;~%!+=@/\\]{2,}|[`']{3,})\s*[.#(\[<]*([\w-]+)(.*)")
_INSIDE = re.compile(r"(?::{2,}|[`'~]{3,})\s*\{\s*\.?([\w-]+)\s*\}(.*)")
_PRIVATE_ANYWHERE = re.compile(r"\{\s*[.#:%]?\s*(exemplar|facilitator)\s*%?\}(.*)")
_OF_PROMPT = re.compile(r"\W*(exemplar)\W+(?:\w{1,5}\W+)?([a-z0-9]+(?:-[a-z0-9]+)+)\W*")
# How other tools for writing mark a block: callouts, shortcodes, tags, directives.
_ELSEWHERE = tuple(
    re.compile(form)
    for form in (
        r"(?:[>*+-]\s+)*\[!([\w-]+)\](.*)",
        r"\{[{%][{%<\s]*([\w-]+).*[%}]\}(.*)",
        r"\{%.*[\"']([\w-]+)[\"'].*%\}(.*)",
        r"(?:\?{2,}\+?|\+{3,}|#\+begin[_ ])\s*([\w-]+)(.*)",
        r"\.{2,}\s*([\w-]+)\s*::(.*)",
        r"\\begin\{([\w-]+)\}(.*)",
        r"<([\w-]+)(?:\s[^<>]*)?>(.*)",
        r"\(([\w-]+)\)=(.*)",
        r"\[[^\[\]]*\]:\s*\S+\s*[\"'(]\W*([\w-]+).*[\"')](.*)",
    )
)
# A sentence behind marks that are no colons: "!! Take care", where `take` is a block as well.
_SENTENCE = re.compile(r"\s*(?:[!?]{2,}|//)\s*(?!Exemplar|Facilitator)[A-Z][a-z]+,?\s+[a-z]+(?![\w-]).*")
_EDGE = re.compile(r"(?:: ?){2,}|;{2,}|`{3,}|'{3,}|~{3,}")
_OPTION = re.compile(r":\s*([a-z][a-z-]*)\s*:(?:\s+(.*))?")
_USUAL = tuple(":;`'~")
_NAMES = {option.name for option in OPTIONS}
# Latin letters are named by others' signs that look the same.
_LETTERS = str.maketrans("авеіјкмнорсѕтухүԁɡոԛѵαεικνορτυχγϲ", "abeijkmhopcstyxydgnqvaeiknoptuxyc")
_COLONS = str.maketrans(
    dict.fromkeys("\ua789\u2236\u05c3\u02d0\u02f8\u0589\u0703\u0704\u16ec\u1365\u205a\u22ee\u2e2c", ":")
)
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u00b4\u02b9\u02bb\u02bc\u02c8\u02ca\u02cb", "'")
)
_TILDES = str.maketrans(dict.fromkeys("\u223c\u223d\u02dc\u301c\u2053\u02f7", "~"))
_FILLED = "\u115f\u1160\u3164\uffa0\u2800"
_FILLERS = dict.fromkeys(map(ord, _FILLED))


@dataclass(frozen=True)
class Edge:
    """The beginning of a block as it was meant: its name, where one of ours, and its heading."""

    name: str
    heading: str


def folded(line: str) -> str:
    """The line as an eye reads it: small letters, unseen signs gone, signs that look alike the same."""
    if line.isascii() and line.isprintable():
        return line.lower()
    line = unicodedata.normalize("NFKD", line.translate(_COLONS).translate(_QUOTES)).translate(_FILLERS)
    seen = []
    for sign in line:
        kind = unicodedata.category(sign)
        if kind in ("Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs") and sign != "\t":
            continue
        seen.append(_bracket(sign) if kind in ("Ps", "Pe") else " " if kind[0] == "Z" else sign)
    return "".join(seen).translate(_TILDES).translate(_COLONS).casefold().translate(_LETTERS)


def looks_like_opener(line: str) -> Edge | None:
    """What the line means to open, whatever its marks; None where it is no such line.

    A line that does open a block is one as well: see `OPENER`.
    """
    if _SENTENCE.fullmatch(line):
        return None
    text = folded(unescape(line)).strip()
    for form in _ELSEWHERE:
        found = form.fullmatch(text)
        if found and (name := _named(found[1])):
            return Edge(name, _heading(line, found[2]))
    rest = _LEADING.sub("", text, count=1).lstrip()
    if found := _BRACED.fullmatch(rest):
        marks, name, inside, heading = found.groups()
        classes = next(filter(None, map(_named, (name, *_CLASS.findall(inside)))), "")
        known = classes or _nearest(name, 0.6)
        # Where marks of a fence stand before a name in brackets, any name is meant as a block's.
        if known or re.search(rf"[{_FENCES}]{{2,}}\s*$", marks):
            return Edge(known or name, _heading(line, heading))
    for form in (_UNOPENED, _BARE):
        if found := form.fullmatch(rest):
            marks, name, heading = found.groups()
            if known := _nearest(name, 0.8 if marks[:1] in _USUAL else 1):
                return Edge(known, _heading(line, heading))
    found = _INSIDE.search(text) or _PRIVATE_ANYWHERE.search(text) or _OF_PROMPT.fullmatch(text)
    return Edge(_nearest(found[1], 0.6) or found[1], _heading(line, found[2])) if found else None


def shown(line: str) -> str:
    """The line with what cannot be seen in it named, so that its writer sees what is wrong."""
    margin = len(line) - len(line.lstrip(" \t"))
    before = f"({margin} spaces or tabs) " if margin > 3 or "\t" in line[:margin] else ""
    unseen = (
        unicodedata.category(sign) in ("Mn", "Me", "Cf", "Cc", "Co") or sign in _FILLED for sign in line.strip(" \t")
    )
    signs = zip(line.strip(" \t"), unseen, strict=True)
    return before + "".join(f"<U+{ord(sign):04X}>" if hidden and sign != "\t" else sign for sign, hidden in signs)


def looks_like_edge(line: str) -> bool:
    """Whether the line holds nothing but the marks that end a block, or what looks like them."""
    text = folded(line)
    return _EDGE.fullmatch(_LEADING.sub("", text, count=1).strip()) is not None


def plain_option(line: str) -> str | None:
    """An option of ours as it should be written, where the line looks like one."""
    found = _OPTION.fullmatch(folded(line).strip())
    if not found or found[1] not in _NAMES:
        return None
    # The value keeps its own signs: only what stands before it is mended.
    value = line.strip()[-len(found[2]) :] if found[2] else ""
    return f":{found[1]}: {value}".rstrip()


def _bracket(sign: str) -> str:
    curly = "CURLY BRACKET" in unicodedata.name(sign)
    return ("{" if unicodedata.category(sign) == "Ps" else "}") if curly else sign


def _nearest(name: str, least: float) -> str:
    near = [known] if (known := _named(name)) else difflib.get_close_matches(name.strip("-_"), BLOCKS, 1, least)
    return near[0] if near else ""


def _named(name: str) -> str:
    """The block of this name, or of its plural; "" for none."""
    plain = name.strip("-_")
    return next((known for known in (plain, plain.removesuffix("s")) if known in BLOCKS), "")


def _heading(line: str, rest: str) -> str:
    rest = rest.strip()
    return line.rstrip()[-len(rest) :].strip() if rest else ""
