"""Comments go back to the participants, beside their answers and without a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openpractice.grading.folder import CourseFolder


@dataclass(frozen=True)
class Returned:
    """Who got feedback now, who already had it, and who waits to be read."""

    lesson: str
    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    waiting: tuple[str, ...]
    sentences: tuple[str, ...]


def give_feedback(
    folder: CourseFolder,
    lesson: str,
    participants: Iterable[str] | None = None,
    to: Path | None = None,
) -> Returned:
    """Feedback for everybody whose answers are all read, or for the participants named.

    With `to`, one printable file a person is written there as well.
    """
    raise NotImplementedError
