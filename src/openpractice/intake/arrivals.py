"""In which order hand-ins came, as this course saw them: no clock, no name and no stamp decides.

One small file a lesson numbers every hand-in folder when it is first seen. Among those that are
new at the same time the file system's change time decides, which nobody can set.
"""

from pathlib import Path

from openpractice import border
from openpractice.gradebook.coursefolder import CourseFolder, json_bytes, write_whole
from openpractice.intake.inbox import Entry


class Arrivals:
    """The numbers of the hand-ins of one lesson. The course is held while it is used."""

    def __init__(self, folder: CourseFolder, lesson: str):
        self.path: Path = folder.root / "arrivals" / f"{lesson}.json"
        held = self._read()
        self._next, self._seen = held["next"], held["people"]

    def in_order(self, person: str, entries: list[Entry]) -> list[tuple[int, Entry]]:
        """The hand-ins of a person with their numbers, the last that came first; new ones are numbered."""
        seen = self._seen.setdefault(person, {})
        for entry in sorted(entries, key=lambda entry: (entry.made, entry.name)):
            if entry.name not in seen:
                seen[entry.name] = self.number()
        return sorted(((seen[entry.name], entry) for entry in entries), key=lambda pair: pair[0], reverse=True)

    def number(self) -> int:
        """The next number, for what comes now."""
        self._next += 1
        return self._next

    def keep(self) -> None:
        """Write the numbers down. What was taken by them may only be taken after this."""
        people = {person: seen for person, seen in self._seen.items() if seen}
        write_whole(self.path, json_bytes({"format": 1, "next": self._next, "people": people}))

    def _read(self):
        try:
            held = border.read_object(self.path.read_bytes(), border.OWN)
            people = held["people"]
            numbers = [number for seen in people.values() for number in seen.values()]
            if all(border.is_number(number, 0, border.TOP_NUMBER, whole=True) for number in [held["next"], *numbers]):
                return {"next": max([held["next"], *numbers]), "people": people}
        except (OSError, border.Unfit, KeyError, AttributeError, TypeError):
            pass  # none yet, or not readable: what is there is numbered anew, by the file system's times
        return {"next": 0, "people": {}}
