"""What is loaded where participants type stays on a list: each package there costs every person
memory and start-up time.
"""

import json
import subprocess
import sys

import pytest

from repo import REPO

SOURCES = REPO / "src" / "openpractice"

# Beyond what the host itself has loaded.
KERNEL_MAY = {"openpractice", "anywidget", "ipywidgets", "psygnal", "mypy_extensions", "platformdirs", "comm"}
# The page of a lesson is drawn where it is served, by one renderer.
MARKDOWN = {"markdown_it", "mdurl", "mdit_py_plugins"}
SERVER_MAY = {"openpractice", "platformdirs", "nbformat", "jinja2", "markupsafe", *MARKDOWN}
# Never, whatever the lists come to hold.
NEVER = {
    "nbgrader",
    "sqlalchemy",
    "alembic",
    "scipy",
    "numpy",
    "pandas",
    "click",
    "markdown_it",
    "yaml",
    "nbconvert",
    "jupyterhub",
}

REPORT = """
import importlib, json, sys
for name in {host!r}: importlib.import_module(name)
before = set(sys.modules)
for name in {names!r}: importlib.import_module(name)
new = sorted({{n.split('.')[0] for n in set(sys.modules) - before}} - set(sys.stdlib_module_names))
print(json.dumps(new))
"""


def loaded(host: list[str], names: list[str]) -> set[str]:
    """Top-level packages that `names` load beyond what `host` already has."""
    code = REPORT.format(host=host, names=names)
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    return {n for n in json.loads(done.stdout.splitlines()[-1]) if not n.startswith("_") and not n.endswith("__mypyc")}


def modules_of(part: str) -> list[str]:
    return [
        f"openpractice.{part}.{path.stem}"
        for path in sorted((SOURCES / part.replace(".", "/")).glob("*.py"))
        if path.stem != "__init__"
    ]


def test_the_package_alone_loads_nothing():
    assert loaded([], ["openpractice"]) == {"openpractice"}


def test_a_kernel_loads_what_is_on_its_list():
    names = [*modules_of("jupyter"), *modules_of("kinds"), *modules_of("journal")]
    extra = loaded(["ipykernel.ipkernel", "IPython.display"], names) - KERNEL_MAY
    assert not extra & NEVER and not extra


HOST = ["jupyter_server.serverapp", "jupyterlab.labapp", "notebook.app"]


def test_the_extension_loads_what_is_on_its_list():
    """Where nobody reviews and no hub is: what one computer's Jupyter Server loads for us."""
    names = modules_of("service.participant")
    extra = loaded(HOST, ["openpractice.service.extension", *names]) - SERVER_MAY
    assert not extra & (NEVER - MARKDOWN) and not extra


def test_a_participants_server_at_a_hub_loads_what_is_on_its_list():
    """It hands requests on to the service and draws nothing itself."""
    extra = loaded(HOST, ["openpractice.service.extension", "openpractice.service.forwarding"]) - SERVER_MAY
    assert not extra & (NEVER - MARKDOWN) and not extra


@pytest.mark.parametrize("package", ["yaml", "sqlalchemy"])
def test_a_package_that_is_not_on_the_list_is_seen(package):
    assert package in loaded([], [package]) - KERNEL_MAY - SERVER_MAY
