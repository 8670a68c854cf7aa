"""The set-up: versions, locks, licences, README's commands, and what the scripts say when stuck."""

import os
import re
import socket
import subprocess
import sys
import tomllib
import warnings
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import openpractice
from repo import REPO
from sources import SOURCES, imported

PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
LOCKS = sorted((REPO / "requirements").glob("*.lock"))

sys.path.insert(0, str(REPO / "script"))
import environment
import machine
import testing

# -- files that must agree ---------------------------------------------------------------------


def test_environment_yml_has_the_ranges_of_pyproject():
    entries = yaml.safe_load((REPO / "environment.yml").read_text())["dependencies"]
    conda = [e for e in entries if isinstance(e, str) and e != "pip"]
    tests = [line for line in PROJECT["optional-dependencies"]["test"] if re.match(r"pytest>|nbval", line)]
    wanted = {*PROJECT["dependencies"], *with_extras(["alone"]), *tests}
    assert sorted(conda[1:], key=str.lower) == sorted(wanted, key=str.lower)
    assert [e for e in entries if isinstance(e, dict)] == [{"pip": ["."]}]


def test_environment_yml_names_its_python_as_binder_reads_it():
    """Source: repo2docker, ``buildpacks/conda``: it looks for this and falls back to a Python of its own."""
    python = yaml.safe_load((REPO / "environment.yml").read_text())["dependencies"][0]
    named = re.match(r"python\s*=+\s*([\d\.]*)", python)
    assert named and Requirement("python" + PROJECT["requires-python"]).specifier.contains(named[1])


def with_extras(names) -> list[str]:
    """What these extras bring, those that they name of our own among them."""
    found = []
    for line in (line for name in names for line in PROJECT["optional-dependencies"][name]):
        own = re.fullmatch(r"openpractice\[(.+)\]", line)
        found += with_extras(own[1].split(",")) if own else [line]
    return found


def test_environment_yml_has_what_the_course_is_made_and_tested_with():
    entries = yaml.safe_load((REPO / "environment.yml").read_text())["dependencies"]
    named = {re.match(r"[\w-]+", entry)[0] for entry in entries if isinstance(entry, str)}
    assert {"jupyterlab", "ipywidgets", "nbgrader", "pytest", "nbval"} <= named


def test_the_version_is_one():
    newest = re.search(r"^## \[(\d[^\]]*)\]", (REPO / "CHANGELOG.md").read_text(), re.M)[1]
    assert PROJECT["version"] == openpractice.__version__ == newest


def test_the_changelog_keeps_to_its_heads():
    heads = set(re.findall(r"^### (.+)$", (REPO / "CHANGELOG.md").read_text(), re.M))
    assert heads <= {"Lessons", "Tools", "Accessibility"}


def test_licences_name_themselves():
    assert "BSD 3-Clause License" in (REPO / "LICENSE").read_text()
    content = (REPO / "LICENSE-CONTENT.md").read_text()
    assert "CC BY 4.0" in content and "Quotations" in content


def locked(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Versions (with their markers) and the number of hashes of each package in a lock file."""
    found: dict[str, list[tuple[str, str]]] = {}
    text = path.read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        pin, *hashes = line.split("--hash=")
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", h) for h in hashes), line
        name, version, marker = re.fullmatch(r"([\w.\-]+)(?:\[[\w,\-]+\])?==([^ ;]+)\s*(?:;\s*(.*?))?\s*", pin).groups()
        found.setdefault(name, []).append((version, marker or ""))
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_is_versions_and_hashes_and_no_address(lock):
    assert len(locked(lock)) > 3
    assert not re.search(r"https?:|--index|--extra-index|--find-links|@ file", lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_stays_below_what_is_held_back_for_a_reason(lock):
    said = (REPO / "requirements/held.in").read_text().splitlines()
    for held in (Requirement(line) for line in said if not line.startswith("#")):
        assert all(held.specifier.contains(version) for version, _ in locked(lock).get(held.name, []))


def test_one_environment_can_grow_from_lock_to_lock():
    alone, hub, test = (locked(REPO / "requirements" / f"{n}.lock") for n in ("alone", "hub", "test"))
    assert alone.keys() < hub.keys() < test.keys()
    for small, large in ((alone, hub), (hub, test)):
        versions = {name: {v for v, _ in pins} for name, pins in large.items()}
        assert all({v for v, _ in pins} <= versions[name] for name, pins in small.items())


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("alone", ["alone"]), ("service", ["service", "postgres"]), ("hub", ["hub"]), ("test", ["test"])],
)
def test_a_lock_holds_what_pyproject_asks_for(lock, extras):
    pins = locked(REPO / "requirements" / f"{lock}.lock")
    for requirement in map(Requirement, PROJECT["dependencies"] + with_extras(extras)):
        versions = [v for v, _ in pins[requirement.name.lower().replace("_", "-")]]
        assert versions and all(requirement.specifier.contains(v) for v in versions), requirement


DISTRIBUTIONS = cache(packages_distributions)  # reads every package that is installed


def without_a_lock(module: str, targets: set[str], pins: dict) -> set[str]:
    """What a module imports and an environment made from these pins does not hold."""
    from_outside = {name.split(".")[0] for name in targets} - {"openpractice", "__main__"} - sys.stdlib_module_names
    known = DISTRIBUTIONS()
    return {
        f"{module} imports {name}"
        for name in from_outside
        if not any(canonicalize_name(each) in pins for each in known.get(name, ()))
    }


# What only somebody needs who asks for it by name, and is told where it is missing.
WHERE_WANTED = {"launch.safekeeping.backup imports pyrage"}
# What one person alone never loads.
ONLY_WITH_A_HUB = ("hub.", "launch.servers.tls", "service.identities.hubidentity", "service.hubroutes", "service.serve")


@pytest.mark.parametrize(("lock", "of_hub"), [("alone", False), ("hub", True)])
def test_everything_that_the_kit_imports_anywhere_is_installed_for_its_users(lock, of_hub):
    pins, wrong = locked(REPO / "requirements" / f"{lock}.lock"), set()
    for name, targets in imported(SOURCES).items():
        if name == "hub.ltidoor":
            continue  # of another hub than the workshop's own
        if of_hub or not name.startswith(ONLY_WITH_A_HUB):
            wrong |= without_a_lock(name, targets, pins)
    assert wrong == WHERE_WANTED


def test_an_import_that_no_lock_holds_is_found():
    pins = locked(REPO / "requirements" / "alone.lock")
    assert without_a_lock("here", {"pytest", "json", "yaml", "openpractice.kit"}, pins) == {"here imports pytest"}


def test_the_other_hub_that_the_tests_are_told_to_try_is_one_that_is_allowed():
    allowed = next(
        Requirement(line) for line in with_extras(["hub"]) if Requirement(line).name == "jupyterhub"
    ).specifier
    told = re.findall(
        r"script/test --hub (\S+)", (REPO / "CONTRIBUTING.md").read_text() + run_script("script/test", "--help").stdout
    )
    assert len(told) == 2 and all(version in allowed for version in told)
    assert "4.1.6" not in allowed
    (locked,) = re.findall(r"^jupyterhub==(\S+)", (REPO / "requirements" / "test.lock").read_text(), re.M)
    assert locked in allowed and locked not in told


def test_what_the_wheel_is_built_from_is_among_the_sources():
    wheel = tomllib.loads((REPO / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    taken = [*wheel["packages"], *wheel.get("force-include", {}), *wheel.get("shared-data", {})]
    taken += [wheel["hooks"]["custom"]["path"]]
    made = {"build"}  # by the hook itself
    held = [path for path in taken if any(f"{path}/".startswith(f"{one}/") for one in environment.KIT_SOURCES)]
    assert [path for path in taken if path not in held and path.split("/")[0] not in made] == []


# -- README ------------------------------------------------------------------------------------


def test_readme_is_short():
    assert len((REPO / "README.md").read_text().splitlines()) <= 120


def test_readme_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#:]+)\)", (REPO / "README.md").read_text()):
        assert (REPO / target).exists(), target


# -- the scripts -------------------------------------------------------------------------------


def run_script(program: str, *args: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [REPO / program, *args],
        env={**os.environ, **env},
        text=True,
        capture_output=True,
        timeout=60,
    )


def test_help_needs_nothing_installed(tmp_path):
    done = run_script("script/workshop", "--help", OPENPRACTICE_VENV=str(tmp_path / "none"))
    assert done.returncode == 0 and "--data DIR" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--alone", "--port", "70000"], "a number from 1 to 65535, not '70000'"),
        (["--alone", "--port", "٣٣"], "a number from 1 to 65535"),
        (["--alone", "--prot", "80"], "unrecognized arguments: --prot"),
    ],
)
def test_a_slip_is_named_before_anything_is_installed(tmp_path, args, said):
    done = run_script("script/workshop", *args, OPENPRACTICE_VENV=str(tmp_path / "none"))
    assert done.returncode == 2 and said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_said_before_anything_is_installed(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run_script("script/workshop", "--alone", "--port", port, OPENPRACTICE_VENV=str(tmp_path / "none"))
    assert done.returncode == 1 and f"Port {port} is taken" in done.stderr and "--port " in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("program", ["script/workshop", "script/test"])
def test_an_old_python_is_said_so(tmp_path, program):
    fake = tmp_path / "python3"
    fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    fake.chmod(0o755)
    for tool in ("dirname", "sh"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    done = run_script(program, PATH=str(tmp_path))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this machine has Python 3.9.2" in done.stderr
    assert "OPENPRACTICE_PYTHON=" in done.stderr


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    done = run_script("script/workshop", "--alone", OPENPRACTICE_VENV=str(in_the_way / "venv"))
    assert done.returncode == 1
    assert f"Cannot write into {in_the_way}" in done.stderr and "OPENPRACTICE_VENV=" in done.stderr


def test_too_little_room_is_said_before_the_download(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "ROOM_NEEDED", 1 << 62)
    with pytest.raises(environment.Stop, match="Not enough space"):
        environment.make(tmp_path / "venv")
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("WARNING: Retrying ... NewConnectionError(...)", "could not be reached"),
        ("ERROR: Could not find a version ...\nERROR: No matching distribution found", "could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "its hash differs"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "certificate that this machine does not know"),
        ("npm error code EINTEGRITY", "its hash differs"),
        ("error: Read-only file system (os error 30)", "cannot be written"),
        ("something nobody thought of", "something nobody thought of"),
    ],
)
def test_an_installer_in_trouble_is_put_in_words(output, said):
    assert said in environment.explain(output, "Installing failed.")


@pytest.mark.slow
def test_no_network_is_said_so(tmp_path):
    """The real pip, sent to a port where nobody listens."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    env = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        with pytest.raises(environment.Stop, match="could not be reached"):
            environment.install_locks(REPO, tmp_path / "venv", ["alone"])


def test_a_hash_that_differs_is_not_installed(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    wheel = tmp_path / "planted-1.0-py3-none-any.whl"
    wheel.write_bytes(b"PK\x05\x06" + bytes(18))
    (tmp_path / "lock").write_text(f"planted==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(environment.Stop, match="its hash differs"):
        environment.attempt(
            tmp_path / "venv",
            [
                "-m",
                "pip",
                "install",
                "--no-index",
                "--find-links",
                str(tmp_path),
                "--require-hashes",
                "-r",
                str(tmp_path / "lock"),
            ],
        )


# -- the stamp ---------------------------------------------------------------------------------

STAMP = {"python": "3.11 /usr/bin/python3", "kit": "k", "locks": {"build": "b", "alone": "a"}}


@pytest.mark.parametrize(
    ("have", "enough"),
    [
        (STAMP, True),
        ({**STAMP, "locks": {"build": "b", "alone": "a", "hub": "h"}}, True),
        ({**STAMP, "locks": {"build": "b", "hub": "h"}}, False),
        ({**STAMP, "locks": {"build": "b", "alone": "old"}}, False),
        ({**STAMP, "kit": "older"}, False),
        ({**STAMP, "python": "3.12 /usr/bin/python3"}, False),
        ({}, False),
    ],
)
def test_an_environment_is_redone_when_what_it_came_from_changed(have, enough):
    assert environment.up_to_date(have, STAMP) is enough


@pytest.mark.parametrize(("held", "done"), [("same", ["packages"]), ("older", ["packages", "kit"])])
def test_a_start_that_needs_more_packages_leaves_the_kit_under_one_that_runs_already(tmp_path, monkeypatch, held, done):
    python = environment.python_of(tmp_path / "venv")
    python.parent.mkdir(parents=True)
    python.touch()
    have = environment.wanted_stamp(REPO, ["alone"])
    environment.write_stamp(tmp_path / "venv", have | ({"kit": "older"} if held == "older" else {}))
    found = []
    monkeypatch.setenv("OPENPRACTICE_VENV", str(tmp_path / "venv"))
    monkeypatch.setattr(environment, "install_locks", lambda *_: found.append("packages"))
    monkeypatch.setattr(environment, "install_kit", lambda *_: found.append("kit"))
    assert environment.ensure(REPO, ".venv", ["hub"]) == python and found == done
    assert environment.ensure(REPO, ".venv", ["hub"]) == python and found == done  # now it is all there
    assert environment.is_ready(REPO, ".venv", ["alone"])


def test_the_fingerprint_changes_with_the_sources_and_only_with_them(tmp_path):
    source = tmp_path / "src" / "openpractice" / "model.py"
    source.parent.mkdir(parents=True)
    for name in environment.KIT_SOURCES:
        if not (tmp_path / name).exists() and "." in name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("")
    source.write_text("a = 1")
    first = environment.fingerprint(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_model.py").write_text("")
    cache = source.parent / "__pycache__"
    cache.mkdir()
    (cache / "model.pyc").write_text("")
    assert environment.fingerprint(tmp_path) == first
    source.write_text("a = 2")
    assert environment.fingerprint(tmp_path) != first


def test_a_missing_program_names_its_command(monkeypatch):
    gone = machine.Program("nothing", ("no-such-program-here",), "no-such-package", "a test")
    monkeypatch.setattr(machine, "PROGRAMS", [gone])
    monkeypatch.setattr(machine, "may_install", lambda: False)
    lines = []
    assert machine.ready(lines.append) == [gone]
    assert "sudo apt-get install no-such-package" in lines[-1]


def test_a_missing_program_is_no_trouble_where_a_dearer_one_is(monkeypatch):
    dear = machine.Program("nothing", ("no-such-program-here",), "no-such-package", "a test", ("sh",))
    monkeypatch.setattr(machine, "PROGRAMS", [dear])
    monkeypatch.setattr(machine, "may_install", lambda: False)
    lines = []
    assert machine.missing() == [dear]  # it is asked for all the same
    assert machine.ready(lines.append) == [] and lines == []


def test_what_this_debian_has_not_keeps_nothing_else_out_and_is_done_without(monkeypatch):
    gone = machine.Program("nothing", ("no-such-program-here",), "no-such-package", "a test", ("no-such-dear-one",))
    other = machine.Program("other", ("no-other-program",), "another-package", "a test")
    asked = []
    monkeypatch.setattr(machine, "PROGRAMS", [gone, other])
    monkeypatch.setattr(machine, "may_install", lambda: True)
    monkeypatch.setattr(machine.subprocess, "run", lambda command, **_: asked.append(command[2:]))
    assert machine.ready(lambda line: None) == [gone, other]
    names = [[word for word in words if not word.startswith("-")] for words in asked]
    assert names == [
        ["update"],
        ["install", "no-such-package", "another-package"],
        ["install", "no-such-package"],
        ["install", "no-such-dear-one"],
        ["install", "another-package"],
    ]


def test_a_tier_is_a_folder_of_tests():
    assert testing.parse(["unit", "-x"])[1] == ["tests/unit", "-x"]
    assert all((REPO / "tests" / tier).is_dir() for tier in testing.TIERS)


def test_the_number_of_workers_is_chosen_where_nobody_chose_it():
    assert testing.pytest_words(["-n", "2"], testing.parse([])[0]) == ["pytest", "-n", "2"]
    assert testing.pytest_words(["-x"], testing.parse([])[0])[1] == "-n"


@pytest.mark.slow
def test_coverage_counts_what_a_process_that_a_test_started_ran(tmp_path, capfd):
    start = "subprocess.run([sys.executable, '-c', 'import openpractice.ids'], check=True)"
    (tmp_path / "test_one.py").write_text(f"import subprocess, sys\ndef test_one():\n    {start}\n")
    options, args = testing.parse(["--coverage", str(tmp_path / "test_one.py"), "-n", "1"])
    python, env = Path(sys.executable), testing.test_environment(Path(sys.executable), str(tmp_path))
    assert testing.run_pytest(REPO, python, env, args, options) == 0
    testing.say_covered(REPO, python, env)
    assert re.search(r"openpractice/ids\.py +\d+ +\d+ +\d", capfd.readouterr().out)


def test_a_warning_fails_the_test_that_brings_it():
    with pytest.raises(DeprecationWarning):
        warnings.warn("this goes away", DeprecationWarning, stacklevel=1)


def test_continuous_integration_runs_the_same_script_and_fails_with_it():
    """--help goes through .ci/run to script/test; a wrong test path makes it fail."""
    assert "script/test --full" in run_script(".ci/run", "--help").stdout
