"""Lines that look like a list or a table and are read as one paragraph, because Markdown knows no such marks."""

import re
import unicodedata
from html import unescape
from itertools import pairwise

_SIGNS = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0f\ufeff"
_GAP = rf"[\s\u00a0{_SIGNS}]"
# How a list is counted: in numbers of any script, in letters, as Rome did, in Chinese.
_NUMBER = re.compile(rf"\(?(\d{{1,3}}){_GAP}*(?:[.):/\u3001\uff0e\uff09-]{_GAP}*|[\u2013\u2014]{_GAP}+|{_GAP}+)(\S.*)")
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
_BULLET = re.compile(rf"(\S){_GAP}+(\S.*)")
_NO_BULLET = set("\"'([{<$#|@&%/\\=+!?\u00bf\u00a1\u2026\u201c\u201d\u2018\u2019\u00ab")


def run_together(content: str) -> list[tuple[int, str, str]]:
    """(offset, line, what to write instead) of the first line of each run in a paragraph that looks like a list."""
    found, inside = [], False
    for at, (line, below) in enumerate(pairwise(content.split("\n"))):
        # With a line end that is written, each stands on a line of its own.
        better = "" if line.endswith(("  ", "\\")) else _meant(_plain(line), _plain(below))
        if better and not inside:
            found.append((at, line.strip(), better))
        inside = bool(better)
    return found


def _plain(line: str) -> str:
    return re.sub(rf"\A[\s{_SIGNS}]+", "", unescape(line)).rstrip()


def _meant(line: str, below: str) -> str:
    """What this line should be where it and the one below look like two of a list or a table; "" where not."""
    if (line.startswith("|") and below.startswith("|")) or ("\t" in line and "\t" in below):
        cells = [cell.strip() for cell in re.split(r"[|\t]", line.strip("|"))]
        return f"| {' | '.join(cells)} |  and on the next line  |{'---|' * len(cells)}"
    for form, place in _PLACES:
        one, other = form.fullmatch(line), form.fullmatch(below)
        if one and other and place(one[1]) >= 0 and place(other[1]) == place(one[1]) + 1:
            return f"{place(one[1])}. {one[2]}" if form is _NUMBER else f"- {one[2]}"
    one, other = _BULLET.fullmatch(line), _BULLET.fullmatch(below)
    return f"- {one[2]}" if one and other and one[1] == other[1] and _is_bullet(one[1]) else ""


def _is_bullet(sign: str) -> bool:
    return sign not in _NO_BULLET and unicodedata.category(sign)[0] in "SP"
