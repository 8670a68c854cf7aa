"""Lines pasted from a word processor, a PDF or a page, read as what they look like.

Their bullets are signs of their own and their spaces do not break: Markdown would run a
pasted list together into one paragraph and show a heading with its marks.
"""

import re
import unicodedata

from openpractice.cleantext import clean_text

_WIDE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
# Bullets even without a space behind them; the symbol fonts' own signs among them.
_SURE = "\u2022\u2023\u2043\u25aa\u25ab\u25e6\u25cf\u29bf\u2981\u2b24\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf076\uf071"
_MAYBE = "\u00b7\u2219\u22c5\u30fb\u25cb\u25a0\u25b6\u25ba\u25b8\u27a2\u27a4\u2192\u2756\u2751\u25fc\u25fb\u25c6\u25c7"
_BULLET = re.compile(rf"([{_SURE}])[\s{_WIDE}{_UNSEEN}]*(?=\S)|([{_MAYBE}])[\s{_WIDE}{_UNSEEN}]+(?=\S)")
_IN_A_ROW = re.compile(rf"\S[ \t{_WIDE}]+\u2022[ \t{_WIDE}]*\S")
# What a word processor's second and third level leave: a letter of a symbol font and a tab.
_LETTER = re.compile(r"[o\u00a7\u00d8\u00fcvq]\t\s*(?=\S)")
_MARK = re.compile(
    rf"([-*+]|#{{1,6}}|\d{{1,9}}[.)]|>)([\s{_WIDE}{_UNSEEN}]*[{_WIDE}{_UNSEEN}][\s{_WIDE}{_UNSEEN}]*)(?=\S)"
)
_HEADING = re.compile(r"#{2,6}(?=[^\W_])")
_MARGIN = re.compile(rf"\A[ \t{_WIDE}{_UNSEEN}]*")
# Bullets where they stand below each other only; those that say more than that a line begins stay behind it.
_BESIDE = re.compile(rf"[\u2010-\u2013\u2212\u21d2\u2794\u00bb\u203a\uf02d\uf0e8\uff0a\uff0d][ \t{_WIDE}]+(?=\S)")
_SAYS_MORE = re.compile(rf"(?=[\u25a1\u2605\u2606\u2610-\u2612\u2713\u2714\u2717\u2718][ \t{_WIDE}]+\S)")
# So does an ordinal, which may be a year of school: it begins a line where a capital follows.
_ORDINAL = re.compile(
    rf"(?=\d{{1,3}}\.?[\u00ba\u00aa\u00b0][ \t{_WIDE}]+[\u00bf\u00a1\u00ab\u201c\"*(]*[A-Z\u00c0-\u00de])"
)
_NO_SPACE = re.compile(r"[-*](?=[^\W\d_][^*]*\Z)")
_NUMBER = re.compile(rf"(?:\((\d{{1,3}})\)|(\d{{1,3}})(?:\.-|\.?[\u00ba\u00aa\u00b0]\)))[\s{_WIDE}]*(?=\S)")
# Numbers in a ring or in brackets, one sign each, and those as wide as the letters of East Asian scripts.
_RINGED = re.compile(rf"([\u2460-\u249b\u2776-\u2793])[\s{_WIDE}]*(?=\S)")
_WIDE_NUMBER = re.compile(
    rf"([\uff10-\uff19]{{1,3}}(?=[.)])|[0-9\uff10-\uff19]{{1,3}}(?=[\uff0e\uff09\u3001]))[.)\uff0e\uff09\u3001][\s{_WIDE}]*(?=\S)"
)
# What a line of plain letters may begin with that is a mark and none to Markdown.
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})(?!.*\{)")
_ASCII = re.compile(r"\s{0,3}(?:[ovq]\t|[-*][A-Za-z]|#{2,6}[A-Za-z0-9]|\(\d{1,3}\)|\d{1,3}\.-)")
_END = re.compile(rf"( {{0,3}}:{{3,}})[\s{_WIDE}{_UNSEEN}]*")


# Signs that nobody sees, among which none is a letter's own in any script.
_NEVER = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SETTING = re.compile(rf"[\s{_UNSEEN}]*:[{_UNSEEN}]*[\w-]")


# Line ends within a line, and a hyphen that a PDF leaves where a line broke a word.
_IN_LINE = re.compile("[\x0b\x0c\x0e\u2028\u2029]")
_ENTRY = re.compile(rf"[\s{_WIDE}{_UNSEEN}>]*([-*+{_SURE}{_MAYBE}]|\d{{1,3}}[.)])[\s{_WIDE}{_UNSEEN}]+(\S.*)")
_BROKEN_WORD = re.compile("(?<=[^\\W\\d_])[\x02\xad\ufffe]\n([^\\W\\d_]+[.,;:!?]?) ?")


def meant_signs(text: str) -> str:
    """The text with every control character as its writer meant it, and as many lines as before."""
    return clean_text(_BROKEN_WORD.sub(r"\1\n", _IN_LINE.sub(" ", text)))


def lists_in_a_line(text: str) -> list[tuple[int, str, str]]:
    """(line, its words, what to write instead) of each line that holds a list, parted by line ends that are none."""
    found = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        parts = [_ENTRY.match(part) for part in _IN_LINE.split(line) if part.strip()] if _IN_LINE.search(line) else []
        entries = [part for part in parts if part]
        if len(entries) > 1:
            mark = entries[0][1] if entries[0][1][0].isdigit() else "-"
            found.append((number, line, f"{mark} {entries[0][2].strip()}  and each below it on a line of its own,"))
    return found


def seen_only(text: str, whole: bool = False) -> str:
    """The text without the signs that nobody sees where they would part names: in settings, or in the whole file.

    In a lesson's settings that is the part between the two lines of `---`, and lines such as `:id: purpose-trace`.
    """
    if whole or not _NEVER.search(text):
        return _NEVER.sub("", text)
    lines = text.split("\n")
    ends = [at for at, line in enumerate(lines) if line.strip() == "---"][:2]
    front = ends[1] if len(ends) == 2 and ends[0] == 0 else -1
    return "\n".join(
        _NEVER.sub("", line) if at <= front or _SETTING.match(line) else line for at, line in enumerate(lines)
    )


def plain_lines(lines: list[str]) -> list[str]:
    """The lines with plain marks of lists, headings and quotations; their number stays, and what is in a code block."""
    plain, fence = [], ""
    for at, line in enumerate(lines):
        found = _CODE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        plain.append(line if fence else _plain(line, lines[at - 1 : at] + lines[at + 1 : at + 2]))
    return plain


def _plain(line: str, beside: list[str]) -> str:
    if line.isascii() and not _ASCII.match(line):
        return line
    if end := _END.fullmatch(line):
        return end[1]
    rest = _MARGIN.sub("", line, count=1)
    margin = line[: len(line) - len(rest)]
    marked = _marked(rest, beside)
    if marked is None:
        # Only the margin of a line that goes on: wide spaces of other scripts stay, no code block begins.
        inset = re.sub("[\u00a0\u2007\u202f]", " ", margin)
        return (inset if inset == margin or len(inset) < 4 else "   ") + rest
    return re.sub(f"[{_UNSEEN}]", "", re.sub(f"[{_WIDE}]", " ", margin)) + marked


def _marked(rest, beside):
    """The rest of the line with plain marks at its beginning; None where it has no mark."""
    bullet = _BULLET.match(rest)
    # Between the words as well it parts those: "one, two or three" in a line.
    if bullet and not (rest[0] in rest[1:] and _IN_A_ROW.search(rest[1:].replace(rest[0], "\u2022"))):
        return "- " + rest[bullet.end() :]
    if letter := _LETTER.match(rest):
        return "  - " + rest[letter.end() :]
    for form in (_BESIDE, _SAYS_MORE, _ORDINAL, _NO_SPACE):
        if (mark := form.match(rest)) and any(form.match(other.lstrip()) for other in beside):
            return "- " + rest[mark.end() :]
    for form in (_RINGED, _NUMBER):
        if (mark := form.match(rest)) and any(form.match(other.lstrip()) for other in beside):
            number = next(filter(None, mark.groups()))
            return f"{unicodedata.numeric(number) if form is _RINGED else int(number):.0f}. {rest[mark.end() :]}"
    if rest.startswith(">"):
        # What is quoted is read in the same way; the lines beside it are quoted as well.
        inner = rest[1:].removeprefix(" ")
        around = [
            other.lstrip().removeprefix(">").removeprefix(" ") for other in beside if other.lstrip().startswith(">")
        ]
        if (within := _marked(inner, around)) not in (None, inner):
            return f"> {within}"
    if heading := _HEADING.match(rest):
        return f"{heading[0]} {rest[heading.end() :]}"
    if wide := _WIDE_NUMBER.match(rest):
        return f"{int(wide[1])}. " + rest[wide.end() :]
    if mark := _MARK.match(rest):
        inner = rest[mark.end() :]
        return f"{mark[1]} " + (_marked(inner, ()) or inner)
    return rest if re.match(r"(?:[-*+]|#{1,6}|\d{1,9}[.)])\s|>", rest) else None
