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
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from openpractice import __version__
from openpractice.databases import GRADEBOOK, named_database
from openpractice.gradebook.coursefolder import EXCHANGE, GradingError, exchange_of
from openpractice.i18n import Coded
from openpractice.launch.datafolder import FORMAT, MARK
from openpractice.launch.safekeeping import erasures, keptdata
from openpractice.launch.safekeeping.filecopies import copied_files, handed_in_at
from openpractice.launch.safekeeping.keptfiles import KeptTree, trees
from openpractice.service.handlers.workshop import workshop_id

ABOUT, TIMES = "backup.json", "times.json"
TIMES_ELSEWHERE = "times-exchange.json"  # of the hand-ins in an exchange that is not in the data folder
LISTS = "openpractice."  # before the name of an access control list, beside a file
BACKUP_FORMAT = 2  # 1: of a course whose exchange is in its data folder
KEEP = 7
STAMP = "%Y-%m-%dT%H%M%SZ"
PLAIN, SEALED = ".tar.gz", ".tar.gz.age"


def back_up(data: Path, to: Path, key: str = "", keep: int = KEEP) -> tuple[Path, list[str | Coded]]:
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
    left: list[str | Coded] = []
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


def parts(data: Path, environ=os.environ) -> list[str]:
    """What a backup is made of, as the settings here name it: databases, the data folder, an exchange elsewhere."""
    named = [f"{name} ({sa.make_url(url).get_backend_name()})" for name, url in urls(data, environ).items()]
    return [*named, *(str(tree.top) for tree in trees(data, exchange_of(data, environ)))]


def kept_in(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first."""
    return sorted((path for path in folder.glob("openpractice-*.tar.gz*") if path.is_file()), reverse=True)


def _fill(tar: tarfile.TarFile, data: Path, at: datetime, left: list[str | Coded]) -> None:
    kept = trees(data, exchange_of(data))
    about: dict = {"format": BACKUP_FORMAT if kept[1:] else 1, "data": FORMAT, "kit": __version__, "at": at.isoformat()}
    about |= {"databases": {}, "owners": {}}
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as scratch:
        dumps = [*_databases(data, Path(scratch), about["databases"])]
        _all_named(kept, about["databases"])
        for name, _ in dumps:
            if (file := data / keptdata.DATABASES[name].file).is_file():
                about["owners"][name] = [file.stat().st_uid, file.stat().st_gid]
        _add(tar, ABOUT, json.dumps(about).encode())
        for name, dump in dumps:
            tar.add(dump, f"databases/{name}")
    times: dict[KeptTree, dict[str, float]] = {tree: {} for tree in kept}
    for one in copied_files(kept, left):
        if came := handed_in_at(one):
            times[one.tree].setdefault(*came)
        name = one.place if one.tree.below else f"data/{one.place}"
        _add(tar, name, one.content, one.found, one.lists)
    for tree, name in reversed([*zip(kept, (TIMES, TIMES_ELSEWHERE), strict=False)]):
        _add(tar, name, json.dumps(times[tree]).encode())


def _all_named(kept: list[KeptTree], databases: dict) -> None:
    """Refuses where a lesson went out, and the gradebook or the exchange is elsewhere and was not named here."""
    data = kept[0]
    if any(data.glob("files/course/release/*/*.ipynb")):
        if "gradebook" not in databases:
            raise GradingError("backup-unnamed-gradebook", folder=data.top, setting=GRADEBOOK)
        if not any(path for tree in kept for path in tree.glob("exchange/*/outbound")):
            raise GradingError("backup-unnamed-exchange", folder=data.top, setting=EXCHANGE)


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
            _copy_sqlite(Path(known.database or ""), place)
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


def _add(
    tar: tarfile.TarFile, name: str, content: bytes | None, known=None, lists: dict[str, str] | None = None
) -> None:
    """One file, or a folder where there is no content."""
    one = tarfile.TarInfo(name)
    one.size, one.mode = len(content or b""), stat.S_IMODE(known.st_mode) if known else 0o600
    one.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
    one.mtime = known.st_mtime if known else datetime.now(UTC).timestamp()
    one.uid, one.gid = (known.st_uid, known.st_gid) if known else (os.getuid(), os.getgid())
    one.pax_headers = {LISTS + key: value for key, value in (lists or {}).items()}
    tar.addfile(one, io.BytesIO(content or b""))


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
