"""What a hand-in says, judged prompt by prompt against the released lesson.

Nothing of it is executed or rendered. The result is plain data, `collected.json`, which
both ways into the gradebook read: ours and nbgrader's own.
"""

import hashlib
from dataclasses import replace

from openpractice import border
from openpractice.cleantext import clean_text, one_line
from openpractice.gradebook.judgedhandin import BLANK, JudgedAnswer
from openpractice.gradebook.releasing.released import Release
from openpractice.handins import specs
from openpractice.i18n import Said
from openpractice.intake.received import MAX_TYPED
from openpractice.kinds import registry

_NAMED = 3


def judge(release: Release, responses: dict, typed: dict[str, str]) -> tuple[dict[str, JudgedAnswer], list[Said]]:
    """The answers by prompt, every graded prompt among them, and what is to be said."""
    answers: dict[str, JudgedAnswer] = {}
    notes, unknown, private = [], [], []
    for prompt, given in responses.items():
        spec = release.specs.get(prompt)
        if spec is None:
            unknown.append(prompt)
        elif not _travels(spec):
            private.append(prompt)
        else:
            answers[prompt], note = _judge_one(prompt, given, release)
            notes += [note] if note else []
    if unknown:
        notes.append(Said("note-no-questions", n=len(unknown), prompts=_some(unknown)))
    if private:
        notes.append(Said("note-private", n=len(private), prompts=_some(private)))
    for prompt, text in typed.items():
        answers[prompt] = _with_typed(answers.get(prompt, BLANK), text)
    for prompt in release.graded:
        answers.setdefault(prompt, BLANK)
    return answers, notes


def number_of(*parts: bytes) -> str:
    """The number of a hand-in that brought none of its own."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def _some(prompts):
    """The first of them by name, and how many more."""
    names = ", ".join(one_line(prompt, 63) for prompt in prompts[:_NAMED])
    return Said("collect-and-more", names=names, n=len(prompts) - _NAMED) if len(prompts) > _NAMED else names


def _travels(spec):
    """Whether facilitators may ever read it: not what is only counted, nor private for good."""
    return spec["visibility"] in ("F", "C") or bool(spec["visibility"] == "P" and spec.get("may_share"))


def _judge_one(prompt, given, release):
    if not isinstance(given, dict):
        return BLANK, Said("note-no-form", prompt=prompt)
    value = _storable(given.get("value"))
    language = next((each for each in release.languages if each == given.get("language")), "")
    spec = specs.spec_for(value or {}, prompt, release.specs_in(language))
    if value is None:
        return _altered(given, spec), Said("note-unreadable", prompt=prompt)
    true = registry.sha256(value)
    if given.get("sha256") != true:
        return _altered(given, spec), Said("note-fingerprint", prompt=prompt)
    text, source = registry.plain_text(value, spec), "cell" if given.get("source") == "cell" else "handin"
    if registry.is_blank(value, spec):
        text, source = "", "blank"
    rev, at = _whole(given.get("rev")), _line(given.get("at"))
    return JudgedAnswer(spec["kind"], value, text, rev, at, true, source, language), None


def _storable(value):
    """The value, when it is an object that an answer can be; None for anything else."""
    try:
        fits = isinstance(border.check_leaves(value), dict) and len(registry.canonical(value)) <= registry.MAX_BYTES
    except (border.Unfit, registry.BadValue):
        return None
    return value if fits else None


def _altered(given, spec):
    text = given.get("text")
    text = clean_text(text[:MAX_TYPED]) if isinstance(text, str) else ""
    value = {"text": text}
    if not text.strip():
        return BLANK
    rev, at = _whole(given.get("rev")), _line(given.get("at"))
    return JudgedAnswer(spec["kind"], value, text, rev, at, registry.sha256(value), "altered")


def _with_typed(held, text):
    """The answer, with what was typed in its plain cell: it counts where nothing else was written."""
    if held.is_blank:
        value = {"text": text}
        return JudgedAnswer("", value, text, 0, "", registry.sha256(value), "cell")
    return replace(held, beside=text) if held.text != text else held


def _whole(number):
    return number if border.is_number(number, 0, 2**31 - 1, whole=True) else 0


def _line(text):
    return clean_text(text[:40]) if isinstance(text, str) else ""
