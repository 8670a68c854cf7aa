"""What is asked of a room before it opens: options that fit, certificates in their time, ports."""

import os
import re
import signal
import socket
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509

from openpractice.launch import aloud, nodeproxy, startoptions, workshophub
from openpractice.launch.datafolder import CannotStart, DataFolder
from openpractice.launch.servers import net, supervise, tls
from openpractice.launch.servers.net import need_port
from openpractice.launch.workshophub import inner_ports
from starting import cannot_start


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--host", "192.168.1.20"], "passphrases need a certificate"),
        (["--cert", "c.pem"], "--cert and --key go together"),
        (["--cert", "c", "--key", "k", "--self-signed"], "leave it out"),
        (["--alone", "--host", "192.168.1.20", "--self-signed"], "--alone serves this machine only"),
        (["--alone", "--kernels"], "--alone serves this machine only"),
    ],
)
def test_options_that_do_not_fit_are_said(capsys, argv, said):
    with pytest.raises(SystemExit) as stopped:
        startoptions.parse(argv)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_options_that_fit():
    assert startoptions.parse(["--host", "192.168.1.20", "--self-signed"]).port == startoptions.PORT
    assert startoptions.parse(["--alone", "--port", "9000"]).alone


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_a_host_that_is_not_this_machine_is_said(host):
    with cannot_start("Name one: --host"):
        need_port(host, 8787)


# A machine's interfaces, and what each of them is to others in the room.
WIRE, RADIO, CABLE, LOOPS = "192.168.1.20", "10.0.0.7", "169.254.8.9", ("127.0.0.1", "127.0.1.1")


@pytest.fixture
def machine(monkeypatch):
    """A machine whose interfaces and name have these addresses; returns what it sends from by default."""
    monkeypatch.setattr(net, "ipv4_of_interfaces", lambda: [LOOPS[0], WIRE, CABLE, RADIO])
    monkeypatch.setattr(net, "ipv6_of_interfaces", lambda: ["::1", "fe80::1", "fd00::2"])
    monkeypatch.setattr(net, "of_own_name", lambda family: [LOOPS[1]] if family == socket.AF_INET else [])
    default = {socket.AF_INET: RADIO, socket.AF_INET6: None}
    monkeypatch.setattr(net, "route", lambda family, towards: default[family])
    return default


def test_a_host_that_stands_for_all_is_told_as_what_people_can_type(machine):
    assert net.hosts("0.0.0.0") == [RADIO, WIRE]  # the one it sends from first; no loops, no lone cables
    assert net.hosts("::") == [RADIO, WIRE, "fd00::2"]
    assert net.hosts("workshop.local") == ["workshop.local"]
    machine[socket.AF_INET] = None  # no way out of the room
    assert net.hosts("0.0.0.0") == [WIRE, RADIO]


def test_this_machines_own_addresses_are_found_and_can_be_served_on():
    for host in net.hosts("0.0.0.0"):
        assert host not in ("0.0.0.0", "127.0.0.1")
        with socket.socket() as door:  # raises where it is no address of this machine
            door.bind((host, 0))


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux in another way and compares")
def test_every_interface_is_asked():
    table = Path("/proc/net/fib_trie").read_text()
    local = set(re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", table))
    assert "127.0.0.1" in net.ipv4_of_interfaces()
    assert set(net.ipv4_of_interfaces()) <= local
    assert "::1" in net.ipv6_of_interfaces() or not Path("/proc/net/if_inet6").exists()


def test_an_address_of_the_newer_kind_is_typed_in_brackets():
    assert net.address("https", "fd00::2", 8787) == "https://[fd00::2]:8787"
    assert net.address("http", "127.0.0.1", 8787) == "http://127.0.0.1:8787"


def test_what_is_read_aloud_names_every_address_and_says_when_there_is_none(tmp_path):
    (tmp_path / "hub").mkdir()
    (tmp_path / "config").mkdir()
    folder = DataFolder(tmp_path, 0)
    said = aloud.welcome(["https://10.0.0.7:8787", "https://192.168.1.20:8787"], folder, 3)
    assert "Address    https://10.0.0.7:8787\n    or         https://192.168.1.20:8787\n" in said
    assert "the first that opens" in said
    assert "the first that opens" not in aloud.welcome(["https://10.0.0.7:8787"], folder, 3)
    assert "in no network now. Connect it" in aloud.welcome([], folder, 3)


def test_a_certificate_made_on_request_names_all_that_people_type(tmp_path, machine):
    asked = startoptions.parse(["--host", "0.0.0.0", "--self-signed"])
    cert, key = workshophub.certificate(asked, tmp_path)
    found = x509.load_pem_x509_certificate(cert.read_bytes())
    assert tls.names_in(found) == [RADIO, WIRE, "127.0.0.1"]
    first = cert.read_bytes()
    assert workshophub.certificate(asked, tmp_path)[0].read_bytes() == first
    machine[socket.AF_INET] = "172.16.3.4"  # carried into another room
    cert, key = workshophub.certificate(asked, tmp_path)
    tls.check(cert, key)
    assert "172.16.3.4" in tls.names_in(x509.load_pem_x509_certificate(cert.read_bytes()))


def test_a_self_signed_certificate_is_made_once_and_fits(tmp_path):
    cert, key = tls.self_signed(tmp_path, ["192.168.1.20"])
    tls.check(cert, key)
    assert key.stat().st_mode & 0o077 == 0
    first = cert.read_bytes()
    assert tls.self_signed(tmp_path, ["192.168.1.20"])[0].read_bytes() == first
    assert tls.self_signed(tmp_path, ["workshop.local"])[0].read_bytes() != first


@pytest.fixture
def made_at(tmp_path):
    """Makes a certificate as if on another day."""

    class Then(datetime):
        offset = timedelta()

        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) + cls.offset

    def make(days):
        Then.offset = timedelta(days=days)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tls, "datetime", Then)
            return tls.self_signed(tmp_path, ["localhost"])

    return make


def test_a_certificate_that_expired_is_said(made_at):
    cert, key = made_at(-tls.DAYS - 2)
    with cannot_start("expired on.*\n*Renew"):
        tls.check(cert, key)


def test_a_clock_that_is_wrong_is_said(made_at):
    cert, key = made_at(+30)
    with pytest.raises(CannotStart, match="clock says"):
        tls.check(cert, key)


def test_a_pair_that_is_none_is_said(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    cert, _ = tls.self_signed(tmp_path / "one", ["localhost"])
    _, key = tls.self_signed(tmp_path / "two", ["localhost"])
    with pytest.raises(CannotStart, match="is not the key of"):
        tls.check(cert, key)
    with pytest.raises(CannotStart, match="not a certificate"):
        tls.check(key, key)
    with cannot_start("cannot be read.*\n.*--key"):
        tls.check(cert, tmp_path / "none")


def test_inner_ports_stay_the_same(tmp_path):
    file = tmp_path / "ports.json"
    first = inner_ports(file)
    assert inner_ports(file) == first and len(set(first)) == 3
    file.write_text("not json")
    assert len(set(inner_ports(file))) == 3


def test_an_inner_port_that_somebody_else_has_is_changed(tmp_path):
    file = tmp_path / "ports.json"
    first = inner_ports(file)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first[1]))
        other.listen()
        assert first[1] not in inner_ports(file)
    assert inner_ports(file) == inner_ports(file) != first


@pytest.mark.skipif(not Path("/proc/sys/net/ipv4/ip_local_port_range").exists(), reason="Linux tells the range")
def test_inner_ports_are_not_among_those_that_anybody_is_given(tmp_path):
    lowest, _ = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    assert max(inner_ports(tmp_path / "ports.json")) < lowest


# -- supervising -------------------------------------------------------------------------------


@pytest.fixture
def a_process_of_its_own(monkeypatch):
    """A launcher ends everything below its process; here others' browsers, databases and helpers are below it too."""
    before, below, children = supervise.descendants(os.getpid()), supervise.descendants, supervise.children_of
    monkeypatch.setattr(supervise, "descendants", lambda pid: below(pid) - before)
    monkeypatch.setattr(supervise, "children_of", lambda pid: [child for child in children(pid) if child not in before])


def program(tmp_path, code: str) -> supervise.Program:
    return supervise.Program("program", [sys.executable, "-c", code], {}, tmp_path, tmp_path / "log")


def test_what_falls_is_started_again_and_ends_when_told(tmp_path, a_process_of_its_own):
    said = []
    supervisor = supervise.Supervisor(said.append, f"{tmp_path}/people/")
    one = supervisor.start(program(tmp_path, "import time; time.sleep(60)"))
    first = one.process.pid
    one.process.send_signal(signal.SIGKILL)
    one.process.wait()
    assert supervisor.look() == [one] and one.process.pid != first
    assert "started again" in said[0]
    supervisor.stop()
    assert one.process.poll() is not None


def test_what_falls_again_and_again_is_given_up(tmp_path, a_process_of_its_own):
    supervisor = supervise.Supervisor(lambda text: None, f"{tmp_path}/people/")
    supervisor.start(program(tmp_path, "raise SystemExit(1)"))
    with cannot_start("again and again.*\n.*See .*log"):
        for _ in range(200):
            supervisor.look()
            time.sleep(0.05)


def test_a_program_that_does_not_listen_is_killed(tmp_path, a_process_of_its_own):
    supervisor = supervise.Supervisor(lambda text: None, f"{tmp_path}/people/")
    one = supervisor.start(
        program(tmp_path, "import signal, time; signal.signal(15, signal.SIG_IGN); open('deaf', 'w'); time.sleep(60)")
    )
    while not (tmp_path / "deaf").exists():
        time.sleep(0.05)
    supervisor.stop()
    assert one.process.poll() == -signal.SIGKILL


def test_a_proxy_that_cannot_be_put_in_place_is_said_in_npms_words(tmp_path, monkeypatch):
    lock = tmp_path / "lock"
    lock.mkdir()
    (lock / "package.json").write_text("{}")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nodeproxy.put_in_place(lock, tmp_path / "proxy", tmp_path).startswith("npm: No such file")
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho npm error code ENOTFOUND >&2\nexit 1\n")
    npm.chmod(0o755)
    assert nodeproxy.put_in_place(lock, tmp_path / "proxy", tmp_path) == "npm error code ENOTFOUND"
    monkeypatch.setattr(workshophub, "proxy_places", lambda: (tmp_path / "a", tmp_path / "b"))
    monkeypatch.setattr(workshophub, "brought", lambda name: lock)
    monkeypatch.setattr(workshophub.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(CannotStart, match="ENOTFOUND") as refused:
        workshophub.new_proxy()
    assert "internet" in refused.value.hint
