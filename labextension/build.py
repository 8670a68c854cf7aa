"""The notebook page's files, put together for JupyterLab and Notebook 7 without Node.

Everything under ``static/<hash>/`` is named after its content, because Jupyter lets
browsers keep these files for a year. Stdlib only: it runs while the wheel is built.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

PAGE = Path("labextension/src")
PROMPTS = Path("src/openpractice/prompts/static")
OUT = Path("build/labextension")
ENTRY = "remoteEntry.js"
KEPT = {".js", ".css", ".json", ".svg"}

_IMPORT = re.compile(
    r"""(?:\bfrom|\bimport)\s*\(?\s*(?:new URL\(\s*)?["'](\.{1,2}/[^"']+|page/[^"']+)["']"""
)
_STYLE = re.compile(r"""addStyle\(["'](\.{1,2}/[^"']+)["']\)""")


class BrokenPage(Exception):
    """A file that a module of the page asks for is not there."""


def build(root: Path, out: Path) -> str:
    """Name of the hash folder written to ``out``, which is replaced whole.

    Raises
    ------
    BrokenPage
        when a module imports a file that does not exist, naming every one.
    """
    files = page_files(root)
    missing = missing_imports(files)
    if missing:
        raise BrokenPage("The lesson page cannot be built:\n" + "\n".join(missing))
    name = content_hash(files)
    shutil.rmtree(out, ignore_errors=True)
    for path, content in files.items():
        target = out / "static" / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (out / "package.json").write_text(json.dumps(package(root, name), indent=2) + "\n")
    shutil.copyfile(root / "labextension/install.json", out / "install.json")
    return name


def page_files(root: Path) -> dict[str, bytes]:
    """Every file of the page by its address below the hash folder, in order."""
    files = {f"page/{name}": content for name, content in _folder(root / PAGE).items()}
    files[ENTRY] = files.pop(f"page/{ENTRY}", b"")
    files |= {f"prompts/{name}": content for name, content in _folder(root / PROMPTS).items()}
    return dict(sorted(files.items()))


def missing_imports(files: dict[str, bytes]) -> list[str]:
    """A sentence for each file that a module asks for and that is not there."""
    problems = [] if files.get(ENTRY) else [f"{PAGE / ENTRY} is missing"]
    for path, content in files.items():
        if not path.endswith(".js"):
            continue
        text = content.decode("utf-8")
        for asked in _IMPORT.findall(text) + _STYLE.findall(text):
            target = _resolve(path, asked)
            if target not in files:
                problems.append(f"{path} asks for {asked}, but there is no {target}")
    return problems


def content_hash(files: dict[str, bytes]) -> str:
    """Sixteen hex digits that change when any name or byte of the page does."""
    digest = hashlib.sha256()
    for path, content in files.items():
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def package(root: Path, name: str) -> dict:
    """What Jupyter reads about the page, with the project's own version."""
    data = json.loads((root / "labextension/package.json").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    data["version"] = project["project"]["version"]
    data["jupyterlab"]["_build"] = {"load": f"static/{name}/{ENTRY}", "extension": "./extension"}
    return data


def _folder(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix in KEPT)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _resolve(path: str, asked: str) -> str:
    parts = path.split("/")[:-1]
    for part in asked.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1]
    try:
        print(build(here, Path(sys.argv[1]) if sys.argv[1:] else here / OUT))
    except BrokenPage as broken:
        sys.exit(str(broken))
