"""What script/test does: the environment, the machine's programs, then pytest.

Its summary is the closing line; behind it comes only what --coverage counted.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import environment
import machine
from environment import Stop, say

DESCRIPTION = """\
Set up and run the tests. Anything after the options goes to pytest.

  script/test                        all but the long runs
  script/test --full                 the long runs too
  script/test --coverage unit        and say which part of each module was run, servers and hubs included
  script/test tests/unit/ground      one folder, or one file of it
  script/test unit                   one tier: unit, server, browser or hub
  script/test -k lock                by name
  script/test --hub 5.4.6 tests/hub  with another JupyterHub, in an environment of its own
"""

#: More workers than this wait for each other.
MOST_WORKERS = 8
TIERS = ("unit", "server", "browser", "hub")  # by what they need: nothing, servers, Chromium, a JupyterHub


def main(repo: Path, argv: list[str]) -> int:
    """Run the tests; 0 only if all of them passed."""
    options, pytest_args = parse(argv)
    under_ci = bool(os.environ.get("CI"))
    python = with_hub(repo, options.hub) if options.hub else environment.ensure(repo, ".venv-test", ["test"])
    left = machine.ready(say)
    if left and under_ci:
        names = ", ".join(program.package for program in left)
        raise Stop(f"Continuous integration needs every program, and these are missing: {names}")
    scratch = tempfile.mkdtemp(prefix="op-test-")
    worst = 1
    try:
        env = test_environment(python, scratch)
        say(f"Tests ... (where one fails, what it worked on stays in {scratch})")
        # A place of this run's own: the one that pytest shares among runs is closed to other users by each that starts.
        worst = run_pytest(repo, python, env, [f"--basetemp={scratch}/t", *pytest_args], options)
        if options.coverage:
            say_covered(repo, python, env)
    finally:
        if worst == 0 or under_ci:
            shutil.rmtree(scratch, ignore_errors=True)
    return worst


def parse(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="script/test",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--full", action="store_true", help="run the long tests as well")
    parser.add_argument("--coverage", action="store_true", help="print which part of the kit was run")
    parser.add_argument("--hub", metavar="VERSION", help="a JupyterHub other than the lock's")
    options, rest = parser.parse_known_args(argv)
    return options, [f"tests/{word}" if word in TIERS else word for word in rest]


def with_hub(repo: Path, version: str) -> Path:
    """Python of an environment that is as the lock says, but for JupyterHub's version."""
    name = f".venv-test-hub-{version}"
    if own := os.environ.get("OPENPRACTICE_VENV"):
        os.environ["OPENPRACTICE_VENV"] = f"{own}-hub-{version}"
    python = environment.ensure(repo, name, ["test"])
    # Each time, since an environment that was brought up to date has the lock's again.
    environment.install(python.parent.parent, [f"jupyterhub=={version}"])
    return python


def test_environment(python: Path, scratch: str) -> dict[str, str]:
    """The tests' environment: what they write goes to a scratch folder, not to anybody's own."""
    env = {**os.environ, "PYTHONNOUSERSITE": "1", "OPENPRACTICE_HOME": f"{scratch}/home"}
    # /usr/sbin: runuser, by which root runs a PostgreSQL server as somebody else
    env["PATH"] = os.pathsep.join([str(python.parent), env.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    env["COVERAGE_FILE"] = f"{scratch}/coverage"
    env["JUPYTER_CONFIG_DIR"] = f"{scratch}/jupyter"
    env["JUPYTER_DATA_DIR"] = f"{scratch}/share"
    env["JUPYTER_RUNTIME_DIR"] = f"{scratch}/run"
    of_others = ("OPENPRACTICE_EXCHANGE", "OPENPRACTICE_DATA", "OPENPRACTICE_ROLE", "OPENPRACTICE_KIT", "PYTHONPATH")
    # Tests that were read once are read in half of the time by the next run.
    for name in (*of_others, "PYTHONDONTWRITEBYTECODE"):
        env.pop(name, None)
    return env


def run_pytest(repo: Path, python: Path, env: dict[str, str], args: list[str], options: argparse.Namespace) -> int:
    if options.full:
        # What the long runs count goes into docs/trust.md; and they drive the browser that people have.
        env = env | {"OPENPRACTICE_WRITE_TRUST": "1", "OPENPRACTICE_WITH_WINDOWS": "1"}
    return subprocess.call([str(python), "-m", *pytest_words(args, options)], cwd=repo, env=env)


def pytest_words(args: list[str], options: argparse.Namespace) -> list[str]:
    """What follows "python -m": pytest, or coverage of it, with the chosen tests."""
    words = ["coverage", "run", "-m", "pytest"] if options.coverage else ["pytest"]
    if options.full:
        words += ["-m", "slow or not slow"]
    if not any(arg.startswith(("-n", "--numprocesses")) for arg in args):
        words += ["-n", str(min(2 * (os.cpu_count() or 1), MOST_WORKERS))]
    return [*words, *args]


def say_covered(repo: Path, python: Path, env: dict[str, str]) -> None:
    """How much of each module was run, by the tests and by every process that they started."""
    for step in (["combine", "-q"], ["report"]):
        subprocess.call([str(python), "-m", "coverage", *step], cwd=repo, env=env)
