"""Changing the roster: people from a file, one by one, and off the list again."""

from __future__ import annotations

import csv
import io
import secrets
from contextlib import contextmanager

from openpractice.gradebook import gradebook, marks, nbgrader_run
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.roster import matching, roster
from openpractice.service.refusal import Refusal

FIELDS = ("name", "school", "email", "role", "appraiser")
FEW = 3  # fewer people than these say nothing about whose list it is
BY_NAME = "by-name"  # who did it, where a name left no doubt


def take_file(
    folder: CourseFolder, content: bytes, who: str, joined: dict[str, str] | None = None, anyway: bool = False
) -> dict:
    """People from a CSV file: `{"new", "changed", "problems"}`; broken lines are named and left out.

    A file in which nobody is known, though several people are on the list or have joined
    (`joined`: names by id), may be another course's: it is taken only `anyway`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(422, "roster-not-text") from None
    if other := roster.other_course(text, folder.id):
        raise Refusal(422, "roster-course", other=other, ours=folder.id)
    people, problems = roster.read_roster(text)
    if not people:
        return {"new": 0, "changed": 0, "problems": problems}
    with changing(folder) as db:
        if not anyway and strangers(people, roster.everybody(db), matching.aliases(db), joined or {}):
            raise Refusal(409, "roster-other", count=len(people))
        new, changed = roster.merge(db, people)
        marks.note(db, who, "roster", detail={"new": new, "changed": changed})
    return {"new": new, "changed": changed, "problems": problems}


def strangers(people, have, known, joined) -> bool:
    """Whether a file has some people, the course has some, and they are none of them the same."""
    if len(people) < FEW or len({*have, *joined}) < FEW:
        return False
    here = {*have, *joined}
    names = {matching.folded(name) for name in joined.values()}
    return not any(
        one.participant in here or matching.folded(one.name) in names for one in matching.placed(people, have, known)
    )


def settle(folder: CourseFolder, joined: dict[str, str]) -> None:
    """Brings rows and people together where a name leaves no doubt; nothing before there is a list."""
    if not gradebook.exists(folder):
        return
    with changing(folder) as db:
        for row, person in matching.pairs(roster.everybody(db), joined, matching.aliases(db)):
            matching.match(db, row, person)
            marks.note(db, BY_NAME, "roster", detail={"row": row, "is": person})


def match(folder: CourseFolder, row: str, person: str, who: str) -> roster.Person:
    """That row of the list is that person."""
    with changing(folder) as db:
        matching.match(db, row, person)
        marks.note(db, who, "roster", detail={"row": row, "is": person})
        return roster.everybody(db)[person]


def part(folder: CourseFolder, person: str, who: str) -> roster.Person:
    """The row is not that person: it waits on the list for somebody else."""
    with changing(folder) as db:
        row = matching.part(db, person)
        marks.note(db, who, "roster", detail={"row": row, "is not": person})
        return roster.everybody(db)[row]


def add(folder: CourseFolder, fields: dict[str, str], who: str, person_id: str = "") -> roster.Person:
    """One person by hand, judged as a line of a file would be; with an id, somebody who has joined."""
    if not fields.get("name", "").strip():
        raise Refusal(422, "roster-no-name")
    # A guess at the sound of a name without Latin letters would be wrong.
    person_id = person_id or roster.id_from(fields["name"]) or f"person-{secrets.token_hex(3)}"
    table = io.StringIO()
    csv.writer(table).writerows([("id", *FIELDS), (person_id, *(fields.get(name, "") for name in FIELDS))])
    people, problems = roster.read_roster(table.getvalue())
    if not people:
        what, hint = problems[0].what, problems[0].hint
        raise Refusal(422, "refused", f"{what[:1].upper()}{what[1:]}. {hint[:1].upper()}{hint[1:]}.")
    with changing(folder) as db:
        if people[0].participant in roster.everybody(db):
            raise Refusal(409, "listed-already")
        roster.merge(db, people)
        marks.note(db, who, "roster", detail={"added": people[0].participant})
    return people[0]


def remove(folder: CourseFolder, person_id: str, who: str) -> roster.Person:
    """Takes a person off the list; what they wrote and handed in stays."""
    with changing(folder) as db:
        found = roster.everybody(db).get(person_id)
        if found is None:
            raise Refusal(404, "not-found")
        roster.remove(db, person_id)
        marks.note(db, who, "roster", detail={"removed": person_id})
    return found


@contextmanager
def changing(folder: CourseFolder):
    """The gradebook in one transaction; nbgrader makes it first where there is none yet."""
    try:
        if not gradebook.exists(folder):
            nbgrader_run.run(folder, "db", "student", "list")
        with gradebook.opened(folder) as engine, engine.begin() as db:
            yield db
    except GradingError as error:
        raise Refusal(409, "not-ready", "\n".join(filter(None, (str(error), error.hint)))) from None
