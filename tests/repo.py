"""Where the kit's own files lie, and the folders of what tests stand on, for tests and benchmarks wherever they are."""

import os
import tomllib
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
TESTS = REPO / "tests"
DATA = TESTS / "data"

# As pytest has them, for programs that are started without it.
_SETTINGS = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
FOLDERS = [str(REPO / folder) for folder in _SETTINGS["pythonpath"]]
PYTHONPATH = os.pathsep.join(FOLDERS)
