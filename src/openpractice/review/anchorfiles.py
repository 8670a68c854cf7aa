"""The files of invented answers with agreed levels, and whether they fit a course; no database is needed to read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from openpractice.authoring.format.pasted import meant_signs
from openpractice.authoring.yamltext import Value, YamlFault, lost_anywhere, read_yaml
from openpractice.files import is_left_beside
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
    """Every anchor in the folder's files, and what is wrong: with those left out, and with words that YAML cut.

    A file may keep levels and reasons apart, so that people can read its answers without
    seeing them: those of ``calibration.yml`` then stand in ``calibration-key.yml``, by id.
    """
    anchors: list[Anchor] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in sorted(Path(folder).glob("*.yml")):
        if path.stem.endswith(KEY) or is_left_beside(path):
            continue
        entries, key_path = _load(path, problems), path.with_stem(path.stem + KEY)
        key = _load(key_path, problems) if key_path.is_file() else Value({}, 1)
        if key is not None and not isinstance(key.value, dict):
            problems.append(_problem(key_path, key.line, "a key has one entry for each anchor's id", "write  the-id:"))
        apart = key.value if key is not None and isinstance(key.value, dict) else {}
        for entry in _entries(entries):
            held = _with_key(entry, apart)
            fault = _fault(held, seen)
            if fault:
                problems.append(_problem(path, entry.line, fault, "compare it with an anchor that is accepted"))
                continue
            seen.add(held["id"].text())
            anchors.append(Anchor(**_read(held), calibration=path.name == CALIBRATION, place=(str(path), entry.line)))
        for name in sorted(apart.keys() - seen):
            hint = f"its answer belongs in {path.name}"
            problems.append(_problem(key_path, apart[name].line, f"no anchor is '{name}'", hint))
    return anchors, problems


def _load(path, problems) -> Value | None:
    """What the file holds, every word of it as text; None where it cannot be read."""
    try:
        found = read_yaml(meant_signs(path.read_bytes().decode("utf-8")))
    except YamlFault as fault:
        hint = fault.hint or "put texts in double quotes"
        problems.append(_problem(path, fault.line, f"the file cannot be read: {fault.why}", hint))
        return None
    except UnicodeDecodeError:
        problems.append(_problem(path, 1, "the file cannot be read: it is not UTF-8", "save it as UTF-8"))
        return None
    for line, what, hint in lost_anywhere(found):
        problems.append(_problem(path, line, what, hint))
    return found


def _entries(found):
    if found is None or found.value == "":
        return []
    return found.value if isinstance(found.value, list) else [found]


def _with_key(entry, key):
    """The entry's parts with its levels and reasons; what stands in both places is a fault of the entry."""
    held = entry.value if isinstance(entry.value, dict) else {}
    apart = key.get(entry.entry("id").text())
    more = apart.value if apart is not None and isinstance(apart.value, dict) else {}
    return held if held.keys() & more.keys() else {**held, **more}


def _read(held):
    """The parts of an anchor as they are kept: numbers for levels, words for the rest."""
    read = {name: _plain(entry) for name, entry in held.items()}
    return read | {"levels": {code: int(level) for code, level in read["levels"].items()}}


def _plain(entry):
    if isinstance(entry.value, dict):
        return {name: _plain(each) for name, each in entry.value.items()}
    return [_plain(each) for each in entry.value] if isinstance(entry.value, list) else entry.value


def _problem(path, line, what, hint):
    return Problem(str(path), line, "bad-anchor", what, hint=hint)


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
    if (
        not isinstance(reasons, dict)
        or set(reasons) != set(levels)
        or not all(each.text() for each in reasons.values())
    ):
        return f"'{name}' needs one reason for each level"
    if not isinstance(held["value"].value, dict):
        return f"'{name}' has a value that is not made of names and values"
    return None


def _is_level(entry):
    return entry.text().isascii() and entry.text().isdigit() and int(entry.text()[:4]) in range(LEVELS[-1])


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
