"""Who may come in: people with their own passphrases, and the codes by which they join.

One small SQLite file in the data folder. Passphrases are kept as scrypt hashes only. Nothing here
knows of JupyterHub: the sign-in page and the command line stand on it.
"""

import hashlib
import hmac
import secrets
import sqlite3
import unicodedata
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from openpractice.hub.names import clean_name, compared, new_id

ROLES = ("participant", "facilitator", "reviewer")
SHORTEST = 8
LONGEST = 200
# No 0/o, 1/l/i: codes are read aloud and typed on phones.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

SCHEMA = (
    "create table if not exists person(id text primary key, name text not null, role text not null,"
    " salt blob, hash blob, joined_at text not null, left_at text)",
    "create table if not exists code(role text primary key, code text not null,"
    " open integer not null, changed_at text not null)",
)


class Refused(Exception):
    """A sign-in or joining that cannot be; the text is for the person."""


@dataclass(frozen=True)
class Person:
    """Somebody who has joined. `role` is one of ROLES; `left_at` is None while they may sign in."""

    id: str
    name: str
    role: str
    joined_at: str
    left_at: str | None = None


@dataclass(frozen=True)
class Code:
    """What one joins by, for one role."""

    role: str
    code: str
    open: bool


class Accounts:
    """The people and codes of one workshop."""

    def __init__(self, path: Path):
        self.path = path
        with self._db() as db:
            for statement in SCHEMA:
                db.execute(statement)
            for role in ROLES:
                row = (role, new_code(role), 1, now())
                db.execute("insert or ignore into code values(?,?,?,?)", row)

    # -- joining and signing in ----------------------------------------------------------------

    def role_of(self, code: str) -> str | None:
        """The role that an open code stands for; None for a wrong or a closed one."""
        typed = plain_code(code)
        found = None
        # Every code is compared, in constant time, so that time tells nothing.
        for one in self.codes():
            if hmac.compare_digest(plain_code(one.code).encode(), typed.encode()) and one.open:
                found = one.role
        return found

    def join(self, name: str, code: str, passphrase: str) -> Person:
        """A new person. Raises Refused, or BadName."""
        role = self.role_of(code)
        if role is None:
            raise Refused("That code is not right, or it was closed. Ask whoever runs the workshop.")
        return self.add(name, role, passphrase)

    def add(self, name: str, role: str, passphrase: str) -> Person:
        """A new person with that passphrase, by whoever runs the workshop."""
        name = clean_name(name)
        check_passphrase(passphrase, name)
        # Two people of one name are told apart by their passphrases when they sign in by name.
        if any(self._matches(one.id, passphrase) for one in self.named(name)):
            raise Refused("You have joined already. Sign in with your name and passphrase.")
        salt, hashed = hash_new(passphrase)
        with self._db() as db:
            taken = {row[0] for row in db.execute("select id from person")}
            person = Person(new_id(name, taken), name, role, now())
            db.execute(
                "insert into person values(?,?,?,?,?,?,null)",
                (person.id, name, role, salt, hashed, person.joined_at),
            )
        return person

    def check(self, name: str, passphrase: str) -> Person:
        """The person of that name, or id, with that passphrase. Raises Refused."""
        candidates = self.named(name)
        if not candidates:
            hash_new(passphrase[:LONGEST])  # as much work as for a known name
        for person in candidates:
            if self._matches(person.id, passphrase):
                if person.left_at:
                    raise Refused("You have left this workshop. Ask whoever runs it.")
                return person
        raise Refused("Name and passphrase do not fit. Nothing is lost; please try again.")

    # -- looking up ----------------------------------------------------------------------------

    def people(self) -> list[Person]:
        """Everybody who ever joined, in that order."""
        with self._db() as db:
            rows = db.execute("select id,name,role,joined_at,left_at from person order by rowid")
            return [Person(*row) for row in rows]

    def person(self, person_id: str) -> Person | None:
        return next((one for one in self.people() if one.id == person_id), None)

    def named(self, text: str) -> list[Person]:
        """The people whom this name or id may mean."""
        wanted = compared(" ".join(text.split()))
        return [p for p in self.people() if wanted in (p.id, compared(p.name))]

    def codes(self) -> list[Code]:
        with self._db() as db:
            rows = db.execute("select role,code,open from code").fetchall()
        return [Code(role, code, bool(is_open)) for role, code, is_open in rows]

    def code(self, role: str) -> Code:
        return next(one for one in self.codes() if one.role == role)

    # -- changing ------------------------------------------------------------------------------

    def change_code(self, role: str) -> Code:
        """A new code for the role, open; the old one no longer works."""
        with self._db() as db:
            db.execute("update code set code=?,open=1,changed_at=? where role=?",
                       (new_code(role), now(), role))  # fmt: skip
        return self.code(role)

    def close_code(self, role: str) -> None:
        with self._db() as db:
            db.execute("update code set open=0,changed_at=? where role=?", (now(), role))

    def reset(self, person_id: str) -> str:
        """A new passphrase for somebody who forgot theirs, to be told to them and changed."""
        passphrase = new_passphrase()
        self._set(person_id, passphrase)
        return passphrase

    def change_passphrase(self, person: Person, old: str, new: str) -> None:
        """Their own change of passphrase. Raises Refused."""
        if not self._matches(person.id, old):
            raise Refused("Your present passphrase is not right.")
        check_passphrase(new, person.name)
        others = (one for one in self.named(person.name) if one.id != person.id)
        if any(self._matches(one.id, new) for one in others):
            raise Refused("Please choose another passphrase.")
        self._set(person.id, new)

    def leave(self, person_id: str) -> None:
        """They may no longer sign in; what they wrote stays."""
        with self._db() as db:
            db.execute("update person set left_at=? where id=?", (now(), person_id))

    def come_back(self, person_id: str) -> None:
        with self._db() as db:
            db.execute("update person set left_at=null where id=?", (person_id,))

    # -- inside --------------------------------------------------------------------------------

    def _set(self, person_id: str, passphrase: str) -> None:
        salt, hashed = hash_new(passphrase)
        with self._db() as db:
            db.execute("update person set salt=?,hash=? where id=?", (salt, hashed, person_id))

    def _matches(self, person_id: str, passphrase: str) -> bool:
        with self._db() as db:
            row = db.execute("select salt,hash from person where id=?", (person_id,)).fetchone()
        if not row or row[0] is None or len(passphrase) > LONGEST:
            return False
        return hmac.compare_digest(scrypt(passphrase, row[0]), row[1])

    @contextmanager
    def _db(self):
        """A connection in one transaction: all of it is kept, or nothing."""
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as db:
            db.execute("begin immediate")
            yield db
            db.execute("commit")


def scrypt(passphrase: str, salt: bytes) -> bytes:
    # 16 MB and about 50 ms: the cost OWASP names for interactive sign-in at r=8, p=1 is 2**17;
    # a laptop that lets thirty people in at once affords 2**14, behind a throttle.
    composed = unicodedata.normalize("NFKC", passphrase).encode()
    return hashlib.scrypt(composed, salt=salt, n=2**14, r=8, p=1)


def hash_new(passphrase: str) -> tuple[bytes, bytes]:
    salt = secrets.token_bytes(16)
    return salt, scrypt(passphrase, salt)


def check_passphrase(passphrase: str, name: str) -> None:
    """Raises Refused for one that is too easy or too long."""
    if len(passphrase) < SHORTEST:
        raise Refused(f"Please choose a passphrase of at least {SHORTEST} characters: three words do well.")
    if len(passphrase) > LONGEST:
        raise Refused(f"That passphrase is longer than {LONGEST} characters. Please shorten it.")
    if compared(passphrase) in (compared(name), compared(name).replace(" ", "")):
        raise Refused("Please choose a passphrase that is not your name.")
    if len(set(passphrase)) < 4:
        raise Refused("Please choose a passphrase with more different characters.")


def new_code(role: str) -> str:
    """A code to read aloud; longer for those who read other people's answers."""
    groups = 2 if role == "participant" else 3
    return "-".join(word(4) for _ in range(groups))


def new_passphrase() -> str:
    return "-".join(word(4) for _ in range(3))


def word(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def plain_code(text: str) -> str:
    """A code as typed: capitals, spaces and other dashes do not matter."""
    return "".join(c for c in text[:100].lower() if c.isascii() and c.isalnum())


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
