"""What people's own Jupyter needs, from the wheel in a fresh environment: the lessons work there, and no more comes along."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from urllib.parse import unquote

import pytest

from fresh_venvs import REPO, environment, packages_of, run, wheel
from handins import TRACE
from servers import publish

pytestmark = pytest.mark.slow

NEVER = {
    "nbgrader",
    "numpy",
    "xlsxwriter",
    "sqlalchemy",
    "alembic",
    "jupyterhub",
    "jupyterlab",
    "notebook",
    "pandas",
    "psycopg",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def light(built, tmp_path_factory):
    return environment(tmp_path_factory.mktemp("light") / "venv", str(built))


def test_it_brings_nothing_of_the_facilitators(light):
    assert packages_of(light).keys() & NEVER == set()


def test_a_kernel_shows_a_prompt_and_keeps_what_is_typed(light, tmp_path):
    code = f"""
import openpractice
spec = {json.dumps(TRACE)!r}
import json; shown = openpractice.prompt(json.loads(spec))
replies = []
shown.send = replies.append
change = dict(key="k" * 16, base=0, value=dict(text="Kept."))
shown._hear(shown, dict(id=1, call="save", args=dict(prompt=shown.spec["id"], change=change)), [])
shown._hear(shown, dict(id=2, call="load", args=dict(lesson=shown.spec["lesson"])), [])
print(json.dumps(replies))
"""
    saved, loaded = json.loads(run(light, "-c", code, cwd=tmp_path, OPENPRACTICE_HOME=str(tmp_path)).stdout)
    assert saved["ok"]["rev"] == 1
    assert loaded["ok"]["answers"][TRACE["id"]]["value"] == {"text": "Kept."}


@contextmanager
def jupyter(python, place, **told):
    """A Jupyter server of that environment, with what it is told and nothing else; asks one page of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(python), "-m", "jupyter_server", f"--ServerApp.port={port}", "--ServerApp.allow_root=True"]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "JUPYTER_TOKEN": "t",
        "OPENPRACTICE_HOME": str(place / "home"),
    }
    with open(place / "log", "w") as log:
        server = subprocess.Popen([*command, *told.pop("more", ())], cwd=place, env=env | told, stdout=log, stderr=log)

    def page(path):
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": "token t"})
        until = time.monotonic() + 600
        while True:
            try:
                return urllib.request.urlopen(asked, timeout=600).read().decode()
            except OSError as error:
                assert time.monotonic() < until and server.poll() is None, (error, (place / "log").read_text())
                time.sleep(0.2)

    try:
        yield page
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(600)


def test_its_jupyter_server_serves_the_lesson_page(light, tmp_path):
    publish(tmp_path / "exchange")
    with jupyter(light, tmp_path, OPENPRACTICE_EXCHANGE=str(tmp_path / "exchange"), OPENPRACTICE_PERSON="ana") as page:
        assert TRACE["title"] in page("/openpractice/lesson/1-purpose?as=copy")


def test_the_address_of_the_binder_badge_lands_on_the_course(light, tmp_path):
    """As on Binder: a server of one person's own in a clone, told nothing of any course."""
    badge = re.search(r"mybinder\.org/v2/gh/\S+?\?urlpath=([^)\s`]+)", (REPO / "README.md").read_text())
    with jupyter(light, tmp_path, more=[f"--ServerApp.root_dir={REPO}"], JUPYTERHUB_USER="open-practice-x7k2") as page:
        home = page("/" + unquote(badge[1]))
        assert all(f"openpractice/open/{path.parent.name}" in home for path in (REPO / "notebooks").glob("*/*.ipynb"))


@pytest.mark.parametrize(
    ("verb", "part"), [(["release", "1-purpose", "--data", "."], "review"), (["workshop", "--alone"], "alone")]
)
def test_what_it_lacks_is_said_in_words(light, tmp_path, verb, part):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [str(light.with_name("openpractice")), *verb]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f'pip install "openpractice[{part}]"' in done.stderr


def test_the_next_lab_and_notebook_are_let_in(built, tmp_path):
    """With what is not out yet, where there is something: both install beside the kit and load its page."""
    python = environment(tmp_path / "venv", f"{built}[author]", pre=True)
    have = packages_of(python)
    assert {"jupyterlab", "notebook", "openpractice"} <= have.keys()
    listed = run(python.with_name("jupyter"), "labextension", "list", cwd=tmp_path)
    line = next(
        line for line in (listed.stdout + listed.stderr).splitlines() if " openpractice " in f" {line.strip()} "
    )
    assert "enabled" in line and "OK" in line, line
