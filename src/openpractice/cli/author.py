"""The verbs of people who write lessons: new-course, check, build, new, preview."""

import os
import shlex
import signal
from pathlib import Path

import click

from openpractice.kit import CourseParts, named_course, supplied_course
from openpractice.problems import report

# What a verb does is loaded when it is called: --help reads this module, on machines too that lack a part of the kit.


def _course_option(function):
    return click.option(
        "--course",
        type=click.Path(path_type=Path),
        metavar="DIR",
        callback=lambda _context, _option, folder: CourseParts(folder or named_course() or Path()),
        help="The folder of the course, with lessons/ in it (default: the one you stand in).",
    )(function)


def _there(course: CourseParts) -> CourseParts:
    """The course, when there is one; its paths stay as short as they were named."""
    if not course.lessons.is_dir():
        where = f"in '{course.root}'" if course.root != Path() else "here"
        raise click.UsageError(f"There is no folder 'lessons' {where}. Name the course's folder: --course DIR")
    return course


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@_course_option
@click.option("--clock", is_flag=True, help="Print how long each step takes a slow reader and writer.")
@click.option("--reference", is_flag=True, help="Print every block, option, kind of prompt and fault.")
def check(files, course, clock, reference):
    """Name every fault in the lessons, with its line and what to do.

    With FILES, only the faults of those files are shown; the whole folder is read.

    Example:  openpractice check
    """
    if reference:
        from openpractice.authoring.reference import reference_text

        click.echo(reference_text(), nl=False)
        return
    folder, problems = _checked(_there(course))
    if clock:
        from openpractice.authoring.checking.agendaclock import clock_lines

        for one in folder.in_all_languages:
            click.echo("\n".join(clock_lines(one.in_order())))
    if files:
        wanted = {file.resolve() for file in files}
        for file in files:
            if not file.exists():
                raise click.UsageError(f"There is no file '{file}'.")
            if course.lessons.resolve() not in file.resolve().parents:
                raise click.UsageError(
                    f"'{file}' is no file of '{course.lessons}'. To check another course:  openpractice check --course DIR"
                )
        problems = [problem for problem in problems if Path(problem.path).resolve() in wanted]
    _stop_on(problems, {problem.path for problem in problems})
    prompts = sum(len(lesson.prompts) for lesson in folder.lessons)
    several = f", in {', '.join(folder.course.languages)}" if folder.others else ""
    click.echo(f"No faults in {_count(len(folder.lessons), 'lesson')} with {_count(prompts, 'prompt')}{several}.")
    _say_what_is_stale(course, folder)


@click.command()
@_course_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the notebooks go (default: notebooks/ of the course).",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail when something is out of date.")
@click.option("--guides", type=click.Path(path_type=Path), help="Write the facilitator's guides to this folder too.")
@click.option("--freeze", metavar="LESSON", help="Note the ids of a released lesson in released.txt.")
def build(course, out, only_check, guides, freeze):
    """Build the notebooks, and the facilitator's guides if asked.

    Example:  openpractice build --guides build/guides
    """
    from openpractice.authoring.making import build as builder

    out = out or course.notebooks
    folder, problems = _checked(_there(course))
    _stop_on(problems, {problem.path for problem in problems})
    files = builder.built_notebooks(folder, out)
    left_over = builder.left_over(files, out)
    if guides:
        files |= builder.built_guides(folder, guides)
    if only_check:
        _report_stale(builder.stale(files), left_over)
        return
    written = builder.write(files)
    for path in written:
        click.echo(f"Wrote {path}")
    same = len(files) - len(written)
    if same:
        click.echo(f"{_count(same, 'file')} already up to date.")
    for path in left_over:
        click.echo(f"{path} belongs to no lesson of the course. Remove it if it is no longer wanted.")
    if freeze:
        click.echo(builder.freeze(folder, freeze))


def _checked(course: CourseParts):
    from openpractice.authoring.checking.checks import check_folder
    from openpractice.authoring.courses.lessonfolder import read_folder
    from openpractice.authoring.making.build import leaked

    folder = read_folder(course.lessons)
    return folder, check_folder(folder) or leaked(folder) or _beside(course, folder)


def _beside(course: CourseParts, folder):
    """The problems of the answers to calibrate on, by the rubric and the questions of a course without faults."""
    from openpractice.authoring.making.spec import prompt_spec
    from openpractice.review.calibrating.anchorfiles import check_anchors

    specs = {
        prompt.id: prompt_spec(prompt, lesson, folder.course, folder.rubric)
        for lesson in folder.lessons
        for prompt in lesson.prompts
        if prompt.owns_answer
    }
    return check_anchors(course.anchors, folder.rubric, specs, folder.course.also_in)


def _say_what_is_stale(course: CourseParts, folder) -> None:
    """Notebooks that are not as the lessons are now, and those of no lesson; neither is a fault."""
    from openpractice.authoring.making import build as builder

    if not course.notebooks.is_dir():
        return
    files = builder.built_notebooks(folder, course.notebooks)
    there = "" if course.root == Path() else f" --course {shlex.quote(str(course.root))}"
    for path in builder.stale(files):
        click.echo(f"{path} is older than its lesson. Run: openpractice build{there}")
    for path in builder.left_over(files, course.notebooks):
        click.echo(f"{path} belongs to no lesson of the course. Remove it if it is no longer wanted.")


def _stop_on(problems, paths) -> None:
    if not problems:
        return
    click.echo(report(problems, ci=bool(os.environ.get("CI"))))
    count = len(set(problems))
    click.echo(f"{_count(count, 'fault')} in {_count(len(paths), 'file')}.", err=True)
    raise SystemExit(1)


def _report_stale(stale, left_over) -> None:
    for path in stale:
        click.echo(f"{path} is out of date. Run: openpractice build")
    for path in left_over:
        click.echo(f"{path} belongs to no lesson of the course. Remove it.")
    if stale or left_over:
        raise SystemExit(1)
    click.echo("Everything built is up to date.")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@click.command()
@click.argument("lesson")
@click.option("--title", default="", help="The lesson's title.")
@_course_option
def new(lesson, title, course):
    """Write a new lesson that explains its own format, as a draft.

    Example:  openpractice new 7-listening --title "Listening to learners"
    """
    from openpractice.authoring.starter import CannotBegin, start_lesson

    try:
        for sentence in start_lesson(_there(course).lessons, lesson, title):
            click.echo(sentence)
    except CannotBegin as refusal:
        raise click.ClickException(str(refusal)) from None
    there = "" if course.root == Path() else f" --course {shlex.quote(str(course.root))}"
    click.echo(f"See it while you write:  openpractice preview {lesson}{there}")


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@_course_option
def site(out, course):
    """Write the course as plain pages into OUT, to be read and answered in the browser without a server.

    Example:  openpractice site public --course family-engagement
    """
    from openpractice.service.lessonpages.plainsite import write_site

    folder, problems = _checked(_there(course))
    _stop_on(problems, {problem.path for problem in problems})
    for path in write_site(folder, out):
        click.echo(f"Wrote {path}")
    click.echo(f"Open {out / 'index.html'}, or put the folder on any web server.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", default="", help="The course's title.")
@click.option("--id", "course_id", default="", help="The course's id, for good (default: from the folder's name).")
@click.option("--supplied", is_flag=True, help="Begin with the whole course that the kit brings, to change it.")
def new_course(folder, title, course_id, supplied):
    """Write a small working course of your own: two lessons, a rubric, answers to calibrate on.

    Example:  openpractice new-course family-engagement --title "Working with families"
    """
    from openpractice.authoring.starter import CannotBegin, bend_course, start_course

    try:
        begun = (
            bend_course(supplied_course(), folder, title, course_id)
            if supplied
            else start_course(folder, title, course_id)
        )
        for sentence in begun:
            click.echo(sentence)
    except CannotBegin as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Look at it:  openpractice workshop --alone --course {shlex.quote(str(folder))}")


@click.command()
@click.argument("lesson", required=False)
@_course_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A fixed port instead of a free one.")
def preview(lesson, course, port):
    """Show the lessons in the browser while they are edited. Ctrl-C ends it.

    With LESSON, a file or an id, the address is that lesson's; the others are a click away.

    Example:  openpractice preview lessons/1-purpose.md
    """
    from openpractice.authoring.preview import serve

    lessons, page = _there(course).lessons, ""
    if lesson:
        lessons, page = _lesson_at(lesson, lessons)
    try:
        server = serve(lessons, port)
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}. Leave --port out.") from None
    # A shell's background job is started with Ctrl-C's signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    click.echo(f"Open http://127.0.0.1:{server.server_address[1]}/{page}  (Ctrl-C ends the preview)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nPreview ended.")
    finally:
        server.server_close()


def _lesson_at(lesson: str, lessons: Path) -> tuple[Path, str]:
    """The folder and the page of a lesson that was named by its file or its id."""
    path = Path(lesson)
    for file in (path, lessons / f"{lesson}.md", lessons / lesson):
        if file.is_file() and file.suffix == ".md":
            return file.parent, f"lesson/{file.stem}"
    if path.is_dir():
        return path, ""
    raise click.UsageError(f"There is no lesson '{lesson}'. Name its file, as in lessons/1-purpose.md.")
