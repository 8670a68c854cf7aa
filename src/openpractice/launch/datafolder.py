"""The data folder: everything a workshop keeps, in one place, opened by one workshop at a time.

`openpractice.json` in it names the folder's format. A kit opens folders of its own format and
older ones; of a newer one it says so and touches nothing.
"""

import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from openpractice import __version__
from openpractice.files import replace_file
from openpractice.i18n import Coded
from openpractice.launch.disks import network_disk

FORMAT = 1
MARK = "openpractice.json"
FOLDERS = ("files/people", "files/course", "exchange", "people", "config", "log")
LEAST_ROOM = 10_000_000  # bytes; a new folder's databases and first logs take a tenth of it


class CannotStart(Coded):
    """A start that failed for a reason the person can mend; the hint says how."""


@dataclass(frozen=True)
class DataFolder:
    """An open data folder. `lock` is held as long as the process, or a child given it, lives."""

    path: Path
    lock: int

    def secret(self, name: str) -> str:
        """A random word, made once and kept in config/, so that a restart keeps people signed in."""
        file = self.path / "config" / name
        if not file.exists():
            write_private(file, secrets.token_hex(24))
        return file.read_text().strip()


def open_folder(path: Path, course: str = "", lies: Path | None = None) -> DataFolder:
    """The data folder at `path`, made if need be, for this process alone; it remembers its course, and where that lies.

    Raises CannotStart where it is in use, cannot be written, belongs to something else or to another
    course, was made by a newer kit, or lies on a disk that is as good as full or another machine's.
    """
    try:
        check_disk(path)
        path.mkdir(parents=True, exist_ok=True)
        held = check_mark(path)
        check_course(path, held, course)
        check_room(path)
        lock = take_lock(path)
        for name in FOLDERS:
            (path / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        of = {"course": course, "folder": str(lies)} if course else {}
        write_private(path / MARK, json.dumps({**held, "format": FORMAT, "kit": __version__, **of}) + "\n")
    except OSError as error:
        raise CannotStart("start-not-writable", folder=path, why=error.strerror) from None
    return DataFolder(path, lock)


def check_mark(path: Path) -> dict:
    """What the folder says of itself; {} of a new one."""
    try:
        mark = json.loads((path / MARK).read_text())
        found = int(mark["format"])
    except FileNotFoundError:
        if any(path.iterdir()):
            raise CannotStart("start-other-files", folder=path, mark=MARK) from None
        return {}
    except (ValueError, KeyError, TypeError):
        raise CannotStart("start-mark-unreadable", file=path / MARK, format=FORMAT) from None
    if found > FORMAT:
        kit = mark.get("kit", "?")
        raise CannotStart("start-newer", folder=path, kit=kit, found=found, own=__version__, format=FORMAT)
    return mark


def check_course(path: Path, held: dict, course: str) -> None:
    """Two courses, and two editions of one, each have a folder of their own."""
    if course and held.get("course", course) != course:
        raise CannotStart("start-other-course", folder=path, held=held["course"], course=course)


def course_of(path: Path | None) -> str | None:
    """Where the course lies that the data folder is of, as far as it says."""
    try:
        return json.loads((Path(path) / MARK).read_text())["folder"] if path else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_disk(path: Path) -> None:
    """Journals and SQLite lose what they acknowledged where another machine serves the disk."""
    if kind := network_disk(path):
        raise CannotStart("start-network-disk", folder=path, kind=kind)


def check_room(path: Path) -> None:
    """On a full disk the hub would fall again and again, and nobody's words could be kept."""
    free = shutil.disk_usage(path).free
    if free < LEAST_ROOM:
        raise CannotStart("start-disk-full", folder=path, free=free / 1e6, least=LEAST_ROOM / 1e6)


def take_lock(path: Path) -> int:
    """Descriptor of the lock, or CannotStart while another workshop holds it."""
    handle = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise CannotStart("start-running", folder=path) from None
    return handle


def write_private(file: Path, text: str) -> None:
    """Write the whole file or nothing, readable by its owner only."""
    replace_file(file, text.encode("utf-8"))
