"""Lines that look like a list, a table or a heading and are read as a paragraph: Markdown knows no such marks."""

import re
import unicodedata
from html import unescape
from itertools import pairwise

_SIGNS = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0f\ufeff"
_ORDINAL = "\u00ba\u00aa\u00b0"
_GAP = rf"[\s\u00a0{_SIGNS}]"
# How a list is counted: in numbers of any script, in letters, as Rome did, in Chinese.
_NUMBER = re.compile(
    rf"\(?(\d{{1,3}})((?:{_GAP}*(?:[.):/\u3001\uff0e\uff09-]{_GAP}*|[\u2013\u2014]{_GAP}+))|{_GAP}*\u20e3{_GAP}*|(?=[{_ORDINAL}])|{_GAP}+)(\S.*)"
)
# Where a number says more than a place in a list: a fraction, a sum, an ordinal, a time of day.
_SAYS_MORE = re.compile(rf"[\d{_ORDINAL}:/=+\u00d7\u00f7\u2212-]")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}(?!\d)\D.*")
_STOP = re.compile(r"[.:;!?\u2026)\]\"\u201d\u00bb\u2019]\Z")
_LETTER = re.compile(rf"\(?([^\W\d_])[.)]{_GAP}+(\S.*)")
_ROMAN = re.compile(rf"\(?([ivx]{{1,5}})[.)]{_GAP}+(\S.*)", re.IGNORECASE)
_HAN = re.compile(r"[(\uff08]?([\u4e00-\u9fff])[\u3001.\uff0e)\uff09]\s*(\S.*)")
_OF_ROME = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_OF_HAN = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341"
_PLACES = (
    (_NUMBER, int),
    (_LETTER, lambda sign: ord(sign.lower())),
    (_ROMAN, lambda sign: _OF_ROME.index(sign.lower()) if sign.lower() in _OF_ROME else -9),
    (_HAN, _OF_HAN.find),
)
# A picture may be several signs that one does not see.
_BULLET = re.compile(rf"(\S(?:\u200d\S|[\ufe0f\U0001f3fb-\U0001f3ff])*){_GAP}+(\S.*)")
_NO_BULLET = set("\"'([{<$#|@&%/\\=+!?\u00bf\u00a1\u2026\u201c\u201d\u2018\u2019\u00ab")


_HEAD = re.compile(r"#([^\W\d_a-z][^#\n]*[^#\n.,;:!?\s])\s*(?:\n(\S)[^#]*)?")
_LONGEST_HEAD = 60


def heading_without_space(paragraph: str) -> str:
    """The words of the heading that a paragraph such as "#Purpose" was meant to be; "" where it was not."""
    found = _HEAD.fullmatch(paragraph)
    meant = found and len(found[1]) <= _LONGEST_HEAD and (not found[2] or found[2].isupper())
    if found and re.search(r"\A\w*[\d_A-Z]\w*\Z", found[1][1:]):
        return ""  # a word such as #ReadAloud
    return found[1] if found and meant else ""


def run_together(content: str) -> list[tuple[int, str, str]]:
    """(offset, line, what to write instead) of the first line of each run in a paragraph that looks like a list."""
    found, inside, above = [], False, ""
    for at, (line, below) in enumerate(pairwise(content.split("\n"))):
        # With a line end that is written, each stands on a line of its own.
        better = "" if line.endswith(("  ", "\\")) else _meant(_plain(line), _plain(below), "" if inside else above)
        if better and not inside:
            found.append((at, line.strip(), better))
        inside, above = bool(better), _plain(line)
    return found


def _plain(line: str) -> str:
    return re.sub(rf"\A[\s{_SIGNS}]+", "", unescape(line)).rstrip()


def _meant(line: str, below: str, above: str) -> str:
    """What this line should be where it and the one below look like two of a list or a table; "" where not."""
    if (line.startswith("|") and below.startswith("|")) or ("\t" in line and "\t" in below):
        cells = [cell.strip() for cell in re.split(r"[|\t]", line.strip("|"))]
        return f"| {' | '.join(cells)} |  and on the next line  |{'---|' * len(cells)}"
    if _TIME.fullmatch(line) and _TIME.fullmatch(below):
        return "" if _goes_on(above, line) else f"- {line}"
    for form, place in _PLACES:
        one, other = form.fullmatch(line), form.fullmatch(below)
        if one and other and place(one[1]) >= 0 and place(other[1]) == place(one[1]) + 1:
            return _counted(one, above) if form is _NUMBER else f"- {line}"
    one, other = _BULLET.fullmatch(line), _BULLET.fullmatch(below)
    if not (one and other and one[1] == other[1] and _is_bullet(one[1][0])):
        return ""
    # A sign before a number belongs to it: money, a paragraph of a law, about so much.
    return f"- {line if one[2][0].isdigit() and unicodedata.category(one[1][0]) != 'Pd' else one[2]}"


def _counted(line: re.Match, above: str) -> str:
    """What a line that begins with a number should be; "" where the number stands in a sentence."""
    if line[2].strip() and not _SAYS_MORE.match(line[3]):
        return f"{int(line[1])}. {line[3]}"
    return "" if _goes_on(above, line[0]) else f"- {line[0]}"


def _goes_on(above: str, line: str) -> bool:
    """Whether a line goes on with the sentence above it: that has no end, and this no capital."""
    first = re.search(r"[^\W\d_\u00ba\u00aa]", line)
    return bool(above and not _STOP.search(above) and not (first and first[0].isupper()))


def _is_bullet(sign: str) -> bool:
    return sign not in _NO_BULLET and unicodedata.category(sign)[0] in "SP"
