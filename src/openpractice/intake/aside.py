"""One person at a time: whatever is wrong with one, that one is left aside and named, and the rest goes on."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from openpractice.cleantext import one_line
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, no_space_left
from openpractice.ids import is_id
from openpractice.intake.inbox import Refused

log = logging.getLogger(__name__)

#: So many lines are said about one person, and about things that are no person's; the rest is a number.
MOST_LINES = 5
MOST_STRANGERS = 20


@dataclass(frozen=True)
class LeftAside:
    """A hand-in that was not taken, and the sentence why."""

    participant: str
    name: str
    why: str


@dataclass
class Aside:
    """Who was left aside so far, with the reasons; `alone` does the work for one person."""

    folder: CourseFolder
    left: list[LeftAside] = field(default_factory=list)
    _lines: Counter = field(default_factory=Counter)

    def alone(self, person: str, name: str, work: Callable, *parts) -> bool:
        """Whether `work(*parts)` was done for this person; otherwise they are left aside with a plain reason.

        Raises
        ------
        OSError, sqlalchemy.exc.OperationalError
            When it is nothing to do with the person: no space on the disk, a gradebook in use.
        """
        try:
            work(*parts)
            return True
        except (Refused, GradingError) as refusal:
            self.leave(person, name, str(refusal))
        except sa.exc.OperationalError:
            raise
        except Exception as error:
            if no_space_left(error):
                raise
            self.leave(person, name, self._reason(person, error))
        return False

    def leave(self, person: str, name: str, why: str) -> None:
        """Name somebody's hand-in as not taken; beyond some lines only counted."""
        who, most = (person, MOST_LINES) if is_id(person) else ("", MOST_STRANGERS)
        self._lines[who] += 1
        if self._lines[who] <= most:
            self.left.append(LeftAside(one_line(person), one_line(name, 120), why))

    def all(self) -> tuple[LeftAside, ...]:
        """Everything left aside, people before what is nobody's, each with a line on how many more there are."""
        more = []
        for who, count in self._lines.items():
            over = count - (MOST_LINES if who else MOST_STRANGERS)
            if over > 0:
                what = "more of their hand-ins were not taken" if who else "more things here are no participant's"
                more.append(LeftAside(who, f"and {over:,} more", f"{over:,} {what}."))
        return tuple(sorted([*self.left, *more], key=lambda each: not is_id(each.participant)))

    def _reason(self, person, error):
        if isinstance(error, OSError):
            where = str(error.filename or "").removeprefix(str(self.folder.data)).lstrip("/")
            return f"A place of theirs cannot be used: {one_line(where) or 'a file'} ({error.strerror})."
        log.error("What %s handed in could not be taken", one_line(person), exc_info=error)
        return f"It could not be taken; the kit is at fault ({type(error).__name__}). Nothing of theirs is lost."
