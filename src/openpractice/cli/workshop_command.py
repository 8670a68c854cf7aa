"""Starting a workshop on the command line, with the kit installed from a wheel or in a clone."""

import sys

import click


@click.command(
    add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def workshop(options):
    """Start a workshop on this machine: a room of people, or with --alone one person.

    Example: openpractice workshop --alone
    """
    from openpractice.launch.__main__ import main

    sys.exit(main(list(options), "openpractice workshop"))
