"""Keeping what a course has: backups, putting one back, and what is wrong where it stands."""

import sys
import time
from pathlib import Path

import click

from openpractice.i18n import Coded

# What a verb does is loaded when it is called: --help reads this module, on machines too that lack a part of the kit.

# Whose it is and who may read it is said with the command to type.
_PATH = click.Path(path_type=Path, readable=False)
_DATA = click.option("--data", required=True, type=_PATH, help="The data folder.")
DAY = 24 * 3600.0


@click.command()
@click.argument("folder", type=_PATH)
@_DATA
@click.option("--key", default="", metavar="KEY", help="An age public key, or a file of them: only they can open it.")
@click.option("--keep", default=7, show_default=True, type=click.IntRange(1), help="How many backups stay there.")
@click.option("--daily", is_flag=True, help="Stay, and make one each day.")
def backup(folder, data, key, keep, daily):
    """Put a backup of a course, running or not, into FOLDER.

    Example: openpractice backup /mnt/other/backups --data /srv/open-practice

    Example: openpractice backup /mnt/other/backups --data /srv/open-practice --key age1...
    """
    from openpractice.gradebook.sameuser import owner_or_root
    from openpractice.launch.safekeeping import backup as backing

    with in_words():
        owner_or_root(data.absolute())
    while True:
        if daily:
            _until_due(backing.kept_in(folder))
        with in_words(go_on=daily):
            place, left = backing.back_up(data.absolute(), folder.absolute(), key, keep)
            click.echo(f"Wrote {place} ({place.stat().st_size / 1e6:.1f} MB).")
            click.echo(f"In it: {', '.join(backing.parts(data.absolute()))}")
            for line in left:
                click.echo(f"Left out: {line}")
            for hint in dict.fromkeys(filter(None, (getattr(line, "hint", "") for line in left))):
                click.echo(f"  hint: {hint}")
        if not daily:
            return
        time.sleep(60)


def _until_due(kept):
    """Waits until the newest backup is a day old; by the file's own time, so that a start does not make one more."""
    while kept and (age := time.time() - kept[0].stat().st_mtime) < DAY:
        time.sleep(min(600.0, DAY - age))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_DATA
@click.option("--key", default="", metavar="FILE", help="The file with the age key that opens it.")
@click.option(
    "--so-many", type=int, default=0, metavar="N", help="How many people were erased since; asked above fifty."
)
def restore(file, data, key, so_many):
    """Put a backup FILE into an empty data folder. Who was erased since is erased again.

    Example: openpractice restore backups/openpractice-2026-11-28T020000Z.tar.gz --data /srv/anew
    """
    from openpractice.launch.safekeeping import restore as putting_back

    with in_words():
        for line in putting_back.restore(file.absolute(), data.absolute(), key, so_many):
            click.echo(line)


class in_words:
    """Says what stands in the way as a sentence and a hint; ends the command with 1 unless it goes on."""

    def __init__(self, go_on=False):
        self.go_on = go_on

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if not isinstance(error, (Coded, OSError)):
            return False
        click.echo(str(error), err=True)
        if hint := getattr(error, "hint", ""):
            click.echo(f"  hint: {hint}", err=True)
        if not self.go_on:
            sys.exit(1)
        return True


@click.command()
@_DATA
@click.option("--id", "course", default="open-practice", show_default=True, help="The course's id.")
@click.option("--hub-config", type=click.Path(path_type=Path, exists=True), help="The hub's jupyterhub_config.py.")
def doctor(data, course, hub_config):
    """Say what is missing or wrong where a course stands, and what to type. Changes nothing.

    Type it as the user who runs the course, with the same settings.

    Example: openpractice doctor --data /srv/open-practice --hub-config /etc/jupyterhub/jupyterhub_config.py
    """
    from openpractice.gradebook.sameuser import owner_or_root
    from openpractice.launch import doctor as looking
    from openpractice.launch.hubcheck import examine_hub

    with in_words():
        owner_or_root(data.absolute())
        found = looking.examine(data.absolute(), course)
        if hub_config:
            found += examine_hub(hub_config.absolute(), data, course)
    for one in found:
        click.echo(f"{'wrong' if one.is_wrong else 'note'}: {one}")
        if one.hint:
            click.echo(f"  hint: {one.hint}")
    wrong = sum(one.is_wrong for one in found)
    click.echo(f"{wrong} things are wrong." if wrong > 1 else "One thing is wrong." if wrong else "Nothing is wrong.")
    sys.exit(1 if wrong else 0)
