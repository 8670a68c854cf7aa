"""The files of invented answers with agreed levels, and whether they fit a course; no database is needed to read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from openpractice.files import is_left_beside
from openpractice.kinds.registry import KINDS, BadValue, clean
from openpractice.model import LEVELS, Rubric
from openpractice.problems import Problem
from openpractice.review.calibrating.anchortext import (
    KEY,
    AnchorWords,
    are_reasons,
    entries_of,
    in_file,
    in_other_languages,
    key_beside,
    key_of,
    load,
    plain,
    problem,
    words_in,
)

FAMILIES = tuple(kind.family for kind in KINDS.values() if kind.family)
CALIBRATION = "calibration.yml"
_KEYS = {"id", "prompt", "family", "levels", "value", "reasons"}


@dataclass(frozen=True)
class Anchor:
    """An answer to `prompt`, its reference `levels` by criterion, and the `reasons`; `tops` are the rubric's highest."""

    id: str
    prompt: str
    family: str
    levels: Mapping[str, int]
    value: Mapping
    reasons: Mapping[str, str]
    calibration: bool
    tops: Mapping[str, int] = field(default_factory=dict)
    place: tuple[str, int] = ("", 1)
    words: Mapping[str, AnchorWords] = field(default_factory=dict)

    def in_language(self, language: str) -> "Anchor":
        """The same anchor in that language, as far as it has words in it."""
        said = self.words.get(language)
        if said is None:
            return self
        return replace(self, value=said.value or self.value, reasons=said.reasons or self.reasons)


def read_anchors(folder: Path) -> tuple[list[Anchor], list[Problem]]:
    """Every anchor in the folder's files, and what is wrong: with those left out, and with words that YAML cut.

    A file may keep levels and reasons apart, so that people can read its answers without
    seeing them: those of ``calibration.yml`` then stand in ``calibration-key.yml``, by id.
    Its words in another language stand in ``calibration.es.yml``, and in ``calibration-key.es.yml``.
    """
    anchors: list[Anchor] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    paths = [path for path in sorted(Path(folder).glob("*.yml")) if not is_left_beside(path)]
    both = [*paths, *map(key_of, paths)]
    spoken = {other for path in both for other in in_other_languages(path).values()}
    for path in paths:
        if path in spoken or path.stem.endswith(KEY):
            continue
        entries = entries_of(load(path, problems))
        apart = key_beside(path, problems)
        here = []
        for entry in entries:
            held = in_file(entry, entry.entry("id").text(), apart)
            fault = _fault(held, seen)
            if fault:
                problems.append(problem(path, entry.line, fault, "compare it with an anchor that is accepted"))
                continue
            seen.add(held["id"].text())
            here.append(Anchor(**_read(held), calibration=path.name == CALIBRATION, place=(str(path), entry.line)))
        for name in sorted(apart.keys() - seen):
            hint = f"its answer belongs in {path.name}"
            problems.append(problem(key_of(path), apart[name].line, f"no anchor is '{name}'", hint))
        anchors += _in_all_languages(path, here, problems)
    return anchors, problems


def _in_all_languages(path, anchors, problems):
    known = {each.id: tuple(each.levels) for each in anchors}
    languages = in_other_languages(path) | {  # a key alone may be translated
        language: path.with_stem(f"{path.stem}.{language}") for language in in_other_languages(key_of(path))
    }
    words = {language: words_in(other, known, problems) for language, other in languages.items()}
    return [
        replace(each, words={language: of[each.id] for language, of in words.items() if each.id in of})
        for each in anchors
    ]


def _read(held):
    """The parts of an anchor as they are kept: numbers for levels, words for the rest."""
    read = {name: plain(entry) for name, entry in held.items()}
    return read | {"levels": {code: int(level) for code, level in read["levels"].items()}}


def _fault(held, seen):
    if set(held) != _KEYS:
        return f"an anchor has exactly: {', '.join(sorted(_KEYS))}"
    if not all(held[name].text() for name in ("id", "prompt", "family")):
        return "an anchor's id, prompt and family are a word each"
    name, family = held["id"].text(), held["family"].text()
    if name in seen:
        return f"the anchor '{name}' is there twice"
    if family not in FAMILIES:
        return f"'{name}' has an unknown family (allowed: {', '.join(FAMILIES)})"
    levels, reasons = held["levels"].value, held["reasons"].value
    if not isinstance(levels, dict) or not levels or not all(map(_is_level, levels.values())):
        return f"'{name}' has a level that is no whole number from 0"
    if not are_reasons(reasons, levels):
        return f"'{name}' needs one reason for each level"
    if not isinstance(held["value"].value, dict):
        return f"'{name}' has a value that is not made of names and values"
    return None


def _is_level(entry):
    return entry.text().isascii() and entry.text().isdigit() and int(entry.text()[:4]) in range(LEVELS[-1])


def check_anchors(
    folder: Path, rubric: Rubric, specs: Mapping[str, Mapping], also_in: Sequence[str] = ()
) -> list[Problem]:
    """What is wrong with the folder's anchors by this rubric, these questions, each by its specification, and languages."""
    anchors, problems = read_anchors(folder)
    tops = {each.code: each.top for each in rubric.criteria}
    places = {language: words.place for anchor in anchors for language, words in anchor.words.items()}
    for language in sorted(places.keys() - set(also_in)):
        what = f"the course has no language '{language}'"
        problems.append(problem(places[language][0], 1, what, f"add it below 'also-in' in course.yml:  - {language}"))
    for anchor in anchors:
        spoken = ((words.place, anchor.in_language(language)) for language, words in anchor.words.items())
        for (path, line), said in [(anchor.place, anchor), *spoken]:
            fault, hint = _misfit(said, tops, specs.get(anchor.prompt, {}))
            if fault:
                problems.append(problem(path, line, f"'{anchor.id}' {fault}", hint))
    return problems


def _misfit(anchor, tops, spec):
    """What does not fit, and what to do; empty where all does."""
    asked = {each["code"] for each in spec.get("criteria", ())}
    if not asked:
        return f"answers '{anchor.prompt}', which is no graded question of the course", "name the id of a graded prompt"
    if set(anchor.levels) != asked:
        given = " ".join(sorted(anchor.levels))
        return f"has levels for {given}, and the question is read for others", "give  " + " ".join(sorted(asked))
    high = [code for code, level in anchor.levels.items() if level > tops.get(code, -1)]
    if high:
        return f"has the level {high[0]} {anchor.levels[high[0]]}", f"the rubric has {high[0]} 0 to {tops.get(high[0])}"
    if KINDS[spec["kind"]].family != anchor.family:
        return f"is of the family '{anchor.family}'", f"write  family: {KINDS[spec['kind']].family}"
    try:
        clean(dict(anchor.value), spec)
    except BadValue as error:
        return f"has a value that the question does not take: {error}", "compare it with an answer to that question"
    return "", ""


def fitting(anchors: Sequence[Anchor], rubric: Rubric | None) -> tuple[Anchor, ...]:
    """The anchors whose levels the rubric has; another course's never appear beside it."""
    tops = {each.code: each.top for each in rubric.criteria} if rubric else {}
    fit = [each for each in anchors if all(level <= tops.get(code, -1) for code, level in each.levels.items())]
    return tuple(replace(each, tops={code: tops[code] for code in each.levels}) for each in fit)
