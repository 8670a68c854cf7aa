"""What the facilitator's buttons set going, as it runs in a process of its own: each says what it did, in sentences."""

from __future__ import annotations

import logging
from pathlib import Path

from openpractice.gradebook.coursefolder import CourseFolder, GradingError

log = logging.getLogger(__name__)
#: What comes back: whether it was done, and lines as a job tells them.
Told = tuple[bool, list[dict]]


def release(folder: CourseFolder, lesson_id: str, notebook: Path | None, due: str | None, zone) -> Told:
    """Opens a lesson for everybody, or sends its corrected text."""
    from openpractice.gradebook.release import release as do

    return _told(do, folder, lesson_id, notebook, due, zone)


def set_due(folder: CourseFolder, lesson_id: str, due: str, zone) -> Told:
    """Sets when a released lesson is due."""
    from openpractice.gradebook.release import set_due as do

    return _told(do, folder, lesson_id, due, zone)


def collect(folder: CourseFolder, lesson_id: str) -> Told:
    """Takes in what was handed in."""
    from openpractice.intake.collect import collect as do

    return _told(do, folder, lesson_id)


def collect_file(folder: CourseFolder, lesson_id: str, path: Path, person: str, replace: bool) -> Told:
    """Takes one hand-in file as that person's; the file is gone once it was taken."""
    from openpractice.intake.collect import collect_files

    def do():
        done = collect_files(folder, lesson_id, {path: person}, replace)
        if all(one.participant != person for one in done.left_aside):
            path.unlink(missing_ok=True)
        return done

    return _told(do)


def give_feedback(folder: CourseFolder, lesson_id: str, to: Path, numbers: bool, who: str) -> Told:
    """Returns feedback, in place and as one file a person."""
    from openpractice.feedback.feedback import give_feedback as do

    return _told(do, folder, lesson_id, to=to, numbers=numbers, who=who)


def _told(do, *args, **kwargs) -> Told:
    try:
        done = do(*args, **kwargs)
    except GradingError as error:
        hint = [{"text": error.hint, "hint": True}] if error.hint else []
        return False, [{"text": str(error)}, *hint]
    return True, [{"text": sentence} for sentence in done.sentences]
