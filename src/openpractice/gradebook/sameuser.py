"""Commands beside a workshop act as the user whose files the workshop's are, or not at all.

A hub that root started runs the course's server under an id of its own. A file that root, or
anybody else, wrote there could not be changed by that server, which would be locked out.
"""

import os
import pwd
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from openpractice.gradebook.coursefolder import GradingError

# The one right of root that goes along: the kit may lie where only root can read.
RIGHTS = "-all,+dac_override,+fowner"


class WrongUser(GradingError):
    """Whoever runs this cannot act for the workshop; the hint says what to type."""


def owner_of(data: Path) -> tuple[int, int] | None:
    """User and group of the workshop's files; None where there are none yet.

    Raises
    ------
    WrongUser
        When even that may not be seen.
    """
    for place in (data / "files", data):
        try:
            found = place.stat()
        except FileNotFoundError:
            continue
        except PermissionError:
            raise WrongUser(f"{data} is closed to {_called(os.geteuid())}.", _with_sudo()) from None
        return found.st_uid, found.st_gid
    return None


def act_as_owner(data: Path, place: Path | None = None) -> None:
    """Nothing where the files of the workshop, or of that `place` in it, are those of who runs this.

    For root this process becomes the same command as their owner, so that every file it makes is theirs
    from the first moment. It does not return then.

    Raises
    ------
    WrongUser
        For anybody else, with the command to type.
    """
    if os.name != "posix":
        return
    owner = owner_of(data)
    if place is not None and owner is not None and place.exists():
        owner = place.stat().st_uid, place.stat().st_gid
    me = os.geteuid()
    if owner is None or owner[0] == me:
        return
    if me != 0:
        raise WrongUser(
            f"The files in {data} are those of {_called(owner[0])}, and you are {_called(me)}.", _with_sudo()
        )
    command = as_user(*owner)
    if not shutil.which(command[0]) or subprocess.run([*command, "true"], capture_output=True).returncode:
        raise WrongUser(
            f"The files in {data} are those of {_called(owner[0])}, and this system does not let root act as they.",
            f"Type: sudo -u {shlex.quote(_account(owner[0]))} {shlex.join(sys.argv)}",
        )
    _flush()
    # What programs keep in a home of their own would be left in root's, and be somebody else's there.
    os.execvpe(
        command[0],
        [*command, sys.executable, *sys.orig_argv[1:]],
        os.environ | {"HOME": str(data / "config" / "nbgrader")},
    )


def as_user(user: int, group: int) -> list[str]:
    """What stands before a command to run it as that user, able to read what root can."""
    caps = [f"--inh-caps={RIGHTS}", f"--ambient-caps={RIGHTS}", f"--bounding-set={RIGHTS}"]
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *caps, "--"]


def _flush():
    sys.stdout.flush()
    sys.stderr.flush()


def _with_sudo():
    return f"Type: sudo {shlex.join(sys.argv)}"


def _called(user: int) -> str:
    name = _account(user)
    return f"user {user}" if name.startswith("#") else f"{name} (user {user})"


def _account(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"
