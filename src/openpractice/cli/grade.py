"""Release, collect and feedback on the command line."""

import os
import re
import shlex
import sys
from difflib import get_close_matches
from pathlib import Path

import click

# What a verb does is loaded when it is called: --help reads this module, on machines too that lack a part of the kit.

# Whether it can be read is seen when it is read: for a command of root's that acts as another, looking says no.
_PATH = click.Path(path_type=Path, readable=False)
_DATA = click.option("--data", type=_PATH, help="The workshop's data folder.")
_COURSE = click.option(
    "--course",
    type=_PATH,
    metavar="DIR",
    help="The folder of the course (default: the one that the data folder is of).",
)
_LESSON = click.argument("lesson")
# Refusals for which the session that was named may be none.
_OF_A_SESSION = ("grading-no-gradebook", "grading-not-released", "release-not-built", "grading-not-an-id")


def _told(work, lesson, data, course):
    """Do the work and print its sentences; a fault is a sentence, a hint and exit status 1."""
    from openpractice.gradebook.coursefolder import GradingError

    try:
        result = work()
    except GradingError as error:
        click.echo(str(error), err=True)
        if hint := _to_type(error, lesson, data, course):
            click.echo(f"  hint: {hint}", err=True)
        sys.exit(1)
    for sentence in result.sentences:
        click.echo(sentence)
    return result


def _to_type(error, lesson, data, course) -> str:
    """The hint as it works when it is typed here: for a session that there is, with the folders that were named."""
    from openpractice.ids import is_id
    from openpractice.kit import built_notebooks, course_parts

    names = {path.stem for path in course_parts().lessons.glob("*.md") if is_id(path.stem)} | {*built_notebooks()}
    if error.code in _OF_A_SESSION and lesson not in names:
        meant = Path(lesson).name.split(".")[0]
        near = [meant] if meant in names else get_close_matches(meant, sorted(names), 1)
        listed = ", ".join(sorted(names)) or "none yet"
        return f"Did you mean {near[0]}?" if near else f"The sessions of this course are: {listed}"
    hint = error.hint.replace("LESSON", lesson)
    typed = re.search(r"openpractice (release|collect|build)\b", hint)
    if not typed:
        return hint
    given = {"data": data if typed[1] != "build" else None, "course": course}
    return hint + "".join(f" --{name} {shlex.quote(str(value))}" for name, value in given.items() if value)


def _at_course(course, data):
    """From now on this process works on the course that is named, or on that of the data folder."""
    from openpractice.launch.courseathand import say_course
    from openpractice.launch.datafolder import CannotStart

    try:
        data = data or os.environ.get("OPENPRACTICE_DATA")
        say_course(course, Path(data) if data else None)
    except CannotStart as problem:
        raise click.ClickException(problem.whole) from None


def _folder(data):
    """The course's folders, to be worked on as the user whose they are."""
    from openpractice.gradebook.coursefolder import open_folder
    from openpractice.gradebook.sameuser import act_as_owner

    folder = open_folder(data)
    act_as_owner(folder.data)
    os.umask(0o077)  # nothing of the course is anybody else's on this machine
    return folder


@click.command()
@_LESSON
@_DATA
@_COURSE
@click.option(
    "--due",
    help='When it is due, as "2026-12-04 17:00", or "2026-12-04" for the end of that day; "" takes the time away.',
)
@click.option("--notebook", type=_PATH, help="The built notebook, if it lies elsewhere.")
def release(lesson, data, course, due, notebook):
    """Put LESSON where participants find it; again, correct its text.

    Example: openpractice release 1-purpose --data workshop --due "2026-12-04 17:00"
    """
    from openpractice.authoring.courses.lessonfolder import time_zone
    from openpractice.gradebook.releasing.release import release as work
    from openpractice.kit import course_parts
    from openpractice.service.lessonpages.building import current_notebook

    _at_course(course, data)
    zone = time_zone(course_parts().lessons)

    def put_out():
        folder = _folder(data)
        return work(folder, lesson, notebook or current_notebook(folder, lesson), due, zone)

    _told(put_out, lesson, data, course)


@click.command()
@_LESSON
@_DATA
@_COURSE
def withdraw(lesson, data, course):
    """Take LESSON back: nobody sees it, every answer is kept, and release brings it back.

    Example: openpractice withdraw 1-purpose --data workshop
    """
    from openpractice.gradebook.releasing.release import withdraw as work

    _at_course(course, data)
    _told(lambda: work(_folder(data), lesson), lesson, data, course)


@click.command()
@_LESSON
@_DATA
@_COURSE
@click.option(
    "--from",
    "files",
    multiple=True,
    type=_PATH,
    help="A hand-in file of somebody without a hub; may be repeated.",
)
@click.option("--as", "ids", multiple=True, help="Whose file it is (participant id), in the same order.")
@click.option("--replace", is_flag=True, help="Let the files replace what these people handed in before.")
@click.argument("more", nargs=-1, type=_PATH)
def collect(lesson, data, course, files, ids, replace, more):
    """Collect LESSON from everybody who handed it in.

    Example: openpractice collect 1-purpose --data workshop

    Example: openpractice collect 1-purpose --from ana.json --as ana
    """
    from openpractice.intake.collect import collect as work
    from openpractice.intake.collect import collect_files

    _at_course(course, data)
    files = [*files, *more]
    if not files:
        _told(lambda: work(_folder(data), lesson), lesson, data, course)
        return
    if ids and len(ids) != len(files):
        raise click.UsageError(f"There are {len(files)} files and {len(ids)} names: give each file one --as ID.")
    result = _told(lambda: _files(_folder(data), lesson, files, ids, replace, collect_files), lesson, data, course)
    sys.exit(1 if result.left_aside else 0)


def _files(folder, lesson, files, ids, replace, collect_files):
    return collect_files(folder, lesson, _whose(folder, lesson, files, ids), replace)


def _whose(folder, lesson, files, ids):
    """The participant of each file: as named, or asked for with what the file says of itself."""
    from openpractice.gradebook.coursefolder import GradingError
    from openpractice.intake.handin_files import hint_of

    if ids:
        return dict(zip(files, ids, strict=True))
    hints = {path: hint_of(path, folder, lesson) for path in files}
    for path, hint in hints.items():
        click.echo(f"{path}: {hint}")
    if not sys.stdin.isatty():
        named = " ".join(f"--from {shlex.quote(str(path))} --as ID" for path in files)
        raise GradingError("collect-whose-files", lesson=lesson, named=named)
    return {path: click.prompt(f"Participant id of {path}") for path in files}


@click.command()
@_LESSON
@_DATA
@_COURSE
@click.option("--person", "people", multiple=True, help="Only this participant; may be repeated.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, readable=False, file_okay=False),
    help="Also write one file a person into this folder.",
)
def feedback(lesson, data, course, people, to):
    """Return feedback on LESSON to everybody whose answers are all read.

    Example: openpractice feedback 1-purpose --data workshop --to feedback-files
    """
    from openpractice.authoring.courses.lessonfolder import review_rules
    from openpractice.feedback.feedback import give_feedback
    from openpractice.kit import course_parts

    _at_course(course, data)
    numbers = review_rules(course_parts().lessons).numbers
    _told(lambda: give_feedback(_folder(data), lesson, people or None, to, numbers), lesson, data, course)
