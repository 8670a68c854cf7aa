"""Changing the roster: people from a file, one by one, and off the list again."""

from __future__ import annotations

from contextlib import contextmanager

from openpractice.gradebook import gradebook, marks, nbgrader_run
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.releasing.generating import LeftToNbgrader, make_gradebook
from openpractice.names import compared, plain_line
from openpractice.roster import called, listfile, matching, roster
from openpractice.service.refusal import Refusal

FIELDS = ("name", "school", "email", "role", "appraiser")
FEW = 3  # fewer people than these say nothing about whose list it is


def take_file(
    folder: CourseFolder, content: bytes, who: str, joined: dict[str, str] | None = None, anyway: bool = False
) -> dict:
    """People from a list: `{"taken", "new", "changed", "faults", "notes", "guess"}`; broken lines are named and left out.

    A file in which nobody is known, though several people are on the list or have joined
    (`joined`: names by id), may be another course's: it is taken only `anyway`.
    """
    try:
        text, guess = listfile.decoded(content)
    except listfile.NotText:
        raise Refusal(422, "roster-not-text") from None
    reading = roster.read_roster(text, folder.id)
    if reading.other_course:
        raise Refusal(422, "roster-course", other=reading.other_course, ours=folder.id)
    people, new, changed = reading.people, 0, 0
    if people:
        with changing(folder) as db:
            if not anyway and strangers(people, roster.everybody(db), matching.aliases(db), joined or {}):
                raise Refusal(409, "roster-other", count=len(people))
            new, changed = roster.merge(db, people)
            marks.note(db, who, "roster", detail={"new": new, "changed": changed})
            called.settle(db, joined or {})
    said = {"faults": reading.faults, "notes": reading.notes, "guess": guess}
    return {"taken": len(people), "new": new, "changed": changed} | said


def strangers(people, have, known, joined) -> bool:
    """Whether a file has some people, the course has some, and they are none of them the same."""
    if len(people) < FEW or len({*have, *joined}) < FEW:
        return False
    here = {*have, *joined}
    names = {compared(name) for name in joined.values()}
    return not any(
        one.participant in here or compared(one.name) in names for one in matching.placed(people, have, known)
    )


def settle(folder: CourseFolder, joined: dict[str, str]) -> None:
    """Brings rows and people together where a name leaves no doubt; nothing before there is a list."""
    if not gradebook.exists(folder):
        return
    with changing(folder) as db:
        called.settle(db, joined)


def match(folder: CourseFolder, row: str, person: str, who: str) -> roster.ListedPerson:
    """That row of the list is that person."""
    with changing(folder) as db:
        matching.match(db, row, person)
        marks.note(db, who, "roster", detail={"row": row, "is": person})
        return roster.everybody(db)[person]


def part(folder: CourseFolder, person: str, who: str) -> roster.ListedPerson:
    """The row is not that person: it waits on the list for somebody else."""
    with changing(folder) as db:
        row = matching.part(db, person)
        marks.note(db, who, "roster", detail={"row": row, "is not": person})
        return roster.everybody(db)[row]


def add(folder: CourseFolder, fields: dict[str, str], who: str, person_id: str = "") -> roster.ListedPerson:
    """One person by hand, judged as a line of a file would be; with an id, somebody who has joined."""
    cells = {name: plain_line(fields.get(name, "")) for name in FIELDS}
    role = cells["role"] or "participant"
    person = roster.ListedPerson(person_id or matching.unclear_id(), **cells | {"role": role})
    if role not in roster.ROLES:
        raise Refusal(400, "not-understood")
    if fault := roster.judged(person):
        raise Refusal(422, "roster-no-name" if fault.code == "no-name" else "roster-too-long")
    with changing(folder) as db:
        held = roster.everybody(db)
        if person_id in held or not (person_id or all(roster.told_apart(person, row) for row in held.values())):
            raise Refusal(409, "listed-already")
        roster.put(db, [person])
        marks.note(db, who, "roster", detail={"added": person.participant})
    return person


def remove(folder: CourseFolder, person_id: str, who: str) -> roster.ListedPerson:
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
            try:
                make_gradebook(folder)
            except LeftToNbgrader:
                nbgrader_run.run(folder, "db", "student", "list")
        with gradebook.opened(folder, gradebook.BRIEFLY) as engine, engine.begin() as db:
            gradebook.hold_list(db)
            yield db
    except gradebook.GradebookInUse:
        raise
    except GradingError as error:
        raise Refusal(409, "not-ready", error) from None
