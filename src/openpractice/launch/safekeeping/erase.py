"""Erasing people: every folder, row and account of theirs in a data folder whose workshop is stopped.

What there is of a person, the table of data says (`keptdata`).

What cannot be reached from here is named, so that somebody can see to it: copies, logs, other people's words.
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from openpractice.databases import ROOM, named_database
from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, checked_id, open_folder
from openpractice.gradebook.nbgrader_run import run
from openpractice.gradebook.sameuser import within_reach
from openpractice.hub.accounts import Accounts
from openpractice.journal.journal import Journal
from openpractice.launch.datafolder import CannotStart
from openpractice.launch.datafolder import open_folder as take
from openpractice.launch.safekeeping import erasures, keptdata
from openpractice.launch.safekeeping.keptfiles import files_of, trees
from openpractice.room.leaving import erase_everywhere
from openpractice.room.roomstore import NAME, RoomStore
from openpractice.roster import ledger, members

#: So many people are erased without asking how many were meant: a slip must not empty a course.
MOST_UNASKED = 50


def erase(data: Path, people: Sequence[str], meant: int = 0) -> list[str]:
    """What was erased, and what is left to do by hand, as sentences. `meant`: how many people that should be.

    Raises GradingError for an id that is none or that nothing is kept of, while the workshop runs, where a
    file of theirs is closed to whoever runs this, and for more than `MOST_UNASKED` people unless so many
    were meant; nothing is erased then.
    """
    people = list(dict.fromkeys(checked_id(person, "participant") for person in people))
    if len(people) > MOST_UNASKED and meant != len(people):
        raise GradingError("erase-many", n=len(people), most=MOST_UNASKED)
    if not (data / "openpractice.json").is_file():
        raise GradingError("erase-no-data-folder", folder=data)
    try:
        lock = take(data).lock
    except CannotStart as running:
        raise GradingError("erase-running", why=running) from None
    try:
        return erase_here(open_folder(data), people)
    finally:
        os.close(lock)


def erase_here(folder: CourseFolder, people: Sequence[str]) -> list[str]:
    """The same in a folder that is held already. Raises GradingError where nothing is kept of one of them."""
    data, done, names = folder.data, [], []
    within_reach(lists_of(folder), (place for person in people for place in places(folder, person)), erasing=True)
    for person in people:
        names += [person, *_name(data, person)]
        gone = _everything_of(folder, person)
        if not gone:
            raise GradingError("erase-nobody", person=person, folder=data)
        done += gone
        done += [f"By hand: tell {place} that {person} was erased." for place in erasures.note(data, person)]
    for one in keptdata.DATABASES.values():
        _forget_free_pages(data / one.file)
    return [*done, *LEFT, *(line for tree in trees(data, folder.exchange) for line in _still_named(tree.top, names))]


def _everything_of(folder: CourseFolder, person: str) -> list[str]:
    shared = _in_room(folder, person)  # before their journal goes, which alone knows their codes
    return [
        *shared,
        *_folders(folder, person),
        *_rows(folder, person),
        *_account(folder.data, person),
        *_as_member(folder, person),
        *_on_hub(folder.data, person),
    ]


LEFT = [
    "By hand: copies and backups of this folder; log/, which names who signed in.",
    "Kept: what others wrote, also where they name this person, and the list of changes to accounts, which only "
    "grows and has the id in it.",
]


def places(folder: CourseFolder, person: str) -> list[Path]:
    """Every folder and file that is one person's own, in the data folder and the exchange."""
    lessons = [lesson.name for lesson in folder.outbound.glob("*")]
    found = [path for _, _, path in files_of(trees(folder.data, folder.exchange), person, lessons)]
    # What was returned lies once more under its own name beside their folder, as nbgrader looks for it.
    found += [folder.feedback / page.name for page in (folder.feedback / person).glob("*.html")]
    return [path for path in dict.fromkeys(found) if os.path.lexists(path)]


def lists_of(folder: CourseFolder) -> list[Path]:
    """The folders of the exchange that say who has something there: what is closed looks as if it were empty."""
    return [folder.exchange, folder.exchange / folder.id, folder.outbound, folder.inbound, folder.feedback]


def _name(data: Path, person: str) -> list[str]:
    """What they are called, as the accounts have it."""
    file = data / "hub" / "accounts.db"
    known = Accounts(file).person(person) if file.is_file() else None
    return [known.name] if known else []


def _forget_free_pages(file: Path) -> None:
    """Write a SQLite file anew: what was deleted from it lies in its free pages otherwise."""
    if file.is_file():
        with closing(sqlite3.connect(file)) as db:
            db.execute("pragma wal_checkpoint(truncate)")
            db.execute("vacuum")


def _still_named(top: Path, names: list[str]) -> list[str]:
    """The files that have the id or the name in them yet, to be looked at."""
    ends = rb"(?<![\w-])(?:%s)(?![\w-])" % b"|".join(re.escape(name.encode()) for name in names)
    found = []
    for path in sorted(top.rglob("*")):
        if path.is_file() and not path.is_symlink() and re.search(ends, _content(path)):
            found.append(f"Still names them, or somebody of the same name: {path}")
    return found


def _content(path: Path) -> bytes:
    """What is in a file, with the values of a SQLite file apart from each other."""
    content = path.read_bytes()
    if not content.startswith(b"SQLite format 3"):
        return content
    try:
        with closing(sqlite3.connect(path)) as db:
            return "\n".join(db.iterdump()).encode()
    except sqlite3.DatabaseError:  # broken: looked at as it lies there
        return content


def _folders(folder: CourseFolder, person: str) -> list[str]:
    found = places(folder, person)
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [f"Erased {path}" for path in found]


def _in_room(folder: CourseFolder, person: str) -> list[str]:
    """What they shared, were counted with, gave and got in the room; counts that were shown stay as they were shown."""
    journal = folder.data / "people" / person / "journal" / f"{folder.id}.jsonl"
    with in_room(folder) as store:
        if store is None:
            return []
        titles = erase_everywhere(store, person, Journal(journal).codes() if journal.is_file() else {})
    return [f"Erased from the room: {title}" for title in titles]


@contextmanager
def in_room(folder: CourseFolder) -> Iterator[RoomStore | None]:
    """The room's database; None where nobody ever met in one."""
    elsewhere = named_database(ROOM)
    if not elsewhere and not (folder.data / "room" / NAME).is_file():
        yield None
        return
    store = RoomStore(elsewhere or folder.data / "room")
    try:
        yield store
    finally:
        store.close()


def _rows(folder: CourseFolder, person: str) -> list[str]:
    """Their rows in the gradebook: in our own tables, then in nbgrader's by nbgrader itself."""
    if not gradebook.exists(folder):
        return []
    with gradebook.opened(folder) as engine, engine.begin() as db:
        tables = sa.MetaData()
        tables.reflect(db, only=lambda name, _: name.startswith("op_"))
        gone = 0
        for name, column in keptdata.person_columns("gradebook").items():
            if name in tables.tables and name != "op_assigned":
                table = tables.tables[name]
                gone += db.execute(table.delete().where(table.c[column] == person)).rowcount
        if "op_assigned" in tables.tables:
            given = tables.tables["op_assigned"]
            gone += db.execute(given.delete().where(given.c.scope == "person", given.c.name == person)).rowcount
        if "op_audit" in tables.tables:
            gone += _history_of(db, tables.tables["op_audit"], person)
        known = person in collected.names(db)
    if known:
        run(folder, "db", "student", "remove", person, "--force")
    return [f"Erased from the gradebook: {gone} rows of answers, marks and history"] if gone or known else []


def _history_of(db, audit, person: str) -> int:
    """Takes away what the history says of them in its details: whose row of the list was whose."""
    rows = db.execute(sa.select(audit.c.id, audit.c.detail).where(audit.c.detail.contains(json.dumps(person))))
    theirs = [number for number, detail in rows if person in _values(detail)]
    return db.execute(audit.delete().where(audit.c.id.in_(theirs))).rowcount if theirs else 0


def _values(detail: str) -> list:
    try:
        held = json.loads(detail)
    except ValueError:
        return []
    return list(held.values()) if isinstance(held, dict) else []


def _account(data: Path, person: str) -> list[str]:
    file = data / "hub" / "accounts.db"
    if not file.is_file():
        return []
    with ledger.opened(file) as db:
        tables = {row[0] for row in db.execute("select name from sqlite_master where type='table'")}
        if "once" in tables:
            db.execute("delete from once where person=?", (person,))
        gone = db.execute("delete from person where id=?", (person,)).rowcount
    Accounts(file).tell_names()
    return ["Erased the account: the name and the passphrase"] if gone else []


def _as_member(folder: CourseFolder, person: str) -> list[str]:
    if not (folder.data / members.NAME).is_file():
        return []
    known = members.Members(folder.data, folder.exchange).forget(person)
    return ["Erased from the list of who came in: the name, and the name at the hub"] if known else []


def _on_hub(data: Path, person: str) -> list[str]:
    file = data / "hub" / "jupyterhub.sqlite"
    url = os.environ.get("OPENPRACTICE_HUB_DB") or (f"sqlite:///{file}" if file.is_file() else "")
    if not url:
        return []
    from openpractice.hub.forgetting import forget  # JupyterHub, which one person alone has not installed

    return ["Erased from the hub: the sign-ins and the server's place"] if forget(url, person) else []
