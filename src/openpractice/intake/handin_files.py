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
        given = received.read_responses(read_bytes(path), folder.id, lesson, None)
    except Unreadable as refusal:
        return str(refusal)
    texts = (each.get("text") for each in given["responses"].values() if isinstance(each, dict))
    first = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    words = " ".join(first[:2000].split()[:8])
    return (
        f"from {one_line(given.get('name') or 'somebody without a name')}, "
        f"{one_line(given.get('handed_in_at') or '', 16)}, beginning: {one_line(words)}"
    )


def take_file(gathering: Gathering, path: Path, person: str, replace: bool) -> None:
    """The file as the hand-in of the person; an earlier hand-in is replaced only when asked.

    Raises
    ------
    Unreadable
        With the sentence why it was not taken.
    """
    folder, lesson = gathering.folder, gathering.release.lesson
    raw = read_bytes(path)
    given = received.read_responses(raw, folder.id, lesson, None)
    held = held_by(folder, lesson, person)
    if held and held.handin == given["handin"] and _says_the_same(gathering, given, held):
        gathering.gathered.unchanged.append(person)
        return
    if held and not replace:
        raise Unreadable("file-handed-in-already", person=person, at=f"{held.handed_in_at:%Y-%m-%d %H:%M}")
    arrivals = Arrivals(folder, lesson, person, held)
    at, number = received.read_time(given.get("handed_in_at")) or gathering.now, arrivals.number()
    about = {
        "folder": "",
        "stamp": at.isoformat(),
        "at": min(at, gathering.now),
        "number": number,
        "before": arrivals.before(number),
        "named": None,
        "notes": [],
        "still_there": lambda: True,
    }
    arrivals.keep()
    gathering.take(person, about, raw, None, None)


def _says_the_same(gathering, given, held):
    answers, _ = judging.judge(gathering.release, given["responses"], {})
    return fingerprints(answers) == fingerprints(held.answers)
