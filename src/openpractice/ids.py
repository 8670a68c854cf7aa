"""What may name a course, a lesson, a prompt or a person; no path is built from anything else.

Here alone the name that somebody has at a hub becomes the id that they have with us (`person_id`).
"""

import os
import re
from hashlib import sha256
from typing import TypeGuard

PATTERN = r"[a-z0-9][a-z0-9-]{0,62}"
_ID = re.compile(PATTERN)
LONGEST_SLUG = 40
#: What ids of people never begin with: so begin the course's own server, a row of the list that waits for its
#: person, and the mark of somebody who left the room.
RESERVED = ("course-", "listed-", "gone-")


def is_id(text: object) -> TypeGuard[str]:
    """Whether the text may serve as the id of a course, lesson, prompt or person."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def safe_id(text: object) -> str:
    """The text, when it may name a course, lesson, prompt or participant in a path.

    Raises
    ------
    ValueError
        For anything else.
    """
    if not is_id(text):
        raise ValueError(f"not an id: {text!r:.80} (allowed: small letters, digits and -, at most 63)")
    return text


def new_key() -> str:
    """A fresh random key, 32 hex digits."""
    return os.urandom(16).hex()


def person_id(name: str) -> str:
    """The id of whoever is called `name` at a hub: the name itself where it can be one, else made from it.

    >>> person_id("ana-garcia")
    'ana-garcia'
    >>> person_id("Ana@School.org")
    'ana-school-org--89569cd2e604716f'

    Two names never share an id: what is made ends in a hash after two strokes, and a name that has
    two strokes in it is never taken as it is. The way back is `roster.members`, which keeps both.
    """
    if is_id(name) and "--" not in name and not name.startswith(RESERVED):
        return name
    return _made_of(name, 16)


def older_person_id(name: str) -> str:
    """The id that the first kits made of a hub's name: the same, with a shorter hash.

    >>> older_person_id("Ana@School.org")
    'ana-school-org--89569cd2e604'
    """
    return _made_of(name, 12)


def _made_of(name, digits):
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_SLUG].strip("-") or "person"
    if f"{slug}-".startswith(RESERVED):
        slug = f"person-{slug}"
    return safe_id(f"{slug}--{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:digits]}")
