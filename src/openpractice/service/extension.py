"""The routes inside a Jupyter server: one person on one computer, or whoever has the kit installed."""

from __future__ import annotations

import os
from pathlib import Path

from openpractice.handins.places import places
from openpractice.service import forwarding
from openpractice.service.app import look_after, routes
from openpractice.service.handlers.context import ServedCourse
from openpractice.service.identities import gate
from openpractice.service.identities.jupyteridentity import JupyterIdentities, in_jupyter
from openpractice.service.lessonpages.shelf import Shelf

ROLES = ("participant", "facilitator", "alone")
#: What draws widgets. Where no kernel ever runs the first would look for one, and the second for the first:
#: each would say an error on every page.
WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")


def takes_the_course(environ, root_dir: Path) -> bool:
    """Whether this server is somebody's who takes the course, rather than one that merely has the kit installed."""
    told = any(environ.get(f"OPENPRACTICE_{name}") for name in ("ROLE", "SERVICE", "EXCHANGE", "DATA"))
    return told or bool(Shelf(None, root_dir).lessons())


def without_widgets(before=None):
    """What Jupyter asks about the settings of each page: they turn off what draws widgets; `before` is asked first."""

    def hook(handler, page_config: dict) -> dict:
        page_config = before(handler, page_config) if before else page_config
        page_config["disabledExtensions"] = [*page_config.get("disabledExtensions", []), *WIDGETS]
        return page_config

    return hook


def load(serverapp) -> None:
    """Adds our routes to a Jupyter Server."""
    web_app, found = serverapp.web_app, places()
    role = found.role if found.role in ROLES else "participant"
    name = os.environ.get("OPENPRACTICE_NAME", "")  # a hub knows what the person is called
    base_url, root_dir = web_app.settings["base_url"], Path(serverapp.root_dir)
    told = web_app.settings.setdefault("page_config_data", {})
    if getattr(serverapp.kernel_manager, "starts_none", False):
        # Lessons opened as notebooks then ask nobody which kernel to start: front/notebook/kernel.js.
        told["openpracticeKernels"] = "off"
        web_app.settings["page_config_hook"] = without_widgets(web_app.settings.get("page_config_hook"))
    if takes_the_course(os.environ, root_dir):
        told["openpracticeCourse"] = "on"  # the card in the launcher: front/notebook/launcher.js
    if os.environ.get("OPENPRACTICE_SERVICE"):
        return _hand_on(serverapp, found, base_url, root_dir)
    person = "" if role == "alone" else found.person or ""
    source = JupyterIdentities(role, found.course, person, name)
    served = ServedCourse(found, root_dir, base_url, source, alone=role == "alone")
    served.one_home = role == "participant"
    served.office = os.environ.get("JUPYTERHUB_API_URL", "")
    web_app.add_handlers(".*$", routes(served, reviews=role != "participant", shaped=in_jupyter))
    if role == "facilitator":
        gate.close(serverapp.identity_provider, base_url, source)
    if role != "participant":
        serverapp.io_loop.add_callback(look_after, served)
    serverapp.log.info("Open Practice is at %s", served.root)
    return None


def _hand_on(serverapp, found, base_url: str, root_dir: Path) -> None:
    """At a hub the course is a service: this server shows notebooks, or formgrader, and keeps no words."""
    serverapp.web_app.add_handlers(".*$", forwarding.routes(base_url, found, root_dir))
    if found.role == "facilitator":
        gate.close(
            serverapp.identity_provider, base_url, JupyterIdentities(found.role, found.course, found.person or "")
        )
