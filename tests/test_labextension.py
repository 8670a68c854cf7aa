"""The lesson page's files: built without Node, named after their content, in the wheel."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def load_build():
    spec = importlib.util.spec_from_file_location("page_build", ROOT / "labextension/build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = load_build()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what a build reads, free to be broken."""
    for part in ("labextension", "front"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def test_the_real_page_builds_and_names_its_folder_in_package_json(tmp_path: Path) -> None:
    name = build.build(ROOT, tmp_path)
    package = json.loads((tmp_path / "package.json").read_text())
    load = package["jupyterlab"]["_build"]["load"]
    assert load == f"static/{name}/remoteEntry.js"
    assert (tmp_path / load).is_file()
    assert (tmp_path / "install.json").is_file()
    assert (tmp_path / f"static/{name}/prompts/prompt.js").is_file()


def test_one_changed_byte_anywhere_gives_every_file_a_new_address(tree: Path) -> None:
    first = build.content_hash(build.page_files(tree))
    for part in ("front/notebook/words.js", "front/prompts/prompt.css"):
        path = tree / part
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        assert build.content_hash(build.page_files(tree)) != first
        path.write_bytes(before)
    assert build.content_hash(build.page_files(tree)) == first


def test_a_renamed_file_changes_the_hash_even_with_the_same_bytes() -> None:
    assert build.content_hash({"a.js": b"x"}) != build.content_hash({"b.js": b"x"})
    assert build.content_hash({"a": b"1", "b": b"2"}) != build.content_hash({"a": b"1b2", "c": b""})


def test_an_old_build_leaves_nothing_behind(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = build.build(tree, out)
    (tree / "front/notebook/words.js").write_text("export const speaker = () => () => '';\n")
    second = build.build(tree, out)
    assert first != second
    assert [path.name for path in (out / "static").iterdir()] == [second]


@pytest.mark.parametrize("gone", ["front/notebook/bar.js", "front/prompts/prompt.js"])
def test_a_module_that_is_asked_for_and_missing_stops_the_build(tree: Path, gone: str) -> None:
    (tree / gone).unlink()
    with pytest.raises(build.BrokenPage, match=Path(gone).name):
        build.build(tree, tree / "out")
    assert not (tree / "out").exists()


def test_a_missing_container_and_a_missing_style_stop_the_build(tree: Path) -> None:
    (tree / "front/notebook/remoteEntry.js").unlink()
    (tree / "front/notebook/lesson.css").unlink()
    with pytest.raises(build.BrokenPage) as fault:
        build.build(tree, tree / "out")
    assert "remoteEntry.js is missing" in str(fault.value)
    assert "lesson.css" in str(fault.value)


def test_the_page_speaks_both_languages_in_the_same_keys() -> None:
    text = (ROOT / "front/notebook/words.js").read_text(encoding="utf-8")
    english, spanish = text.split("  es: {", 1)
    keys = [
        {line.strip().split(":")[0].strip('"') for line in part.splitlines() if line.startswith("    ") and ":" in line}
        for part in (english.split("  en: {", 1)[1], spanish.split("\n  },", 1)[0])
    ]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 15


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real wheel, built while no Node can be found."""
    out = tmp_path_factory.mktemp("wheel")
    done = build_wheel(ROOT, out)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("openpractice-*.whl"))


def build_wheel(root: Path, out: Path) -> subprocess.CompletedProcess:
    pytest.importorskip("hatchling", reason="the wheel is built by hatchling, which is not here")
    folders = os.environ["PATH"].split(os.pathsep)
    path = os.pathsep.join(one for one in folders if not (Path(one) / "node").exists())
    assert shutil.which("node", path=path) is None
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=root,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_wheel_puts_the_page_and_its_settings_where_jupyter_looks(wheel: Path) -> None:
    share = "data/share/jupyter"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        page = [name for name in names if f"{share}/labextensions/openpractice/" in name]
        package = json.loads(archive.read(next(n for n in page if n.endswith("/package.json"))))
    load = package["jupyterlab"]["_build"]["load"]
    assert any(name.endswith(f"labextensions/openpractice/{load}") for name in page)
    assert any(name.endswith("labextensions/openpractice/install.json") for name in page)
    assert any(name.endswith(f"{share}/lab/settings/overrides.d/openpractice.json") for name in names)
    # The built page travels once: in the shared folder, not in the package as well.
    assert sum(name.endswith("/remoteEntry.js") for name in names) == 1
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("openpractice/front/prompts/prompt.js")


def test_a_broken_page_stops_the_wheel(tmp_path: Path) -> None:
    broken = tmp_path / "kit"
    ignored = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", "data", "tests")
    shutil.copytree(ROOT, broken, ignore=ignored)
    (broken / "front/notebook/bar.js").unlink()
    done = build_wheel(broken, tmp_path)
    assert done.returncode != 0
    assert "page/reading.js asks for ./bar.js" in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.whl"))
