"""Who is at this computer where no hub says so: a short list of names, and whose turn it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from openpractice.files import replace_file
from openpractice.ids import safe_id
from openpractice.names import clean_name, compared, new_id, without_mark


@dataclass(frozen=True)
class Person:
    """Somebody who takes part: `id` names folders, `name` is what people read."""

    id: str
    name: str


class People:
    """The names known here, kept in one file (`person.json`)."""

    def __init__(self, path: Path):
        self.path = path

    def all(self) -> list[Person]:
        return self._read()[1]

    def current(self) -> Person | None:
        """Whose turn it is; None before anybody has said a name."""
        chosen, people = self._read()
        return next((person for person in people if person.id == chosen), None)

    def arrive(self, name: object) -> Person:
        """The person of that name, new or known, whose turn it is from now on."""
        typed = clean_name(name)
        shown, people = without_mark(typed), self.all()
        alike = [person for person in people if compared(without_mark(person.name)) == compared(shown)]
        # An older list may have two writings of one name; each is the person who wrote it so.
        found = next((one for one in alike if one.name.casefold() == typed.casefold()), alike[0] if alike else None)
        if found is None:
            found = Person(new_id(shown, {p.id for p in people}), shown)
            people.append(found)
        self._write(found.id, people)
        return found

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
