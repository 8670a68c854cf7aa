"""Who joined, by which name, and whether they take part: a file that the sign-in writes for the course.

The accounts lie behind a wall; so the sign-in writes this, and nothing else of them, down where the
course's work lies. Alone, the computer's own list of names is such a file.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from openpractice.files import replace_file
from openpractice.ids import is_id
from openpractice.names import plain_line

JOINED = "joined.json"
MOST_BYTES = 8 * 1024 * 1024
LONGEST_NAME = 80
_PART = {True: {}, False: {"takes_part": False}}


def tell(exchange: Path, people: Iterable[tuple[str, str, bool]]) -> None:
    """Write down who joined: id, name, and whether they take part; for the course's server and for commands."""
    lines = [{"id": key, "name": name} | _PART[part] for key, name, part in people]
    content = json.dumps({"format": 1, "people": lines}, ensure_ascii=False, indent=1).encode() + b"\n"
    # Open to read, as the course's server may be another user; the folder is closed to others.
    replace_file(exchange / JOINED, content, 0o644)


def told_in(path: Path) -> dict[str, tuple[str, bool]]:
    """Name, and whether they take part, by id, as the file says; nobody where it cannot be read."""
    try:
        with open(path, "rb") as file:
            people = json.loads(file.read(MOST_BYTES))["people"]
        return {
            one["id"]: (plain_line(one["name"])[:LONGEST_NAME], one.get("takes_part") is not False)
            for one in people
            if is_id(one["id"]) and one["name"]
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
