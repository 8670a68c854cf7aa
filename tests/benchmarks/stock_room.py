"""JupyterHub, JupyterLab and nbgrader as they come, for the room benchmark: one hub, servers as they start by default."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import paths

from hub.conftest import free_port
from openpractice.launch.workshophub import node_program, proxy_script

COURSE, LESSON = "pd101", "1-purpose"
CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = [{node!r}, {proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.default_url = "/lab"
# Thirty at once are let in, or stock would refuse twenty of them.
c.JupyterHub.concurrent_spawn_limit = 0
c.Spawner.http_timeout = c.Spawner.start_timeout = 300
c.Spawner.environment = {{"JUPYTER_CONFIG_PATH": {etc!r}, "PATH": {path!r}}}
"""
NBGRADER = """
import os
c.Exchange.root = {exchange!r}
c.Exchange.path_includes_course = False
c.CourseDirectory.course_id = {course!r}
c.CourseDirectory.student_id = os.environ.get("JUPYTERHUB_USER") or os.environ.get("STUDENT", "nobody")
"""


class StockRoom:
    """Its address, and where hand-ins arrive."""

    def __init__(self, place: Path, address: str, process):
        self.place, self.address, self.process = place, address, process
        self.inbound = place / "exchange" / COURSE / "inbound"

    def home(self, name: str) -> Path:
        return self.place / "homes" / name


@contextmanager
def stock_room(place: Path, names: list[str], notebook: bytes):
    """A running stock hub whose people have the lesson fetched already."""
    exchange, etc = place / "exchange", place / "etc"
    for folder in (etc, exchange / COURSE / "inbound", exchange / COURSE / "outbound" / LESSON):
        folder.mkdir(parents=True)
    (exchange / COURSE / "outbound" / LESSON / f"{LESSON}.ipynb").write_bytes(notebook)
    for folder in (exchange, exchange / COURSE):
        folder.chmod(0o777)
    (exchange / COURSE / "inbound").chmod(0o733)
    for name in names:
        (place / "homes" / name / LESSON).mkdir(parents=True)
        (place / "homes" / name / LESSON / f"{LESSON}.ipynb").write_bytes(notebook)
    port, path = free_port(), f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    (etc / "nbgrader_config.py").write_text(NBGRADER.format(exchange=str(exchange), course=COURSE))
    config = place / "jupyterhub_config.py"
    config.write_text(
        CONFIG.format(
            port=port,
            hub=free_port(),
            api=free_port(),
            node=node_program(path),
            proxy=str(proxy_script()),
            homes=str(place / "homes"),
            etc=str(etc),
            path=path,
        )
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "OPENPRACTICE"))}
    with open(place / "hub.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=place,
            env=env | {"PATH": path},
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    try:
        room = StockRoom(place, f"http://127.0.0.1:{port}", process)
        deadline = time.monotonic() + 120
        while True:
            try:
                if httpx.get(f"{room.address}/hub/api", trust_env=False).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError((place / "hub.log").read_text()[-3000:])
            time.sleep(0.2)
        yield room
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(90)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
