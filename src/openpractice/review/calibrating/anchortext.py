"""The YAML of anchors: every word of it as text, whole lists and mappings of it as plain data; and whose words a file has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpractice.authoring.format.pasted import meant_signs
from openpractice.authoring.yamltext import Value, YamlFault, lost_anywhere, read_yaml
from openpractice.i18n import is_language
from openpractice.problems import Problem

KEY = "-key"
_SPOKEN = {"id", "value", "reasons"}


@dataclass(frozen=True)
class AnchorWords:
    """An anchor's words in one further language: its answer, the reasons, or both, and where they stand."""

    value: Mapping | None
    reasons: Mapping[str, str] | None
    place: tuple[str, int]


def load(path, problems) -> Value | None:
    """What the file holds, every word of it as text; None where it cannot be read."""
    try:
        found = read_yaml(meant_signs(path.read_bytes().decode("utf-8")))
    except YamlFault as fault:
        hint = fault.hint or "put texts in double quotes"
        problems.append(problem(path, fault.line, f"the file cannot be read: {fault.why}", hint))
        return None
    except UnicodeDecodeError:
        problems.append(problem(path, 1, "the file cannot be read: it is not UTF-8", "save it as UTF-8"))
        return None
    for line, what, hint in lost_anywhere(found):
        problems.append(problem(path, line, what, hint))
    return found


def entries_of(found):
    if found is None or found.value == "":
        return []
    return found.value if isinstance(found.value, list) else [found]


def in_file(entry: Value, name: str, apart: Mapping[str, Value]) -> dict[str, Value]:
    """The entry's parts with those that a key file has of it; what stands in both places is a fault of the entry."""
    parts = entry.value if isinstance(entry.value, dict) else {}
    of_key = apart[name].value if name in apart else {}
    more = of_key if isinstance(of_key, dict) and of_key is not parts else {}
    return parts if parts.keys() & more.keys() else {**parts, **more}


def key_of(path: Path) -> Path:
    """The file that keeps levels and reasons apart: ``calibration-key.yml`` of ``calibration.yml``."""
    stem, dot, language = path.stem.partition(".")
    return path.with_stem(f"{stem}{KEY}{dot}{language}")


def key_beside(path: Path, problems: list[Problem]) -> Mapping[str, Value]:
    """The entries of the key file by id; none where there is no such file."""
    key = load(key_of(path), problems) if key_of(path).is_file() else Value({}, 1)
    if key is not None and not isinstance(key.value, dict):
        problems.append(problem(key_of(path), key.line, "a key has one entry for each anchor's id", "write  the-id:"))
    return key.value if key is not None and isinstance(key.value, dict) else {}


def in_other_languages(path: Path) -> dict[str, Path]:
    """The files that say the same anchors in another language, ``calibration.es.yml`` beside ``calibration.yml``."""
    beside = {other.stem[len(path.stem) + 1 :]: other for other in sorted(path.parent.glob(f"{path.stem}.*.yml"))}
    return {language: other for language, other in beside.items() if is_language(language)}


def words_in(path: Path, known: Mapping[str, Sequence[str]], problems: list[Problem]) -> dict[str, AnchorWords]:
    """The words that the files of another language have, by anchor.

    `path` is the file of answers, which need not be there; `known` has the criteria of each anchor of the first language.
    """
    found: dict[str, AnchorWords] = {}
    apart = key_beside(path, problems)
    own = [
        (entry.entry("id").text(), path, entry)
        for entry in entries_of(load(path, problems) if path.is_file() else None)
    ]
    names = {name for name, _, _ in own}
    for name, file, entry in [*own, *((key, key_of(path), one) for key, one in apart.items() if key not in names)]:
        held = in_file(entry, name, apart)
        fault = _unfit(held, name, known, found)
        if fault:
            problems.append(problem(file, entry.line, fault, "translate  value  and  reasons;  leave the rest out"))
            continue
        value, reasons = (plain(held[part]) if part in held else None for part in ("value", "reasons"))
        found[name] = AnchorWords(value, reasons, (str(file), entry.line))
    return found


def _unfit(held, name, known, found):
    if set(held) - _SPOKEN or not held.keys() & {"value", "reasons"} or not name:
        return "in another language an anchor has its id and, of its words,  value  and  reasons"
    if name not in known:
        return f"'{name}' is no anchor of the first language"
    if name in found:
        return f"the anchor '{name}' is there twice"
    if "reasons" in held and not are_reasons(held["reasons"].value, known[name]):
        return f"'{name}' needs the reasons that it has in the first language: {', '.join(known[name])}"
    if "value" in held and not isinstance(held["value"].value, dict):
        return f"'{name}' has a value that is not made of names and values"
    return None


def are_reasons(reasons, codes) -> bool:
    """Whether each criterion has its reason in words."""
    return isinstance(reasons, dict) and set(reasons) == set(codes) and all(each.text() for each in reasons.values())


def plain(entry):
    if isinstance(entry.value, dict):
        return {name: plain(each) for name, each in entry.value.items()}
    return [plain(each) for each in entry.value] if isinstance(entry.value, list) else entry.value


def problem(path, line, what, hint):
    return Problem(str(path), line, "bad-anchor", what, hint=hint)
