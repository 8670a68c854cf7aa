"""The receipt of a hand-in, also for one that was placed just before a process ended."""

import re
from datetime import datetime

from openpractice import border
from openpractice.handins import exchange
from openpractice.handins.ownhandins import OwnHandIns
from openpractice.journal.appendfile import NotSaved
from openpractice.kinds.registry import sha256, words_written

FORMAT = "openpractice-responses"


def receipt_of(content: dict, data: bytes) -> dict:
    """What the journal keeps of a hand-in: its number, its time, and each answer by its rev and sha256."""
    return {
        "handin": content["handin"],
        "at": content["handed_in_at"],
        "lesson": content["lesson"],
        "responses": [
            {
                "id": prompt_id,
                "rev": response["rev"],
                "sha256": response["sha256"],
                "words": words_written(response["value"], response),
            }
            for prompt_id, response in content["responses"].items()
        ],
        "sha256": exchange.sha256_of(data),
    }


def take_up(journal, own: OwnHandIns) -> None:
    """What was placed just before a process ended gets its receipt, and those before it go: the truth is what lies there.

    It is the person's own only when the journal holds every answer in it as it was handed in.
    """
    placed = own.newest()
    if placed is None:
        return
    name, data = placed
    try:
        content = border.read_object(data, border.HAND_IN)
        if any(each["handin"] == content["handin"] for each in journal.receipts(own.lesson)):
            return
        if not _is_ours(journal, own, content):
            return
        journal.mark_handed(own.lesson, receipt_of(content, data))
    except (border.Unfit, NotSaved, KeyError, TypeError, AttributeError, ValueError):
        return  # placed by something else than the kit, or there is nowhere to note it: as it was
    own.remove_older(name)


def _is_ours(journal, own, content):
    """Whether these are answers of this journal, each as it was saved there."""
    said = content["format"], content["course"], content["lesson"], content["participant"]
    if said != (FORMAT, own.places.course, own.lesson, own.places.person) or not content["responses"]:
        return False
    datetime.fromisoformat(content["handed_in_at"])
    if not re.fullmatch("[0-9a-f]{32}", content["handin"]):
        return False
    for prompt_id, response in content["responses"].items():
        saved = {each["rev"]: each["sha256"] for each in journal.history(prompt_id)}
        if saved.get(response["rev"]) != response["sha256"] or sha256(response["value"]) != response["sha256"]:
            return False
    return True
