"""Who is in the course: read from a list that a spreadsheet saved, before or after people join.

A broken line is named and left out; the others are taken. Reading the same
file again changes nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa

from openpractice.gradebook import collected
from openpractice.gradebook.own_tables import alias, person
from openpractice.ids import PATTERN, is_id
from openpractice.names import INVENTED, compared, loosened
from openpractice.roster import matching
from openpractice.roster.listcells import address, garbled, no_addresses, without_numbers
from openpractice.roster.listfile import Fault, Sheet, read_sheet
from openpractice.roster.nobody import nobody

# What a column may be called, by its key; what a heading has in brackets does not count.
COLUMNS = {
    "name": (
        "full name", "names", "participant", "participant name", "name of participant", "student", "student name",
        "teacher", "teacher name", "staff name", "nombre", "nombre completo", "nombre y apellidos",
        "apellidos y nombre", "nome", "nome completo", "nom et prénom", "nom complet",
    ),
    "family": (
        "last name", "last", "family name", "surname", "apellido", "apellidos",
        "nom", "nom de famille", "nachname", "familienname", "cognome", "sobrenome",
    ),
    "given": ("first name", "first", "given name", "forename", "nombres", "prénom", "vorname"),
    "id": ("identificador",),
    "email": (
        "e-mail", "mail", "email address", "work email", "school email", "user email", "e-mail 1 - value",
        "correo", "correo electrónico", "dirección de correo electrónico", "courriel", "adresse e-mail",
        "e-mail-adresse", "e-mail institucional",
    ),
    "school": (
        "school name", "organisation", "organization", "organization name", "institution", "company",
        "centro", "escuela", "colegio", "école", "établissement", "schule", "escola", "scuola",
    ),
    "role": ("rol", "función"),
    "appraiser": ("evaluador", "evaluadora"),
    "course": ("curso",),
}  # fmt: skip
ROLES = {
    "participant": ("participante",),
    "facilitator": ("facilitador", "facilitadora"),
    "reviewer": ("revisor", "revisora"),
}
_MAY_BE_COURSE = re.compile(rf"(?=.*[a-z]{{3}}){PATTERN}")
MOST_PEOPLE = 10_000
LONGEST = 200


@dataclass(frozen=True)
class ListedPerson:
    """One row of the list. `participant` is "" until a person of the file has a place on it.

    `appraiser` is the id of whoever appraises them, or their name where nobody of it is known yet.
    """

    participant: str
    name: str
    email: str = ""
    school: str = ""
    role: str = "participant"
    appraiser: str = ""

    @property
    def invented(self) -> bool:
        """Whether the kit made this person up, to show what full pages look like."""
        return self.school.endswith(INVENTED)


@dataclass
class Reading:
    """A list as it was read: people, lines that could not be taken, what was passed over, another course's id."""

    people: list[ListedPerson] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    other_course: str = ""


def read_roster(text: str, course: str = "") -> Reading:
    """The people of a list, and what could not be taken of it.

    The headings name at least the ``name``, or a given and a family name, also ``id``, ``email``, ``school``,
    ``role``, ``appraiser``, in any order; titles above them are passed over. With a column
    ``course``, a list that names another than `course` is taken no part of.
    """
    sheet = read_sheet(text, COLUMNS, "name")
    if "name" not in sheet.headings and sheet.faults and sheet.faults[0].code == "no-headings":
        sheet = _by_two_names(text, sheet)
    reading = Reading(faults=sheet.faults, notes=sheet.notes)
    courses = [(line, cells["course"]) for line, cells in sheet.rows if cells.get("course")]
    # A column of courses may hold classes or subjects: nothing in it is a course's id then.
    strange = [(line, cell) for line, cell in courses if cell != course and not _MAY_BE_COURSE.fullmatch(cell)]
    named = set() if strange else {cell for _, cell in courses}
    reading.other_course = min(named - {course}, default="") if course else ""
    seen: dict = {}
    rows = [] if reading.other_course else without_numbers(sheet.rows)
    jobs = _jobs(rows)
    reading.notes += [Fault(line, "no-role", {"text": cell[:60]}) for line, cell in jobs[:1]]
    rows = [(line, cells | {"role": ""}) for line, cells in rows] if jobs else rows
    no_people, name_on = nobody(rows), _namer(sheet)
    reading.notes += [Fault(line, code, {"text": said}) for line, (code, said) in no_people.items()]
    reading.notes += garbled(rows) + no_addresses(rows, no_people)
    reading.notes += [Fault(line, "no-course", {"text": cell[:60]}) for line, cell in strange[:1]]
    for line, cells in rows:
        if line in no_people:
            continue
        fault = _take(line, name_on(cells), cells, seen, reading.people)
        reading.faults += [fault] if fault else []
    for said in (reading.faults, reading.notes):
        said.sort(key=lambda each: each.line)
    return reading


def _jobs(rows) -> list[tuple[int, str]]:
    """(line, what somebody is) where the column of roles says jobs, such as "teacher", and no part in a course at all."""
    said = [(line, cells["role"]) for line, cells in rows if cells.get("role")]
    return said if len(said) > 1 and not any(_role(cell) for _, cell in said) else []


def _by_two_names(text, without: Sheet):
    """The list read by its columns of given and family names, or as it was read `without` them."""
    sheet = read_sheet(text, COLUMNS, "family")
    return sheet if {"given", "family"} <= set(sheet.headings) else without


def _namer(sheet: Sheet):
    """A function: the whole name on a line, of a column of names and those of given and family names beside it.

    A column of names may hold whole names, or given ones ("Nombre", "Apellidos"), or family ones ("Name", "Vorname").
    """
    rows = [cells for _, cells in sheet.rows]
    parts = [part for part in ("given", "family") if part in sheet.headings]
    whole = len(parts) == 2 or all(
        _is_in(cells.get(part, ""), cells["name"]) for cells in rows for part in parts if cells.get("name")
    )

    def name(cells) -> str:
        written = cells.get("name", "")
        if written and whole:
            return written
        return " ".join(filter(None, (cells.get("given", ""), written, cells.get("family", ""))))

    return name


def _is_in(part: str, name: str) -> bool:
    return set(loosened(part).split()) <= set(loosened(name).split())


def _take(line, name, cells, seen, people) -> Fault | None:
    """Adds the person of a line, or says why not."""
    role = _role(cells.get("role", ""))
    one = ListedPerson(
        cells.get("id", ""), name, address(cells.get("email", "")), cells.get("school", ""), role or "", ""
    )
    fault = judged(one)
    if fault:
        return Fault(line, fault.code, fault.values)
    if role is None:
        return Fault(line, "unknown-role", {"role": cells["role"][:40], "roles": ", ".join(ROLES)})
    if len(people) >= MOST_PEOPLE:
        return Fault(line, "too-many", {"n": MOST_PEOPLE})
    if one.participant in seen:
        return Fault(line, "id-twice", {"id": one.participant, "line": seen[one.participant][0][0]})
    alike = seen.setdefault(f"={compared(name)}", [])
    for before, other in alike:
        if not (one.participant and other.participant) and not told_apart(one, other):
            return Fault(line, "person-twice", {"name": name, "line": before})
    alike.append((line, one))
    if one.participant:
        seen[one.participant] = [(line, one)]
    people.append(ListedPerson(one.participant, name, one.email, one.school, role, cells.get("appraiser", "")[:63]))
    return None


def judged(one: ListedPerson) -> Fault | None:
    """Why a person cannot be on the list; None when they can."""
    if not any(char.isalnum() for char in one.name):
        return Fault(0, "no-name")
    if max(map(len, (one.name, one.email, one.school))) > LONGEST or len(one.participant) > 63:
        return Fault(0, "too-long", {"n": LONGEST})
    return None


def _role(text):
    wanted = compared(text)
    names = {name: role for role, names in ROLES.items() for name in (role, *names)}
    return names.get(wanted) if wanted else "participant"


def told_apart(one: ListedPerson, other: ListedPerson) -> bool:
    """Whether two are two people: by name, else by address or school."""
    if compared(one.name) != compared(other.name):
        return True
    same_address = one.email and compared(one.email) == compared(other.email)
    return not same_address and matching.whereabouts(one) != matching.whereabouts(other)


def merge(db, people: list[ListedPerson]) -> tuple[int, int]:
    """How many people are new, and how many changed; nobody is removed.

    Each takes the place of the row that is the same person already (`matching.placed`).
    """
    known, listed = matching.aliases(db), everybody(db)
    placed = matching.placed(people, listed, known)
    new = [row for row in placed if row.participant not in listed]
    changed = [row for row in placed if listed.get(row.participant, row) != row]
    put(db, new, changed)
    # What the list calls an id, and can be none here, finds the same row the next time.
    theirs = {one.participant: row.participant for one, row in zip(people, placed, strict=True)}
    strange = {name: key for name, key in theirs.items() if name and name not in known and not is_id(name)}
    if strange:
        db.execute(alias.insert(), [{"listed": name, "participant": key} for name, key in strange.items()])
    return len(new), len(changed)


def put(db, new: list[ListedPerson], changed: Iterable[ListedPerson] = ()) -> None:
    """Rows on the list. nbgrader's own gets the names as well, so that its lists and exports show them."""
    if new:
        db.execute(person.insert(), list(map(asdict, new)))
    for row in changed:
        db.execute(person.update().where(person.c.participant == row.participant).values(asdict(row)))
    for row in [*new, *changed]:
        if row.role == "participant":
            collected.set_student(db, row.participant, row.name, row.email)


def everybody(db) -> dict[str, ListedPerson]:
    """All people of the roster by id."""
    rows = db.execute(sa.select(person).order_by(person.c.participant)).mappings()
    return {row["participant"]: ListedPerson(**row) for row in rows}


def remove(db, participant: str) -> None:
    """Take a person off the roster; what they handed in stays where it is."""
    db.execute(person.delete().where(person.c.participant == participant))
