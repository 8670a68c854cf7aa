"""A disk that is full while a class is collected: a sentence, nothing lost, and on from there."""

import os
import shutil
import subprocess
import sys

import pytest

from handins import LESSON, TRACE, course_folder, hand_in, response
from repo import PYTHONPATH
from small_disk import small_disks

PEOPLE = [f"person-{number}" for number in range(10)]

# Run where `data` is a disk of its own that is too small; then it grows.
INSIDE = f"""
import shutil, subprocess, sys
from pathlib import Path
from openpractice.intake.collect import collect
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
released, data, exchange = map(Path, sys.argv[1:])
shutil.copytree(released, data, dirs_exist_ok=True)
folder = CourseFolder(data, "open-practice", exchange, f"sqlite:///{{data}}/files/course/gradebook.db")
try:
    collect(folder, {LESSON!r})
except GradingError as error:
    print(error, "|", error.hint)
subprocess.run(["mount", "-o", "remount,size=60m", str(data)], check=True)
print(*collect(folder, {LESSON!r}).sentences, sep="\\n")
"""


@pytest.mark.skipif(not small_disks(), reason="this machine gives no disk of one's own (unshare)")
def test_a_full_disk_is_said_and_collecting_goes_on_after_room_is_made(released_once, tmp_path):
    folder = course_folder(tmp_path)
    shutil.copytree(released_once.root / "release", folder.root / "release")
    for person in PEOPLE:
        hand_in(folder, person, {"purpose-trace": response(TRACE, {"text": "words " * 30_000})})
    data = tmp_path / "data"
    data.mkdir()
    done = subprocess.run(
        [
            "unshare",
            "-rm",
            "sh",
            "-c",
            'mount -t tmpfs -o size=2m tmpfs "$3" && exec "$0" -c "$1" "$2" "$3" "$4"',
            sys.executable,
            INSIDE,
            released_once.data,
            data,
            folder.exchange,
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": PYTHONPATH},
    )
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    assert first == (
        "There is no space left on the disk. What was handed in lies where it was, and nothing is lost."
        " | Make room, then do the same again."
    )
    assert any("Collected Session 1 from" in line or "had been collected before" in line for line in rest)
    assert all(person in done.stdout or "collected before" in done.stdout for person in PEOPLE)
    assert "Not handed in yet" not in done.stdout and "Left aside" not in done.stdout
