"""What browsers load: built from front/, committed, current; and the lesson page in the wheel, without Node."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from openpractice.handins.specs import read_specs
from openpractice.kinds.registry import KINDS as BY_KIND
from openpractice.kit import STATIC
from repo import REPO

FRONT = REPO / "front"
LESSONS = sorted(REPO.glob("notebooks/*/*.ipynb"))


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KINDS = json.loads((STATIC / "built.json").read_text())["kinds"]
hatch = load(REPO / "hatch_build.py")


@pytest.fixture(scope="session")
def node() -> str:
    """Node, which continuous integration must have and nobody who uses the kit needs."""
    found = shutil.which("node")
    if not found and not os.environ.get("CI"):
        pytest.skip("Node is only needed to build and test the scripts")
    assert found, "Continuous integration has no Node, and the scripts' own tests need it"
    return found


def run(*command, **more) -> subprocess.CompletedProcess:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=300, **more)


def fingerprint(front: Path) -> str:
    """The same hash over the sources as front/build.mjs writes beside what it builds."""
    kept = [
        path for path in front.rglob("*") if path.suffix in (".js", ".css", ".svg", ".json") and path.parent != front
    ]
    names = sorted(
        (path.relative_to(front).as_posix() for path in kept if "node_modules" not in path.parts),
        key=lambda name: name.split("/"),
    )
    total = hashlib.sha256()
    for name in [*names, "build.mjs", "package-lock.json"]:
        data = (front / name).read_bytes()
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


def test_what_browsers_load_was_built_from_the_sources_beside_it():
    built = json.loads((STATIC / "built.json").read_text())
    assert built["sources"] == fingerprint(FRONT), "Run script/front and commit what it writes."


@pytest.fixture(scope="module")
def checked(node) -> subprocess.CompletedProcess:
    """What the scripts' own check said."""
    return run(REPO / "script/front", "--check")


def test_what_browsers_load_is_what_a_build_gives_and_the_types_of_the_scripts_hold(checked):
    done = checked
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_own_tests_pass(node):
    done = run(node, "--test", *sorted((REPO / "tests/js").rglob("*.test.mjs")))
    assert done.returncode == 0, done.stdout[-4000:]


def bring_tools() -> None:
    """The scripts' tools, where they are not there as the lock says."""
    made = FRONT / "node_modules/.made-from"
    if not made.exists() or made.read_bytes() != (FRONT / "package-lock.json").read_bytes():
        run(REPO / "script/front", "--check")


@pytest.fixture
def sources(node, tmp_path: Path) -> Path:
    """A copy of front/ with its tools, free to be broken; it builds into the folder beside it."""
    bring_tools()
    shutil.copytree(FRONT, tmp_path / "front", symlinks=True, ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "front/node_modules").symlink_to(FRONT / "node_modules")
    return tmp_path / "front"


def build(sources: Path, *options: str) -> subprocess.CompletedProcess:
    return run("node", sources / "build.mjs", *options)


def test_a_change_in_the_sources_and_a_change_in_what_was_built_are_both_named(sources):
    out = sources.parent / "src/openpractice/static"
    assert build(sources).returncode == 0
    assert build(sources, "--check").returncode == 0
    (out / "pages/home.js").write_text("// by hand")
    (out / "pages/left.js").write_text("")
    stale = build(sources, "--check")
    assert stale.returncode == 1 and "pages/home.js" in stale.stderr and "pages/left.js" in stale.stderr
    assert build(sources).returncode == 0
    assert not (out / "pages/left.js").exists()
    style = sources / "prompts/prompt.css"
    style.write_text(style.read_text() + ".op-new { color: red }\n")
    assert "prompts/prompt.css" in build(sources, "--check").stderr


def test_a_module_that_is_asked_for_and_missing_is_named_and_nothing_is_written(sources):
    (sources / "notebook/words.js").unlink()
    broken = build(sources)
    assert broken.returncode == 1 and "./words.js" in broken.stderr and "notebook/cells.js" in broken.stderr
    assert not (sources.parent / "src").exists()


def test_a_part_of_the_core_that_would_be_loaded_twice_is_refused(sources):
    host = sources / "notebook/cells.js"
    host.write_text(host.read_text() + 'import { sharedPage } from "../prompts/page.js";\nconsole.log(sharedPage);\n')
    broken = build(sources)
    assert broken.returncode == 1 and "holds prompts/page.js a second time" in broken.stderr


def test_every_kind_of_prompt_has_a_script_that_draws_it():
    assert KINDS.keys() == BY_KIND.keys()


def test_a_kind_whose_script_is_not_named_or_does_not_draw_it_stops_the_build(sources):
    named = sources / "prompts/kinds/kinds.js"
    named.write_text(named.read_text().replace('expertise_map: "map"', 'tree_map: "map"'))
    broken = build(sources)
    assert broken.returncode == 1
    assert "tree_map in prompts/kind-map.js, expertise_map in prompts/kind-map.js" in broken.stderr


def test_the_built_files_find_each_other_and_every_kind(node, tmp_path):
    shutil.copytree(STATIC / "prompts", tmp_path / "prompts")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    script = """const { getReady, KINDS } = await import(process.argv[1] + "/prompts/prompt.js");
      const { renderPart } = await import(process.argv[1] + "/prompts/widget.js");
      const asked = JSON.parse(process.argv[2]);
      await getReady(asked, "es");
      console.log(typeof renderPart, asked.filter((kind) => !KINDS[kind]).join());"""
    done = run(node, "--input-type=module", "-e", script, tmp_path.as_uri(), json.dumps(sorted(BY_KIND)))
    assert done.stdout.strip() == "function", done.stderr


def test_every_file_that_a_built_script_asks_for_is_there():
    for path in STATIC.rglob("*.js"):
        for asked in re.findall(r"""\bfrom"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)""", path.read_text("utf-8")):
            assert (path.parent / "".join(asked)).is_file(), (path.name, asked)


def loaded_by(lesson: Path) -> list[bytes]:
    """What a page with this lesson loads to draw its prompts, packed as it is sent."""
    asked = {spec["kind"] for spec in read_specs(lesson).specs.values()}
    paths = ["prompts/prompt.js", "prompts/prompt.css", *sorted({KINDS[kind] for kind in asked})]
    return [(STATIC / path).read_bytes() for path in dict.fromkeys(paths)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_what_a_lesson_loads_to_draw_its_prompts_stays_under_60_kb(lesson):
    parts = loaded_by(lesson)
    whole = b"".join(parts)
    print(
        f"{lesson.stem}: core {len(parts[0]) + len(parts[1])}, with its kinds {len(whole)} bytes; packed {len(gzip.compress(whole))}"
    )
    assert 40_000 < len(whole) < 60_000


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the wheel's page is put together from."""
    for part in (hatch.STATIC, hatch.JUPYTER):
        shutil.copytree(REPO / part, tmp_path / part)
    shutil.copyfile(REPO / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def test_the_notebook_page_names_its_folder_in_package_json(tmp_path: Path) -> None:
    name = hatch.assemble(REPO, tmp_path)
    entry = json.loads((tmp_path / "package.json").read_text())["jupyterlab"]["_build"]["load"]
    assert entry == f"static/{name}/remoteEntry.js"
    for path in (entry, "install.json", f"static/{name}/prompts/prompt.js", f"static/{name}/notebook/index.js"):
        assert (tmp_path / path).is_file()


def test_one_changed_byte_anywhere_gives_every_file_a_new_address(tree: Path) -> None:
    first = hatch.assemble(tree, tree / "out")
    for part in ("notebook/index.js", "prompts/prompt.css"):
        path = tree / hatch.STATIC / part
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        assert hatch.assemble(tree, tree / "out") != first
        path.write_bytes(before)
    assert hatch.assemble(tree, tree / "out") == first
    assert [path.name for path in (tree / "out/static").iterdir()] == [first]


def test_a_renamed_file_changes_the_hash_even_with_the_same_bytes() -> None:
    assert hatch.content_hash({"a.js": b"x"}) != hatch.content_hash({"b.js": b"x"})
    assert hatch.content_hash({"a": b"1", "b": b"2"}) != hatch.content_hash({"a": b"1b2", "c": b""})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real wheel, built while no Node can be found."""
    out = tmp_path_factory.mktemp("wheel")
    done = build_wheel(REPO, out)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("openpractice-*.whl"))


def build_wheel(root: Path, out: Path) -> subprocess.CompletedProcess:
    folders = os.environ["PATH"].split(os.pathsep)
    path = os.pathsep.join(one for one in folders if not (Path(one) / "node").exists())
    assert shutil.which("node", path=path) is None
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out]
    return run(*command, cwd=root, env=os.environ | {"PATH": path})


def test_the_wheel_puts_the_page_and_its_settings_where_jupyter_looks(wheel: Path) -> None:
    share = "data/share/jupyter"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        page = [name for name in names if f"{share}/labextensions/openpractice/" in name]
        entry = json.loads(archive.read(next(name for name in page if name.endswith("/package.json"))))
        assert archive.read("openpractice/static/prompts/prompt.js") == (STATIC / "prompts/prompt.js").read_bytes()
    address = entry["jupyterlab"]["_build"]["load"]
    assert any(name.endswith(f"labextensions/openpractice/{address}") for name in page)
    assert any(name.endswith("labextensions/openpractice/install.json") for name in page)
    # Nothing for the Lab of people who do not take the course: no setting of anybody's is changed.
    assert not [name for name in names if "/lab/settings/" in name]


def test_a_kit_without_its_built_page_stops_the_wheel(tmp_path: Path) -> None:
    broken = tmp_path / "kit"
    ignored = shutil.ignore_patterns(".git", ".venv*", "node_modules", "__pycache__", "data", "tests")
    shutil.copytree(REPO, broken, ignore=ignored)
    (broken / hatch.STATIC / "notebook/remoteEntry.js").unlink()
    done = build_wheel(broken, tmp_path)
    assert done.returncode != 0
    assert "has no built lesson page. Run script/front." in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.whl"))
