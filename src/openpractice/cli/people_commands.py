"""Who may come in, on the command line: the same that facilitators do on their page of people."""

import sys
from pathlib import Path

import click

from openpractice.cli.keeping_commands import in_words

# What a verb does is loaded when it is called: --help reads this module, on machines too that lack a part of the kit.

# Whether it can be read is seen when it is read: for a command of root's that acts as another, looking says no.
_PATH = click.Path(path_type=Path, readable=False)
ROLE = click.Choice(["participant", "facilitator", "reviewer"])
# Option, what it names, and the sentence said when it is done.
DONE = {
    "reset": "One-time code for {name}: {result}. It works once, for two days, under “Forgotten your passphrase?” on the sign-in page.",
    "leave": "{name} cannot sign in any more. What they wrote is kept.",
    "come_back": "{name} can sign in again.",
    "change_code": "New code for {name}s: {result.code}",
    "close_code": "The code for {name}s is closed.",
    "open_code": "The code for {name}s is open.",
}


@click.command()
@click.option("--data", required=True, type=_PATH, help="The workshop's data folder.")
@click.option("--reset", metavar="ID", help="Give this person a one-time code for a new passphrase.")
@click.option("--remove", "leave", metavar="ID", help="Close this person's sign-in; what they wrote stays.")
@click.option("--take-back", "come_back", metavar="ID", help="Let this person sign in again.")
@click.option("--new-code", "change_code", type=ROLE, help="Make a new code to join by.")
@click.option("--close-code", type=ROLE, help="Let nobody join by this code.")
@click.option("--open-code", type=ROLE, help="Let people join by this code again.")
def people(data, **wanted):
    """Show who has joined and by which codes, or change one thing. A running hub takes it up at once.

    Example: openpractice people --data workshop

    Example: openpractice people --data workshop --reset ana-garcia
    """
    from openpractice.hub.accounts import Accounts
    from openpractice.ids import is_id
    from openpractice.roster.ledger import AccountRefused

    file = data / "hub" / "accounts.db"
    _as_owner(data, file)
    if not file.is_file():
        alone = sorted(path.name for path in (data / "people").glob("*") if is_id(path.name))
        if alone and not any(wanted.values()):
            click.echo(f"{data} has no hub: nobody has joined. Words are kept in it of: {', '.join(alone)}")
            return
        click.echo(f"{data} has no hub yet: nobody has joined.", err=True)
        click.echo("  hint: start one with script/workshop, or name its folder with --data DIR", err=True)
        sys.exit(1)
    accounts = Accounts(file)
    chosen = [(name, value) for name, value in wanted.items() if value is not None]
    if len(chosen) > 1:
        raise click.UsageError("One change at a time, please.")
    if not chosen:
        _show(accounts)
        return
    ((name, whom),) = chosen
    try:
        result = getattr(accounts, name)(whom)
    except AccountRefused as no:
        click.echo(str(no), err=True)
        sys.exit(1)
    person = accounts.person(whom)
    click.echo(DONE[name].format(name=person.name if person else whom, result=result))


def _as_owner(data, place):
    from openpractice.gradebook.sameuser import act_as_owner

    with in_words():
        act_as_owner(data, place)


def _show(accounts):
    for code in accounts.codes():
        click.echo(f"{code.role + 's':<14} {code.code if code.open else 'closed'}")
    people = accounts.people()
    width = max((len(one.id) for one in people), default=0)
    for one in people:
        click.echo(f"{one.id:<{width}}  {one.role:<11}  {'left  ' if one.left_at else ''}{one.name}")


@click.command()
@click.argument("people", nargs=-1, required=True, metavar="PERSON...")
@click.option("--data", required=True, type=_PATH, help="The workshop's data folder.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--so-many", type=int, default=0, metavar="N", help="How many people are meant; asked for above fifty.")
def erase(people, data, yes, so_many):
    """Erase each PERSON (an id) with every word, mark and sign-in of theirs. The workshop must be stopped.

    Example: openpractice erase ana-garcia --data workshop
    """
    from openpractice.launch.safekeeping import erase as erasing

    _as_owner(data, data)
    if not yes:
        click.confirm(f"Everything of {', '.join(people)} in {data} will be gone for good. Go on?", abort=True)
    with in_words():
        for line in erasing.erase(data, people, so_many):
            click.echo(line)


@click.command()
@click.argument("person")
@click.option("--data", required=True, type=_PATH, help="The data folder.")
@click.option("--to", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The zip file to write.")
def export(person, data, to):
    """Write all that is kept of PERSON (an id) into a zip, for whoever asks what a course has of them.

    Example: openpractice export ana-garcia --data workshop --to ana-garcia.zip
    """
    from openpractice.gradebook.coursefolder import open_folder
    from openpractice.gradebook.sameuser import owner_or_root
    from openpractice.launch.safekeeping import everything

    with in_words():
        owner_or_root(data.absolute())
        kinds = everything.export(open_folder(data), person, to)
    click.echo(f"Wrote {to}: {', '.join(kinds)}.")
    click.echo("Look through it first: comments and critiques in it were written by others.")
