"""A backup put into an empty folder: every file and database as it was, hand-ins with their times, erasures made again."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from openpractice.databases import named_database
from openpractice.gradebook.coursefolder import EXCHANGE, CourseFolder, GradingError, exchange_of, open_folder
from openpractice.gradebook.exchangefolders import give_lists
from openpractice.ids import is_id
from openpractice.intake import inbox
from openpractice.launch.datafolder import FORMAT
from openpractice.launch.safekeeping import erase, erasures, keptdata
from openpractice.launch.safekeeping.backup import (
    ABOUT,
    BACKUP_FORMAT,
    LISTS,
    SEALED,
    TIMES,
    TIMES_ELSEWHERE,
    library,
    run_postgres,
    urls,
)
from openpractice.launch.safekeeping.keptfiles import KeptTree, trees


def restore(backup: Path, data: Path, key: str = "", meant: int = 0, environ=os.environ) -> list[str]:
    """What was done, as sentences. `key` is a file with the age identity; `meant` is as for erasing.

    Raises
    ------
    GradingError
        With nothing left in the folder: when it is not empty, when the backup cannot be opened, is of a
        newer kit or is not whole, when a database or an exchange that it needs is not named or not empty, and
        when more people were erased since than are erased unasked.
    """
    exchange = exchange_of(data, environ)
    kept = trees(data, exchange)
    if data.exists() and any(data.iterdir()):
        raise GradingError("restore-not-empty", folder=data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
    begun: list[Path] = [data]  # what is emptied again where something stands in the way
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as scratch:
            with _opened(backup, key) as tar:
                about, times = _unpack(tar, kept, Path(scratch), begun)
            _databases(about, data, Path(scratch), environ)
        counted = sum(_times(tree, known) for tree, known in times.items())
        again = _erased_since(about["at"], backup, data, kept)
        if len(again) > erase.MOST_UNASKED and meant != len(again):
            raise GradingError("erase-many", n=len(again), most=erase.MOST_UNASKED)
    except BaseException:
        for path in (path for folder in begun for path in folder.iterdir()):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        raise
    said = [f"Restored {data} as it was at {about['at']}; {counted} hand-ins have their times."]
    said += [f"Restored the exchange: {folder}" for folder in begun[1:]]
    for person in again:
        said += erase.erase_here(_folder_of(data, kept), [person])
    return [*said, *(f"Erased again: {person}" for person in again)]


def _folder_of(data: Path, kept: list[KeptTree]) -> CourseFolder:
    courses = {path.name for tree in kept for path in tree.glob("exchange/*") if path.is_dir()}
    return open_folder(data, courses.pop() if len(courses) == 1 else None)


# -- the file ---------------------------------------------------------------------------------------


@contextmanager
def _opened(backup: Path, key: str) -> Iterator[tarfile.TarFile]:
    """The backup as a tar file; unsealed into a file without a name, where it is sealed."""
    try:
        if not backup.name.endswith(SEALED):
            with tarfile.open(backup, "r:gz") as tar:
                yield tar
            return
        if not key:
            raise GradingError("restore-sealed")
        pyrage = library()
        with tempfile.TemporaryFile() as plain:
            with open(backup, "rb") as source:
                pyrage.decrypt_io(source, plain, _identities(pyrage, key))
            plain.seek(0)
            with tarfile.open(fileobj=plain, mode="r:gz") as tar:
                yield tar
    except GradingError:
        raise
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise GradingError("restore-not-whole", file=backup, why=error) from None
    except Exception as error:
        if type(error).__module__.startswith("pyrage"):
            raise GradingError("restore-key") from None
        raise


def _identities(pyrage, key: str) -> list:
    lines = Path(key).read_text("utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [pyrage.x25519.Identity.from_str(name) for name in names]


def _unpack(
    tar: tarfile.TarFile, kept: list[KeptTree], scratch: Path, begun: list[Path]
) -> tuple[dict, dict[KeptTree, dict]]:
    """Files into the folders, databases aside; what the backup says of itself, and when hand-ins came."""
    about: dict = {}
    times: dict[str, dict] = {}
    for one in tar:
        way, *parts = PurePosixPath(one.name).parts
        if ".." in parts or (not about and one.name != ABOUT):
            raise ValueError(one.name)
        if not one.isreg() and not (one.isdir() and way == "exchange"):
            raise ValueError(f"{one.name} is no file")
        file = tar.extractfile(one)
        content = file.read() if file else b""
        if one.name == ABOUT:
            about = json.loads(content)
            if about["format"] > BACKUP_FORMAT or about["data"] > FORMAT:
                raise GradingError("restore-newer", kit=about["kit"])
            if about["format"] == BACKUP_FORMAT:
                begun.append(_empty_exchange(kept))
        elif one.name in (TIMES, TIMES_ELSEWHERE):
            times[one.name] = json.loads(content)
        elif way == "databases":
            (scratch / parts[0]).write_bytes(content)
        elif way == "data" and parts:
            _put(kept[0].top.joinpath(*parts), content, one)
        elif way == "exchange" and about["format"] == BACKUP_FORMAT:
            _put(kept[1].top.joinpath(*parts), content, one)
    if TIMES not in times:
        raise ValueError("it ends too early")
    return about, {
        tree: times[name] for tree, name in zip(kept, (TIMES, TIMES_ELSEWHERE), strict=False) if name in times
    }


def _empty_exchange(kept: list[KeptTree]) -> Path:
    """Where an exchange goes that lay outside of its data folder: outside of this one, and empty."""
    if len(kept) == 1:
        raise GradingError("restore-names-no-exchange", setting=EXCHANGE)
    place = kept[1].top
    if place.exists() and any(place.iterdir()):
        raise GradingError("restore-exchange-used", folder=place)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def _put(place: Path, content: bytes, known: tarfile.TarInfo) -> None:
    """One file or folder, with its owner, its rights and its time."""
    made = [folder for folder in place.parents if not folder.exists()]
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if known.isdir():
        place.mkdir(exist_ok=True, mode=0o700)
    else:
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    if os.geteuid() == 0:  # only root may give files back to whose they were
        for one in (place, *made):
            os.chown(one, known.uid, known.gid)
    place.chmod(known.mode & 0o1777)
    give_lists(place, {key.removeprefix(LISTS): value for key, value in known.pax_headers.items()})
    os.utime(place, (known.mtime, known.mtime))


# -- databases --------------------------------------------------------------------------------------


def _databases(about: dict, data: Path, scratch: Path, environ) -> None:
    for name, kind in about["databases"].items():
        one = keptdata.DATABASES[name]
        if kind == "sqlite":
            place = data / one.file
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(scratch / name, place)
            place.chmod(0o600)
            if os.geteuid() == 0:
                os.chown(place, *about["owners"][name])
        else:
            url = named_database(one.setting, environ) if one.setting else ""
            if not url:
                raise GradingError("restore-names-no-database", name=name, setting=one.setting)
            known = sa.make_url(url)
            if _has_tables(known):
                raise GradingError("restore-database-used", name=name)
            run_postgres(
                ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname"],
                known,
                str(scratch / name),
            )


def _has_tables(url: sa.URL) -> bool:
    engine = sa.create_engine(url)
    try:
        return bool(sa.inspect(engine).get_table_names())
    finally:
        engine.dispose()


# -- what time has done since -----------------------------------------------------------------------


def _times(tree: KeptTree, times: dict[str, float]) -> int:
    """Writes down when hand-ins came, beside the change time that they have now; how many there are."""
    courses: dict[Path, dict] = {}
    for place, made in times.items():
        _, course, _, person, name = place.split("/")
        with inbox.opened_folder(tree.at(place)) as folder:
            here = inbox.seen_time(folder, name.split("+")[1])
        file = tree.at(f"exchange/{course}/{inbox.RESTORED}")
        courses.setdefault(file, {})[f"{person}/{name}"] = [here, made]
    for file, known in courses.items():
        file.write_text(json.dumps({"format": 1, "times": known}))
        file.chmod(0o600)
        if os.geteuid() == 0:  # whose the course is reads it
            beside = file.parent.stat()
            os.chown(file, beside.st_uid, beside.st_gid)
    return len(times)


def _erased_since(at: str, backup: Path, data: Path, kept: list[KeptTree]) -> list[str]:
    """Whoever of those in the backup was erased after it was made."""
    marks = erasures.since(at, backup.parent / erasures.NAME, data / erasures.HERE)
    return [person for person in everybody(data, kept) if erasures.mark(data, person) in marks]


def everybody(data: Path, kept: list[KeptTree]) -> list[str]:
    """The ids of all people of whom there is a folder or a line anywhere in what is kept."""
    ways = ("people", "exchange/*/inbound", "files/course/submitted")
    found = {path.name for tree in kept for way in ways for path in tree.glob(f"{way}/*")}
    for name, url in urls(data).items():
        found |= _people_in(url, keptdata.person_columns(name))
    return sorted(filter(is_id, found))


def _people_in(url: str, columns: dict[str, str]) -> set[str]:
    engine = sa.create_engine(url)
    try:
        have = set(sa.inspect(engine).get_table_names())
        with engine.connect() as db:
            return {
                str(person)
                for table, column in columns.items()
                if table in have
                for person in db.scalars(sa.select(sa.column(column, sa.Text)).select_from(sa.table(table)).distinct())
            }
    finally:
        engine.dispose()
