"""Jupyter servers for tests, forked off a process that has imported all that a server imports.

Four fifths of a start are imports, which say nothing about the kit; what a server does, reads and is told is as ever.
"""

import importlib
import multiprocessing
import multiprocessing.forkserver
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_FORKED = multiprocessing.get_context("forkserver")


def _get_warm():
    """Starts the process that servers are forked off, where there is none yet; it finds `warmed` by the environment."""
    _FORKED.set_forkserver_preload(["warmed"])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


class WarmServer:
    """A running `jupyter_server` with these arguments, and of `subprocess.Popen` what tests use."""

    def __init__(self, arguments, env, log: Path, cwd: Path):
        _get_warm()
        self.told = (list(arguments), dict(env), str(log), str(cwd))
        self._process = _FORKED.Process(target=_serve, args=self.told)
        self._process.start()
        self.pid = self._process.pid

    def again(self) -> "WarmServer":
        """The same server, started anew."""
        arguments, env, log, cwd = self.told
        return WarmServer(arguments, env, log, cwd)

    def poll(self):
        return self._process.exitcode

    def wait(self, timeout=None):
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("jupyter_server", timeout)
        return self._process.exitcode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def _serve(arguments, env, log, cwd):
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    random.seed()
    os.chdir(cwd)
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for target, source in ((0, nothing), (1, said), (2, said)):
        os.dup2(source, target)
    sys.path[:0] = [one for one in env.get("PYTHONPATH", "").split(os.pathsep) if one]
    sys.modules.pop("sitecustomize", None)
    with suppress(ImportError):
        importlib.import_module("sitecustomize")  # as every Python does as it starts
    sys.argv = ["jupyter_server", *arguments]
    from jupyter_server.serverapp import main

    main()
