"""The second wall: bubblewrap around every server, and what each server may see through it.

Paths inside are the paths outside, so a server is told the same with and without the wall.
Pure functions that make commands; only `probe` and `unprivileged` run anything.
"""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import openpractice
from openpractice.gradebook.nbgrader_run import config_folder
from openpractice.i18n import Said

# Nobody's id on ordinary systems, for the servers of a hub that root started.
UNPRIVILEGED = 64787
ETC = (
    "ssl",
    "alternatives",
    "fonts",
    "hosts",
    "resolv.conf",
    "nsswitch.conf",
    "localtime",
    "mime.types",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
)
COURSE_WRITES = ("files", "exchange", "feedback-files", "incoming", "config/nbgrader")
SERVICE_WRITES = (*COURSE_WRITES, "people", "room", "service")


@dataclass(frozen=True)
class View:
    """What a server sees besides the system's programs.

    Folders of the data folder to read and to write, and parts of the course that are shown to it.
    """

    name: str
    home: Path
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    shown: tuple[Path, ...] = ()
    etc: Path = field(default=Path("/nonexistent"))  # its own one-line passwd and group


def participant_view(data: Path, course: str, person: str) -> View:
    """One participant's Jupyter server: its own home, the copies of lessons, and what was put out.

    The words are the course service's: it is asked for them, and their folder is not shown.
    """
    home = data / "servers" / person
    return View(
        person,
        home,
        reads=(data / "exchange" / course / "outbound",),
        writes=(home, data / "people" / person / "files"),
        etc=data / "hub" / "etc" / person,
    )


def service_view(data: Path, course: str, shown: Iterable[Path]) -> View:
    """The course service: everybody's words and the gradebook; no account, and nobody's Jupyter server."""
    return View(
        f"service-{course}",
        data / "service",
        writes=tuple(data / part for part in SERVICE_WRITES),
        shown=_there(shown),
        etc=data / "hub" / "etc" / f"service-{course}",
    )


def facilitator_view(data: Path, course: str, shown: Iterable[Path]) -> View:
    """The course's own Jupyter server: the gradebook and the whole exchange, and nobody's journal."""
    name = f"course-{course}"
    home = data / "servers" / name
    return View(
        name,
        home,
        writes=(home, *(data / part for part in COURSE_WRITES)),
        shown=_there(shown),
        etc=data / "hub" / "etc" / name,
    )


def _there(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Of the parts of a course those that it has, and how nbgrader is set up, which lies with the kit."""
    kit = Path(openpractice.__file__).parent  # every server sees its own programs
    return tuple(each for each in (*folders, config_folder()) if each.is_dir() and not each.is_relative_to(kit))


def prepare(view: View, uid: int | None) -> None:
    """Make the folders of a view, private, and give them to the id that the server runs as."""
    made = [each for folder in (*view.writes, *view.reads) for each in make(folder)]
    make(view.etc)
    owner = os.getuid() if uid is None else uid
    line = f"{view.name}:x:{owner}:{owner}:{view.name}:{view.home}:/bin/sh\n"
    (view.etc / "passwd").write_text(line)
    (view.etc / "group").write_text(f"{view.name}:x:{owner}:\n")
    if uid is None:
        return
    for file in (view.etc / "passwd", view.etc / "group", view.etc):
        file.chmod(0o755)
    # All servers run as one id, and the wall is what keeps them apart.
    for folder in made:
        os.chown(folder, uid, uid)
    for folder in (*view.writes, *view.reads):
        give(folder, uid)
    for folder in view.shown:
        open_to_read(folder)


def make(folder: Path) -> list[Path]:
    """The folder, private, with those above it that were not there; returns what was made."""
    if folder.exists():
        return []
    made = make(folder.parent)
    folder.mkdir(mode=0o700)
    return [*made, folder]


def socket_folder(home: Path, uid: int | None) -> Path:
    """Where a server without a wall keeps its kernels' sockets: private, and the same each time.

    Not in the home, because a socket's path may have 107 characters only. Raises OSError where
    somebody else was there first.
    """
    owner = os.getuid() if uid is None else uid
    name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"openpractice-{name}")
    if not os.path.lexists(folder):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, owner if uid is not None else -1)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder


def give(folder: Path, uid: int) -> None:
    """Make a tree the server's own. Links are given, never followed."""
    for top, folders, files in os.walk(folder):
        for path in [top, *(os.path.join(top, name) for name in [*folders, *files])]:
            if os.lstat(path).st_uid != uid:
                os.lchown(path, uid, uid)


def open_to_read(folder: Path) -> None:
    """Let the servers' id read a part of a clone that root made for itself alone."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink() and path.stat().st_uid == 0:
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


# -- the commands ------------------------------------------------------------------------------


def command(view: View, uid: int | None, ends_with_parent: bool = False) -> list[str]:
    """What stands before a server's command to put the wall around it."""
    parts = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if ends_with_parent:
        parts.append("--die-with-parent")
    if uid is None:
        parts.append("--unshare-user")
    parts += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run"]
    for scratch in ("/tmp", "/dev/shm"):
        parts += ["--perms", "1777", "--tmpfs", scratch]
    parts += system()
    made: set[Path] = set()
    reads = [*program_folders(), *view.shown, *view.reads]
    for flag, folder in [("--ro-bind", f) for f in reads] + [("--bind", f) for f in view.writes]:
        parts += parents(folder, made) + [flag, str(folder), str(folder)]
    for name in ("passwd", "group"):
        parts += ["--ro-bind", str(view.etc / name), f"/etc/{name}"]
    parts += ["--chdir", str(view.home), "--"]
    return parts if uid is None else [*parts, *unprivileged(uid)]


def unprivileged(uid: int) -> list[str]:
    """What stands before a command to run it without any right of root."""
    return [
        "setpriv",
        f"--reuid={uid}",
        f"--regid={uid}",
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=-all",
        "--",
    ]


def system() -> list[str]:
    parts = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            parts += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            parts += ["--ro-bind", str(path), str(path)]
    parts += ["--perms", "0755", "--dir", "/etc"]
    for name in ETC:
        parts += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return parts


def program_folders() -> list[Path]:
    """Where this Python, its packages and the kit lie, beyond /usr."""
    package = Path(openpractice.__file__).resolve().parent
    folders = {Path(sys.prefix), Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve()}
    if not any(package.is_relative_to(folder) for folder in folders):
        folders.add(package)
    return sorted(folder for folder in folders if not folder.is_relative_to("/usr"))


def parents(folder: Path, made: set[Path]) -> list[str]:
    """Empty folders on the way to one: bubblewrap would make them closed to all but root."""
    parts = []
    for parent in reversed(folder.parents):
        if parent != Path("/") and parent not in made:
            made.add(parent)
            parts += ["--perms", "0755", "--dir", str(parent)]
    return parts


# -- can it be had here? -----------------------------------------------------------------------


def probe() -> Said | None:
    """None when the wall can be built here; else why not."""
    if not shutil.which("bwrap"):
        return Said("wall-not-installed")
    options = ["--ro-bind", "/", "/", "--unshare-pid", "--proc", "/proc"]
    if os.geteuid() != 0:
        options.append("--unshare-user")
    done = subprocess.run(["bwrap", *options, "true"], capture_output=True, text=True)
    if done.returncode:
        return Said("wall-not-allowed", why=done.stderr.strip()[:120])
    return None


def can_drop(uid: int, data: Path) -> bool:
    """True when, without a wall, a server without root's rights could reach its programs and its folder.

    It must pass through the data folder, so that is opened for passing through, not for reading.
    """
    if not shutil.which("setpriv"):
        return False
    for folder in (data, data / "people", data / "servers"):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)
    code = [sys.executable, "-c", f"import openpractice, os; os.stat({str(data / 'people')!r} + '/.')"]
    return subprocess.run([*unprivileged(uid), *code], capture_output=True).returncode == 0
