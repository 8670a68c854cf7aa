"""Looking answers over, handing them in, and taking them back."""

from __future__ import annotations

from contextlib import contextmanager

from openpractice.files import replace_file
from openpractice.handins import handin, headway
from openpractice.kinds import registry
from openpractice.service import catalog
from openpractice.service.handlers.context import RequestContext, Seat
from openpractice.service.participant.answers import in_words
from openpractice.service.participant.steps import own_page
from openpractice.service.refusal import Refusal


def preview(context: RequestContext, seat: Seat, lesson_id: str, language: str) -> dict:
    """All answers as the reader will see them, with what is missing and who will read them."""
    lesson = context.lesson(lesson_id)
    page = own_page(context, seat, lesson)
    with in_words(reading=True):
        seen = handin.preview(seat.journal, page, seat.places)
        states = seat.journal.states(lesson.id)
    shown = set(headway.asked(page.specs, states))
    # A wording of a branch not taken is no gap; an answer once written is always shown.
    seen["responses"] = [row for row in seen["responses"] if row["id"] in shown or not row["blank"] or row.get("heads")]
    going = {row["id"] for row in seen["responses"]}
    seen["kept_back"] = sum(
        not registry.is_blank(state.value, lesson.spec_for(key, state.value))
        for key, state in states.items()
        if key not in going and key in lesson.own()
    )
    seen["readers"] = catalog.say(language, readers_key(context))
    return seen


def readers_key(context: RequestContext) -> str:
    """Which sentence says who will read what is handed in here."""
    if context.places.exchange is None:
        return "readers-file"
    return "readers-alone" if context.alone else "readers-hub"


def send(context: RequestContext, seat: Seat, lesson_id: str, revs: object) -> dict:
    """Hands in exactly the versions that were looked over; returns the receipt."""
    lesson = context.lesson(lesson_id)
    page = own_page(context, seat, lesson)
    if not isinstance(revs, dict) or not all(type(rev) is int for rev in revs.values()):
        raise Refusal(400, "not-understood")
    with in_words(), _refusing():
        if context.places.exchange is not None:
            return handin.hand_in(seat.journal, page, seat.places, revs, seat.person.name)
        _, content, receipt = handin.hand_in_file(seat.journal, page, revs, seat.person.id, seat.person.name)
        _keep_file(seat, lesson.id, content)
        return receipt


def withdraw(context: RequestContext, seat: Seat, lesson_id: str) -> dict:
    """Takes back what was handed in, while it has not been collected."""
    lesson = context.lesson(lesson_id)
    with in_words(), _refusing():
        if (seat.journal.handed(lesson.id) or {}).get("file"):
            raise Refusal(409, "file-sent")
        handin.withdraw(seat.journal, lesson.id, seat.places)
    return {"state": "open"}


def receipt(context: RequestContext, seat: Seat, lesson_id: str) -> dict | None:
    """What was handed in of a lesson, with the title of each question; None when nothing was."""
    lesson = context.lesson(lesson_id)
    with in_words(reading=True):
        held = seat.journal.handed(lesson.id)
    if held is None:
        return None
    titles = {key: spec["title"] for key, spec in lesson.page.specs.items()}
    rows = [{"title": titles.get(one["id"], one["id"]), "words": "", **one} for one in held["responses"]]
    return {"sha256": "", **held, "responses": rows}


def handin_file(seat: Seat, lesson_id: str) -> bytes:
    """The hand-in file of a lesson, as it was made when the button was pressed."""
    try:
        return _file(seat, lesson_id).read_bytes()
    except OSError:
        raise Refusal(404, "not-found") from None


def _keep_file(seat, lesson_id, content):
    target = _file(seat, lesson_id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(target, content)


def _file(seat, lesson_id):
    return seat.places.home / "handins" / f"{lesson_id}.json"


@contextmanager
def _refusing():
    """Turns why nothing was handed in into what a browser is told."""
    try:
        yield
    except handin.NotHandedIn as error:
        raise Refusal(409, error.reason, error) from None
