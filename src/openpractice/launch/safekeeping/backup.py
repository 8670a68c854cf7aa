"""A backup of a running course, and of one that is stopped: one file, whole, that restores into an empty folder.

What refers is copied before what it refers to: the databases first, each by its own means, then what was
collected, then the exchange, then people's words, which only grow. So nothing in a backup points to
something that is not in it, whatever people do meanwhile.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import sqlalchemy as sa

from openpractice import __version__
from openpractice.databases import named_database
from openpractice.gradebook.coursefolder import GradingError
from openpractice.intake import inbox
from openpractice.launch.datafolder import FORMAT, MARK
from openpractice.launch.safekeeping import erasures, keptdata
from openpractice.service.handlers.workshop import workshop_id

ABOUT, TIMES = "backup.json", "times.json"
KEEP = 7
STAMP = "%Y-%m-%dT%H%M%SZ"
PLAIN, SEALED = ".tar.gz", ".tar.gz.age"
# What is copied after what: files whose names begin so come in this order, all others before them.
LATER = ("files/", "feedback-files/", "exchange/", "people/")
TRIES = 50  # at one person's hand-ins; who changes them that often in the milliseconds of a copy is no person


def back_up(data: Path, to: Path, key: str = "", keep: int = KEEP) -> tuple[Path, list[str]]:
    """The new backup in the folder `to`, and what had to be left out, as sentences.

    With a `key` (an age recipient, or a file of them) only who has its other half can read it. The
    newest `keep` of this folder's backups are kept.

    Raises
    ------
    GradingError
        When `data` is no data folder, `to` lies in it, or a database cannot be read.
    """
    if not (data / MARK).is_file():
        raise GradingError("backup-no-data", folder=data)
    if to.resolve().is_relative_to(data.resolve()):
        raise GradingError("backup-inside", folder=to)
    recipients = _recipients(key)
    workshop_id(data)  # its own word must be in the backup: by it erasures are known again
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    at = datetime.now(UTC)
    place = to / f"openpractice-{at.strftime(STAMP)}{SEALED if recipients else PLAIN}"
    fresh = place.with_name(f".{place.name}.part")
    left: list[str] = []
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with _sealed(out, recipients) as into, tarfile.open(fileobj=into, mode="w|gz") as tar:
                _fill(tar, data, at, left)
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, place)
    finally:
        fresh.unlink(missing_ok=True)
    erasures.remember(data, to.resolve())
    for old in kept_in(to)[keep:]:
        old.unlink()
    return place, left


def kept_in(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first."""
    return sorted((path for path in folder.glob("openpractice-*.tar.gz*") if path.is_file()), reverse=True)


def _fill(tar: tarfile.TarFile, data: Path, at: datetime, left: list[str]) -> None:
    about = {"format": 1, "data": FORMAT, "kit": __version__, "at": at.isoformat(), "databases": {}, "owners": {}}
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as scratch:
        dumps = [*_databases(data, Path(scratch), about["databases"])]
        for name, _ in dumps:
            if (file := data / keptdata.DATABASES[name].file).is_file():
                about["owners"][name] = [file.stat().st_uid, file.stat().st_gid]
        _add(tar, ABOUT, json.dumps(about).encode())
        for name, dump in dumps:
            tar.add(dump, f"databases/{name}")
    times: dict[str, float] = {}
    for folder, places in groupby(_in_order(data), _one_persons):
        for place, content, found in _settled(data, folder, left) if folder else _contents(data, places, left):
            times |= _handed_in_at(data, place)
            _add(tar, f"data/{place}", content, found)
    _add(tar, TIMES, json.dumps(times).encode())


# -- databases --------------------------------------------------------------------------------------


def urls(data: Path, environ=os.environ) -> dict[str, str]:
    """The database of each name, as a URL; those in files only where they are."""
    found = {name: url_of(name, data, environ) for name in keptdata.DATABASES}
    return {name: url for name, url in found.items() if url}


def url_of(name: str, data: Path, environ=os.environ) -> str:
    """The URL of one database; "" where there is none. Raises NoDatabase."""
    one = keptdata.DATABASES[name]
    named = named_database(one.setting, environ) if one.setting else ""
    return named or (f"sqlite:///{data / one.file}" if (data / one.file).is_file() else "")


def _databases(data: Path, scratch: Path, about: dict) -> Iterator[tuple[str, Path]]:
    for name, url in urls(data).items():
        known, place = sa.make_url(url), scratch / name
        about[name] = known.get_backend_name()
        if about[name] == "sqlite":
            _copy_sqlite(Path(known.database), place)
        else:
            command = ["pg_dump", "--format=custom", "--no-owner", "--file", str(place)]
            run_postgres([*command, "--dbname"], known)
        yield name, place


def _copy_sqlite(file: Path, place: Path) -> None:
    """A copy on one state of the database, by SQLite's own means, while others write."""
    try:
        reading = sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=60)
        with closing(reading) as db, closing(sqlite3.connect(place)) as copy:
            db.backup(copy)
            if copy.execute("pragma quick_check").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("quick_check")
    except sqlite3.Error as error:
        raise GradingError("backup-database", file=file, why=error) from None


def run_postgres(command: list[str], url: sa.URL, *more: str) -> None:
    """Runs a program of PostgreSQL's; the password goes by the environment, where nobody else can read it."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    env = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    try:
        done = subprocess.run([*command, plain, *more], env=env, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise GradingError("backup-no-program", program=command[0]) from None
    if done.returncode:
        raise GradingError("backup-database", file=url.render_as_string(), why=done.stderr.strip()[-500:])


# -- files ------------------------------------------------------------------------------------------


def _in_order(data: Path) -> Iterator[str]:
    """The files to copy: what refers to others before what it refers to, and listed only when their turn comes."""
    yield from sorted(_below(data, data))
    for folder in LATER:
        yield from sorted(_below(data, data / folder))


def _below(data: Path, top: Path) -> Iterator[str]:
    """The files under `top` that a backup copies as they lie, by their places in `data`; of `data`, not those that come later."""
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".backup-")]
        if Path(folder) == data:
            folders[:] = [name for name in folders if f"{name}/" not in LATER]
        for name in files:
            place = Path(folder, name).relative_to(data).as_posix()
            kind = keptdata.kind_of(place)
            passes = keptdata.database_at(place) or keptdata.is_passing(place)
            if not passes and not (kind and kind.backup == "left out"):
                yield place


def _one_persons(place: str) -> str:
    """The folder of one person's hand-ins, where a file lies in one; "" for any other file."""
    parts = place.split("/")
    return "/".join(parts[:4]) if len(parts) >= 5 and (parts[0], parts[2]) == ("exchange", "inbound") else ""


def _settled(data: Path, folder: str, left: list[str]) -> list[tuple[str, bytes, os.stat_result]]:
    """One person's hand-ins, each whole: whoever hands in anew meanwhile takes an earlier one away."""
    for _ in range(TRIES):
        refused: list[str] = []
        before = sorted(_below(data, data / folder))
        copied = [*_contents(data, before, refused)]
        if before == sorted(_below(data, data / folder)):
            break
    else:
        refused.append(f"{data / folder}: kept changing while it was copied")
    left += refused
    return copied


def _contents(data: Path, places: Iterable[str], left: list[str]) -> Iterator[tuple[str, bytes, os.stat_result]]:
    for place in places:
        if copied := _content(data / place, left):
            yield place, *copied


def _content(path: Path, left: list[str]) -> tuple[bytes, os.stat_result] | None:
    """The bytes of an ordinary file, never through a link; None for what went away meanwhile or is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None  # it was replaced or handed in anew while this ran
    except OSError as error:
        left.append(f"{path}: {error.strerror}")
        return None
    with open(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            left.append(f"{path}: not an ordinary file")
            return None
        return file.read(), found


def _handed_in_at(data: Path, place: str) -> dict[str, float]:
    """When a hand-in came, by person and name, for the first of its files that is copied."""
    parts = place.split("/")
    if len(parts) < 6 or not _one_persons(place):
        return {}
    person, name = parts[3:5]
    if name.count("+") < 2:
        return {}
    lesson = name.split("+")[1]
    known = inbox.restored_times(data / "exchange" / parts[1] / "inbound").get(f"{person}/{name}")
    try:
        with inbox.opened_folder(data / Path(*parts[:5])) as folder:
            seen = inbox.seen_time(folder, lesson)
    except inbox.Unreadable:
        return {}
    return {"/".join(parts[:5]): known[1] if known and known[0] == seen else seen}


def _add(tar: tarfile.TarFile, name: str, content: bytes, known: os.stat_result | None = None) -> None:
    one = tarfile.TarInfo(name)
    one.size, one.mode = len(content), stat.S_IMODE(known.st_mode) if known else 0o600
    one.mtime = known.st_mtime if known else datetime.now(UTC).timestamp()
    one.uid, one.gid = (known.st_uid, known.st_gid) if known else (os.getuid(), os.getgid())
    tar.addfile(one, io.BytesIO(content))


# -- sealing ----------------------------------------------------------------------------------------


def _recipients(key: str) -> list:
    """Whoever may open it, from an age recipient or a file with one a line; none without a key."""
    if not key:
        return []
    pyrage = library()
    lines = Path(key).read_text("utf-8").splitlines() if Path(key).is_file() else [key]
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        return [pyrage.x25519.Recipient.from_str(name) for name in names]
    except pyrage.RecipientError:
        raise GradingError("backup-key") from None


def library():
    """The library that seals and opens; it is not part of every installation."""
    try:
        import pyrage
    except ImportError:
        raise GradingError("backup-no-library") from None
    return pyrage


@contextmanager
def _sealed(out, recipients) -> Iterator:
    """Where to write: into `out` itself, or through the library, so that nothing lies there in clear."""
    if not recipients:
        yield out
        return
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def seal():
        with open(reading, "rb") as source:
            try:
                library().encrypt_io(source, out, recipients)
            except BaseException as error:  # told to whoever writes
                failed.append(error)
                source.read()

    thread = threading.Thread(target=seal, name="sealing")
    thread.start()
    try:
        with open(writing, "wb") as into:
            yield into
    finally:
        thread.join()
    if failed:
        raise failed[0]
