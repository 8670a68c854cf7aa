"""What was handed in, taken from the exchange by whitelist and put in the gradebook."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openpractice.grading.folder import CourseFolder


@dataclass(frozen=True)
class LeftAside:
    """A hand-in that was not taken, and the sentence why."""

    participant: str
    name: str
    why: str


@dataclass(frozen=True)
class Collected:
    """Whose hand-ins were new, unchanged or left aside, and who has not handed in."""

    lesson: str
    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    left_aside: tuple[LeftAside, ...]
    missing: tuple[str, ...]
    sentences: tuple[str, ...]


def collect(folder: CourseFolder, lesson: str) -> Collected:
    """Everything handed in for the lesson, in the gradebook and ready to be read.

    Raises
    ------
    GradingError
        When the lesson was not released or the gradebook is another course's.
    """
    raise NotImplementedError


def collect_files(
    folder: CourseFolder, lesson: str, people: Mapping[Path, str], replace: bool = False
) -> Collected:
    """The hand-in files of people without a hub, each bound to a participant id."""
    raise NotImplementedError
