"""Answers, levels and comments as CSV and XLSX that a spreadsheet opens without harm.

Long: one row an answer, reading and criterion; every reading is there, and which
one counts. Wide: one row a person, a group of columns a prompt, with what counts;
a workbook has a sheet for each lesson. A cell that a spreadsheet would run as a formula gets an apostrophe in
front; the sha256 beside each answer is that of the words without it.

Source for the guard: OWASP, CSV Injection.
"""

import csv
import io
import re
from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa

from openpractice.cleantext import cut_to_utf16, fit_for_xml, utf16_length
from openpractice.clock import as_text
from openpractice.gradebook import collected, marks
from openpractice.gradebook.own_tables import AGREED, response
from openpractice.review import whoreads
from openpractice.review.reviewing import Desk
from openpractice.roster import called
from openpractice.roster.roster import ListedPerson, everybody

LONG = (
    "lesson",
    "prompt",
    "title",
    "participant",
    "name",
    "school",
    "handed in",
    "late",
    "answer",
    "sha256",
    "state",
    "reading",
    "reviewer",
    "recorded by",
    "counts",
    "of these words",
    "flagged",
    "criterion",
    "level",
    "comment on criterion",
    "comment",
    "read at",
)
PERSON = ("participant", "name", "school")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # also full-width
#: XLSX holds at most this many UTF-16 units in one cell, and this many rows in one sheet.
CELL_MOST = 32_767
ROWS_MOST = 1_048_576
SHEET_NAME_MOST = 31
_NOT_IN_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
#: Widths of columns in characters, and how many rows are looked at for them.
NARROWEST, WIDEST, LOOKED_AT = 8, 60, 500
_CUT = " … (cut here: the CSV file has the whole answer)"
# XLSX has a way of its own to write a character by its number, which a text may contain by chance.
_NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def guarded(value) -> str:
    """The text of a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def long_rows(desk: Desk, lessons: Iterable[str], language: str = "") -> Iterable[dict]:
    """One row for each answer, reading and criterion; questions by their titles in that language, where they have it.

    An answer that nobody has read has a row a criterion, one that is not read for levels
    has one row. ``reading`` is "own" or "agreed"; nobody's own reading is called agreed,
    and what was agreed has no ``reviewer``, only who recorded it. Readers stand there by what they are called.
    """
    for lesson in lessons:
        titles = desk.release(lesson).titles_in(language)
        with desk.engine.connect() as db:
            people, names = everybody(db), called.names(desk.folder, db)
            called_so = whoreads.names(desk.folder, db)
            read = marks.read_all(db, lesson)
            waiting = {(each.prompt, each.participant): each for each in desk.waiting(db, lesson)}
            rows = (
                db.execute(
                    sa.select(response)
                    .where(response.c.lesson == lesson, response.c.latest)
                    .order_by(response.c.participant, response.c.prompt)
                )
                .mappings()
                .all()
            )
        for row in rows:
            key = row["prompt"], row["participant"]
            who = people.get(key[1]) or ListedPerson(key[1], names.get(key[1], ""))
            yield from _of_answer(row, titles, who, read.get(key, {}), waiting.get(key), called_so)


def _of_answer(row, titles, who, given, waiting, called_so):
    criteria = waiting.criteria if waiting else ()
    state, counts = marks.settle(given, criteria, row["sha256"])
    answer = {
        "lesson": row["lesson"],
        "prompt": row["prompt"],
        "title": titles.get(row["prompt"], row["prompt"]),
        "participant": row["participant"],
        "name": who.name,
        "school": who.school,
        "handed in": as_text(row["handed_in_at"], "seconds"),
        "late": "late" if row["late"] else "",
        "answer": row["text"],
        "sha256": row["sha256"],
        "state": {"blank": "not yet"}.get(waiting.state, waiting.state) if waiting else "",
    }
    for reading in sorted(filter(_says_something, given.values()), key=_in_turn) or (None,):
        of_reading = _of_reading(reading, reading is counts, row["sha256"], state, called_so) if reading else {}
        for code in criteria or ("",):
            yield answer | of_reading | (_of_criterion(reading, code) if reading else {"criterion": code})


def _says_something(reading):
    return bool(reading.levels or reading.comment or reading.notes or reading.flagged)


def _in_turn(reading):
    """What was agreed comes first, then the readings as they were made."""
    return reading.reviewer != AGREED, reading.first_at, reading.reviewer


def _of_reading(reading, counts, sha256, state, called_so):
    agreed = reading.reviewer == AGREED
    return {
        "reading": "agreed" if agreed else "own",
        "reviewer": "" if agreed else called_so.get(reading.reviewer, reading.reviewer),
        "recorded by": called_so.get(reading.by, reading.by),
        # Of readings that differ the lowest stands in, and nobody should take that for settled.
        "counts": ("until agreed" if state == "discuss" else "yes") if counts else "",
        "of these words": "yes" if reading.sha256 == sha256 else "earlier words",
        "flagged": "flagged" if reading.flagged else "",
        "comment": reading.comment,
        "read at": reading.at,
    }


def _of_criterion(reading, code):
    return {
        "criterion": code,
        "level": reading.levels.get(code, ""),
        "comment on criterion": reading.notes.get(code, ""),
    }


def wide_rows(desk: Desk, lessons: Iterable[str]) -> tuple[list[str], list[dict]]:
    """The column names, and one row for each person with all prompts of these lessons.

    A prompt has its answer, the level that counts on each criterion, the comment, and who
    gave it: "agreed", or a reviewer. The rest stands in the long form.
    """
    columns, people = list(PERSON), dict[str, dict]()
    for row in long_rows(desk, lessons):
        person = people.setdefault(row["participant"], {name: row[name] for name in PERSON})
        cells = {f"{row['prompt']}: answer": row["answer"]}
        counts = bool(row.get("counts"))
        if row["criterion"]:
            cells[f"{row['prompt']}: {row['criterion']}"] = row["level"] if counts else ""
            cells[f"{row['prompt']}: comment"] = row["comment"] if counts else ""
            cells[f"{row['prompt']}: read by"] = (row["reviewer"] or row["reading"]) if counts else ""
        person.update({name: value for name, value in cells.items() if value != "" or name not in person})
        columns += [name for name in cells if name not in columns]
    return _grouped(columns), [people[who] for who in sorted(people)]


def _grouped(columns):
    """The columns of a prompt beside each other, its comment after all of its levels."""
    prompts = list(dict.fromkeys(name.partition(": ")[0] for name in columns[len(PERSON) :]))
    last = ("comment", "read by")
    turn = {name: (prompts.index(name.partition(": ")[0]), name.endswith(last)) for name in columns[len(PERSON) :]}
    return [*columns[: len(PERSON)], *sorted(turn, key=turn.__getitem__)]


def as_csv(columns: Iterable[str], rows: Iterable[dict]) -> bytes:
    """CSV with a byte-order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    columns = list(columns)
    writer.writerow(map(guarded, columns))
    for row in rows:
        writer.writerow(guarded(row.get(name)) for name in columns)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(columns: Iterable[str], rows: Iterable[dict]) -> bytes:
    """The rows as a workbook of one table; see `as_workbook`."""
    return as_workbook([("answers", columns, rows)])


def as_workbook(tables: Iterable[tuple[str, Iterable[str], Iterable[dict]]]) -> bytes:
    """A workbook in which every cell is text or a level, never a formula, and long text is cut and says so.

    A sheet for each table (name, columns, rows), and another where one is full. The head is
    bold and stays in view, every column can be filtered and is as wide as what is in it asks.

    Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring), and Excel's specifications and limits.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, columns, rows in tables:
        columns, rows = list(columns), list(rows)
        for begin in range(0, max(1, len(rows)), ROWS_MOST - 1):
            _sheet(book, name, columns, rows[begin : begin + ROWS_MOST - 1])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_text(value) -> str:
    """The text of a cell as XLSX holds it: fit for XML, no formula, not too long, and no character by its number."""
    text = fit_for_xml(guarded(value))
    if utf16_length(text) > CELL_MOST:
        text = cut_to_utf16(text, CELL_MOST - len(_CUT)) + _CUT
    return _NUMBERED.sub("_x005F_", text)


def _sheet(book, name, columns, rows):
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(_sheet_name(name, book.sheetnames))

    fit = cache(cell_text)  # an answer, a name, a title stand in one row for each criterion

    def cell(value, **style):
        if isinstance(value, int):
            return value
        if value is None or value == "":
            return None
        held = WriteOnlyCell(sheet, fit(value))
        held.data_type = "s"
        for part, given in style.items():
            setattr(held, part, given)
        return held

    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:1"  # the head stands on every page that is printed
    # Whose row it is stays in view beside the head, where the rows are people.
    sheet.freeze_panes = "D2" if tuple(columns[: len(PERSON)]) == PERSON else "A2"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column, rows)
    sheet.append([cell(column, font=Font(bold=True)) for column in columns])
    for row in rows:
        sheet.append([cell(row.get(column)) for column in columns])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"


def _width(column, rows):
    """How wide a column is, in characters: as its longest line, between what can be read and what leaves room."""
    lines = (line for row in rows[:LOOKED_AT] for line in str(row.get(column, ""))[:WIDEST].splitlines()[:1])
    return min(WIDEST, max(NARROWEST, len(column) + 4, *(len(line) + 2 for line in lines)))


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


def missing(desk: Desk, lesson: str) -> list[ListedPerson]:
    """The participants on the roster who have handed in nothing of this lesson."""
    with desk.engine.connect() as db:
        cells = collected.lesson_cells(db, desk.folder, lesson)
        there = set(collected.known_submissions(db, cells))
        return [each for who, each in everybody(db).items() if each.role == "participant" and who not in there]
