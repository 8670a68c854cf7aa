"""The note in a workshop's course folder that some of its people are invented: how many, who, and from which files.

Standard library only: every page of a facilitator asks for it, and so does each start,
and where one computer is everybody's, each page.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

NOTE = Path("files", "course", "sample.json")


def count(data: Path | None) -> int:
    """How many invented people the workshop in this data folder has; 0 for a real one."""
    return _read(data)["people"] if data else 0


def whole(data: Path) -> str:
    """The print of the people's files that are all in; "" before they are."""
    return _read(data)["print"]


def ids(data: Path | None) -> frozenset[str]:
    """The ids of those who are invented; none where the note is older than that."""
    return _read(data)["ids"] if data else frozenset()


def write(data: Path, people: int, print_: str = "", ids: Iterable[str] = ()) -> None:
    """Says so on every facilitator's page from now on; without `print_` putting them in goes on."""
    path = Path(data) / NOTE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"people": people, "print": print_, "ids": sorted(ids)}) + "\n", encoding="utf-8")


def print_of(people: Path) -> str:
    """A print of the people's files, which changes with any word of theirs."""
    found = hashlib.sha256()
    for path in sorted(Path(people).glob("*.yml")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _read(data):
    try:
        held = json.loads((Path(data) / NOTE).read_bytes())
        people, ids = max(0, int(held["people"])), frozenset(map(str, held.get("ids", ())))
        return {"people": people, "print": str(held["print"]), "ids": ids}
    except FileNotFoundError:
        return {"people": 0, "print": "", "ids": frozenset()}
    except (OSError, ValueError, KeyError, TypeError):
        return {
            "people": 1,
            "print": "",
            "ids": frozenset(),
        }  # a note that cannot be read still says that somebody is invented
