"""What was handed in, taken from the exchange by whitelist and put in the gradebook."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from openpractice.gradebook.coursefolder import CourseFolder, checked_id, said_when_full
from openpractice.i18n import Said
from openpractice.ids import is_id
from openpractice.intake.aside import LeftAside
from openpractice.intake.gather import Gathered, Gathering
from openpractice.intake.handin_files import take_file
from openpractice.intake.ingest import ingest, read_collected
from openpractice.intake.inhand import InHand, in_hand
from openpractice.intake.telling import say_not_readable
from openpractice.names import in_a_row, plain_line
from openpractice.roster import called

#: So many names are said in one sentence; the rest is a number.
MOST_NAMES = 200
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
        When the lesson was not released, the gradebook is another course's or in use,
        somebody else holds the course, or the disk is full.
    """
    with said_when_full(_SAFE), in_hand(folder, lesson) as hand:
        return _finish(hand, Gathering(hand).all())


def collect_files(folder: CourseFolder, lesson: str, people: Mapping[Path, str], replace: bool = False) -> Collected:
    """The hand-in files of people without a hub, each bound to a participant id.

    Raises
    ------
    GradingError
        As `collect`; also when a person has another hand-in already and `replace` is off.
    """
    for person in people.values():
        checked_id(person, "participant")
    with said_when_full(_SAFE), in_hand(folder, lesson) as hand:
        gathering = Gathering(hand)
        for path, person in people.items():
            file = Path(path)
            hand.aside.alone(person, file.name, take_file, gathering, file, person, replace)
        gathered = gathering.gathered
        said = {person: plain_line(read_collected(folder, lesson, person).name) for person in gathered.new}
        return _finish(hand, gathered, said)


def _finish(hand: InHand, gathered: Gathered, said: dict[str, str] | None = None) -> Collected:
    aside, lesson = hand.aside, hand.lesson
    done = ingest(hand)
    here = {*done.new, *done.unchanged}
    for person in sorted({each.participant for each in aside.all() if is_id(each.participant)} - here):
        aside.alone(person, lesson, say_not_readable, hand.folder, lesson, person)
    with hand.engine.begin() as db:
        names = called.settled(hand.folder, db, said or {})
        expected = called.taking_part(hand.folder, db, _with_a_folder(hand.folder))
    missing = tuple(sorted(expected - here, key=lambda person: (names.get(person) or person).casefold()))
    left = aside.all()
    return Collected(
        lesson,
        done.new,
        done.unchanged,
        left,
        missing,
        tuple(_sentences(hand.release.called, done, gathered.notes, left, missing, partial(called.shown, names))),
    )


def _with_a_folder(folder):
    """Whoever has a folder could hand in, on the roster or not."""
    people = set()
    for place in (folder.inbound, folder.data / "people", folder.data / "files" / "people"):
        try:
            with os.scandir(place) as entries:
                people |= {each.name for each in entries if each.is_dir(follow_symlinks=False)}
        except OSError:
            continue  # nobody has one yet
    return set(filter(is_id, people - {folder.own_server}))


def _sentences(lesson, done, notes, left: tuple[LeftAside, ...], missing, shown):
    new, old = len(done.new), len(done.unchanged)
    if not new + old:
        yield Said("collect-nobody", lesson=lesson)
    elif new:
        yield Said("collect-new", lesson=lesson, n=new, names=named(shown(done.new)))
    else:
        yield Said("collect-nothing-new", lesson=lesson)
    if old:
        yield Said("collect-before", n=old)
    for person, lines in notes.items():
        for note in lines:
            yield Said("collect-note", person=shown([person])[0], note=note)
    for each in left:
        yield Said("collect-left-aside", person=shown([each.participant])[0], name=each.name, why=each.why)
    if missing:
        yield Said("collect-missing", names=named(shown(missing)))


def named(names: Iterable[str]) -> str | Said:
    """The names in a row, the first `MOST_NAMES` of them."""
    names = list(names)
    said = in_a_row(names[:MOST_NAMES])
    return Said("collect-and-more", names=said, n=len(names) - MOST_NAMES) if len(names) > MOST_NAMES else said
