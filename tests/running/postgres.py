"""A real PostgreSQL server for tests, and the same fixtures over either engine.

`db_url` runs whatever uses it twice: once on SQLite (None) and once on PostgreSQL.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@dataclass
class Server:
    """One server; `database` makes a database on it, empty or as a copy of another."""

    place: Path
    _numbers: itertools.count = field(default_factory=itertools.count)

    def url(self, name):
        return f"postgresql+psycopg://kit@/{name}?host={self.place}"

    def database(self, like=None):
        return copy_database(like or self.url("template1"), f"own_{next(self._numbers)}_{os.getpid()}")


def copy_database(url, name):
    """The URL of a new database `name` that holds what the one at `url` holds."""
    known = sa.make_url(url)
    engine = sa.create_engine(known.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{known.database}"')
    engine.dispose()
    return known.set(database=name).render_as_string(hide_password=False)


@contextmanager
def running(address="", within=()):
    """A PostgreSQL server of our own, on a socket in a folder of its own; at that address too, on the host of `within`."""
    # Not under pytest's folder, which other users may not enter: PostgreSQL refuses to run as root.
    place = Path(tempfile.mkdtemp(prefix="op-pg-"))
    user = [*within]
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
        user += ["runuser", "-u", "postgres", "--"]
    programs, data = BINARIES[-1].parent, place / "data"

    def run(program, *words):
        subprocess.run([*user, programs / program, *words], check=True, cwd="/", stdout=subprocess.DEVNULL)

    run("initdb", "-D", data, "-U", "kit", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    if address:
        with open(data / "pg_hba.conf", "a") as who:
            who.write(f"host all kit {address}/24 trust\n")
    # Tests end processes, and no machine loses its power: what the system was given is there.
    options = f"-k {place} -c fsync=off -c full_page_writes=off -c listen_addresses='{address}'"
    run("pg_ctl", "-D", data, "-w", "-l", place / "log", "-o", options, "start")
    try:
        yield Server(place)
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(place)


@pytest.fixture(scope="session")
def postgres():
    """The same for a whole run of tests."""
    if not BINARIES:
        if os.environ.get("CI"):
            raise AssertionError("PostgreSQL is required here")
        pytest.skip("PostgreSQL is not installed")
    with running() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def db_url(request):
    """None for SQLite in the course's own folder, or an empty PostgreSQL database."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
