"""Which erasures were made, without a name: so that restoring an older backup makes them again.

A line has a time and a hash of the id under the workshop's own word. It is written into the data folder
and into every folder that backups were made in.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from pathlib import Path

from openpractice.clock import utc_now
from openpractice.files import replace_file
from openpractice.service.handlers.workshop import workshop_id

NAME = "erased.jsonl"
HERE = Path("config", NAME)
PLACES = Path("config", "backups.json")  # the folders that backups of this data folder were made in


def note(data: Path, person: str) -> list[Path]:
    """Writes an erasure down; the folders of backups that could not be told, which are then to be told by hand."""
    line = json.dumps({"at": utc_now(), "who": mark(data, person)}) + "\n"
    _add(data / HERE, line)
    away = []
    for folder in told(data):
        try:
            _add(folder / NAME, line)
        except OSError:
            away.append(folder)
    return away


def mark(data: Path, person: str) -> str:
    """What stands for a person in the list; it says nothing to whoever has not this workshop's own word."""
    return hmac.new(workshop_id(data).encode(), person.encode(), hashlib.sha256).hexdigest()


def since(at: str, *files: Path) -> set[str]:
    """The marks of whoever was erased after that moment, as these lists have it."""
    found = set()
    for file in files:
        with contextlib.suppress(OSError):
            for line in file.read_text("utf-8").splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    one = json.loads(line)
                    if str(one["at"]) >= at:
                        found.add(str(one["who"]))
    return found


def told(data: Path) -> list[Path]:
    """The folders in which backups of this data folder were made."""
    try:
        return [Path(str(one)) for one in json.loads((data / PLACES).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def remember(data: Path, backups: Path) -> None:
    """From now on erasures are written down in that folder too, with those that were made so far."""
    known = told(data)
    if backups not in known:
        (data / PLACES).parent.mkdir(exist_ok=True, mode=0o700)
        replace_file(data / PLACES, json.dumps([str(one) for one in [*known, backups]]).encode())
    with contextlib.suppress(FileNotFoundError):
        have = set(_lines(backups / NAME))
        _add(backups / NAME, "".join(f"{line}\n" for line in _lines(data / HERE) if line not in have))


def _lines(file: Path) -> Iterable[str]:
    return file.read_text("utf-8").splitlines() if file.is_file() else []


def _add(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
