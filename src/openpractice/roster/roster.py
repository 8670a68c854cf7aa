"""Who is in the course: read from a spreadsheet's CSV, before or after people join.

A broken line is named and left out; the others are taken. Reading the same
file again changes nothing.
"""

import csv
import io
import re
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from openpractice.gradebook import collected
from openpractice.gradebook.own_tables import person
from openpractice.ids import is_id
from openpractice.problems import Problem
from openpractice.roster import matching
from openpractice.roster.matching import id_from

COLUMNS = ("id", "name", "email", "school", "role", "appraiser", "course")
ROLES = ("participant", "facilitator", "reviewer")
MOST_PEOPLE = 10_000
#: What the name and the school of everybody invented end with, wherever they are shown.
INVENTED = "(invented)"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Person:
    """One line of the roster; `appraiser` is the id of whoever appraises them."""

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


def invented(text: str) -> str:
    """A name or a school, labelled as invented."""
    return f"{text} {INVENTED}"


def read_roster(text: str, path: str = "roster.csv", course: str = "") -> tuple[list[Person], list[Problem]]:
    """The people of the file, and the lines that could not be taken.

    The first line names the columns: at least ``name``, also ``id``, ``email``,
    ``school``, ``role``, ``appraiser``, in any order. Commas, semicolons and tabs
    are all understood. Without an id one is made from the name. With a column
    ``course``, a file that names another than `course` is refused whole.
    """
    text = text.removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    people, problems, seen = [], [], {}

    def fault(what, hint):
        problems.append(Problem(path, rows.line_num, "bad-line", what, hint=hint))

    if other := other_course(text, course):
        fault(f"this list is for the course '{other}', and this is '{course}'", "choose the list of this course")
        return [], problems
    header = [cell.strip().lower() for cell in next(rows, [])]
    unknown = [cell for cell in header if cell not in COLUMNS]
    if "name" not in header or unknown:
        what = f"unknown column '{unknown[0]}'" if unknown else "there is no column 'name'"
        fault(f"{what} (allowed: {', '.join(COLUMNS)})", "write as the first line:  name,email,school,role,appraiser")
        return [], problems
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                _take(row, header, rows.line_num, people, seen, fault)
    except csv.Error as error:
        fault(f"the file cannot be read from here on ({error})", "save it again as CSV, UTF-8")
    return people, problems


def _take(row, header, line, people, seen, fault):
    if len(row) != len(header):
        fault(f"{len(row)} fields where the first line has {len(header)}", "put a text with a comma in double quotes")
        return
    cells = {key: _CONTROL.sub("", value).strip() for key, value in zip(header, row, strict=True)}
    name, role = cells["name"], (cells.get("role") or "participant").lower()
    who = cells.get("id") or id_from(name)
    if not name or len(name) > 200:
        fault("the name is empty or longer than 200 characters", "give a name")
    elif not is_id(who):
        fault(
            f"'{who[:80]}' cannot be an id (allowed: small letters, digits, hyphens)",
            "add a column id, such as ana-silva",
        )
    elif who in seen and not ("id" not in header and _told_apart(cells, name, people)):
        fault(f"'{who}' is on line {seen[who]} already", "give one of the two another id")
    elif role not in ROLES:
        fault(f"unknown role '{role[:40]}' (allowed: {', '.join(ROLES)})", "leave it empty for a participant")
    elif len(people) >= MOST_PEOPLE:
        fault(f"more than {MOST_PEOPLE} people", "split the file")
    elif any(len(cells.get(key, "")) > 200 for key in ("email", "school")):
        fault("a field is longer than 200 characters", "shorten it")
    else:
        seen.setdefault(who, line)
        appraiser = cells.get("appraiser", "")
        people.append(
            Person(
                who,
                name,
                cells.get("email", ""),
                cells.get("school", ""),
                role,
                appraiser if is_id(appraiser) else id_from(appraiser),
            )
        )


def other_course(text: str, course: str) -> str:
    """The other course that a line of the file names in its column ``course``; "" where none does."""
    text = text.removeprefix("\ufeff")
    try:
        header, *rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
        place = [cell.strip().lower() for cell in header].index("course")
    except (csv.Error, ValueError):
        return ""  # no such column, or no table at all, which is said when it is read
    named = {row[place].strip()[:63] for row in rows if len(row) > place}
    return min(named - {"", course}, default="") if course else ""


def _told_apart(cells, name, people):
    """Whether a second person of one name has another address or school than those before."""
    own = (cells.get("email", ""), cells.get("school", ""))
    alike = [(each.email, each.school) for each in people if matching.folded(each.name) == matching.folded(name)]
    return bool(alike) and any(own) and own not in alike


def _delimiter(text):
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def merge(db, people: list[Person]) -> tuple[int, int]:
    """How many people are new, and how many changed; nobody is removed.

    Each takes the place of the row that is the same person already (`matching.placed`).
    nbgrader's own roster gets the names as well, so that its lists and exports show them.
    """
    known, listed = matching.aliases(db), everybody(db)
    people = matching.placed(people, listed, known)
    have = {key: asdict(each) for key, each in listed.items()}
    new = [asdict(each) for each in people if each.participant not in have]
    changed = [asdict(each) for each in people if have.get(each.participant, asdict(each)) != asdict(each)]
    if new:
        db.execute(person.insert(), new)
    for each in changed:
        db.execute(person.update().where(person.c.participant == each["participant"]).values(each))
    for each in [*new, *changed]:
        if each["role"] == "participant":
            collected.set_student(db, each["participant"], each["name"], each["email"])
    return len(new), len(changed)


def everybody(db) -> dict[str, Person]:
    """All people of the roster by id."""
    rows = db.execute(sa.select(person).order_by(person.c.participant)).mappings()
    return {row["participant"]: Person(**row) for row in rows}


def remove(db, participant: str) -> None:
    """Take a person off the roster; what they handed in stays where it is."""
    db.execute(person.delete().where(person.c.participant == participant))
