"""Collected hand-ins go into the gradebook and the reviewers' folder, many at once.

One process, nothing executed, nbgrader not imported. Tables and files are those that
nbgrader's own autograde makes with the classes of `nbgrader_border`.
"""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from openpractice.gradebook import collected, recording
from openpractice.gradebook.coursefolder import GradingError
from openpractice.intake.inhand import InHand
from openpractice.intake.submissions import read_collected, write_reviewers_copy
from openpractice.intake.telling import say_collected, still_says_collecting

_BATCH = 100


@dataclass(frozen=True)
class Ingested:
    """Whose answers were put in the gradebook now, and whose were there already."""

    new: tuple[str, ...]
    unchanged: tuple[str, ...]


def ingest(hand: InHand) -> Ingested:
    """The collected hand-ins of a lesson, in the gradebook; again changes nothing.

    Each person is told that their answers have arrived when they are in the gradebook, and
    not before. Whoever cannot be taken is left aside.

    Raises
    ------
    GradingError
        When the answer cells of the gradebook are not those of the released lesson.
    """
    lesson, cells = hand.lesson, hand.cells
    if set(cells.grades) != set(hand.release.graded):
        raise GradingError("ingest-questions-differ", lesson=lesson)
    with hand.engine.connect() as db:
        held = collected.latest_responses(db, lesson)
        known = collected.known_submissions(db, cells)
    new, same, batch = [], [], []

    def prepare(person):
        try:
            each = read_collected(hand.folder, lesson, person)
        except GradingError:
            if person in held:
                same.append(person)  # their words are in the gradebook, whatever became of the copy
            raise
        if collected.is_held(each, held.get(person)):
            same.append(person)
            if not (hand.folder.step("autograded", person, lesson) / f"{lesson}.ipynb").exists():
                write_reviewers_copy(hand.folder, hand.release, each)
            if still_says_collecting(hand.folder, lesson, person):
                say_collected(hand.folder, lesson, each)
            return
        each = replace(each, late=cells.is_late(each.handed_in_at, known.get(person)))
        write_reviewers_copy(hand.folder, hand.release, each)
        batch.append(each)

    people = list(hand.folder.handed_in_by(lesson))
    for number, person in enumerate(people, 1):
        hand.aside.alone(person, lesson, prepare, person)
        if len(batch) == _BATCH or (batch and number == len(people)):
            new += _record(hand, batch)
            batch.clear()
    return Ingested(tuple(new), tuple(same))


def _record(hand, batch) -> list[str]:
    """Who of the batch is in the gradebook now: all at once, or where that fails, one by one."""
    book = hand.engine, hand.cells, hand.release
    try:
        recording.record(*book, batch)
        done = list(batch)
    except sa.exc.OperationalError:
        raise
    except Exception:
        done = [
            each for each in batch if hand.aside.alone(each.participant, hand.lesson, recording.record, *book, [each])
        ]
    for each in done:
        hand.aside.alone(each.participant, hand.lesson, say_collected, hand.folder, hand.lesson, each)
    return [each.participant for each in done]
