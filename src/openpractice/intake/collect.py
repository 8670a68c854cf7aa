"""What was handed in, taken from the exchange by whitelist and put in the gradebook."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.coursefolder import (
    CourseFolder,
    alone_in,
    checked_id,
    said_when_full,
)
from openpractice.gradebook.released import read_release
from openpractice.i18n import Said
from openpractice.ids import is_id
from openpractice.intake.gather import Gathered, LeftAside, gather, say
from openpractice.intake.handin_files import take_file
from openpractice.intake.inbox import Refused
from openpractice.intake.ingest import ingest
from openpractice.roster import called

_SAFE = "What was handed in lies where it was, and nothing is lost."


@dataclass(frozen=True)
class Collected:
    """Whose hand-ins were new, unchanged or left aside, and who has not handed in."""

    lesson: str
    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    left_aside: tuple[LeftAside, ...]
    missing: tuple[str, ...]
    sentences: tuple[Said, ...]


def collect(folder: CourseFolder, lesson: str) -> Collected:
    """Everything handed in for the lesson, in the gradebook and ready to be read.

    Raises
    ------
    GradingError
        When the lesson was not released, the gradebook is another course's, or the
        disk is full.
    """
    with said_when_full(_SAFE):
        check(folder, lesson)
        return _finish(folder, lesson, gather(folder, lesson))


def collect_files(folder: CourseFolder, lesson: str, people: Mapping[Path, str], replace: bool = False) -> Collected:
    """The hand-in files of people without a hub, each bound to a participant id.

    Raises
    ------
    GradingError
        As `collect`; also when a person has another hand-in already and `replace` is off.
    """
    with said_when_full(_SAFE):
        check(folder, lesson)
        release, gathered = read_release(folder, lesson), Gathered()
        with alone_in(folder):
            for path, person in people.items():
                checked_id(person, "participant")
                try:
                    take_file(folder, release, Path(path), person, replace, gathered)
                except Refused as refusal:
                    gathered.left_aside.append(LeftAside(person, Path(path).name, str(refusal)))
        return _finish(folder, lesson, gathered)


def check(folder: CourseFolder, lesson: str) -> None:
    """Nothing, when the lesson is released and in this course's gradebook.

    Raises
    ------
    GradingError
        Otherwise, before anything is touched.
    """
    checked_id(lesson, "lesson")
    read_release(folder, lesson)
    with gradebook.opened(folder) as engine, engine.connect() as db:
        collected.lesson_cells(db, folder, lesson)


def _finish(folder, lesson, gathered):
    done = ingest(folder, lesson)
    here = {*done.new, *done.unchanged}
    for person in done.strangers:
        gathered.left_aside.append(LeftAside(person, lesson, "This submission was not collected by the kit."))
    for each in gathered.left_aside:
        if each.participant not in here:
            _say_not_readable(folder, lesson, each)
    with gradebook.opened(folder) as engine, engine.begin() as db:
        called.settle(db, called.joined(folder))
        called.name_students(folder, db)
        names = called.names(folder, db)
    missing = tuple(sorted(_expected(folder) - here, key=lambda person: (names.get(person) or person).casefold()))
    return Collected(
        lesson,
        tuple(gathered.new),
        tuple(sorted(here - set(gathered.new))),
        tuple(gathered.left_aside),
        missing,
        tuple(_sentences(lesson, gathered, here, missing, partial(called.shown, names))),
    )


def _say_not_readable(folder, lesson, left):
    if left.participant and "\ufffd" not in left.participant and len(left.participant) <= 63:
        say(
            folder,
            lesson,
            left.participant,
            {
                "state": "not-readable",
                "message": "What you handed in could not be read. Your words are kept: hand in again.",
            },
        )


def _expected(folder):
    """Everybody who could hand in: the roster, and whoever has a folder."""
    with gradebook.opened(folder) as engine, engine.connect() as db:
        people = set(collected.names(db))
    for place in (folder.inbound, folder.data / "people", folder.data / "files" / "people"):
        if place.is_dir():
            people |= {each.name for each in place.iterdir() if each.is_dir() and not each.is_symlink()}
    return {person for person in people - {folder.own_server} if is_id(person)}


def _sentences(lesson, gathered, here, missing, shown):
    new, old = len(gathered.new), len(here) - len(gathered.new)
    if not here:
        yield Said("collect-nobody", lesson=lesson)
    elif new:
        yield Said("collect-new", lesson=lesson, n=new, names=", ".join(shown(gathered.new)))
    else:
        yield Said("collect-nothing-new", lesson=lesson)
    if old:
        yield Said("collect-before", n=old)
    for person, notes in gathered.notes.items():
        for note in notes:
            yield Said("collect-note", person=shown([person])[0], note=note)
    for left in gathered.left_aside:
        yield Said("collect-left-aside", person=shown([left.participant])[0], name=left.name, why=left.why)
    if missing:
        yield Said("collect-missing", names=", ".join(shown(missing)))
