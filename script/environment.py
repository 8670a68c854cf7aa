"""The kit's own Python environment: made once, brought up to date when something changed.

Everything comes from the lock files by version and hash. A stamp in the environment says
what it was made from; when the stamp still fits, a start costs a few file reads.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOM_NEEDED = 1_500_000_000  # bytes; measured: about 0.5 GB for one person, 0.8 GB for a hub
KIT_SOURCES = (
    "pyproject.toml",
    "hatch_build.py",
    "LICENSE",
    "LICENSE-CONTENT.md",
    "README.md",
    "src",
    "front/notebook/jupyter",
    "grading/nbgrader_config.py",
    "hub/jupyterhub_config.py",
    "hub/proxy",
    "front/prompts/catalog/en.json",
)
IGNORED = {"__pycache__", "node_modules", ".ipynb_checkpoints"}


class Stop(Exception):
    """Something the person can mend. Its text says what happened and what to do."""


def ensure(repo: Path, name: str, locks: list[str]) -> Path:
    """Path of the environment's Python, with these locks and the kit as it is now installed.

    OPENPRACTICE_VENV names another folder for it.
    """
    folder = Path(os.environ.get("OPENPRACTICE_VENV") or repo / name).absolute()
    python = python_of(folder)
    wanted = wanted_stamp(repo, locks)
    if up_to_date(read_stamp(folder), wanted) and python.exists():
        return python
    with only_one(folder):
        have = read_stamp(folder)
        if not (have.get("python") == wanted["python"] and python.exists()):
            have = {}
            make(folder)
        if not up_to_date({**have, "kit": wanted["kit"]}, wanted):
            install_locks(repo, folder, locks)
            have["locks"] = {**have.get("locks", {}), **wanted["locks"]}
        if have.get("kit") != wanted["kit"]:  # else it stays under whatever runs from here already
            say("Putting the kit itself in place ...")
            install_kit(repo, folder)
        write_stamp(folder, {**wanted, "locks": have["locks"]})
    return python


def is_ready(repo: Path, name: str, locks: list[str]) -> bool:
    """Whether a start has nothing to install."""
    folder = Path(os.environ.get("OPENPRACTICE_VENV") or repo / name).absolute()
    return up_to_date(read_stamp(folder), wanted_stamp(repo, locks)) and python_of(folder).exists()


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def say(text: str) -> None:
    print(text, flush=True)


# -- the stamp ---------------------------------------------------------------------------------


def wanted_stamp(repo: Path, locks: list[str]) -> dict:
    """What an environment that is up to date was made from."""
    return {
        "python": f"{sys.version_info[0]}.{sys.version_info[1]} {os.path.realpath(sys.executable)}",
        "locks": {name: digest(lock_bytes(repo, name)) for name in ["build", *locks]},
        "kit": fingerprint(repo),
    }


def lock_bytes(repo: Path, name: str) -> bytes:
    """The bytes of a lock; those that bring a hub hold the proxy's lock too."""
    held = (repo / "requirements" / f"{name}.lock").read_bytes()
    if name in ("alone", "build"):
        return held
    return held + (repo / "hub" / "proxy" / "package-lock.json").read_bytes()


def up_to_date(have: dict, wanted: dict) -> bool:
    """True when `have` covers `wanted`; it may hold more locks than are wanted."""
    locks = have.get("locks", {})
    return (
        have.get("python") == wanted["python"]
        and have.get("kit") == wanted["kit"]
        and all(locks.get(name) == value for name, value in wanted["locks"].items())
    )


def fingerprint(repo: Path) -> str:
    """One hash over everything the installed kit is built from, and where it lies."""
    total = hashlib.sha256(str(repo).encode())
    for top in KIT_SOURCES:
        path = repo / top
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            name = file.relative_to(repo).as_posix()
            if file.is_file() and not skipped(name):
                total.update(f"{name}\0{digest(file.read_bytes())}\n".encode())
    return total.hexdigest()


def skipped(name: str) -> bool:
    return bool(IGNORED.intersection(name.split("/")))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_stamp(folder: Path) -> dict:
    try:
        return json.loads((folder / "openpractice.json").read_text())
    except (OSError, ValueError):
        return {}


def write_stamp(folder: Path, stamp: dict) -> None:
    (folder / "openpractice.json").write_text(json.dumps(stamp, indent=1))


# -- making and filling it ---------------------------------------------------------------------


@contextmanager
def only_one(folder: Path):
    """Two starts from one clone at the same moment: the second waits for the first."""
    lock = folder.parent / f"{folder.name}.lock"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = open(lock, "w")
    except OSError as error:
        raise Stop(
            f"Cannot write into {folder.parent} ({error.strerror}).\n"
            "Name a folder of your own for the kit's Python packages and run this again:\n"
            f"  OPENPRACTICE_VENV=~/openpractice-venv {sys.argv[0].replace('start.py', 'workshop')}"
        ) from None
    with handle:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make(folder: Path) -> None:
    """A new, empty environment."""
    free = shutil.disk_usage(folder.parent).free
    if free < ROOM_NEEDED:
        raise Stop(
            f"Not enough space in {folder.parent}: {free / 1e9:.1f} GB free, "
            f"{ROOM_NEEDED / 1e9:.1f} GB needed.\nMake room, or name a folder on another disk "
            "with OPENPRACTICE_VENV=..., and run this again."
        )
    version = ".".join(map(str, sys.version_info[:2]))
    say(f"First start: making an environment for the kit in {folder} (Python {version}) ...")
    done = call([sys.executable, "-m", "venv", "--clear", str(folder)])
    if done.returncode == 0:
        return
    if "ensurepip" in done.stdout:
        raise Stop(
            "This Python has no venv module to make an environment with.\nInstall it and run this "
            f"again:\n  sudo apt install python{version}-venv"
        )
    raise Stop(explain(done.stdout, "Making the environment failed."))


def install_locks(repo: Path, folder: Path, locks: list[str]) -> None:
    say("Installing the packages it needs (once; half a minute to some minutes) ...")
    lock_file = repo / "requirements" / "build.lock"
    checked = ["--require-hashes", "-r"]
    attempt(folder, ["-m", "pip", "install", "-q", *checked, str(lock_file)])
    for name in locks:
        install(folder, [*checked, str(repo / "requirements" / f"{name}.lock")])
    if locks != ["alone"]:
        install_proxy(repo, folder)


def install_proxy(repo: Path, folder: Path) -> None:
    """The hub's proxy runs on Node, which the hub's lock has brought; its own lock has the hashes."""
    said = nodeproxy(repo).put_in_place(repo / "hub" / "proxy", folder / "proxy", python_of(folder).parent)
    if said:
        (folder / "install.log").write_text(said)
        raise Stop(explain(said, "Installing the proxy failed.") + f"\nDetails: {folder / 'install.log'}")


def nodeproxy(repo: Path):
    """What puts the proxy in place, from the sources: a start from a wheel does it with the same."""
    spec = importlib.util.spec_from_file_location("nodeproxy", repo / "src/openpractice/launch/nodeproxy.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install_kit(repo: Path, folder: Path) -> None:
    """Build the kit from a copy: a clone that belongs to somebody else is never written into."""
    with tempfile.TemporaryDirectory(prefix="build-", dir=folder) as copy:
        for name in KIT_SOURCES:
            source, target = repo / name, Path(copy, name)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns(*IGNORED))
            elif source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        # --no-deps: the locks have brought them, by hash.
        install(folder, ["--no-deps", "--no-build-isolation", "--reinstall", copy])


def install(folder: Path, args: list[str]) -> None:
    """Install with uv, which takes seconds; with pip where uv does not get through.

    The two read different settings (proxies, mirrors, certificates), so pip's try is a real one.
    """
    # Not hard links into a shared cache: an environment is nobody else's business.
    fast = ["-m", "uv", "pip", "install", "--link-mode=copy", "--compile-bytecode", *args]
    if "--reinstall" in args:
        fast.append("--no-cache")
    done = call([str(python_of(folder)), *fast], VIRTUAL_ENV=str(folder))
    if done.returncode:
        pip = [arg.replace("--reinstall", "--force-reinstall") for arg in args]
        attempt(folder, ["-m", "pip", "install", "-q", *pip])


def attempt(folder: Path, args: list[str]) -> None:
    done = call([str(python_of(folder)), *args])
    if done.returncode:
        log = folder / "install.log"
        log.write_text(done.stdout)
        raise Stop(explain(done.stdout, "Installing failed.") + f"\nDetails: {log}")


def call(command: list[str], **extra: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "PYTHONNOUSERSITE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **extra}
    env.pop("PYTHONPATH", None)
    return subprocess.run(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


CAUSES = [
    (r"No space left|ENOSPC|Disk quota", "The disk is full. Make room and run this again."),
    (
        r"HASHES|EINTEGRITY|hash mismatch|Hash mismatch",
        "A downloaded package is not the one the kit was tested with (its hash differs), so it was "
        "not installed.\nA proxy may be changing downloads: try another network, then run this again.",
    ),
    (
        r"name resolution|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|NewConnectionError|ConnectTimeout|Connection refused|No route to host|"
        r"ProxyError|Network is unreachable|No matching distribution|dns error",
        "The Python package index could not be reached. The first start needs the internet.\nCheck "
        "the connection (behind a proxy: set https_proxy) and run this again.",
    ),
    (
        r"CERTIFICATE_VERIFY|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|certificate verify failed",
        "The network shows a certificate that this machine does not know, as some schools' proxies do.\n"
        "Ask for the proxy's certificate to be installed on this machine, or use another network.",
    ),
    (
        r"Read-only file system|Permission denied",
        "A folder cannot be written. Name one of your own with OPENPRACTICE_VENV=... and run this again.",
    ),
]


def explain(output: str, otherwise: str) -> str:
    """What an installer's output means for the person, in words."""
    for pattern, words in CAUSES:
        if re.search(pattern, output):
            return words
    return f"{otherwise}\n{output.strip()[-2000:]}"
