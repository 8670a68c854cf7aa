"""Whether the rubrics of a course in several languages have the same criteria, levels and ready comments."""

from collections.abc import Iterator
from pathlib import Path

from openpractice.authoring.rules import problem
from openpractice.authoring.yamltext import Value, read_yaml
from openpractice.problems import Problem


def compare_rubrics(first: Path, other: Path) -> Iterator[Problem]:
    """What differs between two files that can be read, each at its line in `other` and in `first`."""
    here, there = _shape(other), _shape(first)
    for what in dict.fromkeys([*there, *here]):
        own, own_line = here.get(what, (None, _nearest(here, what)))
        theirs, first_line = there.get(what, (None, _nearest(there, what)))
        if own != theirs:
            where, said = f"{first.name}:{first_line}", as_said(own)
            yield problem(
                "language-differs", str(other), own_line, what=what, here=said, there=as_said(theirs), where=where
            )


def as_said(value: object) -> str:
    """A setting as a sentence names it: in quotes, or as left out."""
    if isinstance(value, list | tuple):
        return "'" + " ".join(map(str, value)) + "'"
    return "left out" if value in (None, "", ()) else f"'{value}'"


def _shape(path: Path) -> dict[str, tuple[object, int]]:
    """All that must be the same in every language, each with its line."""
    top = read_yaml(path.read_text("utf-8-sig"))
    criteria = top.entry("criteria")
    found: dict[str, tuple[object, int]] = {"the version": _setting(top, "version")}
    found["the list of criteria"] = [each.entry("code").text() for each in criteria.entries()], criteria.line
    for each in criteria.entries():
        code, levels = each.entry("code").text(), each.entry("levels")
        found[f"the number of levels of {code}"] = len(levels.entries()), levels.line
        found[f"the weight of {code}"] = _setting(each, "weight", "1")
    for each in top.entry("comments").entries():
        criterion, low, high = (each.entry(name).text() for name in ("criterion", "from-level", "to-level"))
        what = f"the number of comments for {criterion}{low}-{high}"
        count, line = found.get(what, (0, each.line))
        found[what] = int(str(count)) + 1, line
    return found


def _setting(of: Value, name: str, otherwise: str = "") -> tuple[str, int]:
    entry = of.entry(name)
    return entry.text() or otherwise, entry.line


def _nearest(shape: dict[str, tuple[object, int]], what: str) -> int:
    """Where something would stand that a file lacks: at the comments before it, or at the criteria."""
    comments = [line for name, (_, line) in shape.items() if "comments for" in name]
    return max(comments) if "comments for" in what and comments else shape["the list of criteria"][1]
