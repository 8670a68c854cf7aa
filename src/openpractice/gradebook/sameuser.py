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


def owner_of(data: Path, *places: Path) -> tuple[int, int] | None:
    """User and group of the first of these places that is there; None where none is yet.

    Raises
    ------
    WrongUser
        When even that may not be seen.
    """
    for place in places:
        try:
            found = place.stat()
        except FileNotFoundError:
            continue
        except PermissionError:
            raise WrongUser("user-closed", data=data, me=_called(os.geteuid()), command=shlex.join(sys.argv)) from None
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
    owner = owner_of(data, *filter(None, (place,)), data / "files", data)
    me = os.geteuid()
    if owner is None or owner[0] == me:
        return
    whose, typed = _called(owner[0]), shlex.join(sys.argv)
    if me != 0:
        raise WrongUser("user-not-owner", data=data, owner=whose, me=_called(me), command=typed)
    command = as_user(*owner)
    if not shutil.which(command[0]) or subprocess.run([*command, "true"], capture_output=True).returncode:
        account = shlex.quote(_account(owner[0]))
        raise WrongUser("user-cannot-act", data=data, owner=whose, account=account, command=typed)
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


def _called(user: int) -> str:
    name = _account(user)
    return f"user {user}" if name.startswith("#") else f"{name} (user {user})"


def _account(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"
