"""What is missing or wrong where a course stands, each with what to type. Changes nothing."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path

import sqlalchemy as sa
from packaging.requirements import Requirement

from openpractice.databases import NoDatabase
from openpractice.gradebook.coursefolder import GradingError, exchange_of
from openpractice.gradebook.exchangefolders import exchange_users
from openpractice.hub.walls import SERVICE_WRITES
from openpractice.i18n import Coded
from openpractice.kit import built_notebooks, course_parts
from openpractice.launch.datafolder import MARK, CannotStart, check_mark, check_room
from openpractice.launch.disks import MOUNTS, network_disk
from openpractice.launch.safekeeping import erasures, keptdata
from openpractice.launch.safekeeping.backup import kept_in, url_of
from openpractice.roster.whojoined import JOINED

OLD_BACKUP = 2 * 24 * 3600.0
HINTS_ONLY = ("doctor-no-backup", "doctor-old-backup", "doctor-nothing-released", "doctor-no-data-yet")


class Finding(Coded):
    """One thing that is wrong, or that somebody should look at."""

    @property
    def is_wrong(self) -> bool:
        """Whether the course cannot do its work with it; otherwise it is worth knowing."""
        return self.code not in HINTS_ONLY


def examine(data: Path, course: str, environ=os.environ, mounts: Path = MOUNTS) -> list[Finding]:
    """Everything that was found, the folder first; an empty list when all is well."""
    return [
        *versions(),
        *data_folder(data, mounts),
        *exchange(data, course, environ),
        *kit(data, course),
        *databases(data, environ, mounts),
        *backups(data),
    ]


#: What the parts that keep a course's data need; other extras may be missing.
NEEDED = ("", "review")


def versions() -> Iterator[Finding]:
    """Packages that are missing or of another version than the kit was made for."""
    needs = [Requirement(line) for line in metadata.requires("openpractice") or []]
    told = set()
    for need in needs:
        # The kit's own name: one extra that takes in another. Several extras may ask for one package.
        if need.name == "openpractice" or need.name in told:
            continue
        optional = need.marker is not None and not any(need.marker.evaluate({"extra": one}) for one in NEEDED)
        try:
            have = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            if not optional:
                told.add(need.name)
                yield Finding("doctor-no-package", name=need.name, python=sys.executable)
            continue
        if not need.specifier.contains(have, prereleases=True):
            told.add(need.name)
            yield Finding("doctor-version", name=need.name, have=have, need=need.specifier, python=sys.executable)


def data_folder(data: Path, mounts: Path = MOUNTS) -> Iterator[Finding]:
    """The folder: whose it is, who else can look into it, whether its disk keeps what is written."""
    if kind := network_disk(data, mounts):
        yield Finding("doctor-network-disk", folder=data, kind=kind)
    if not data.exists():
        yield Finding("doctor-no-data-yet", folder=data)
        return
    found = data.stat()
    if os.geteuid() not in (0, found.st_uid):
        yield Finding("doctor-not-yours", folder=data, owner=_user(found.st_uid))
        return
    if found.st_mode & 0o077:
        yield Finding("doctor-open-to-others", folder=data, mode=oct(stat.S_IMODE(found.st_mode))[2:])
    try:
        if (data / MARK).exists() or any(data.iterdir()):
            check_mark(data)
        check_room(data)
    except CannotStart as no:
        yield Finding("doctor-folder", why=no, do=no.hint)
    yield from owners(data)


def owners(data: Path) -> Iterator[Finding]:
    """Files that the course cannot change, as somebody else's. A hub of root's runs it under an id of its own."""
    course = (data / "files" if (data / "files").is_dir() else data).stat()
    for part in SERVICE_WRITES:
        # What people hand in may be files of their own accounts, and who joined is written by the hub;
        # the course only reads those.
        below = (path for path in (data / part).rglob("*") if "inbound" not in path.parts and path.name != JOINED)
        found = {path: path.lstat().st_uid for path in [data / part, *below] if path.exists()}
        strange = sorted(path for path, owner in found.items() if owner != course.st_uid)
        if strange:
            yield Finding(
                "doctor-several-owners",
                count=len(strange),
                folder=data / part,
                users=", ".join(sorted({_user(found[path]) for path in strange})),
                first=strange[0],
                owner=_user(course.st_uid),
                numbers=f"{course.st_uid}:{course.st_gid}",
            )


def exchange(data: Path, course: str, environ=os.environ) -> Iterator[Finding]:
    """Where lessons go out and hand-ins come in."""
    top = exchange_of(data, environ)
    here = top / course
    try:
        exchange_users(environ)
    except GradingError as no:
        yield Finding(no.code, **no.values)
    if not here.is_dir():
        others = [path.name for path in top.glob("*") if path.is_dir()] if data.exists() and top.is_dir() else []
        if others:
            yield Finding("doctor-other-course", course=course, others=", ".join(others))
        return
    if not top.resolve().is_relative_to(data.resolve()):  # inside, the data folder is closed already
        for place in (here, *here.iterdir()):
            if place.is_dir() and place.stat().st_mode & 0o007:
                yield Finding("doctor-exchange-open", folder=place, mode=oct(stat.S_IMODE(place.stat().st_mode))[2:])


def kit(data: Path, course: str) -> Iterator[Finding]:
    """The lessons that can be put out, and what is out."""
    parts = course_parts()
    for part in (parts.lessons, parts.notebooks):
        if not part.is_dir():
            yield Finding("doctor-no-kit", folder=part)
            return
    if not built_notebooks():
        yield Finding("doctor-not-built", folder=parts.notebooks)
        return
    out = data / "exchange" / course / "outbound"
    if out.is_dir() and not any(out.iterdir()):
        yield Finding("doctor-nothing-released", lesson=next(iter(built_notebooks())), data=data)


def databases(data: Path, environ=os.environ, mounts: Path = MOUNTS) -> Iterator[Finding]:
    """Each database: its driver, whether it answers, whether it is whole."""
    for name in keptdata.DATABASES:
        try:
            url = url_of(name, data, environ)
        except NoDatabase as no:
            yield Finding(no.code, **no.values)
            continue
        if not url:
            continue
        known = sa.make_url(url)
        if known.get_backend_name() == "sqlite":
            yield from _sqlite(name, Path(known.database or ""), mounts)
        else:
            yield from _server(name, known)


def _sqlite(name: str, file: Path, mounts: Path) -> Iterator[Finding]:
    if kind := network_disk(file.parent, mounts):
        yield Finding("doctor-network-disk", folder=file, kind=kind)
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as db:
            said = db.execute("pragma quick_check").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        yield Finding("doctor-damaged", name=name, file=file, why=str(said)[:200])


def _server(name: str, url: sa.URL) -> Iterator[Finding]:
    engine = sa.create_engine(url)
    try:
        with engine.connect():
            pass
    except sa.exc.SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()[0][:200]
        # As psql reads it, which knows no drivers and asks for the passphrase.
        typed = url.set(drivername="postgresql", password=None).render_as_string()
        yield Finding("doctor-no-answer", name=name, url=typed, why=why)
    finally:
        engine.dispose()
    if shutil.which("pg_dump") is None:
        yield Finding("doctor-no-pg-dump")


def backups(data: Path) -> Iterator[Finding]:
    """Whether there is a backup, and how old it is."""
    if not (data / MARK).is_file():
        return
    kept = [path for folder in erasures.told(data) for path in kept_in(folder)]
    if not kept:
        yield Finding("doctor-no-backup", data=data)
    elif time.time() - max(path.stat().st_mtime for path in kept) > OLD_BACKUP:
        yield Finding("doctor-old-backup", folder=kept[0].parent, data=data)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
