"""Keeps a few programs running: starts them again when they fall, ends them all together.

On Linux this process also takes in what the hub leaves behind when it is killed, so that servers
which outlive it are waited for, and none outlives the workshop.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from openpractice.launch.datafolder import CannotStart

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
MOST_FALLS, WITHIN = 6, 60.0  # more falls within so many seconds are no accident
STOP_SECONDS = 2.5


@dataclass
class Program:
    """One program and how it is doing."""

    name: str
    command: list[str]
    env: dict[str, str]
    cwd: Path
    log: Path
    process: subprocess.Popen | None = None
    falls: deque = field(default_factory=lambda: deque(maxlen=MOST_FALLS))

    def start(self) -> None:
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,
            )

    def fell(self) -> bool:
        return self.process is not None and self.process.poll() is not None


def die_with_parent() -> None:
    """Linux: SIGKILL when the parent dies, however it dies. Runs in the child, before the program."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # A shell's background job is started with SIGINT ignored, and the hub's helpers would inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def adopt_orphans() -> None:
    """From now on, processes whose parent died become children of this one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


class Supervisor:
    """The programs of one workshop."""

    def __init__(self, say, home: str):
        self.programs: list[Program] = []
        self.say = say
        self.home = home  # what the homes of this workshop's servers begin with

    def start(self, program: Program) -> Program:
        program.start()
        self.programs.append(program)
        return program

    def look(self) -> list[Program]:
        """Start again what fell, and bury the dead; returns what was started again."""
        again = []
        for program in self.programs:
            if program.fell():
                self._again(program)
                again.append(program)
        self._bury()
        return again

    def _again(self, program: Program) -> None:
        now = time.monotonic()
        program.falls.append(now)
        if len(program.falls) == MOST_FALLS and now - program.falls[0] < WITHIN:
            raise CannotStart("start-keeps-falling", program=program.name, log=program.log)
        self.say(f"The {program.name} ended and is started again. Nothing is lost.")
        program.start()

    def _bury(self) -> None:
        """Wait for adopted processes that ended; a Popen waits for its own."""
        ours = {program.process.pid for program in self.programs if program.process}
        for pid in children_of(os.getpid()):
            if pid not in ours:
                try:
                    os.waitpid(pid, os.WNOHANG)
                except ChildProcessError:
                    pass

    def stop(self) -> None:
        """End everything below this process: asked first, killed after STOP_SECONDS."""
        everything = descendants(os.getpid())
        for program in self.programs:
            if program.process and program.process.poll() is None:
                program.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for program in self.programs:
            if program.process:
                try:
                    program.process.wait(max(0.05, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    program.process.kill()
                    program.process.wait()
        # Servers that outlived an earlier launcher are not below this process.
        for pid in {*everything, *descendants(os.getpid()), *servers_below(self.home)}:
            kill(pid)
        self._bury()


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def servers_below(home: str) -> set[int]:
    """The processes whose OPENPRACTICE_HOME begins so, where the system tells (Linux)."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"OPENPRACTICE_HOME={home}".encode() in path.read_bytes():
                found.add(int(path.parent.name))
        except OSError:
            continue
    return found


def parents() -> dict[int, int]:
    """Every process's parent, where the system tells (Linux); else nothing."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # the name in parentheses may hold anything, so read from the last one
            found[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    return found


def children_of(pid: int) -> list[int]:
    return [child for child, parent in parents().items() if parent == pid]


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    tree, new = parents(), {pid}
    while new:
        new = {child for child, parent in tree.items() if parent in new} - found
        found |= new
    return found
