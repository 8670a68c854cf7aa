"""Who may come in: people with their own passphrases, and the codes by which they join.

One small SQLite file in the data folder. Passphrases are kept as scrypt hashes only. Nothing here
knows of JupyterHub: the sign-in page and the command line stand on it.
"""

import hmac
from pathlib import Path

from openpractice.clock import utc_now
from openpractice.hub.passphrases import LONGEST, check_passphrase, hash_new, new_passphrase, scrypt
from openpractice.names import clean_name, compared, loosened, new_id
from openpractice.roster.ledger import WORKSHOP, Account, AccountRefused, Ledger, note, opened, plain_code

ONCE_HOURS = 48
CLOCKS_DIFFER_BY = 2  # hours that a clock is set back by hand, or by a summer that ended


class Accounts(Ledger):
    """The people and codes of one workshop."""

    PEOPLE = (
        "create table if not exists person(id text primary key, name text not null, role text not null,"
        " salt blob, hash blob, joined_at text not null, left_at text)",
        "create table if not exists once(person text primary key, salt blob not null, hash blob not null,"
        " until text not null)",
    )

    def __init__(self, path: Path):
        super().__init__(path, Path(path).absolute().parents[1] / "exchange")
        with opened(self.path) as db:
            # What ran out is gone for good, so that no clock that goes back makes it work again. One with
            # longer to go than it was given dates from before the clock went back: a new one is made at once.
            db.execute(
                "delete from once where until<=? or until>?", (utc_now(), utc_now(ONCE_HOURS + CLOCKS_DIFFER_BY))
            )

    # -- joining and signing in ----------------------------------------------------------------

    def join(self, name: str, code: str, passphrase: str) -> Account:
        """A new person. Raises AccountRefused, or BadName."""
        role = self.role_of(code)
        if role is None:
            raise AccountRefused("account-code-wrong")
        return self.add(name, role, passphrase)

    def add(self, name: str, role: str, passphrase: str) -> Account:
        """A new person with that passphrase, by whoever runs the workshop."""
        name = clean_name(name)
        check_passphrase(passphrase, name)
        # Two people of one name are told apart by their passphrases when they sign in by name; so are two
        # whose names differ in accents, since one of them may sit at a keyboard without.
        if any(self._matches(one.id, passphrase) for one in self.alike(name)):
            raise AccountRefused("account-joined-already")
        salt, hashed = hash_new(passphrase)
        with opened(self.path) as db:
            taken = {row[0] for row in db.execute("select id from person")} | self._with_words()
            person = Account(new_id(name, taken), name, role, utc_now())
            db.execute(
                "insert into person values(?,?,?,?,?,?,null)",
                (person.id, name, role, salt, hashed, person.joined_at),
            )
        self.tell_names()
        return person

    def check(self, name: str, passphrase: str) -> Account:
        """The person of that name, or id, with that passphrase. Raises AccountRefused."""
        candidates = self.alike(name)
        if not candidates:
            hash_new(passphrase[:LONGEST])  # as much work as for a known name
        person = self._meant(name, lambda one: self._matches(one.id, passphrase))
        if person and person.left_at:
            raise AccountRefused("account-left")
        if person:
            return person
        if any(self._matches_once(one.id, passphrase) for one in candidates):
            raise AccountRefused("account-one-time-code-here")
        raise AccountRefused("account-do-not-fit")

    # -- looking up ----------------------------------------------------------------------------

    def named(self, text: str) -> list[Account]:
        """The people of that name, as they wrote it."""
        return [one for one in self.people() if compared(one.name) == compared(text)]

    def alike(self, text: str) -> list[Account]:
        """The people whom this name or id may mean, whatever accents it is written with."""
        wanted = loosened(text)
        return [one for one in self.people() if wanted in (one.id, loosened(one.name))]

    def last_change(self) -> int:
        """The number of what was done last; 0 before anything was."""
        with opened(self.path) as db:
            return db.execute("select coalesce(max(id), 0) from audit").fetchone()[0]

    def left_since(self, change: int) -> tuple[list[str], int]:
        """Who was shown out after that change; and the number of the last one."""
        with opened(self.path) as db:
            rows = db.execute("select id,what,whom from audit where id>? order by id", (change,)).fetchall()
        return [whom for _, what, whom in rows if what == "sign-in closed"], rows[-1][0] if rows else change

    # -- changing: each is written down with who did it -----------------------------------------

    def reset(self, person_id: str, by: str = WORKSHOP) -> str:
        """A one-time code for somebody who forgot their passphrase, to be told to them.

        With it they choose a new passphrase by `renew`, so that whoever gives the code never
        knows it. Until then the old passphrase works, so that a slip locks nobody out. An
        earlier code no longer works. Raises AccountRefused.
        """
        person = self._known(person_id)
        if person.left_at:
            raise AccountRefused("account-left-take-back", name=person.name)
        code = new_passphrase()
        salt, hashed = hash_new(plain_code(code))
        with opened(self.path) as db:
            db.execute("insert or replace into once values(?,?,?,?)", (person_id, salt, hashed, utc_now(ONCE_HOURS)))
            note(db, by, "one-time code", person_id)
        return code

    def renew(self, name: str, proof: str, new: str) -> Account:
        """The person of that name, with a new passphrase of their own choice.

        `proof` is their present passphrase or a one-time code, which works once. Raises AccountRefused.
        """
        if not self.alike(name):
            hash_new(proof[:LONGEST])  # as much work as for a known name
        person = self._meant(
            name,
            lambda one: not one.left_at and (self._matches_once(one.id, proof) or self._matches(one.id, proof)),
        )
        if person is None:
            raise AccountRefused("account-code-does-not-fit")
        check_passphrase(new, person.name)
        others = (one for one in self.alike(person.name) if one.id != person.id)
        if any(self._matches(one.id, new) for one in others):
            raise AccountRefused("account-another-passphrase")
        self._set(person.id, new, self._matches_once(person.id, proof))
        return person

    def leave(self, person_id: str, by: str = WORKSHOP) -> None:
        """They may no longer sign in, by a one-time code either; what they wrote stays. Raises AccountRefused."""
        super().leave(person_id, by)
        with opened(self.path) as db:
            db.execute("delete from once where person=?", (person_id,))

    # -- inside --------------------------------------------------------------------------------

    def _meant(self, name: str, proved) -> Account | None:
        """Who is meant and has `proved` it: by the name as they wrote it, or without its accents, or by the id.

        Without accents a name may be several people's: where two of them prove it, it is neither.
        """
        exactly = self.named(name)
        for one in exactly:
            if proved(one):
                return one
        others = [one for one in self.alike(name) if one not in exactly and proved(one)]
        return others[0] if len(others) == 1 else None

    def _with_words(self) -> set[str]:
        """Ids under which words are kept already: whoever joins now did not write them."""
        people = self.path.absolute().parents[1] / "people"
        return {place.name for place in people.iterdir()} if people.is_dir() else set()

    def _known(self, person_id: str) -> Account:
        person = self.person(person_id)
        if person is None:
            raise AccountRefused("account-nobody-joined")
        return person

    def _set(self, person_id: str, passphrase: str, by_code: bool) -> None:
        salt, hashed = hash_new(passphrase)
        with opened(self.path) as db:
            used = db.execute("delete from once where person=?", (person_id,)).rowcount
            if by_code and not used:
                raise AccountRefused("account-code-used")
            db.execute("update person set salt=?,hash=? where id=?", (salt, hashed, person_id))
            note(db, person_id, "passphrase by one-time code" if by_code else "passphrase changed", person_id)

    def _matches_once(self, person_id: str, code: str) -> bool:
        with opened(self.path) as db:
            row = db.execute("select salt,hash from once where person=? and until>?", (person_id, utc_now())).fetchone()
        return bool(row) and hmac.compare_digest(scrypt(plain_code(code), row[0]), row[1])

    def _matches(self, person_id: str, passphrase: str) -> bool:
        with opened(self.path) as db:
            row = db.execute("select salt,hash from person where id=?", (person_id,)).fetchone()
        if not row or row[0] is None or len(passphrase) > LONGEST:
            return False
        return hmac.compare_digest(scrypt(passphrase, row[0]), row[1])
