"""Starting a workshop on the command line, with the kit installed from a wheel or in a clone."""

import sys

import click

from openpractice.i18n import Coded

PROGRAM = "openpractice workshop"


@click.command(
    add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def workshop(options):
    """Start a workshop on this machine: a room of people, or with --alone one person.

    Example: openpractice workshop --alone
    """
    from openpractice.cli import ownenvironment
    from openpractice.launch import startoptions

    chosen = startoptions.parse(list(options), PROGRAM)  # help and slips of the fingers need nothing more
    part = "alone" if chosen.alone else "hub"
    if ownenvironment.lacks(part):
        # Before minutes of installing: the start itself would say it only then.
        if free := startoptions.free_instead(chosen.host, chosen.port):
            raise click.ClickException(Coded("start-port-taken", port=chosen.port, free=free).whole)
        try:
            ownenvironment.set_up(part)
        except ownenvironment.NotSetUp as no:
            raise click.ClickException(no.whole) from None
        ownenvironment.go_on(part, sys.argv[1:])
    from openpractice.launch.__main__ import main

    sys.exit(main(list(options), PROGRAM))
