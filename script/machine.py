"""The programs beside Python that the tests use: found, or installed where that is allowed.

Allowed means root on a machine with apt. Anywhere else the command is named and the tests
that need the program are left out, except in continuous integration, where that is a failure.
"""

import glob
import os
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """A program, where it may lie, the Debian package that brings it, and what does as well at a greater cost.

    `instead` are programs of which the first has a Debian package of its name.
    """

    name: str
    places: tuple[str, ...]
    package: str
    purpose: str
    instead: tuple[str, ...] = ()

    def found(self) -> str | None:
        return first_of(self.places)

    def done_without(self) -> str | None:
        return first_of(self.instead)


def first_of(places: tuple[str, ...]) -> str | None:
    for place in places:
        hits = sorted(glob.glob(place)) if "/" in place else [shutil.which(place)]
        if hits and hits[-1]:
            return hits[-1]
    return None


BROWSER = "chromium-headless-shell"
PROGRAMS = [
    Program(BROWSER, (BROWSER,), BROWSER, "the browser tests", ("chromium",)),
    Program("bubblewrap", ("bwrap",), "bubblewrap", "the wall around each participant's server"),
    Program("postgresql", ("/usr/lib/postgresql/*/bin/postgres", "postgres"), "postgresql", "the tests on PostgreSQL"),
]


def missing() -> list[Program]:
    return [program for program in PROGRAMS if not program.found()]


def may_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and bool(shutil.which("apt-get"))


def ready(say) -> list[Program]:
    """Install what is missing where that is allowed; returns what is missing still."""
    wanted = missing()
    if not wanted:
        return []
    if may_install():
        say(f"Installing {', '.join(program.package for program in wanted)} (Debian packages; a minute or two) ...")
        apt("update")
        apt("install", *(program.package for program in wanted))
        # One that this Debian has not keeps all of them out.
        for program in missing():
            apt("install", program.package)
            if program.instead and not (program.found() or program.done_without()):
                apt("install", program.instead[0])
    left = [program for program in missing() if not program.done_without()]
    for program in left:
        say(f"Not here: {program.name}, for {program.purpose}.")
        say(f"  To have it: sudo apt-get install {program.package}")
    return left


def apt(*words: str) -> None:
    """Runs apt-get; whether it did what was wanted is looked at afterwards."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    asked = ["-y", "--no-install-recommends"] if words[0] == "install" else []
    command = ["apt-get", "-qq", words[0], *asked, *words[1:]]
    subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)
