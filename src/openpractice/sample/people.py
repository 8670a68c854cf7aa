"""The people of the sample cohort, read from one file each; what is wrong is named with its line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from openpractice.handins.specs import Lesson, spec_for
from openpractice.ids import is_id
from openpractice.kinds.registry import BadValue, clean, is_blank
from openpractice.problems import Problem

FIRST_LINE = "# Invented."
_TEXTS = ("id", "name", "school", "role", "voice")
_KEYS = (*_TEXTS, "appraiser", "shares", "answers", "expected")
_WHY_WORDS = 20
#: What is wrong with an answer when the course was bent after it was written.
_OF_ANOTHER_COURSE = {"unknown-prompt", "bad-value", "bad-share", "bad-levels"}
# The C reader is ten times as quick; not every build of PyYAML has it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class SamplePerson:
    """An invented person; `answers` holds cleaned values by prompt.

    `shares` names answers shared by choice; `expected` has, for each graded answer, the
    ``levels`` a careful reader would give and ``why``.
    """

    id: str
    name: str
    school: str
    role: str
    voice: str
    appraiser: str = ""
    shares: tuple[str, ...] = ()
    answers: Mapping[str, dict] = field(default_factory=dict)
    expected: Mapping[str, dict] = field(default_factory=dict)


def read_people(
    folder: Path, lessons: Iterable[Lesson], bent: bool = False
) -> tuple[list[SamplePerson], list[Problem]]:
    """Everybody whose file is whole, in order of id, and what is wrong with the others.

    For a `bent` course, which asks some questions in another way or not at all, answers that it
    does not take are left out.
    """
    specs = {prompt: spec for lesson in lessons for prompt, spec in lesson.specs.items()}
    people, problems = [], []
    for path in sorted(Path(folder).glob("*.yml")):
        found = _File(path, specs, bent)
        problems += found.problems
        if not found.problems:
            people.append(found.person())
    known = {person.id for person in people}
    if not problems:
        problems += [
            Problem(f"{folder}/{each.id}.yml", 1, "bad-appraiser", f"nobody here is '{each.appraiser}'")
            for each in people
            if each.appraiser and each.appraiser not in known
        ]
    return people, problems


class _File:
    """One person's file as it is read: `problems` says what cannot be taken, and where."""

    def __init__(self, path: Path, specs: dict, bent: bool = False):
        self.path, self.specs, self.bent = path, specs, bent
        self.problems: list[Problem] = []
        self.about: Any = {}  # whatever the file holds, until it is judged
        self.lines: dict[tuple, int] = {}
        self.answers: dict[str, dict] = {}
        try:
            self._read(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or "it is not UTF-8 text"
            self._fault(f"the file cannot be read: {what}", mark.line + 1 if mark else 1, hint="put texts in quotes")
            return
        self._check_about()
        if not self.problems:
            self._check_answers()
            self._check_expected()

    def person(self) -> SamplePerson:
        about = {key: value for key, value in self.about.items() if value is not None}
        shares = tuple(each for each in about.get("shares", ()) if self._may_be_shared(each))
        return SamplePerson(**about | {"answers": self.answers, "shares": shares, "expected": self._fitting_levels()})

    def _may_be_shared(self, prompt):
        return prompt in self.answers and self.specs[prompt].get("may_share")

    def _fitting_levels(self):
        given = self.about.get("expected") or {}
        return {
            prompt: entry
            for prompt, entry in given.items()
            if prompt in self.answers and not _level_fault(entry, self.specs[prompt])
        }

    def _read(self, text):
        if not text.startswith(FIRST_LINE):
            self._fault("the first line does not say that this person is invented", 1, hint=f"begin with {FIRST_LINE}")
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            self.about = loader.construct_document(node) if node else None
        finally:
            loader.dispose()
        if isinstance(self.about, dict):
            self._note_lines(node, ())

    def _note_lines(self, node, way):
        for key, value in node.value:
            here = (*way, key.value)
            if here in self.lines:
                self._fault(f"'{key.value}' stands twice", key.start_mark.line + 1, "twice")
            self.lines[here] = key.start_mark.line + 1
            if isinstance(value, yaml.MappingNode) and not way:
                self._note_lines(value, here)

    def _fault(self, what, line=1, code="bad-person", hint="", allowed=()):
        if self.bent and code in _OF_ANOTHER_COURSE:
            return
        self.problems.append(Problem(str(self.path), line, code, what, hint, tuple(allowed)))

    def _check_about(self):
        if not isinstance(self.about, dict):
            self._fault("there is nobody in it", hint="begin with id, name, school, role and voice")
            return
        for key in self.about:
            if key not in _KEYS:
                self._fault(f"unknown '{key}'", self.lines.get((key,), 1), allowed=_KEYS)
        for key in _TEXTS:
            if not isinstance(self.about.get(key), str) or not self.about[key].strip():
                self._fault(f"'{key}' is missing or is not a text", self.lines.get((key,), 1))
        name = self.about.get("id")
        if isinstance(name, str) and (not is_id(name) or name != self.path.stem):
            self._fault(
                f"the id '{name[:80]}' is not that of the file, or cannot be an id",
                self.lines[("id",)],
                "bad-id",
                f"id: {self.path.stem}",
            )
        for key, form in (("appraiser", str), ("shares", list), ("answers", dict), ("expected", dict)):
            if self.about.get(key) is not None and not isinstance(self.about[key], form):
                self._fault(f"'{key}' has another form", self.lines.get((key,), 1))

    def _check_answers(self):
        for prompt, value in (self.about.get("answers") or {}).items():
            line = self.lines.get(("answers", prompt), 1)
            spec = self.specs.get(prompt)
            if spec is None or spec.get("answer_with"):
                self._fault(f"no question is '{prompt}'", line, "unknown-prompt", (spec or {}).get("answer_with", ""))
                continue
            worded = spec_for(value, prompt, self.specs)
            if isinstance(value, dict) and value.get("wording", prompt) != worded["id"]:
                self._fault(f"'{value['wording']}' is no wording of {prompt}", line, "bad-value")
            try:
                self.answers[prompt] = clean(value, worded)
            except BadValue as error:
                self._fault(f"{prompt}: {error}", line, "bad-value", "an id such as yes or 2 needs quotes")
        for prompt in self.about.get("shares") or ():
            if not self._may_be_shared(prompt):
                self._fault(f"'{prompt}' is not an answer that may be shared", self.lines[("shares",)], "bad-share")

    def _check_expected(self):
        given = self.about.get("expected") or {}
        graded = [prompt for prompt, value in self.answers.items() if self._is_graded_answer(prompt, value)]
        for prompt in {**dict.fromkeys(graded), **given}:
            line = self.lines.get(("expected", prompt), self.lines.get(("answers", prompt), 1))
            if prompt not in graded:
                self._fault(f"levels for '{prompt}', which is no graded answer", line, "bad-levels")
            elif fault := _level_fault(given.get(prompt), self.specs[prompt]):
                self._fault(f"{prompt}: {fault}", line, "bad-levels", "purpose-trace: {levels: {R: 2, P: 1}, why: ...}")

    def _is_graded_answer(self, prompt, value):
        return self.specs[prompt].get("graded") and not is_blank(value, spec_for(value, prompt, self.specs))


def _level_fault(entry, spec):
    if not isinstance(entry, dict) or set(entry) != {"levels", "why"} or not isinstance(entry["levels"], dict):
        return "expected are levels and why"
    if "criteria" not in spec:
        return "the question is read for no criteria"
    tops = {criterion["code"]: len(criterion["levels"]) - 1 for criterion in spec["criteria"]}
    if set(entry["levels"]) != set(tops):
        return f"levels are needed for exactly {', '.join(sorted(tops))}"
    if any(type(level) is not int or not 0 <= level <= tops[code] for code, level in entry["levels"].items()):
        return f"a level is a whole number from 0 to {max(tops.values())}"
    why = entry["why"]
    if not isinstance(why, str) or not 1 <= len(re.findall(r"\S+", why)) <= _WHY_WORDS:
        return f"why is a text of at most {_WHY_WORDS} words"
    return None
