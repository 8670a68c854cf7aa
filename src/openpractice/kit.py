"""Where the course at hand lies, and the files that the kit brings.

A course is one folder: `lessons` with course.yml and rubric.yml in it, the `notebooks` built
from them, `anchors` to calibrate on. It is data, and nothing in it is ever executed.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from openpractice.ids import is_id

#: The checkout that this file is part of, when the package runs from one.
CHECKOUT = Path(__file__).resolve().parents[2]

#: The course that a wheel brings along.
SUPPLIED = Path(__file__).parent / "supplied"

#: What browsers load, as `script/front` built it; the same in a checkout and in an installed package.
STATIC = Path(__file__).parent / "static"

#: What names the folder of the course for every process of a workshop.
FOLDER = "OPENPRACTICE_COURSE_FOLDER"


@dataclass(frozen=True)
class CourseParts:
    """Where the parts of a course lie, there or not."""

    root: Path

    @property
    def lessons(self) -> Path:
        return self.root / "lessons"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def anchors(self) -> Path:
        """The invented answers: in `anchors`, or beside nbgrader's configuration as in the kit's own repository."""
        plain = self.root / "anchors"
        return plain if plain.is_dir() else self.root / "grading" / "anchors"

    @property
    def people(self) -> Path:
        """The invented people who have answered this course."""
        return self.root / "grading" / "sample" / "people"

    @property
    def shown(self) -> tuple[Path, ...]:
        """What a server of the workshop sees of the folder, which may hold the data folder too."""
        return (self.lessons, self.notebooks, self.anchors)


def is_course(folder: Path) -> bool:
    """Whether a course lies in the folder."""
    return (folder / "lessons" / "course.yml").is_file()


def named_course() -> Path | None:
    """The course's folder as the environment names it; in a clone that a script named, the clone's own."""
    named = os.environ.get(FOLDER) or os.environ.get("OPENPRACTICE_KIT")
    return Path(named) if named else None


def course_parts() -> CourseParts:
    """The parts of the course at hand, all of one folder.

    A course that is named is the only one. Without a name it is the working folder, when a
    course lies there, or the checkout's, or the one that the wheel brought.
    """
    named = named_course()
    here = [named] if named else [Path.cwd(), CHECKOUT, SUPPLIED]
    return CourseParts(next((place for place in here if is_course(place)), here[0] if named else here[-1]))


def supplied_course() -> CourseParts:
    """The course that the kit brings: a checkout's own, the one in the wheel, or that of the clone whose environment runs this."""
    places = (CHECKOUT, SUPPLIED, Path(sys.prefix).parent)
    return CourseParts(next(filter(is_course, places), SUPPLIED))


def built_notebooks() -> dict[str, Path]:
    """The built lessons at hand, by id; OPENPRACTICE_NOTEBOOKS names another folder of them."""
    folder = Path(os.environ.get("OPENPRACTICE_NOTEBOOKS") or course_parts().notebooks)
    paths = sorted(folder.glob("*/*.ipynb"))
    return {path.stem: path for path in paths if path.stem == path.parent.name and is_id(path.stem)}
