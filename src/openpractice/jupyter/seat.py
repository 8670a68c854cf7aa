"""What a prompt in a kernel is told and may write: the door's calls over the person's own journal.

Stands beside `widget` so that it can be tested without a kernel.
"""

import functools
import os
from pathlib import Path

from openpractice.handins import handin, headway
from openpractice.handins.answerservice import AnswerService, NotTaken, saying_reasons
from openpractice.handins.places import places, present
from openpractice.handins.specs import BadNotebook, Lesson, is_spec, read_specs
from openpractice.i18n import Coded
from openpractice.journal.journal import Journal

#: Specifications of the prompts that this kernel has shown, by lesson and id.
_SHOWN: dict[str, dict] = {}

CALLS = ("load", "save", "choose", "share", "unshare", "preview", "send", "withdraw")


class NotHere(Coded):
    """What this kernel does not do."""

    @property
    def reason(self) -> str:
        """A word that the page knows."""
        return "signed-out" if self.code == "kernel-somebody-else" else "refused"


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
        #: The word under which the pages of the course keep drafts in this browser; "" where there are none.
        self.workshop = (os.environ if environ is None else environ).get("OPENPRACTICE_WORKSHOP", "")

    @property
    def journal(self) -> Journal:
        """The person's own journal."""
        return _journal(self.places.journal)

    @functools.cached_property
    def answers(self):
        """What is shown and taken of this person's answers."""
        return AnswerService(self.journal, self.places, self.user)

    def answer(self, call: str, args: dict, spec: dict):
        """The answer to one of the door's calls, as plain data.

        Raises
        ------
        Coded
            With a `reason`, when it is not done.
        """
        if present(self.places).person != self.places.person or (
            self.places.role == "alone" and not self.places.person
        ):
            raise NotHere("kernel-somebody-else")
        if call not in CALLS:
            raise NotHere("kernel-no-such-call")
        if not _is_call(args):
            raise NotTaken("refusal-not-understood")
        with saying_reasons():
            return getattr(self, call)(spec["lesson"], **args)

    def load(self, own, lesson):
        """All that the prompts of a lesson need to show."""
        asked = {key: spec for specs in _SHOWN.values() for key, spec in specs.items()}
        # A cell further down has not been run yet: then nothing is known of its question.
        return self.answers.load(self._lesson(lesson), lambda prompt: asked, whole=False) | {"user": self.user}

    def save(self, own, prompt, change):
        """Keeps one change; returns its acknowledgement."""
        lesson = self._lesson(own)
        said = self.answers.save(lesson, prompt, change)
        headway.note(self.places, own, headway.count(lesson, self.journal.states(own)))
        return said

    def choose(self, own, prompt, choice):
        """Settles which of several versions counts."""
        return self.answers.choose(self._lesson(own), prompt, choice)

    def share(self, own, prompt, rev):
        """Notes that the person shares an answer."""
        return self.answers.share(prompt, self._lesson(own).specs.get(prompt, {}), {"rev": rev})

    def unshare(self, own, prompt):
        """Takes the sharing back."""
        return self.answers.unshare(prompt, self._lesson(own).specs.get(prompt, {}))

    def preview(self, own, lesson):
        """What would be handed in; ``file`` where it goes by a file."""
        return handin.preview(self.journal, self._lesson(lesson), self.places) | (
            {} if self.places.inbound else {"file": 1}
        )

    def send(self, own, lesson, revs):
        """Hands in, or makes the file to hand in; returns the receipt."""
        if self.places.inbound:
            return handin.hand_in(self.journal, self._lesson(lesson), self.places, revs)
        name, data, receipt = handin.hand_in_file(self.journal, self._lesson(lesson), revs, self.places.person or "")
        return {**receipt, "file": {"name": name, "text": data.decode("utf-8")}}

    def withdraw(self, own, lesson):
        """Takes back what was handed in."""
        handin.withdraw(self.journal, lesson, self.places)
        return {}

    def _lesson(self, lesson) -> Lesson:
        """The lesson as its notebook has it; the prompts shown here where no notebook is found."""
        shown = _SHOWN.get(lesson, {})
        for path in _notebooks():
            try:
                found = read_specs(path)
            except BadNotebook:
                continue
            if found.id == lesson:
                others = {key: spec for key, spec in shown.items() if key not in found.specs}
                return found._replace(specs=found.specs | others)
        return Lesson(self.places.course, lesson, lesson, "en", dict(shown), {}, [])


def _is_call(args):
    """Whether what a page sent has the form of a call: what it names is text, and what it holds an object."""
    return (
        isinstance(args, dict)
        and all(isinstance(args.get(name, ""), str) for name in ("prompt", "lesson"))
        and all(isinstance(args.get(name, {}), dict) for name in ("change", "choice"))
    )


def _notebooks():
    """Where this kernel's notebook may lie: Jupyter and VS Code each say so in their own way."""
    named = os.environ.get("JPY_SESSION_NAME", "")
    if named.endswith(".ipynb"):
        yield Path(named)
        yield Path.cwd() / Path(named).name
