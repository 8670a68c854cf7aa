"""How far one person is in one lesson, read from their journal and from what was returned."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from openpractice.handins import handin, headway, mayread, specs
from openpractice.handins.returned import read_returned
from openpractice.journal.journal import NotSaved, State
from openpractice.service.handlers.context import RequestContext, Seat
from openpractice.service.lessonpages.shelf import ShelfLesson
from openpractice.service.lessonpages.states import LessonProgress

log = logging.getLogger(__name__)


def progress_of(context: RequestContext, seat: Seat, lesson: ShelfLesson, states: dict[str, State]) -> LessonProgress:
    """The person's way through the lesson, as the sentences on the course home need it."""
    page = own_page(context, seat, lesson)
    standing = handin.standing(seat.journal, lesson.id, seat.places)
    feedback = returned(seat, lesson.id)
    counts = headway.count(page, states)
    return LessonProgress(
        answered=counts.answered,
        begun=counts.begun,
        total=counts.of,
        handed_at=standing["at"],
        changed=standing["state"] != "open" and changed_since(seat, page),
        read=standing["state"] == "read",
        feedback_at=feedback["at"] if feedback else None,
        left_empty=feedback is not None and not (feedback["answers"] or feedback["overall"]),
        due=lesson.due,
    )


def note_headway(context: RequestContext, seat: Seat, lesson: ShelfLesson) -> None:
    """Lets the facilitators see that the lesson was opened and how much is answered, in counts only."""
    try:
        headway.note(seat.places, lesson.id, headway.count(own_page(context, seat, lesson), seat.journal.states()))
    except (NotSaved, OSError):
        log.warning("The counts of %s could not be noted.", lesson.id, exc_info=True)


def own_copy(context: RequestContext, seat: Seat, lesson: ShelfLesson) -> Path:
    """Where this person's copy of the lesson lies once it has been opened."""
    if context.shelf.outbound is None:
        return lesson.path
    return context.served.copies_of(seat) / lesson.id / f"{lesson.id}.ipynb"


def own_page(context: RequestContext, seat: Seat, lesson: ShelfLesson) -> specs.Lesson:
    """The released lesson with what this person typed in the plain cells of their copy."""
    with suppress(specs.BadNotebook):
        copy = specs.read_specs(own_copy(context, seat, lesson))
        if copy.id == lesson.id:
            typed = {key: text for key, text in copy.typed.items() if key in lesson.page.specs}
            return lesson.page._replace(typed=typed)
    return lesson.page._replace(typed={})


def changed_since(seat: Seat, page: specs.Lesson) -> bool:
    """Whether what would be handed in now differs from what was."""
    receipt = seat.journal.handed(page.id) or {"responses": []}
    now = mayread.responses(mayread.readable(seat.journal, page), page, seat.person.id)["responses"]
    return {one["id"]: one["sha256"] for one in receipt["responses"]} != {
        key: one["sha256"] for key, one in now.items()
    }


def returned(seat: Seat, lesson_id: str) -> dict | None:
    """The feedback on a lesson, as `read_returned` gives it."""
    return read_returned(seat.places.feedback, lesson_id)
