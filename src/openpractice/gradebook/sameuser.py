"""Commands beside a workshop act as the user whose files the workshop's are, or not at all.

A hub that root started runs the course's server under an id of its own. A file that root, or
anybody else, wrote there could not be changed by that server, which would be locked out.
"""

import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable
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
            raise closed(data) from None
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
    owner = owner_of(data, *filter(None, (place,)), data / "files", data)
    me = os.geteuid()
    if owner is None or owner[0] == me:
        return
    whose = _called(owner[0])
    if me != 0:
        raise WrongUser("user-not-owner", data=data, owner=whose, me=_called(me), command=_typed())
    command = as_user(*owner)
    if not shutil.which(command[0]) or subprocess.run([*command, "true"], capture_output=True).returncode:
        account = shlex.quote(_account(owner[0]))
        raise WrongUser("user-cannot-act", data=data, owner=whose, account=account, command=_typed())
    _flush()
    # What programs keep in a home of their own would be left in root's, and be somebody else's there.
    os.execvpe(
        command[0],
        [*command, sys.executable, *sys.orig_argv[1:]],
        os.environ | {"HOME": str(data / "config" / "nbgrader")},
    )


def owner_or_root(data: Path) -> None:
    """Nothing for root and for whoever the folder's files are. Raises WrongUser for anybody else."""
    if os.geteuid() != 0:
        act_as_owner(data, data)


def within_reach(folders: Iterable[Path], places: Iterable[Path], erasing: bool = False) -> None:
    """Nothing where whoever runs this can see what is in these folders, and read the places or take them away.

    Where people's hand-ins are files of their own system accounts, not even the course's user always can.

    Raises
    ------
    WrongUser
        For the first folder or file that is closed, with the command to type.
    """
    for folder in folders:
        _look_into(folder)
    for place in places:
        _reach(place, erasing)
        for top, names, files in os.walk(place, onerror=_refuse):
            for name in (*names, *files):
                _reach(Path(top, name), erasing)


def closed(place: Path | str) -> WrongUser:
    """That a place is closed to whoever runs this, with the command to type."""
    return WrongUser("user-closed", data=place, me=_called(os.geteuid()), command=_typed())


def _look_into(folder):
    try:
        os.scandir(folder).close()
    except OSError as error:
        _refuse(error)


def _refuse(error):
    # A place that is one file has nothing in it, and what is gone meanwhile is closed to nobody.
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise closed(error.filename) from None


def _reach(path, erasing):
    # By the rights of the moment: those that root left to a command which acts as somebody else count.
    if not erasing:
        may = path.is_symlink() or os.access(path, os.R_OK, effective_ids=True)
    else:
        above = path.parent.stat()
        others = os.geteuid() not in (0, above.st_uid, path.lstat().st_uid)
        may = os.access(path.parent, os.W_OK | os.X_OK, effective_ids=True) and not (
            others and above.st_mode & stat.S_ISVTX
        )
    if not may:
        raise closed(path)


def _typed():
    """The command, as it goes on behind `sudo`: with the settings, by name since some have passwords in them."""
    settings = ",".join(sorted(name for name in os.environ if name.startswith("OPENPRACTICE_")))
    return (f"--preserve-env={settings} " if settings else "") + shlex.join(sys.argv)


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
