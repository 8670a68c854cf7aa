"""responses.json as somebody sent it: what it says beside the answers is judged here, the answers are not yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpractice import border
from openpractice.cleantext import clean_text, one_line
from openpractice.clock import read_time
from openpractice.gradebook.coursefolder import json_bytes
from openpractice.gradebook.judgedhandin import JudgedAnswer
from openpractice.i18n import Said
from openpractice.intake.inbox import Unreadable

HANDIN = re.compile(r"[0-9a-f]{32}")
#: Longest text taken from one answer, in characters.
MAX_TYPED = 200_000
#: What responses.json says beside the answers.
HEAD = ("format", "version", "course", "lesson", "release", "participant", "name", "handed_in_at", "handin")
_KEPT = ("kind", "value", "text", "rev", "at", "sha256", "language")
_MOST_HEAD = 1_000


@dataclass(frozen=True, slots=True)
class ResponsesFile:
    """The head of a responses.json, judged, and its answers by prompt, which are not. Both are empty where none came."""

    head: Mapping[str, Any]
    answers: Mapping[str, object]

    @property
    def handin(self) -> str:
        return self.head.get("handin") or ""

    @property
    def name(self) -> str:
        """What the person was called on their side, on one line."""
        return one_line(self.head.get("name") or "")

    @property
    def participant(self) -> str:
        return one_line(self.head.get("participant") or "")

    @property
    def handed_in_at(self) -> str:
        return self.head.get("handed_in_at") or ""

    @property
    def moment(self) -> datetime | None:
        return _time_of(self.handed_in_at)

    def judged_file(self, answers: Mapping[str, JudgedAnswer]) -> bytes:
        """responses.json anew, with what was judged of it and nothing else; empty where there was none."""
        if not self.head:
            return b""
        taken = {
            prompt: {key: part for key, part in answers[prompt].as_json().items() if key in _KEPT}
            for prompt in self.answers
            if prompt in answers
        }
        return json_bytes({**self.head, "responses": taken})

    def fit_file(self) -> bytes:
        """responses.json to be judged later: an answer that cannot be kept as it is stands there with its words alone."""
        responses = {}
        for prompt, given in self.answers.items():
            if not border.is_whole_text(prompt, _MOST_HEAD):
                continue
            try:
                responses[prompt] = border.check_leaves(given)
            except border.Unfit:
                responses[prompt] = {"text": cleaned(given, "text", MAX_TYPED) if isinstance(given, dict) else ""}
        return json_bytes({**self.head, "responses": responses})


def read_responses(raw: bytes, course: str, lesson: str, participant: str | None) -> ResponsesFile:
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
        raise Unreadable("handin-unfit", why=unfit_said(unfit, "responses.json")) from None
    if head.get("format") != "openpractice-responses" or type(head.get("version")) is not int or head["version"] != 1:
        raise Unreadable("handin-form")
    heads = [("course", course), ("lesson", lesson)]
    heads += [("participant", participant)] if participant else []
    for key, expected in heads:
        if head.get(key) != expected:
            raise Unreadable("handin-names-another", key=key, value=shown(head.get(key)))
    for key in HEAD:
        if (key != "version" and not isinstance(head.get(key) or "", str)) or len(str(head.get(key))) > _MOST_HEAD:
            raise Unreadable("handin-no-readable", key=key)
    if not HANDIN.fullmatch(head.get("handin") or ""):
        raise Unreadable("handin-no-number")
    if head.get("handed_in_at") and _time_of(head["handed_in_at"]) is None:
        raise Unreadable("handin-no-time", value=one_line(head["handed_in_at"], 40))
    if not isinstance(found.get("responses"), dict):
        raise Unreadable("handin-no-answers")
    return ResponsesFile({key: head[key] for key in HEAD if key in head}, found["responses"])


def _time_of(text: str) -> datetime | None:
    """The moment it names; None for what no computer's clock says."""
    found = read_time(text)
    return found if found and 1970 <= found.year < 9999 else None


def unfit_said(unfit: border.Unfit, what: str | Said) -> Said:
    """Why something is not taken, said of `what`."""
    return Said(f"unfit-{unfit.code}", what=what, where=unfit.where)


def shown(thing: object) -> str:
    """Something that was sent, to print: text on one line, of anything else only what it is."""
    return one_line(thing if isinstance(thing, str) else type(thing).__name__, 63)


def cleaned(given: Mapping[str, object], part: str, most: int) -> str:
    """A text in what was sent, as it may be kept; empty where there is none."""
    text = given.get(part)
    return clean_text(text[:most]) if isinstance(text, str) else ""
