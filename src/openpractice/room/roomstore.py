"""Where the room is kept: SQLite in the data folder, or PostgreSQL by URL.

Every change to a cohort goes through `RoomStore.changing`, which takes the cohort's own row
first: changes of one cohort come one after the other, and each has a number.

SQLite's write-ahead log holds pages as they were before, in the order of the changes: who answered
beside what was answered, and what was erased. So it is emptied after each change. PostgreSQL keeps its
own log of changes, out of our reach.
"""

import contextlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from openpractice.databases import patience
from openpractice.room.migrations.moving import bring_up
from openpractice.room.roomtables import cohort as cohorts
from openpractice.room.roomtables import log

NAME = "room.db"
BUSY_MS = 20_000
#: How long emptying the log waits for those who look; if that is too short, the next change does it.
SETTLING_MS = 500
DAY_MS = 24 * 3_600_000
#: Acts of which the log keeps the day alone: with the hour it could be told whose answer came after.
WITHOUT_HOUR = ("phase", "shown", "reveal", "again", "reset", "left")


class RoomRefused(Exception):
    """Something that the room does not do; `code` is for programs, `values` for the sentence."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


def now_ms() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """An id that tells nothing: neither an order nor a time."""
    return secrets.token_hex(12)


class RoomStore:
    """The database of one course's room, at its newest form. Safe for threads.

    Parameters
    ----------
    where
        A folder, in which `room.db` is made, or the URL of a database.
    """

    def __init__(self, where: Path | str):
        self.engine = sa.create_engine(_url(where), **_options(where))
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _settle_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        self._watchers: list[Callable[[str, bool], None]] = []
        self._writing = threading.Lock()
        bring_up(self.engine)
        self._settle()

    def watch(self, told: Callable[[str, bool], None]) -> None:
        """Calls `told(cohort, only_heads)` after every change, in the thread that made it."""
        self._watchers.append(told)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to look with, on one state of the database."""
        with self.engine.connect() as db:
            yield db

    @contextlib.contextmanager
    def changing(self, cohort: str, heads: bool = False) -> Iterator[sa.Connection]:
        """A connection to change one cohort with; whole or not at all.

        Raises
        ------
        RoomRefused
            ``no-cohort`` when there is none of this id.
        """
        what = cohorts.c.pulse if heads else cohorts.c.number
        with self._one_by_one(), self.engine.connect() as db, _starting_to_write(db):
            taken = db.execute(cohorts.update().where(cohorts.c.id == cohort).values({what: what + 1}))
            if not taken.rowcount:
                raise RoomRefused("no-cohort")
            yield db
        self._settle()
        for told in self._watchers:
            told(cohort, heads)

    @contextlib.contextmanager
    def making(self) -> Iterator[sa.Connection]:
        """A connection to change what belongs to no cohort yet."""
        with self._one_by_one(), self.engine.connect() as db, _starting_to_write(db):
            yield db
        self._settle()

    def _settle(self):
        """Empties SQLite's write-ahead log into the database, and cuts it off."""
        if self.engine.dialect.name != "sqlite":
            return
        with self._one_by_one(), contextlib.closing(self.engine.raw_connection()) as link:
            for line in (f"busy_timeout={SETTLING_MS}", "wal_checkpoint(TRUNCATE)", f"busy_timeout={BUSY_MS}"):
                link.cursor().execute(f"PRAGMA {line}").fetchall()

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    def _one_by_one(self):
        # SQLite has one writer: waiting here is fair, its own way of waiting is not.
        return self._writing if self.engine.dialect.name == "sqlite" else contextlib.nullcontext()


def note(db: sa.Connection, cohort: str, who: str, what: str, **about) -> None:
    """A line of the log: who among those who lead did what. Never who answered what."""
    now = now_ms()
    at = now - now % DAY_MS if what in WITHOUT_HOUR else now
    row = {"id": new_id(), "cohort": cohort, "at": at, "who": who, "what": what, "about": json.dumps(about)}
    db.execute(log.insert().values(row))


def _url(where):
    if isinstance(where, Path):
        where.mkdir(parents=True, exist_ok=True)
        return sa.URL.create("sqlite", database=str(where / NAME))
    return where


def _options(where):
    if isinstance(where, Path) or sa.make_url(where).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 20}, "poolclass": sa.QueuePool, "pool_size": 12, "max_overflow": 4}
    return {"pool_size": 10, "max_overflow": 6, "pool_pre_ping": True, "connect_args": patience(where)}


def _settle_sqlite(connection, record):
    connection.isolation_level = None
    for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {line}")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def _begin_sqlite(db):
    db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("writes") else "BEGIN")


@contextlib.contextmanager
def _starting_to_write(db):
    with db.execution_options(writes=True).begin():
        yield
