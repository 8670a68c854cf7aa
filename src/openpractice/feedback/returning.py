"""Feedback goes back to the people chosen, and the audit and the queue know that it did."""

from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa

from openpractice.feedback import feedback
from openpractice.feedback.feedback_page import page_maker, words_in
from openpractice.feedback.toreturn import read_feedback
from openpractice.gradebook import collected, scores
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.own_tables import returned
from openpractice.review.reviewing import Desk


def overview(desk: Desk, lesson: str) -> list[dict]:
    """Everybody who handed in, each with where the feedback on this hand-in stands.

    ``participant``, ``waits`` (still to be read or settled), ``blank`` (nothing was written),
    ``returned`` (it went back), ``changed`` (and was read differently since), ``late``.
    """
    with desk.engine.connect() as db:
        cells = collected.lesson_cells(db, desk.folder, lesson)
        waiting = scores.waiting(db, cells)
        handed = collected.handed_in(db, lesson)
        went = {row.participant: row for row in db.execute(sa.select(returned).where(returned.c.lesson == lesson))}
        of = _answers_by_person(desk.standings(db, [lesson]))

    def one(who):
        rows = of.get(who, {})
        back = went.get(who) if who in went and went[who].handin == handed[who].handin else None
        unread = any(not rows[prompt].blank for prompt in waiting[who] & rows.keys())
        return {
            "participant": who,
            "late": handed[who].late,
            "returned": back is not None,
            "waits": unread or any(row.state == "discuss" for row in rows.values()),
            "blank": bool(rows) and all(row.blank for row in rows.values()),
            "changed": back is not None
            and any(mark.at > back.at for row in rows.values() for mark in row.marks.values()),
        }

    return [one(who) for who in sorted(waiting.keys() & handed.keys())]


def _answers_by_person(standings):
    found: dict[str, dict] = {}
    for (_, prompt), stand in standings.items():
        for who, row in stand.of.items():
            found.setdefault(who, {})[prompt] = row
    return found


def sees(desk: Desk, lesson: str, reviewer: str) -> dict[str, list[dict]]:
    """What everybody to whom feedback can go back now will see, by participant.

    For each answer: ``title``, ``levels`` and ``notes`` in words, ``comment``, and whether it is
    ``blank``; ``closed`` where `reviewer` may yet read it, so that their reading stays their own.
    """
    release, closed, found = desk.release(lesson), desk.awaits(reviewer, lesson), {}
    for participant, given in read_feedback(desk.folder, release, desk.rules.numbers).items():
        if given.waits:
            continue
        found[participant] = [
            _seen(release.titles.get(prompt, prompt), answer, (prompt, participant) in closed)
            for prompt, answer in given.answers.items()
        ]
    return found


def _seen(title, answer, closed):
    said = {"title": title, "blank": not answer.text, "closed": closed}
    return said if closed else said | {"levels": answer.levels, "notes": answer.notes, "comment": answer.comment}


def page(desk: Desk, lesson: str, participant: str, reviewer: str = "", named: bool = False) -> bytes:
    """The feedback as this person will read it, with their name only where it is asked for.

    The fingerprints, which are for the writer to compare, are left out.

    An answer that `reviewer` may yet read is shown to them without its comment and levels,
    so that their reading stays their own.
    """
    release = desk.release(lesson)
    found = read_feedback(desk.folder, release, desk.rules.numbers, [participant]).get(participant)
    if found is None:
        raise GradingError("return-person-not-collected")
    closed = desk.awaits(reviewer, lesson) if reviewer else ()
    answers = {prompt: replace(answer, sha256="") for prompt, answer in found.answers.items()}
    for prompt, answer in answers.items():
        if (prompt, participant) in closed:
            words = words_in(release.language)["closed"]
            answers[prompt] = replace(answer, comment=words, levels=[], notes=[])
    return page_maker(release)(replace(found, name=found.name if named else "", answers=answers))


def give_back(desk: Desk, lesson: str, participants: Iterable[str] | None, who: str) -> feedback.Returned:
    """Feedback for the people named, or for everybody who is read, by the course's rules."""
    return feedback.give_feedback(desk.folder, lesson, participants, numbers=desk.rules.numbers, who=who)
