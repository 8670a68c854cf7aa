"""A built lesson goes out to the participants, through nbgrader."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpractice.grading.folder import CourseFolder


@dataclass(frozen=True)
class Released:
    """What a release did: `state` is "released", "corrected" or "unchanged"."""

    lesson: str
    state: str
    due: datetime | None
    sentences: tuple[str, ...]


def release(
    folder: CourseFolder, lesson: str, notebook: Path | None = None, due: datetime | str | None = None
) -> Released:
    """The lesson, put where participants find it; again is a correction of its text.

    Parameters
    ----------
    notebook
        The built notebook; by default looked for under ``notebooks/``.
    due
        When it is due (aware, or UTC); None keeps what was set, "" takes it away.

    Raises
    ------
    GradingError
        When ids or points of a released lesson changed, or nbgrader refuses.
    """
    raise NotImplementedError
