"""Text as it may be kept: what people paste, made what they meant, and fit for where it goes.

The browser cleans in the same way, by the vectors in ``tests/data/clean_text.json``.
"""

import re

#: What word processors and PDF viewers put into copied text, and what the writer meant by it:
#: a line end within a paragraph, a new page, a new column, and those of Unicode's own,
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x0e\u2028\u2029]")
#: the hyphen where a line broke a word, which goes on behind it,
_BROKEN = re.compile("([\x02\ufffe])(\n?)")
#: so is one of the hyphens that show only where a line breaks, at the end of a line,
_SOFT_BREAK = re.compile("(\xad)(\n)")
#: the end of a table's cell, a hyphen that does not break, one that shows only where a line breaks,
_MEANT = {"\x07": "\t", "\x1e": "\u2011", "\x1f": "\xad"}
#: and Windows' typographic signs, read as Latin-1. (HTML reads them so as well.)
_MEANT |= {chr(code): bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")

#: Halves of a character, and numbers that Unicode will never give to a character.
_LOST = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ANY = re.compile(f"{_LINE_END.pattern}|{_SOFT_BREAK.pattern}|{_CONTROL.pattern}|{_LOST.pattern}")


def clean_text(text: str) -> str:
    """The text with one kind of line end and every control character as the writer meant it.

    A character that was lost before it came here is U+FFFD. Nothing else changes: no
    trimming, no normalisation, marks of direction stay. Cleaning twice changes nothing.
    """
    if not _ANY.search(text):
        return text
    text = _BROKEN.sub(_mended, _LINE_END.sub("\n", text))
    text = _SOFT_BREAK.sub(_mended, _CONTROL.sub(lambda sign: _MEANT.get(sign[0], ""), text))
    return _LOST.sub("\ufffd", text)


def _mended(hyphen):
    # One neighbour each: a slice of all that stands before would be copied for every sign.
    text, start, end = hyphen.string, hyphen.start(), hyphen.end()
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    goes_on = after.islower() if hyphen[2] else after.isalpha()
    return "" if before.isalpha() and goes_on else hyphen[0]


def fit_for_xml(text: str) -> str:
    """The text with U+FFFD for every character that XML 1.0 does not hold; line ends are U+000A.

    Source: https://www.w3.org/TR/xml/#charsets
    """
    return _LOST.sub("\ufffd", _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")))


def utf16_length(text: str) -> int:
    """How many UTF-16 units the text takes, as spreadsheets count."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut_to_utf16(text: str, most: int) -> str:
    """The beginning of the text that takes at most so many UTF-16 units, no character halved."""
    kept = text[:most]
    while (over := utf16_length(kept) - most) > 0:
        kept = kept[: -((over + 1) // 2)]  # a character takes two units at most
    return kept


def one_line(text: str, most: int = 80) -> str:
    """Something from elsewhere, safe to print: one line of visible characters, not too many.

    What joins two pictures, or two letters of some scripts, to one stays.
    """
    clean = "".join(char if char.isprintable() or char in "\u200c\u200d" else "\ufffd" for char in text[: most + 1])
    return clean if len(clean) <= most else clean[:most] + "…"
