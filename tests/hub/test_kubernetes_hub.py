"""What hub/kubernetes says, at a real hub on this machine: the service outside the hub, everything on PostgreSQL."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import yaml

from handins import LESSON
from hub.conftest import PATIENCE, REPO, Visitor, free_port
from openpractice.gradebook.coursefolder import CourseFolder
from postgres import postgres
from reviewers import calibrate

pytestmark = pytest.mark.postgres
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
c.JupyterHub.bind_url, c.JupyterHub.hub_port = told["address"], told["hub"]
c.ConfigurableHTTPProxy.api_url = told["api"]
c.ConfigurableHTTPProxy.command = [told["proxy"]]
c.JupyterHub.db_url = told["db"]
c.JupyterHub.cookie_secret_file = told["cookies"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.load_groups = {{"facilitators": ["fay"], "reviewers": ["rob", "rev"], "participants": ["ana", "ben"]}}
# As the chart makes lists of the two tables of values.yaml.
c.JupyterHub.services = [{{"name": name, **entry}} for name, entry in told["services"].items()]
c.JupyterHub.load_roles = [{{"name": name, **role}} for name, role in told["roles"].items()]
"""


class Cluster:
    """Hub, proxy and service on this machine, each a process; ended by their ids."""

    def __init__(self, place: Path, server):
        self.data, self.place = place / "data", place
        self.data.mkdir()
        self.urls = {name: server.database() for name in ("hub", "gradebook", "room")}
        port, hub, api, self.port = (free_port() for _ in range(4))
        self.address, self.hub, self.token = f"http://127.0.0.1:{port}", hub, "a-token-that-the-chart-makes"
        services = {name: dict(entry) for name, entry in VALUES["services"].items()}
        services["openpractice"] |= {"url": f"http://127.0.0.1:{self.port}", "api_token": self.token}
        told = {
            "address": f"{self.address}/",
            "hub": hub,
            "api": f"http://127.0.0.1:{api}",
            "proxy": str(Path(sys.prefix) / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy"),
            "db": self.urls["hub"],
            "cookies": str(place / "cookies"),
            "services": services,
            "roles": VALUES["loadRoles"],
        }
        (place / "told.json").write_text(json.dumps(told))
        (place / "config.py").write_text(CONFIG.format(told=str(place / "told.json")))
        self.running = [self.start("hub", [sys.executable, "-m", "jupyterhub", "-f", str(place / "config.py")], {})]
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
            told[one["name"]] = value.replace("//hub:8081", f"//127.0.0.1:{self.hub}")
        return told

    def serve(self):
        entrypoint = json.loads(re.search(r"^ENTRYPOINT (.+)$", (HERE / "Containerfile").read_text(), re.M)[1])
        words = [
            {"/data": str(self.data), "8890": str(self.port), "0.0.0.0": "127.0.0.1"}.get(w, w) for w in entrypoint
        ]
        words[0] = str(Path(sys.executable).with_name(words[0]))
        self.service = self.start("service", [*words, *CONTAINER["args"]], self.environment())
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
        done = subprocess.run(
            [program, *words, "--data", str(self.data)], env=env, cwd=self.place, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def signed_in(self, name):
        one = Visitor(self.address)
        one.name = name
        one.sign_in(name, "any")
        return one, one.http.get("/services/openpractice/")

    def end(self):
        for one in reversed(self.running):
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
                one.wait(60)


@pytest.fixture(scope="module")
def cluster(postgres, tmp_path_factory):
    one = None
    try:
        one = Cluster(tmp_path_factory.mktemp("cluster"), postgres)
        yield one
    finally:
        if one:
            one.end()


def saved(who, text, base=0):
    change = {"lesson": LESSON, "key": f"{who.name}-{base}".ljust(16, "k"), "base": base, "value": {"text": text}}
    return who.send("PUT", f"openpractice/api/answers/{PROMPT}", json=change)


def test_from_release_to_feedback_and_export(cluster):
    assert "Released Session 1" in cluster.command("release", LESSON)
    ana, home = cluster.signed_in("ana")
    assert home.status_code == 200 and LESSON in home.text
    reply = saved(ana, "Kept on a cluster.")
    assert reply.status_code == 200, reply.text
    handed = ana.send("POST", f"openpractice/api/handin/{LESSON}", json={"revs": {PROMPT: reply.json()["rev"]}})
    assert handed.status_code == 200, handed.text
    assert "1 person" in cluster.command("collect", LESSON)

    folder = CourseFolder(cluster.data, "open-practice", cluster.data / "exchange", cluster.urls["gradebook"])
    calibrate(folder, "rob")
    rob, _ = cluster.signed_in("rob")
    line = rob.get(f"openpractice/api/review/line?lesson={LESSON}&prompt={PROMPT}")
    [waits] = [one for one in line.json()["line"] if one["waits"]]
    words = rob.get(f"openpractice/api/review/answer/{LESSON}/{PROMPT}/{waits['who']}")
    assert "Kept on a cluster." in words.text, words.text
    marked = {"levels": {"R": 2, "P": 2}, "comment": "Read on a cluster.", "version": 0, "seconds": 60}
    put = rob.send("PUT", f"openpractice/api/review/mark/{LESSON}/{PROMPT}/{waits['who']}", json=marked)
    assert put.status_code == 200, put.text
    assert "Returned feedback" in cluster.command("feedback", LESSON, "--person", "ana")
    back = ana.get(f"openpractice/api/feedback/{LESSON}").json()
    assert back["answers"][PROMPT]["comment"] == "Read on a cluster."

    fay, corner = cluster.signed_in("fay")
    assert corner.url.path.endswith("/facilitator/")
    table = fay.get("openpractice/api/review/export?form=long&as=csv")
    assert table.status_code == 200 and "Read on a cluster." in table.text, table.text
    assert fay.get("openpractice/room").status_code == 200
    for name, url in cluster.urls.items():
        engine = sa.create_engine(url)
        assert sa.inspect(engine).get_table_names(), name
        engine.dispose()
    # Who is who by the hub's names lies on the volume, beside people's words; all else is in PostgreSQL.
    assert [path.name for path in (*cluster.data.rglob("*.db"), *cluster.data.rglob("*.sqlite"))] == ["members.db"]


def test_whoever_is_in_none_of_the_groups_is_not_let_in(cluster):
    _, page = cluster.signed_in("zoe")
    assert page.status_code == 403


def test_words_outlive_the_pod(cluster):
    """As `Recreate` does it: the old one ends before the new one begins, and whoever was signed in still is."""
    ben, _ = cluster.signed_in("ben")
    assert saved(ben, "Before.").status_code == 200
    cluster.service.send_signal(signal.SIGTERM)
    cluster.service.wait(60)
    cluster.running.remove(cluster.service)
    cluster.serve()
    held = ben.get(f"openpractice/api/answers?lesson={LESSON}").json()["answers"][PROMPT]
    assert held["value"] == {"text": "Before."}
