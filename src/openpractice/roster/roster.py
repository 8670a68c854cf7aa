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
from openpractice.ids import is_id
from openpractice.names import INVENTED, compared
from openpractice.roster import matching
from openpractice.roster.listfile import Fault, Sheet, read_sheet

# What a column may be called, by its key.
COLUMNS = {
    "name": ("full name", "participant", "student", "nombre", "nombre completo", "nombre y apellidos"),
    "family": ("last name", "family name", "surname", "apellido", "apellidos"),
    "given": ("first name", "given name", "forename", "nombres"),
    "id": ("identificador",),
    "email": ("e-mail", "mail", "email address", "correo", "correo electrónico"),
    "school": ("organisation", "organization", "institution", "centro", "escuela", "colegio"),
    "role": ("rol", "función"),
    "appraiser": ("evaluador", "evaluadora"),
    "course": ("curso",),
}
ROLES = {
    "participant": ("participante",),
    "facilitator": ("facilitador", "facilitadora"),
    "reviewer": ("revisor", "revisora"),
}
# The line below a list that counts it, and what stands in its other cells.
_TOTAL = re.compile(
    r"(?:grand |sub-?)?tota(?:ls?|les)(?: general| (?:of |de )?(?:people|participants|names|staff|personas|participantes|nombres))?"
    r"\W*[\d.,]*"
)
_SUM = re.compile(r"(?:sum|suma|count|recuento)\W*[\d.,]*")
_NUMBER = re.compile(r"[\d\s.,'%]*")
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
    named = {cells["course"][:63] for _, cells in sheet.rows if cells.get("course")}
    reading.other_course = min(named - {course}, default="") if course else ""
    seen: dict = {}
    for line, cells in [] if reading.other_course else sheet.rows:
        if _counts(cells):
            reading.notes.append(Fault(line, "sum"))
            continue
        fault = _take(line, cells, seen, reading.people)
        reading.faults += [fault] if fault else []
    reading.faults.sort(key=lambda each: each.line)
    return reading


def _by_two_names(text, without: Sheet):
    """The list read by its columns of given and family names, or as it was read `without` them."""
    sheet = read_sheet(text, COLUMNS, "family")
    return sheet if {"given", "family"} <= set(sheet.headings) else without


def _counts(cells) -> bool:
    """Whether a line holds nothing but a total: "Total,2,". A name beside a number needs a number to be one."""
    words = [cell.casefold() for cell in cells.values() if not _NUMBER.fullmatch(cell)]
    if len(words) != 1:
        return False
    return bool(_TOTAL.fullmatch(words[0]) or (_SUM.fullmatch(words[0]) and re.search(r"\d", "".join(cells.values()))))


def _take(line, cells, seen, people) -> Fault | None:
    """Adds the person of a line, or says why not."""
    # Beside a column of family names, one of names has given names.
    given = cells.get("name") or cells.get("given", "")
    name = " ".join(filter(None, (given, cells.get("family", ""))))
    role = _role(cells.get("role", ""))
    one = ListedPerson(
        cells.get("id", ""), name, _address(cells.get("email", "")), cells.get("school", ""), role or "", ""
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


def _address(text):
    """The address alone, of one that was copied from a letter or a link."""
    found = re.fullmatch(r"(?:mailto:)?(?:[^<>]*<)?\s*(?:mailto:)?([^<>\s]+@[^<>\s?]+)(?:\?\S*)?\s*>?", text, re.I)
    return found[1] if found else text


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
