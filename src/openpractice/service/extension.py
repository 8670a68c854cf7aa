"""The routes inside a Jupyter server: one person on one computer, or whoever has the kit installed."""

from __future__ import annotations

import os
from pathlib import Path

from openpractice.handins.places import places
from openpractice.service import gate
from openpractice.service.app import routes
from openpractice.service.context import ServedCourse
from openpractice.service.jupyteridentity import JupyterIdentities, in_jupyter

ROLES = ("participant", "facilitator", "alone")


def load(serverapp) -> None:
    """Adds our routes to a Jupyter Server."""
    web_app, found = serverapp.web_app, places()
    role = found.role if found.role in ROLES else "participant"
    name = os.environ.get("OPENPRACTICE_NAME", "")  # a hub knows what the person is called
    person = "" if role == "alone" else found.person or ""
    source = JupyterIdentities(role, found.course, person, name)
    base_url = web_app.settings["base_url"]
    served = ServedCourse(found, Path(serverapp.root_dir), base_url, source, alone=role == "alone")
    served.one_home = role == "participant"
    served.office = os.environ.get("JUPYTERHUB_API_URL", "")
    web_app.add_handlers(".*$", routes(served, reviews=role != "participant", shaped=in_jupyter))
    if getattr(serverapp.kernel_manager, "starts_none", False):
        # Lessons opened as notebooks then ask nobody which kernel to start: front/notebook/kernel.js.
        web_app.settings.setdefault("page_config_data", {})["openpracticeKernels"] = "off"
    if role == "facilitator":
        gate.close(serverapp.identity_provider, base_url, source)
    serverapp.log.info("Open Practice is at %s", served.root)
