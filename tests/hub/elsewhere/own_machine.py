"""A machine of one's own, as far as an operator's commands see: its accounts, /home, /opt and /srv are private."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from openpractice.launch.workshophub import proxy_script

from ..conftest import REPO

PRIVATE = ("home", "opt", "srv", "etc", "root")
# In a mount namespace of its own. Programs that the tests run with may lie in root's home, where no other
# user may go: they are held aside, root's home is made anew, and they are put back below it.
ENTER = """
set -e
umask 022
place=$1 folder=$2; shift 2
mkdir -p $place/aside
mount -t tmpfs tmpfs $place/aside
number=0
for program in $PROGRAMS; do
  number=$((number + 1)); mkdir $place/aside/$number
  mount --bind $program $place/aside/$number
done
for name in home opt srv etc root; do mount --bind $place/$name /$name; done
number=0
for program in $PROGRAMS; do
  number=$((number + 1)); mkdir -p $program
  mount --bind $place/aside/$number $program
done
unset PROGRAMS
cd $folder
exec "$@"
"""


class OwnMachine:
    """Folders that are bound over this machine's for whatever `run` or `words` start; only root can."""

    def __init__(self, place: Path):
        self.place, self.took = place, {}
        for name in PRIVATE:
            (place / name).mkdir(mode=0o755)
        subprocess.run(["cp", "-a", "/etc/.", str(place / "etc")], check=True)
        (place / "root" / "bin").mkdir()
        sudo = place / "root" / "bin" / "sudo"  # root asks nobody
        sudo.write_text('#!/bin/sh\nexec "$@"\n')
        sudo.chmod(0o755)

    def words(self, *command: str, folder: str = "/") -> list[str]:
        """That command as it is started on this machine, in that folder."""
        needed = {REPO, Path(sys.prefix), Path(sys.base_prefix), proxy_script().parents[2]}
        programs = " ".join(str(path) for path in needed if path.parts[1] in PRIVATE)
        path = f"/root/bin:{Path(sys.executable).parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        env = ["env", f"PROGRAMS={programs}", f"PATH={path}", "HOME=/root"]
        enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh", str(self.place), folder]
        return [*env, *enter, *command]

    def run(self, line: str, folder: str = "/") -> str:
        """What a line typed there by root says. Raises AssertionError where it fails; `took` keeps the seconds."""
        begun = time.monotonic()
        done = subprocess.run(self.words("sh", "-c", line, folder=folder), capture_output=True, text=True, check=False)
        self.took[line] = time.monotonic() - begun
        assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def inside(self, path: str) -> Path:
        """Where a file of that machine lies on this one."""
        assert path.split("/")[1] in PRIVATE, path
        return self.place / path.lstrip("/")


def follow(machine: OwnMachine, text: str, told: dict[str, str]) -> None:
    """Types every block of commands in that text, line by line, with `told` for what stands for something."""
    folder = "/"
    for block in re.findall(r"(?s)```\n(.*?)```", text):
        for line in block.strip().splitlines():
            for sign, value in told.items():
                line = line.replace(sign, value)
            if line.startswith("cd "):
                folder = line.removeprefix("cd ")
            else:
                machine.run(line, folder)


def can_be_made() -> bool:
    """Whether this machine can hold another: root, who may mount."""
    probe = ["unshare", "--mount", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/srv"]
    return (
        os.name == "posix"
        and bool(shutil.which("unshare"))
        and not subprocess.run(probe, capture_output=True).returncode
    )
