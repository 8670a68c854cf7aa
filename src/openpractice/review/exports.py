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
from itertools import pairwise

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
NARROWEST, WIDEST, LOOKED_AT = 8, 22, 500
ROOMIER = {"answer": 60, "comment": 44, "comment on criterion": 32, "title": 26, "sha256": 12}
#: How many characters fit across a page that lies, and how small they may become so that a part of a sheet fits.
ACROSS, SMALLEST = 135, 50
_CUT = " … (cut here: the CSV file has the whole answer)"


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
            each = waiting.get(key)
            yield from _of_answer(row, titles, who, each.marks if each else read.get(key, {}), each, called_so)


def _of_answer(row, titles, who, given, waiting, called_so):
    criteria = waiting.criteria if waiting else ()
    state, counts = waiting.settled if waiting else marks.settle(given, (), row["sha256"])
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
    bold and stays in view, every column can be filtered and is as wide as what is in it asks;
    printed, whose row it is stands on every page.

    Source: ECMA-376 part 1, 18.18.55 (ST_Orientation) and 18.3.1.73, and Excel's specifications and limits.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        styles = {
            "head": book.add_format({"valign": "top", "text_wrap": True, "bold": True}),
            "cell": book.add_format({"valign": "top", "text_wrap": True}),
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
    fit = cache(cell_text)  # an answer, a name, a title stand in one row for each criterion
    for place, name in enumerate(columns):
        sheet.write_string(0, place, fit(name), styles["head"])
    looks = [styles.get(name, styles["cell"]) for name in columns]
    for number, row in enumerate(rows, 1):
        for place, name in enumerate(columns):
            value = row.get(name)
            if isinstance(value, int):
                sheet.write_number(number, place, value, looks[place])
            elif value is not None and value != "":
                sheet.write_string(number, place, fit(value), looks[place])
    widths = [_width(name, rows) for name in columns]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    # Whose row it is stays in view beside the head, where the rows are people.
    sheet.freeze_panes(1, len(PERSON) if tuple(columns[: len(PERSON)]) == PERSON else 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    _on_paper(sheet, columns, widths)


def _on_paper(sheet, columns, widths):
    """Pages that lie, with the head and whose row it is on each of them, and one prompt or one reading across."""
    named, begins = _pages(columns)
    parts = [range(begin, end) for begin, end in pairwise([0, *begins, len(columns)])]
    widest = max(sum(widths[place] for place in {*part, *named}) for part in parts)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.6)
    sheet.set_footer("&C&A   &P / &N")
    sheet.set_print_scale(min(100, max(SMALLEST, 100 * ACROSS // max(1, int(widest)))))
    sheet.repeat_rows(0)
    if named:
        sheet.repeat_columns(named[0], named[-1])
        sheet.set_v_pagebreaks(begins)


def _pages(columns):
    """The columns that say whose row it is, and those with which a page begins."""
    if tuple(columns) == LONG:
        return range(LONG.index("title"), LONG.index("name") + 1), [LONG.index("state")]
    if tuple(columns[: len(PERSON)]) == PERSON:
        answers = [place for place, name in enumerate(columns) if name.endswith(": answer")]
        return range(len(PERSON)), answers[1:]
    return range(0), []


def _width(column, rows):
    """How wide a column is, in characters: as its longest line, between what can be read and what leaves room."""
    lines = (line for row in rows[:LOOKED_AT] for line in str(row.get(column, ""))[:100].splitlines()[:1])
    head = max((len(word) for word in column.split()), default=0) + 4  # beside the arrow of the filter
    most = ROOMIER.get(column.rpartition(": ")[2], WIDEST)
    return min(most, max(NARROWEST, head, *(len(line) + 2 for line in lines)))


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
