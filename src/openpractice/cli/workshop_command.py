"""Starting a workshop on the command line, with the kit installed from a wheel or in a clone."""

import sys

import click

from openpractice.i18n import FALLBACK, say

PROGRAM = "openpractice workshop"


@click.command(
    add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def workshop(options):
    """Start a workshop on this machine: a room of people, or with --alone one person.

    Example: openpractice workshop --alone
    """
    from openpractice.launch import startoptions

    chosen = startoptions.parse(list(options), PROGRAM)  # help and slips of the fingers need nothing more
    try:
        from openpractice.launch.__main__ import main

        sys.exit(main(list(options), PROGRAM))
    except ModuleNotFoundError:
        # Before minutes of installing what it lacks: the start itself says it in full.
        if free := startoptions.free_instead(chosen.host, chosen.port):
            raise click.ClickException(
                say(FALLBACK, "start-port-taken", port=chosen.port)
                + " "
                + say(FALLBACK, "start-port-taken.hint", free=free)
            ) from None
        raise
