"""A stock JupyterHub with the fragment of hub/service.py, as its operator has it: under a prefix, with awkward names."""

import html
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from openpractice.launch.workshophub import node_program, proxy_script

from ..conftest import PATIENCE, REPO, Visitor, free_port
from ..test_people import PAGE

DOCS = (REPO / "docs" / "your-hub.md").read_text("utf-8")
FRAGMENT = REPO / "hub" / "service.py"
PREFIX = "/teaching"
# What stands in an operator's own configuration already.
STOCK = """
import os
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}{prefix}/"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.command = [{node!r}, {proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.default_url = "/hub/home"  # nobody needs a server to sign in
c.JupyterHub.spawner_class = "simple"
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
"""


class StockHub:
    """A running hub that is not ours."""

    def __init__(self, folder: Path, process, address: str):
        self.folder, self.process, self.address = folder, process, address
        self.data = folder / "srv" / "open-practice"

    def person(self, name: str, passphrase: str = "") -> "Guest":
        """Whoever signs in under that name, at the hub's own sign-in page."""
        return Guest(self.address, name, passphrase)

    @property
    def said(self) -> str:
        return (self.folder / "hub.log").read_text()


class Guest(Visitor):
    """Somebody with an account at that hub."""

    def __init__(self, address: str, name: str, passphrase: str):
        super().__init__(address)
        self.name = name
        reply = self.sign_in(name, passphrase)
        assert reply.status_code < 500, reply.text

    def page(self, path: str = "") -> httpx.Response:
        """A page of the course, as the browser opens it."""
        return self.http.get(f"/services/openpractice/{path}")

    def fill(self, path: str, **fields) -> httpx.Response:
        """The form of a page of ours, with its mark, sent where it says."""
        page = self.page(path)
        fields["_xsrf"] = re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]
        return self.http.post(f"/services/openpractice/{path.split('/')[0]}", data=fields)

    def links(self) -> dict[str, str]:
        """The links to join by, as the People page shows them to a facilitator, by part."""
        table = html.unescape(self.get(PAGE).text).split('class="stack codes"')[1].split("</table>")[0]
        rows = table.split('<th scope="row">')[1:]
        return {re.match(r"\w+", one)[0]: re.search(r'value="(http\S+?)"', one)[1] for one in rows}

    def join_by(self, link: str, called: str) -> httpx.Response:
        """Opens a link that was handed out, says a name, and is on the course's own page."""
        code = link.rpartition("/")[2]
        assert self.http.get(link).status_code == 200
        return self.fill(f"join/{code}", code=code, name=called)


def documented(number: int) -> dict:
    """What docs/your-hub.md tells an operator to write, as its blocks of Python have it; without its system user."""
    block = re.findall(r"(?s)```python\n(.*?)```", DOCS)[number]
    assert block.rstrip().endswith('exec(open("/opt/open-practice/hub/service.py").read())')
    told: dict = {}
    exec(block.partition("exec(")[0], told)
    return {name: value for name, value in told["open_practice"].items() if name != "system_user"}


def fragment(folder: Path, port: int, **named) -> str:
    """What an operator writes: what is other than in the fragment, and the line that reads it in."""
    named = {
        "kit": str(REPO),
        "program": str(Path(sys.executable).with_name("openpractice")),
        "data": str(folder / "srv" / "open-practice"),
        "port": port,
    } | named
    return f"open_practice = {named!r}\nexec(open({str(FRAGMENT)!r}).read())\n"


@contextmanager
def stock_hub(folder: Path, extra: str = "", umask: int = 0o022, seconds: float = PATIENCE, **named):
    """The hub, started as its operator starts it: with an ordinary umask, and ended as one ends it."""
    ports = [free_port() for _ in range(4)]
    (folder / "srv").mkdir(exist_ok=True)
    config = folder / "jupyterhub_config.py"
    own = own_configuration(ports)
    if named.pop("notebooks", False):
        named["hub_for_servers"] = f"http://127.0.0.1:{ports[0]}{PREFIX}"
    config.write_text(f"{own}\n{extra}\n{fragment(folder, ports[3], **named)}")
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    with started(command, folder, f"http://127.0.0.1:{ports[0]}{PREFIX}", umask, seconds) as hub:
        yield hub


def own_configuration(ports: list[int]) -> str:
    """What stands in the operator's file before anything of ours, with these ports."""
    node, proxy = node_program(os.environ["PATH"]), str(proxy_script())
    return STOCK.format(port=ports[0], hub_port=ports[1], api_port=ports[2], prefix=PREFIX, node=node, proxy=proxy)


@contextmanager
def started(command: list[str], folder: Path, address: str, umask: int = 0o022, seconds: float = PATIENCE):
    """That hub, once the course answers at it; ended as one ends it."""
    log = open(folder / "hub.log", "w")
    process = subprocess.Popen(
        command,
        cwd=folder,
        umask=umask,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # As a shell does not leave it to what it starts in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    hub = StockHub(folder, process, address)
    try:
        until = time.monotonic() + seconds
        while True:
            assert process.poll() is None and time.monotonic() < until, hub.said
            try:
                if httpx.get(f"{hub.address}/services/openpractice/", trust_env=False, timeout=30).status_code == 302:
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        yield hub
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # a proxy that outlived it
        log.close()


def asked_for_help(hub: StockHub) -> subprocess.CompletedProcess:
    """The command of docs/your-hub.md that says what is missing, on this hub."""
    line = re.search(r"sudo (/opt\S+ doctor .*)", DOCS)[1]
    program = str(Path(sys.executable).with_name("openpractice"))
    for told, here in (
        ("/opt/open-practice/.venv/bin/openpractice", program),
        ("/srv/open-practice", str(hub.data)),
        ("/etc/jupyterhub/jupyterhub_config.py", str(hub.folder / "jupyterhub_config.py")),
    ):
        assert told in line
        line = line.replace(told, here)
    env = os.environ | {"OPENPRACTICE_KIT": str(REPO)}
    return subprocess.run(line.split(), capture_output=True, text=True, env=env, check=False)
