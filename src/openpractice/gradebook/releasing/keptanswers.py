"""What a changed lesson would do to the answers that are kept; nothing is frozen before there is one.

Answers stay with the id of their question. Words may change at any time; a question that
somebody has answered keeps its id, kind and scoring. Once a hand-in was collected the
gradebook holds a row for each question, so that none may come or go either.
"""

from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.own_tables import response
from openpractice.gradebook.releasing.released import Release, graded_points, prompt_specs
from openpractice.i18n import Listed, Said
from openpractice.ids import is_id
from openpractice.journal.journal import Journal
from openpractice.kinds import registry


def refuse_loss(folder: CourseFolder, before: Release, built: dict) -> None:
    """Returns when every answer that is kept stays with its question.

    Raises
    ------
    GradingError
        With each change that would part answers from their question, and how many answers it is about.
    """
    changes = list(_changes(before, built))
    if not changes:
        return
    collected = _collected(folder, before.lesson)
    new = {prompt for prompt, change in changes if change.code == "change-new"}
    kept = answered(folder, before) | {prompt: n for prompt, n in collected.items() if n}
    kept = {prompt: n for prompt, n in kept.items() if prompt not in new}  # it comes back to whoever answered it once
    faults = [
        Said("change-with-answers", change=change, n=kept[prompt]) if kept.get(prompt) else change
        for prompt, change in changes
        if collected or kept.get(prompt)
    ]
    if faults:
        raise GradingError("release-questions-changed", lesson=before.called, changes=Listed(faults))


def answered(folder: CourseFolder, before: Release) -> Counter:
    """How many people have words kept for each prompt of a released lesson, handed in or not."""
    found: Counter = Counter()
    for journal in _journals(folder):
        states = journal.states(before.lesson).items()
        found.update(prompt for prompt, state in states if _holds_words(state.value, before.specs.get(prompt)))
    return found


def _holds_words(value, spec):
    try:
        return not registry.is_blank(value, spec) if spec else bool(value)
    except (ValueError, KeyError, TypeError):
        return True  # written to another form of the question: words all the same


def _journals(folder):
    people = folder.data / "people"
    for place in sorted(people.iterdir()) if people.is_dir() else ():
        path = Path(place, "journal", f"{folder.id}.jsonl")
        if is_id(place.name) and path.is_file():
            yield Journal(path)


def _collected(folder, lesson):
    """How many answers of each prompt were collected; empty when nothing was handed in."""
    try:
        with gradebook.opened(folder) as engine, engine.connect() as db:
            latest = sa.and_(response.c.lesson == lesson, response.c.latest)
            blank = sa.func.sum(sa.case((response.c.source == "blank", 0), else_=1))
            query = sa.select(response.c.prompt, blank).where(latest).group_by(response.c.prompt)
            return dict(db.execute(query).all())
    except GradingError:
        return {}  # nothing was released yet: there is no gradebook


def _changes(before: Release, built: dict):
    """Each change that touches more than words: (prompt, what changed)."""
    old, new = before.graded, graded_points(built)
    was, now = before.specs, prompt_specs(built)
    for prompt in old:
        if prompt in new and old[prompt] != new[prompt]:
            yield prompt, Said("change-points", prompt=prompt, old=old[prompt], new=new[prompt])
    for prompt in dict.fromkeys([*was, *old]):
        if prompt not in now and prompt not in new:
            yield prompt, Said("change-gone", prompt=prompt)
    for prompt in now:
        if prompt not in was:
            yield prompt, Said("change-new", prompt=prompt)
        elif was[prompt]["kind"] != now[prompt]["kind"]:
            yield prompt, Said("change-kind", prompt=prompt, old=was[prompt]["kind"], new=now[prompt]["kind"])
        if prompt in was and (prompt in old) != (prompt in new):
            yield prompt, Said("change-scored", prompt=prompt)
