"""The sample cohort: invented people whose answers fill a course that nobody has taken yet.

Each person is one file under ``grading/sample/people``. Their words go the way everybody's
go: into a journal, handed in, collected. Nobody real is ever written over.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from openpractice.grading import gradebook, roster
from openpractice.grading.collect import collect
from openpractice.grading.folder import CourseFolder, GradingError
from openpractice.grading.release import release
from openpractice.grading.released import read_release
from openpractice.model import LEVELS, is_id
from openpractice.problems import Problem, report
from openpractice.prompts import handin
from openpractice.prompts.journal import Journal
from openpractice.prompts.kinds import BadValue, clean, is_blank, sha256
from openpractice.prompts.places import Places
from openpractice.prompts.specs import Lesson, lesson_of, read_specs, spec_for

#: What the school of every invented person ends with, wherever it is shown.
LABEL = "(invented)"
FIRST_LINE = "# Invented."
_TEXTS = ("id", "name", "school", "role", "voice")
_KEYS = (*_TEXTS, "appraiser", "shares", "answers", "expected")
_WHY_WORDS = 20
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


def put_in(
    folder: CourseFolder,
    notebooks: Path,
    lessons: Iterable[str] | None = None,
    upto: str | None = None,
    people: Path | None = None,
) -> tuple[str, ...]:
    """The cohort in the course, handed in and collected; returns what was done, in sentences.

    Doing it again changes nothing, and what a reviewer marked stays.

    Parameters
    ----------
    folder
        The workshop's folders, from `openpractice.grading.folder.open_folder`.
    notebooks
        The folder of built lessons; those that are not released yet are released.
    lessons
        Ids of the lessons to fill; by default every one.
    upto
        Id of the last lesson to fill, for a course that is half way.
    people
        The folder of the people's files; by default the kit's own.

    Raises
    ------
    GradingError
        When a file of the cohort has a problem, a lesson is unknown, or releasing or
        collecting is refused.
    """
    built = read_lessons(notebooks)
    cohort, problems = read_people(people or kit_people(), built.values())
    if problems:
        raise GradingError(report(problems), "Mend these files; nothing was put in.")
    sentences, chosen = [], _chosen(built, lessons, upto)
    for lesson in chosen:
        if not (folder.outbound / lesson / "release.json").exists():
            sentences += release(folder, lesson, Path(notebooks) / lesson / f"{lesson}.ipynb").sentences
    ours = _enrol(folder, cohort)
    for lesson in chosen:
        out = lesson_of(read_release(folder, lesson).notebook)
        if [person for person in ours if _write_and_hand_in(folder, out, person)]:
            sentences += collect(folder, lesson).sentences
    left = [person.id for person in cohort if person not in ours]
    if left:
        sentences.append(f"Left as they are, because somebody real has this name: {', '.join(left)}.")
    return tuple(sentences) or ("The sample cohort is there already. Nothing was changed.",)


def kit_people() -> Path:
    """The folder of the cohort that comes with the kit.

    OPENPRACTICE_KIT names the kit's folder; without it this file is taken to lie in it, or
    else the command to be given from there.
    """
    here = [os.environ.get("OPENPRACTICE_KIT"), Path(__file__).resolve().parents[2], Path.cwd()]
    places = [Path(kit) / "grading" / "sample" / "people" for kit in here if kit]
    return next((place for place in places if place.is_dir()), places[-1])


def read_lessons(notebooks: Path) -> dict[str, Lesson]:
    """The built lessons in a folder by id, in the order of the course."""
    paths = sorted(Path(notebooks).glob("*/*.ipynb"))
    return {path.stem: read_specs(path) for path in paths if path.stem == path.parent.name}


def read_people(folder: Path, lessons: Iterable[Lesson]) -> tuple[list[SamplePerson], list[Problem]]:
    """Everybody whose file is whole, in order of id, and what is wrong with the others."""
    specs = {prompt: spec for lesson in lessons for prompt, spec in lesson.specs.items()}
    people, problems = [], []
    for path in sorted(Path(folder).glob("*.yml")):
        found = _File(path, specs)
        problems += found.problems
        if not found.problems:
            people.append(found.person())
    known = {person.id for person in people}
    if not problems:
        problems += [
            Problem(f"{folder}/{each.id}.yml", 1, "bad-appraiser", f"nobody here is '{each.appraiser}'")
            for each in people if each.appraiser and each.appraiser not in known
        ]  # fmt: skip
    return people, problems


class _File:
    """One person's file as it is read: `problems` says what cannot be taken, and where."""

    def __init__(self, path: Path, specs: dict):
        self.path, self.specs, self.problems = path, specs, []
        self.about, self.lines, self.answers = {}, {}, {}
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
        return SamplePerson(**about | {"answers": self.answers, "shares": tuple(about.get("shares", ()))})

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
            self._fault(f"the id '{name[:80]}' is not that of the file, or cannot be an id", self.lines[("id",)],
                        "bad-id", f"id: {self.path.stem}")  # fmt: skip
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
            worded = spec_for(value, prompt, self.specs) if isinstance(value, dict) else spec
            if isinstance(value, dict) and value.get("wording", prompt) != worded["id"]:
                self._fault(f"'{value['wording']}' is no wording of {prompt}", line, "bad-value")
            try:
                self.answers[prompt] = clean(value, worded)
            except BadValue as error:
                self._fault(f"{prompt}: {error}", line, "bad-value", "an id such as yes or 2 needs quotes")
        for prompt in self.about.get("shares") or ():
            if prompt not in self.answers or not self.specs[prompt].get("may_share"):
                self._fault(f"'{prompt}' is not an answer that may be shared", self.lines[("shares",)], "bad-share")

    def _check_expected(self):
        given = self.about.get("expected") or {}
        graded = [prompt for prompt, value in self.answers.items()
                  if self.specs[prompt].get("graded") and not is_blank(value, spec_for(value, prompt, self.specs))]  # fmt: skip
        for prompt in {**dict.fromkeys(graded), **given}:
            line = self.lines.get(("expected", prompt), self.lines.get(("answers", prompt), 1))
            if prompt not in graded:
                self._fault(f"levels for '{prompt}', which is no graded answer", line, "bad-levels")
            elif fault := _level_fault(given.get(prompt), self.specs[prompt]):
                self._fault(f"{prompt}: {fault}", line, "bad-levels", "purpose-trace: {levels: {R: 2, P: 1}, why: ...}")


def _level_fault(entry, spec):
    if not isinstance(entry, dict) or set(entry) != {"levels", "why"} or not isinstance(entry["levels"], dict):
        return "expected are levels and why"
    codes = {criterion["code"] for criterion in spec["criteria"]}
    if set(entry["levels"]) != codes:
        return f"levels are needed for exactly {', '.join(sorted(codes))}"
    if any(type(level) is not int or level not in range(LEVELS) for level in entry["levels"].values()):
        return f"a level is a whole number from 0 to {LEVELS - 1}"
    why = entry["why"]
    if not isinstance(why, str) or not 1 <= len(re.findall(r"\S+", why)) <= _WHY_WORDS:
        return f"why is a text of at most {_WHY_WORDS} words"
    return None


def _chosen(built, lessons, upto):
    wanted = list(built) if lessons is None else list(lessons)
    unknown = [lesson for lesson in (*wanted, *([upto] if upto else [])) if lesson not in built]
    if unknown:
        raise GradingError(f"There is no built lesson {unknown[0]}.", f"There are: {', '.join(built)}")
    return [lesson for lesson in built if lesson in wanted and (upto is None or lesson <= upto)]


def _enrol(folder, cohort):
    """Those of the cohort whose id no real person has, now on the roster."""
    with gradebook.opened(folder) as engine, engine.begin() as db:
        held = roster.everybody(db)
        ours = [person for person in cohort if not _is_somebody(folder, person, held.get(person.id))]
        roster.merge(db, [
            roster.Person(person.id, person.name, "", f"{person.school} {LABEL}", "participant", person.appraiser)
            for person in ours
        ])  # fmt: skip
    return ours


def _is_somebody(folder, person, row):
    return not row.school.endswith(LABEL) if row else _places(folder, person).journal.exists()


def _places(folder, person):
    home = folder.data / "people" / person.id
    return Places(folder.id, home, folder.exchange, folder.data, person.id, "participant")


def _write_and_hand_in(folder, lesson, person) -> bool:
    """The person's answers to one lesson in their journal and the exchange; whether any are new."""
    places = _places(folder, person)
    journal = Journal(places.journal)
    for prompt, spec in lesson.specs.items():
        if prompt in person.answers:
            _write(journal, lesson.id, spec, person)
    sent = {row["id"]: row["rev"] for row in (journal.handed(lesson.id) or {"responses": []})["responses"]}
    rows = [row for row in handin.preview(journal, lesson, places)["responses"] if not row["blank"]]
    if not rows or sent == {row["id"]: row["rev"] for row in rows}:
        return False
    revs = {prompt: state.rev for prompt, state in journal.states(lesson.id).items()}
    handin.hand_in(journal, lesson, places, revs, person.name)
    return True


def _write(journal, lesson, spec, person):
    prompt, value = spec["id"], person.answers[spec["id"]]
    # The key is made from the words: the same words again are the same draft, and change nothing.
    key = f"sample-{prompt}-{sha256(value)[:32]}"
    journal.put(lesson, prompt, value, journal.state(prompt).rev, key, "sample", person.id)
    state = journal.state(prompt)
    shared = spec["visibility"] == "C" or prompt in person.shares
    if shared and (not state.shared or state.shared["rev"] != state.rev):
        journal.share(prompt, state.rev)
