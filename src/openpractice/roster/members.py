"""Who came in at somebody else's hub: the name that the hub has for each, our id, and what they are called.

`ids.person_id` makes an id of a hub's name; this file is the way back. Where that hub has no groups,
it also says who takes part: by codes in links to join, as a workshop's own accounts do.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from openpractice.clock import utc_now
from openpractice.ids import older_person_id, person_id
from openpractice.names import clean_name
from openpractice.roster.ledger import ROLES, Account, AccountRefused, Ledger, note, opened

NAME = "config/members.db"
_RANK = ("participant", "reviewer", "facilitator")


class Members(Ledger):
    """The people of a course at a hub that is not its own.

    Parameters
    ----------
    data
        The data folder.
    exchange
        The folder beside which commands look for names.
    """

    PEOPLE = (
        "create table if not exists person(id text primary key, name text not null, role text not null,"
        " joined_at text not null, left_at text, hub_name text not null unique)",
    )

    def __init__(self, data: Path, exchange: Path):
        self.data = data
        place = data / NAME
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        exchange.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(place, exchange)
        place.chmod(0o600)

    def of(self, hub_name: str) -> Account | None:
        """Whoever the hub calls so, where they came in before."""
        with opened(self.path) as db:
            row = db.execute(
                "select id,name,role,joined_at,left_at from person where hub_name=?", (hub_name,)
            ).fetchone()
        return Account(*row) if row else None

    def hub_names(self) -> dict[str, str]:
        """What the hub calls everybody, by our id."""
        with opened(self.path) as db:
            return dict(db.execute("select id,hub_name from person order by rowid").fetchall())

    def met(self, hub_name: str, role: str) -> Account:
        """Somebody came in whom the hub's configuration gives a role: they are known from now on.

        Raises
        ------
        AccountRefused
            When the id that belongs to the name is somebody else's already.
        """
        known = self.of(hub_name)
        if known and known.role == role:
            return known
        if known:
            with opened(self.path) as db:
                db.execute("update person set role=? where id=?", (role, known.id))
            self.tell_names()
        else:
            self._add(hub_name, hub_name, role, "came in")
        return self._here(hub_name)

    def join(self, hub_name: str, code: str, name: str, of_cohort: bool = False) -> Account:
        """Takes somebody in by a code, under the name they want to be called by; nobody's part becomes less by it.

        A code `of_cohort` is the room's own; it lets participants in for as long as their own code is open.

        Raises
        ------
        AccountRefused
            For a wrong or closed code, and for somebody whose part was ended.
        BadName
            For a name that nobody can read.
        """
        name, role, known = clean_name(name), self.role_of(code), self.of(hub_name)
        if of_cohort and self.code("participant").open:
            role = "participant"
        if role is None:
            raise AccountRefused("member-code-wrong")
        if known and known.left_at:
            raise AccountRefused("member-left")
        if known is None:
            self._add(hub_name, name, role, "joined")
        else:
            with opened(self.path) as db:
                most = max(role, known.role, key=_RANK.index)
                db.execute("update person set name=?, role=? where id=?", (name, most, known.id))
                if most != known.role:
                    note(db, known.id, "joined", most)
            self.tell_names()
        return self._here(hub_name)

    def call(self, hub_name: str, name: str) -> None:
        """Somebody who is here is called so from now on. Raises AccountRefused, BadName."""
        name = clean_name(name)
        with opened(self.path) as db:
            self._found(db.execute("update person set name=? where hub_name=?", (name, hub_name)))
        self.tell_names()

    def forget(self, person: str) -> bool:
        """Erases a person; True when they were known."""
        with opened(self.path) as db:
            gone = db.execute("delete from person where id=?", (person,)).rowcount
        self.tell_names()
        return bool(gone)

    def _id_for(self, hub_name: str) -> str:
        """The id of somebody who comes in for the first time since this file is kept: that of their words, if there are."""
        now, before = person_id(hub_name), older_person_id(hub_name)
        return before if now != hub_name and (self.data / "people" / before).is_dir() else now

    def _here(self, hub_name: str) -> Account:
        known = self.of(hub_name)
        if known is None:  # erased between two lines
            raise AccountRefused("account-nobody-joined")
        return known

    def _add(self, hub_name: str, name: str, role: str, what: str) -> None:
        assert role in ROLES
        row = self._id_for(hub_name), name, role, utc_now(), hub_name
        try:
            with opened(self.path) as db:
                db.execute("insert into person(id,name,role,joined_at,hub_name) values(?,?,?,?,?)", row)
                note(db, row[0], what, role)
        except sqlite3.IntegrityError:
            if self.of(hub_name) is None:  # not merely two requests of one person at once
                raise AccountRefused("member-same-id", name=hub_name) from None
        self.tell_names()
