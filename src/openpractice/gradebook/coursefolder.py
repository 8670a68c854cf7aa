"""Where one workshop's work lies: the course root, the exchange and the gradebook."""

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openpractice.databases import GRADEBOOK, NoDatabase, named_database
from openpractice.files import replace_file
from openpractice.i18n import Coded
from openpractice.ids import is_id

EXCHANGE = "OPENPRACTICE_EXCHANGE"


class GradingError(Coded):
    """What stands in the way of grading."""


def checked_id(text: str, what: str) -> str:
    """The text, when it may be part of a path.

    Raises
    ------
    GradingError
        When it is not an id: small letters, digits and hyphens, at most 63.
    """
    if not is_id(text):
        raise GradingError("grading-not-an-id", text=text, what=what)
    return text


@dataclass(frozen=True)
class CourseFolder:
    """The folders of one course in one data folder; `db_url` names its gradebook."""

    data: Path
    id: str
    exchange: Path
    db_url: str

    @property
    def own_server(self) -> str:
        """The id that the course's own server has on a hub, as if it were a person; it has folders as people have."""
        return f"course-{self.id}"

    @property
    def root(self) -> Path:
        """nbgrader's course root, with source, release, submitted, autograded, feedback."""
        return self.data / "files" / "course"

    @property
    def outbound(self) -> Path:
        return self.exchange / self.id / "outbound"

    @property
    def withdrawn(self) -> Path:
        """Lessons that were out and were taken back."""
        return self.exchange / self.id / "withdrawn"

    @property
    def inbound(self) -> Path:
        return self.exchange / self.id / "inbound"

    @property
    def feedback(self) -> Path:
        return self.exchange / self.id / "feedback"

    def step(self, name: str, participant: str, lesson: str) -> Path:
        """nbgrader's folder of one step for one participant and lesson."""
        return self.root / name / participant / lesson

    def released(self, lesson: str) -> Path:
        """The notebook as nbgrader released it."""
        return self.root / "release" / lesson / f"{lesson}.ipynb"

    def handed_in_by(self, lesson: str) -> Iterator[str]:
        """The ids of all whose hand-in of the lesson was collected, in order."""
        submitted = self.root / "submitted"
        if submitted.is_dir():
            for name in sorted(os.listdir(submitted)):
                # A place that cannot be looked into is named by whoever reads it.
                if is_id(name) and _may_be_there(submitted / name / lesson):
                    yield name


def _may_be_there(path):
    try:
        return path.is_dir()
    except PermissionError:
        return True


def exchange_of(data: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where lessons go out and hand-ins come in: in the data folder, or where OPENPRACTICE_EXCHANGE says."""
    return Path(environ.get(EXCHANGE) or data / "exchange")


def open_folder(data: Path | str | None = None, course: str | None = None) -> CourseFolder:
    """The folders of the course, from the arguments or else the environment.

    The environment: OPENPRACTICE_DATA, OPENPRACTICE_COURSE, OPENPRACTICE_EXCHANGE and
    OPENPRACTICE_GRADEBOOK (a database URL, for PostgreSQL).
    """
    data = data or os.environ.get("OPENPRACTICE_DATA")
    if not data:
        raise GradingError("grading-no-data-folder")
    data = Path(data).expanduser().absolute()
    course = checked_id(course or os.environ.get("OPENPRACTICE_COURSE", "open-practice"), "course")
    try:
        elsewhere = named_database(GRADEBOOK)
    except NoDatabase as error:
        raise GradingError(error.code, **error.values) from None
    return CourseFolder(
        data=data,
        id=course,
        exchange=exchange_of(data),
        db_url=elsewhere or f"sqlite:///{data / 'files' / 'course' / 'gradebook.db'}",
    )


def write_whole(path: Path, content: bytes, durable: bool = True, mode: int = 0o644) -> bool:
    """Put a file in its place, whole or not at all; True when that changed anything.

    What can be made again at any time need not be `durable`, which waits for the disk.
    """
    try:
        if path.read_bytes() == content:
            return False
    except OSError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content, mode, durable)
    return True


def json_bytes(value) -> bytes:
    """The value as JSON that people can read, with a line end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


#: How many seconds one waits for whoever holds the course.
WAIT = 60


@contextmanager
def alone_in(folder: CourseFolder) -> Iterator[None]:
    """Hold the course: a second collect, release or return waits until this one is done.

    Raises
    ------
    GradingError
        When it is still held after `WAIT` seconds.
    """
    folder.root.mkdir(parents=True, exist_ok=True)
    with open(folder.root / ".openpractice.lock", "w") as lock:
        _hold(lock)
        yield


def _hold(lock):
    until = time.monotonic() + WAIT
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise GradingError("grading-course-held") from None
            time.sleep(0.05)


def no_space_left(error: Exception) -> bool:
    """Whether files or the database found the disk full."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return full or "database or disk is full" in str(error)


@contextmanager
def said_when_full(what_is_safe: str) -> Iterator[None]:
    """Turn "no space left", of files or of the database, into a sentence."""
    try:
        yield
    except Exception as error:
        if not no_space_left(error):
            raise
        raise GradingError("grading-no-space", what_is_safe=what_is_safe) from error
