"""A mark as the review page sends it and gets it, in JSON."""

from collections.abc import Iterable, Mapping

from openpractice.gradebook.marks import Mark
from openpractice.service.refusal import Refusal


def shown(mark: Mark | None) -> dict | None:
    """A mark as the page gets it."""
    if mark is None:
        return None
    names = (
        "reviewer",
        "levels",
        "comment",
        "notes",
        "flagged",
        "skipped",
        "rubric",
        "sha256",
        "seconds",
        "at",
        "by",
        "version",
    )
    return {name: getattr(mark, name) for name in names}


def readings(marks: Iterable[Mark], names: Mapping[str, str]) -> list[dict]:
    """Marks of several readers as the page gets them, each with what its ``reader`` is called."""
    return [{**(shown(each) or {}), "reader": names.get(each.reviewer, each.reviewer)} for each in marks]


def given(content: dict) -> Mark:
    """The mark in a request's body; its members are of the right kind, `marks.checked` judges the rest."""
    levels, notes = content.get("levels", {}), content.get("notes", {})
    version, seconds = content.get("version", 0), content.get("seconds", 0)
    fine = (
        isinstance(levels, dict)
        and isinstance(notes, dict)
        and type(version) is int
        and 0 <= version < 10**9
        and type(seconds) in (int, float)
        and isinstance(content.get("comment", ""), str)
        and isinstance(content.get("sha256", ""), str)
    )
    if not fine:
        raise Refusal(400, "not-understood")
    return Mark(
        reviewer="",
        levels=levels,
        comment=content.get("comment", ""),
        notes=notes,
        flagged=content.get("flagged") is True,
        skipped=content.get("skipped") is True,
        sha256=content.get("sha256", ""),
        seconds=min(max(0.0, float(seconds)), 3600.0),
        version=version,
    )
