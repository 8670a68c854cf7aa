"""The notebook page's files, put together for JupyterLab and Notebook 7 without Node.

Everything under ``static/<hash>/`` is named after its content, because Jupyter lets
browsers keep these files for a year. It runs while the wheel is built.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

PAGE = Path("front/notebook")
PROMPTS = Path("front/prompts")
OUT = Path("build/labextension")
#: What a kernel sends to a page without the extension; it travels in the package.
WIDGET_OUT = Path("src/openpractice/prompts/built")
ENTRY = "remoteEntry.js"
#: Only a kernel sends these.
WIDGET = {"prompts/widget.js", "prompts/loader.js"}
KEPT = {".js", ".css", ".json", ".svg"}

# Found by its place: nothing of this folder is installed.
_joiner = importlib.util.spec_from_file_location("openpractice_bundle", Path(__file__).with_name("bundle.py"))
bundle = importlib.util.module_from_spec(_joiner)
_joiner.loader.exec_module(bundle)

_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*(?:new URL\(\s*)?["'](\.{1,2}/[^"']+|page/[^"']+)["']""")
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
    built = built_files(files)
    name = content_hash(files | {f"built/{path}": content for path, content in built.items()})
    write(out / "static" / name, {path: content for path, content in built.items() if path not in WIDGET}, anew=out)
    (out / "package.json").write_text(json.dumps(package(root, name), indent=2) + "\n")
    shutil.copyfile(root / "labextension/install.json", out / "install.json")
    return name


def build_widget(root: Path, out: Path) -> None:
    """The prompts' files for a kernel to send, into ``out``, which is replaced whole."""
    built = built_files(page_files(root))
    mine = {path.removeprefix("prompts/"): content for path, content in built.items() if path.startswith("prompts/")}
    write(out, mine, anew=out)


def built_files(files: dict[str, bytes]) -> dict[str, bytes]:
    try:
        return bundle.built_files(files)
    except bundle.NotJoined as fault:
        raise BrokenPage(f"The lesson page cannot be built:\n{fault}") from None


def write(folder: Path, files: dict[str, bytes], anew: Path) -> None:
    shutil.rmtree(anew, ignore_errors=True)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


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
            target = bundle.address(path, asked)
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


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1]
    try:
        print(build(here, Path(sys.argv[1]) if sys.argv[1:] else here / OUT))
        build_widget(here, here / WIDGET_OUT)
    except BrokenPage as broken:
        sys.exit(str(broken))
