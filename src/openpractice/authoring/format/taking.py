"""Blocks that one course takes from the lessons of another, so that a text stands in one place.

`from:` in course.yml names the folder. A `take` block names a lesson and a part of it: a
prompt by its id, or reading, vignette, keypoints. A prompt brings its strong answers and
the note about it; the block may give it another title, other minutes, another visibility, or
a wording of its own. Its id, kind and criteria stay, so that its answers mean the same in both courses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from openpractice.authoring.format.optiontext import near
from openpractice.authoring.rules import problem
from openpractice.model import Lesson, Prompt, Take

TEXTS = ("reading", "vignette", "keypoints")


@dataclass(frozen=True)
class Taken:
    """Lessons with nothing left to take, and the problems met on the way."""

    lessons: tuple[Lesson, ...]
    problems: tuple


def take(lessons: Iterable[Lesson], source: Mapping[str, Lesson], group: bool = True) -> Taken:
    """The lessons with each `take` block replaced by the parts it names in `source`.

    Without a `group` nothing that is taken offers to be shared with one.
    """
    done: list = []
    problems: list = []
    for lesson in lessons:
        parts = []
        for part in lesson.parts:
            if isinstance(part, Take):
                parts += [each if group else _unshared(each) for each in _parts(part, lesson, source, problems)]
            else:
                parts.append(part)
        done.append(replace(lesson, parts=tuple(parts)))
    asked = {prompt.id for lesson in done for prompt in lesson.prompts}
    return Taken(tuple(_only_recalls(lesson, asked, source) for lesson in done), tuple(problems))


def _parts(part: Take, lesson: Lesson, source, problems) -> list:
    name, _, what = part.what.partition("/")
    given = source.get(name)
    if given is None:
        known = list(source)
        problems.append(problem("bad-take", lesson.path, part.line, what=part.what, near=near(name, known, "{}/...")))
        return []
    if what in TEXTS and not part.body:
        return [replace(text, line=part.line) for text in given.texts if text.block == what] or _none(
            part, lesson, given, problems
        )
    prompt = next((each for each in given.prompts if each.id == what), None)
    return _prompt(part, prompt, lesson, given) if prompt else _none(part, lesson, given, problems)


def _none(part, lesson, given, problems) -> list:
    known = [f"{given.id}/{name}" for name in (*TEXTS, *(prompt.id for prompt in given.prompts))]
    problems.append(problem("bad-take", lesson.path, part.line, what=part.what, near=near(part.what, known, "{}")))
    return []


def _prompt(part: Take, prompt: Prompt, lesson: Lesson, given: Lesson) -> list:
    asked = part if part.body else prompt
    changed = replace(prompt, line=part.line, lines={}, body=asked.body, body_line=asked.body_line, **part.changes)
    own = {note.about for note in lesson.notes}
    notes = [note for note in given.notes if note.about == prompt.id and prompt.id not in own]
    strong = [each for each in given.exemplars if each.prompt == prompt.id]
    beside = [*(replace(each, line=part.line) for each in strong), *(replace(each, line=part.line) for each in notes)]
    return [changed, *beside]


def _unshared(part):
    return replace(part, may_share=False) if isinstance(part, Prompt) and part.visibility == "F" else part


def _only_recalls(lesson: Lesson, asked: set[str], source) -> Lesson:
    """A taken prompt recalls only what this course asks as well; one of its own is left to the check."""
    taken = {prompt.id for given in source.values() for prompt in given.prompts}

    def trimmed(part):
        if isinstance(part, Prompt) and part.id in taken and not part.lines:
            return replace(part, recall=tuple(name for name in part.recall if name in asked))
        return part

    return replace(lesson, parts=tuple(trimmed(part) for part in lesson.parts))
