"""Files that go with a lesson's notebook: pictures, papers and the lesson in other languages, named in it with their sha256.

The notebook is the list: what it does not name does not belong to the lesson, and bytes
that are not those it names are not shown.
"""

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from openpractice.files import open_plain
from openpractice.i18n import TAG

#: Media type and most bytes of each kind of file that is carried, by the end of its name.
KINDS: Mapping[str, tuple[str, int]] = {
    "png": ("image/png", 2_000_000),
    "jpg": ("image/jpeg", 2_000_000),
    "jpeg": ("image/jpeg", 2_000_000),
    "webp": ("image/webp", 2_000_000),
    "svg": ("image/svg+xml", 500_000),
    "pdf": ("application/pdf", 5_000_000),
}
#: Largest notebook that is read, in bytes.
MAX_NOTEBOOK = 5 * 1024 * 1024
_PART = re.compile(r"[^\W_][\w .()+,-]{0,79}")
_MOST_PARTS = 3


def is_local(target: str) -> bool:
    """Whether an address in a lesson's text means a file beside the lesson."""
    return bool(target) and not target.startswith(("#", "/", "\\")) and not _has_scheme(target)


def _has_scheme(target: str) -> bool:
    try:
        return bool(urlsplit(target.strip()).scheme)
    except ValueError:
        return True


def file_name(target: str) -> str:
    """The file that an address names, without `./`, a `#page` or a `?`, its letters composed."""
    return unicodedata.normalize("NFC", unquote(re.split(r"[?#]", target, maxsplit=1)[0])).removeprefix("./")


def is_name(name: str) -> bool:
    """Whether a file of this name can be carried: below the lesson, and of a kind that is known."""
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and len(parts) <= _MOST_PARTS and all(_PART.fullmatch(part) for part in parts)
    return plain and media_of(name) is not None


def media_of(name: str) -> str | None:
    """The media type that the end of a name stands for."""
    found = KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    return found[0] if found else None


def named_in(notebook: Mapping) -> dict[str, str]:
    """The files that a lesson's notebook names: {name: sha256}; what cannot be carried is left out."""
    return {name: sha for name, sha in _listed(notebook, "files").items() if is_name(name)}


def languages_in(notebook: Mapping) -> dict[str, str]:
    """The further languages that a lesson's notebook names: {language: sha256 of that notebook}."""
    return {name: sha for name, sha in _listed(notebook, "languages").items() if TAG.fullmatch(name)}


def _listed(notebook: Mapping, part: str) -> dict[str, str]:
    """What the notebook lists there by name, each with a sha256; nothing of another form."""
    found: object = notebook
    for key in ("metadata", "openpractice", part):
        found = found.get(key) if isinstance(found, Mapping) else None
    listed = found.items() if isinstance(found, Mapping) else ()
    return {name: sha for name, sha in listed if isinstance(name, str) and isinstance(sha, str)}


def read_translation(folder: Path, lesson: str, language: str, sha256: str) -> bytes | None:
    """The lesson's notebook in another language, below the folder of its first; None where it is not the one named."""
    place = Path(folder) / language
    return None if place.is_symlink() else _named(place / f"{lesson}.ipynb", MAX_NOTEBOOK, sha256)


def all_carried(folder: Path, lesson: str, notebook: Mapping) -> dict[str, bytes | None]:
    """All that goes with the notebook, by its place below the folder; None for what is not as it is named."""
    found: dict[str, bytes | None] = {name: read_carried(folder, name, sha) for name, sha in named_in(notebook).items()}
    for language, sha in languages_in(notebook).items():
        data = found[f"{language}/{lesson}.ipynb"] = read_translation(folder, lesson, language, sha)
        try:
            files = named_in(json.loads(data)) if data else {}
        except (ValueError, RecursionError):
            files = {}
        found |= {f"{language}/{name}": read_carried(folder / language, name, each) for name, each in files.items()}
    return found


def read_carried(folder: Path, name: str, sha256: str) -> bytes | None:
    """The file below this folder, never through a link; None where it is not the one that is named."""
    place = Path(folder)
    for part in PurePosixPath(name).parts[:-1]:
        place = place / part
        if place.is_symlink():
            return None
    return _named(place / PurePosixPath(name).name, KINDS[name.rpartition(".")[2].lower()][1], sha256)


def _named(path: Path, most: int, sha256: str) -> bytes | None:
    try:
        fd = open_plain(path, os.O_RDONLY)
    except OSError:
        return None
    with os.fdopen(fd, "rb") as file:
        data = file.read(most + 1)
    return data if len(data) <= most and hashlib.sha256(data).hexdigest() == sha256 else None
