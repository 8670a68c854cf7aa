"""What a hand-in says, judged prompt by prompt against the released lesson.

Nothing of it is executed or rendered. The result is plain data, `collected.json`, which
both ways into the gradebook read: ours and nbgrader's own.
"""

import hashlib
import json
import re

from openpractice.cleantext import clean_text
from openpractice.gradebook.released import Release
from openpractice.handins import specs
from openpractice.intake.inbox import Refused, shown
from openpractice.kinds import registry

HANDIN = re.compile(r"[0-9a-f]{32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Longest text taken from one answer cell, in characters.
MAX_TYPED = 200_000


def read_json(raw: bytes, what: str) -> dict:
    """The JSON object in the bytes.

    Raises
    ------
    Refused
        When there is none: empty, cut off, nested without end, a number too long.
    """
    if not raw.strip():
        raise Refused(f"{what} is empty.")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(f"{what} is not whole, or not in its form.") from None
    if not isinstance(found, dict):
        raise Refused(f"{what} is not in its form.")
    return found


def read_responses(raw: bytes, course: str, lesson: str, participant: str | None) -> dict:
    """The handed-in answers with their head checked; answers are not judged yet.

    Raises
    ------
    Refused
        When they are of another course, lesson or person, or another form.
    """
    found = read_json(raw, "responses.json")
    if found.get("format") != "openpractice-responses" or found.get("version") != 1:
        raise Refused("responses.json has a form that this version does not know.")
    heads = [("course", course), ("lesson", lesson)]
    heads += [("participant", participant)] if participant else []
    for key, expected in heads:
        if found.get(key) != expected:
            raise Refused(f"responses.json names another {key}: {shown(str(found.get(key)))}.")
    if not isinstance(found.get("handin"), str) or not HANDIN.fullmatch(found["handin"]):
        raise Refused("responses.json has no number of its hand-in.")
    if not isinstance(found.get("responses"), dict):
        raise Refused("responses.json holds no answers.")
    return found


def typed_texts(raw: bytes, release: Release) -> dict[str, str]:
    """Text typed straight into answer cells, by prompt; the notebook is read as JSON only.

    Raises
    ------
    Refused
        When the bytes are not a notebook of the course.
    """
    read_json(raw, "The lesson's copy")
    try:
        found = specs.typed_texts(specs.parse_notebook(raw), release.graded)
    except specs.BadNotebook:
        raise Refused("The lesson's copy is not a notebook of the course.") from None
    return {prompt: text[:MAX_TYPED] for prompt, text in found.items()}


def judge(release: Release, responses: dict, typed: dict[str, str]) -> tuple[dict, list[str]]:
    """The answers by prompt, every graded prompt among them, and what is to be said.

    An answer is ``{"kind", "value", "text", "rev", "at", "sha256", "source"}`` and
    perhaps ``beside``. `source` is "handin", "cell", "altered" or "blank".
    """
    answers, notes = {}, []
    for prompt, given in responses.items():
        spec = release.specs.get(prompt)
        if spec is None:
            notes.append(f"{shown(prompt)} is no question of this lesson and was not taken.")
        elif not _travels(spec):
            notes.append(f"{prompt} is not for facilitators and was not taken.")
        else:
            answers[prompt], note = _judge_one(prompt, given, release.specs)
            notes += [note] if note else []
    for prompt, text in typed.items():
        _add_typed(answers, prompt, text)
    for prompt in release.graded:
        answers.setdefault(prompt, blank())
    return answers, notes


def blank() -> dict:
    """The answer of a prompt that nothing was written to."""
    return {"kind": "", "value": {}, "text": "", "rev": 0, "at": "", "sha256": registry.sha256({}), "source": "blank"}


def number_of(*parts: bytes) -> str:
    """The number of a hand-in that brought none of its own."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def _travels(spec):
    """Whether facilitators may ever read it: not what is only counted, nor private for good."""
    return spec["visibility"] in ("F", "C") or bool(spec["visibility"] == "P" and spec.get("may_share"))


def _judge_one(prompt, given, known):
    if not isinstance(given, dict):
        return blank(), f"{prompt} is not in its form and was not taken."
    value = given.get("value")
    spec = specs.spec_for(value if isinstance(value, dict) else {}, prompt, known)
    try:
        if not isinstance(value, dict):
            raise registry.BadValue
        true = registry.sha256(value)
        if len(registry.canonical(value)) > registry.MAX_BYTES:
            raise registry.BadValue
    except registry.BadValue:
        return _altered(given, spec), f"{prompt} could not be read as an answer; its text is shown as it came."
    if given.get("sha256") != true:
        return _altered(given, spec), (
            f"{prompt} does not match its fingerprint and does not count as handed in so; its text is shown as it came."
        )
    text = registry.plain_text(value, spec)
    answer = {
        "kind": spec["kind"],
        "value": value,
        "text": text,
        "rev": _whole(given.get("rev")),
        "at": _line(given.get("at")),
        "sha256": true,
        "source": "handin",
    }
    if registry.is_blank(value, spec):
        answer |= {"source": "blank", "text": ""}
    elif given.get("source") == "cell":
        answer["source"] = "cell"
    return answer, None


def _altered(given, spec):
    text = given.get("text")
    text = clean_text(text)[:MAX_TYPED] if isinstance(text, str) else ""
    value = {"text": text}
    if not text.strip():
        return blank()
    return {
        "kind": spec["kind"],
        "value": value,
        "text": text,
        "rev": _whole(given.get("rev")),
        "at": _line(given.get("at")),
        "sha256": registry.sha256(value),
        "source": "altered",
    }


def _add_typed(answers, prompt, text):
    held = answers.get(prompt)
    if held is None or held["source"] == "blank":
        value = {"text": text}
        answers[prompt] = {
            "kind": "",
            "value": value,
            "text": text,
            "rev": 0,
            "at": "",
            "sha256": registry.sha256(value),
            "source": "cell",
        }
    elif held["text"] != text:
        held["beside"] = text


def _whole(number):
    return number if isinstance(number, int) and 0 <= number < 2**31 else 0


def _line(text):
    return clean_text(text)[:40] if isinstance(text, str) else ""
