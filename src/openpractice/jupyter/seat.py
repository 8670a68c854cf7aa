"""What a prompt in a kernel is told and may write: the door's calls over the journal.

Stands beside `widget` so that it can be tested without a kernel; imports are late, so
that a page of questions costs a kernel little.
"""

import functools
import os
from pathlib import Path

from openpractice.handins.places import places, present
from openpractice.handins.specs import Lesson, is_spec, spec_for
from openpractice.journal.journal import Journal
from openpractice.kinds import registry

#: Specifications of the prompts that this kernel has shown, by lesson and id.
_SHOWN: dict[str, dict] = {}


class Refused(Exception):
    """What may not be done; ``reason`` is one that the page knows, the message a sentence."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


@functools.cache
def _journal(path: Path) -> Journal:
    return Journal(path)


def remember(spec: dict) -> None:
    """Notes a specification, so that answers to it can be checked and handed in."""
    if isinstance(spec, dict) and is_spec(spec):
        _SHOWN.setdefault(spec["lesson"], {})[spec["id"]] = spec


class KernelSeat:
    """One person's place in the course, from this kernel's environment.

    On a computer that several share it belongs to whoever was there when it was made: once
    another has taken over it takes no more words, so that they never land in the wrong journal.
    """

    def __init__(self, environ=None):
        self.places = present(places(environ))
        self.user = self.places.person or "me"

    @property
    def journal(self) -> Journal:
        """The person's own journal."""
        return _journal(self.places.journal)

    def answer(self, call: str, args: dict, spec: dict):
        """The answer to one of the door's calls, as plain data."""
        if present(self.places).person != self.places.person or (
            self.places.role == "alone" and not self.places.person
        ):
            raise Refused("signed-out", "Somebody else is at this computer now. Run this page again to go on.")
        known = {
            name: getattr(self, name)
            for name in ("load", "save", "choose", "share", "unshare", "preview", "send", "withdraw")
        }
        if call not in known:
            raise Refused("refused", "This page asks for something that this version does not know.")
        return known[call](spec["lesson"], **args)

    def load(self, own, lesson):
        """All that the prompts of a lesson need to show."""
        from openpractice.handins import handin

        every, specs = self.journal.states(), self._lesson(lesson).specs
        answers = {key: _answer(state, key, specs) for key, state in every.items() if state.lesson == lesson}
        standing = handin.standing(self.journal, lesson, self.places)
        return {
            "user": self.user,
            "lesson": lesson,
            "answers": answers,
            "recall": _recalled(every, specs),
            "feedback": self._feedback(lesson),
            "handin": standing,
        }

    def save(self, own, prompt, change):
        """Keeps one change; returns its acknowledgement."""
        specs = self._lesson(own).specs
        spec = specs.get(prompt)
        if spec is None:
            raise Refused("refused", "This question is not part of this session.")

        def clean(value):
            return registry.clean(value, spec_for(value, prompt, specs) if isinstance(value, dict) else spec)

        where = (own, prompt)
        said = (change.get("base", 0), change["key"], str(change.get("device", "")), self.user)
        if "patch" in change:
            ack = self.journal.patch(*where, change["patch"], *said, clean=clean)
        else:
            ack = self.journal.put(*where, clean(change.get("value")), *said, after=change.get("after") or ())
        self._note_headway(own)
        return _acknowledged(ack)

    def _note_headway(self, lesson):
        from openpractice.handins import headway

        if self.places.inbound is not None:
            headway.note(self.places, lesson, *headway.count(self._lesson(lesson), self.journal.states(lesson)))

    def choose(self, own, prompt, choice):
        """Settles which of several versions counts."""
        ack = self.journal.choose(prompt, choice["rev"], choice["key"])
        return _acknowledged(ack) | {"value": self.journal.state(prompt).value}

    def share(self, own, prompt, rev):
        """Notes that the person shares an answer."""
        spec = self._lesson(own).specs.get(prompt, {})
        if not (spec.get("visibility") == "C" or spec.get("may_share")):
            raise Refused("refused", "This answer is not one to share.")
        self.journal.share(prompt, rev)
        return {}

    def unshare(self, own, prompt):
        """Takes the sharing back."""
        self.journal.unshare(prompt)
        return {}

    def preview(self, own, lesson):
        """What would be handed in; ``file`` where it goes by a file."""
        from openpractice.handins import handin

        return handin.preview(self.journal, self._lesson(lesson), self.places) | (
            {} if self.places.inbound else {"file": 1}
        )

    def send(self, own, lesson, revs):
        """Hands in, or makes the file to hand in; returns the receipt."""
        from openpractice.handins import handin

        try:
            if self.places.inbound:
                return handin.hand_in(self.journal, self._lesson(lesson), self.places, revs)
            name, data, receipt = handin.hand_in_file(
                self.journal, self._lesson(lesson), revs, self.places.person or ""
            )
            return {**receipt, "file": {"name": name, "text": data.decode("utf-8")}}
        except handin.NotHandedIn as error:
            raise Refused("stale" if error.code == "not-latest" else "refused", str(error)) from None

    def withdraw(self, own, lesson):
        """Takes back what was handed in."""
        from openpractice.handins import handin

        try:
            handin.withdraw(self.journal, lesson, self.places)
        except handin.NotHandedIn as error:
            raise Refused("refused", str(error)) from None
        return {}

    def _lesson(self, lesson) -> Lesson:
        """The lesson as its notebook has it; the prompts shown here where no notebook is found."""
        from openpractice.handins.specs import BadNotebook, read_specs

        shown = _SHOWN.get(lesson, {})
        for path in _notebooks():
            try:
                found = read_specs(path)
            except BadNotebook:
                continue
            if found.id == lesson:
                return found._replace(
                    specs={**found.specs, **{key: spec for key, spec in shown.items() if key not in found.specs}}
                )
        return Lesson(self.places.course, lesson, lesson, "en", dict(shown), {}, [])

    def _feedback(self, lesson):
        from openpractice.handins.returned import read_returned

        found = read_returned(self.places.feedback, lesson)
        return found["answers"] if found else {}


def _notebooks():
    """Where this kernel's notebook may lie: Jupyter and VS Code each say so in their own way."""
    named = os.environ.get("JPY_SESSION_NAME", "")
    if named.endswith(".ipynb"):
        yield Path(named)
        yield Path.cwd() / Path(named).name


def _answer(state, prompt, specs):
    said = {"rev": state.rev, "value": state.value, "at": state.at, "sha256": state.sha256}
    if state.heads:
        said["heads"] = [_head(head) for head in state.heads]
    said |= {name: getattr(state, name) for name in ("handed", "shared") if getattr(state, name)}
    # A cell further down has not been run yet: then nothing is known of its question.
    if spec := spec_for(state.value, prompt, specs):
        try:
            registry.clean(state.value, spec)
        except registry.BadValue:
            said["stale_spec"] = True
    return said


def _head(head):
    return {"rev": head.rev, "value": head.value, "at": head.at, "device": head.device}


def _acknowledged(ack):
    said = {"rev": ack.rev, "at": ack.at, "sha256": ack.sha256}
    return said | ({"heads": [_head(head) for head in ack.conflict]} if ack.conflict else {})


def _recalled(states, specs):
    """Earlier answers that these prompts show; their own titles are known only where they were shown."""
    shown = {key: spec for lesson in _SHOWN.values() for key, spec in lesson.items()}
    wanted = {
        key
        for spec in specs.values()
        for key in (*spec.get("recall", ()), *(spec.get(name) for name in ("baseline", "then", "now", "rows_from")))
    }
    return {
        key: {
            "title": shown.get(key, {}).get("title", ""),
            "text": registry.plain_text(states[key].value, shown.get(key, {})),
            "value": states[key].value,
            "at": states[key].at,
        }
        for key in wanted
        if key in states
    }
