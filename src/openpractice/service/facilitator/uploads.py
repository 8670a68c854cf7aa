"""Hand-in files that a facilitator uploads: put aside until it is said whose they are, and not for longer than a day."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from openpractice import border
from openpractice.cleantext import one_line
from openpractice.files import replace_file
from openpractice.ids import safe_id
from openpractice.intake.inbox import Unreadable
from openpractice.intake.responsesfile import read_responses
from openpractice.names import compared, new_id
from openpractice.service import catalog
from openpractice.service.facilitator import workroom
from openpractice.service.handlers.context import RequestContext, ServedCourse
from openpractice.service.jobs import Job
from openpractice.service.participant import lessons
from openpractice.service.refusal import Refusal

#: Seconds for which a file waits; whoever uploaded it has it still.
WAITS = 24 * 3600


def receive(context: RequestContext, name: str, content: bytes, language: str) -> dict:
    """Puts an uploaded hand-in file aside and says what it is; whose it is, is asked next."""
    folder = workroom.folder_of(context)
    try:
        lesson_id = safe_id(border.read_shape(content, border.HAND_IN).get("lesson"))
        given = read_responses(content, context.places.course, lesson_id, None)
    except (ValueError, Unreadable):
        lesson_id, given = "", None
    lesson = context.shelf.lesson(lesson_id) if given else None
    if lesson is None or given is None:
        raise Refusal(422, "refused", catalog.say(language, "file-bad", file=one_line(name)))
    token = secrets.token_hex(16)
    place = place_of(context)
    place.mkdir(exist_ok=True, mode=0o700)
    clear(place)
    replace_file(place / f"{token}.json", given.fit_file())
    own = given.name or given.participant or "?"
    when = given.moment
    says = catalog.say(
        language,
        "file-says",
        name=own,
        n=len(given.answers),
        session=lessons.names_of(lesson.id, lesson.title, language)["word"],
        when=f"{when:%Y-%m-%d %H:%M} UTC" if when else "?",
    )
    return {"token": token, "lesson": lesson.id, "says": says, **_whose(context, folder, lesson.id, own, language)}


def _whose(context, folder, lesson_id, own, language):
    """Everybody whose it could be, somebody new among them, and who it seems to be by the name in it."""
    names = workroom.people(context)
    people = [
        {"id": key, "label": f"{value or key} ({key})", "has": _has_handed_in(folder, lesson_id, key)}
        for key, value in sorted(names.items())
    ]
    fresh = new_id(own, names)
    people.append({"id": fresh, "label": catalog.say(language, "file-new-person", name=own), "has": False})
    alike = [key for key, value in names.items() if compared(value) == compared(own)]
    return {"people": people, "likely": alike[0] if len(alike) == 1 else fresh}


def _has_handed_in(folder, lesson_id, person):
    try:
        return (folder.step("submitted", person, lesson_id)).exists()
    except OSError:
        return True


def bind(context: RequestContext, token: str, person: str, replace: bool, job: Job) -> bool:
    """Takes a file put aside as the hand-in of a person."""
    path = waiting_file(context, token)
    lesson_id = border.read_object(path.read_bytes(), border.HAND_IN)["lesson"]
    return workroom.tell(job, "collect_file", context, lesson_id, path, person, replace)


def waiting_file(context: RequestContext, token: str) -> Path:
    """The file put aside under a token; only such names are ever made into a path."""
    if len(token) != 32 or not set(token) <= set("0123456789abcdef") or context.places.data is None:
        raise Refusal(404, "not-found")
    path = place_of(context) / f"{token}.json"
    if not path.is_file():
        raise Refusal(404, "not-found")
    return path


def place_of(context: RequestContext | ServedCourse) -> Path:
    """Where they lie."""
    return Path(context.places.data) / "incoming"


def clear(place: Path, now: float | None = None) -> int:
    """How many of the files put aside were taken away, because nobody said whose they are for so long."""
    now, gone = time.time() if now is None else now, 0
    try:
        with os.scandir(place) as entries:
            old = [entry.path for entry in entries if abs(now - entry.stat(follow_symlinks=False).st_mtime) > WAITS]
    except OSError:
        return 0  # nothing was ever uploaded
    for path in old:
        try:
            os.unlink(path)
            gone += 1
        except OSError:
            continue  # taken meanwhile, or no file of ours
    return gone
