"""What falls is started again, while somebody types; people's own servers outlive the hub and the launcher."""

import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from openpractice.launch.servers.supervise import children_of, descendants

from .conftest import PATIENCE, free_port, running

pytestmark = pytest.mark.hub


def named(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def child(room, word: str) -> int:
    return next(pid for pid in children_of(room.process.pid) if word in named(pid))


def server_of(person: str, place: Path) -> set[int]:
    """The processes around one person's server, of the workshop whose homes lie below `place` and of no other."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            told = path.read_bytes().split(b"\0")
        except OSError:
            continue
        home = next((line for line in told if line.startswith(b"HOME=")), b"").decode(errors="replace")
        if f"JUPYTERHUB_USER={person}".encode() in told and home.startswith(f"HOME={place}/"):
            found.add(int(path.parent.name))
    return found


def type_on(visitor, revs: list[int], seconds: float = 60) -> float:
    """Save one more word as soon as the door takes it, as an open page tries; the seconds that took."""
    begun = time.monotonic()
    draft = {
        "lesson": "1-purpose",
        "key": f"k{len(revs)}",
        "base": revs[-1] if revs else 0,
        "value": {"text": " ".join(f"word{n}" for n in range(len(revs) + 1))},
        "device": "d",
    }
    while time.monotonic() - begun < seconds:
        try:
            reply = visitor.send("PUT", "openpractice/api/answers/purpose-trace", json=draft)
            if reply.status_code == 200:
                revs.append(reply.json()["rev"])
                return time.monotonic() - begun
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail("no word was taken")


def text_of(visitor) -> str:
    reply = visitor.get("openpractice/api/answers?lesson=1-purpose")
    return reply.json()["answers"]["purpose-trace"]["value"]["text"]


def release(room):
    fay = room.facilitator()
    reply = fay.send("POST", "openpractice/api/facilitator/release/1-purpose", json={})
    assert reply.status_code == 202, reply.text
    job = reply.json()["job"]
    deadline = time.monotonic() + PATIENCE
    while (state := fay.get(f"openpractice/api/facilitator/jobs/{job}").json())["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert state["state"] == "done", state


PARTS = {"service": "openpractice serve", "hub": "jupyterhub_config.py", "proxy": "configurable-http-proxy"}


def test_every_part_may_be_killed_while_somebody_types(tmp_path):
    port, data = free_port(), tmp_path / "data"
    revs: list[int] = []
    took = {}
    with running(data, port=port) as room:
        release(room)
        ana = room.joined("Ana")
        type_on(ana, revs)
        for part, word in PARTS.items():
            os.kill(child(room, word), signal.SIGKILL)
            took[part] = type_on(ana, revs)
        # Somebody's own Jupyter server goes on while the hub is started again, and the next hub knows it.
        ana.awake("ana", "tree")
        servers = server_of("ana", data)
        os.kill(child(room, PARTS["hub"]), signal.SIGKILL)
        took["hub again"] = type_on(ana, revs)
        assert server_of("ana", data) == servers
        # The launcher: the three go with it, and servers wait for the next one.
        room.process.kill()
        room.process.wait(5)
        assert server_of("ana", data) == servers
    with running(data, port=port) as room:
        took["launcher"] = type_on(ana, revs)
        assert server_of("ana", data) == servers
        assert text_of(ana) == " ".join(f"word{n}" for n in range(len(revs)))
        below = descendants(room.process.pid) | servers
        print({name: round(seconds, 1) for name, seconds in took.items()})
        room.process.send_signal(signal.SIGINT)
        assert room.process.wait(8) == 0
    deadline = time.monotonic() + 5
    while left := [named(pid) for pid in below if named(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
