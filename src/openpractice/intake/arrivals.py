"""In which order one person's hand-ins came, as this course saw them: no clock, no name and no stamp decides.

Each folder of a hand-in gets a number when it is first seen. Among those that are new at the
same time the file system's change time decides, which nobody can set.
"""

from dataclasses import dataclass
from datetime import datetime

from openpractice import border
from openpractice.gradebook.coursefolder import CourseFolder, json_bytes, write_whole
from openpractice.gradebook.judgedhandin import JudgedHandIn
from openpractice.intake.inbox import Entry


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one hand-in came: its folder in the exchange (none: a file that was brought), the time it claims, the
    time that is shown, its number in our own order, and the folders of those that came before it, the first one first.
    """

    folder: str
    stamp: str
    at: datetime
    number: int
    before: tuple[str, ...]


class Arrivals:
    """The numbers of one person's hand-ins of a lesson. The course is held while it is used.

    `held` is what was collected of them before (`submissions.held_by`).
    """

    def __init__(self, folder: CourseFolder, lesson: str, person: str, held: JudgedHandIn | None = None):
        self.path = folder.step("arrivals", person, f"{lesson}.json")
        self._top, self._seen = self._read()
        if held and held.arrival is not None:
            self._follow(held)

    def in_order(self, entries: list[Entry]) -> list[tuple[int, Entry]]:
        """The hand-ins with their numbers, the last that came first; new ones are numbered."""
        seen = self._seen
        for entry in sorted(entries, key=lambda entry: (entry.made, entry.name)):
            if entry.name not in seen:
                seen[entry.name] = self.number()
        self._seen = {entry.name: seen[entry.name] for entry in entries}
        return sorted(((seen[entry.name], entry) for entry in entries), key=lambda pair: pair[0], reverse=True)

    def number(self) -> int:
        """The next number, for what comes now."""
        self._top += 1
        return self._top

    def arrival(self, number: int, folder: str, claimed: datetime, at: datetime) -> Arrival:
        """The hand-in of that number, with those that came before it."""
        before = sorted((name for name in self._seen if self._seen[name] < number), key=self._seen.__getitem__)
        return Arrival(folder, claimed.isoformat(), at, number, tuple(before))

    def keep(self) -> None:
        """Write the numbers down. What was taken by them may only be taken after this."""
        if self._top:
            write_whole(self.path, json_bytes({"format": 1, "top": self._top, "seen": self._seen}), durable=False)

    def _follow(self, held):
        """What was collected says so too where the list is lost or an older one, and the file system's times are new."""
        self._top = max(self._top, held.arrival)
        for back, name in enumerate([held.folder, *reversed(held.before)]):
            if name:  # a file that a facilitator brought has no folder
                self._seen.setdefault(name, held.arrival - back)

    def _read(self):
        try:
            held = border.read_object(self.path.read_bytes(), border.OWN)
            top, seen = held["top"], held["seen"]
            numbers = [top, *seen.values()]
            if all(border.is_number(number, -(10**9), 10**9, whole=True) for number in numbers):
                return max(numbers), seen
        except (OSError, border.Unfit, KeyError, AttributeError, TypeError):
            pass  # none yet, or not readable: what is there is numbered anew, by the file system's times
        return 0, {}
