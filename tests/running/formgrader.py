"""A real Jupyter server with nbgrader's formgrader, over one course, for a test."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from openpractice.gradebook.nbgrader_run import environment


@contextmanager
def formgrader(folder, scratch: Path):
    """The server's address and token, while it runs on 127.0.0.1."""
    runtime = scratch / "runtime"
    runtime.mkdir(parents=True)
    env = environment(folder) | {"JUPYTER_RUNTIME_DIR": str(runtime), "HOME": str(scratch)}
    with open(scratch / "server.log", "wb") as log:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter",
                "server",
                "--no-browser",
                "--allow-root",
                "--ip=127.0.0.1",
                "--port=0",
                f"--ServerApp.root_dir={folder.data / 'files'}",
            ],
            cwd=folder.root,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield _address(server, runtime, scratch)
    finally:
        server.terminate()
        server.wait(20)


def _address(server, runtime, scratch):
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            about = json.loads(path.read_text() or "{}")
            if about.get("port"):
                return f"http://127.0.0.1:{about['port']}", about["token"]
        time.sleep(0.2)
    raise AssertionError((scratch / "server.log").read_text()[-3000:])
