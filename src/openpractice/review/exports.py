"""Answers, levels and comments as CSV and XLSX that a spreadsheet opens without harm.

Long: one row an answer and criterion. Wide: one row a person, a group of columns
a prompt. A cell that a spreadsheet would run as a formula gets an apostrophe in
front; the sha256 beside each answer is that of the words without it.

Source for the guard: OWASP, CSV Injection.
"""

import csv
import io
import re
from collections.abc import Iterable

import sqlalchemy as sa

from openpractice.cleantext import cut_to_utf16, fit_for_xml, utf16_length
from openpractice.clock import as_text
from openpractice.gradebook import collected, marks
from openpractice.gradebook.own_tables import AGREED, response
from openpractice.review.reviewing import Desk
from openpractice.roster import called
from openpractice.roster.roster import Person, everybody

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
    "criterion",
    "level",
    "comment on criterion",
    "comment",
    "reviewer",
    "read at",
)
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: XLSX holds at most this many UTF-16 units in one cell, and this many rows in one sheet.
CELL_MOST = 32_767
ROWS_MOST = 1_048_576
_CUT = " … (cut here: the CSV file has the whole answer)"
# XLSX has a way of its own to write a character by its number, which a text may contain by chance.
_NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def guarded(value) -> str:
    """The text of a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def long_rows(desk: Desk, lessons: Iterable[str]) -> Iterable[dict]:
    """One row for each answer and criterion, and one for an answer that is not read for levels."""
    for lesson in lessons:
        release = desk.release(lesson)
        with desk.engine.connect() as db:
            people, names = everybody(db), called.names(desk.folder, db)
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
            who = people.get(key[1]) or Person(key[1], names.get(key[1], ""))
            yield from _of_answer(row, release, who, read.get(key, {}), waiting.get(key))


def _of_answer(row, release, who, given, waiting):
    criteria = waiting.criteria if waiting else ()
    _, counts = marks.settle(given, criteria, row["sha256"])
    base = {
        "lesson": row["lesson"],
        "prompt": row["prompt"],
        "title": release.titles.get(row["prompt"], row["prompt"]),
        "participant": row["participant"],
        "name": who.name,
        "school": who.school,
        "handed in": as_text(row["handed_in_at"], "seconds"),
        "late": "late" if row["late"] else "",
        "answer": row["text"],
        "sha256": row["sha256"],
        "state": {"blank": "not yet"}.get(waiting.state, waiting.state) if waiting else "",
        "comment": counts.comment if counts else "",
        "reviewer": (counts.by if counts.reviewer == AGREED else counts.reviewer) if counts else "",
        "read at": counts.at if counts else "",
    }
    for code in criteria or ("",):
        yield base | {
            "criterion": code,
            "level": counts.levels.get(code, "") if counts else "",
            "comment on criterion": counts.notes.get(code, "") if counts else "",
        }


def wide_rows(desk: Desk, lessons: Iterable[str]) -> tuple[list[str], list[dict]]:
    """The column names, and one row for each person with all prompts of these lessons."""
    columns, people = ["participant", "name", "school"], dict[str, dict]()
    for row in long_rows(desk, lessons):
        person = people.setdefault(row["participant"], {name: row[name] for name in columns[:3]})
        cells = {
            f"{row['prompt']}: answer": row["answer"],
            f"{row['prompt']}: sha256": row["sha256"],
            f"{row['prompt']}: comment": row["comment"],
            f"{row['prompt']}: state": row["state"],
        }
        if row["criterion"]:
            cells[f"{row['prompt']}: {row['criterion']}"] = row["level"]
        person.update(cells)
        columns += [name for name in cells if name not in columns]
    return columns, [people[who] for who in sorted(people)]


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
    """A workbook in which every cell is text or a level, never a formula, and long text is cut and says so.

    There is one sheet; another begins where it is full.

    Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring), and Excel's specifications and limits.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book, columns = Workbook(write_only=True), list(columns)

    def cell(value):
        if isinstance(value, int):
            return value
        held = WriteOnlyCell(sheet, cell_text(value))
        held.data_type = "s"
        return held

    for number, row in enumerate(rows):
        if number % (ROWS_MOST - 1) == 0:
            sheet = _sheet(book, columns, cell_text)
        sheet.append([cell(row.get(name)) for name in columns])
    if not book.sheetnames:
        _sheet(book, columns, cell_text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_text(value) -> str:
    """The text of a cell as XLSX holds it: fit for XML, no formula, not too long, and no character by its number."""
    text = fit_for_xml(guarded(value))
    if utf16_length(text) > CELL_MOST:
        text = cut_to_utf16(text, CELL_MOST - len(_CUT)) + _CUT
    return _NUMBERED.sub("_x005F_", text)


def _sheet(book, columns, written):
    sheet = book.create_sheet("answers" if not book.sheetnames else f"answers {len(book.sheetnames) + 1}")
    sheet.append([written(name) for name in columns])
    return sheet


def missing(desk: Desk, lesson: str) -> list[Person]:
    """The participants on the roster who have handed in nothing of this lesson."""
    with desk.engine.connect() as db:
        cells = collected.lesson_cells(db, desk.folder, lesson)
        there = set(collected.known_submissions(db, cells))
        return [each for who, each in everybody(db).items() if each.role == "participant" and who not in there]
