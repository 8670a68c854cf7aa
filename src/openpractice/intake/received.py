"""What came with one hand-in, each part in its form, before it is judged: its answers, and its copy of the lesson."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openpractice import border
from openpractice.gradebook.releasing.released import Release
from openpractice.handins import specs
from openpractice.i18n import Said
from openpractice.intake.inbox import Unreadable
from openpractice.intake.responsesfile import (
    MAX_TYPED,
    ResponsesFile,
    cleaned,
    read_responses,
    shown,
    unfit_said,
)
from openpractice.kinds import registry

#: More cells than this are in no copy of a lesson, with whatever its reader has added.
MOST_CELLS = 5_000


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What is given to one prompt, each part in its form.

    `value` is None where it is nothing that an answer can be; `sha256` is that of the value, and `is_true`
    whether it came with just that one. `text` is what the sender says that it reads like.
    """

    value: dict | None
    sha256: str
    is_true: bool
    text: str
    rev: int
    at: str
    is_typed: bool
    language: object


@dataclass(frozen=True, slots=True)
class Received:
    """One hand-in as it came.

    `given` is what it gives to each prompt of the lesson, None where that has no form; `unknown` names prompts
    that the lesson does not ask; `typed` is what stands in the answer cells of its copy, by prompt; `notes` is
    what is to be said of how it was read.
    """

    file: ResponsesFile
    given: Mapping[str, GivenAnswer | None]
    unknown: tuple[str, ...]
    typed: Mapping[str, str]
    notes: tuple[Said, ...]


def read(
    raw: bytes, copy: bytes | None, release: Release, course: str, participant: str | None, notes: Iterable[Said] = ()
) -> Received:
    """What came with one hand-in, out of the bytes of its two files; either may be missing.

    A copy of the lesson that cannot be read keeps back no words that came beside it.

    Raises
    ------
    Unreadable
        When there is nothing in it that can be judged.
    """
    file = read_responses(raw, course, release.lesson, participant) if raw else ResponsesFile({}, {})
    typed, notes = {}, [*notes]
    try:
        typed = typed_texts(copy, release, course) if copy else {}
    except Unreadable as refusal:
        if not raw:
            raise
        notes.append(Said("note-copy-not-read", why=refusal))
    if not raw and not typed:
        # nbgrader's own submit sends the notebook alone; what was written in the boxes is not in it.
        raise Unreadable("handin-nothing-typed")
    given = {prompt: _given(each) for prompt, each in file.answers.items() if prompt in release.specs}
    unknown = tuple(prompt for prompt in file.answers if prompt not in release.specs)
    return Received(file, given, unknown, typed, tuple(notes))


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
        raise Unreadable("handin-unfit", why=unfit_said(unfit, what)) from None
    except specs.BadNotebook:
        raise Unreadable("handin-no-notebook", what=what) from None
    about = notebook["metadata"]["openpractice"]
    for key, expected in (("course", course), ("lesson", release.lesson)):
        if about[key] != expected:
            raise Unreadable("handin-copy-of-another", what=what, key=key, value=shown(about[key]))
    if len(notebook["cells"]) > MOST_CELLS:
        raise Unreadable("handin-too-many-cells", what=what, count=len(notebook["cells"]), most=MOST_CELLS)
    return {prompt: text[:MAX_TYPED] for prompt, text in specs.typed_texts(notebook, release.graded).items()}


def _given(given) -> GivenAnswer | None:
    """One of the answers that somebody sent, with its parts in their forms; None where it is no answer at all."""
    if not isinstance(given, dict):
        return None
    value, rev = _storable(given.get("value")), given.get("rev", 0)
    true = "" if value is None else registry.sha256(value)
    return GivenAnswer(
        value,
        true,
        given.get("sha256") == true,
        cleaned(given, "text", MAX_TYPED),
        rev if border.is_number(rev, 0, 2**31 - 1, whole=True) else 0,
        cleaned(given, "at", 40),
        given.get("source") == "cell",
        given.get("language"),
    )


def _storable(value):
    """The value, when it is an object that an answer can be; None for anything else."""
    try:
        fits = isinstance(border.check_leaves(value), dict) and len(registry.canonical(value)) <= registry.MAX_BYTES
    except (border.Unfit, registry.BadValue):
        return None
    return value if fits else None
