"""What a participant's own page is told of their hand-in: never more than is true already."""

import json

from openpractice.clock import as_text
from openpractice.gradebook.coursefolder import CourseFolder, json_bytes, write_whole
from openpractice.gradebook.exchangefolders import FILE_MODE
from openpractice.gradebook.judgedhandin import JudgedHandIn
from openpractice.ids import is_id

COLLECTING = "collecting"


def say(folder: CourseFolder, lesson: str, participant: str, status: dict) -> None:
    """Tell the participant's own page how their hand-in stands (`<lesson>.status.json`)."""
    if is_id(participant):
        content = json_bytes({"format": 1, "lesson": lesson} | status)
        write_whole(_place(folder, lesson, participant), content, durable=False, mode=FILE_MODE)


def say_collecting(folder: CourseFolder, lesson: str, each: JudgedHandIn) -> bytes | None:
    """From now on the page offers no way to take it back; it is not said to have arrived.

    What was said before comes back, for `unsay`.
    """
    place = _place(folder, lesson, each.participant)
    before = place.read_bytes() if place.is_file() else None
    say(folder, lesson, each.participant, _status(each, COLLECTING, "Your answers are being collected."))
    return before


def unsay(folder: CourseFolder, lesson: str, participant: str, before: bytes | None) -> None:
    """Says what was said before again, where nothing came of what was said since."""
    if before is None:
        _place(folder, lesson, participant).unlink(missing_ok=True)
    else:
        write_whole(_place(folder, lesson, participant), before, durable=False, mode=FILE_MODE)


def say_collected(folder: CourseFolder, lesson: str, each: JudgedHandIn) -> None:
    """What is in the gradebook has reached the facilitators."""
    say(folder, lesson, each.participant, _status(each, "collected", "Your answers have reached your facilitators."))


def say_not_readable(folder: CourseFolder, lesson: str, participant: str) -> None:
    """Nothing of this person could be taken."""
    message = "What you handed in could not be read. Your words are kept: hand in again."
    say(folder, lesson, participant, {"state": "not-readable", "message": message})


def still_says_collecting(folder: CourseFolder, lesson: str, participant: str) -> bool:
    """Whether an earlier collect ended before it could say that the answers have arrived."""
    try:
        return json.loads(_place(folder, lesson, participant).read_bytes())["state"] == COLLECTING
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _status(each, state, message):
    at = as_text(each.handed_in_at, "microseconds")
    return {"state": state, "handin": each.handin, "handed_in_at": at, "message": message}


def _place(folder, lesson, participant):
    return folder.feedback / participant / f"{lesson}.status.json"
