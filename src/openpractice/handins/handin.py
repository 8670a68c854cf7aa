"""Handing in: what facilitators may read, looked over first, then sent whole or not at all.

Only graded answers, those for the facilitators, and those that the person has shared
leave the journal; private, counted and unshared answers and earlier words never do.
"""

import json

from openpractice.clock import utc_now
from openpractice.handins import exchange, headway
from openpractice.handins.receipts import FORMAT, receipt_of, take_up
from openpractice.handins.specs import Lesson, spec_for
from openpractice.i18n import FALLBACK, Coded
from openpractice.journal.appendfile import NotSaved
from openpractice.kinds.registry import is_answered, is_blank, plain_text, sha256, words_written


class NotHandedIn(Coded):
    """Nothing was sent, and the earlier hand-in is as it was.

    The `reason` is stale, settle, read, collected, collecting, no-place, not-released, no-folder, nothing
    or not-in.
    """


def may_read(spec: dict, state) -> bool:
    """Whether facilitators may read this answer once it is handed in."""
    visibility = spec["visibility"]
    if visibility == "A" or (visibility == "P" and not spec.get("may_share")):
        return False
    return visibility == "F" or bool(state.shared) or (visibility == "C" and bool(spec.get("graded")))


def build_responses(journal, lesson: Lesson, participant: str, name="", release="") -> dict:
    """The content of ``responses.json``, as the journal stands now.

    A prompt that is answered only in its plain cell has ``source`` ``cell`` and rev 0.
    """
    responses = {}
    for spec, state in _readable(journal, lesson):
        value, source = _answer(spec, state, lesson)
        worded = spec_for(value, spec["id"], lesson.specs)
        if is_blank(value, worded):
            continue
        responses[spec["id"]] = {
            "kind": worded["kind"],
            "value": value,
            "text": plain_text(value, worded),
            "rev": 0 if source else state.rev,
            "at": state.at or utc_now(),
            "sha256": sha256(value),
            **source,
            **_language(lesson.language if source else state.language),
        }
    return {
        "format": FORMAT,
        "version": 1,
        "course": lesson.course,
        "lesson": lesson.id,
        "release": release,
        "participant": participant,
        "name": name,
        "handed_in_at": utc_now(),
        "handin": exchange.new_handin(),
        "responses": responses,
    }


def preview(journal, lesson: Lesson, places=None) -> dict:
    """What would be handed in, in the order of the page, and what is still missing.

    Each of ``responses`` has ``id title kind text words blank partial rev`` (``partial``: something
    is there, and not all that is asked), and where they apply ``graded``, ``typed_in_cell`` (text that
    stands beside the answer) and ``heads`` (versions to choose from first). ``missing``,
    ``waiting`` and ``spare`` are the questions without an answer that are on this person's page,
    whoever reads them: see `headway.Headway`. ``state`` is that of `standing`.
    """
    rows = [_row(spec, state, lesson) for spec, state in _readable(journal, lesson)]
    stands = headway.headway_of(lesson, journal.states())
    return {
        "lesson": lesson.id,
        "title": lesson.title,
        "responses": rows,
        "missing": stands.open,
        "waiting": stands.waiting,
        "spare": stands.spare,
        "state": standing(journal, lesson.id, places),
    }


def standing(journal, lesson_id: str, places=None) -> dict:
    """How the hand-in stands: ``{"state", "at", "handin", "can_change", "can_withdraw"}``.

    ``state`` is ``open``, ``handed``, ``collected`` or ``read``.
    """
    if places:
        take_up(journal, lesson_id, places)
    receipt = journal.handed(lesson_id)
    status = exchange.read_status(places, lesson_id) if places else {}
    state, taking = "handed" if receipt else "open", False
    if receipt and status.get("handin") == receipt["handin"]:
        state = "read" if status["read"] else "collected" if status["collected"] else state
        taking = status["taking"]
    again = not places or exchange.read_release(places, lesson_id).get("resubmission", 1) == 1
    return {
        "state": state,
        "at": receipt and receipt["at"],
        "handin": receipt and receipt["handin"],
        "can_change": state != "read" or again,
        "can_withdraw": state == "handed" and not taking and not receipt.get("file"),
    }


def hand_in(journal, lesson: Lesson, places, revs: dict, name="") -> dict:
    """Sends the answers to the exchange; returns the receipt, which the journal keeps.

    Handing in again replaces what was not collected yet. `revs` is prompt id to rev as
    the person has just looked them over.

    Raises
    ------
    NotHandedIn
        With nothing sent and the earlier hand-in as it was.
    """
    if places.inbound is None:
        raise NotHandedIn("refusal-no-place")
    release = exchange.released_notebook(places, lesson.id)
    if release is None:
        raise NotHandedIn("refusal-not-released")
    if not exchange.has_place(places):
        raise NotHandedIn("refusal-no-folder")
    if not standing(journal, lesson.id, places)["can_change"]:
        raise NotHandedIn("refusal-read")
    content = _checked(journal, lesson, places.person, revs, name, exchange.sha256_of(release))
    data = _bytes(content)
    copy = exchange.release_with(release, lesson.typed)
    folder = exchange.place_handin(places, lesson.id, data, copy)
    receipt = receipt_of(content, data)
    try:
        journal.mark_handed(lesson.id, receipt)
    except NotSaved:
        exchange.remove_folder(folder)
        raise
    exchange.remove_older(places, lesson.id, folder.name)
    return receipt


def hand_in_file(journal, lesson: Lesson, revs: dict, participant="", name="") -> tuple[str, bytes, dict]:
    """A hand-in for people without a hub: file name, bytes, and the receipt.

    Raises
    ------
    NotHandedIn
        As `hand_in`.
    """
    content = _checked(journal, lesson, participant, revs, name, "")
    data = _bytes(content)
    receipt = {**receipt_of(content, data), "file": 1}
    journal.mark_handed(lesson.id, receipt)
    return f"{participant or 'my'}-{lesson.id}.json", data, receipt


def withdraw(journal, lesson_id: str, places) -> None:
    """Takes back what was handed in, while nobody has collected it.

    Raises
    ------
    NotHandedIn
        When there is nothing to take back, or it was collected.
    """
    stands = standing(journal, lesson_id, places)
    if stands["state"] == "open":
        raise NotHandedIn("refusal-not-in")
    if stands["state"] == "handed" and not stands["can_withdraw"] and not journal.handed(lesson_id).get("file"):
        raise NotHandedIn("refusal-collecting")
    if not stands["can_withdraw"]:
        raise NotHandedIn("refusal-collected" if stands["can_change"] else "refusal-read")
    exchange.remove_older(places, lesson_id, None)
    journal.withdraw(lesson_id)


def _readable(journal, lesson):
    """Specification and state of each answer that facilitators may read, in order."""
    for spec in lesson.specs.values():
        state = journal.state(spec["id"])
        if not spec.get("answer_with") and may_read(spec, state):
            yield spec, state


def _answer(spec, state, lesson):
    """The value that counts, and ``{"source": "cell"}`` when it is the typed one."""
    typed = lesson.typed.get(spec["id"])
    if typed and is_blank(state.value, spec_for(state.value, spec["id"], lesson.specs)):
        return {"text": typed}, {"source": "cell"}
    return state.value, {}


def _language(language):
    """In which language the question was read; one that is not named is English, as in a lesson's cells."""
    return {"language": language} if language not in ("", FALLBACK) else {}


def _row(spec, state, lesson):
    value, _ = _answer(spec, state, lesson)
    worded = spec_for(value, spec["id"], lesson.specs)
    row = {
        "id": spec["id"],
        "title": worded["title"],
        "kind": worded["kind"],
        "rev": state.rev,
        "text": plain_text(value, worded),
        "words": words_written(value, worded),
        "blank": is_blank(value, worded),
    }
    row["partial"] = not row["blank"] and not is_answered(value, worded)
    if spec.get("graded"):
        row["graded"] = 1
    if spec["id"] in lesson.typed:
        row["typed_in_cell"] = lesson.typed[spec["id"]]
    if state.heads:
        row["heads"] = [
            {"rev": head.rev, "at": head.at, "device": head.device, "text": plain_text(head.value, worded)}
            for head in state.heads
        ]
    return row


def _checked(journal, lesson, participant, revs, name, release):
    """The content to send, when the journal is just as the person saw it."""
    for spec, state in _readable(journal, lesson):
        if state.heads:
            raise NotHandedIn("refusal-settle")
        if type(revs.get(spec["id"], 0)) is not int or revs.get(spec["id"], 0) != state.rev:
            raise NotHandedIn("refusal-stale")
    content = build_responses(journal, lesson, participant, name, release)
    sent = {prompt_id: response["rev"] for prompt_id, response in content["responses"].items()}
    if any(rev not in (0, revs.get(prompt_id)) for prompt_id, rev in sent.items()):
        raise NotHandedIn("refusal-stale")
    if not sent:
        raise NotHandedIn("refusal-nothing")
    return content


def _bytes(content):
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
