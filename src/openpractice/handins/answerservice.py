"""One person's answers, the same behind both doors: over HTTP and in a kernel.

What is shown of an answer, what is taken of a change, and why one is not taken is said
here alone. A door adds who asks, and which lessons it knows.
"""

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from openpractice.handins import handin
from openpractice.handins.places import Places
from openpractice.handins.returned import read_returned
from openpractice.handins.specs import Lesson, own_specs, spec_for
from openpractice.i18n import FALLBACK, Coded, is_language
from openpractice.journal.journal import Ack, Head, Journal, NotSaved, StaleBase, State
from openpractice.kinds import registry

LONGEST_KEY = 200
MOST_TRIES = 200  # one for each time that a page was opened anew before anything could be sent
_OTHERS = ("baseline", "then", "now", "rows_from")  # options that name an earlier prompt, beside `recall`

#: The specifications of the lesson that asks a prompt, or None where that is not known.
SpecsOf = Callable[[str], Mapping[str, dict] | None]


class NotTaken(Coded):
    """Why an answer was not taken, or not read."""


@contextmanager
def saying_reasons():
    """Turns what the journal and the kinds raise into `NotTaken`."""
    try:
        yield
    except registry.BadValue as error:
        raise NotTaken(error.code, **error.values) from None
    except StaleBase:
        raise NotTaken("refusal-stale") from None
    except NotSaved as error:
        raise NotTaken("refusal-no-space" if error.code == "no-space" else "refusal-not-saved") from error


@dataclass(frozen=True)
class AnswerService:
    """The answers in one journal. Every method raises `NotTaken`, with nothing changed."""

    journal: Journal
    places: Places
    writer: str

    def load(self, lesson: Lesson, specs_of: SpecsOf, whole: bool = True) -> dict:
        """All that the prompts of one lesson show: answers, earlier words, feedback, how the hand-in stands.

        Without `whole` the lesson's specifications may not be all there are: what is saved of
        the lesson is told even where its question is not known.
        """
        with saying_reasons():
            states = self.journal.states()
            standing = handin.standing(self.journal, lesson.id, self.places)
        known = own_specs(lesson.specs)
        returned = read_returned(self.places.feedback, lesson.id)
        return {
            "lesson": lesson.id,
            "answers": {
                prompt_id: saved_answer(state, spec_for(state.value, prompt_id, lesson.specs))
                for prompt_id, state in states.items()
                if prompt_id in known or (not whole and state.lesson == lesson.id)
            },
            "recall": _recall(lesson, states, specs_of),
            "feedback": returned["answers"] if returned else {},
            "handin": standing,
        }

    def save(self, lesson: Lesson, prompt_id: str, change: dict) -> dict:
        """Keeps one change; returns its acknowledgement."""
        key = _asked(lesson, prompt_id, change)
        device = change.get("device") if isinstance(change.get("device"), str) else ""
        said = (change.get("base", 0), key, device, self.writer)
        language = change.get("language")
        language = language if is_language(language) and language != FALLBACK else ""

        def clean(value):
            return registry.clean(value, spec_for(value, prompt_id, lesson.specs))

        with saying_reasons():
            if "patch" in change and change.get("value") is None:
                ack = self.journal.patch(lesson.id, prompt_id, change["patch"], *said, clean, language)
            else:
                tries = change.get("after")
                after = [one for one in tries[:MOST_TRIES] if isinstance(one, str)] if isinstance(tries, list) else []
                ack = self.journal.put(lesson.id, prompt_id, clean(change.get("value")), *said, after, language)
        return acknowledged(ack)

    def choose(self, lesson: Lesson, prompt_id: str, choice: dict) -> dict:
        """Settles which of several versions counts; returns its acknowledgement, with the value."""
        key = _asked(lesson, prompt_id, choice)
        with saying_reasons():
            ack = self.journal.choose(prompt_id, _rev(choice), key)
            return acknowledged(ack) | {"value": self.journal.state(prompt_id).value}

    def share(self, prompt_id: str, spec: dict, content: dict) -> dict:
        """Notes that the person shares the answer at a version; returns how it stands."""
        check_shared(spec)
        with saying_reasons():
            self.journal.share(prompt_id, _rev(content))
        return self._shared(prompt_id)

    def unshare(self, prompt_id: str, spec: dict) -> dict:
        """Takes that back; returns how it stands."""
        check_shared(spec)
        with saying_reasons():
            self.journal.unshare(prompt_id)
        return self._shared(prompt_id)

    def _shared(self, prompt_id):
        with saying_reasons():
            state = self.journal.state(prompt_id)
        return {"rev": state.rev, "shared": state.shared}


def saved_answer(state: State, spec: dict) -> dict:
    """One answer as a door tells it; ``stale_spec`` where it no longer fits its question."""
    said = {"rev": state.rev, "value": state.value, "at": state.at, "sha256": state.sha256}
    if state.heads:
        said["heads"] = [_head(head) for head in state.heads]
    said |= {name: getattr(state, name) for name in ("handed", "shared") if getattr(state, name)}
    if spec:
        try:
            registry.clean(state.value, spec)
        except registry.BadValue:
            said["stale_spec"] = True
    return said


def acknowledged(ack: Ack) -> dict:
    """What a writer is told: the version, when, and its sha256; all versions when several."""
    said = {"rev": ack.rev, "at": ack.at, "sha256": ack.sha256}
    return said | ({"heads": [_head(head) for head in ack.conflict]} if ack.conflict else {})


def check_shared(spec: dict) -> None:
    """Nothing, where the answer to this question is one that may be shared; raises `NotTaken`."""
    if not (spec.get("visibility") == "C" or spec.get("may_share")):
        raise NotTaken("refusal-not-shared")


def _head(head: Head) -> dict:
    return {"rev": head.rev, "value": head.value, "at": head.at, "device": head.device}


def _recall(lesson, states, specs_of):
    """The person's own earlier answers that prompts of the lesson show beside the box."""
    named = (
        prompt_id
        for spec in lesson.specs.values()
        for prompt_id in (*spec.get("recall", ()), *(spec.get(option) for option in _OTHERS))
    )
    wanted = {one: specs_of(one) for one in named if isinstance(one, str) and one in states}
    return {one: _recalled(states[one], one, specs) for one, specs in wanted.items() if specs is not None}


def _recalled(state, prompt_id, specs):
    return {
        "title": specs.get(prompt_id, {}).get("title", ""),
        "text": registry.plain_text(state.value, spec_for(state.value, prompt_id, specs)),
        "value": state.value,
        "at": state.at,
    }


def _asked(lesson, prompt_id, content):
    """The key of a change, when the lesson asks the prompt and the change has the form of one."""
    if prompt_id not in own_specs(lesson.specs):
        raise NotTaken("refusal-no-prompt")
    key = content.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
        raise NotTaken("refusal-not-understood")
    return key


def _rev(content):
    if type(content.get("rev")) is not int:
        raise NotTaken("refusal-not-understood")
    return content["rev"]
