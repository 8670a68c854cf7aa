"""A program of the kit as somebody starts it in a terminal, and one person alone at what it serves."""

import os
import re
import signal
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers import Server


@contextmanager
def started(terminal, *options, wanted="http://127.0.0.1:"):
    """A program of the kit until the address that it prints; its address, ended by Ctrl-C.

    `terminal` has the `command` that is typed, its `env` and the `place` where somebody stands.
    """
    command = [*map(str, terminal.command), *map(str, options)]
    process = subprocess.Popen(
        command,
        env=terminal.env,
        cwd=terminal.place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(rf"{wanted}\S+", line):
                break
        else:
            pytest.fail("".join(said))
        yield found[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everything that was started hears it
        process.wait(60)
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Desk(Server):
    """The running workshop, asked with its own token."""

    def __init__(self, address: str):
        super().__init__(int(re.search(r":(\d+)/", address)[1]), Path(), None)
        self.token = address.rpartition("=")[2]

    def ask(self, method, path, body=None, headers=None, signed_in=True):
        given = {"Authorization": f"token {self.token}", **(headers or {})}
        return super().ask(method, path, body, given, signed_in=False)

    def as_person(self, name):
        self.ask("DELETE", "api/person")
        assert self.ask("POST", "api/person", {"name": name}).status == 200
        return self

    def done(self, method, path, body=None):
        reply = self.ask(method, path, body)
        assert reply.status < 300, (method, path, reply.text)
        return reply
