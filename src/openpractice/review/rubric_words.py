"""The words of each version of the rubric that a course has had, and what changed from one to the next.

They are kept in the audit, which only grows: the file itself no longer says what it said.
Words are ``{code: {"name", "question", "levels": [{"name", "descriptor"}, ...]}}``.
"""

import json
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from openpractice.gradebook import marks
from openpractice.gradebook.own_tables import audit
from openpractice.model import Rubric

NOTED = "rubric words"
COURSE = "=course"


def of_rubric(rubric: Rubric) -> dict:
    """The words of a rubric as its file says them."""
    return {
        each.code: {
            "name": each.name,
            "question": each.question,
            "levels": [{"name": level.name, "descriptor": level.descriptor} for level in each.levels],
        }
        for each in rubric.criteria
    }


def of_releases(specs: Iterable[Mapping]) -> dict:
    """The words that released prompts were built with, as far as they have a criterion."""
    found: dict = {}
    for each in (criterion for spec in specs for criterion in spec.get("criteria", ())):
        parts = [text.partition(": ") for text in each["levels"]]
        found.setdefault(
            each["code"],
            {
                "name": each["name"],
                "question": each.get("question", ""),
                "levels": [{"name": name, "descriptor": descriptor} for name, _, descriptor in parts],
            },
        )
    return found


def spoken(spec: dict, words: Mapping) -> dict:
    """The specification of a prompt with its criteria in these words, where they have them."""
    criteria = [
        each
        | {
            "name": words[each["code"]]["name"],
            "question": words[each["code"]]["question"],
            "levels": [f"{level['name']}: {level['descriptor']}" for level in words[each["code"]]["levels"]],
        }
        if each["code"] in words
        else each
        for each in spec.get("criteria", ())
    ]
    return spec | ({"criteria": criteria} if criteria else {})


def history(db) -> list[dict]:
    """Every version that was noted, the earliest first: ``version``, ``at`` and ``words``."""
    lines = db.execute(sa.select(audit.c.at, audit.c.detail).where(audit.c.what == NOTED).order_by(audit.c.id))
    return [{"at": line.at} | json.loads(line.detail) for line in lines]


def follow(db, version: int, words: dict, released: dict) -> None:
    """Note the words of the file, where they are not the last that were noted.

    Before anything was noted, the words that were released are those of before, where they differ.
    """
    known, before = history(db), words | released
    if not known and before != words:
        _note(db, min([*marks.versions(db), version - 1]), before)
    if not known or (known[-1]["version"], known[-1]["words"]) != (version, words):
        _note(db, version, words)


def changes(before: Mapping, after: Mapping) -> list[dict]:
    """What differs: ``code``, ``name``, ``part`` (criterion, question, level or descriptor), ``level``, ``before``, ``after``."""
    found = []
    for code in [*after, *(code for code in before if code not in after)]:
        old, new = (_texts(words.get(code)) for words in (before, after))
        name = (after.get(code) or before[code])["name"]
        for part in [*new, *(part for part in old if part not in new)]:
            if old.get(part, "") != new.get(part, ""):
                what, level = part
                said = {"before": old.get(part, ""), "after": new.get(part, "")}
                found.append({"code": code, "name": name, "part": what, "level": level} | said)
    return found


def _texts(criterion):
    if criterion is None:
        return {}
    texts: dict[tuple[str, int | None], str] = {
        ("criterion", None): criterion["name"],
        ("question", None): criterion["question"],
    }
    for number, level in enumerate(criterion["levels"]):
        texts |= {("level", number): level["name"], ("descriptor", number): level["descriptor"]}
    return texts


def _note(db, version, words):
    marks.note(db, COURSE, NOTED, detail={"version": version, "words": words})
