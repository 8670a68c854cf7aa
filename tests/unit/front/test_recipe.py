"""The recipe of docs/developer.md for a new kind of prompt, followed in a copy of the kit."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from test_front import bring_tools, build, node

from authoring import LESSON, write_folder
from repo import REPO

RECIPE = REPO / "tests" / "data" / "recipe"
LIGHT = LESSON.replace(":kind: long_text", ":kind: traffic_light\n:rows: a = Our meetings | b = Our visits", 1)
LIGHT = "\n".join(line for line in LIGHT.split("\n") if not line.startswith((":max-words:", ":min-words:")))


@pytest.fixture
def copy(tmp_path):
    """The package and the front end as they are, elsewhere."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    for part in ("src", "front"):
        shutil.copytree(REPO / part, tmp_path / part, symlinks=True, ignore=ignored)
    (tmp_path / "front/node_modules").symlink_to(REPO / "front/node_modules")
    shutil.copy(RECIPE / "kind_light.py", tmp_path / "src/openpractice/kinds")
    return tmp_path


def in_copy(copy, *command):
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, cwd=copy)


def checked(copy):
    folder = write_folder(copy / "course", lesson=LIGHT)
    script = (
        "import sys\n"
        "from openpractice.authoring.checking.checks import check_folder\n"
        "from openpractice.authoring.courses.lessonfolder import read_folder\n"
        "from openpractice.problems import report\n"
        "from pathlib import Path\n"
        "print(report(check_folder(read_folder(Path(sys.argv[1])))))\n"
    )
    return in_copy(copy, "-c", script, str(folder)).stdout


def test_a_kind_with_its_python_module_alone_is_named_and_not_built(copy):
    assert "kind-not-drawn: no script of the kit draws the kind 'traffic_light'" in checked(copy)


def test_the_recipe_gives_a_kind_that_is_checked_kept_read_and_drawn(copy, node):
    bring_tools()
    shutil.copy(RECIPE / "kind-light.js", copy / "front/prompts/kinds")
    assert "traffic_light in prompts/kind-light.js" in build(copy / "front").stderr  # its file is not named yet
    names = copy / "front/prompts/kinds/kinds.js"
    names.write_text(names.read_text("utf-8").replace('then_now: "then",', 'then_now: "then", traffic_light: "light",'))
    assert build(copy / "front").returncode == 0
    built = json.loads((copy / "src/openpractice/static/built.json").read_text("utf-8"))
    assert built["kinds"]["traffic_light"] == "prompts/kind-light.js"
    assert "traffic_light" not in checked(copy)
    script = (
        "from openpractice.kinds.registry import clean, plain_text\n"
        "spec = {'kind': 'traffic_light', 'rows': [{'id': 'a', 'label': 'Our meetings'}]}\n"
        "print(plain_text(clean({'rows': {'a': 'red'}}, spec), spec))\n"
    )
    assert in_copy(copy, "-c", script).stdout == "Our meetings: Red\n"
    assert "### traffic_light" in in_copy(copy, "-m", "openpractice.authoring.reference").stdout
