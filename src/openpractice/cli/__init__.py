"""The `openpractice` command.

Each verb lives in the module of its family, which is imported when the verb is named, and
imports what it works with when it is called: `--help` costs 0.07 s of processor so, a second
with everything, and nbgrader is not loaded to check a lesson.
"""

import importlib
import sys
from typing import NoReturn

import click

from openpractice.i18n import FALLBACK, say

VERBS = {
    "new-course": "author",
    "check": "author",
    "build": "author",
    "new": "author",
    "preview": "author",
    "site": "author",
    "sentences": "language_command",
    "release": "grade",
    "withdraw": "grade",
    "collect": "grade",
    "feedback": "grade",
    "people": "people_commands",
    "erase": "people_commands",
    "workshop": "workshop_command",
    "serve": "serve_command",
    "export": "people_commands",
    "backup": "keeping_commands",
    "restore": "keeping_commands",
    "doctor": "keeping_commands",
}


#: The part of the kit that a verb needs, where that is not `review`.
PARTS = {"workshop": "alone"} | {verb: "author" for verb, module in VERBS.items() if module == "author"}


class LazyGroup(click.Group):
    def list_commands(self, ctx):
        return list(VERBS)

    def get_command(self, ctx, name):
        if name not in VERBS:
            return None
        module = importlib.import_module(f"openpractice.cli.{VERBS[name]}")
        return getattr(module, name.replace("-", "_"))

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            # A part of the kit that was not asked for when it was installed; a slip of ours stays a traceback.
            if (error.name or "openpractice").startswith("openpractice"):
                raise
            self.without(ctx.invoked_subcommand, str(error.name))

    def without(self, verb: str, missing: str) -> NoReturn:
        """Goes on where a workshop has set up the part that this verb needs, or says what to type."""
        from openpractice.cli.ownenvironment import go_on

        part = PARTS.get(verb, "review")
        go_on(part, sys.argv[1:])
        raise click.ClickException(say(FALLBACK, "kit-part-missing", name=missing, part=part)) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="openpractice")
def main():
    """Start a workshop; write, check and build its course; release, collect, return feedback; let people in."""
