"""Open Practice on The Littlest JupyterHub: one service beside the hub, for whoever the hub signs in.

The kit is a clone in /opt/open-practice; README.md says how. `tljh-config set openpractice.NAME VALUE`
changes what the entry in the hub's configuration says (hub/service.py has the names).
"""

import pwd
import subprocess
from pathlib import Path

from tljh.hooks import hookimpl

KIT, DATA, PROGRAM = "/opt/open-practice", "/srv/open-practice", "/opt/tljh/hub/bin/openpractice"
ACCOUNT = "openpractice"


@hookimpl
def tljh_extra_hub_pip_packages():
    return [f"openpractice[service] @ file://{KIT}"]


@hookimpl
def tljh_extra_user_pip_packages():
    # Prompts in notebooks, for whoever opens a lesson as one; it brings nothing of the service.
    return [f"openpractice @ file://{KIT}"]


@hookimpl
def tljh_config_post_install(config):
    # Only what nobody has set: an installer that runs again changes nothing of anybody's.
    ours = config.setdefault("openpractice", {})
    for name, value in {"kit": KIT, "data": DATA, "program": PROGRAM, "system_user": ACCOUNT}.items():
        ours.setdefault(name, value)


@hookimpl
def tljh_post_install():
    """The system user and the folder of the service: nobody else reads what people write."""
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--home-dir", DATA, "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(command, check=True)
    subprocess.run(["install", "-d", "-m", "700", "-o", ACCOUNT, DATA], check=True)


@hookimpl
def tljh_custom_jupyterhub_config(c):
    from tljh.configurer import load_config

    config = load_config()
    told = dict(config.get("openpractice") or {})
    # This hub has no groups of the course's: its administrators let everybody else in by links.
    if not any(told.get(name) for name in ("first_facilitators", "facilitators")):
        told["first_facilitators"] = list((config.get("users") or {}).get("admin") or [])
    entry = Path(told.get("kit", KIT), "hub", "service.py")
    exec(compile(entry.read_text(), entry, "exec"), {"get_config": lambda: c, "open_practice": told})
