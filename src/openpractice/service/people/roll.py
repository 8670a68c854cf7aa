"""Who takes part, and how far each of them is in one session, as facilitators may know it.

What a participant's own server says in counts is read like everything a participant could
write: by descriptor, never through a link, capped, and left out when it is not plain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from openpractice import border
from openpractice.clock import read_time
from openpractice.gradebook import collected, gradebook, own_tables, scores
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.exchangefolders import exchange_users
from openpractice.handins import headway, specs
from openpractice.ids import safe_id
from openpractice.intake import inbox
from openpractice.names import compared
from openpractice.roster import called, roster
from openpractice.service.handlers.context import RequestContext

HEADWAY_BYTES = 32 * 1024
MOST_QUESTIONS = 1000


@dataclass(frozen=True)
class RollLine:
    """One person. `listed`: on the roster; `joined`: seen here; `left`: may not sign in any more.

    `called` is the name they joined by, where the list has another. Times are aware, or None.
    """

    id: str
    name: str = ""
    school: str = ""
    email: str = ""
    role: str = "participant"
    appraiser: str = ""
    listed: bool = False
    joined: bool = False
    left: bool = False
    called: str = ""
    answered: int | None = None
    of: int | None = None
    begun: int = 0
    handed_at: datetime | None = None
    late: bool = False
    collected: bool = False
    read: int = 0
    to_read: int = 0
    returned_at: datetime | None = None

    @property
    def takes_part(self) -> bool:
        return self.role == "participant" and not self.left


@dataclass
class Book:
    """What the gradebook knows: the roster, and of one lesson what was collected and read."""

    people: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    handed: dict = field(default_factory=dict)
    written: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)
    extensions: dict = field(default_factory=dict)


@dataclass(frozen=True)
class RollMember:
    """Somebody who has joined, as the hub knows them."""

    name: str
    role: str
    left: bool


def members(people: list[dict]) -> dict[str, RollMember]:
    """By id, those whom an office of the hub (`askinghub`) lists in its `people`."""
    return {one["id"]: RollMember(one["name"], one["role"], bool(one["left_at"])) for one in people}


def roll(
    context: RequestContext, folder: CourseFolder, lesson_id: str | None, members: dict[str, RollMember] | None = None
) -> list[RollLine]:
    """Everybody on the roster and everybody seen here, by name, with how they stand in the lesson."""
    lesson = context.shelf.lesson(lesson_id) if lesson_id else None
    due = read_time(lesson.due) if lesson else None
    book = read_book(folder, lesson_id if lesson else None)
    lines = {key: _listed(person) for key, person in book.people.items()}
    members = members or {}
    joined = joined_people(context, folder) | {key: one.name for key, one in members.items()}
    for key in [*joined, *book.handed]:
        line = lines.get(key) or RollLine(key)
        lines[key] = _joined(line, joined.get(key) or book.names.get(key, ""), members.get(key))
    if lesson:
        seen = in_exchange(folder, lesson.id)
        lines = {key: _stand(folder, line, lesson.id, due, book, seen) for key, line in lines.items()}
        lines = _without_host(context, lines)
    return sorted(lines.values(), key=lambda line: (line.name or line.id).casefold())


def _without_host(context, lines):
    """Alone, whoever looks at a list of others and has opened nothing themselves looks after them."""
    host = context.person() if context.alone and any(line.listed for line in lines.values()) else None
    line = lines.get(host.id) if host else None
    if line is None or line.listed or line.of is not None or line.handed_at:
        return lines
    return lines | {line.id: replace(line, role="facilitator")}


def _joined(line: RollLine, name: str, member: RollMember | None) -> RollLine:
    other = name if line.name and name and compared(name) != compared(line.name) else ""
    line = replace(line, name=line.name or name, called=other, joined=True)
    # What somebody may do is the sign-in's to say, whatever the list says.
    return replace(line, role=member.role, left=member.left) if member else line


def missing(lines: list[RollLine]) -> list[RollLine]:
    """The participants of whom nothing has come in."""
    return [line for line in lines if line.takes_part and line.handed_at is None]


def joined_people(context: RequestContext, folder: CourseFolder) -> dict[str, str]:
    """Everybody whose own place was made, with a name where this server knows one."""
    found = {}
    try:
        with inbox.opened_folder(folder.inbound) as inbound:
            found = {name: "" for name in inbox.folders_in(inbound)[0] if _is_id(name)}
    except inbox.Unreadable:
        pass  # nobody has joined yet
    return found | called.joined(folder) | {person.id: person.name for person in context.people.all()}


def read_book(folder: CourseFolder, lesson_id: str | None) -> Book:
    """The gradebook's part; an empty one before there is a gradebook."""
    book = Book()
    try:
        with gradebook.opened(folder, gradebook.BRIEFLY) as engine, engine.connect() as db:
            book.people, book.names = roster.everybody(db), collected.names(db)
            if lesson_id is None:
                return book
            table = own_tables.response
            columns = table.c.participant, table.c.prompt, table.c.source, table.c.handed_in_at, table.c.handin
            for row in db.execute(sa.select(*columns).where(table.c.lesson == lesson_id, table.c.latest)):
                book.handed[row.participant] = row.handed_in_at.replace(tzinfo=UTC), row.handin
                if row.source != "blank":  # what was left empty is nobody's to read
                    book.written.setdefault(row.participant, set()).add(row.prompt)
            cells = collected.lesson_cells(db, folder, lesson_id)
            book.marks = scores.recorded(db, cells)
            known = collected.known_submissions(db, cells)
            book.extensions = {key: one.extension for key, one in known.items()}
    except gradebook.GradebookInUse:
        raise  # an empty list would say that nobody handed in
    except GradingError:
        pass  # not released through nbgrader yet: there is nothing to know
    return book


def in_exchange(folder: CourseFolder, lesson_id: str) -> dict[str, tuple[dict | None, datetime | None]]:
    """By person: the counts their server noted for the lesson, and when their newest hand-in was made."""
    found, now = {}, datetime.now(UTC)
    restored = inbox.restored_times(folder.inbound)
    try:
        users = exchange_users()
        with inbox.opened_folder(folder.inbound) as inbound:
            for person in filter(_is_id, inbox.folders_in(inbound)[0]):
                try:
                    with inbox.opened_folder(person, inbound) as own:
                        is_theirs = partial(users.may_be_of, person)
                        entries = inbox.entries(
                            own, person, lesson_id, now, lambda name, why: None, is_theirs, restored
                        )
                        newest = max(entries, key=lambda entry: entry.made).at if entries else None
                        found[person] = read_headway(own, lesson_id), newest
                except inbox.Unreadable:
                    continue  # a link, or closed to us: collecting says why
    except (inbox.Unreadable, GradingError):  # a setting that names nobody: collecting says so
        pass
    return found


def read_headway(own: int, lesson_id: str) -> dict | None:
    """`{"answered", "of", "begun"}` from a person's open inbound folder; None for anything but plain counts."""
    try:
        noted = noted_lessons(own)[lesson_id]
        answered, of, begun = noted["answered"], noted["of"], noted.get("begun", 0)
    except (AttributeError, KeyError, TypeError):
        return None
    if not all(type(count) is int and 0 <= count <= MOST_QUESTIONS for count in (answered, of, begun)) or answered > of:
        return None
    return {"answered": answered, "of": of, "begun": begun}


def noted_lessons(own: int) -> dict:
    """What a person's own server noted of each lesson, by its id, in whatever form it is; {} where nothing can be read."""
    try:
        held = inbox.read_file(own, headway.NAME, HEADWAY_BYTES)
        lessons = border.read_object(held[0], border.BODY)["lessons"] if held else {}
        return lessons if isinstance(lessons, dict) else {}
    except (inbox.Unreadable, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _listed(person: roster.ListedPerson) -> RollLine:
    return RollLine(
        person.participant, person.name, person.school, person.email, person.role, person.appraiser, listed=True
    )


def _stand(folder, line, lesson_id, due, book, seen):
    noted, newest = seen.get(line.id, (None, None))
    collected, handin = book.handed.get(line.id, (None, ""))
    handed = max(filter(None, (newest, collected)), default=None)
    written = book.written.get(line.id, ())
    marks = [mark for prompt, mark in book.marks.get(line.id, {}).items() if prompt in written]
    late = bool(handed and due and handed > due + (book.extensions.get(line.id) or timedelta()))
    return replace(
        line,
        **(noted or {}),
        handed_at=handed,
        late=late,
        collected=bool(handed and is_collected(handed, collected)),
        read=sum(not mark.waits for mark in marks),
        to_read=len(marks),
        returned_at=_returned(folder, line.id, lesson_id, handin),
    )


def is_collected(newest: datetime, collected: datetime | None) -> bool:
    """Whether the newest hand-in is the one that was collected.

    The exchange may know the moment to the second only: what is newer than that is another hand-in.
    """
    return bool(collected and newest - collected < timedelta(seconds=1))


def _returned(folder, person, lesson_id, handin):
    """When feedback on this hand-in went back; None when none did, or on an earlier one only."""
    try:
        said = json.loads(specs.read_plain(folder.feedback / person / f"{lesson_id}.status.json"))
        if said["state"] == "returned" and said["handin"] == handin:
            return read_time(said["returned_at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return None


def _is_id(text) -> bool:
    try:
        return bool(safe_id(text))
    except ValueError:
        return False
