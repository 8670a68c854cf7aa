"""A wheel of the kit, and environments made with nothing else in them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from repo import REPO

IGNORED = shutil.ignore_patterns(".git", ".venv*", "node_modules", "__pycache__", "data", "data-sample")


def wheel(out: Path) -> Path:
    """The kit's wheel, built from a copy of what is here."""
    copy = Path(tempfile.mkdtemp(dir=out)) / "kit"
    shutil.copytree(REPO, copy, ignore=IGNORED)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=copy)
    return next(out.glob("openpractice-*.whl"))


def environment(place: Path, *packages: str, pre: bool = False) -> Path:
    """Python of a new environment with these packages and what they need; `pre` lets in what is not out yet."""
    uv = [sys.executable, "-m", "uv"]
    run(*uv, "venv", "-q", "--python", sys.executable, place)
    # Compiled: a start is what it is on a machine in use.
    options = ["--compile-bytecode", *(["--prerelease", "allow"] if pre else [])]
    run(*uv, "pip", "install", "-q", *options, "--python", place / "bin" / "python", *packages)
    return place / "bin" / "python"


def packages_of(python: Path) -> dict[str, str]:
    """Versions by name."""
    code = "import importlib.metadata as m, json; print(json.dumps({d.name.lower(): d.version for d in m.distributions()}))"
    return json.loads(run(python, "-c", code).stdout)


def megabytes(python: Path) -> float:
    """The size of an environment on the disk, in 10^6 bytes."""
    top = python.parents[1]
    return sum(path.lstat().st_size for path in top.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def run(*command, cwd=None, **more) -> subprocess.CompletedProcess:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "JUPYTER"))}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env | more, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done
