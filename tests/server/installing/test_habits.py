"""Layout, slips of the pen and types that do not fit, as pyproject.toml says."""

import subprocess
import sys

import pytest

from repo import REPO

LOOKS = (["ruff", "check", "-q"], ["ruff", "format", "-q", "--check"], ["mypy", "--no-error-summary"])


def looked(command, place):
    done = subprocess.run([sys.executable, "-m", *command], cwd=place, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_nothing_is_found_in_the_kit(command):
    code, said = looked(command, REPO)
    assert code == 0, said


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_what_is_wrong_is_found(command, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.mypy]\nfiles = ["one.py"]\n')
    (tmp_path / "one.py").write_text("import os\ncount: int  =  'one'\n")
    code, said = looked(command, tmp_path)
    assert code == 1 and "one.py" in said
