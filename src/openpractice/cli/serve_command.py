"""The course service on the command line, for whoever runs a hub."""

import os
import sys
from functools import partial
from pathlib import Path

import click

from openpractice.databases import GRADEBOOK, ROOM, named_database
from openpractice.i18n import Coded
from openpractice.ids import is_id

# What a verb does is loaded when it is called: --help reads this module, on machines too that lack a part of the kit.

_group_option = partial(click.option, multiple=True, metavar="GROUP")


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="The folder that keeps everything.")
@click.option("--course", "folder", metavar="DIR", help="The folder of the course (default: the kit's own).")
@click.option("--id", "course", help="The course's id, where it is not the one in its course.yml.")
@_group_option("--facilitators", help="A group of the hub that facilitates.")
@_group_option("--reviewers", help="A group of the hub that reviews.")
@_group_option(
    "--participants", help="A group of the hub that takes part; without any, everybody whom the hub lets in."
)
@click.option(
    "--first-facilitator",
    "first",
    multiple=True,
    metavar="NAME",
    help="Who facilitates at a hub without groups, by the name there; links to join then say who takes part.",
)
@click.option("--notebooks", is_flag=True, help="People's own servers have the kit: offer “Open as a notebook”.")
@click.option("--host", default="", help="The address to listen on (default: as the hub says).")
@click.option("--port", type=int, default=0, help="The port to listen on (default: as the hub says).")
@click.option("--own-hub", is_flag=True, help="The hub is the workshop's own: script/workshop says so.")
def serve(data, folder, course, facilitators, reviewers, participants, first, host, port, own_hub, notebooks):
    """Serve a course to whoever a JupyterHub signs in. The hub starts it, or is told its address.

    Example: openpractice serve --data /srv/course --facilitators leads
    """
    from openpractice.launch.courseathand import course_at, say_course
    from openpractice.launch.datafolder import CannotStart
    from openpractice.service import serve as service
    from openpractice.service.identities.hubidentity import RoleGroups

    try:
        say_course(folder, data)
        course = course or os.environ.get("OPENPRACTICE_COURSE") or course_at(None).id
        if not is_id(course):
            raise CannotStart("serve-no-id", id=course[:80])
    except CannotStart as problem:
        raise click.UsageError(problem.whole) from None
    usual = RoleGroups.of_course(course) if not first else RoleGroups(frozenset(), frozenset())
    groups = RoleGroups(
        frozenset(facilitators) or usual.facilitators,
        frozenset(reviewers) or usual.reviewers,
        frozenset(participants),
        open=not first,
    )
    os.umask(0o077)
    where = service.listening(os.environ, host, port)
    data = data.absolute()
    try:
        for named in (GRADEBOOK, ROOM):
            named_database(named)
        held = None if own_hub else _taken(data, course)  # script/workshop holds its own
        secret = service.cookie_secret(os.environ, data)
        service.run(service.ServiceSetting(data, course, groups, *where, secret, own_hub, frozenset(first), notebooks))
    except (Coded, OSError) as problem:
        click.echo(problem.whole if isinstance(problem, Coded) else str(problem), err=True)
        sys.exit(1)
    return held


def _taken(data: Path, course: str):
    """The data folder, made if need be, closed to everybody else, and held for this process alone."""
    from openpractice.launch.datafolder import open_folder

    folder = open_folder(data)
    data.chmod(0o700)
    for way in ("outbound", "inbound", "feedback"):
        (data / "exchange" / course / way).mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
