"""What people are called: a name as they wrote it, and the id that names their folder."""

import re
import secrets
import unicodedata

from openpractice.i18n import Coded

LONGEST_NAME = 80
LONGEST_ID = 40
# Ids that would be mistaken for the course's own server.
RESERVED = ("course-",)


class BadName(Coded, ValueError):
    """A name that cannot be used."""


def clean_name(text: str) -> str:
    """The name on one line: composed, without control or invisible direction marks.

    Raises BadName where nothing readable is left, or too much.
    """
    composed = unicodedata.normalize("NFC", text[: LONGEST_NAME * 40])
    # Cf holds the marks that turn reading direction round, which could make one name show as another.
    kept = "".join(" " if unicodedata.category(c)[0] in "ZC" else c for c in composed if category_ok(c))
    name = " ".join(kept.split())
    if not any(c.isalnum() for c in name):
        raise BadName("account-no-name")
    if len(name) > LONGEST_NAME:
        raise BadName("account-name-too-long", longest_name=LONGEST_NAME)
    return name


def category_ok(char: str) -> bool:
    return unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")


def compared(name: str) -> str:
    """The form in which two names are the same name."""
    return unicodedata.normalize("NFKC", name).casefold()


def new_id(name: str, taken) -> str:
    """An id for a person of that name that nobody has: ana-garcia, then ana-garcia-2.

    A name without Latin letters gets a random one, since a guess at its sound would be wrong.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-")
    if not stem or stem.startswith(RESERVED):
        stem = f"person-{secrets.token_hex(3)}"
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found
