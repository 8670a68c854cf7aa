"""Handing in: what facilitators may read, looked over first, then sent whole or not at all."""

import json

from openpractice.handins import exchange, headway, mayread
from openpractice.handins.ownhandins import OwnHandIns, remove_folder
from openpractice.handins.receipts import receipt_of, take_up
from openpractice.handins.specs import Lesson
from openpractice.i18n import Coded
from openpractice.journal.appendfile import NotSaved


class NotHandedIn(Coded):
    """Nothing was sent, and the earlier hand-in is as it was.

    The `reason` is stale, settle, read, collected, collecting, no-place, not-released, no-folder, nothing
    or not-in.
    """


def preview(journal, lesson: Lesson, places=None) -> dict:
    """What would be handed in, in the order of the page, and what is still missing.

    Each of ``responses`` has ``id title kind text words blank begun rev`` (``begun``: something
    is there, and not as much as is asked), and where they apply ``graded``, ``typed_in_cell`` (text that
    stands beside the answer) and ``heads`` (versions to choose from first). ``missing``,
    ``waiting``, ``spare`` and ``begun`` are the questions without an answer that are on this person's page,
    whoever reads them: see `headway.Headway`. ``state`` is that of `standing`.
    """
    stands = headway.headway_of(lesson, journal.states())
    rows = [mayread.row(each) for each in mayread.readable(journal, lesson)]
    return {
        "lesson": lesson.id,
        "title": lesson.title,
        "responses": [row | {"begun": row["id"] in stands.begun} for row in rows],
        "missing": stands.open,
        "waiting": stands.waiting,
        "spare": stands.spare,
        "begun": stands.begun,
        "state": standing(journal, lesson.id, places),
    }


def standing(journal, lesson_id: str, places=None) -> dict:
    """How the hand-in stands: ``{"state", "at", "handin", "can_change", "can_withdraw"}``.

    ``state`` is ``open``, ``handed``, ``collected`` or ``read``.
    """
    news = None
    if places:
        own = OwnHandIns(places, lesson_id)
        take_up(journal, own)
        news = own.news()
    receipt = journal.handed(lesson_id)
    state, taking = "handed" if receipt else "open", False
    if receipt and news and news.handin == receipt["handin"]:
        state = "read" if news.read else "collected" if news.collected else state
        taking = news.taking
    again = news is None or news.again
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
    own = OwnHandIns(places, lesson.id)
    if not own.has_place():
        raise NotHandedIn("refusal-no-folder")
    if not standing(journal, lesson.id, places)["can_change"]:
        raise NotHandedIn("refusal-read")
    content = _checked(journal, lesson, places.person, revs, name, exchange.sha256_of(release))
    data = _bytes(content)
    copy = exchange.release_with(release, lesson.typed)
    folder = own.place(data, copy)
    receipt = receipt_of(content, data)
    try:
        journal.mark_handed(lesson.id, receipt)
    except NotSaved:
        remove_folder(folder)
        raise
    own.remove_older(folder.name)
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
    OwnHandIns(places, lesson_id).remove_older()
    journal.withdraw(lesson_id)


def _checked(journal, lesson, participant, revs, name, release):
    """The content to send, when the journal is just as the person saw it."""
    found = [*mayread.readable(journal, lesson)]
    for each in found:
        if each.state.heads:
            raise NotHandedIn("refusal-settle")
        rev = revs.get(each.spec["id"], 0)
        if type(rev) is not int or rev != each.state.rev:
            raise NotHandedIn("refusal-stale")
    content = mayread.responses(found, lesson, participant, name, release)
    if not content["responses"]:
        raise NotHandedIn("refusal-nothing")
    return content


def _bytes(content):
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
