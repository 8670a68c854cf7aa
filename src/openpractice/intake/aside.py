"""One person at a time: whatever is wrong with one, that one is left aside and named, and the rest goes on."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from openpractice.cleantext import one_line
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, no_space_left
from openpractice.i18n import Said
from openpractice.ids import is_id
from openpractice.intake.inbox import Unreadable

log = logging.getLogger(__name__)

#: So many lines are said about one person, and about things that are no person's; the rest is a number.
MOST_LINES = 5
MOST_STRANGERS = 20


@dataclass(frozen=True)
class LeftAside:
    """A hand-in that was not taken, and why."""

    participant: str
    name: str
    why: Said


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
        except (Unreadable, GradingError) as refusal:
            self.leave(person, name, refusal)
        except sa.exc.OperationalError:
            raise
        except Exception as error:
            if no_space_left(error):
                raise
            self.leave(person, name, self._reason(person, error))
        return False

    def leave(self, person: str, name: str, why: Said) -> None:
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
                code = "aside-more-of-theirs" if who else "aside-more-of-nobody"
                more.append(LeftAside(who, f"and {over:,} more", Said(code, count=over)))
        return tuple(sorted([*self.left, *more], key=lambda each: not is_id(each.participant)))

    def _reason(self, person, error):
        if isinstance(error, OSError):
            where = str(error.filename or "").removeprefix(str(self.folder.data)).lstrip("/")
            return Said("aside-place-unusable", place=one_line(where) or "?", error=error.strerror)
        log.error("What %s handed in could not be taken", one_line(person), exc_info=error)
        return Said("aside-fault-of-ours", error=type(error).__name__)
