"""Who may import whom, read from the sources: see ALLOWED."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SOURCES = REPO / "src" / "openpractice"

# A module of the kit belongs to the longest part that begins its name; a part may import itself,
# the ground, and what stands here. The arrow goes one way: nothing points back up.
GROUND = {"openpractice", "openpractice.model", "openpractice.problems", "openpractice.kit"}
LIGHT_PROMPTS = {
    "openpractice.prompts.journal",
    "openpractice.prompts.kinds",
    "openpractice.prompts.specs",
    "openpractice.prompts.places",
}
TOP = {
    "openpractice.authoring",
    "openpractice.prompts",
    "openpractice.grading",
    "openpractice.commons",
    "openpractice.insight",
    "openpractice.service",
}
ALLOWED = {
    "openpractice.model": set(),
    "openpractice.problems": set(),
    "openpractice.kit": set(),
    # The package itself hands out two names, on first use.
    "openpractice": {"openpractice.prompts"},
    "openpractice.authoring": set(),
    "openpractice.prompts": set(),
    "openpractice.insight": set(),
    "openpractice.grading": LIGHT_PROMPTS,
    "openpractice.commons": LIGHT_PROMPTS,
    "openpractice.service": TOP,
    "openpractice.sample": TOP,
    "openpractice.workshop": TOP | {"openpractice.sample"},
    "openpractice.hub": TOP | {"openpractice.workshop"},
    "openpractice.cli": TOP | {"openpractice.workshop", "openpractice.hub", "openpractice.sample"},
}

# Packages from outside that a part may import, beyond the standard library.
OUTSIDE = {
    "openpractice": set(),
    "openpractice.model": set(),
    "openpractice.problems": set(),
    "openpractice.kit": set(),
    "openpractice.authoring": {"markdown_it", "mdit_py_plugins", "yaml", "nbformat", "jinja2"},
    "openpractice.prompts": {"anywidget", "ipywidgets", "traitlets", "IPython", "platformdirs"},
    "openpractice.workshop": set(),
}
NBGRADER_MAY = {"openpractice.grading.nbgrader_border"}
NBGRADER_TABLES = "openpractice.grading.nbgrader_tables"
NBGRADER_TABLES_MAY = {f"openpractice.grading.{name}" for name in ("gradebook", "collected", "scores", "recording")}


def modules(sources: Path) -> dict[str, ast.Module]:
    """Every module under `sources`, by its dotted name."""
    found = {}
    for path in sorted(sources.rglob("*.py")):
        parts = list(path.relative_to(sources.parent).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found[".".join(parts)] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imports(name: str, tree: ast.Module, known: set[str]) -> set[str]:
    """Dotted names that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = name if any(k.startswith(name + ".") for k in known) else None
                stem = (package or name.rpartition(".")[0]).split(".")
                stem = stem[: len(stem) - node.level + 1]
                base = ".".join([*stem, *([node.module] if node.module else [])])
            # `from openpractice.prompts import journal` imports the module journal.
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.add(inner if inner in known else base)
    return found


def part_of(name: str, parts) -> str:
    return max((p for p in parts if name == p or name.startswith(p + ".")), key=len, default="")


def violations(sources: Path) -> list[str]:
    """Every import that goes against the layers, in words."""
    trees = modules(sources)
    wrong = []
    for name, tree in trees.items():
        part = part_of(name, ALLOWED)
        for target in sorted(imports(name, tree, set(trees))):
            if target.split(".")[0] == "openpractice":
                if not may_import(part, target) or (target == NBGRADER_TABLES and name not in NBGRADER_TABLES_MAY):
                    wrong.append(f"{name} imports {target}")
            elif not may_use(name, part, target.split(".")[0]):
                wrong.append(f"{name} uses {target}")
    return wrong


def may_import(part: str, target: str) -> bool:
    if target in GROUND or part_of(target, ALLOWED) == part != "openpractice":
        return True
    return any(target == ok or target.startswith(ok + ".") for ok in ALLOWED[part])


def may_use(name: str, part: str, package: str) -> bool:
    if package in sys.stdlib_module_names:
        return True
    if package == "nbgrader":
        return name in NBGRADER_MAY
    return part not in OUTSIDE or package in OUTSIDE[part]


def test_every_import_goes_down():
    assert violations(SOURCES) == []


def test_every_part_has_its_place():
    known = modules(SOURCES)
    assert {part_of(name, ALLOWED) for name in known if "." in name} <= set(ALLOWED) - {"openpractice"}


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        (
            "prompts/journal.py",
            "from openpractice.authoring import lesson",
            "openpractice.prompts.journal imports openpractice.authoring",
        ),
        (
            "grading/desk.py",
            "from openpractice.grading.nbgrader_tables import grade",
            "openpractice.grading.desk imports openpractice.grading.nbgrader_tables",
        ),
        ("prompts/widget.py", "import nbgrader.api", "openpractice.prompts.widget uses nbgrader.api"),
        ("prompts/kinds.py", "def f():\n    import yaml", "openpractice.prompts.kinds uses yaml"),
        ("model.py", "from openpractice import problems, cli", "openpractice.model imports openpractice.cli"),
        (
            "grading/ingest.py",
            "from openpractice.prompts import widget",
            "openpractice.grading.ingest imports openpractice.prompts.widget",
        ),
        ("grading/ingest.py", "from nbgrader.api import Gradebook", "openpractice.grading.ingest uses nbgrader.api"),
        (
            "authoring/lesson.py",
            "from ..service import app",
            "openpractice.authoring.lesson imports openpractice.service.app",
        ),
    ],
)
def test_a_planted_violation_is_found(tmp_path, file, line, said):
    top = tmp_path / "openpractice"
    for name in (
        "__init__",
        "cli/__init__",
        "service/__init__",
        "service/app",
        "authoring/__init__",
        "prompts/__init__",
        "prompts/widget",
        "grading/__init__",
        "problems",
    ):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / f"{name}.py").write_text("")
    (top / file).write_text(line)
    assert violations(top) == [said]


def test_what_the_kit_uses_is_declared():
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + sum(project["optional-dependencies"].values(), [])
    declared = {line.split(">")[0].split("[")[0].replace("-", "_").lower() for line in lines}
    # Import names that differ from the package's, and what comes with a declared package.
    known_as = {"yaml": "pyyaml", "markdown_it": "markdown_it_py"}
    comes_with = {"traitlets", "tornado", "markupsafe", "nbformat", "nbconvert", "IPython", "jupyter_core", "numpy"}
    used, trees = set(), modules(SOURCES)
    for name, tree in trees.items():
        used |= {t.split(".")[0] for t in imports(name, tree, set(trees))}
    used -= set(sys.stdlib_module_names) | {"openpractice"} | comes_with
    assert {known_as.get(u, u).lower() for u in used} <= declared
