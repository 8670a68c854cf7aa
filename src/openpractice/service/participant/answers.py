"""What the doors say and take of one person's answers, as plain data.

No HTTP here: every function takes a context and a seat, and raises `Refusal`.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from contextlib import contextmanager

from openpractice.handins import handin
from openpractice.ids import safe_id
from openpractice.journal.journal import NotSaved, StaleBase, State
from openpractice.kinds import registry
from openpractice.service.context import RequestContext, Seat
from openpractice.service.participant.steps import note_headway, progress_of, returned
from openpractice.service.refusal import Refusal
from openpractice.service.shelf import ShelfLesson
from openpractice.service.states import state_of

LONGEST_KEY = 200
#: How long an acknowledgement waits for the room; what is saved is counted all the same.
COUNTING_SECONDS = 15
log = logging.getLogger("openpractice")


@contextmanager
def in_words(reading=False):
    """Turns what the journal raises into what a browser is told; `reading` where nothing was to be saved."""
    try:
        yield
    except registry.BadValue as error:
        raise Refusal(422, "refused", error) from None
    except StaleBase:
        raise Refusal(409, "stale") from None
    except LookupError:
        raise Refusal(409, "stale") from None
    except NotSaved as error:
        if reading:
            raise Refusal(503, "not-read") from None
        if error.code == "no-space":
            raise Refusal(507, "no-space") from None
        raise Refusal(503, "not-saved") from None


def load(context: RequestContext, seat: Seat, lesson_id: str) -> dict:
    """All that the prompts of one lesson need to show: answers, earlier words, feedback."""
    lesson = context.lesson(lesson_id)
    with in_words(reading=True):
        states = seat.journal.states()
        progress = progress_of(context, seat, lesson, states)
        standing = handin.standing(seat.journal, lesson.id, seat.places)
    feedback = returned(seat, lesson.id)
    saved = {}
    for prompt_id, spec in lesson.own().items():
        if prompt_id in states:
            saved[prompt_id] = saved_answer(
                states[prompt_id], lesson.spec_for(prompt_id, states[prompt_id].value) or spec
            )
    return {
        "user": context.user_key(context.person()),
        "workshop": context.served.workshop,
        "lesson": lesson.id,
        "room": context.served.has_room,
        "answers": saved,
        "recall": recall(context, lesson, states),
        "feedback": dict(feedback["answers"]) if feedback else {},
        "handin": {"state": state_of(progress), "at": progress.handed_at, "can_change": standing["can_change"]},
    }


def saved_answer(state: State, spec: dict) -> dict:
    """One answer as the door tells it."""
    said = {"rev": state.rev, "value": state.value, "at": state.at, "sha256": state.sha256}
    if state.heads:
        said["heads"] = [head_of(head) for head in state.heads]
    for name in ("handed", "shared"):
        if getattr(state, name):
            said[name] = getattr(state, name)
    try:
        registry.clean(state.value, spec)
    except registry.BadValue:
        said["stale_spec"] = True
    return said


def head_of(head) -> dict:
    """One of several versions to choose from."""
    return {"rev": head.rev, "value": head.value, "at": head.at, "device": head.device}


def recall(context: RequestContext, lesson: ShelfLesson, states: dict[str, State]) -> dict:
    """The person's own earlier answers that prompts of this lesson show beside the box."""
    wanted = {}
    for spec in lesson.page.specs.values():
        named = [*spec.get("recall", []), *(spec.get(key) for key in ("baseline", "then", "now", "rows_from"))]
        for prompt_id in named:
            if isinstance(prompt_id, str) and prompt_id in states:
                found = context.shelf.find(prompt_id)
                if found:
                    wanted[prompt_id] = recalled(states[prompt_id], *found, prompt_id)
    return wanted


def recalled(state: State, lesson: ShelfLesson, spec: dict, prompt_id: str) -> dict:
    """One earlier answer: as text to read, and as the value it is made of."""
    own = lesson.spec_for(prompt_id, state.value) or spec
    return {
        "title": spec.get("title", prompt_id),
        "text": registry.plain_text(state.value, own),
        "at": state.at,
        "value": state.value,
    }


def save(context: RequestContext, seat: Seat, prompt_id: str, change: dict) -> tuple[dict, Future | None]:
    """Keeps one change and returns its acknowledgement, and what `counted` waits for."""
    lesson, spec = _asked(context, prompt_id, change)
    key, base = change.get("key"), change.get("base", 0)
    device = change.get("device") if isinstance(change.get("device"), str) else ""
    after = [one for one in change.get("after") or [] if isinstance(one, str)][:20]

    def clean(value):
        return registry.clean(value, lesson.spec_for(prompt_id, value) or spec)

    with in_words():
        if "patch" in change and change.get("value") is None:
            ack = seat.journal.patch(
                lesson.id, prompt_id, change["patch"], base, key, device[:200], seat.person.id, clean
            )
        else:
            ack = seat.journal.put(
                lesson.id, prompt_id, clean(change.get("value")), base, key, device[:200], seat.person.id, after
            )
    note_headway(context, seat, lesson)
    return acknowledged(ack), _counting(context, seat, spec)


def choose(context: RequestContext, seat: Seat, prompt_id: str, choice: dict) -> tuple[dict, Future | None]:
    """Settles which of several versions counts; the same as from `save`."""
    _, spec = _asked(context, prompt_id, choice)
    rev = choice.get("rev")
    if type(rev) is not int:
        raise Refusal(400, "not-understood")
    with in_words():
        ack = seat.journal.choose(prompt_id, rev, choice["key"])
        value = seat.journal.state(prompt_id).value
    return acknowledged(ack) | {"value": value}, _counting(context, seat, spec)


def _counting(context, seat, spec):
    """Counts the answer, where it is one that is counted and there is a room."""
    if not context.served.has_room or spec.get("visibility") != "A":
        return None
    from openpractice.service.room import sharing  # loads the room's database, which one person's own server has not

    return sharing.count(context, seat, spec)


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


def share(context: RequestContext, seat: Seat, prompt_id: str, content: dict | None) -> dict:
    """Notes that the person shares the answer at a version, or with None takes it back."""
    found = context.shelf.find(_safe(prompt_id))
    lesson, spec = found or (None, {})
    if not (spec.get("visibility") == "C" or spec.get("may_share")):
        raise Refusal(422, "not-shared")
    if content is not None and type(content.get("rev")) is not int:
        raise Refusal(400, "not-understood")
    with in_words():
        if content is not None:
            seat.journal.share(prompt_id, content["rev"])
        _tell_room(context, seat, lesson, spec, content is not None)
        if content is None:
            seat.journal.unshare(prompt_id)
        state = seat.journal.state(prompt_id)
    return {"rev": state.rev, "shared": state.shared}


def _tell_room(context, seat, lesson, spec, is_shared):
    if not context.served.has_room:
        return
    from openpractice.service.room import sharing

    if is_shared:
        sharing.publish(context, seat, lesson, spec)
    else:
        sharing.take_back(context, spec)


def acknowledged(ack) -> dict:
    """What a writer is told: the version, when, and its sha256; all versions when several."""
    said = {"rev": ack.rev, "at": ack.at, "sha256": ack.sha256}
    return said | {"heads": [head_of(head) for head in ack.conflict]} if ack.conflict else said


def _asked(context, prompt_id, content):
    """The lesson and specification a change is for, everything about it checked."""
    prompt_id = _safe(prompt_id)
    if not isinstance(content.get("lesson"), str):
        raise Refusal(400, "not-understood")
    lesson = context.lesson(content["lesson"])
    spec = lesson.own().get(prompt_id)
    if spec is None:
        raise Refusal(404, "no-prompt")
    key = content.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
        raise Refusal(400, "not-understood")
    return lesson, spec


def _safe(prompt_id):
    try:
        return safe_id(prompt_id)
    except ValueError:
        raise Refusal(404, "not-found") from None
