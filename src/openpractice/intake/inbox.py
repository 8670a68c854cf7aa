"""Reading what a participant could write, without trusting any of it.

Every folder and file is opened by descriptor, never through a link, and only after it
proved to be an ordinary one of an allowed size. Names are checked before they are used.
"""

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openpractice.border import HAND_IN, NOTEBOOK
from openpractice.cleantext import one_line
from openpractice.i18n import Coded
from openpractice.ids import is_id

STAMP = "%Y-%m-%d %H:%M:%S.%f UTC"

#: The files of a hand-in that are read, and their largest size in bytes.
FILES = {
    "responses.json": HAND_IN.most_bytes,
    "notebook": NOTEBOOK.most_bytes,
    "submission_secret.txt": 1024,
}
#: Where restoring a backup writes down when hand-ins came, beside everybody's folders.
RESTORED = "restored.json"
#: More hand-ins than this in one person's folder are not looked at.
MOST_ENTRIES = 2000
#: So many people's folders are looked at; a course has 10,000 at most (`roster.MOST_PEOPLE`).
MOST_FOLDERS = 12_000

#: How far the time in a folder's name may lie from the time the file system saw.
_CLOCKS_DIFFER_BY = timedelta(minutes=5)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unreadable(Coded):
    """A hand-in, or a part of it, that is not read."""


@dataclass(frozen=True)
class Entry:
    """One hand-in folder: its name, the time it claims, when it was handed in, and when the file system saw it.

    `made` is in seconds since 1970. Only `made` decides anything; the others are shown.
    """

    name: str
    stamp: datetime
    at: datetime
    made: float


@contextmanager
def opened_folder(name, within: int | None = None) -> Iterator[int]:
    """The descriptor of a folder that is no link.

    Raises
    ------
    Unreadable
        When it is a link, another thing than a folder, or closed to us.
    """
    try:
        found = os.stat(name, dir_fd=within, follow_symlinks=False)
        _refuse_unless(stat.S_ISDIR, found, "folder")
        descriptor = os.open(name, _FOLDER, dir_fd=within)
    except OSError as error:
        raise _closed(error) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_file(folder: int, name: str, most: int, shared: bool = False) -> tuple[bytes, os.stat_result] | None:
    """The bytes of an ordinary file and what the file system knows of it; None if absent.

    Raises
    ------
    Unreadable
        When it is a link or a device, one file under several names (unless it may be
        `shared`), somebody else's, too large, or closed to us.
    """
    try:
        _refuse_unless(stat.S_ISREG, os.stat(name, dir_fd=folder, follow_symlinks=False), name)
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unreadable("handin-part", name=name, why=_closed(error)) from None
    try:
        found = os.fstat(descriptor)
        _refuse_unless(stat.S_ISREG, found, name)
        if found.st_nlink != 1 and not shared:
            raise Unreadable("handin-several-names", name=name)
        if found.st_uid != os.fstat(folder).st_uid:
            raise Unreadable("handin-of-another", name=name)
        if found.st_size > most:
            raise Unreadable("handin-too-large", name=name, sizes=sizes(found.st_size, most))
        return _read(descriptor, name, most), found
    except OSError as error:
        raise Unreadable("handin-part", name=name, why=_closed(error)) from None
    finally:
        os.close(descriptor)


def sizes(size: int, most: int) -> str:
    """A size and the largest one, in the same unit and so that one sees which is which."""
    rounded = f"{size / 1e6:,.0f}", f"{most / 1e6:,.0f}"
    if rounded[0] != rounded[1]:
        return f"{rounded[0]} MB, the most is {rounded[1]} MB"
    return f"{size:,} bytes, the most is {most:,} bytes"


def folders_in(folder: int) -> tuple[list[str], int]:
    """The names in the folder of everybody's folders, people's ids first; and how many more there are."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith(".")]
    names.sort(key=lambda name: (not is_id(name), name))
    return names[:MOST_FOLDERS], max(0, len(names) - MOST_FOLDERS)


def names_in(folder: int) -> list[str]:
    """The names in one person's folder, in order, without those still being written.

    Raises
    ------
    Unreadable
        When there are more than `MOST_ENTRIES`.
    """
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) > MOST_ENTRIES:
                raise Unreadable("handin-too-many-things", most=MOST_ENTRIES)
    return sorted(name for name in names if not name.startswith("."))


def read_name(name: str, participant: str, lesson: str) -> datetime | None:
    """The time in the name of a hand-in of this lesson; None for another lesson's.

    Raises
    ------
    Unreadable
        When the name is another person's, or holds no time.
    """
    parts = name.split("+")
    if len(parts) not in (3, 4):
        raise Unreadable("handin-name")
    if parts[1] != lesson:
        return None
    if parts[0] != participant:
        raise Unreadable("handin-another-name", person=participant, name=one_line(parts[0], 40))
    if len(parts) == 4 and not re.fullmatch(r"[A-Za-z0-9_=-]{1,64}", parts[3]):
        raise Unreadable("handin-name")
    try:
        return datetime.strptime(parts[2], STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise Unreadable("handin-name-time") from None


def true_time(claimed: datetime, seen: float, now: datetime) -> datetime:
    """When it was handed in: the claimed time, unless the file system saw another.

    A change time cannot be set by the owner of a file, so neither a backdated nor a
    future claim gets further than `_CLOCKS_DIFFER_BY`.
    """
    witnessed = datetime.fromtimestamp(seen, UTC)
    honest = abs(claimed - witnessed) <= _CLOCKS_DIFFER_BY
    return min(claimed if honest else witnessed, now)


def entries(folder: int, participant: str, lesson: str, now: datetime, refuse, is_theirs, restored=None) -> list[Entry]:
    """The hand-ins of a lesson in a participant's open folder, in the order of their names.

    Which one is the latest, `Arrivals` says. `refuse(name, sentence)` is called for each that
    cannot be one. `is_theirs(owner)` says whether a folder of this system id can be the participant's.
    `restored`: what `restored_times` says of those that came out of a backup.
    """
    found = []
    for name in names_in(folder):
        try:
            claimed = read_name(name, participant, lesson)
            if claimed is not None:
                with opened_folder(name, folder) as inside:
                    if not is_theirs(owner := os.fstat(inside).st_uid):
                        raise Unreadable("handin-not-theirs", owner=owner)
                    made = seen_time(inside, lesson)
                    here, before = (restored or {}).get(f"{participant}/{name}", (None, None))
                    made = before if here == made else made
                    found.append(Entry(name, claimed, true_time(claimed, made, now), made))
        except Unreadable as refusal:
            refuse(name, refusal)
    return found


def restored_times(inbound: Path) -> dict[str, tuple[float, float]]:
    """By person and name, the change time that a hand-in has since it came out of a backup, and the one it had.

    No change time can be set, so restoring writes them down beside the folders, where only the course writes.
    Whatever was changed since has another, and counts as new.
    """
    try:
        held = json.loads((inbound.parent / RESTORED).read_bytes())
        return {str(key): (float(here), float(before)) for key, (here, before) in held["times"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def seen_time(folder: int, lesson: str) -> float:
    """Change time of the first file of the hand-in that is there, else of the folder.

    Whoever gives a file a second name elsewhere changes its time, but not that of its folder.
    """
    for name in ("responses.json", f"{lesson}.ipynb"):
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            continue
        if found.st_nlink == 1:
            return found.st_ctime
    return os.fstat(folder).st_ctime


def _read(descriptor, name, most):
    parts, size = [], 0
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
        size += len(part)
        if size > most:
            raise Unreadable("handin-grew", name=name)
    return b"".join(parts)


def _refuse_unless(right, found, name):
    if stat.S_ISLNK(found.st_mode):
        raise Unreadable("handin-link", name=name)
    if not right(found.st_mode):
        raise Unreadable("handin-not-ordinary", name=name)


def _closed(error: OSError) -> Unreadable:
    if isinstance(error, FileNotFoundError):
        return Unreadable("handin-went-away")
    if isinstance(error, PermissionError):
        return Unreadable("handin-closed")
    return Unreadable("file-unreadable", error=error.strerror)
