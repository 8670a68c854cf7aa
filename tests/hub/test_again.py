"""A room that was ended and comes back, and one whose disk is full: what people wrote is there."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from openpractice.launch.servers.supervise import descendants, servers_below
from small_disk import small_disks

from .conftest import PATIENCE, REPO, free_port, running
from .test_falls import named, release, text_of, type_on

pytestmark = pytest.mark.hub


def test_a_room_that_was_ended_comes_back_as_it_was(tmp_path):
    """Ctrl-C while two people write and one has a server of their own; the next start finds codes, sign-ins, certificate, words and hand-ins."""
    port, data, revs = free_port(), tmp_path / "data", []

    def read_aloud(room):
        return room.address, room.code, room.owner, room.facilitator_code, room.reviewer_code

    def stands(person):
        return [(one["id"], one["state_text"]) for one in person.get("openpractice/api/me").json()["lessons"]]

    with running(data, "--self-signed", port=port) as room:
        release(room)
        ana, ben = room.joined("Ana"), room.joined("Ben")
        ben.awake("ben", "tree")
        type_on(ana, revs)
        type_on(ana, revs)
        sent = ana.send("POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": revs[-1]}})
        assert sent.status_code == 200, sent.text
        handed = stands(ana)
        assert "Handed in" in handed[0][1]
        aloud, certificate = read_aloud(room), (data / "hub" / "self-signed.pem").read_bytes()
        below = descendants(room.process.pid)
        assert servers_below(f"{data}/servers/") and servers_below(f"{data}/servers/") <= below
        room.process.send_signal(signal.SIGINT)
        assert room.process.wait(PATIENCE) == 0
    assert [named(pid) for pid in below if named(pid)] == []
    with running(data, "--self-signed", port=port) as room:
        assert read_aloud(room) == aloud and (data / "hub" / "self-signed.pem").read_bytes() == certificate
        assert text_of(ana) == "word0 word1"  # by the cookies of before
        assert stands(ana) == handed
        assert room.visitor().sign_in("Ben").status_code == 200
        type_on(ana, revs)


@pytest.mark.skipif(not small_disks(), reason="this machine gives no disk of one's own (unshare)")
@pytest.mark.parametrize("options", [[], pytest.param(["--alone"], marks=pytest.mark.slow)])
def test_a_disk_that_is_full_is_said_before_anything_starts(tmp_path, options):
    start = [
        sys.executable,
        "-m",
        "openpractice.launch",
        "--port",
        str(free_port()),
        "--data",
        f"{tmp_path}/data",
        *options,
    ]
    done = subprocess.run(
        [
            "unshare",
            "-rm",
            "sh",
            "-c",
            'mount -t tmpfs -o size=64k tmpfs "$0" && "$@"; ls -A "$0/data"',
            tmp_path,
            *start,
        ],
        env={**os.environ, "OPENPRACTICE_KIT": str(REPO)},
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert "is full: 0.1 MB are free, and 10 MB are needed" in done.stderr and "--data DIR" in done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""


@pytest.fixture
def disk(tmp_path):
    """A disk of one's own with little room on it."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("only root may have a disk of its own here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_up_is_said_to_each_and_on_it_goes_after_room_is_made(disk):
    revs = []
    with running(disk / "data") as room:
        release(room)
        ana = room.joined("Ana")
        type_on(ana, revs)
        with open(disk / "full", "wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(bytes(4096))
        assert shutil.disk_usage(disk).free == 0
        much = {
            "lesson": "1-purpose",
            "key": "much",
            "base": revs[-1],
            "value": {"text": "word " * 10_000},
            "device": "d",
        }
        reply = ana.send("PUT", "openpractice/api/answers/purpose-trace", json=much)
        assert (reply.status_code, reply.json()["code"]) == (507, "no-space")
        assert "kept in this browser" in reply.json()["message"]
        assert text_of(ana) == "word0"
        reply = room.visitor().join("Ben", room.code)
        assert (
            reply.status_code == 507
            and "There is no space left on the server, so nobody can join just now" in reply.text
        )
        (disk / "full").unlink()
        assert ana.send("PUT", "openpractice/api/answers/purpose-trace", json=much).json()["rev"] == 2
        assert room.joined("Ben").get("openpractice/api/me").json()["name"] == "Ben"
