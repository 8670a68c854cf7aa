"""A file of lines that several processes append to without losing or tearing one.

The rule: whoever writes holds `flock` on a side file, opens the file anew, closes a
torn last line, appends in one piece and waits for the disk. Readers need no lock.
"""

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from openpractice.files import open_plain, replace_file, sync_folder, write_all


class NotSaved(Exception):
    """Words could not be stored; ``code`` is ``no-space``, ``refused`` or ``link``. A door says it in words."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


_CODES = {
    errno.ENOSPC: "no-space",
    errno.EDQUOT: "no-space",
    errno.EFBIG: "no-space",
    errno.ELOOP: "link",
    errno.EISDIR: "link",
    errno.ENXIO: "link",
}


@contextlib.contextmanager
def saying_why():
    """Turns the system's errors into `NotSaved`."""
    try:
        yield
    except OSError as error:
        raise NotSaved(_CODES.get(error.errno or 0, "refused")) from error


class AppendFile:
    """Lines in `path`, read as they grow; see the module for the rule of writing."""

    def __init__(self, path):
        self.path = Path(path)
        self._seen: tuple[int, int, int, int] | None = None  # of the file as it was read last
        self._offset = 0
        self._head = b""

    @contextlib.contextmanager
    def locked(self):
        """Holds the one writer's place; makes the folder when it is new."""
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_symlink():
            raise OSError(errno.ELOOP, "the journal's folder is a link")
        lock = open_plain(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def read_new(self) -> tuple[bool, list[bytes]]:
        """Whether the file was replaced since the last call, and the whole lines that are new."""
        try:
            fd = open_plain(self.path, os.O_RDONLY)
        except FileNotFoundError:
            replaced = self._seen is not None
            self._seen, self._offset = None, 0
            return replaced, []
        try:
            found = os.fstat(fd)
            now = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
            if now == self._seen:
                return False, []
            replaced = self._seen is not None and self._was_replaced(fd, self._seen, now)
            if replaced or self._seen is None:
                self._offset, self._head = 0, os.pread(fd, 200, 0)
            data = _read_from(fd, self._offset, found.st_size)
        finally:
            os.close(fd)
        end = data.rfind(b"\n") + 1
        self._offset += end
        self._seen = now
        return replaced, data[:end].splitlines()

    def append(self, lines: bytes) -> None:
        """The lines at the end, on the disk when this returns; all or none. Hold `locked`."""
        fresh = not self.path.exists()
        fd = open_plain(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            size = os.fstat(fd).st_size
            try:
                write_all(fd, lines)
                os.fsync(fd)
            except OSError:
                os.ftruncate(fd, size)
                raise
        finally:
            os.close(fd)
        if fresh:
            sync_folder(self.path.parent)

    def close_torn_line(self) -> None:
        """Ends a last line that a dying process left open. Hold `locked`."""
        with contextlib.suppress(FileNotFoundError):
            fd = open_plain(self.path, os.O_RDWR | os.O_APPEND)
            try:
                size = os.fstat(fd).st_size
                if size and os.pread(fd, 1, size - 1) != b"\n":
                    write_all(fd, b"\n")
            finally:
                os.close(fd)

    def replace(self, data: bytes) -> None:
        """The whole file anew, or as it was. Hold `locked`."""
        replace_file(self.path, data)
        sync_folder(self.path.parent)

    def _was_replaced(self, fd, seen, now):
        if now[:2] != seen[:2] or now[2] < self._offset:
            return True
        known = min(len(self._head), self._offset)
        return os.pread(fd, known, 0) != self._head[:known]


def _read_from(fd, offset, end):
    parts = []
    while offset < end:
        part = os.pread(fd, min(end - offset, 1 << 20), offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
    return b"".join(parts)
