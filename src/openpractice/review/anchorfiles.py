"""The files of invented answers with agreed levels, and whether they fit a course; no database is needed to read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from openpractice.kinds.registry import KINDS, BadValue, clean
from openpractice.model import LEVELS, Rubric
from openpractice.problems import Problem

FAMILIES = tuple(kind.family for kind in KINDS.values() if kind.family)
CALIBRATION, KEY = "calibration.yml", "-key"
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


def read_anchors(folder: Path) -> tuple[list[Anchor], list[Problem]]:
    """Every anchor in the folder's files, and what is wrong with those left out.

    A file may keep levels and reasons apart, so that people can read its answers without
    seeing them: those of ``calibration.yml`` then stand in ``calibration-key.yml``, by id.
    """
    anchors: list[Anchor] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in sorted(Path(folder).glob("*.yml")):
        if path.stem.endswith(KEY):
            continue
        entries, key_path = _load(path, problems) or [], path.with_stem(path.stem + KEY)
        key = _load(key_path, problems) if key_path.is_file() else {}
        if key is not None and not isinstance(key, dict):
            problems.append(_problem(key_path, 1, "a key has one entry for each anchor's id", "write  the-id:"))
        key = key if isinstance(key, dict) else {}
        for entry in entries if isinstance(entries, list) else [entries]:
            entry = _with_key(entry, key)
            fault = _fault(entry, seen)
            if fault:
                problems.append(_problem(path, 1, fault, "compare it with an anchor that is accepted"))
                continue
            seen.add(entry["id"])
            anchors.append(
                Anchor(**entry, calibration=path.name == CALIBRATION, place=(str(path), _line_of(path, entry["id"])))
            )
        for name in sorted(map(str, key.keys() - seen)):
            problems.append(_problem(key_path, 1, f"no anchor is '{name}'", f"its answer belongs in {path.name}"))
    return anchors, problems


def _load(path, problems):
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(
            _problem(path, mark.line + 1 if mark else 1, "the file cannot be read", "put texts in double quotes")
        )
    return None


def _line_of(path, anchor_id):
    """The line that names the anchor."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((at for at, line in enumerate(lines, 1) if "id:" in line and str(anchor_id) in line), 1)


def _with_key(entry, key):
    """The entry with its levels and reasons; what stands in both places is a fault of the entry."""
    apart = key.get(entry.get("id")) if isinstance(entry, dict) and isinstance(entry.get("id"), str) else None
    return {**entry, **apart} if isinstance(apart, dict) and not entry.keys() & apart.keys() else entry


def _problem(path, line, what, hint):
    return Problem(str(path), line, "bad-anchor", what, hint=hint)


def _fault(entry, seen):
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        return f"an anchor has exactly: {', '.join(sorted(_KEYS))}"
    name = entry["id"]
    if name in seen:
        return f"the anchor '{name}' is there twice"
    if entry["family"] not in FAMILIES:
        return f"'{name}' has an unknown family (allowed: {', '.join(FAMILIES)})"
    levels = entry["levels"]
    if not levels or any(type(level) is not int or level not in range(LEVELS[-1]) for level in levels.values()):
        return f"'{name}' has a level that is no whole number from 0"
    if set(entry["reasons"]) != set(levels):
        return f"'{name}' needs one reason for each level"
    return None


def check_anchors(folder: Path, rubric: Rubric, specs: Mapping[str, Mapping]) -> list[Problem]:
    """What is wrong with the folder's anchors by this rubric and these questions, each by its specification."""
    anchors, problems = read_anchors(folder)
    tops = {each.code: each.top for each in rubric.criteria}
    for anchor in anchors:
        fault, hint = _misfit(anchor, tops, specs.get(anchor.prompt, {}))
        if fault:
            problems.append(
                Problem(anchor.place[0], anchor.place[1], "bad-anchor", f"'{anchor.id}' {fault}", hint=hint)
            )
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
