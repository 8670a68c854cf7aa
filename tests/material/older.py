"""The data folder of an earlier kit (0.1, form 1 of the gradebook), as a real hub of that kit left it.

Two people joined, wrote twice and handed in; a facilitator put them on a list, read one and returned
that. `data/older_folder.txt` holds each file as text under a line of its own: a database as its
statements, a file that is the same as another by that one's name. Left out: logs, secrets, and
copies that are made again.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from repo import DATA

FILE = DATA / "older_folder.txt"
PASSPHRASE = "three small words"
ANA, BEN = "Ana's words <b>stay</b> literal: la puerta, el reloj.", "What Ben wrote, before the upgrade."
COMMENT = "A comment from before the upgrade."
NAMES = {"ana-garcia": "Ana García", "ben-oz": "Ben Öz"}


def lay(data: Path) -> Path:
    """The folder, written below `data`."""
    parts = re.split(r"^######## (sql|as|text) (.+)\n", FILE.read_text("utf-8"), flags=re.M)[1:]
    files = {name: (kind, body[:-1]) for kind, name, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)}
    for name, (kind, body) in files.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "sql":
            with closing(sqlite3.connect(path)) as db:
                db.executescript(body)
        else:
            path.write_bytes((files[body][1] if kind == "as" else body).encode())
    return data
