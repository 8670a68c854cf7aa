"""A real hub, started as script/workshop starts it, and people who use it by HTTP."""

import html
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from chromium import browser
from repo import REPO

PASSPHRASE = "three small words"
PATIENCE = 600  # seconds until nothing is waited for any more, also on a busy machine
COURSE = "course-open-practice"
SERVICE = "/services/openpractice/"


class Room:
    """A running workshop: its process, address, codes and data folder."""

    def __init__(self, process, data: Path, said: str):
        self.process, self.data, self.said = process, data, said
        self.typed = re.search(r"Address\s+(\S+)", said)[1]  # what is read aloud
        self.address = f"{self.typed}/{(data / 'config' / 'workshop').read_text()[:6]}"
        self.code = re.search(r"Join code\s+(\S+)", said)[1]
        self.owner = re.search(r"Sign in\s+(\S+) / (\S+)", said).groups()
        self.facilitator_code = re.search(r"Facilitators join by\s+(\S+)", said)[1]
        self.reviewer_code = re.search(r"Reviewers join by\s+(\S+)", said)[1]

    def visitor(self) -> "Visitor":
        return Visitor(self.address)

    def joined(self, name: str) -> "Visitor":
        """A participant who has joined and is on the course home."""
        one = self.visitor()
        reply = one.join(name, self.code)
        assert reply.status_code == 200 and reply.url.path == one.place(SERVICE), reply.text
        one.name = re.search(r'data-user="([^"]+)"', reply.text)[1]
        return one

    def facilitator(self) -> "Visitor":
        one = self.visitor()
        reply = one.sign_in(*self.owner)
        assert reply.url.path == one.place(f"{SERVICE}facilitator/"), reply.text
        one.name = self.owner[0]
        return one


class Visitor:
    """One browser's worth of cookies."""

    def __init__(self, address: str):
        self.address = address
        self.name = ""
        self.http = httpx.Client(
            base_url=address, follow_redirects=True, timeout=PATIENCE, trust_env=False, verify=False
        )

    def place(self, path: str) -> str:
        """The path as this workshop's addresses begin; for cookies and where a reply came from."""
        return urlsplit(self.address).path + path

    def mark(self, path: str) -> str:
        """What a page below that path sends along to show that it was one of ours."""
        own = (c.value for c in self.http.cookies.jar if c.name == "_xsrf" and c.path == self.place(path))
        return next(own, "")

    def _form(self, **fields) -> httpx.Response:
        page = self.http.get("/hub/login")
        fields["_xsrf"] = re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]
        return self.http.post("/hub/login", data=fields)

    def join(self, name: str, code: str, passphrase: str = PASSPHRASE) -> httpx.Response:
        return self._form(username=name, password=passphrase, join_code=code)

    def renew(self, name: str, proof: str, new: str) -> httpx.Response:
        return self._form(username=name, password=proof, new_passphrase=new)

    def sign_in(self, name: str, passphrase: str = PASSPHRASE) -> httpx.Response:
        return self._form(username=name, password=passphrase)

    def awake(self, user: str, path: str, seconds: float = PATIENCE) -> httpx.Response:
        """What that Jupyter server answers at `path`, started by asking for it as a browser does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            reply = self.http.get(f"/user/{user}/{path}")
            if reply.status_code == 200 and reply.url.path.startswith(self.place(f"/user/{user}/")):
                return reply
            if again := re.search(r'http-equiv="refresh" content="\d+(?:; url=([^"]+))?"', reply.text):
                self.http.get(urljoin(str(reply.url), html.unescape(again[1] or "")))
            time.sleep(0.2)
        raise AssertionError(f"{user}: {reply.status_code} {reply.url}\n{reply.text[:2000]}")

    def at(self, path: str, user: str = "") -> str:
        """A path of the course (`openpractice/...`) or of this visitor's own Jupyter server, as an address."""
        if path.startswith("openpractice/"):
            return SERVICE + path.removeprefix("openpractice/")
        return f"/user/{COURSE if path.startswith('formgrader') else user or self.name}/{path}"

    def get(self, path: str, user: str = "") -> httpx.Response:
        """As a script of our pages asks, with their mark."""
        return self.http.get(self.at(path, user), headers={"X-XSRFToken": self.mark(SERVICE)})

    @property
    def known_as(self) -> str:
        """The id by which the course knows this visitor; "" when it does not."""
        reply = self.get("openpractice/api/me")
        return reply.json()["user"] if reply.status_code == 200 else ""

    def send(self, method: str, path: str, user: str = "", **kwargs) -> httpx.Response:
        """A request with what our own pages would add."""
        address = self.at(path, user)
        base = SERVICE if address.startswith(SERVICE) else f"/user/{user or self.name}/"
        if not self.mark(base):
            self.http.get(base if base == SERVICE else f"{base}tree")
        assert self.mark(base), address
        return self.http.request(method, address, headers={"X-XSRFToken": self.mark(base)}, **kwargs)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(data: Path, *options: str, port: int | None = None, seconds: float = 3 * PATIENCE, **env: str):
    """A workshop for a room, stopped at the end."""
    command = [sys.executable, "-m", "openpractice.launch", "--data", str(data)]
    process = subprocess.Popen(
        [*command, "--port", str(port or free_port()), *options],
        env={**os.environ, "OPENPRACTICE_KIT": str(REPO), **env},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Stop with Ctrl-C" in line:
                break
        else:
            pytest.fail(said)
        # Keep reading, or what it says later would fill the pipe and stop it.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield Room(process, data, said)
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(10)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with running(tmp_path_factory.mktemp("room") / "data") as one:
        yield one


@pytest.fixture(scope="module")
def fay(room):
    """The facilitator."""
    return room.facilitator()
