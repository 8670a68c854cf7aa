"""A person's own hand-ins in the exchange: folders named as nbgrader names them.

What is placed appears whole or not at all; nothing is followed through a link, and only
folders with our own kind of name are ever removed.
"""

import base64
import calendar
import contextlib
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from openpractice.files import sync_folder, write_new
from openpractice.handins.places import Places
from openpractice.handins.specs import BadNotebook, read_plain
from openpractice.ids import new_key, safe_id
from openpractice.journal.appendfile import saying_why

_STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC"
_FOLDER = re.compile(rf"([a-z0-9-]+)\+([a-z0-9-]+)\+({_STAMP})\+([A-Za-z0-9_-]+)")

_HIDDEN = re.compile(r"\.[0-9a-f]{32}")


def split_name(name: str) -> tuple[str, str, str] | None:
    """Participant, lesson and timestamp in the name of a hand-in's folder, or None.

    Source: nbgrader's ``exchange/default/submit.py``, ``user+assignment+timestamp+random``.
    """
    found = _FOLDER.fullmatch(name)
    return (found[1], found[2], found[3]) if found else None


@dataclass(frozen=True, slots=True)
class News:
    """How far the facilitators are with a lesson: the number of the hand-in that it is about, and how it stands.

    `taking` says that it is being collected at this moment, `again` that one may hand in after it was read.
    """

    handin: object
    taking: bool
    collected: bool
    read: bool
    again: bool


@dataclass(frozen=True, slots=True)
class OwnHandIns:
    """One person's hand-ins of one lesson in the exchange; none without an inbound folder, and then no place for one."""

    places: Places
    lesson: str

    @property
    def _inbound(self) -> Path:
        return cast(Path, self.places.inbound)

    def news(self) -> News:
        """What the exchange tells of them; nothing has happened where it tells nothing."""
        feedback, outbound, lesson = self.places.feedback, self.places.outbound, safe_id(self.lesson)
        said = _read_object(feedback and feedback / f"{lesson}.status.json")
        out = _read_object(outbound and outbound / lesson / "release.json")
        read = bool(said.get("read_at")) or said.get("state") in ("read", "returned")
        collected = read or bool(said.get("collected_at")) or said.get("state") == "collected"
        taking = said.get("state") == "collecting"
        return News(said.get("handin"), taking, collected, read, out.get("resubmission", 1) == 1)

    def has_place(self) -> bool:
        """Whether there is a folder for this person's hand-ins, or one can be made."""
        inbound = self._inbound
        above = next((folder for folder in inbound.parents if folder.exists()), inbound)
        return inbound.is_dir() or os.access(above, os.W_OK | os.X_OK)

    def place(self, responses: bytes, notebook: bytes) -> Path:
        """A new hand-in folder in the person's inbound folder, newer than all before it.

        Raises
        ------
        NotSaved
            With nothing left behind.
        """
        inbound = self._inbound
        with saying_why():
            inbound.mkdir(parents=True, exist_ok=True)
            before = map(split_name, os.listdir(inbound))
            stamp = _next_stamp(each[2] for each in before if each and each[1] == self.lesson)
            random = base64.urlsafe_b64encode(os.urandom(9)).decode("ascii")
            folder = inbound / f"{self.places.person}+{self.lesson}+{stamp}+{random}"
            files = {
                "responses.json": responses,
                f"{self.lesson}.ipynb": notebook,
                "timestamp.txt": stamp.encode(),
                "submission_secret.txt": os.urandom(64).hex().encode(),
            }
            _place_whole(folder, files)
        return folder

    def newest(self) -> tuple[str, bytes] | None:
        """The name of the one that was placed last, and its responses.json; None when there is none to be read."""
        with contextlib.suppress(OSError, BadNotebook):
            found = [(fields[2], folder) for folder, fields in self._all()]
            if found:
                _, folder = max(found)
                return folder.name, read_plain(folder / "responses.json")
        return None

    def remove_older(self, newest: str | None = None) -> None:
        """Removes those from before `newest`, or all.

        The one that was collected stays, and so does one that came in after `newest`.
        """
        inbound = self.places.inbound
        if inbound is None or not inbound.is_dir():
            return
        said = self.news()
        before = newest.split("+")[2] if newest else "~"
        for folder in inbound.iterdir():
            if _HIDDEN.fullmatch(folder.name) and _is_left_behind(folder):
                remove_folder(folder)
        for folder, fields in self._all():
            if fields[2] < before and not (said.collected and _handin_in(folder) == said.handin):
                _remove_at_once(folder)

    def _all(self):
        """Each folder with what its name says."""
        inbound = self.places.inbound
        named = [(inbound / name, split_name(name)) for name in os.listdir(inbound)] if inbound else []
        mine = self.places.person, self.lesson
        return [(folder, fields) for folder, fields in named if fields and fields[:2] == mine]


def _place_whole(folder, files):
    """The files in a new folder, which appears with all of them or not at all."""
    fresh = folder.with_name(f".{new_key()}")
    try:
        fresh.mkdir(mode=0o700)
        for name, data in files.items():
            write_new(fresh / name, data, 0o640)
        # On an exchange that several system users share, the folder's list lets the course in, as its group.
        fresh.chmod(0o770)
        sync_folder(fresh)
        os.rename(fresh, folder)
    except OSError:
        remove_folder(fresh)
        raise
    sync_folder(folder.parent)


def _remove_at_once(folder):
    hidden = folder.with_name(f".{new_key()}")
    with contextlib.suppress(OSError):
        os.rename(folder, hidden)
        remove_folder(hidden)


def _is_left_behind(folder):
    """Whether a process that died left this unfinished folder, an hour ago or longer."""
    with contextlib.suppress(OSError):
        return time.time() - folder.lstat().st_mtime > 3600
    return False


def remove_folder(folder: Path) -> None:
    """Removes a flat folder and the files in it; a link is left where it is."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            for name in os.listdir(fd):
                os.unlink(name, dir_fd=fd)
        finally:
            os.close(fd)
        os.rmdir(folder)


def _next_stamp(before):
    """The time now, or just after the newest hand-in when the clock went back."""
    # A name from the far future was never made by us, and the next one would have no form.
    stamp, newest = _stamp(time.time_ns() // 1000), max((each for each in before if each < "9000"), default="")
    if stamp > newest:
        return stamp
    seconds = calendar.timegm(time.strptime(newest[:19], "%Y-%m-%d %H:%M:%S"))
    return _stamp(seconds * 10**6 + int(newest[20:26]) + 1)


def _stamp(micros):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(micros // 10**6)) + f".{micros % 10**6:06} UTC"


def _handin_in(folder):
    return _read_object(folder / "responses.json").get("handin")


def _read_object(path: Path | None) -> dict:
    """The JSON object in a file; ``{}`` for none, a link, or anything else."""
    try:
        found = json.loads(read_plain(path)) if path else {}
    except (BadNotebook, ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}
