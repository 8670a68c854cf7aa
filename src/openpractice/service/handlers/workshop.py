"""A word of its own for each workshop, under which browsers keep its people's drafts.

Two workshops may be reached at one address, one after the other, each with an Ana: the words
that one of them left unsent in a browser must not reach the other's.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from openpractice.files import write_new

NAME = "config/workshop"  # a workshop's launcher makes it too
_WORD = re.compile(rb"[0-9a-f]{48}")


def workshop_id(folder: Path) -> str:
    """Sixteen hex digits that stay with a data folder, also when it is moved; made on first use."""
    path = folder / NAME
    with contextlib.suppress(OSError):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.suppress(FileExistsError):
                write_new(path, secrets.token_hex(24).encode(), 0o600)
        word = path.read_bytes()[:200].strip()
        if _WORD.fullmatch(word):
            return sha256(word).hexdigest()[:16]
    # Where nothing can be written the place itself tells workshops apart.
    return sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
