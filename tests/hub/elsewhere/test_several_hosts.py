"""Hub, service and database on a host each, people on another: one of them fails, and what people wrote is there.

The hosts are network namespaces of this machine, joined by a bridge, at which the people are.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager

import httpx
import pytest
import sqlalchemy as sa

from handins import LESSON
from postgres import BINARIES, running

from ..conftest import PATIENCE, SERVICE
from .cluster import PROMPT, VALUES, Cluster, Host, saved

# Ours alone on this machine, so that two runs do not meet.
NUMBER = os.getpid() % 250
BRIDGE, NET = f"op-people{NUMBER}", f"10.77.{NUMBER}"


def ip(*words):
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def can_be_made():
    if os.name != "posix" or os.geteuid() or not shutil.which("ip") or not BINARIES:
        return False
    made = subprocess.run(["ip", "link", "add", "name", BRIDGE, "type", "bridge"], capture_output=True)
    return not made.returncode and not subprocess.run(["ip", "link", "del", BRIDGE]).returncode


pytestmark = [
    pytest.mark.hub,
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.skipif(not can_be_made(), reason="only root can make hosts, and PostgreSQL is needed"),
]


class Hosts:
    """The bridge and three hosts at it."""

    def __init__(self):
        ip("link", "add", "name", BRIDGE, "type", "bridge")
        self.made = []
        ip("address", "add", f"{NET}.254/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        self.hub, self.service, self.database = (self._host(name, n) for n, name in enumerate(("hub", "svc", "db"), 1))

    def _host(self, name, number):
        space, cable = f"op-{name}-{NUMBER}", f"op-{name}-{NUMBER}"
        ip("netns", "add", space)
        self.made.append(space)
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
        ip("link", "set", cable, "master", BRIDGE, "up")
        ip("-n", space, "address", "add", f"{NET}.{number}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            ip("-n", space, "link", "set", device, "up")
        return Host(f"{NET}.{number}", ("ip", "netns", "exec", space))

    @contextmanager
    def without_cable(self, host):
        """The host's cable is pulled out at the bridge: what is sent is lost, and nobody is told."""
        ip("link", "set", host.within[-1], "down")
        try:
            yield
        finally:
            ip("link", "set", host.within[-1], "up")

    @contextmanager
    def apart(self, one, other):
        """What `one` sends to `other` is lost; both reach everybody else."""
        way = (other.address, "dev", "eth0")
        ip("-n", one.within[-1], "neigh", "replace", *way, "lladdr", "02:00:00:00:00:01", "nud", "permanent")
        try:
            yield
        finally:
            ip("-n", one.within[-1], "neigh", "del", *way)

    def end(self):
        for space in self.made:
            ip("link", "del", space)
            ip("netns", "del", space)
        ip("link", "del", BRIDGE)


@pytest.fixture(scope="module")
def hosts():
    one = Hosts()
    yield one
    one.end()


@pytest.fixture(scope="module")
def cluster(hosts, tmp_path_factory):
    with running(hosts.database.address, hosts.database.within) as server:
        urls = {}
        for name in ("hub", "gradebook", "room"):
            made = sa.make_url(server.database())
            # How long one waits for a database is the chart's to say for its hub; the course knows it by itself.
            query = sa.make_url(VALUES["db"]["url"]).query if name == "hub" else {}
            urls[name] = made.set(host=hosts.database.address, query=query).render_as_string()
        one = Cluster(tmp_path_factory.mktemp("cluster"), urls, hosts.hub, hosts.service)
        try:
            assert "Released Session 1" in one.command("release", LESSON)
            yield one
        finally:
            one.end()


def kept(who):
    reply = who.get(f"openpractice/api/answers?lesson={LESSON}")
    assert reply.status_code == 200, reply.text
    return reply.json()["answers"].get(PROMPT, {"rev": 0})


def tried(work):
    """The status of a reply; 0 where none came."""
    try:
        return work().status_code
    except httpx.HTTPError:
        return 0


def test_the_host_of_the_service_fails_and_comes_back(cluster):
    ana, _ = cluster.signed_in("ana")
    rev = saved(ana, "Before.").json()["rev"]
    cluster.stop(signal.SIGKILL)
    assert tried(lambda: saved(ana, "Meanwhile.", rev)) >= 500
    # Who signs in, and every other page of the hub, is the hub's.
    assert ana.http.get("/hub/home").status_code == 200
    cluster.serve()
    assert kept(ana)["value"] == {"text": "Before."}
    # What the browser kept meanwhile arrives, as it sends it again.
    assert saved(ana, "Meanwhile.", rev).status_code == 200
    assert kept(ana)["value"] == {"text": "Meanwhile."}


def test_the_service_loses_its_database_and_people_read_and_write_on(cluster, hosts):
    ben, fay = cluster.signed_in("ben")[0], cluster.signed_in("fay")[0]
    assert saved(ben, "Before.").status_code == 200
    with hosts.apart(hosts.service, hosts.database):
        assert saved(ben, "While it was away.", 1).status_code == 200
        assert kept(ben)["value"] == {"text": "While it was away."}
        for page in ("", f"lesson/{LESSON}"):
            assert ben.http.get(f"{SERVICE}{page}").status_code == 200, page
        handed = ben.send("POST", f"openpractice/api/handin/{LESSON}", json={"revs": {PROMPT: 2}})
        assert handed.status_code == 200, handed.text
        # Whoever needs the gradebook is told.
        reply = fay.get("openpractice/api/review/export?form=long&as=csv")
        assert reply.status_code >= 400 and "does not answer" in reply.text, reply.text
    assert "1 person" in cluster.command("collect", LESSON)
    assert "While it was away." in fay.get("openpractice/api/review/export?form=long&as=csv").text


@pytest.mark.parametrize("which", ["service", "database"])
def test_a_host_is_away_for_a_while_and_what_was_typed_meanwhile_arrives_once(cluster, hosts, which):
    ana, _ = cluster.signed_in("ana")
    before = kept(ana)
    with hosts.without_cable(getattr(hosts, which)):
        ana.http.timeout = 10  # as a page gives a request up, and keeps the words
        home = tried(lambda: ana.http.get("/hub/home"))
        assert home == 200 or which == "database", home  # without its database a hub answers nobody
        tried(lambda: saved(ana, f"The {which} was away.", before["rev"]))
    ana.http.timeout = PATIENCE
    until = time.monotonic() + PATIENCE
    # Sent again under the same key it counts once, whether or not the first one came through.
    while tried(lambda: saved(ana, f"The {which} was away.", before["rev"])) != 200:
        assert time.monotonic() < until
        time.sleep(1)
    assert kept(ana)["value"] == {"text": f"The {which} was away."} and kept(ana)["rev"] == before["rev"] + 1
