"""What facilitators may read of a lesson: the answers that leave the journal when somebody hands in.

Only graded answers, those for the facilitators, and those that the person has shared; private,
counted and unshared answers and earlier words never do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpractice.clock import utc_now
from openpractice.handins.receipts import FORMAT
from openpractice.handins.specs import Lesson, spec_for
from openpractice.handins.versions import own_ways
from openpractice.i18n import FALLBACK
from openpractice.ids import new_key
from openpractice.journal.replay import State
from openpractice.kinds.registry import count_words, is_blank, plain_text, sha256, words_written


@dataclass(frozen=True, slots=True)
class Readable:
    """One answer that facilitators may read: its state in the journal, and the value that counts.

    `worded` is the specification that the value answers. `is_typed` says that the value stands only in the
    plain cell of the notebook; `typed` is what stands there, also where it does not count.
    """

    spec: dict
    state: State
    value: dict
    worded: dict
    is_blank: bool
    is_typed: bool
    typed: str | None

    @property
    def text(self) -> str:
        return plain_text(self.value, self.worded)

    @property
    def words(self) -> int:
        return words_written(self.value, self.worded)


def may_read(spec: dict, state) -> bool:
    """Whether facilitators may read this answer once it is handed in."""
    visibility = spec["visibility"]
    if visibility == "A" or (visibility == "P" and not spec.get("may_share")):
        return False
    return visibility == "F" or bool(state.shared) or (visibility == "C" and bool(spec.get("graded")))


def readable(journal, lesson: Lesson) -> Iterator[Readable]:
    """Each answer that facilitators may read, in the order of the page."""
    for prompt_id, spec in lesson.specs.items():
        state = journal.state(prompt_id)
        if spec.get("answer_with") or not may_read(spec, state):
            continue
        typed, value = lesson.typed.get(prompt_id), state.value
        worded = spec_for(value, prompt_id, lesson.specs)
        blank = is_blank(value, worded)
        if blank and typed:
            value, worded = {"text": typed}, spec
            yield Readable(spec, state, value, worded, is_blank(value, worded), True, typed)
        else:
            yield Readable(spec, state, value, worded, blank, False, typed)


def responses(found: Iterable[Readable], lesson: Lesson, participant: str, name="", release="") -> dict:
    """The content of ``responses.json`` with these answers, but for the blank ones.

    A prompt that is answered only in its plain cell has ``source`` ``cell`` and rev 0.
    """
    return {
        "format": FORMAT,
        "version": 1,
        "course": lesson.course,
        "lesson": lesson.id,
        "release": release,
        "participant": participant,
        "name": name,
        "handed_in_at": utc_now(),
        "handin": new_key(),
        "responses": {each.spec["id"]: _response(each, lesson.language) for each in found if not each.is_blank},
    }


def row(each: Readable) -> dict:
    """One line of what would be handed in, for the person to look over."""
    said = {
        "id": each.spec["id"],
        "title": each.worded["title"],
        "kind": each.worded["kind"],
        "rev": each.state.rev,
        "text": each.text,
        "words": each.words,
        "blank": each.is_blank,
    }
    if each.spec.get("graded"):
        said["graded"] = 1
    if each.typed is not None:
        said["typed_in_cell"] = each.typed
    if each.state.heads:
        said["heads"] = _versions(each)
    return said


def _versions(each):
    """The versions to choose from, newest last, each with how many words it has and its own way (`own_ways`)."""
    texts = [plain_text(head.value, each.worded) for head in each.state.heads]
    return [
        {"rev": head.rev, "at": head.at, "device": head.device, "text": text, "words": count_words(text), "way": way}
        for head, text, way in zip(each.state.heads, texts, own_ways(texts), strict=True)
    ]


def _response(each, language):
    """One answer as it is handed in; a language that is not named is English, as in a lesson's cells."""
    language = language if each.is_typed else each.state.language
    return {
        "kind": each.worded["kind"],
        "value": each.value,
        "text": each.text,
        "rev": 0 if each.is_typed else each.state.rev,
        "at": each.state.at or utc_now(),
        "sha256": sha256(each.value),
        **({"source": "cell"} if each.is_typed else {}),
        **({"language": language} if language not in ("", FALLBACK) else {}),
    }
