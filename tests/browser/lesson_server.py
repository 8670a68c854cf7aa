"""Real Jupyter servers for tests: how one is started, reached, killed and ended."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-for-tests"
STARTING_SECONDS = 60


@dataclass
class Server:
    """A running Jupyter server; ``base`` ends in a slash."""

    base: str
    log: Path
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen = field(repr=False)

    def page(self, path: str) -> str:
        """Address of a page that signs in by itself."""
        before, _, mark = path.partition("#")
        return f"{self.base}{before}?token={TOKEN}" + (f"#{mark}" if mark else "")

    def get(self, path: str) -> bytes:
        """Body of an answer to an authenticated GET."""
        asked = urllib.request.Request(self.base + path, headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(asked, timeout=20) as reply:
            return reply.read()

    def kill(self) -> None:
        """Ends the server at once, as a crash would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """Ends the server and everything it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def start(self) -> None:
        """Starts the same server on the same port again."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                self.get("api/status")
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"no server within {STARTING_SECONDS} s:\n{self.log.read_text()}")


def build_page(out: Path) -> None:
    """The lesson page for notebooks as the wheel puts it where Jupyter looks."""
    spec = importlib.util.spec_from_file_location("page", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.assemble(ROOT, out)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_server(
    folder: Path,
    root: Path,
    *,
    extensions: tuple[str, ...] = ("jupyterlab", "notebook", "openpractice.service"),
    environment: dict[str, str] | None = None,
    arguments: tuple[str, ...] = (),
) -> Server:
    """A server that shows ``root`` and keeps everything of its own in ``folder``.

    It sees no configuration of this machine's: a test finds what a fresh one would, but that a notebook's
    cells stay on the page where they are out of sight, so that any of them can be looked at.
    """
    cells = folder / "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    cells.parent.mkdir(parents=True, exist_ok=True)
    cells.write_text('{"windowingMode": "none"}')
    port = free_port()
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    own["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "OPENPRACTICE"))}
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}"),
        *(f"--ServerApp.jpserver_extensions={name}=True" for name in extensions),
        *arguments,
    ]
    server = Server(
        base=f"http://127.0.0.1:{port}/",
        log=folder / "server.log",
        command=command,
        environment=inherited | own | {"HOME": str(folder)} | (environment or {}),
        process=None,
    )
    server.start()
    return server
