"""A judged hand-in on the disk, in nbgrader's own place for it: written whole, read again."""

import os
import secrets
import shutil
from pathlib import Path

from openpractice import border
from openpractice.carried import named_in
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, json_bytes
from openpractice.gradebook.judgedhandin import JudgedHandIn, judged_hand_in
from openpractice.gradebook.releasing.released import Release
from openpractice.intake import inbox
from openpractice.intake.literal import sources

COLLECTED = "collected.json"
#: What lies beside the notebook in a submission, but for the lesson's own files.
BESIDE = (COLLECTED, "responses.json", "timestamp.txt", "submission_secret.txt")


def write_submission(
    folder: CourseFolder, release: Release, each: JudgedHandIn, responses: bytes, secret: bytes | None
):
    """What was judged of one hand-in, in its place in `submitted`; what lay there goes.

    `responses` are the bytes of the judged responses.json, or empty.
    """
    place = folder.step("submitted", each.participant, release.lesson)
    fresh = place.with_name(f".{release.lesson}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh)
    stamp = each.handed_in_at.strftime(inbox.STAMP)
    files = {
        f"{release.lesson}.ipynb": release.raw,
        COLLECTED: json_bytes(each.as_json()),
        "timestamp.txt": stamp.encode(),
        "submission_secret.txt": secret or secrets.token_hex(64).encode(),
    }
    for name, content in (files | ({"responses.json": responses} if responses else {})).items():
        write_once(fresh / name, content)
    link_files(folder, release, fresh)
    move_in(fresh, place)


def write_reviewers_copy(folder: CourseFolder, release: Release, each: JudgedHandIn) -> None:
    """The autograded folder of one hand-in: the released notebook with literal answers.

    It is written beside its place and moved there whole.
    """
    origin = folder.step("submitted", each.participant, release.lesson)
    place = folder.step("autograded", each.participant, release.lesson)
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


def link_files(folder: CourseFolder, release: Release, place: Path) -> None:
    """The pictures and papers that the lesson names, beside a copy of it, for those who read in formgrader.

    They lie there under a second name and take no room of their own; where the disk knows no
    second names they are copied.
    """
    source = folder.released(release.lesson).parent
    for name in named_in(release.notebook):
        if not (source / name).is_file():
            continue  # a release of an older kit, which carried none
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source / name, place / name)
        except OSError:
            shutil.copyfile(source / name, place / name)


def read_collected(folder: CourseFolder, lesson: str, participant: str) -> JudgedHandIn:
    """What collect wrote of one hand-in."""
    return load_collected(folder.step("submitted", participant, lesson) / COLLECTED)


def load_collected(path) -> JudgedHandIn:
    """A `collected.json`, read.

    Raises
    ------
    GradingError
        When the submission was put there by something else than our collect.
    """
    try:
        with open(path, "rb") as file:
            return judged_hand_in(border.read_object(file.read(), border.OWN))
    except (FileNotFoundError, NotADirectoryError, border.Unfit, KeyError, ValueError, TypeError, AttributeError):
        raise GradingError("ingest-not-ours", parent=path.parent) from None


def held_by(folder: CourseFolder, lesson: str, participant: str) -> JudgedHandIn | None:
    """What was collected of a person before; None when nothing was that can be read.

    What a power cut or a hand left damaged is taken anew from the exchange, and keeps nothing from coming in.
    """
    try:
        return read_collected(folder, lesson, participant)
    except GradingError:
        return None


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
