"""What somebody sent, read as JSON and no further: responses.json, and the lesson's copy with text in its cells."""

import re
from datetime import UTC, datetime

from openpractice import border
from openpractice.cleantext import clean_text, one_line
from openpractice.gradebook.coursefolder import json_bytes
from openpractice.gradebook.judgedhandin import JudgedAnswer
from openpractice.gradebook.releasing.released import Release
from openpractice.handins import specs
from openpractice.i18n import Said
from openpractice.intake.inbox import Unreadable

HANDIN = re.compile(r"[0-9a-f]{32}")
#: Longest text taken from one answer cell, in characters.
MAX_TYPED = 200_000
#: More cells than this are in no copy of a lesson, with whatever its reader has added.
MOST_CELLS = 5_000
#: What responses.json says beside the answers.
HEAD = ("format", "version", "course", "lesson", "release", "participant", "name", "handed_in_at", "handin")
_KEPT = ("kind", "value", "text", "rev", "at", "sha256", "language")
_MOST_HEAD = 1_000


def said(unfit: border.Unfit, what: str | Said) -> Said:
    """Why something is not taken, said of `what`."""
    return Said(f"unfit-{unfit.code}", what=what, where=unfit.where)


def read_responses(raw: bytes, course: str, lesson: str, participant: str | None) -> dict:
    """The handed-in answers with their head judged and nothing unknown in it; answers are not judged yet.

    Raises
    ------
    Unreadable
        When they are of another course, lesson or person, or another form.
    """
    try:
        found = border.read_shape(raw, border.HAND_IN)
        head = border.check_leaves({key: part for key, part in found.items() if key != "responses"})
    except border.Unfit as unfit:
        raise Unreadable("handin-unfit", why=said(unfit, "responses.json")) from None
    if head.get("format") != "openpractice-responses" or type(head.get("version")) is not int or head["version"] != 1:
        raise Unreadable("handin-form")
    heads = [("course", course), ("lesson", lesson)]
    heads += [("participant", participant)] if participant else []
    for key, expected in heads:
        if head.get(key) != expected:
            raise Unreadable("handin-names-another", key=key, value=_shown(head.get(key)))
    for key in HEAD:
        if (key != "version" and not isinstance(head.get(key) or "", str)) or len(str(head.get(key))) > _MOST_HEAD:
            raise Unreadable("handin-no-readable", key=key)
    if not HANDIN.fullmatch(head.get("handin") or ""):
        raise Unreadable("handin-no-number")
    if head.get("handed_in_at") and read_time(head["handed_in_at"]) is None:
        raise Unreadable("handin-no-time", value=one_line(head["handed_in_at"], 40))
    if not isinstance(found.get("responses"), dict):
        raise Unreadable("handin-no-answers")
    return {key: head[key] for key in HEAD if key in head} | {"responses": found["responses"]}


def read_time(text: object) -> datetime | None:
    """The time in ISO 8601, in UTC; None for anything else, and for what no computer's clock says."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if 1970 <= found.year < 9999 else None


def judged_file(said: dict, answers: dict[str, JudgedAnswer]) -> bytes:
    """responses.json anew, with what was judged of it and nothing else."""
    taken = {
        prompt: {key: part for key, part in answers[prompt].as_json().items() if key in _KEPT}
        for prompt in said["responses"]
        if prompt in answers
    }
    return json_bytes({key: said[key] for key in HEAD if key in said} | {"responses": taken})


def fit_file(said: dict) -> bytes:
    """A hand-in file to be judged later: an answer that cannot be kept as it is stands there with its words alone."""
    responses = {}
    for prompt, given in said["responses"].items():
        if not border.is_whole_text(prompt, _MOST_HEAD):
            continue
        try:
            responses[prompt] = border.check_leaves(given)
        except border.Unfit:
            text = given.get("text") if isinstance(given, dict) else ""
            responses[prompt] = {"text": clean_text(text[:MAX_TYPED]) if isinstance(text, str) else ""}
    return json_bytes(said | {"responses": responses})


def typed_texts(raw: bytes, release: Release, course: str) -> dict[str, str]:
    """Text typed straight into answer cells, by prompt; the notebook is read as JSON only.

    Raises
    ------
    Unreadable
        When the bytes are not this lesson's notebook.
    """
    what = Said("thing-copy")
    try:
        found = border.read_object(raw, border.NOTEBOOK, mend=True)
        notebook = specs.as_notebook(found)
    except border.Unfit as unfit:
        raise Unreadable("handin-unfit", why=said(unfit, what)) from None
    except specs.BadNotebook:
        raise Unreadable("handin-no-notebook", what=what) from None
    about = notebook["metadata"]["openpractice"]
    for key, expected in (("course", course), ("lesson", release.lesson)):
        if about[key] != expected:
            raise Unreadable("handin-copy-of-another", what=what, key=key, value=_shown(about[key]))
    if len(notebook["cells"]) > MOST_CELLS:
        raise Unreadable("handin-too-many-cells", what=what, count=len(notebook["cells"]), most=MOST_CELLS)
    return {prompt: text[:MAX_TYPED] for prompt, text in specs.typed_texts(notebook, release.graded).items()}


def _shown(thing):
    return one_line(thing if isinstance(thing, str) else type(thing).__name__, 63)
