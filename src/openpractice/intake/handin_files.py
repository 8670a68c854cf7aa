"""Hand-in files of people without a hub; a facilitator says whose each one is."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.released import Release
from openpractice.intake import inbox, judging
from openpractice.intake.gather import Gathered, held_by, iso, keep, only_taken, write_submission
from openpractice.intake.inbox import Refused


def read_file(path: Path, folder: CourseFolder, lesson: str) -> tuple[bytes, dict]:
    """The bytes of a hand-in file and what it says, its head checked.

    Raises
    ------
    Refused
        When it is no hand-in file of this lesson.
    """
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise Refused("It is not an ordinary file.")
        if found.st_size > inbox.FILES["responses.json"]:
            raise Refused(f"It is too large for a hand-in file: {found.st_size / 1e6:,.0f} MB.")
        raw = Path(path).read_bytes()
    except OSError as error:
        raise Refused(f"It cannot be read ({error.strerror}).") from None
    return raw, judging.read_responses(raw, folder.id, lesson, None)


def hint_of(path: Path, folder: CourseFolder, lesson: str) -> str:
    """What a hand-in file says of itself, in one printable line, to tell whose it is."""
    try:
        given = read_file(path, folder, lesson)[1]
    except Refused as refusal:
        return str(refusal)
    texts = (each.get("text") for each in given["responses"].values() if isinstance(each, dict))
    first = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    words = " ".join(first.split()[:8])[:80]
    return (
        f"from {inbox.shown(str(given.get('name') or 'somebody without a name'))}, "
        f"{inbox.shown(str(given.get('handed_in_at'))[:16])}, beginning: {inbox.shown(words)}"
    )


def take_file(
    folder: CourseFolder, release: Release, path: Path, person: str, replace: bool, gathered: Gathered
) -> None:
    """The file as the hand-in of the person; an earlier hand-in is replaced only when asked.

    Raises
    ------
    Refused
        With the sentence why it was not taken.
    """
    raw, given = read_file(path, folder, release.lesson)
    held = held_by(folder, release.lesson, person)
    if held and held["handin"] == given["handin"]:
        gathered.unchanged.append(person)
        return
    if held and not replace:
        raise Refused(
            f"{person} has handed in already ({held['handed_in_at'][:16].replace('T', ' ')} UTC). "
            "Nothing was replaced; add --replace to take this file instead."
        )
    at = _claimed(given.get("handed_in_at"))
    each = {"folder": "", "stamp": at.isoformat(), "handed_in_at": iso(at), "handin": given["handin"]}
    keep(folder, release, person, each, given, {}, gathered)
    write_submission(folder, release, person, each, only_taken(raw, given, each), None)


def _claimed(text):
    now = datetime.now(UTC)
    try:
        return min(datetime.fromisoformat(text).astimezone(UTC), now)
    except (TypeError, ValueError, OverflowError):
        return now
