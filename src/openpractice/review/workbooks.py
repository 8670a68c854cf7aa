"""Tables as a workbook in XLSX: bold heads, filters and widths, and pages that can be read on paper."""

import io
import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from math import ceil

from openpractice.cleantext import cut_to_utf16, fit_for_xml, utf16_length
from openpractice.review.exports import LONG, PERSON, guarded

#: XLSX holds at most this many UTF-16 units in one cell, and this many rows in one sheet.
CELL_MOST = 32_767
ROWS_MOST = 1_048_576
SHEET_NAME_MOST = 31
_NOT_IN_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
#: Widths of columns in characters: of most, and the most of those that hold texts; ":" before a prompt's in the wide form.
NARROWEST, WIDEST = 8, 14
ROOMIER = {"answer": 56, "comment": 40, "comment on criterion": 28, "title": 22, "sha256": 10}
ROOMIER |= {": answer": 90, ": comment": 40}
ARROW = 4  # what the arrow of the filter takes of a head
#: A column of texts is at least so wide, and so that most of them take no more lines; so many rows are looked at.
LEAST, LINES, LOOKED_AT = 30, 12, 500
#: How high a line is, and a row at most, in points.
LINE, HIGHEST = 15.75, 409
MARGIN = 0.71  # of a cell, left and right
#: How many characters fit across a page that lies, as they are, and as small as they can be read.
ACROSS, ACROSS_SMALL = 100, 188
_CUT = " … (cut here: the CSV file has the whole answer)"


def as_xlsx(columns: Iterable[str], rows: Iterable[dict]) -> bytes:
    """The rows as a workbook of one table; see `as_workbook`."""
    return as_workbook([("answers", columns, rows)])


def as_workbook(tables: Iterable[tuple[str, Iterable[str], Iterable[dict]]]) -> bytes:
    """A workbook in which every cell is text or a level, never a formula, and long text is cut and says so.

    A sheet for each table (name, columns, rows), and another where one is full. The head is
    bold and stays in view, every column can be filtered and is as wide as what is in it asks;
    printed, whose row it is stands on every page.

    Source: ECMA-376 part 1, 18.18.55 (ST_Orientation) and 18.3.1.73, and Excel's specifications and limits.
    """
    # 0.1 s and 12 MB, which a course's service saves until somebody asks for a table.
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        styles = {
            "head": book.add_format({"valign": "top", "text_wrap": True, "bold": True}),
            "cell": book.add_format({"valign": "top", "align": "left", "text_wrap": True}),
            "sha256": book.add_format({"valign": "top"}),  # its first digits are enough beside an answer
        }
        names: list[str] = []
        for name, columns, rows in tables:
            columns, rows = list(columns), list(rows)
            for begin in range(0, max(1, len(rows)), ROWS_MOST - 1):
                names.append(_sheet_name(name, names))
                _fill(book.add_worksheet(names[-1]), columns, rows[begin : begin + ROWS_MOST - 1], styles)
    return out.getvalue()


def cell_text(value) -> str:
    """The text of a cell as XLSX holds it: fit for XML, no formula, not too long."""
    text = fit_for_xml(guarded(value))
    if utf16_length(text) > CELL_MOST:
        text = cut_to_utf16(text, CELL_MOST - len(_CUT)) + _CUT
    return text


def _fill(sheet, columns, rows, styles):
    fit, high = cache(cell_text), cache(_lines)  # an answer, a name, a title stand in one row for each criterion
    widths = [_width(name, rows) for name in columns]
    for place, (name, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, fit(name), styles["head"])
    sheet.set_row(
        0, LINE * max((high(fit(name), width - ARROW) for name, width in zip(columns, widths, strict=True)), default=1)
    )
    looks = [styles.get(name, styles["cell"]) for name in columns]
    above: dict = {}
    for number, row in enumerate(rows, 1):
        lines = 1
        for place, name in enumerate(columns):
            value = row.get(name)
            if isinstance(value, int):
                sheet.write_number(number, place, value, looks[place])
            elif value is not None and value != "":
                text = fit(value)
                sheet.write_string(number, place, text, looks[place])
                # What stands in the row above already, as an answer does for each criterion, needs no room again.
                if name not in styles and value != above.get(name):
                    lines = max(lines, high(text, widths[place]))
        above = row
        # Said, as not every program works out by itself how high a row with wrapped text is.
        sheet.set_row(number, min(HIGHEST, LINE * lines))
    # Whose row it is stays in view beside the head, where the rows are people.
    sheet.freeze_panes(1, len(PERSON) if tuple(columns[: len(PERSON)]) == PERSON else 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    _on_paper(sheet, columns, widths)


def _on_paper(sheet, columns, widths):
    """Pages that lie, with the head and whose row it is on each of them; a prompt or a reading is not cut in two."""
    named, groups = _groups(columns)
    widths = [width + MARGIN for width in widths]
    again = sum(widths[place] for place in named)
    begins, across = list[int](), [0]
    for begin, end in pairwise([*groups, len(columns)]):
        wide = sum(widths[begin:end])
        if begin and across[-1] + wide > ACROSS_SMALL:
            begins.append(begin)
            across.append(again)
        across[-1] += wide
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.6)
    sheet.set_footer("&C&A   &P / &N")
    sheet.set_print_scale(min(100, 100 * ACROSS // max(ACROSS, *across)))
    sheet.repeat_rows(0)
    sheet.set_v_pagebreaks(begins)
    if named:
        sheet.repeat_columns(named[0], named[-1])


def _groups(columns):
    """The columns that say whose row it is, and those with which something begins that is read together."""
    if tuple(columns) == LONG:
        return range(LONG.index("title"), LONG.index("name") + 1), [0, LONG.index("state"), LONG.index("criterion")]
    if tuple(columns[: len(PERSON)]) == PERSON:
        return range(len(PERSON)), [0, *(place for place, name in enumerate(columns) if name.endswith(": answer"))]
    return range(0), [0]


def _width(column, rows):
    """How wide a column is, in characters: as its longest line, but no wider than its texts ask for."""
    texts = sorted((str(row.get(column) or "") for row in rows[:LOOKED_AT]), key=len)
    longest = max((len(line) + 2 for text in texts for line in text[:200].splitlines()[:1]), default=0)
    most = ROOMIER.get(column, ROOMIER.get(column[column.rfind(": ") :], WIDEST))
    asked = len(texts[len(texts) * 9 // 10]) // LINES if texts else 0
    head = max((len(word) for word in column.split()), default=0) + ARROW
    return min(most, max(NARROWEST, head, min(longest, max(LEAST, asked))))


def _lines(text, width):
    """About how many lines a text takes in a column that is so many digits wide; wider letters have more bytes."""
    most = 1.15 * width  # letters are narrower than digits
    return sum(max(1, ceil((len(line) + len(line.encode())) / 2 / most)) for line in text.split("\n"))


def _sheet_name(name, taken):
    """A name that a sheet may have, and that no other has."""
    fine = cut_to_utf16(_NOT_IN_SHEET.sub(" ", fit_for_xml(name)).strip(" '"), SHEET_NAME_MOST).strip(" '")
    if not fine or fine.casefold() == "history":  # Excel keeps that name for itself
        fine = f"answers {fine}".strip()
    there, made, number = {each.casefold() for each in taken}, fine, 1
    while made.casefold() in there:
        number += 1
        made = f"{cut_to_utf16(fine, SHEET_NAME_MOST - len(str(number)) - 1)} {number}"
    return made
