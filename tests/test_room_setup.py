"""What is asked of a room before it opens: options that fit, certificates in their time, ports."""

import signal
import socket
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from openpractice.hub import supervise, tls
from openpractice.hub.room import inner_ports
from openpractice.workshop import options
from openpractice.workshop.folder import CannotStart
from openpractice.workshop.net import need_port


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
        options.parse(argv)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_options_that_fit():
    assert options.parse(["--host", "192.168.1.20", "--self-signed"]).port == options.PORT
    assert options.parse(["--alone", "--port", "9000"]).alone


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_a_host_that_is_not_this_machine_is_said(host):
    with pytest.raises(CannotStart, match="Name one: --host"):
        need_port(host, 8787)


def test_a_self_signed_certificate_is_made_once_and_fits(tmp_path):
    cert, key = tls.self_signed(tmp_path, "192.168.1.20")
    tls.check(cert, key)
    assert key.stat().st_mode & 0o077 == 0
    first = cert.read_bytes()
    assert tls.self_signed(tmp_path, "192.168.1.20")[0].read_bytes() == first
    assert tls.self_signed(tmp_path, "workshop.local")[0].read_bytes() != first


@pytest.fixture
def made_at(tmp_path):
    """Makes a certificate as if on another day."""

    class Then(datetime):
        offset = timedelta()

        @classmethod
        def now(cls, tz=None):
            return datetime.now(timezone.utc) + cls.offset

    def make(days):
        Then.offset = timedelta(days=days)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tls, "datetime", Then)
            return tls.self_signed(tmp_path, "localhost")

    return make


def test_a_certificate_that_expired_is_said(made_at):
    cert, key = made_at(-tls.DAYS - 2)
    with pytest.raises(CannotStart, match="expired on.*\n*Renew"):
        tls.check(cert, key)


def test_a_clock_that_is_wrong_is_said(made_at):
    cert, key = made_at(+30)
    with pytest.raises(CannotStart, match="clock says"):
        tls.check(cert, key)


def test_a_pair_that_is_none_is_said(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    cert, _ = tls.self_signed(tmp_path / "one", "localhost")
    _, key = tls.self_signed(tmp_path / "two", "localhost")
    with pytest.raises(CannotStart, match="is not the key of"):
        tls.check(cert, key)
    with pytest.raises(CannotStart, match="not a certificate"):
        tls.check(key, key)
    with pytest.raises(CannotStart, match="cannot be read.*--key"):
        tls.check(cert, tmp_path / "none")


def test_inner_ports_stay_the_same(tmp_path):
    file = tmp_path / "ports.json"
    first = inner_ports(file)
    assert inner_ports(file) == first and first[0] != first[1]
    file.write_text("not json")
    assert len(inner_ports(file)) == 2


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


def program(tmp_path, code: str) -> supervise.Program:
    return supervise.Program(
        "program", [sys.executable, "-c", code], {}, tmp_path, tmp_path / "log"
    )


def test_what_falls_is_started_again_and_ends_when_told(tmp_path):
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


def test_what_falls_again_and_again_is_given_up(tmp_path):
    supervisor = supervise.Supervisor(lambda text: None, f"{tmp_path}/people/")
    supervisor.start(program(tmp_path, "raise SystemExit(1)"))
    with pytest.raises(supervise.KeepsFalling, match="again and again; see .*log"):
        for _ in range(200):
            supervisor.look()
            time.sleep(0.05)


def test_a_program_that_does_not_listen_is_killed(tmp_path):
    supervisor = supervise.Supervisor(lambda text: None, f"{tmp_path}/people/")
    one = supervisor.start(
        program(tmp_path, "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)")
    )
    time.sleep(0.5)
    begun = time.monotonic()
    supervisor.stop()
    assert one.process.poll() is not None and time.monotonic() - begun < 5
