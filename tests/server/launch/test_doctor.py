"""`openpractice doctor`: what is wrong is named with what to type, and a course as it should be has nothing wrong."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from openpractice.cli import main
from openpractice.hub.accounts import Accounts
from openpractice.hub.walls import SERVICE_WRITES, UNPRIVILEGED, give
from openpractice.launch import datafolder, disks, doctor, hubcheck
from openpractice.launch.safekeeping import backup
from openpractice.roster.whojoined import JOINED
from repo import REPO

PROGRAM = str(Path(sys.executable).with_name("openpractice"))


@pytest.fixture
def course(folder, tmp_path, monkeypatch):
    """A course as it should be, with a backup."""
    monkeypatch.setenv("OPENPRACTICE_KIT", str(REPO))
    folder.data.chmod(0o700)
    datafolder.write_private(folder.data / datafolder.MARK, f'{{"format": {datafolder.FORMAT}}}')
    backup.back_up(folder.data, tmp_path / "backups")
    return folder


def said(data, *more) -> dict[str, str]:
    """What was found, by its code, with the hint."""
    return {one.code: f"{one} {one.hint}" for one in doctor.examine(data, "open-practice", *more)}


def test_a_course_as_it_should_be_has_nothing_wrong(course):
    run = CliRunner().invoke(main, ["doctor", "--data", str(course.data)])
    assert run.exit_code == 0 and run.output == "Nothing is wrong.\n", run.output


def test_each_thing_that_is_wrong_is_named_with_what_to_type(course, tmp_path, monkeypatch):
    course.data.chmod(0o755)
    database = course.root / "gradebook.db"
    database.write_bytes(database.read_bytes()[:3000] + b"\0" * 5000)
    for path in (tmp_path / "backups").iterdir():
        os.utime(path, (0, 0))
    monkeypatch.setenv("OPENPRACTICE_KIT", str(tmp_path))
    monkeypatch.setenv("OPENPRACTICE_ROOM", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    found = said(course.data)
    assert set(found) == {
        "doctor-open-to-others", "doctor-damaged", "doctor-old-backup", "doctor-no-kit", "doctor-no-answer"
    }  # fmt: skip
    assert f"chmod 700 {course.data}" in found["doctor-open-to-others"]
    assert 'psql "postgresql://nobody@127.0.0.1:1/none"' in found["doctor-no-answer"]
    assert "OPENPRACTICE_KIT=" in found["doctor-no-kit"]
    run = CliRunner().invoke(main, ["doctor", "--data", str(course.data)])
    assert run.exit_code == 1 and "4 things are wrong." in run.output and run.output.count("hint:") == 5


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be several users")
def test_the_course_of_a_hub_of_roots_may_be_another_users_but_no_file_of_it_roots(course):
    (course.data / "hub").mkdir()
    for part in SERVICE_WRITES:
        (course.data / part).mkdir(parents=True, exist_ok=True)
        give(course.data / part, UNPRIVILEGED)
    handed = course.inbound / "somebodys-own"
    handed.mkdir(parents=True)
    os.chown(course.inbound, UNPRIVILEGED, UNPRIVILEGED)
    assert said(course.data) == {}
    Accounts(course.data / "hub" / "accounts.db").tell_names()
    assert (course.data / "exchange" / JOINED).stat().st_uid == 0
    assert said(course.data) == {}, "who joined is the hub's to write"
    os.chown(course.root / "gradebook.db", 0, 0)
    os.chown(course.root / "release", 0, 0)
    found = said(course.data)
    assert set(found) == {"doctor-several-owners"}
    line = found["doctor-several-owners"]
    assert "files of root (2)" in line and f"for example {course.root / 'gradebook.db'}" in line
    typed = re.search("type: sudo (.*)", line)[1]
    subprocess.run(typed.split(), check=True)
    assert said(course.data) == {}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("no address at all", "database-unknown"),
        ("mysql://x@y/z", "database-unknown"),
        ("postgresql+pg8000://x@y/z", "database-no-driver"),
    ],
)
def test_a_database_without_a_driver_or_an_address_is_named(course, monkeypatch, url, code):
    monkeypatch.setenv("OPENPRACTICE_GRADEBOOK", url)
    assert set(said(course.data)) == {code}


def test_a_folder_of_a_newer_kit_a_course_of_another_name_and_no_folder(course, tmp_path):
    assert [one.code for one in doctor.examine(course.data, "other")] == ["doctor-other-course"]
    (course.data / datafolder.MARK).write_text('{"format": 99}')
    assert "newer Open Practice" in said(course.data)["doctor-folder"]
    assert set(said(tmp_path / "none")) == {"doctor-no-data-yet"}
    who = {"OPENPRACTICE_EXCHANGE": str(tmp_path), "OPENPRACTICE_EXCHANGE_USERS": "no-such-group"}
    assert "exchange-users-unknown" in said(tmp_path / "none", who)


def test_an_exchange_elsewhere_that_others_can_look_into_is_named(course, tmp_path, monkeypatch):
    shared = tmp_path / "shared" / "open-practice" / "inbound"
    shared.mkdir(parents=True)
    shared.parent.chmod(0o711)
    shared.chmod(0o733)
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(tmp_path / "shared"))
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE_USERS", "no-such-group")
    found = said(course.data)
    assert (
        set(found) == {"doctor-exchange-open", "exchange-users-unknown"}
        and "chmod o-rwx" in found["doctor-exchange-open"]
    )
    for folder in (shared, shared.parent):
        folder.chmod(0o750)
    monkeypatch.delenv("OPENPRACTICE_EXCHANGE_USERS")
    assert said(course.data) == {}


def test_a_package_of_another_version_is_named(monkeypatch):
    known = doctor.metadata.version
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "0.1" if name == "nbgrader" else known(name))
    (found,) = doctor.versions()
    assert "nbgrader is version 0.1" in str(found) and "-m pip install" in found.hint


MOUNTED = """21 1 0:19 / / rw - ext4 /dev/sda rw
22 21 0:30 / /home rw,relatime shared:1 - nfs4 server:/home rw
23 22 0:31 / /home/local\\040disk rw - xfs /dev/sdb rw
24 21 0:32 / /cloud rw - fuse.s3fs s3fs rw
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/srv/x", ""),
        ("/home/ana/data", "nfs4"),
        ("/home/local disk/data", ""),
        ("/cloud/a/b", "fuse.s3fs"),
        ("/homes", ""),
    ],
)
def test_a_disk_that_another_machine_serves_is_known(tmp_path, place, kind, monkeypatch):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTED)
    monkeypatch.setattr(Path, "exists", lambda self, **_: True)
    monkeypatch.setattr(Path, "resolve", lambda self, **_: self)
    assert disks.network_disk(Path(place), mounts) == kind


def test_no_course_starts_on_such_a_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(datafolder, "network_disk", lambda path: "nfs4")
    with pytest.raises(datafolder.CannotStart, match="another machine serves"):
        datafolder.open_folder(tmp_path / "data")
    assert not (tmp_path / "data").exists()


# -- the hub's configuration ------------------------------------------------------------------------

OURS = (REPO / "hub" / "service.py").read_text("utf-8")


def config(tmp_path, text="", **named) -> Path:
    named = {"program": PROGRAM, "kit": str(REPO), "data": str(tmp_path / "data")} | named
    file = tmp_path / "jupyterhub_config.py"
    file.write_text(f"c = get_config()\n{text}\nopen_practice = {named!r}\n{OURS}")
    return file


def found_in(file, data=None) -> list[str]:
    return [one.code for one in hubcheck.examine_hub(file, data, "open-practice")]


def test_the_entry_as_it_stands_in_the_fragment_has_nothing_wrong(tmp_path):
    data = tmp_path / "data"
    assert found_in(config(tmp_path, first_facilitators=["dean@uni.edu"], hub_for_servers="http://hub"), data) == []
    groups = 'c.JupyterHub.load_groups = {"staff": {"users": ["fay"]}}'
    assert found_in(config(tmp_path, groups, facilitators=["staff"], participants=["class"]), data) == []
    manages = "c.Authenticator.manage_groups = True"
    assert found_in(config(tmp_path, manages, facilitators=["staff"]), data) == []


@pytest.mark.parametrize(
    ("text", "named", "code"),
    [
        ("", {}, "doctor-hub-nobody-leads"),
        ("", {"facilitators": ["staff"]}, "doctor-hub-nobody-leads"),
        ("", {"first_facilitators": ["Dean@Uni.edu"]}, "doctor-hub-capitals"),
        ("", {"first_facilitators": ["d"], "program": "/nowhere/openpractice"}, "doctor-hub-program"),
        ("", {"first_facilitators": ["d"], "kit": "/nowhere"}, "doctor-no-kit"),
        ("", {"first_facilitators": ["d"], "data": "/srv/elsewhere"}, "doctor-hub-other-data"),
    ],
)
def test_what_does_not_fit_in_the_entry_is_named(tmp_path, text, named, code):
    assert found_in(config(tmp_path, text, **named), tmp_path / "data") == [code]


def test_what_only_the_hubs_own_environment_has_is_passed_over(tmp_path):
    """An authenticator and a spawner that are not installed beside the kit; a name that is nowhere stays a fault."""
    theirs = """
import os, no_such_spawner
from no_such_sign_in.azure import Azure
from no_such_sign_in.names import Names as Names
class Ours(Azure, Names): pass
c.JupyterHub.authenticator_class = Ours
c.JupyterHub.spawner_class = no_such_spawner.Docker
c.JupyterHub.template_paths = [os.path.dirname(no_such_spawner.__file__)]
c.Docker.image = no_such_spawner.Docker.default_image
"""
    file = config(tmp_path, theirs, first_facilitators=["d"])
    assert found_in(file, tmp_path / "data") == []
    assert "no_such_spawner" not in sys.modules
    (found,) = hubcheck.examine_hub(config(tmp_path, theirs + "no_such_name\n"), None, "open-practice")
    assert found.code == "doctor-hub-unread" and "no_such_name" in str(found)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as another user")
def test_the_system_user_of_the_service_is_tried(tmp_path):
    """One that is not there, one that cannot get at the program, and one whose folder it is not."""
    program = tmp_path / "openpractice"  # below a folder of pytest's, where no other user may go
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (tmp_path / "data").mkdir()
    told = {"first_facilitators": ["d"], "program": str(program)}
    data = tmp_path / "data"
    assert found_in(config(tmp_path, system_user="nobody-of-that-name", **told), data) == ["doctor-hub-no-user"]
    wrong = ["doctor-hub-program-closed", "doctor-hub-folder-of-another"]
    assert found_in(config(tmp_path, system_user="daemon", **told), data) == wrong
    assert found_in(config(tmp_path, system_user="root", **told), data) == []
    program.write_text("#!/bin/sh\necho no module >&2; exit 1\n")
    (found,) = hubcheck.examine_hub(config(tmp_path, system_user="root", **told), data, "open-practice")
    assert found.code == wrong[0] and str(found).endswith("no module")


def test_a_setting_that_the_entry_does_not_have_is_refused_with_those_that_it_has(tmp_path):
    (found,) = hubcheck.examine_hub(config(tmp_path, facilitator=["x"]), None, "open-practice")
    assert found.code == "doctor-hub-unread" and "has no facilitator (allowed: kit, program" in str(found)


def test_an_entry_that_lets_nobody_in_and_a_file_that_is_no_configuration(tmp_path):
    file = tmp_path / "jupyterhub_config.py"
    serve = [PROGRAM, "serve", "--data", "/srv/x", "--notebooks", "--first-facilitator", "d"]
    file.write_text(f"c.JupyterHub.services = [{{'name': 'op', 'url': 'http://127.0.0.1:1', 'command': {serve!r}}}]")
    assert found_in(file) == ["doctor-hub-nobody-enters", "doctor-hub-servers"]
    file.write_text("c.JupyterHub.services = []")
    assert found_in(file) == ["doctor-hub-no-entry"]
    file.write_text("1/0")
    assert found_in(file) == ["doctor-hub-unread"]
