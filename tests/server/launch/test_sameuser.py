"""Commands as another system user beside a workshop: every file is the workshop's, or nothing is done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handins import LESSON, TRACE, hand_in, lesson_notebook, mark, response
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.sameuser import WrongUser, act_as_owner, as_user
from openpractice.hub.accounts import Accounts
from openpractice.hub.walls import UNPRIVILEGED, give
from repo import REPO

SERVER, OTHER = UNPRIVILEGED, UNPRIVILEGED + 1
pytestmark = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can be several users"
)


@pytest.fixture
def workshop(tmp_path):
    """A data folder as a hub of root's leaves it: closed, and the course's part its server's."""
    data = tmp_path / "data"
    folder = CourseFolder(data, "open-practice", data / "exchange", f"sqlite:///{data}/files/course/gradebook.db")
    for name in ("files", "exchange", "feedback-files", "incoming", "config/nbgrader"):
        (data / name).mkdir(parents=True)
    (data / "hub").mkdir(mode=0o700)
    Accounts(data / "hub" / "accounts.db").add("Ana", "participant", "three brown hens")
    (tmp_path / "built.ipynb").write_bytes(lesson_notebook())
    (tmp_path / "built.ipynb").chmod(0o600)
    for name in ("files", "exchange", "feedback-files", "incoming", "config"):
        give(data / name, SERVER)
    data.chmod(0o700)
    return folder


def type_in(*words, before=(), umask=0o077):
    """What the command said, as root or behind what makes it another user's."""
    return subprocess.run(
        [*before, sys.executable, "-c", "from openpractice.cli import main; main()", *map(str, words)],
        capture_output=True,
        text=True,
        umask=umask,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


def owners(folder):
    """Whose the course's files are."""
    places = [folder.data / name for name in ("files", "exchange", "feedback-files", "incoming", "config")]
    return {path.lstat().st_uid for place in places for path in [place, *place.rglob("*")]}


def test_root_works_beside_a_running_workshop_as_its_server(workshop, tmp_path):
    released = type_in("release", LESSON, "--data", workshop.data, "--notebook", tmp_path / "built.ipynb")
    assert (released.returncode, released.stderr) == (0, "") and "Released Session 1" in released.stdout
    assert owners(workshop) == {SERVER}
    hand_in(workshop, "ana", {"purpose-trace": response(TRACE, {"text": "Mine."})})
    give(workshop.inbound, SERVER)
    collected = type_in("collect", LESSON, "--data", workshop.data)
    assert collected.returncode == 0 and "Collected Session 1 from 1 person" in collected.stdout
    mark(workshop, "ana", "purpose-trace", 4, "Good.")
    given = type_in("feedback", LESSON, "--data", workshop.data)
    assert given.returncode == 0 and "Returned feedback" in given.stdout, given.stdout + given.stderr
    assert owners(workshop) == {SERVER}


@pytest.mark.parametrize("words", [["release", LESSON], ["collect", LESSON], ["feedback", LESSON], ["people"]])
def test_anybody_else_is_told_what_to_type_and_nothing_is_written(workshop, words):
    before = sorted((path, path.lstat().st_mtime_ns) for path in workshop.data.rglob("*"))
    said = type_in(*words, "--data", workshop.data, before=as_user(OTHER, OTHER))
    assert said.returncode == 1 and "Type: sudo " in said.stderr and "Traceback" not in said.stderr
    assert sorted((path, path.lstat().st_mtime_ns) for path in workshop.data.rglob("*")) == before


def test_whoever_may_not_even_look_is_told_so(workshop):
    for mode, place in ((0o700, None), (0o755, workshop.data / "hub" / "accounts.db")):
        workshop.data.chmod(mode)
        os.seteuid(OTHER)
        try:
            with pytest.raises(WrongUser) as no:
                act_as_owner(workshop.data, place)
        finally:
            os.seteuid(0)
        assert "is closed to" in str(no.value) and no.value.hint.startswith("Type: sudo ")


def nbgrader(workshop, *words, before=(), cwd=None):
    """What stock nbgrader said on the command line."""
    return subprocess.run(
        [*before, sys.executable, "-m", "nbgrader", *words],
        cwd=cwd or workshop.root.parent,
        capture_output=True,
        text=True,
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "OPENPRACTICE_DATA": str(workshop.data),
            "JUPYTER_CONFIG_PATH": str(REPO / "grading"),
        },
    )


def test_stock_nbgrader_of_root_leaves_no_file_of_roots(workshop, tmp_path):
    workshop.root.mkdir()
    give(workshop.root, SERVER)
    done = nbgrader(workshop, "db", "student", "add", "bo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (workshop.root / "gradebook.db").exists() and owners(workshop) == {SERVER}
    assert type_in("release", LESSON, "--data", workshop.data, "--notebook", tmp_path / "built.ipynb").returncode == 0
    done = nbgrader(workshop, "list")
    assert done.returncode == 0 and f"open-practice {LESSON}" in done.stderr, done.stdout + done.stderr


def test_stock_nbgrader_of_anybody_else_says_what_to_type_and_starts_no_gradebook_of_its_own(workshop, tmp_path):
    stands = tmp_path / "theirs"
    stands.mkdir()
    stands.chmod(0o777)
    done = nbgrader(workshop, "db", "student", "add", "bo", before=as_user(OTHER, OTHER), cwd=stands)
    assert done.returncode == 1 and "Type: sudo " in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert not (stands / "gradebook.db").exists()


def test_one_owner_goes_on_and_a_folder_that_is_not_there_is_somebody_elses_to_name(tmp_path):
    (tmp_path / "files").mkdir()
    act_as_owner(tmp_path)
    act_as_owner(tmp_path / "nothing")


def test_where_root_cannot_act_as_the_owner_it_does_nothing(workshop, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(WrongUser) as no:
        act_as_owner(workshop.data)
    assert f"sudo -u '#{SERVER}' " in no.value.hint
