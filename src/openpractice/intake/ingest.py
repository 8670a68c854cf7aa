"""Collected hand-ins go into the gradebook and the reviewers' folder, many at once.

One process, nothing executed, nbgrader not imported. Tables and files are those that
nbgrader's own autograde makes with the classes of `nbgrader_border`.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.gradebook import collected, gradebook, recording
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.releasing.released import Release, read_release
from openpractice.intake.aside import Aside
from openpractice.intake.literal import answer_source
from openpractice.intake.submissions import BESIDE, link_files, move_in, read_collected, write_once
from openpractice.intake.telling import say_collected, still_says_collecting

_BATCH = 100


@dataclass(frozen=True)
class Ingested:
    """Whose answers were put in the gradebook now, and whose were there already."""

    new: tuple[str, ...]
    unchanged: tuple[str, ...]


def ingest(
    folder: CourseFolder, lesson: str, participants: Iterable[str] | None = None, aside: Aside | None = None
) -> Ingested:
    """The collected hand-ins of a lesson, in the gradebook; again changes nothing.

    Each person is told that their answers have arrived when they are in the gradebook, and
    not before. Whoever cannot be taken is named in `aside`. The caller holds the course.

    Raises
    ------
    GradingError
        When the lesson was not released, the gradebook is another course's or in use, or
        its answer cells are not those of the released lesson.
    """
    release, aside = read_release(folder, lesson), aside or Aside(folder)
    with gradebook.opened(folder) as engine:
        with engine.connect() as db:
            cells = collected.lesson_cells(db, folder, lesson)
            held = collected.latest_responses(db, lesson)
            known = collected.known_submissions(db, cells)
        if set(cells["grades"]) != set(release.graded):
            raise GradingError("ingest-questions-differ", lesson=lesson)
        new, same, batch = [], [], []

        def prepare(person):
            each = read_collected(folder, lesson, person)
            if is_held(each, held.get(person)):
                same.append(person)
                if not (folder.step("autograded", person, lesson) / f"{lesson}.ipynb").exists():
                    write_reviewers_copy(folder, release, each)
                if still_says_collecting(folder, lesson, person):
                    say_collected(folder, lesson, each)
                return
            extension = known.get(person, {}).get("extension")
            each["late"] = collected.is_late(each["handed_in_at"], cells["due"], extension)
            write_reviewers_copy(folder, release, each)
            batch.append(each)

        people = list(folder.handed_in_by(lesson) if participants is None else participants)
        for number, person in enumerate(people, 1):
            aside.alone(person, lesson, prepare, person)
            if len(batch) == _BATCH or (batch and number == len(people)):
                new += _record(folder, engine, cells, release, batch, aside)
                batch.clear()
    return Ingested(tuple(new), tuple(same))


def _record(folder, engine, cells, release, batch, aside) -> list[str]:
    """Who of the batch is in the gradebook now: all at once, or where that fails, one by one."""
    try:
        recording.record(engine, cells, release, batch)
        done = list(batch)
    except sa.exc.OperationalError:
        raise
    except Exception:
        done = [
            each
            for each in batch
            if aside.alone(each["participant"], release.lesson, recording.record, engine, cells, release, [each])
        ]
    for each in done:
        aside.alone(each["participant"], release.lesson, say_collected, folder, release.lesson, each)
    return [each["participant"] for each in done]


def sources(release: Release, each: dict) -> dict[str, str]:
    """The source of each answer cell that was answered, by prompt."""
    return {
        prompt: answer_source(answer, each["handed_in_at"], each["late"])
        for prompt, answer in each["answers"].items()
        if prompt in release.graded and answer["source"] != "blank"
    }


def write_reviewers_copy(folder: CourseFolder, release: Release, each: dict) -> None:
    """The autograded folder of one hand-in: the released notebook with literal answers.

    It is written beside its place and moved there whole.
    """
    origin = folder.step("submitted", each["participant"], release.lesson)
    place = folder.step("autograded", each["participant"], release.lesson)
    fresh = place.with_name(f".{release.lesson}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh)
    for name in BESIDE:
        if (origin / name).exists():
            # The same file under a second name: nothing is copied, and both are read-only.
            os.link(origin / name, fresh / name)
    link_files(folder, release, fresh)
    write_once(f"{fresh}/{release.lesson}.ipynb", release.copy_with(sources(release, each)))
    move_in(fresh, place)


def is_held(each: dict, held: dict | None) -> bool:
    """Whether the gradebook holds just this hand-in with just these words."""
    return (
        bool(held)
        and set(held) == set(each["answers"])
        and all(
            row["handin"] == each["handin"] and collected.unchanged(row, each["answers"][prompt])
            for prompt, row in held.items()
        )
    )
