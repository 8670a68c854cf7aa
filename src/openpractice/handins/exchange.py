"""The participant's side of the exchange: folders named as nbgrader names them.

What is placed appears whole or not at all; nothing is followed through a link, and only
folders with our own kind of name are ever removed.
"""

import base64
import calendar
import contextlib
import hashlib
import json
import os
import re
import time
from pathlib import Path

from openpractice.carried import languages_in, read_translation
from openpractice.files import sync_folder, write_new
from openpractice.handins.specs import BadNotebook, answer_id, parse_notebook, read_plain
from openpractice.ids import safe_id
from openpractice.journal.appendfile import saying_why

_STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC"
_FOLDER = re.compile(rf"([a-z0-9-]+)\+([a-z0-9-]+)\+({_STAMP})\+([A-Za-z0-9_-]+)")

_HIDDEN = re.compile(r"\.[0-9a-f]{32}")


def new_handin() -> str:
    """A fresh number for a hand-in, 32 hex digits."""
    return os.urandom(16).hex()


def sha256_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def split_name(name: str) -> tuple[str, str, str] | None:
    """Participant, lesson and timestamp in the name of a hand-in's folder, or None.

    Source: nbgrader's ``exchange/default/submit.py``, ``user+assignment+timestamp+random``.
    """
    found = _FOLDER.fullmatch(name)
    return (found[1], found[2], found[3]) if found else None


def released_notebook(places, lesson_id: str, language: str = "") -> bytes | None:
    """The released notebook's bytes, in that language where it has it, or None when the lesson is not out."""
    if places.outbound is None:
        return None
    folder = places.outbound / safe_id(lesson_id)
    try:
        first = read_plain(folder / f"{lesson_id}.ipynb")
        others = languages_in(parse_notebook(first)) if language else {}
        return (language in others and read_translation(folder, lesson_id, language, others[language])) or first
    except BadNotebook:
        return None


def read_release(places, lesson_id: str) -> dict:
    """What ``release.json`` says, ``{}`` when there is none."""
    return _read_json(places.outbound and places.outbound / safe_id(lesson_id) / "release.json")


def read_status(places, lesson_id: str) -> dict:
    """How far the facilitators are: ``{"handin", "taking", "collected", "read"}``, ``{}`` without news.

    ``taking`` says that it is being collected at this moment.
    """
    said = _read_json(places.feedback and places.feedback / f"{safe_id(lesson_id)}.status.json")
    if not said:
        return {}
    read = bool(said.get("read_at")) or said.get("state") in ("read", "returned")
    collected = read or bool(said.get("collected_at")) or said.get("state") == "collected"
    taking = said.get("state") == "collecting"
    return {"handin": said.get("handin"), "taking": taking, "collected": collected, "read": read}


def release_with(release: bytes, typed: dict) -> bytes:
    """The released notebook with typed text in its answer cells, and no outputs."""
    notebook = parse_notebook(release)
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if answer_id(cell) in typed:
            cell["source"] = typed[answer_id(cell)].splitlines(True)
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def has_place(places) -> bool:
    """Whether there is a folder for this person's hand-ins, or one can be made."""
    inbound = places.inbound
    above = next((folder for folder in inbound.parents if folder.exists()), inbound)
    return inbound.is_dir() or os.access(above, os.W_OK | os.X_OK)


def place_handin(places, lesson_id: str, responses: bytes, notebook: bytes) -> Path:
    """A new hand-in folder in the person's inbound folder, newer than all before it.

    Raises
    ------
    NotSaved
        With nothing left behind.
    """
    inbound = places.inbound
    with saying_why():
        inbound.mkdir(parents=True, exist_ok=True)
        stamp = _next_stamp(each[2] for each in map(split_name, os.listdir(inbound)) if each and each[1] == lesson_id)
        random = base64.urlsafe_b64encode(os.urandom(9)).decode("ascii")
        folder = inbound / f"{places.person}+{lesson_id}+{stamp}+{random}"
        fresh = inbound / f".{new_handin()}"
        files = {
            "responses.json": responses,
            f"{lesson_id}.ipynb": notebook,
            "timestamp.txt": stamp.encode(),
            "submission_secret.txt": os.urandom(64).hex().encode(),
        }
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
        sync_folder(inbound)
    return folder


def newest_placed(places, lesson_id: str) -> Path | None:
    """The person's hand-in of the lesson that was placed last, or None."""
    found = []
    if places.inbound is not None:
        with contextlib.suppress(OSError):
            found = [(split_name(name), name) for name in os.listdir(places.inbound)]
    own = [(fields[2], name) for fields, name in found if fields and fields[:2] == (places.person, lesson_id)]
    return places.inbound / max(own)[1] if own else None


def remove_older(places, lesson_id: str, newest: str | None) -> None:
    """Removes this lesson's hand-ins from before `newest` (all, for None).

    The one that was collected stays, and so does one that came in after `newest`.
    """
    if places.inbound is None or not places.inbound.is_dir():
        return
    status = read_status(places, lesson_id)
    before = newest.split("+")[2] if newest else "~"
    for name in os.listdir(places.inbound):
        folder, fields = places.inbound / name, split_name(name)
        if _HIDDEN.fullmatch(name) and _is_left_behind(folder):
            remove_folder(folder)
        elif fields and fields[:2] == (places.person, lesson_id) and fields[2] < before:
            if not (status.get("collected") and _handin_in(folder) == status["handin"]):
                _remove_at_once(folder)


def _remove_at_once(folder):
    hidden = folder.with_name(f".{new_handin()}")
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
    return _read_json(folder / "responses.json").get("handin")


def _read_json(path):
    """The JSON object in a file; ``{}`` for none, a link, or anything else."""
    try:
        found = json.loads(read_plain(path)) if path else {}
    except (BadNotebook, ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}
