"""From a person's own journal to the room: what they share, and what is counted of them."""

from __future__ import annotations

import logging
from concurrent.futures import Future

from openpractice.kinds import registry
from openpractice.room import phases, roomview, shares
from openpractice.room.tallies.ballots import Ballot
from openpractice.room.tallies.tally import COUNTED, countable
from openpractice.service.handlers.context import RequestContext, Seat
from openpractice.service.lessonpages.shelf import ShelfLesson
from openpractice.service.refusal import Refusal
from openpractice.service.room.servedroom import FIRST, in_words, room_of

COUNTING_SECONDS = 20
log = logging.getLogger("openpractice")


def count(context: RequestContext, seat: Seat, spec: dict) -> Future[str] | None:
    """Counts the answer as the journal has it now: what will have come of it, in a word; None where it is not counted.

    It never keeps words from being saved: whatever goes wrong is made good when the lesson is
    opened again.
    """
    if spec.get("visibility") != "A" or spec["kind"] not in COUNTED:
        return None
    try:
        room = room_of(context.served)
        cohort, who = room.member_of(context)
        code, value = seat.journal.code(spec["id"]), seat.journal.state(spec["id"]).value
        return room.counting.cast(cohort, Ballot(who, code, spec, value))
    except Refusal as error:
        return _said(error.code)
    except Exception:
        log.exception("An answer could not be counted")
        return _said("")


def count_as_it_stands(context: RequestContext, seat: Seat, spec: dict) -> str:
    """Counts an answer in a round that asks again, though it was not written anew: what came of it, in a word."""
    counting = count(context, seat, spec)
    return counting.result(COUNTING_SECONDS) if counting else "not-counted"


def _said(word: str) -> Future[str]:
    done: Future[str] = Future()
    done.set_result(word)
    return done


def count_what_waits(context: RequestContext, seat: Seat, lesson: ShelfLesson, counted: set[str]) -> None:
    """Counts answers of a lesson that were saved while the room could not be reached; waits for none of them.

    Only where nothing else can have been meant: what was written in another cohort was not said to this
    one, nor what was written in an earlier round to a later one. There whoever means it says so.
    """
    room = room_of(context.served)
    cohort, _ = room.member_of(context)
    if cohort != FIRST:
        return
    states = seat.journal.states(lesson.id)
    waiting = {
        prompt: spec
        for prompt, spec in lesson.own().items()
        if spec.get("visibility") == "A" and prompt in states and prompt not in counted
        if countable(states[prompt].value, spec)
    }
    if not waiting:
        return
    with room.store.reading() as db:
        stands = phases.standings(db, cohort, waiting)
    for prompt, spec in waiting.items():
        if stands[prompt].round == 1 and stands[prompt].phase != "closed":
            count(context, seat, spec)


def publish(context: RequestContext, seat: Seat, lesson: ShelfLesson, spec: dict) -> None:
    """Puts the answer as the journal has it now before the cohort, by name."""
    if not roomview.belongs(spec) or roomview.among_colleagues(spec):
        return  # shown to the facilitators, by handing in; a critique goes to its author, by its own door
    room = room_of(context.served)
    cohort, who = room.member_of(context)
    value = seat.journal.state(spec["id"]).value
    text = registry.plain_text(value, lesson.spec_for(spec["id"], value))
    with in_words(), room.changing(cohort, who) as db:
        shares.publish(db, cohort, spec["id"], who, text)


def take_back(context: RequestContext, spec: dict) -> None:
    """Takes it back, while nobody has read it."""
    if not roomview.belongs(spec) or roomview.among_colleagues(spec):
        return
    room = room_of(context.served)
    cohort, who = room.member_of(context)
    with in_words(), room.changing(cohort, who) as db:
        shares.recall(db, cohort, spec["id"], who.person)
