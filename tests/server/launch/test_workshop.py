"""The data folder, and a real start and stop of the kit for one person."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from openpractice.gradebook.coursefolder import GradingError
from openpractice.launch import alone, datafolder, firstrelease
from openpractice.launch.courseathand import course_at
from openpractice.launch.datafolder import CannotStart, open_folder
from openpractice.launch.servers import net
from openpractice.service.lessonpages import coming
from repo import REPO
from starting import cannot_start


@pytest.fixture
def opened():
    """Opens data folders and lets go of them afterwards."""
    locks = []

    def open_it(path):
        one = open_folder(path)
        locks.append(one.lock)
        return one

    yield open_it
    for lock in locks:
        os.close(lock)


def test_a_new_data_folder_is_private_and_marked(tmp_path, opened):
    opened(tmp_path / "data")
    assert json.loads((tmp_path / "data" / datafolder.MARK).read_text())["format"] == datafolder.FORMAT
    for name in datafolder.FOLDERS:
        assert (tmp_path / "data" / name).is_dir()
    assert (tmp_path / "data" / "people").stat().st_mode & 0o077 == 0


def test_an_older_folder_is_opened_and_a_newer_one_left_alone(tmp_path, opened):
    (tmp_path / datafolder.MARK).write_text('{"format": 0}')
    opened(tmp_path)
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / datafolder.MARK).write_text('{"format": 99, "kit": "7.0"}')
    with pytest.raises(CannotStart, match="newer Open Practice .7.0, format 99"):
        open_folder(newer)
    assert [p.name for p in newer.iterdir()] == [datafolder.MARK]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "holiday.jpg").write_text("")
    with pytest.raises(CannotStart, match="not a data folder"):
        open_folder(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_mark_that_is_no_mark_is_said_so(tmp_path):
    (tmp_path / datafolder.MARK).write_text("[]")
    with pytest.raises(CannotStart, match="cannot be read"):
        open_folder(tmp_path)


def test_two_workshops_never_share_a_folder(tmp_path, opened):
    opened(tmp_path)
    with pytest.raises(CannotStart, match="already running"):
        open_folder(tmp_path)


def test_a_place_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with cannot_start("cannot be written .Not a directory.*\n.*--data DIR"):
        open_folder(tmp_path / "file" / "data")


def test_a_secret_is_made_once_and_private(tmp_path, opened):
    data = opened(tmp_path)
    first = data.secret("token")
    assert data.secret("token") == first and len(first) == 48
    assert (tmp_path / "config" / "token").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_said_so_and_a_free_one_named():
    with socket.socket() as taken:
        taken.bind((alone.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with cannot_start(f"Port {port} is taken.*\n.*--port [1-9]"):
            net.need_port(alone.HOST, port)


# -- a real start ------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((alone.HOST, 0))
        return probe.getsockname()[1]


def read_until(process, wanted) -> str:
    """The line that is wanted, however long it takes; fails with all that was said where the output ends before."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if wanted(line.strip()):
            return line
    pytest.fail(f"the output ended (exit code {process.wait()}) after:\n" + "".join(lines))


@contextmanager
def workshop(data: Path, port: int):
    """A workshop started as script/workshop starts it; gives the process and its address."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "openpractice.launch",
            "--alone",
            "--no-browser",
            "--data",
            str(data),
            "--port",
            str(port),
        ],
        env={**os.environ, "OPENPRACTICE_KIT": str(REPO)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process, read_until(process, lambda line: line.startswith("http://127.0.0.1:")).strip()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        process.stdout.close()


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=20) as reply:
        return reply.status, reply.read().decode()


def test_it_starts_answers_stops_at_one_word_and_finds_everything_again(tmp_path):
    port = free_port()
    with workshop(tmp_path / "data", port) as (process, address):
        assert get(address)[0] == 200
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()  # ends when the last of its programs has
        assert process.wait() == 0
        assert said.count("Stopping. Everything is kept") == 1
    with pytest.raises(OSError):
        get(address)
    with workshop(tmp_path / "data", port) as (process, again):
        assert again == address
        assert get(again)[0] == 200


def test_a_killed_workshop_takes_its_server_with_it_and_starts_again(tmp_path):
    port = free_port()
    with workshop(tmp_path / "data", port) as (process, address):
        process.kill()
        process.wait(5)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.close(open_folder(tmp_path / "data").lock)
            break
        except CannotStart:
            time.sleep(0.2)
    with workshop(tmp_path / "data", port) as (process, again):
        assert again == address and get(again)[0] == 200


def test_sessions_are_coming_as_long_as_somebody_lives_who_puts_them_out(tmp_path):
    (tmp_path / "config").mkdir()
    assert not coming.coming(tmp_path) and not coming.coming(None)
    held = coming.hold(tmp_path)
    child = subprocess.Popen(["sleep", "60"], pass_fds=[held])
    os.close(held)
    assert coming.coming(tmp_path)
    child.kill()
    child.wait()
    assert not coming.coming(tmp_path)


def test_a_first_start_puts_every_session_out_and_a_second_none(tmp_path):
    port, data = free_port(), tmp_path / "data"
    with workshop(data, port) as (process, _):
        outbound = data / "exchange/open-practice/outbound"
        while course_at(str(REPO)).unreleased(outbound) and process.poll() is None:
            time.sleep(0.1)
        released = sorted(path.name for path in (data / "exchange/open-practice/outbound").iterdir())
        assert len(released) == 8
        while coming.coming(data):  # until the program that put them out has ended
            time.sleep(0.1)
    with workshop(data, port) as (process, _):
        assert "kept in" in [process.stdout.readline() for _ in range(2)][1]
        assert not coming.coming(data)


def test_sessions_that_are_still_coming_are_said_with_the_address(capsys, tmp_path):
    alone.say_ready("http://127.0.0.1:1", tmp_path, 2.0, True)
    assert "being put out" in capsys.readouterr().out
    alone.say_ready("http://127.0.0.1:1", tmp_path, 2.0, False)
    assert "being put out" not in capsys.readouterr().out


def test_one_session_that_cannot_come_out_keeps_no_other_in_and_is_named(tmp_path, monkeypatch, capsys):
    tried, in_the_way = [], GradingError("grading-not-an-id", text="x", what="lesson")

    def release(folder, lesson, notebook):
        tried.append(lesson)
        if lesson == "2-learning" or (lesson == "3-listening" and tried.count(lesson) == 1):
            raise sqlite3.OperationalError("database is locked")
        if lesson == "4-talking":
            raise in_the_way
        out = folder.outbound / lesson
        out.mkdir(parents=True)
        (out / "release.json").write_text("{}")

    for name in ("1-purpose", "2-learning", "3-listening", "4-talking", "5-last"):
        (tmp_path / "notebooks" / name).mkdir(parents=True)
        (tmp_path / "notebooks" / name / f"{name}.ipynb").write_text("{}")
    monkeypatch.setattr("openpractice.gradebook.releasing.release.release", release)
    (tmp_path / "lessons").mkdir()
    listed = "".join(f"\n  - {path.name}" for path in sorted((tmp_path / "notebooks").iterdir()))
    (tmp_path / "lessons" / "course.yml").write_text(f"id: open-practice\ntitle: A course\nlessons:{listed}")
    monkeypatch.setenv("OPENPRACTICE_KIT", str(tmp_path))
    monkeypatch.setenv("OPENPRACTICE_DATA", str(tmp_path))
    assert firstrelease.main() == 1
    assert sorted(path.name for path in (tmp_path / "exchange/open-practice/outbound").iterdir()) == [
        "1-purpose",
        "3-listening",
        "5-last",
    ]
    assert capsys.readouterr().out.splitlines() == [
        "2-learning is not out: OperationalError: database is locked",
        f"4-talking is not out: {in_the_way} {in_the_way.hint}",
    ]


@pytest.mark.parametrize(("ends", "said"), [("kill -9 $$", True), ("exit 1", True), ("exit 0", False)])
def test_what_ends_before_all_sessions_are_out_is_said_however_it_ends(capsys, ends, said):
    server = subprocess.Popen(["sh", "-c", "sleep 2"])
    other = subprocess.Popen(["sh", "-c", ends])
    alone.watch(server, [other])
    assert (alone.NOT_ALL_OUT in capsys.readouterr().out) is said


def test_only_lessons_of_the_course_that_are_not_out_are_released(tmp_path):
    course = replace(course_at(str(REPO)), lessons=("1-purpose", "2-learning"))
    assert course.unreleased(tmp_path) == ["1-purpose", "2-learning"]
    (tmp_path / "1-purpose").mkdir()
    (tmp_path / "1-purpose" / "release.json").write_text("{}")
    assert course.unreleased(tmp_path) == ["2-learning"]
