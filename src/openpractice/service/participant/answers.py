"""What the doors say and take of one person's answers, as plain data.

`handins.answerservice` does it; here are the released lessons, the room, and each reason as a
status. No HTTP: every function takes a context and a seat, and raises `Refusal`.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from contextlib import contextmanager

from openpractice.handins.answerservice import NotTaken, check_shared, saying_reasons
from openpractice.ids import safe_id
from openpractice.service.handlers.context import RequestContext, Seat
from openpractice.service.lessonpages.shelf import ShelfLesson
from openpractice.service.lessonpages.states import state_of
from openpractice.service.participant.steps import note_headway, progress_of
from openpractice.service.refusal import Refusal

STATUS = {
    "not-understood": 400,
    "no-prompt": 404,
    "stale": 409,
    "refused": 422,
    "not-shared": 422,
    "not-saved": 503,
    "no-space": 507,
}
#: How long an acknowledgement waits for the room; what is saved is counted all the same.
COUNTING_SECONDS = 15
log = logging.getLogger("openpractice")


@contextmanager
def in_words(reading=False):
    """Turns why an answer was not taken into what a browser is told; `reading` where nothing was to be saved."""
    try:
        with saying_reasons():
            yield
    except NotTaken as error:
        if reading and error.reason in ("not-saved", "no-space"):
            raise Refusal(503, "not-read") from None
        raise Refusal(STATUS[error.reason], error.reason, error) from None


def load(context: RequestContext, seat: Seat, lesson_id: str) -> dict:
    """All that the prompts of one lesson need to show, and who is here."""
    lesson = context.lesson(lesson_id)
    with in_words(reading=True):
        told = seat.answers.load(lesson.page, lambda prompt_id: _specs_of(context, prompt_id))
        progress = progress_of(context, seat, lesson, seat.journal.states())
    return told | {
        "user": context.user_key(context.person()),
        "workshop": context.served.workshop,
        "room": context.served.has_room,
        "handin": {
            "state": state_of(progress),
            "at": progress.handed_at,
            "can_change": told["handin"]["can_change"],
        },
    }


def save(context: RequestContext, seat: Seat, prompt_id: str, change: dict) -> tuple[dict, Future | None]:
    """Keeps one change and returns its acknowledgement, and what `counted` waits for."""
    lesson = _lesson_of(context, prompt_id, change)
    with in_words():
        said = seat.answers.save(lesson.page, prompt_id, change)
    note_headway(context, seat, lesson)
    return said, _counting(context, seat, lesson.page.specs[prompt_id])


def choose(context: RequestContext, seat: Seat, prompt_id: str, choice: dict) -> tuple[dict, Future | None]:
    """Settles which of several versions counts; the same as from `save`."""
    lesson = _lesson_of(context, prompt_id, choice)
    with in_words():
        said = seat.answers.choose(lesson.page, prompt_id, choice)
    return said, _counting(context, seat, lesson.page.specs[prompt_id])


def share(context: RequestContext, seat: Seat, prompt_id: str, content: dict | None) -> dict:
    """Notes that the person shares the answer at a version, or with None takes it back."""
    lesson, spec = context.shelf.find(_safe(prompt_id)) or (None, {})
    with in_words():
        if content is not None:
            said = seat.answers.share(prompt_id, spec, content)
            _tell_room(context, seat, lesson, spec, True)
            return said
        check_shared(spec)
        _tell_room(context, seat, lesson, spec, False)  # which refuses what somebody has read
        return seat.answers.unshare(prompt_id, spec)


def _specs_of(context, prompt_id):
    found = context.shelf.find(prompt_id)
    return found and found[0].page.specs


def _counting(context, seat, spec):
    """Counts the answer, where it is one that is counted and there is a room."""
    if not context.served.has_room or spec.get("visibility") != "A":
        return None
    return _sharing().count(context, seat, spec)


async def counted(counting: Future | None) -> dict:
    """What the room's counts made of an answer, for its acknowledgement; no thread waits for it.

    Whatever goes wrong keeps no words from being saved: it is made good when the lesson is opened again.
    """
    if counting is None:
        return {}
    try:
        return {"counted": await asyncio.wait_for(asyncio.wrap_future(counting), COUNTING_SECONDS)}
    except Exception as error:
        log.warning("An answer was saved and is not counted yet: %s", type(error).__name__)
        return {"counted": ""}


def _tell_room(context, seat, lesson, spec, is_shared):
    if not context.served.has_room:
        return
    if is_shared:
        _sharing().publish(context, seat, lesson, spec)
    else:
        _sharing().take_back(context, spec)


def _sharing():
    from openpractice.service.room import sharing  # loads the room's database, which one person's own server has not

    return sharing


def _lesson_of(context, prompt_id, content) -> ShelfLesson:
    """The lesson that a change says it is for."""
    _safe(prompt_id)
    if not isinstance(content.get("lesson"), str):
        raise Refusal(400, "not-understood")
    return context.lesson(content["lesson"])


def _safe(prompt_id):
    try:
        return safe_id(prompt_id)
    except ValueError:
        raise Refusal(404, "not-found") from None
