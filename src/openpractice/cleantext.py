"""Text as it may be kept: what people paste, made what they meant, and fit for where it goes.

The browser cleans in the same way, by the vectors in ``tests/data/clean_text.json``.
"""

import re

#: What word processors and PDF viewers put into copied text, and what the writer meant by it.
_MEANT = {
    "\x07": "\t",  # the end of a table's cell
    "\x0b": "\n",  # a line end within a paragraph
    "\x0c": "\n",  # a new page
    "\x0e": "\n",  # a new column
    "\x1e": "\u2011",  # a hyphen that does not break
    "\x1f": "\xad",  # a hyphen that shows only where a line breaks
    "\u2028": "\n",
    "\u2029": "\n",
}
_NOTHING = re.compile("[\x00-\x06\x08\x0f-\x1d\x7f\x81\x8d\x8f\x90\x9d]")
# Typographic signs of Windows that were read as Latin-1. (HTML reads them so as well.)
_MEANT |= {chr(code): bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if not _NOTHING.match(chr(code))}
_SIGNS = re.compile("[\x07\x0b\x0c\x0e\x1e\x1f\x80-\x9f\u2028\u2029]")

#: Where a PDF broke a word: its hyphen is a sign of the viewer's own, and the word goes on.
_BROKEN = re.compile("([\x02\ufffe])(\n?)")

#: Halves of a character, and numbers that Unicode will never give to a character.
_LOST = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ANY = re.compile(f"{_NOTHING.pattern}|{_SIGNS.pattern}|{_LOST.pattern}|\r")


def clean_text(text: str) -> str:
    """The text with one kind of line end and every control character as the writer meant it.

    A character that was lost before it came here is U+FFFD. Nothing else changes: no
    trimming, no normalisation, marks of direction stay. Cleaning twice changes nothing.
    """
    if not _ANY.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _BROKEN.sub(_mended, text)
    text = _NOTHING.sub("", _SIGNS.sub(lambda sign: _MEANT.get(sign[0], ""), text))
    return _LOST.sub("\ufffd", text)


def _mended(hyphen):
    before, after = hyphen.string[: hyphen.start()][-1:], hyphen.string[hyphen.end() :][:1]
    within = before.isalpha() and after.isalpha()
    sign, line_end = hyphen.groups()
    if within and (not line_end or after.islower()):
        return ""
    return ("" if sign == "\x02" else sign) + line_end


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
    """Something from elsewhere, safe to print: one line of visible characters, not too many."""
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text[: most + 1])
    return clean if len(clean) <= most else clean[:most] + "…"
