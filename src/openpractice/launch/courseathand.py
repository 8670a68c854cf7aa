"""Which course a workshop is of, and where everything people write goes unless somebody names a place."""

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from openpractice.authoring.courses.course import read_course
from openpractice.kit import FOLDER, SUPPLIED, CourseParts, course_parts, is_course
from openpractice.launch.datafolder import CannotStart, course_of

DATA, SAMPLE = "data", "data-sample"


@dataclass(frozen=True)
class CourseAtHand:
    """A course that can be started; `at_start` says what is put out by starting."""

    parts: CourseParts
    id: str
    title: str
    at_start: str = "none"
    lessons: tuple[str, ...] = ()
    source: str = ""

    @property
    def shown(self) -> tuple[Path, ...]:
        """What the workshop's servers see of the course, and of the one whose blocks it takes."""
        taken = (self.parts.lessons / self.source).resolve()
        return (*self.parts.shown, taken) if self.source else self.parts.shown

    def unreleased(self, outbound: Path) -> list[str]:
        """The lessons that have no release yet, in the course's order."""
        return [name for name in self.lessons if not (outbound / name / "release.json").exists()]

    @property
    def environ(self) -> dict[str, str]:
        """What tells every process of the workshop which course it is."""
        return {FOLDER: str(self.parts.root), "OPENPRACTICE_COURSE": self.id}


def course_at(folder: str | None) -> CourseAtHand:
    """The course in the folder that was named, or the one at hand.

    Raises
    ------
    CannotStart
        Where there is none, or its course.yml has faults, with what to do.
    """
    parts = CourseParts(Path(folder).expanduser().absolute()) if folder else course_parts()
    # Somebody may well name the folder in which they edit.
    if not is_course(parts.root) and parts.root.name == "lessons" and is_course(parts.root.parent):
        parts = CourseParts(parts.root.parent)
    if not is_course(parts.root):
        raise CannotStart("start-no-course", folder=parts.root)
    file = parts.lessons / "course.yml"
    course, problems = read_course(file.read_text(encoding="utf-8", errors="replace"), str(file))
    if course is None:
        first = "\n".join(problem.text() for problem in problems[:3])
        raise CannotStart("start-course-faults", first=first, folder=parts.root)
    return CourseAtHand(parts, course.id, course.title, course.at_start, course.lessons, course.source)


def data_of(course: CourseAtHand, named: str | None, sample: bool) -> Path:
    """The data folder: as named, else beside the course; of the course that a wheel brought, among the user's own."""
    if named:
        return Path(named).expanduser().absolute()
    name = SAMPLE if sample else DATA
    if course.parts.root != SUPPLIED:
        return course.parts.root / name
    return user_data_path("openpractice") / "workshops" / course.id / name


def say_course(folder: str | None, data: Path | None) -> None:
    """Have this process work on the course that is named, or else on the one that the data folder is of.

    Raises
    ------
    CannotStart
        Where the folder that is named holds no course.
    """
    named = folder or (None if os.environ.get(FOLDER) else course_of(data))
    if named:
        os.environ.update(course_at(named).environ)
    elif "OPENPRACTICE_COURSE" not in os.environ and is_course(course_parts().root):
        os.environ.update(course_at(None).environ)
