"""Who is to read whom: a lesson (or all), and a person or a school, given to one reviewer."""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from openpractice.gradebook import marks
from openpractice.gradebook.marks import BadMark
from openpractice.gradebook.own_tables import assigned
from openpractice.ids import is_id
from openpractice.review.queue import Waiting

SCOPES = ("person", "school")
EVERY_LESSON = "*"


def listed(db) -> list[dict]:
    """Every assignment: ``reviewer lesson scope name``."""
    return [dict(row) for row in db.execute(sa.select(assigned).order_by(*assigned.c)).mappings()]


def people_of(given: Iterable[tuple[str, str, str]], answers: Iterable[Waiting]) -> dict[str, set[str]]:
    """Whose answers each reviewer is to read, from assignments (reviewer, scope, name)."""
    found: dict = {}
    answers = list(answers)
    in_school: dict = {}
    for each in answers:
        in_school.setdefault(each.school, set()).add(each.participant)
    for reviewer, scope, name in given:
        found.setdefault(reviewer, set()).update({name} if scope == "person" else in_school.get(name, ()))
    return found


def assign(db, reviewer: object, lesson: object, scope: object, name: object, who: str) -> None:
    """These answers wait for this reviewer alone; the same again changes nothing.

    Raises
    ------
    BadMark
        When it is not a reviewer, a lesson and a person or school.
    """
    row = _checked(reviewer, lesson, scope, name)
    if scope == "person" and name == reviewer:
        raise BadMark("assign-own-answers")
    if db.execute(sa.select(assigned).where(*_is(row))).first() is None:
        db.execute(assigned.insert().values(row))
        marks.note(db, who, "assign", detail=row)


def release(db, reviewer: object, lesson: object, scope: object, name: object, who: str) -> None:
    """Take an assignment back: whoever is free reads these answers."""
    row = _checked(reviewer, lesson, scope, name)
    if db.execute(assigned.delete().where(*_is(row))).rowcount:
        marks.note(db, who, "unassign", detail=row)


def hand_over(db, reviewer: str, to: str, who: str) -> int:
    """Give all that waits for one reviewer to another; how many assignments that were."""
    rows = [row for row in listed(db) if row["reviewer"] == reviewer]
    for row in rows:
        assign(db, to, row["lesson"], row["scope"], row["name"], who)
        release(db, reviewer, row["lesson"], row["scope"], row["name"], who)
    return len(rows)


def evenly(db, reviewers: Iterable[str], lesson: str, answers: Iterable[Waiting], twice: set[str], who: str) -> int:
    """Give everybody's answers in a lesson to these reviewers, as many to each; how many assignments that were.

    Nobody gets their own or those of somebody they appraise. Whoever has an answer that is read
    twice (`twice`) is given to two. What was assigned in this lesson before is taken back first.

    Raises
    ------
    BadMark
        When there are not two reviewers to share between.
    """
    load = dict.fromkeys(sorted(set(reviewers)), 0)
    if len(load) < 2:
        raise BadMark("assign-too-few")
    for row in listed(db):
        if row["lesson"] == lesson:
            release(db, row["reviewer"], lesson, row["scope"], row["name"], who)
    appraisers = {each.participant: each.appraiser for each in answers}
    for participant in sorted(appraisers, key=lambda one: hashlib.sha256(f"{lesson}\0{one}".encode()).hexdigest()):
        fit = [each for each in load if each not in (participant, appraisers[participant])]
        for reviewer in sorted(fit, key=load.__getitem__)[: 2 if participant in twice else 1]:
            assign(db, reviewer, lesson, "person", participant, who)
            load[reviewer] += 1
    return sum(load.values())


def _is(row):
    return [assigned.c[name] == value for name, value in row.items()]


def _checked(reviewer: object, lesson: object, scope: object, name: object) -> dict[str, str]:
    """The row of an assignment, as somebody sent it."""
    if not isinstance(reviewer, str) or not is_id(reviewer):
        raise BadMark("assign-reviewer-unknown")
    if lesson != EVERY_LESSON and not (isinstance(lesson, str) and is_id(lesson)):
        raise BadMark("assign-session-unknown")
    if scope not in SCOPES:
        raise BadMark("assign-by-unknown")
    if not isinstance(name, str) or not 0 < len(name) <= 200 or "\0" in name or (scope == "person" and not is_id(name)):
        raise BadMark("assign-whom-missing")
    return {"reviewer": reviewer, "lesson": lesson, "scope": scope, "name": name}
