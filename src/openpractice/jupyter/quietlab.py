"""JupyterLab asks nobody outside for news or updates on the course's own servers.

A setting of the server's own user, put there once: whoever changes it keeps their choice, and no other
Lab on the machine is touched.
"""

import json
from pathlib import Path

from openpractice.files import write_new

SETTINGS = Path("lab", "user-settings", "@jupyterlab", "apputils-extension", "notification.jupyterlab-settings")
QUIET = {"fetchNews": "false", "checkForUpdates": False}


def quiet(config: Path) -> None:
    """The setting in this server's configuration folder, unless one is there."""
    path = config / SETTINGS
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        write_new(path, json.dumps(QUIET).encode(), 0o600, durable=False)
    except FileExistsError:
        pass
