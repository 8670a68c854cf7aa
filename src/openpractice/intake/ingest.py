"""Collected hand-ins go into the gradebook and the reviewers' folder, many at once.

One process, nothing executed, nbgrader not imported. Tables and files are those that
nbgrader's own autograde makes with the classes of `nbgrader_border`.
"""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from openpractice.gradebook import collected, gradebook, recording
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.released import Release, read_release
from openpractice.intake.literal import answer_source

COLLECTED = "collected.json"
_BATCH = 100


@dataclass(frozen=True)
class Ingested:
    """Whose answers were put in the gradebook now, and whose were there already.

    `strangers` have a submission that our collect did not write; it is not read.
    """

    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    strangers: tuple[str, ...] = ()


def ingest(folder: CourseFolder, lesson: str, participants: Iterable[str] | None = None) -> Ingested:
    """The collected hand-ins of a lesson, in the gradebook; again changes nothing.

    Raises
    ------
    GradingError
        When the lesson was not released, the gradebook is another course's, or its
        answer cells are not those of the released lesson.
    """
    release = read_release(folder, lesson)
    with gradebook.opened(folder) as engine:
        with engine.connect() as db:
            cells = collected.lesson_cells(db, folder, lesson)
            held = collected.latest_responses(db, lesson)
            known = collected.known_submissions(db, cells)
        if set(cells["grades"]) != set(release.graded):
            raise GradingError("ingest-questions-differ", lesson=lesson)
        new, same, strangers, batch = [], [], [], []
        for person in list(participants or folder.handed_in_by(lesson)):
            try:
                each = read_collected(folder, lesson, person)
            except GradingError:
                strangers.append(person)
                continue
            if _is_held(folder, lesson, each, held.get(person)):
                same.append(person)
                continue
            extension = known.get(person, {}).get("extension")
            each["late"] = collected.is_late(each["handed_in_at"], cells["due"], extension)
            write_reviewers_copy(folder, release, each)
            new.append(person)
            batch.append(each)
            if len(batch) == _BATCH:
                recording.record(engine, cells, release, batch)
                batch = []
        if batch:
            recording.record(engine, cells, release, batch)
    return Ingested(tuple(new), tuple(same), tuple(strangers))


def read_collected(folder: CourseFolder, lesson: str, participant: str) -> dict:
    """What collect wrote of one hand-in; ``handed_in_at`` becomes a naive UTC time."""
    return load_collected(folder.step("submitted", participant, lesson) / COLLECTED)


def load_collected(path) -> dict:
    """A `collected.json`, with its time read.

    Raises
    ------
    GradingError
        When the submission was put there by something else than our collect.
    """
    try:
        with open(path, "rb") as file:
            each = json.loads(file.read())
    except (FileNotFoundError, ValueError):
        raise GradingError("ingest-not-ours", parent=path.parent) from None
    each["handed_in_at"] = datetime.fromisoformat(each["handed_in_at"]).replace(tzinfo=None)
    return each


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
    for entry in os.scandir(origin):
        if entry.name != f"{release.lesson}.ipynb":
            # The same file under a second name: nothing is copied, and both are read-only.
            os.link(entry.path, f"{fresh}/{entry.name}")
    write_once(f"{fresh}/{release.lesson}.ipynb", release.copy_with(sources(release, each)))
    move_in(fresh, place)


def move_in(fresh, place) -> None:
    """Put a finished folder in its place; the one that was there goes."""
    try:
        os.rename(fresh, place)
    except OSError:
        # The place holds an earlier hand-in: a folder with content cannot be renamed over.
        gone = place.with_name(f".{place.name}.old")
        shutil.rmtree(gone, ignore_errors=True)
        os.rename(place, gone)
        os.rename(fresh, place)
        shutil.rmtree(gone)


def write_once(path, content: bytes) -> None:
    """A new file, read-only as nbgrader leaves it: nobody should edit these copies."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb", 0) as file:
        file.write(content)


def _is_held(folder, lesson, each, held):
    if not held or any(row["handin"] != each["handin"] for row in held.values()):
        return False
    return (folder.step("autograded", each["participant"], lesson) / f"{lesson}.ipynb").exists()
