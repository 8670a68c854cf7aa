"""With --kernels people run code: what it reaches from inside a real kernel, with the wall and without it."""

import json
import os
import re
from pathlib import Path

import pytest

import openpractice
from openpractice.hub import walls
from openpractice.service.facilitator import corner
from openpractice.service.participant import handinpages, personpages
from openpractice.service.people import peoplepage
from openpractice.service.review import markdoors as review

from ..conftest import running
from ..kernels import Kernel
from ..test_falls import child, release, server_of

pytestmark = pytest.mark.hub
COURSE = "open-practice"
INSIDE = Path(__file__).with_name("inside.py").read_text()
FORMGRADER = [
    ("GET", "formgrader"),
    ("GET", "formgrader/api/assignments"),
    ("GET", "formgrader/api/submissions/1-purpose"),
    ("GET", "formgrader/api/students"),
    ("POST", "formgrader/api/assignment/1-purpose/collect"),
    ("GET", "api/contents/course"),
    ("POST", "api/kernels"),
    ("GET", "lab"),
]


def routes() -> list[tuple[str, str]]:
    """Every route of facilitators and reviewers, and participants' pages, with each of its methods."""
    closed = []
    for pattern, handler in [
        *corner.ROUTES,
        *peoplepage.ROUTES,
        *review.ROUTES,
        *handinpages.ROUTES,
        *personpages.ROUTES[:-1],
    ]:
        path = re.sub(r"\([^)]*\)", "x", pattern).removesuffix("/?")
        closed += [
            (m, path)
            for m in ("GET", "POST", "PUT", "DELETE")
            if m.lower() in dir(handler)
            and getattr(handler, m.lower()).__qualname__ != "RequestHandler._unimplemented_method"
        ]
    return closed


def port_of(person: str, data: Path) -> int:
    """The port on which that person's server listens, from its own environment."""
    for pid in server_of(person, data):
        for part in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if part.startswith(b"JUPYTERHUB_SERVICE_URL="):
                return int(re.search(rb":(\d+)/", part)[1])
    raise LookupError(person)


def reached_from_a_kernel(room) -> dict:
    """Two people with a hand-in each; what the first one's kernel reaches."""
    release(room)
    ana, ben = room.joined("Ana"), room.joined("Ben")
    for one in (ana, ben):
        one.send("POST", "openpractice/api/open/1-purpose", json={})
        draft = {"lesson": "1-purpose", "key": "k", "base": 0, "value": {"text": "words of mine"}, "device": "d"}
        assert one.send("PUT", "openpractice/api/answers/purpose-trace", json=draft).status_code == 200
        sent = one.send("POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": 1}})
        assert sent.status_code == 200, sent.text
    ana.awake("ana", "tree")
    ben.awake("ben", "tree")
    room.facilitator().awake(f"course-{COURSE}", "formgrader")
    assert Kernel(ben).run("print(6 * 7)") == "42\n"
    hub_port, proxy_port, _ = json.loads((room.data / "hub" / "ports.json").read_text())
    where = {
        "data": str(room.data),
        "me": "ana",
        "other": "ben",
        "course": COURSE,
        "address": room.address,
        "at": ana.place(""),
        "package": str(Path(openpractice.__file__).parent),
        "hub_port": hub_port,
        "proxy_port": proxy_port,
        "own_port": port_of("ana", room.data),
        "other_port": port_of("ben", room.data),
        "course_port": port_of(f"course-{COURSE}", room.data),
        "other_pid": min(server_of("ben", room.data)),
        "hub_pid": child(room, "jupyterhub_config.py"),
        "routes": FORMGRADER,
        "service_routes": routes(),
    }
    return json.loads(Kernel(ana).run(f"MANY = {where!r}\n{INSIDE}", seconds=120))


def shown(table: dict) -> str:
    return "\n".join(f"  {what:<66} {got if got else 'refused'}" for what, got in table.items())


@pytest.mark.skipif(walls.probe() is not None and not os.environ.get("CI"), reason="bubblewrap cannot run here")
def test_from_inside_a_kernel_behind_the_wall_nothing_of_anybody_elses_is_reached(tmp_path):
    with running(tmp_path / "data", "--kernels") as room:
        assert "can run code" in room.said
        reached = reached_from_a_kernel(room)
        for name in ("planted", "forged"):
            assert not list(room.data.rglob(name))
    table = reached["found"]
    print(f"\nFrom inside a kernel, behind the wall:\n{shown(table)}")
    own = {what for what in table if what.startswith("own:")}
    assert {what for what, got in table.items() if got} == own
    assert len(own) == 6 and len(table) > 80
    # Refused as not allowed, and not because an address was wrong or a server was busy.
    odd = {status: urls for status, urls in reached["answered"].items() if status not in ("401", "403", "404")}
    assert not odd
    assert not [url for url in reached["answered"].get("404", []) if "/hub/api/" not in url]


@pytest.mark.slow
def test_with_the_wall_off_the_same_list_says_what_the_wall_keeps(tmp_path):
    """Tokens, doors and routes still hold; files, processes and the exchange are open to whoever runs code."""
    with running(tmp_path / "data", "--kernels", "--no-wall") as room:
        assert "read and change everything" in room.said
        reached = reached_from_a_kernel(room)
    table = reached["found"]
    print(f"\nFrom inside a kernel, with the wall off:\n{shown(table)}")
    assert {
        "files: the neighbour's journal",
        "files: the accounts",
        "exchange: hand in for the neighbour",
        "exchange: whose hand-ins there are",
        "gradebook: read it",
        "processes: another's environment",
        "processes: end another's server, or the hub",
        "sockets: another's kernel",
        "tokens: the cookie secret",
        "tokens: the proxy's",
        "tokens: the course service's",
    } <= {what for what, got in table.items() if got}
    guarded = [what for what in table if what.startswith(("course server:", "servers:", "service:"))]
    assert len(guarded) > 50 and not [what for what in guarded if table[what]]


def test_kernels_without_a_wall_are_not_started_by_accident(tmp_path):
    with pytest.raises(pytest.fail.Exception, match="(?s)Kernels need the wall.*not installed.*leave out --kernels"):
        with running(tmp_path / "data", "--kernels", PATH="/nowhere"):
            pass
