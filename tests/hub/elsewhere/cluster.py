"""Hub, proxy and service as hub/kubernetes says, each a process: all on this machine, or each on a host of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from handins import LESSON
from openpractice.launch.workshophub import node_program, proxy_script

from ..conftest import PATIENCE, REPO, Visitor, free_port

HERE = REPO / "hub" / "kubernetes"
VALUES = yaml.safe_load((HERE / "values.yaml").read_text())["hub"]
[DEPLOYMENT] = [
    one for one in yaml.safe_load_all((HERE / "open-practice.yaml").read_text()) if one["kind"] == "Deployment"
]
CONTAINER = DEPLOYMENT["spec"]["template"]["spec"]["containers"][0]
PROMPT = "purpose-trace"
CONFIG = """
import json
told = json.load(open({told!r}))
c = get_config()
c.JupyterHub.bind_url, c.JupyterHub.hub_ip, c.JupyterHub.hub_port = told["address"], told["host"], told["hub"]
c.ConfigurableHTTPProxy.api_url = told["api"]
c.ConfigurableHTTPProxy.command = told["proxy"]
c.JupyterHub.db_url = told["db"]
c.JupyterHub.cookie_secret_file = told["cookies"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.load_groups = {{"facilitators": ["fay"], "reviewers": ["rob", "rev"], "participants": ["ana", "ben"]}}
# As the chart makes lists of the two tables of values.yaml.
c.JupyterHub.services = [{{"name": name, **entry}} for name, entry in told["services"].items()]
c.JupyterHub.load_roles = [{{"name": name, **role}} for name, role in told["roles"].items()]
"""


@dataclass(frozen=True)
class Host:
    """Where a process runs: the address at which others reach it, and what stands before its command."""

    address: str = "127.0.0.1"
    within: tuple[str, ...] = ()


class Cluster:
    """The running processes, ended by their ids. `urls` are the databases of hub, gradebook and room."""

    def __init__(self, place: Path, urls: dict[str, str], hub_host: Host = Host(), service_host: Host = Host()):
        self.data, self.place, self.urls = place / "data", place, urls
        self.data.mkdir()
        self.hub_host, self.service_host = hub_host, service_host
        port, hub, api, self.port = (free_port() for _ in range(4))
        self.address, self.token = f"http://{hub_host.address}:{port}", "a-token-that-the-chart-makes"
        self.hub = f"{hub_host.address}:{hub}"
        services = {name: dict(entry) for name, entry in VALUES["services"].items()}
        services["openpractice"] |= {"url": f"http://{service_host.address}:{self.port}", "api_token": self.token}
        told = {
            "address": f"{self.address}/",
            "host": hub_host.address,
            "hub": hub,
            "api": f"http://127.0.0.1:{api}",
            # Node itself: the wheel's program in front of it would end, and leave it running.
            "proxy": [node_program(os.environ["PATH"]), str(proxy_script())],
            "db": self.urls["hub"],
            "cookies": str(place / "cookies"),
            "services": services,
            "roles": VALUES["loadRoles"],
        }
        (place / "told.json").write_text(json.dumps(told))
        (place / "config.py").write_text(CONFIG.format(told=str(place / "told.json")))
        self.running = [
            self.start(
                "hub", [*hub_host.within, sys.executable, "-m", "jupyterhub", "-f", str(place / "config.py")], {}
            )
        ]
        self.serve()

    def start(self, name, command, env):
        with open(self.place / f"{name}.log", "a") as log:
            env = {**os.environ, "OPENPRACTICE_KIT": str(REPO), **env}
            return subprocess.Popen(command, cwd=self.place, env=env, stdout=log, stderr=log, start_new_session=True)

    def environment(self):
        """The pod's, with the addresses of this machine for those of the cluster, and the secrets filled in."""
        secrets = {"hub.services.openpractice.apiToken": self.token, "cookies": "c" * 64, **self.urls}
        told = {}
        for one in CONTAINER["env"]:
            value = one.get("value") or secrets[one["valueFrom"]["secretKeyRef"]["key"]]
            told[one["name"]] = value.replace("//hub:8081", f"//{self.hub}")
        return told

    def serve(self):
        entrypoint = json.loads(re.search(r"^ENTRYPOINT (.+)$", (HERE / "Containerfile").read_text(), re.M)[1])
        here = {"/data": str(self.data), "8890": str(self.port), "0.0.0.0": self.service_host.address}
        program, *words = (here.get(word, word) for word in entrypoint)
        command = [*self.service_host.within, str(Path(sys.executable).with_name(program)), *words, *CONTAINER["args"]]
        self.service = self.start("service", command, self.environment())
        self.running.append(self.service)
        until = time.monotonic() + PATIENCE
        for address, good in ((f"{self.address}/hub/api", 200), (f"{self.address}/services/openpractice/", 302)):
            while self.status(address) != good:
                said = [(self.place / f"{name}.log").read_text()[-2000:] for name in ("hub", "service")]
                assert time.monotonic() < until and all(one.poll() is None for one in self.running), said
                time.sleep(0.3)

    def status(self, address):
        try:
            return httpx.get(address, trust_env=False, timeout=PATIENCE).status_code
        except httpx.HTTPError:
            return 0

    def command(self, *words):
        """What an operator types in the pod."""
        program = str(Path(sys.executable).with_name("openpractice"))
        env = {**os.environ, "OPENPRACTICE_KIT": str(REPO), **self.environment()}
        env["OPENPRACTICE_EXCHANGE"] = str(self.data / "exchange")
        command = [*self.service_host.within, program, *words, "--data", str(self.data)]
        done = subprocess.run(command, env=env, cwd=self.place, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def signed_in(self, name):
        one = Visitor(self.address)
        one.name = name
        one.sign_in(name, "any")
        return one, one.http.get("/services/openpractice/")

    def stop(self, how=signal.SIGTERM):
        """The service ends: told to, or all at once."""
        self.service.send_signal(how)
        self.service.wait(60)
        self.running.remove(self.service)

    def end(self):
        for one in reversed(self.running):
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
                one.wait(60)
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)  # a proxy that outlived its hub


def saved(who, text, base=0):
    change = {"lesson": LESSON, "key": f"{who.name}-{base}".ljust(16, "k"), "base": base, "value": {"text": text}}
    return who.send("PUT", f"openpractice/api/answers/{PROMPT}", json=change)
