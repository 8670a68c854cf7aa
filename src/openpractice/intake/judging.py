"""What a hand-in says, judged prompt by prompt against the released lesson.

Nothing of it is executed or rendered. The result is plain data, `collected.json`, which
both ways into the gradebook read: ours and nbgrader's own.
"""

from dataclasses import replace

from openpractice.cleantext import one_line
from openpractice.gradebook.judgedhandin import BLANK, JudgedAnswer
from openpractice.gradebook.releasing.released import Release
from openpractice.handins import specs
from openpractice.i18n import Said
from openpractice.intake.received import GivenAnswer, Received
from openpractice.kinds import registry

_NAMED = 3


def judge(release: Release, found: Received) -> tuple[dict[str, JudgedAnswer], list[Said]]:
    """The answers by prompt, every graded prompt among them, and what is to be said."""
    answers: dict[str, JudgedAnswer] = {}
    notes, private = [], []
    for prompt, given in found.given.items():
        if not _travels(release.specs[prompt]):
            private.append(prompt)
        elif given is None:
            answers[prompt] = BLANK
            notes.append(Said("note-no-form", prompt=prompt))
        else:
            answers[prompt], note = _judge_one(prompt, given, release)
            notes += [note] if note else []
    if found.unknown:
        notes.append(Said("note-no-questions", n=len(found.unknown), prompts=_some(found.unknown)))
    if private:
        notes.append(Said("note-private", n=len(private), prompts=_some(private)))
    for prompt, text in found.typed.items():
        answers[prompt] = _with_typed(answers.get(prompt, BLANK), text)
    for prompt in release.graded:
        answers.setdefault(prompt, BLANK)
    return answers, [*notes, *found.notes]


def _some(prompts):
    """The first of them by name, and how many more."""
    names = ", ".join(one_line(prompt, 63) for prompt in prompts[:_NAMED])
    return Said("collect-and-more", names=names, n=len(prompts) - _NAMED) if len(prompts) > _NAMED else names


def _travels(spec):
    """Whether facilitators may ever read it: not what is only counted, nor private for good."""
    return spec["visibility"] in ("F", "C") or bool(spec["visibility"] == "P" and spec.get("may_share"))


def _judge_one(prompt, given: GivenAnswer, release):
    language = next((each for each in release.languages if each == given.language), "")
    spec = specs.spec_for(given.value or {}, prompt, release.specs_in(language))
    if given.value is None or not given.is_true:
        note = Said("note-unreadable" if given.value is None else "note-fingerprint", prompt=prompt)
        return _altered(given, spec), note
    text, source = registry.plain_text(given.value, spec), "cell" if given.is_typed else "handin"
    if registry.is_blank(given.value, spec):
        text, source = "", "blank"
    return JudgedAnswer(spec["kind"], given.value, text, given.rev, given.at, given.sha256, source, language), None


def _altered(given, spec):
    if not given.text.strip():
        return BLANK
    value = {"text": given.text}
    return JudgedAnswer(spec["kind"], value, given.text, given.rev, given.at, registry.sha256(value), "altered")


def _with_typed(held, text):
    """The answer, with what was typed in its plain cell: it counts where nothing else was written."""
    if held.is_blank:
        value = {"text": text}
        return JudgedAnswer("", value, text, 0, "", registry.sha256(value), "cell")
    return replace(held, beside=text) if held.text != text else held
