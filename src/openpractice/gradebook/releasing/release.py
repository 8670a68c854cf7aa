"""A built lesson goes out to the participants, through nbgrader.

Releasing again corrects it. From the first answer on its questions stay as they are: answers and
marks hang on them. What was taken back is seen by nobody, and put out again as it was.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from openpractice.carried import all_carried
from openpractice.clock import as_text, utc_now
from openpractice.gradebook import collected, exchangefolders, gradebook, nbgrader_run
from openpractice.gradebook.coursefolder import (
    CourseFolder,
    GradingError,
    alone_in,
    checked_id,
    json_bytes,
    said_when_full,
    write_whole,
)
from openpractice.gradebook.exchangefolders import FILE_MODE
from openpractice.gradebook.releasing.duetimes import due_said, read_due, store_due
from openpractice.gradebook.releasing.generating import (
    LeftToNbgrader,
    as_nbformat,
    make_gradebook,
    released_form,
    save_cells,
)
from openpractice.gradebook.releasing.keptanswers import refuse_loss
from openpractice.gradebook.releasing.released import prompt_specs, read_release
from openpractice.i18n import Said
from openpractice.ids import is_id
from openpractice.kit import built_notebooks

# What the gradebook says of a lesson that was never in it.
NOT_OUT_YET = ("grading-no-gradebook", "grading-not-released")


@dataclass(frozen=True)
class Released:
    """What a release did: `state` is "released", "corrected", "unchanged" or "withdrawn"."""

    lesson: str
    state: str
    due: datetime | None
    sentences: tuple[Said, ...]


def release(
    folder: CourseFolder,
    lesson: str,
    notebook: Path | None = None,
    due: datetime | str | None = None,
    zone: tzinfo | None = None,
) -> Released:
    """The lesson, put where participants find it; again is a correction of its text.

    Parameters
    ----------
    notebook
        The built notebook; by default looked for under ``notebooks/``.
    due
        When it is due (text, or a time); a day means until its end. None keeps what was
        set, "" takes it away.
    zone
        Where a text without a zone of its own is read, and the answer told; by default
        this machine's.

    Raises
    ------
    GradingError
        When a change would part answers from their questions, or nbgrader refuses.
    """
    checked_id(lesson, "lesson")
    path = notebook or find_notebook(lesson)
    wanted = read_due(due, zone)
    with said_when_full("What was released before still stands."), alone_in(folder):
        built = _read_built(path, folder, lesson)
        before = read_release(folder, lesson) if folder.released(lesson).exists() else None
        if before:
            refuse_loss(folder, before, built)
        fresh = _generate(folder, lesson, path)
        stored = store_due(folder, lesson, wanted)
        told = _prepared(folder)
        was_out, changed, reads = _publish(folder, fresh, stored)
    state = "unchanged" if not changed else "corrected" if was_out else "released"
    said = "unchanged" if was_out and not reads else state  # another due time alone is no new text
    return Released(lesson, state, stored, (*_sentences(fresh, said, stored, zone), *told))


def set_due(folder: CourseFolder, lesson: str, due: datetime | str, zone: tzinfo | None = None) -> Released:
    """Another due time for a released lesson, or with "" none; its text stays as it is.

    Raises
    ------
    GradingError
        When the lesson was not released, or the time cannot be read.
    """
    checked_id(lesson, "lesson")
    wanted = read_due(due, zone)
    with said_when_full("The due time is as it was."), alone_in(folder):
        held = read_release(folder, lesson)
        stored = store_due(folder, lesson, wanted)
        _prepared(folder)
        _, changed, _ = _publish(folder, held, stored)
    said = due_said(stored, zone)
    return Released(lesson, "corrected" if changed else "unchanged", stored, (said,))


def withdraw(folder: CourseFolder, lesson: str) -> Released:
    """Take a released lesson back: nobody sees it, no word is lost, and releasing brings it back.

    Raises
    ------
    GradingError
        When it is not out.
    """
    checked_id(lesson, "lesson")
    with said_when_full("The session is as it was."), alone_in(folder):
        out, aside = folder.outbound / lesson, folder.withdrawn / lesson
        called = read_release(folder, lesson).called
        if not (out / "release.json").exists():
            raise GradingError("withdraw-not-out", lesson=called)
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        out.rename(aside)
    return Released(lesson, "withdrawn", None, (Said("release-withdrawn", lesson=called),))


def find_notebook(lesson: str) -> Path:
    """The built notebook of a lesson.

    Raises
    ------
    GradingError
        When there is none.
    """
    path = built_notebooks().get(lesson)
    if path is None:
        raise GradingError("release-not-built", lesson=lesson)
    return path


def _read_built(path, folder, lesson):
    try:
        built = json.loads(path.read_bytes())
        about = built["metadata"]["openpractice"]
        prompts = {**prompt_specs(built)}
    except (OSError, ValueError, KeyError, TypeError):
        raise GradingError("release-not-a-lesson", path=path, lesson=lesson) from None
    for name, data in all_carried(path.parent, lesson, built).items():
        if data is None:
            raise GradingError("release-file-missing", path=path, name=name)
    for key, expected in (("lesson", lesson), ("course", folder.id)):
        if about.get(key) != expected:
            raise GradingError("release-belongs-elsewhere", path=path, key=key, get=about.get(key), expected=expected)
    if not prompts:
        raise GradingError("release-asks-nothing", path=path)
    return built


def _generate(folder, lesson, path):
    """nbgrader's release of the built notebook, made again only when that changed."""
    built, source = path.read_bytes(), folder.root / "source" / lesson / f"{lesson}.ipynb"
    _carry(lesson, json.loads(built), path.parent, source.parent)
    earlier = source.read_bytes() if source.exists() else None
    if earlier != built or not folder.released(lesson).exists() or not _in_gradebook(folder, lesson):
        write_whole(source, built)
        try:
            _generate_here(folder, lesson, json.loads(built))
        except LeftToNbgrader:
            _generate_there(folder, lesson, source, earlier)
    return read_release(folder, lesson)


def _generate_here(folder, lesson, built):
    released = released_form(built)
    make_gradebook(folder)
    with gradebook.opened(folder) as engine, gradebook.writing(engine) as db:
        save_cells(db, folder.id, lesson, released)
        _carry(lesson, built, folder.root / "source" / lesson, folder.released(lesson).parent)
        write_whole(folder.released(lesson), as_nbformat(released))


def _generate_there(folder, lesson, source, earlier):
    try:
        nbgrader_run.run(folder, "generate_assignment", lesson, "--force")
    except GradingError:
        source.unlink() if earlier is None else write_whole(source, earlier)
        raise


def _in_gradebook(folder, lesson):
    try:
        with gradebook.opened(folder) as engine, engine.connect() as db:
            collected.lesson_cells(db, folder, lesson)
    except GradingError as error:
        if error.code not in NOT_OUT_YET:
            raise
        return False
    return True


def put_out(folder: CourseFolder, lesson: str) -> None:
    """What nbgrader generated of the lesson, put where participants find it; `nbgrader release_assignment` is this.

    Raises
    ------
    GradingError
        When nothing of that lesson was generated, or it is none of ours.
    """
    with alone_in(folder):
        _prepared(folder)
        _publish(folder, read_release(folder, lesson), store_due(folder, lesson, None))


def _prepared(folder):
    with gradebook.opened(folder) as engine, engine.connect() as db:
        people = set(filter(is_id, collected.names(db)))
    return exchangefolders.prepare(folder, people)


def _publish(folder, fresh, due):
    """The lesson in the exchange; whether it was there, whether anything changed, and whether what people read did."""
    place, aside = folder.outbound / fresh.lesson, folder.withdrawn / fresh.lesson
    back = aside.is_dir() and not place.exists()
    if back:
        folder.outbound.mkdir(parents=True, exist_ok=True)
        aside.rename(place)
    about_path = place / "release.json"
    about = {
        "format": 1,
        "course": folder.id,
        "lesson": fresh.lesson,
        "title": fresh.title,
        "release": fresh.sha256,
        "resubmission": 1,
        "numbers": 0,
    }
    if due:
        about["due"] = as_text(due, "auto")
    held = json.loads(about_path.read_bytes()) if about_path.exists() else {}
    now = utc_now()
    # When it was opened: another due time or corrected text does not open it anew.
    about["released_at"] = held.get("released_at") or now
    # The files first: whoever sees the new notebook finds them.
    reads = _carry(fresh.lesson, fresh.notebook, folder.root / "source" / fresh.lesson, place, FILE_MODE)
    reads |= write_whole(place / f"{fresh.lesson}.ipynb", fresh.raw, mode=FILE_MODE)
    changed = write_whole(about_path, json_bytes(about), mode=FILE_MODE) or reads or back
    return bool(held) and not back, changed, reads


def _carry(lesson, notebook, source, target, mode=0o644) -> bool:
    """What goes with the notebook, from one folder to another; whether any was new."""
    changed = False
    for name, data in all_carried(source, lesson, notebook).items():
        if data is not None:
            changed |= write_whole(target / name, data, mode=mode)
    return changed


def _sentences(fresh, state, due, zone):
    questions = len(fresh.specs)
    if state == "unchanged":
        yield Said("release-unchanged", lesson=fresh.called)
    elif state == "corrected":
        yield Said("release-corrected", lesson=fresh.called)
    else:
        whole = Said("session-called-whole", called=fresh.called, title=fresh.title) if fresh.session else fresh.called
        yield Said("release-released", lesson=whole, questions=questions, scored=len(fresh.graded))
    yield due_said(due, zone)
