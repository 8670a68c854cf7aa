"""A real Jupyter server on a free port, asked over real HTTP, ended by its own process id."""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from handins import lesson_notebook
from repo import REPO
from warm import WarmServer

TOKEN = "a-token-for-tests"


@dataclass
class Reply:
    """What came back: `status`, `headers` (lower-case names), `body`, `cookies` as set."""

    status: int
    headers: dict
    body: bytes
    cookies: list

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8")


@dataclass
class Server:
    """A running server, and the folders it works on."""

    port: int
    data: Path
    process: WarmServer

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, method, path, body=None, headers=None, signed_in=True) -> Reply:
        """One request, as a program with the token or as nobody; no cookies."""
        given = dict(headers or {})
        if signed_in:
            given["Authorization"] = f"token {TOKEN}"
        body = as_body(body)
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)  # a busy machine is no fault
        try:
            link.request(method, path if path.startswith("/") else f"/openpractice/{path}", body, given)
            reply = link.getresponse()
            headers = {key.lower(): value for key, value in reply.getheaders()}
            cookies = [value.split(";")[0] for key, value in reply.getheaders() if key.lower() == "set-cookie"]
            return Reply(reply.status, headers, reply.read(), cookies)
        finally:
            link.close()

    def save(self, prompt, value, base=0, key="k1", lesson="1-purpose", **more) -> Reply:
        change = {"lesson": lesson, "key": key, "base": base, "value": value, **more}
        return self.ask("PUT", f"api/answers/{prompt}", change)

    def sign_in(self) -> dict:
        """Headers of a browser that has signed in, without any mark against forged requests."""
        reply = self.ask("GET", f"/openpractice/?token={TOKEN}", signed_in=False)
        return {"Cookie": "; ".join(one for one in reply.cookies if not one.startswith("_xsrf"))}


def as_body(body):
    """What is sent: an object as JSON, anything else as it is."""
    return json.dumps(body).encode() if isinstance(body, (dict, list)) else body


def form(server, path, body, file=None, **headers) -> Reply:
    """A form sent as a browser without scripts sends it, with the mark that its page holds."""
    browser = server.sign_in()
    page = server.ask("GET", path, headers=browser, signed_in=False)
    mark = next((one for one in page.cookies if one.startswith("_xsrf=")), "")
    fields = {"_xsrf": mark.removeprefix("_xsrf=")} | body
    given = {"Cookie": f"{browser['Cookie']}; {mark}", "Content-Type": "application/x-www-form-urlencoded"} | headers
    sent = urlencode(fields).encode()
    if file is not None:
        given["Content-Type"] = "multipart/form-data; boundary=edge"
        parts = [
            f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="roster.csv"\r\nContent-Type: text/csv\r\n\r\n'
        sent = b"".join([*parts, head, file, b"\r\n--edge--\r\n"])
    return server.ask("POST", path, sent, given, signed_in=False)


def publish(exchange: Path, lesson="1-purpose", notebook: bytes = b"", **more) -> Path:
    """The lesson in the exchange, as a release puts it there."""
    place = exchange / "open-practice" / "outbound" / lesson
    place.mkdir(parents=True, exist_ok=True)
    data = notebook or lesson_notebook()
    (place / f"{lesson}.ipynb").write_bytes(data)
    about = json.loads(data)["metadata"]["openpractice"]
    (place / "release.json").write_text(
        json.dumps(
            {
                "format": 1,
                "course": "open-practice",
                "lesson": lesson,
                "title": about["title"],
                "released_at": "2026-11-20T08:00:00.000Z",
                "release": hashlib.sha256(data).hexdigest(),
                "resubmission": 1,
                "numbers": 0,
                **more,
            }
        )
    )
    return place


# What the kit's own pages have no use for: without it a server starts in half the time.
BESIDE = (
    "jupyterlab",
    "notebook",
    "notebook_shim",
    "jupyter_lsp",
    "jupyter_server_terminals",
    *(
        f"nbgrader.server_extensions.{name}"
        for name in ("formgrader", "validate_assignment", "assignment_list", "course_list")
    ),
)


@contextmanager
def serving(data: Path, role="alone", whole=False, **environ):
    """A server on `data` in one role; with no hub. `environ` adds to its environment.

    With `whole` Jupyter's own pages and nbgrader's are there too.
    """
    for name in ("files/people", "files/course", "config"):
        (data / name).mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    jupyter = data / "config"
    env = {key: value for key, value in os.environ.items() if not key.startswith(("OPENPRACTICE_", "JUPYTER"))}
    env |= {
        "JUPYTER_CONFIG_DIR": str(jupyter),
        "JUPYTER_DATA_DIR": str(jupyter / "share"),
        "JUPYTER_RUNTIME_DIR": str(jupyter / "run"),
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_CONFIG_PATH": str(REPO / "grading"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "OPENPRACTICE_ROLE": role,
        "OPENPRACTICE_EXCHANGE": str(data / "exchange"),
        "OPENPRACTICE_KIT": str(REPO),
    }
    if role != "participant":
        env["OPENPRACTICE_DATA"] = str(data)
    env |= environ
    for name in [name for name, value in env.items() if value == ""]:
        del env[name]
    arguments = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={data / 'files'}",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",
    ]
    if not whole:
        arguments.append(f"--ServerApp.jpserver_extensions={dict.fromkeys(BESIDE, False)}")
    process = WarmServer(arguments, env, data / "server.log", data / "files")
    server = Server(port, data, process)
    try:
        _wait(server)
        yield server
    finally:
        server.process.terminate()  # which a test may have killed, and started again
        try:
            server.process.wait(5)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()


def _wait(server):
    deadline = time.monotonic() + 600  # how long a busy machine takes says nothing; a server that ended says so itself
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError((server.data / "server.log").read_text())
        try:
            if server.ask("GET", "api/me").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server did not answer:\n" + (server.data / "server.log").read_text()[-3000:])
