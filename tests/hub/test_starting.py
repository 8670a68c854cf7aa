"""What a start meets on real machines: taken ports, closed folders, old certificates, other walls, other versions."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from openpractice.launch import datafolder
from openpractice.launch.servers import tls

from .conftest import REPO, running

pytestmark = pytest.mark.hub


def refused(data, *options, **kwargs) -> str:
    """What a start said that could not be; it fails when the start went well."""
    with pytest.raises(pytest.fail.Exception) as said, running(data, *options, **kwargs):
        pass
    assert "Traceback" not in str(said.value)
    return str(said.value)


def test_a_taken_port_is_said_and_a_free_one_named(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port} is taken" in (said := refused(tmp_path / "data", port=port)) and "--port" in said


def test_an_expired_certificate_is_said_before_anything_starts(tmp_path, monkeypatch):
    class Then(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) - timedelta(days=tls.DAYS + 30)

    with monkeypatch.context() as patch:
        patch.setattr(tls, "datetime", Then)
        cert, key = tls.self_signed(tmp_path, ["127.0.0.1"])
    said = refused(tmp_path / "data", "--cert", str(cert), "--key", str(key))
    assert "expired on" in said and "Renew it, or start with --self-signed" in said
    assert not (tmp_path / "data" / "log" / "hub.log").exists()


def test_a_data_folder_that_may_not_be_written_is_said(tmp_path):
    data = tmp_path / "data"
    os.close(datafolder.open_folder(data).lock)
    tmp_path.chmod(0o755)
    data.chmod(0o555)
    # Root writes anywhere, so the launcher becomes nobody once its modules are loaded.
    become = "os.setgroups([]); os.setgid(65534); os.setuid(65534)" if os.geteuid() == 0 else ""
    code = f"""
import os, sys, openpractice.launch.workshophub
from openpractice.launch.__main__ import main
{become}
sys.exit(main(["--data", {str(data)!r}]))"""
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "OPENPRACTICE_KIT": str(REPO)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and "cannot be written" in done.stderr and "--data DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_a_newer_kit_is_left_alone_and_said(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / datafolder.MARK).write_text(json.dumps({"format": datafolder.FORMAT + 1, "kit": "9.0"}))
    said = refused(data)
    assert "newer Open Practice (9.0" in said and "Nothing was changed" in said
    assert [path.name for path in data.iterdir()] == [datafolder.MARK]


@pytest.fixture
def forbidden(tmp_path):
    """A machine on which bubblewrap is there and may not work, as some systems forbid it to ordinary users."""
    programs = tmp_path / "bin"
    programs.mkdir()
    wrapped = programs / "bwrap"
    wrapped.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    wrapped.chmod(0o755)
    return f"{programs}:{os.environ['PATH']}"


def test_where_the_wall_is_forbidden_the_start_says_so_and_people_can_work(tmp_path, forbidden):
    with running(tmp_path / "data", PATH=forbidden) as room:
        assert "second wall is missing: this system does not let bubblewrap work" in room.said
        assert "Permission denied" in room.said and "only the first wall is between them" in room.said
        ana = room.joined("Ana")
        assert ana.get("openpractice/").status_code == 200
        ana.awake("ana", "tree")
        assert ana.send("POST", "api/kernels", json={}).status_code == 403


@pytest.mark.slow
def test_a_room_open_to_everywhere_is_told_by_addresses_that_open(tmp_path):
    with running(tmp_path / "data", "--host", "0.0.0.0", "--self-signed") as room:
        assert "0.0.0.0" not in room.said
        told = re.findall(r"https://\S+", room.said)
        if not told:
            pytest.skip("this machine has no address in a network")
        trusted = ssl.create_default_context(cafile=str(tmp_path / "data" / "hub" / "self-signed.pem"))
        for address in told:
            # As a browser asks it, the certificate held against the address included.
            with httpx.Client(verify=trusted, trust_env=False, follow_redirects=True) as client:
                page = client.get(address)
                assert page.status_code == 200 and "Join code" in page.text


@pytest.mark.slow
def test_an_address_kept_from_an_earlier_kit_leads_on(tmp_path):
    with running(tmp_path / "data") as room:
        ana = room.joined("Ana")
        for path in ("/", "/hub/login", "/hub/home", "/user/ana/openpractice/", "/user/ana/openpractice/words"):
            reply = ana.http.get(room.typed + path)
            assert reply.status_code == 200 and reply.url.path.startswith(ana.place("/")), reply.url
        elsewhere = ana.http.get(f"{room.typed}/hub//example.org/", follow_redirects=False)
        while elsewhere.is_redirect:
            assert elsewhere.headers["location"].startswith("/") and not elsewhere.headers["location"].startswith("//")
            elsewhere = ana.http.get(room.typed + elsewhere.headers["location"], follow_redirects=False)


@pytest.mark.slow
def test_two_workshops_from_one_clone_do_not_meet(tmp_path):
    with running(tmp_path / "one") as one, running(tmp_path / "two") as two:
        assert one.code != two.code and one.address != two.address
        ana = one.joined("Ana")
        assert "not right, or it was closed" in two.visitor().join("Ana", one.code).text
        assert two.visitor().sign_in("Ana").status_code == 403
        stranger = two.visitor()
        stranger.http.cookies.update(ana.http.cookies)
        assert stranger.http.get("/hub/home").url.path.endswith("/hub/login")
        assert not (tmp_path / "two" / "people" / "ana").exists()
        said = refused(tmp_path / "one")
        assert "already running" in said
        # Ending one leaves the other's servers alone.
    assert two.process.returncode == 0 and one.process.returncode == 0


@pytest.mark.slow
def test_one_workshop_ends_and_the_others_people_go_on(tmp_path):
    with running(tmp_path / "one") as one:
        ana = one.joined("Ana")
        with running(tmp_path / "two") as two:
            two.joined("Ana")
        assert ana.get("openpractice/api/me").json()["user"] == "ana"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_the_system_unit_is_one_that_systemd_takes(tmp_path):
    def complaints(unit) -> str:
        done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
        return done.stdout + done.stderr

    unit = REPO / "hub" / "open-practice.service"
    assert "open-practice.service" not in complaints(unit)
    wrong = tmp_path / "wrong.service"
    wrong.write_text(unit.read_text().replace("KillMode=mixed", "KillMode=mixt"))
    assert "wrong.service" in complaints(wrong)
