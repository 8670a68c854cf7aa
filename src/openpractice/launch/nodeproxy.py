"""The hub's proxy, which runs on Node: put in place once, from its lock file by version and hash.

Standard library only and free of imports from the kit: script/ loads this file by its
path, before anything is installed.
"""

import os
import shutil
import subprocess
from pathlib import Path

PROGRAM = Path("node_modules", "configurable-http-proxy", "bin", "configurable-http-proxy")


def put_in_place(lock: Path, target: Path, programs: Path) -> str:
    """Installs what the lock in that folder names; what npm said where it could not, "" when it is there.

    `programs` is the folder with the npm of the environment.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(lock, target)
    # --ignore-scripts: nothing of what is downloaded runs now
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(target)]
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # Node brings certificates of its own; a school's proxy is known to the system's only.
    trust = f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
    env = {**os.environ, "PYTHONNOUSERSITE": "1", "PATH": path, "NODE_OPTIONS": trust}
    env.pop("PYTHONPATH", None)
    command[0] = shutil.which("npm", path=path) or "npm"
    try:
        done = subprocess.run(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        return f"npm: {error.strerror}"
    return "" if not done.returncode else done.stdout.strip() or f"npm ended with {done.returncode}"
