"""What a program could reach from inside a participant's server, with the wall and without it."""

import json
import os
import subprocess
import sys

import pytest

from openpractice.hub import walls
from openpractice.kit import CourseParts
from openpractice.launch.datafolder import open_folder

pytestmark = pytest.mark.hub

# Run behind the wall. For each thing of somebody else's: can it be reached?
PROBE = """
import glob, json, os, sys
data = sys.argv[1]
def can(f):
    try:
        return bool(f())
    except OSError:
        return False
def write(path):
    def do():
        with open(path, "a") as file:
            file.write("x")
        return True
    return do
ex = data + "/exchange/open-practice"
print(json.dumps({
    "read the neighbour's journal": can(lambda: open(data + "/people/ben/journal/open-practice.jsonl").read()),
    "see that there is a neighbour": can(lambda: [n for n in os.listdir(data + "/people") if n != "ana"]),
    "read the accounts": can(lambda: open(data + "/hub/accounts.db", "rb").read()),
    "read the hub's database": can(lambda: open(data + "/hub/jupyterhub.sqlite", "rb").read()),
    "read the cookie secret": can(lambda: open(data + "/hub/cookie_secret").read()),
    "read the proxy's token": can(lambda: open(data + "/config/proxy-token").read()),
    "read the gradebook": can(lambda: open(data + "/files/course/gradebook.db", "rb").read()),
    "list whose hand-ins there are": can(lambda: [n for n in os.listdir(ex + "/inbound") if n != "ana"]),
    "hand in for the neighbour": can(write(ex + "/inbound/ben/forged")),
    "read the neighbour's feedback": can(lambda: open(ex + "/feedback/ben/1-purpose.json").read()),
    "change one's own feedback": can(write(ex + "/feedback/ana/1-purpose.json")),
    "change what is released": can(write(ex + "/outbound/planted")),
    "change the program": can(lambda: os.access(os.path.dirname(json.__file__), os.W_OK)
                              and not os.statvfs(os.path.dirname(json.__file__)).f_flag & os.ST_RDONLY),
    "read another's environment": can(lambda: any(
        can(lambda p=p: b"SECRET_OF_ANOTHER" in open(p, "rb").read()) for p in glob.glob("/proc/[0-9]*/environ"))),
    "see the system's processes": can(lambda: len(glob.glob("/proc/[0-9]*")) > 8),
    "have a right of root": can(lambda: int(
        [l for l in open("/proc/self/status") if l.startswith("CapEff")][0].split()[1], 16)),
    "read who has an account here": can(lambda: len(open("/etc/passwd").readlines()) > 1),
    "change one's own words past the service": can(write(data + "/people/ana/journal/open-practice.jsonl")),
    "hand in past the service": can(write(ex + "/inbound/ana/mine")),
    "read another's Jupyter server": can(lambda: os.listdir(data + "/servers/ben")),
    "write in one's own server": can(write(data + "/servers/ana/mine")),
    "write one's own copies": can(write(data + "/people/ana/files/mine")),
    "read what is released": can(lambda: os.listdir(ex + "/outbound")),
    "write everybody's words": can(write(data + "/people/ben/journal/open-practice.jsonl")),
    "write in the room": can(write(data + "/room/room.db")),
    "keep what the service keeps": can(write(data + "/service/kept")),
}))
"""
OWN = {"write in one's own server", "write one's own copies", "read what is released"}
OF_THE_SERVICE = {
    "read the neighbour's journal",
    "see that there is a neighbour",
    "read the gradebook",
    "list whose hand-ins there are",
    "hand in for the neighbour",
    "read the neighbour's feedback",
    "change one's own feedback",
    "change what is released",
    "change one's own words past the service",
    "hand in past the service",
    "write one's own copies",
    "read what is released",
    "write everybody's words",
    "write in the room",
    "keep what the service keeps",
}


@pytest.fixture
def data(tmp_path):
    """A data folder with something of everybody's in it."""
    os.close(open_folder(tmp_path / "data").lock)
    top = tmp_path / "data"
    for name in (
        "people/ben/journal/open-practice.jsonl",
        "people/ana/journal/open-practice.jsonl",
        "people/ana/files/x",
        "servers/ben/.jupyter/x",
        "service/kept",
        "room/room.db",
        "exchange/open-practice/inbound/ana/x",
        "hub/accounts.db",
        "hub/jupyterhub.sqlite",
        "hub/cookie_secret",
        "config/proxy-token",
        "files/course/gradebook.db",
        "exchange/open-practice/inbound/ben/x",
        "exchange/open-practice/outbound/1-purpose/release.json",
        "exchange/open-practice/feedback/ben/1-purpose.json",
        "exchange/open-practice/feedback/ana/1-purpose.json",
    ):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("words")
    return top


def reached(command: list[str], data) -> set[str]:
    other = subprocess.Popen(["sleep", "60"], env={"PLANTED": "SECRET_OF_ANOTHER"})
    try:
        done = subprocess.run(
            [*command, sys.executable, "-c", PROBE, str(data)], text=True, capture_output=True, timeout=60
        )
    finally:
        other.kill()
        other.wait()
    assert done.returncode == 0, done.stderr
    return {what for what, could in json.loads(done.stdout).items() if could}


@pytest.mark.skipif(walls.probe() is not None and not os.environ.get("CI"), reason="bubblewrap cannot run here")
def test_behind_the_wall_one_reaches_ones_own_and_nothing_else(data):
    drop = walls.UNPRIVILEGED if os.geteuid() == 0 else None
    view = walls.participant_view(data, "open-practice", "ana")
    walls.prepare(view, drop)
    assert reached(walls.command(view, drop), data) == OWN


@pytest.mark.skipif(walls.probe() is not None and not os.environ.get("CI"), reason="bubblewrap cannot run here")
def test_the_course_service_sees_the_course_and_neither_accounts_nor_anybodys_server(data):
    drop = walls.UNPRIVILEGED if os.geteuid() == 0 else None
    course = CourseParts(data.parent / "kit")
    for part in course.shown:
        part.mkdir(parents=True, exist_ok=True)
    view = walls.service_view(data, "open-practice", course.shown)
    assert set(course.shown) <= set(view.shown)
    walls.prepare(view, drop)
    assert reached(walls.command(view, drop, ends_with_parent=True), data) == OF_THE_SERVICE


def test_a_system_without_bubblewrap_is_found_out(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert str(walls.probe()) == "bubblewrap is not installed (sudo apt-get install bubblewrap)"


# In a namespace of its own, in which no further one may be made: what a system does that forbids them.
FORBIDDEN = """
for one in user pid; do echo 0 > /proc/sys/user/max_${one}_namespaces || exit 9; done
exec setpriv --ambient-caps -all --inh-caps -all "$@"
"""


@pytest.mark.skipif(walls.probe() is not None and not os.environ.get("CI"), reason="bubblewrap cannot run here")
def test_a_system_that_forbids_the_wall_is_found_out():
    probe = [sys.executable, "-c", "from openpractice.hub import walls; print(walls.probe())"]
    inside = ["unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c", FORBIDDEN, "sh"]
    done = subprocess.run([*inside, *probe], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("this system does not let bubblewrap work (bwrap: "), done.stdout
    assert subprocess.run(probe, capture_output=True, text=True).stdout == "None\n"


def test_without_the_wall_the_probe_sees_what_it_looks_for(data):
    """The same list with the wall off: it says honestly what the first wall alone must keep."""
    walls.prepare(walls.participant_view(data, "open-practice", "ana"), None)
    open_doors = reached([], data)
    assert open_doors > OWN
    assert {
        "read the neighbour's journal",
        "read the gradebook",
        "hand in for the neighbour",
        "read the cookie secret",
        "read another's environment",
    } <= open_doors


def test_the_course_server_sees_no_journal_and_no_secret(data):
    view = walls.facilitator_view(data, "open-practice", CourseParts(data.parent).shown)
    visible = {*view.reads, *view.writes, *view.shown}
    for hidden in ("people/ben", "hub", "config"):
        path = data / hidden
        assert not any(
            path == seen
            or path.is_relative_to(seen)
            or (seen != view.home and hidden != "config" and seen.is_relative_to(path))
            for seen in visible
        ), hidden


def test_a_link_is_given_and_not_followed(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    outside = tmp_path / "outside"
    outside.write_text("")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link").symlink_to(outside)
    walls.give(tree, walls.UNPRIVILEGED)
    assert outside.stat().st_uid == 0 and (tree / "link").lstat().st_uid == walls.UNPRIVILEGED


def test_a_folder_for_sockets_is_short_private_and_nobody_elses(tmp_path, monkeypatch):
    monkeypatch.setattr(walls.tempfile, "tempdir", str(tmp_path))
    folder = walls.socket_folder(tmp_path / "people" / "ana", None)
    assert folder.stat().st_mode & 0o777 == 0o700 and walls.socket_folder(tmp_path / "people" / "ana", None) == folder
    assert walls.socket_folder(tmp_path / "people" / "ben", None) != folder
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="somebody else"):
        walls.socket_folder(tmp_path / "people" / "ana", None)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        walls.socket_folder(tmp_path / "people" / "ana", None)
