"""Feedback goes back to the people chosen, and the audit and the queue know that it did."""

from collections.abc import Iterable

import sqlalchemy as sa

from openpractice.grading import feedback, gradebook, marks
from openpractice.grading.desk import Desk
from openpractice.grading.feedback_page import page_maker, words_in
from openpractice.grading.folder import GradingError
from openpractice.grading.marks import Key
from openpractice.grading.tables import returned


def overview(desk: Desk, lesson: str) -> list[dict]:
    """Everybody who handed in: ``participant``, ``waits`` (still to be read) and ``returned`` (this hand-in was)."""
    with desk.engine.connect() as db:
        cells = gradebook.lesson_cells(db, desk.folder, lesson)
        scores = gradebook.marks(db, cells)
        handed = gradebook.handed_in(db, lesson)
        done = dict(db.execute(sa.select(returned.c.participant, returned.c.handin).where(returned.c.lesson == lesson)).all())
        stands = {prompt: stand.of for (_, prompt), stand in desk.standings(db, [lesson]).items()}

    def waits(who):
        rows = {prompt: of[who] for prompt, of in stands.items() if who in of}
        unread = any(mark["waits"] and prompt in rows and not rows[prompt].blank for prompt, mark in scores[who].items())
        return unread or any(row.state == "discuss" for row in rows.values())

    return [
        {"participant": who, "waits": waits(who), "late": handed[who].late, "returned": done.get(who) == handed[who].handin}
        for who in sorted(scores.keys() & handed.keys())
    ]


def page(desk: Desk, lesson: str, participant: str, reviewer: str = "") -> bytes:
    """The feedback as this person will read it.

    An answer that `reviewer` may yet read is shown to them without its comment and levels,
    so that their reading stays their own.
    """
    release = desk.release(lesson)
    found = feedback.read_feedback(desk.folder, release, desk.rules.numbers).get(participant)
    if found is None:
        raise GradingError("Nothing of this person was collected.")
    if reviewer:
        for prompt in desk.awaits(reviewer, lesson, participant):
            found["answers"].get(prompt, {}).update(comment=words_in(release.language)["closed"], levels=[], notes=[])
    return page_maker(release)(found)


def give_back(desk: Desk, lesson: str, participants: Iterable[str] | None, who: str) -> feedback.Returned:
    """Feedback for the people named, or for everybody who is read; who got it is written down."""
    found = feedback.read_feedback(desk.folder, desk.release(lesson))
    done = feedback.give_feedback(desk.folder, lesson, participants, numbers=desk.rules.numbers)
    with desk.engine.begin() as db:
        for participant in (*done.new, *done.unchanged):
            row = {"handin": found[participant]["handin"], "at": marks.utc_now(), "by": who}
            mine = sa.and_(returned.c.lesson == lesson, returned.c.participant == participant)
            if not db.execute(returned.update().where(mine, returned.c.handin != row["handin"]).values(row)).rowcount:
                if db.scalar(sa.select(returned.c.handin).where(mine)) is None:
                    db.execute(returned.insert().values(lesson=lesson, participant=participant, **row))
            marks.note(db, who, "return", Key(lesson, "", participant))
    return done
