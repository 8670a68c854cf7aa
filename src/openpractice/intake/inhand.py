"""One released lesson in the hands of whoever holds the course: what is read once, for all of a collect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.collected import LessonCells
from openpractice.gradebook.coursefolder import CourseFolder, alone_in, checked_id
from openpractice.gradebook.releasing.released import Release, read_release
from openpractice.intake.aside import Aside


@dataclass(frozen=True)
class InHand:
    """The course folder, the released lesson, its gradebook with the lesson's cells, and who was left aside so far."""

    folder: CourseFolder
    release: Release
    engine: sa.Engine
    cells: LessonCells
    aside: Aside

    @property
    def lesson(self) -> str:
        return self.release.lesson


@contextmanager
def in_hand(folder: CourseFolder, lesson: str) -> Iterator[InHand]:
    """The lesson, held: nobody else collects, releases or returns until this ends.

    Raises
    ------
    GradingError
        Before anything is touched, when somebody else holds the course, the lesson was not released,
        or the gradebook is another course's or in use.
    """
    checked_id(lesson, "lesson")
    read_release(folder, lesson)  # or it is said before a lock is made, and before anybody is waited for
    with alone_in(folder):
        release = read_release(folder, lesson)
        with gradebook.opened(folder) as engine:
            with engine.connect() as db:
                cells = collected.lesson_cells(db, folder, lesson)
            yield InHand(folder, release, engine, cells, Aside(folder))
