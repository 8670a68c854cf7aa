"""Who is at this computer where no hub says so: a short list of names, and whose turn it is."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from openpractice.files import replace_file
from openpractice.ids import safe_id

LONGEST_NAME = 80
NAMES = Path("service", "names.json")  # in the data folder: what those are called whom a sign-in names


@dataclass(frozen=True)
class Person:
    """Somebody who takes part: `id` names folders, `name` is what people read."""

    id: str
    name: str


class BadName(ValueError):
    """A name that cannot be used; the message is a key of the catalog."""


def clean_name(name: object) -> str:
    """The name on one line, without invisible characters.

    Raises
    ------
    BadName
        When nothing readable is left, or it is longer than 80 characters.
    """
    if not isinstance(name, str):
        raise BadName("name-missing")
    shown = "".join(
        " " if unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cc") else char
        for char in name[:4000]
        if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")
    )
    shown = " ".join(shown.split())
    if not any(char.isalnum() for char in shown):
        raise BadName("name-missing")
    if len(shown) > LONGEST_NAME:
        raise BadName("name-too-long")
    return shown


def id_for(name: str, taken: set[str]) -> str:
    """An id for a name, unlike those taken: `Ana María` is `ana-maria`, a second one `ana-maria-2`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "person"
    found, count = word, 1
    while found in taken:
        count += 1
        found = f"{word}-{count}"
    return safe_id(found)


class People:
    """The names known here, kept in one file (`person.json`)."""

    def __init__(self, path: Path):
        self.path = path
        self._lock = threading.Lock()

    def all(self) -> list[Person]:
        return self._read()[1]

    def current(self) -> Person | None:
        """Whose turn it is; None before anybody has said a name."""
        chosen, people = self._read()
        return next((person for person in people if person.id == chosen), None)

    def arrive(self, name: object) -> Person:
        """The person of that name, new or known, whose turn it is from now on."""
        shown = clean_name(name)
        people = self.all()
        found = next((p for p in people if p.name.casefold() == shown.casefold()), None)
        if found is None:
            found = Person(id_for(shown, {p.id for p in people}), shown)
            people.append(found)
        self._write(found.id, people)
        return found

    def note(self, person: Person) -> None:
        """Keeps what somebody is called whom a sign-in names; nobody's turn is changed."""
        with self._lock:
            current, people = self._read()
            if person not in people:
                self._write(current, [*(one for one in people if one.id != person.id), person])

    def forget(self, person_id: str) -> bool:
        """Whether there was a name to forget."""
        with self._lock:
            current, people = self._read()
            left = [one for one in people if one.id != person_id]
            if len(left) == len(people):
                return False
            self._write("" if current == person_id else current, left)
        return True

    def leave(self) -> None:
        """Nobody's turn: the next person says a name first."""
        self._write("", self.all())

    def _read(self) -> tuple[str, list[Person]]:
        try:
            held = json.loads(self.path.read_text("utf-8"))
            people = [Person(safe_id(one["id"]), clean_name(one["name"])) for one in held["people"]]
            return str(held.get("current") or ""), people
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return "", []

    def _write(self, current: str, people: list[Person]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = {"format": 1, "current": current, "people": [{"id": one.id, "name": one.name} for one in people]}
        replace_file(self.path, json.dumps(held, ensure_ascii=False).encode("utf-8"))
