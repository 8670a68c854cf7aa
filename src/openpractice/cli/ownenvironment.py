"""What a workshop needs beyond the light install: an environment of the kit's own, made once.

`pip install openpractice` brings what people's own Jupyter needs, and a hub puts that into everybody's
image. Whoever starts a workshop with it is not sent away: the rest goes into an environment among their
own files, of this same version, and the command goes on there.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import platformdirs
from packaging.requirements import Requirement

from openpractice.i18n import FALLBACK, Coded, say

STAMP = "openpractice.json"
#: What else a part brings.
COVERS = {"hub": ("hub", "alone", "author", "review"), "alone": ("alone", "author", "review")}


class NotSetUp(Coded):
    """The environment could not be made; the hint says what to do."""


def lacks(part: str) -> str:
    """The first package that this part needs and this environment has not; "" where nothing is missing."""
    asked, needs = {part}, [Requirement(line) for line in metadata.requires("openpractice") or []]
    while more := {
        extra for one in needs if one.name == "openpractice" and _is_of(one, asked) for extra in one.extras - asked
    }:
        asked |= more
    for one in needs:
        if one.name != "openpractice" and _is_of(one, asked):
            try:
                metadata.version(one.name)
            except metadata.PackageNotFoundError:
                return one.name
    return ""


def _is_of(need, parts) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": part}) for part in parts)


def go_on(part: str, words: list[str]) -> None:
    """Goes on with the command in the environment that was set up with this part; returns where there is none."""
    if not has(part) or Path(sys.prefix).resolve() == folder().resolve():
        return
    sys.stdout.flush()
    program = python_of(folder()).with_name("openpractice")
    os.execve(program, [str(program), *words], {**os.environ, "PYTHONNOUSERSITE": "1"})


def folder() -> Path:
    """Where it lies: one for each version of the kit and of Python."""
    python = ".".join(map(str, sys.version_info[:2]))
    version = metadata.version("openpractice")
    return platformdirs.user_data_path("openpractice") / "environments" / f"{version}-python{python}"


def python_of(place: Path) -> Path:
    return place / "bin" / "python"


def has(part: str) -> bool:
    """Whether it is there, whole, and has this part."""
    try:
        held = json.loads((folder() / STAMP).read_text("utf-8"))["part"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return part in COVERS.get(held, ()) and python_of(folder()).exists()


def set_up(part: str) -> None:
    """Makes the environment, or adds to the one that is there; nothing where it has the part.

    Raises
    ------
    NotSetUp
        Where it cannot be made, with what to do.
    """
    place = folder()
    if has(part):
        return
    print(say(FALLBACK, "own-environment", folder=place), flush=True)
    with only_one(place):
        if has(part):
            return  # another start has made it meanwhile
        begun = (place / STAMP).is_file()
        if not begun:
            shutil.rmtree(place, ignore_errors=True)
        # uv names itself to what it runs (uvx): its index and certificates are told to it, and not to pip.
        uv = os.environ.get("UV")
        make = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        fill = [uv, "pip", "install", "-q", "--python", python_of(place)] if uv else [python_of(place), "-m", "pip"]
        fill += [] if uv else ["install", "-q", "--disable-pip-version-check"]
        for command in ([] if begun else [[*make, place]]) + [[*fill, wanted(part)]]:
            done = call(command)
            if done.returncode:
                raise NotSetUp("own-environment-failed", words=last_words(done.stdout), part=part)
        (place / STAMP).write_text(json.dumps({"part": part}), "utf-8")


@contextmanager
def only_one(place: Path):
    """Two starts at the same moment: the second waits for the first."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(place.parent / f"{place.name}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise NotSetUp("own-environment-closed", folder=place.parent, why=error.strerror) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def wanted(part: str) -> str:
    """What an installer is asked for: this version with that part, from where this one came."""
    dist = metadata.distribution("openpractice")
    # Source: PEP 610, for a wheel, folder or repository that was named by its address
    told = json.loads(dist.read_text("direct_url.json") or "{}")
    if not told.get("url"):
        return f"openpractice[{part}]=={dist.version}"
    vcs = told.get("vcs_info")
    return f"openpractice[{part}] @ " + (f"{vcs['vcs']}+{told['url']}@{vcs['commit_id']}" if vcs else told["url"])


def call(command: list) -> subprocess.CompletedProcess:
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    env |= {"PYTHONNOUSERSITE": "1", "PIP_USER": "0"}
    return subprocess.run(list(map(str, command)), env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def last_words(said: str) -> str:
    """The end of what an installer said."""
    return "\n".join(said.strip().splitlines()[-5:])[-1000:]
