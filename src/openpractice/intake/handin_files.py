"""Hand-in files of people without a hub; a facilitator says whose each one is."""

import os
import stat
from pathlib import Path

from openpractice.cleantext import one_line
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.judgedhandin import fingerprints
from openpractice.intake import inbox, judging, received
from openpractice.intake.arrivals import Arrivals
from openpractice.intake.gather import Gathering
from openpractice.intake.inbox import Unreadable
from openpractice.intake.responsesfile import read_responses
from openpractice.intake.submissions import held_by


def read_bytes(path: Path) -> bytes:
    """The bytes of a hand-in file of an allowed size.

    Raises
    ------
    Unreadable
        When it is no such file.
    """
    most = inbox.FILES["responses.json"]
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("file-not-ordinary")
        if found.st_size > most:
            raise Unreadable("file-too-large", sizes=inbox.sizes(found.st_size, most))
        return Path(path).read_bytes()
    except OSError as error:
        raise Unreadable("file-unreadable", error=error.strerror) from None


def hint_of(path: Path, folder: CourseFolder, lesson: str) -> str:
    """What a hand-in file says of itself, in one printable line, to tell whose it is."""
    try:
        given = read_responses(read_bytes(path), folder.id, lesson, None)
    except Unreadable as refusal:
        return str(refusal)
    texts = (each.get("text") for each in given.answers.values() if isinstance(each, dict))
    first = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    words = " ".join(first[:2000].split()[:8])
    return (
        f"from {given.name or 'somebody without a name'}, "
        f"{one_line(given.handed_in_at, 16)}, beginning: {one_line(words)}"
    )


def take_file(gathering: Gathering, path: Path, person: str, replace: bool) -> None:
    """The file as the hand-in of the person; an earlier hand-in is replaced only when asked.

    Raises
    ------
    Unreadable
        With the sentence why it was not taken.
    """
    folder, lesson = gathering.folder, gathering.release.lesson
    found = received.read(read_bytes(path), None, gathering.release, folder.id, None)
    held = held_by(folder, lesson, person)
    if held and held.handin == found.file.handin and _says_the_same(gathering, found, held):
        gathering.gathered.unchanged.append(person)
        return
    if held and not replace:
        raise Unreadable("file-handed-in-already", person=person, at=f"{held.handed_in_at:%Y-%m-%d %H:%M}")
    arrivals = Arrivals(folder, lesson, person, held)
    at = found.file.moment or gathering.now
    came = arrivals.arrival(arrivals.number(), "", at, min(at, gathering.now))
    arrivals.keep()
    gathering.take(person, came, found, None)


def _says_the_same(gathering, found, held):
    answers, _ = judging.judge(gathering.release, found)
    return fingerprints(answers) == fingerprints(held.answers)
