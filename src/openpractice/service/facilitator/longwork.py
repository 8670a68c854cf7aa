"""What the facilitator's buttons set going, as it runs in a process of its own: each says what it did, in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from openpractice.feedback import feedback
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.releasing import release as releasing
from openpractice.intake import collect as collecting
from openpractice.service.lessonpages import building


class Done(NamedTuple):
    """What was done, in sentences."""

    sentences: tuple


def told(what: str, language: str, folder: CourseFolder, *args) -> tuple[bool, list[dict]]:
    """Whether the work of that name was done, and what is to be said of it, as lines of a job."""
    try:
        done = WORK[what](folder, *args)
    except GradingError as error:
        hint = error.hint_in(language)
        return False, [{"text": error.said(language)}, *([{"text": hint, "hint": True}] if hint else [])]
    return True, [{"text": sentence.said(language)} for sentence in done.sentences]


def release(folder: CourseFolder, lesson_id: str, due: str | None, zone):
    """Opens a lesson for everybody as its text is now, or sends its corrected text."""
    return releasing.release(folder, lesson_id, building.current_notebook(folder, lesson_id), due, zone)


def withdraw(folder: CourseFolder, lesson_id: str):
    """Takes a lesson back, so that nobody sees it."""
    return releasing.withdraw(folder, lesson_id)


def build(folder: CourseFolder):
    """Builds every lesson that was edited."""
    return Done(building.build(folder))


def set_due(folder: CourseFolder, lesson_id: str, due: str, zone):
    """Sets when a released lesson is due."""
    return releasing.set_due(folder, lesson_id, due, zone)


def collect(folder: CourseFolder, lesson_id: str):
    """Takes in what was handed in."""
    return collecting.collect(folder, lesson_id)


def collect_file(folder: CourseFolder, lesson_id: str, path: Path, person: str, replace: bool):
    """Takes one hand-in file as that person's; the file is gone once it was taken."""
    done = collecting.collect_files(folder, lesson_id, {path: person}, replace)
    if all(one.participant != person for one in done.left_aside):
        path.unlink(missing_ok=True)
    return done


def give_feedback(folder: CourseFolder, lesson_id: str, to: Path, numbers: bool, who: str):
    """Returns feedback, in place and as one file a person."""
    return feedback.give_feedback(folder, lesson_id, to=to, numbers=numbers, who=who)


WORK = {work.__name__: work for work in (release, withdraw, build, set_due, collect, collect_file, give_feedback)}
