"""A list as spreadsheets save it: from bytes to lines of cells under headings.

Encodings, separators and line ends are found out. A line that cannot be read is named and left
out, and the lines after it are read as if it were not there.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from openpractice.names import loosened, plain_line

SEPARATORS = ",;\t|"
LOOK_FOR_HEADINGS = 20  # lines: titles and empty lines may stand above them
LONGEST_CELL = 20  # lines within quotation marks
BOMS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What Western European text holds beyond ASCII; anything else says that it was another encoding.
_WESTERN = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜŸÝŠŽàáâãäåæçèéêëìíîïñòóôõöøœùúûüÿýšžßºª‘’“”´·–—…€«»\u00a0")
# Separators and quotation marks as keyboards of other scripts write them.
_OTHER_SIGNS = str.maketrans(
    {"\uff0c": ",", "\u060c": ",", "\u3001": ",", "\uff1b": ";", "\u061b": ";", "\u201c": '"', "\u201d": '"'}
)
# A formula that is nothing but a text, and the apostrophe that keeps a text from being a formula.
_KEPT_TEXT = re.compile(r'="([^"]*)"|\'([=+@-].*)')
# In a word that began in small letters Windows-1252 has no capitals beyond ASCII: it was a Macintosh's.
_MAC_LETTER = re.compile("[a-z\u00df-\u00ff][\u00c0-\u00de\u0160\u0178\u017d][a-z]")
_SPACE_BEHIND = re.compile(f'"[ \u00a0]+(?=[{SEPARATORS}]|$)')
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?[,;\t|\s]*', re.I)


class NotText(ValueError):
    """No encoding of text that is known here."""


@dataclass(frozen=True)
class Fault:
    """What was not taken, or was passed over: a line (0: the whole file), why, and what the words need."""

    line: int
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Sheet:
    """`rows`: line number and cells by heading; `faults`: lines left out; `notes`: what was passed over."""

    headings: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding where that is a guess ("" where it is sure).

    Raises
    ------
    NotText
        When it is not text, or in an encoding that cannot be told from others.
    """
    bom = next((name for mark, name in BOMS.items() if content.startswith(mark)), "")
    wide = bom or _without_bom(content)
    text, guess = _decode(content, wide), ""
    if text is None and not wide:
        ended = b"\r" in content and b"\n" not in content
        inside = _MAC_LETTER.search(content.decode("cp1252", "replace"))
        guess = "Macintosh" if ended or inside else "Windows-1252"
        text = _decode(content, "mac_roman" if guess == "Macintosh" else "cp1252")
        if text is None or not _looks_western(text):
            raise NotText
    if text is None or "\0" in text:
        raise NotText
    return text.removeprefix("\ufeff").rstrip("\x1a"), guess


def _decode(content, encoding):
    try:
        return content.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError:
        return None


def ungarbled(text: str) -> str:
    """What the text was before a program read its UTF-8 as Windows-1252; "" where it did not."""
    with suppress(UnicodeError):
        return "" if text.isascii() else text.encode("cp1252").decode("utf-8")
    return ""


def _without_bom(content):
    """UTF-16 without its mark: every second byte of Latin text is zero."""
    head = content[:1000]
    if head and head[1::2].count(0) > 0.7 * len(head[1::2]) and 0 not in head[::2]:
        return "utf-16-le"
    return "utf-16-be" if head and head[::2].count(0) > 0.7 * len(head[::2]) and 0 not in head[1::2] else ""


def _looks_western(text):
    beyond = [char for char in text if ord(char) > 127]
    # Cyrillic or Greek read as Western is letters like these and hardly any other.
    return set(beyond) <= _WESTERN and len(beyond) < 0.4 * sum(char.isalpha() for char in text)


def read_sheet(text: str, columns: Mapping[str, tuple[str, ...]], needed: str) -> Sheet:
    """The lines under the headings. `columns`: what a heading may be called, by its key; one is `needed`."""
    sheet = Sheet()
    lines = _lines(text.removeprefix("\ufeff"))
    said = _SEP_LINE.fullmatch(lines[0])
    start = 1 if said else 0
    found = _headings(lines, start, said[1] if said else SEPARATORS, columns, needed)
    found = found or _headings(lines, start, SEPARATORS, columns, needed)
    if found is None and (other := [line.translate(_OTHER_SIGNS) for line in lines]) != lines:
        found, lines = _headings(other, start, SEPARATORS, columns, needed), other
    if found is None:
        sheet.faults.append(_no_headings(lines, start, columns))
        return sheet
    at, below, separator, keys, cells = found
    sheet.headings = [key for key in keys if key]
    sheet.notes += [Fault(n, "above") for n in range(start + 1, at + 1) if _has_words(lines[n - 1], separator)]
    _read_rows(sheet, lines, below, separator, keys, cells)
    return sheet


def _lines(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Unicode's own line ends count where there are no others; beside others they stand within a cell.
    return text.split("\n") if "\n" in text.strip() else re.split("[\n\u2028\u2029\x85]", text)


def _headings(lines, start, separators, columns, needed):
    """Line, the line below, separator, keys and cells of the headings; None where no line names the column that is needed."""
    names = {loosened_heading(name): key for key, written in columns.items() for name in (key, *written)}
    best = None
    for at in range(start, min(len(lines), start + LOOK_FOR_HEADINGS)):
        for separator in separators:
            read, taken = _record(lines, at, separator, len(columns))
            cells = [plain_line(cell) for cell in read or ()]
            keys = [names.get(loosened_heading(cell)) for cell in cells]
            if needed in keys:
                others = sum(separator in line for line in lines[at + 1 :])
                rank = (sum(key is not None for key in keys), -sum(bool(cell) for cell in cells), -others)
                this = (rank, at, at + taken, separator, keys, cells)
                best = max(best or this, this, key=lambda each: each[0])
        if best:
            return _parted_below(lines, best, names, needed) or best[1:]
    return None


def _parted_below(lines, best, names, needed):
    """The line below as headings, where it holds nothing else and more of them: "Name" stands over its two parts."""
    (known, *_), _, at, separator, *_ = best
    read, taken = _record(lines, at, separator, known) if at < len(lines) else ((), 1)
    cells = [plain_line(cell) for cell in read or ()]
    keys = [names.get(loosened_heading(cell)) for cell in cells]
    all_known = all(key or not cell for key, cell in zip(keys, cells, strict=True))
    more = sum(key is not None for key in keys) > known and (needed in keys or {"given", "family"} <= {*keys})
    return (at, at + taken, separator, keys, cells) if all_known and more else None


def _no_headings(lines, start, columns):
    first = next((n for n in range(start, len(lines)) if lines[n].strip()), start)
    return Fault(first + 1, "no-headings", {"line": plain_line(lines[first])[:60] if lines else ""})


def loosened_heading(text: str) -> str:
    """A heading as it is compared: "E-mail" and "email (work)" are one."""
    plain = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text)
    return re.sub(r"[\s_.:*'-]+", "", loosened(plain if plain.strip() else text))


def _has_words(line, separator):
    return any(cell.strip() for cell in (_split(line, separator) or [line]))


def _split(line, separator):
    """The cells of one line, or None where its quotation marks do not fit."""
    for text in dict.fromkeys((line, _SPACE_BEHIND.sub('"', line))):
        # Some write a space between a quotation mark and the separator.
        with suppress(csv.Error):
            return next(csv.reader([text], delimiter=separator, skipinitialspace=True, strict=True), [])
    return None


def _read_rows(sheet, lines, at, separator, keys, headings):
    columns = max(place for place, key in enumerate(keys) if key) + 1
    unread = set()
    for line, cells in _records(lines, at, separator, len(sheet.headings)):
        if cells is None:
            sheet.faults.append(Fault(line, "open-quote"))
            continue
        cells = [_words(cell) for cell in cells]
        if not any(cells) or cells == headings:
            continue  # headings stand again on each page of a list that was printed
        if len(cells) < columns and _only_ends_missing(cells, keys):
            cells += [""] * (columns - len(cells))
        if len(cells) < columns or any(cells[len(keys) :]):
            sheet.faults.append(Fault(line, "other-length", {"n": len(cells), "of": len(keys)}))
            continue
        row = dict.fromkeys(sheet.headings, "")
        for place, (key, cell) in enumerate(zip(keys, cells, strict=False)):
            if key is None and cell:
                unread.add(place)
            elif key:
                row[key] = row[key] or cell
        sheet.rows.append((line, row))
    sheet.notes += [_passed_over(at, place, headings[place]) for place in sorted(unread)]


def _passed_over(line, place, heading):
    if heading:
        return Fault(line, "unknown-column", {"column": heading[:40]})
    return Fault(line, "unnamed-column", {"n": place + 1})


def _words(cell):
    """What a cell holds, without what a spreadsheet puts around a text so that it stays one."""
    text = plain_line(cell)
    found = _KEPT_TEXT.fullmatch(text)
    return (found[1] if found[1] is not None else found[2]).strip() if found else text


def _only_ends_missing(cells, keys):
    """Whether a short line lost empty cells at its end, as spreadsheets leave them out, and none before."""
    return len(cells) > 1 and all(
        not cell or ("@" in cell) == (key == "email") for cell, key in zip(cells, keys, strict=False)
    )


def _records(lines, at, separator, width) -> Iterator[tuple[int, list[str] | None]]:
    """Line number and cells of each record; None for a line with a quotation mark that does not fit."""
    while at < len(lines):
        cells, taken = _record(lines, at, separator, width)
        yield at + 1, cells
        at += taken


def _record(lines, at, separator, width):
    """The cells of the record that begins here, None where its quotation marks do not fit, and how many lines it has."""
    cells = _split(lines[at], separator)
    return _over_lines(lines, at, separator, width) if cells is None and '"' in lines[at] else (cells, 1)


def _over_lines(lines, at, separator, width):
    """A record with line ends within quotation marks, and how many lines it has.

    A mark that was never closed takes in the lines after it: those look like records themselves.
    """
    for more in range(1, min(LONGEST_CELL, len(lines) - at)):
        text = "\n".join(lines[at : at + more + 1])
        try:
            cells = list(
                csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
            )
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            break
        inside = [line for cell in cells[0] for line in cell.split("\n")[1:]]
        swallowed = any(line.count(separator) >= max(width - 1, 1) for line in inside)
        return (cells[0], more + 1) if len(cells) == 1 and not swallowed else (None, 1)
    return None, 1
