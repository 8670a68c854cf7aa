"""Who has joined by which code, and the list of what was done to people and codes: one small SQLite file.

A workshop's own hub keeps its accounts in such a file (`hub.accounts`), a course at somebody else's
hub those who came in there (`roster.members`).
"""

import hmac
import secrets
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from openpractice.clock import utc_now
from openpractice.i18n import Coded
from openpractice.roster import whojoined

ROLES = ("participant", "facilitator", "reviewer")
WORKSHOP = "command-line"  # who did it, where nobody had signed in
# No 0/o, 1/l/i: codes are read aloud and typed on phones.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

SCHEMA = (
    "create table if not exists code(role text primary key, code text not null,"
    " open integer not null, changed_at text not null)",
    "create table if not exists audit(id integer primary key autoincrement, at text not null, who text not null,"
    " what text not null, whom text not null)",
    # What was done cannot be undone in the list of what was done.
    "create trigger if not exists audit_stays before delete on audit begin select raise(abort, 'audit only grows'); end",
    "create trigger if not exists audit_is before update on audit begin select raise(abort, 'audit only grows'); end",
)


class AccountRefused(Coded):
    """A sign-in, a joining or a change that cannot be."""


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


class Ledger:
    """The people and codes in one file; `PEOPLE` makes the tables that a kind of ledger has besides.

    `exchange` is the folder where commands look for names, once it is there.
    """

    PEOPLE: tuple[str, ...] = ()

    def __init__(self, path: Path, exchange: Path):
        self.path, self.exchange = Path(path), exchange
        with opened(self.path) as db:
            for statement in (*self.PEOPLE, *SCHEMA):
                db.execute(statement)
            for role in ROLES:
                row = (role, new_code(role), 1, utc_now())
                db.execute("insert or ignore into code values(?,?,?,?)", row)

    # -- looking up ----------------------------------------------------------------------------

    def people(self) -> list[Account]:
        """Everybody who ever joined, in that order."""
        with opened(self.path) as db:
            rows = db.execute("select id,name,role,joined_at,left_at from person order by rowid")
            return [Account(*row) for row in rows]

    def person(self, person_id: str) -> Account | None:
        return next((one for one in self.people() if one.id == person_id), None)

    def role_of(self, code: str) -> str | None:
        """The role that an open code stands for; None for a wrong or a closed one."""
        typed = plain_code(code)
        found = None
        # Every code is compared, in constant time, so that time tells nothing.
        for one in self.codes():
            if hmac.compare_digest(plain_code(one.code).encode(), typed.encode()) and one.open:
                found = one.role
        return found

    def codes(self) -> list[Code]:
        with opened(self.path) as db:
            rows = db.execute("select role,code,open from code").fetchall()
        return [Code(role, code, bool(is_open)) for role, code, is_open in rows]

    def code(self, role: str) -> Code:
        return next(one for one in self.codes() if one.role == role)

    def changes(self, most: int = 50) -> list[Change]:
        """What was done last, the newest first."""
        with opened(self.path) as db:
            rows = db.execute("select at,who,what,whom from audit order by id desc limit ?", (most,)).fetchall()
        return [Change(*row) for row in rows]

    # -- changing: each is written down with who did it -----------------------------------------

    def change_code(self, role: str, by: str = WORKSHOP) -> Code:
        """A new code for the role, open; the old one no longer works."""
        self._change_code(role, by, "new code", code=new_code(role), open=1)
        return self.code(role)

    def close_code(self, role: str, by: str = WORKSHOP) -> None:
        self._change_code(role, by, "code closed", open=0)

    def open_code(self, role: str, by: str = WORKSHOP) -> None:
        """The same code lets people in again."""
        self._change_code(role, by, "code opened", open=1)

    def leave(self, person_id: str, by: str = WORKSHOP) -> None:
        """They may no longer come in; what they wrote stays. Raises AccountRefused."""
        if person_id == by:
            raise AccountRefused("account-own-sign-in")
        with opened(self.path) as db:
            self._found(db.execute("update person set left_at=? where id=?", (utc_now(), person_id)))
            note(db, by, "sign-in closed", person_id)
        self.tell_names()

    def come_back(self, person_id: str, by: str = WORKSHOP) -> None:
        """They may come in again, as before. Raises AccountRefused."""
        with opened(self.path) as db:
            self._found(db.execute("update person set left_at=null where id=?", (person_id,)))
            note(db, by, "sign-in opened", person_id)
        self.tell_names()

    def tell_names(self) -> None:
        """Writes down for the course who joined by which name and who takes part, and nothing else of them."""
        with opened(self.path) as db:  # nobody changes it before it is told
            people = db.execute(
                "select id,name,role='participant' and left_at is null from person order by rowid"
            ).fetchall()
            # Whoever cannot be told of now is at the course server's next start: nobody's joining fails for it.
            with suppress(OSError):
                if self.exchange.is_dir():
                    whojoined.tell(self.exchange, [(key, name, bool(part)) for key, name, part in people])

    # -- inside --------------------------------------------------------------------------------

    def _found(self, done) -> None:
        if not done.rowcount:
            raise AccountRefused("account-nobody-joined")

    def _change_code(self, role: str, by: str, what: str, **values) -> None:
        if role not in ROLES:
            raise AccountRefused("account-no-such-code", names=", ".join(ROLES))
        names = ",".join(f"{name}=?" for name in values)
        with opened(self.path) as db:
            db.execute(f"update code set {names},changed_at=? where role=?", (*values.values(), utc_now(), role))
            note(db, by, what, role)


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


def new_code(role: str) -> str:
    """A code to read aloud; longer for those who read other people's answers."""
    groups = 2 if role == "participant" else 3
    return "-".join(word(4) for _ in range(groups))


def word(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def plain_code(text: str) -> str:
    """A code as typed: capitals, spaces and other dashes do not matter."""
    return "".join(c for c in text[:100].lower() if c.isascii() and c.isalnum())
