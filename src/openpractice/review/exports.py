"""Answers, levels and comments as tables that a spreadsheet opens without harm: their rows, and CSV.

Long: one row an answer, reading and criterion; every reading is there, and which
one counts. Wide: one row a person, a group of columns a prompt, with what counts.
A cell that a spreadsheet would run as a formula gets an apostrophe in
front; the sha256 beside each answer is that of the words without it.

Source for the guard: OWASP, CSV Injection.
"""

import csv
import io
from collections.abc import Iterable

import sqlalchemy as sa

from openpractice.clock import as_text
from openpractice.gradebook import marks
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
