"""Whether the languages of a course say the same: the same lessons, prompts, choices, levels and minutes.

Only words may differ. Everything else is compared with the course's first language, and what is
missing on either side is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from openpractice.authoring.checking.rubriclanguages import as_said, compare_rubrics
from openpractice.authoring.courses.lessonfolder import Folder
from openpractice.authoring.rules import problem
from openpractice.model import Course, Item, Lesson, Prompt
from openpractice.problems import Problem

#: Of an option's value: what is said in words, and how many words, is each language's own.
_WORDS = {"comment", "low_label", "high_label", "starters", "min_words", "max_words"}
_FIELDS = ("kind", "visibility", "may_share", "minutes", "criteria", "lead_first", "extension", "branch_of")
_NAMES = ("branch_when", "answer_with", "recall")


@dataclass(frozen=True)
class _Pair:
    """One lesson in the course's first language and in another."""

    first: Lesson
    other: Lesson

    def differs(self, what: str, here, there, line: int, first_line: int) -> Problem:
        where = f"{self.first.path}:{first_line}"
        return problem(
            "language-differs", self.other.path, line, what=what, here=as_said(here), there=as_said(there), where=where
        )


def compare(folder: Folder) -> Iterator[Problem]:
    """The problems of a course in several languages, language by language."""
    course = folder.course
    if course is None:
        return
    for language, other in folder.others.items():
        yield from _sentences(course, folder.path / "course.yml", language)
        yield from _rubrics(folder, other, language)
        there = {lesson.id: lesson for lesson in other.lessons}
        for lesson in folder.in_order():
            pair = there.pop(lesson.id, None)
            if pair:
                yield from _lessons(_Pair(lesson, pair), course.language)
            else:
                name = Path(lesson.path).stem
                hint = f"write {name}.{language}.md beside it"
                yield _missing(language, f"file of '{lesson.id}'", lesson.path, lesson.line, hint)
        for lesson in there.values():
            if folder.lesson(lesson.id) is None:
                hint = f"write it without '.{language}' in its name too, or take this one away"
                yield _missing(course.language, f"file of '{lesson.id}'", lesson.path, lesson.line, hint)


def _missing(language: str, what: str, path: str, line: int, hint: str) -> Problem:
    return problem("language-missing", path, line, language=language, what=what, hint=hint)


def _sentences(course: Course, path: Path, language: str) -> Iterator[Problem]:
    """The title, and each sentence that the course says in its own words in its first language."""
    own = course.strings.get(course.language.split("-")[0], {})
    said = course.strings.get(language.split("-")[0], {})
    for name in dict.fromkeys(["course-title", *own]):
        if name not in said:
            what = "title of the course" if name == "course-title" else f"sentence '{name}'"
            hint = f'write below  strings:  and  {language.split("-")[0]}:  the line  {name}: "..."'
            yield _missing(language, what, str(path), 1, hint)


def _rubrics(folder: Folder, other: Folder, language: str) -> Iterator[Problem]:
    """Criteria and levels, and the steps that ready comments are for."""
    if folder.rubric is None:
        return
    name = f"rubric.{language}.yml"
    if other.rubric is None:
        if not any(Path(each.path).name == name for each in other.problems):
            path = str(folder.path / "rubric.yml")
            yield _missing(language, "rubric", path, 1, f"write {name} beside it, with the same codes and levels")
        return
    yield from compare_rubrics(folder.path / "rubric.yml", folder.path / name)


def _lessons(pair: _Pair, language: str) -> Iterator[Problem]:
    first, other = pair.first, pair.other
    if first.minutes != other.minutes:
        yield pair.differs("the lesson's minutes", other.minutes, first.minutes, other.line, first.line)
    yield from _agenda(pair)
    yield from _blocks(pair, language)
    there = {prompt.id: prompt for prompt in first.prompts}
    here = {prompt.id: prompt for prompt in other.prompts}
    for prompt in first.prompts:
        if prompt.id in here:
            yield from _prompts(pair, here[prompt.id], prompt)
        else:
            hint = f"write it there as it stands at {first.path}:{prompt.line}, with the same id"
            yield _missing(other.language, f"prompt '{prompt.id}'", other.path, other.line, hint)
    for prompt in other.prompts:
        if prompt.id not in there:
            hint = f"write it in {Path(first.path).name} too, or take it out here"
            yield _missing(language, f"prompt '{prompt.id}'", other.path, prompt.line, hint)
    order = [prompt.id for prompt in first.prompts if prompt.id in here]
    moved = [prompt.id for prompt in other.prompts if prompt.id in there]
    if order != moved:
        yield pair.differs("the order of the prompts", moved, order, other.line, first.line)


def _agenda(pair: _Pair) -> Iterator[Problem]:
    def steps(lesson):
        return [(step.minutes, step.names, tuple(cue.at for cue in step.cues)) for step in lesson.agenda]

    def line(lesson):
        return next((part.line for part in lesson.texts if part.block == "agenda"), lesson.line)

    here, there = steps(pair.other), steps(pair.first)
    if here != there:
        at = next(
            (at for at, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there))
        )
        own = pair.other.agenda[at].line if at < len(here) else line(pair.other)
        theirs = pair.first.agenda[at].line if at < len(there) else line(pair.first)
        own_step, first_step = (_step(each[at]) if at < len(each) else "" for each in (here, there))
        yield pair.differs(f"step {at + 1} of the agenda", own_step, first_step, own, theirs)


def _step(step) -> str:
    minutes, names, _ = step
    return ", ".join([f"{minutes} minutes", *names])


def _blocks(pair: _Pair, language: str) -> Iterator[Problem]:
    """Readings, vignettes and strong answers that only one of the two has."""

    def found(lesson):
        texts = [(f"block '{part.block}'", part.line) for part in lesson.texts if part.block != "text"]
        strong = [(f"strong answer to '{each.prompt}'", each.line) for each in lesson.exemplars]
        return _numbered([*texts, *strong])

    here, there = found(pair.other), found(pair.first)
    for what, line in there.items():
        if what not in here:
            hint = f"write it there as it stands at {pair.first.path}:{line}"
            yield _missing(pair.other.language, what, pair.other.path, pair.other.line, hint)
    for what, line in here.items():
        if what not in there:
            hint = f"write it in {Path(pair.first.path).name} too, or take it out here"
            yield _missing(language, what, pair.other.path, line, hint)


def _numbered(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Each with its line; a second of one name is told as such."""
    found: dict[str, int] = {}
    count: dict[str, int] = {}
    for what, line in named:
        count[what] = count.get(what, 0) + 1
        found[what if count[what] == 1 else f"{what}, the {count[what]}."] = line
    return found


def _prompts(pair: _Pair, here: Prompt, there: Prompt) -> Iterator[Problem]:
    for name in (*_FIELDS, *_NAMES):
        if getattr(here, name) != getattr(there, name):
            option = name.replace("_", "-")
            what = f"':{option}:' of '{here.id}'"
            lines = here.line_of(option), there.line_of(option)
            yield pair.differs(what, getattr(here, name), getattr(there, name), *lines)
    if here.kind != there.kind:
        return  # another kind has other options
    for name in dict.fromkeys([*there.options, *here.options]):
        own, theirs = _ids(here.options.get(name)), _ids(there.options.get(name))
        if (name in _WORDS and (own is None) == (theirs is None)) or own == theirs:
            continue
        option = name.replace("_", "-").replace("row-count", "rows")
        what = f"':{option}:' of '{here.id}'"
        yield pair.differs(what, own, theirs, here.line_of(option), there.line_of(option))


def _ids(value):
    """A list of choices, rows or columns as what must be the same in every language: the ids, in order."""
    if isinstance(value, tuple) and any(isinstance(each, Item) for each in value):
        return tuple(f"{each.id} (long)" if each.long else each.id for each in value)
    return value
