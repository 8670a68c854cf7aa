"""The course service on the command line, for whoever runs a hub."""

import os
import sys
from pathlib import Path

import click


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="The folder that keeps everything.")
@click.option("--course", default="open-practice", show_default=True, help="The course's id.")
@click.option("--facilitators", multiple=True, metavar="GROUP", help="A group of the hub that facilitates.")
@click.option("--reviewers", multiple=True, metavar="GROUP", help="A group of the hub that reviews.")
@click.option(
    "--participants",
    multiple=True,
    metavar="GROUP",
    help="A group of the hub that takes part; without any, everybody whom the hub lets in.",
)
@click.option("--host", default="", help="The address to listen on (default: as the hub says).")
@click.option("--port", type=int, default=0, help="The port to listen on (default: as the hub says).")
def serve(data, course, facilitators, reviewers, participants, host, port):
    """Serve a course to whoever a JupyterHub signs in. The hub starts it, or is told its address.

    Example: openpractice serve --data /srv/course --facilitators leads
    """
    from openpractice.databases import GRADEBOOK, ROOM, NoDatabase, named_database
    from openpractice.ids import safe_id
    from openpractice.service import serve as service
    from openpractice.service.hubidentity import RoleGroups

    try:
        safe_id(course)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    usual = RoleGroups.of_course(course)
    groups = RoleGroups(
        frozenset(facilitators) or usual.facilitators, frozenset(reviewers) or usual.reviewers, frozenset(participants)
    )
    where = service.listening(os.environ, host, port)
    try:
        for setting in (GRADEBOOK, ROOM):
            named_database(setting)
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        setting = service.ServiceSetting(
            data.absolute(), course, groups, *where, service.cookie_secret(os.environ, data)
        )
        service.run(setting)
    except (service.CannotServe, NoDatabase, OSError) as problem:
        click.echo(" ".join([str(problem), getattr(problem, "hint", "")]).strip(), err=True)
        sys.exit(1)
