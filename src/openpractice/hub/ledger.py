"""The file behind the accounts: its tables, what a row is called, and the list of what was done."""

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from openpractice.clock import utc_now

ROLES = ("participant", "facilitator", "reviewer")
WORKSHOP = "command-line"  # who did it, where nobody had signed in

SCHEMA = (
    "create table if not exists person(id text primary key, name text not null, role text not null,"
    " salt blob, hash blob, joined_at text not null, left_at text)",
    "create table if not exists code(role text primary key, code text not null,"
    " open integer not null, changed_at text not null)",
    "create table if not exists once(person text primary key, salt blob not null, hash blob not null,"
    " until text not null)",
    "create table if not exists audit(id integer primary key autoincrement, at text not null, who text not null,"
    " what text not null, whom text not null)",
    # What was done cannot be undone in the list of what was done.
    "create trigger if not exists audit_stays before delete on audit begin select raise(abort, 'audit only grows'); end",
    "create trigger if not exists audit_is before update on audit begin select raise(abort, 'audit only grows'); end",
)


@dataclass(frozen=True)
class Account:
    """Somebody who has joined. `role` is one of ROLES; `left_at` is None while they may sign in."""

    id: str
    name: str
    role: str
    joined_at: str
    left_at: str | None = None


@dataclass(frozen=True)
class Change:
    """One line of what was done to people and codes. `whom` is a person's id or a role."""

    at: str
    who: str
    what: str
    whom: str


@dataclass(frozen=True)
class Code:
    """What one joins by, for one role."""

    role: str
    code: str
    open: bool


@contextmanager
def opened(path: Path):
    """A connection in one transaction: all of it is kept, or nothing."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as db:
        db.execute("begin immediate")
        yield db
        db.execute("commit")


def note(db, who: str, what: str, whom: str) -> None:
    """Write down what was done, in the same transaction as the doing."""
    db.execute("insert into audit(at,who,what,whom) values(?,?,?,?)", (utc_now(), who[:63], what, whom))
