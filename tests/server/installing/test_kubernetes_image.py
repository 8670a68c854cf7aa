"""The image's own steps, run without a container builder: in a folder instead of a root of their own."""

import http.client
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fresh_venvs import IGNORED, packages_of
from repo import REPO

sys.path.insert(0, str(REPO / "script"))
from environment import KIT_SOURCES

STEPS = [
    line.partition(" ")[::2]
    for line in (REPO / "hub" / "kubernetes" / "Containerfile").read_text().splitlines()
    if line and not line.startswith("#")
]
PREFIX = "/opt/open-practice"


def test_everything_that_is_copied_is_there_and_nothing_runs_as_root():
    for step, rest in STEPS:
        if step == "COPY" and not rest.startswith("--from"):
            assert all((REPO / source).exists() for source in rest.split()[:-1]), rest
    assert [rest for step, rest in STEPS if step == "USER"] == ["1000:1000"]
    last = [step for step, _ in STEPS]
    assert last.index("USER") < last.index("ENTRYPOINT") and "RUN" not in last[last.index("USER") :]
    assert all("--require-hashes" in rest or "--no-deps" in rest for step, rest in STEPS if "pip install" in rest)


def test_all_that_the_kit_is_built_from_is_copied():
    copied = [source for step, rest in STEPS if step == "COPY" for source in rest.split()[:-1]]
    missing = [name for name in KIT_SOURCES if not any(Path(name).is_relative_to(each) for each in copied)]
    assert missing == []


@pytest.mark.slow
def test_the_steps_make_a_service_that_starts_with_nothing_but_its_data_to_write(tmp_path):
    build, opt, data = tmp_path / "build", tmp_path / "opt", tmp_path / "data"
    build.mkdir()
    data.mkdir()
    for step, rest in STEPS[: [step for step, _ in STEPS].index("FROM", 1)]:
        here = rest.replace(PREFIX, str(opt))
        if step == "COPY":
            *sources, target = here.split()
            for source in sources:
                place = build / target  # an absolute target stays as it is
                if (REPO / source).is_dir():
                    shutil.copytree(REPO / source, place, ignore=IGNORED, dirs_exist_ok=True)  # as COPY joins folders
                else:
                    place.mkdir(parents=True, exist_ok=True)
                    shutil.copy(REPO / source, place)
        elif step == "RUN":
            words = shlex.split(here)
            words[0] = sys.executable if words[0] == "python" else words[0]
            env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
            done = subprocess.run(words, cwd=build, env=env, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert {"psycopg", "jupyterhub", "nbgrader", "openpractice"} <= packages_of(opt / "venv/bin/python").keys()

    entrypoint = json.loads(next(rest for step, rest in STEPS if step == "ENTRYPOINT"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = dict(rest.split("=", 1) for step, rest in STEPS if step == "ENV")
    words = [each.replace("/data", str(data)).replace("8890", str(port)) for each in entrypoint]
    env = {name: value.replace(PREFIX, str(opt)) for name, value in told.items()} | {
        "JUPYTERHUB_API_TOKEN": "t",
        "JUPYTERHUB_API_URL": "http://127.0.0.1:9/hub/api",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/openpractice/",
        "JUPYTERHUB_CLIENT_ID": "service-openpractice",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:services!service=openpractice"]',
    }
    words[0] = shutil.which(words[0], path=env["PATH"])
    service = subprocess.Popen(
        words, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        until = time.monotonic() + 600
        while True:
            try:  # whoever has not signed in is sent to the hub
                link = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
                link.request("GET", "/services/openpractice/")
                assert link.getresponse().status == 302
                break
            except OSError:
                assert service.poll() is None and time.monotonic() < until, service.stdout.read()
                time.sleep(0.2)
    finally:
        service.terminate()
        said = service.communicate(timeout=600)[0]
    assert "Open Practice serves open-practice at /services/openpractice/" in said
    assert not re.search(r"Traceback|WARNING", said)
