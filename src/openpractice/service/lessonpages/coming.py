"""Whether sessions are being put out at this moment, as one process tells another by holding a file.

The system lets go of the file when its holder ends, however it ends: nothing can be left behind
that says so for ever.
"""

import fcntl
import os
from pathlib import Path

NAME = Path("config", "putting-out")


def hold(data: Path) -> int:
    """A descriptor; as long as it is open, here or in a child that was given it, sessions are coming."""
    handle = os.open(data / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def coming(data: Path | None) -> bool:
    """True while somebody holds it."""
    if data is None:
        return False
    try:
        handle = os.open(data / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
