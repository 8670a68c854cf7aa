"""Files that are whole or not there, written on the disk and never through a link."""

import os
import stat
from errno import ELOOP
from pathlib import Path

_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def open_plain(path, flags: int) -> int:
    """A descriptor of an ordinary file, never through a link."""
    fd = os.open(path, flags | _FLAGS, 0o600)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(ELOOP, "not an ordinary file")
    return fd


def sync_folder(path) -> None:
    """Makes names made or changed in a folder last."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Every byte, however many calls the system takes for it."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def write_new(path: Path, data: bytes, mode: int = 0o644, durable: bool = True) -> None:
    """A new file; on the disk when this returns, unless it need not be `durable`.

    Raises
    ------
    FileExistsError
        When something of that name is there.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        os.fchmod(fd, mode)
        write_all(fd, data)
        if durable:
            os.fsync(fd)
    finally:
        os.close(fd)


def replace_file(path: Path, data: bytes, mode: int = 0o600, durable: bool = True) -> None:
    """The file with this content, whole or as it was before; its folder must be there."""
    fresh = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        write_new(fresh, data, mode, durable)
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def is_left_beside(path: Path) -> bool:
    """Whether a Mac, an editor or a word processor laid this beside the file that is meant: `._a.md`, `.#a.md`, `~$a.md`."""
    return path.name.startswith((".", "~"))
