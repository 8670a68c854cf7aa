"""What people's own Jupyter needs, from the wheel in a fresh environment: the lessons work there, and no more comes along."""

import functools
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from desks import Desk, free_port, started
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


def test_what_it_lacks_is_said_in_words(light, tmp_path):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [str(light.with_name("openpractice")), "release", "1-purpose", "--data", "."]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert 'pip install "openpractice[review]"' in done.stderr


# -- a workshop by one's own hand, from an index -----------------------------------------------------


class Quietly(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *said):
        """Installers ask for every package everywhere."""


@pytest.fixture(scope="module")
def index(built, tmp_path_factory):
    """The address of an index on loopback that has the kit and nothing else: a folder with a page of its files."""
    place = tmp_path_factory.mktemp("index")
    (place / "simple" / "openpractice").mkdir(parents=True)
    shutil.copy(built, place / "simple" / "openpractice")
    handler = functools.partial(Quietly, directory=place)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/simple/"
        server.shutdown()


@pytest.fixture
def home(tmp_path):
    """Somebody's home; the half gigabyte that is installed there is not kept."""
    yield tmp_path
    for name in (".local", ".cache", "venv"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)


def terminal(index, place, *command):
    """Somebody's terminal at home, whose installers know the index."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENPRACTICE_", "JUPYTER"))}
    for name in ("CI", "VIRTUAL_ENV", "PYTHONPATH", "XDG_DATA_HOME", "UV"):
        kept.pop(name, None)
    told = {"HOME": str(place), "PIP_EXTRA_INDEX_URL": index, "UV_INDEX": index, "UV_PYTHON": sys.executable}
    return SimpleNamespace(command=command, env=kept | told, place=place)


def first_prompt(terminal, *options):
    """Seconds until the address and until the first prompt can be answered."""
    begun = time.monotonic()
    with started(terminal, *options, "--alone", "--no-browser", "--port", free_port()) as address:
        desk, ready = Desk(address).as_person("Ana"), time.monotonic() - begun
        while "purpose-trace" not in desk.ask("GET", "lesson/1-purpose").text:
            assert time.monotonic() < begun + 1800
            time.sleep(0.2)
        seconds = time.monotonic() - begun
        assert desk.save("purpose-trace", {"text": "Mine."}).status == 200
    return ready, seconds


def python_of(version):
    """A Python of that version, on PATH or among those that pyenv has."""
    pyenv = Path("~/.pyenv/versions").expanduser()
    for one in (shutil.which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python{version}")):
        if one and subprocess.run([one, "--version"], capture_output=True).returncode == 0:
            return one
    return pytest.skip(f"no Python {version} here")


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_package_of_an_index_is_a_running_workshop(index, home, version):
    """`pip install openpractice`, `openpractice workshop --alone`; the second start has nothing left to fetch."""
    at_home = terminal(index, home)
    run(python_of(version), "-m", "venv", home / "venv")
    begun = time.monotonic()
    run(home / "venv/bin/pip", "install", "-q", "openpractice", cwd=home, **at_home.env)
    installed = time.monotonic() - begun
    assert packages_of(home / "venv/bin/python").keys() & NEVER == set()
    at_home.command = (home / "venv/bin/openpractice",)
    words = [*map(str, at_home.command), "workshop", "--alone"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = subprocess.run(
            [*words, "--port", str(taken.getsockname()[1])], env=at_home.env, capture_output=True, text=True
        )
    assert said.returncode == 1 and "is taken" in said.stderr and not (home / ".local").exists()
    first, second = first_prompt(at_home, "workshop"), first_prompt(at_home, "workshop")
    print(f"installed {installed:.1f} s, first prompt {first[1]:.1f} s; the next start {second[1]:.1f} s")
    # Every other command goes on there too.
    out = run(*at_home.command, "check", "--course", REPO / "courses" / "taster", cwd=home, **at_home.env)
    assert "No faults" in out.stdout


def test_without_the_index_it_says_what_to_do_and_leaves_nothing_half_made(index, light, home):
    at_home = terminal("http://127.0.0.1:9/simple/", home)
    at_home.env |= {"PIP_INDEX_URL": "http://127.0.0.1:9/simple/", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    words = [light.with_name("openpractice"), "workshop", "--alone", "--port", str(free_port())]
    for _ in range(2):
        done = subprocess.run(words, cwd=home, env=at_home.env, capture_output=True, text=True)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "needs the internet" in done.stderr and 'pip install "openpractice[alone]"' in done.stderr


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """An environment with pipx and uv."""
    return environment(tmp_path_factory.mktemp("tools") / "venv", "pipx", "uv")


@pytest.mark.parametrize("words", [("uvx",), ("pipx", "run")], ids=["uvx", "pipx"])
def test_uvx_and_pipx_start_one_without_an_environment_of_ones_own(index, tools, home, words):
    at_home = terminal(index, home, tools.with_name(words[0]), *words[1:], "openpractice", "workshop")
    print(f"{words[0]}: first prompt {first_prompt(at_home)[1]:.1f} s")


def test_a_room_of_people_from_the_package_alone(index, light, home):
    """The hub, its proxy and all are set up by the one command, and the code to join by opens the door."""
    at_home = terminal(index, home, light.with_name("openpractice"), "workshop")
    port = free_port()
    with started(at_home, "--no-browser", "--port", port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=600) as page:
            assert "Join code" in page.read().decode()


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
