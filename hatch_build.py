"""Puts the lesson page for notebooks where Jupyter looks for it, and the course into the wheel.

The page is made of the built scripts in the package. Everything of it lies in a folder named after its content, because Jupyter lets browsers keep these files for
a year. Only files are copied: a wheel and an editable install need no Node.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/openpractice/static")
JUPYTER = Path("front/notebook/jupyter")
OUT = Path("build/labextension")
ENTRY = "remoteEntry.js"
#: The course that a wheel brings along, from the folders in which it is edited.
COURSE = ("lessons", "notebooks", "grading/anchors", "grading/sample")
SUPPLIED = "openpractice/supplied"
#: Only a kernel sends these.
WIDGET = {"prompts/widget.js", "prompts/loader.js"}


class LessonPageHook(BuildHookInterface):
    """Runs before files are gathered."""

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        assemble(root, root / OUT)
        build_data["force_include"] |= supplied(root)


def supplied(root: Path) -> dict[str, str]:
    """Where each part of the course goes in the wheel; a clone's own environment has the clone's, and brings none."""
    return {str(root / part): f"{SUPPLIED}/{part}" for part in COURSE if (root / part).is_dir()}


def assemble(root: Path, out: Path) -> str:
    """Name of the hash folder written to ``out``, which is replaced whole.

    Raises
    ------
    FileNotFoundError
        when the package has no built page: ``script/front`` makes it.
    """
    files = page_files(root / STATIC)
    if ENTRY not in files or "prompts/prompt.js" not in files:
        raise FileNotFoundError(f"{STATIC} has no built lesson page. Run script/front.")
    name = content_hash(files)
    shutil.rmtree(out, ignore_errors=True)
    for path, content in files.items():
        target = out / "static" / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (out / "package.json").write_text(json.dumps(package(root, name), indent=2) + "\n")
    shutil.copyfile(root / JUPYTER / "install.json", out / "install.json")
    return name


def page_files(static: Path) -> dict[str, bytes]:
    """Every file of the page by its address below the hash folder, in order."""
    paths = [path for part in ("notebook", "prompts") for path in static.glob(f"{part}/*") if path.is_file()]
    files = {path.relative_to(static).as_posix(): path.read_bytes() for path in paths}
    if f"notebook/{ENTRY}" in files:
        files[ENTRY] = files.pop(f"notebook/{ENTRY}")
    return {path: files[path] for path in sorted(files.keys() - WIDGET)}


def content_hash(files: dict[str, bytes]) -> str:
    """Sixteen hex digits that change when any name or byte of the page does."""
    digest = hashlib.sha256()
    for path, content in files.items():
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def package(root: Path, name: str) -> dict:
    """What Jupyter reads about the page, with the project's own version."""
    data = json.loads((root / JUPYTER / "package.json").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    data["version"] = project["project"]["version"]
    data["jupyterlab"]["_build"] = {"load": f"static/{name}/{ENTRY}", "extension": "./extension"}
    return data
