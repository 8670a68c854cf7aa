"""Who may import whom, read from the sources; one name for one thing across the package."""

import ast
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from repo import REPO
from sources import SOURCES, imported, modules

# What stands under all. The rest is a list of floors: a part may import itself, the ground and
# what stands in its row, and nothing else. The arrow goes one way.
GROUND = (
    "model",
    "problems",
    "kit",
    "ids",
    "clock",
    "files",
    "border",
    "cleantext",
    "i18n",
    "names",
    "carried",
    "databases",
)
ABOVE = {
    "kinds": (),
    "journal": ("kinds",),
    "authoring": ("kinds",),
    "room": ("journal", "kinds"),
    "handins": ("journal", "kinds"),
    "jupyter": ("handins", "journal", "kinds"),
    "gradebook": ("handins", "journal", "kinds"),
    "roster": ("gradebook", "handins", "journal", "kinds"),
    "intake": ("roster", "gradebook", "handins", "journal", "kinds"),
    "review": ("authoring", "intake", "roster", "gradebook", "handins", "journal", "kinds"),
    "feedback": ("authoring", "review", "intake", "roster", "gradebook", "handins", "journal", "kinds"),
}
COURSE = (*ABOVE,)
ABOVE |= {
    "service": COURSE,
    "sample": (*COURSE, "service"),
    "hub": (*COURSE, "service"),
    "launch": (*COURSE, "service", "sample", "hub"),
    "cli": (*COURSE, "service", "sample", "launch", "hub"),
    # The package itself hands out two names, on first use.
    "": ("jupyter",),
}
# Folders inside a part, and which of its others each stands on.
WITHIN = {
    "authoring.format": (),
    "authoring.courses": ("authoring.format",),
    "authoring.attachments": (),
    "authoring.checking": ("authoring.format", "authoring.courses", "authoring.attachments"),
    "authoring.making": ("authoring.courses", "authoring.attachments", "authoring.checking"),
    "service.identities": (),
    "service.lessonpages": (),
    "service.handlers": ("service.identities", "service.lessonpages"),
    "launch.servers": (),
    "launch.safekeeping": (),
}
# nbgrader's own commands are handed the parts above the gradebook: the one arrow that goes up.
UPWARD = {
    ("journal.journal", "handins"),
    ("gradebook.nbgrader_border", "intake"),
    ("gradebook.nbgrader_border", "feedback"),
}

# Packages from outside that a part may import, beyond the standard library; a part not named is free.
OUTSIDE = {
    **dict.fromkeys(("", *GROUND), ()),
    "authoring": ("markdown_it", "mdit_py_plugins", "latex2mathml", "yaml", "nbformat", "jinja2"),
    "kinds": (),
    "journal": (),
    "handins": ("platformdirs",),
    "jupyter": ("anywidget", "ipywidgets", "traitlets", "IPython"),
    "room": ("sqlalchemy", "alembic"),
}
KNOWS_NBGRADER = ("gradebook",)
# A room of the domain and the pages through which it is met have one name; so has the prompt of a
# lesson and the one a notebook shows.
SAME_NAME_ALLOWED = {"__init__", "__main__", "review", "room", "people", "Prompt"}
# What is imported only inside functions, and why it waits; the same is said where it happens.
LATE = {
    "": "the package costs nothing until a lesson asks for one of its two names",
    "cli": "--help and every single verb load no more than they need",
    "service": "as for the package: Jupyter Server asks it which module to load",
    "service.app": "a participant's own server has no databases",
    "service.participant.answers": "a participant's own server has no databases",
    "service.people.joinpage": "a participant's own server has no databases",
    "service.coursewords": "a participant's own server reads no YAML",
    "launch.__main__": "JupyterHub is not part of every installation",
    "launch.safekeeping.erase": "JupyterHub is not part of every installation",
    "launch.safekeeping.backup": "the library that seals is not part of every installation",
    "hub.single": "what it keeps out has to be kept out first",
    "authoring.dollars": "only courses with formulas load what draws them",
    "review.calibrating.agreement": "numpy, for whoever asks for a coefficient",
    "review.workbooks": "xlsxwriter, for whoever asks for a table",
}


def part_of(name: str) -> str:
    return name.split(".")[0]


def violations(sources: Path) -> list[str]:
    """Every import that goes against the floors, in words."""
    wrong = []
    for name, targets in imported(sources).items():
        for target in sorted(targets):
            package, _, inner = target.partition(".")
            if package == "openpractice":
                if not may_import(name, part_of(inner)) or not may_import_within(name, inner):
                    wrong.append(f"{name} imports {inner}")
            elif not may_use(part_of(name), package):
                wrong.append(f"{name} uses {package}")
    return wrong


def may_import(name: str, part: str) -> bool:
    own = part_of(name)
    if part in ("", own) or part in GROUND:
        return True
    return part in ABOVE.get(own, ()) or (name, part) in UPWARD


def may_import_within(name: str, target: str) -> bool:
    own, other = folder_of(name), folder_of(target)
    bound = own in WITHIN and other in WITHIN and part_of(own) == part_of(other)
    return not bound or other == own or other in WITHIN[own]


def folder_of(name: str) -> str:
    return ".".join(name.split(".")[:2])


def may_use(part: str, package: str) -> bool:
    if package in sys.stdlib_module_names:
        return True
    if package == "nbgrader":
        return part in KNOWS_NBGRADER
    return part not in OUTSIDE or package in OUTSIDE[part]


def test_every_import_goes_down():
    assert violations(SOURCES) == []


def late(sources: Path) -> set[str]:
    """The modules that import something inside a function; all of the command line's count as one."""
    found = set()
    for name, tree in modules(sources).items():
        functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        inside = (node for function in functions for node in ast.walk(function))
        if any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in inside):
            found.add("cli" if part_of(name) == "cli" else name)
    return found


def test_what_is_imported_late_has_a_reason():
    assert late(SOURCES) == set(LATE)


def test_an_import_in_a_function_is_found(tmp_path):
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "author.py").write_text("def check():\n    import yaml")
    (tmp_path / "early.py").write_text("import yaml\ndef read(): ...")
    (tmp_path / "late.py").write_text("async def read():\n    from yaml import load")
    assert late(tmp_path) == {"cli", "late"}


def test_the_floors_name_what_is_there_and_nothing_else():
    parts = {part_of(name) for name in modules(SOURCES) if name}
    named = (set(ABOVE) | set(GROUND)) - {""}
    assert parts - named == set()
    assert named - parts == set()
    assert set(OUTSIDE) <= set(ABOVE) | set(GROUND)
    assert all(name in modules(SOURCES) for name, _ in UPWARD)
    assert set(WITHIN) | set(sum(WITHIN.values(), ())) <= set(modules(SOURCES))


def repeated(sources: Path) -> dict[str, list[str]]:
    """Module names and public class names that stand for more than one thing."""
    where = defaultdict(list)
    for name, tree in modules(sources).items():
        where[name.rpartition(".")[2]].append(name)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(f"{name}.{node.name}")
    packages = {part_of(name) for name in modules(sources)}
    return {
        word: places
        for word, places in where.items()
        if len(places) > 1 and word not in SAME_NAME_ALLOWED and not is_package_and_module(word, places, packages)
    }


def is_package_and_module(word: str, places: list[str], packages: set[str]) -> bool:
    """`journal.journal`: the room and the one module that gives it its name."""
    return word in packages and set(places) == {word, f"{word}.{word}"}


def test_a_name_stands_for_one_thing():
    assert repeated(SOURCES) == {}


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("journal/journal.py", "from openpractice.authoring import lesson", "journal.journal imports authoring"),
        ("handins/handin.py", "import nbgrader.api", "handins.handin uses nbgrader"),
        ("kinds/registry.py", "def f():\n    import yaml", "kinds.registry uses yaml"),
        ("model.py", "from openpractice import problems, cli", "model imports cli"),
        ("intake/ingest.py", "from openpractice.jupyter import widget", "intake.ingest imports jupyter.widget"),
        ("intake/ingest.py", "from nbgrader.api import Gradebook", "intake.ingest uses nbgrader"),
        ("authoring/format/lesson.py", "from ...service import app", "authoring.format.lesson imports service.app"),
        ("authoring/format/x.py", "from ..making import guide", "authoring.format.x imports authoring.making"),
        ("room/shares.py", 'RUN = "openpractice.service.app"', "room.shares imports service.app"),
        ("gradebook/ingest.py", "from openpractice.intake import inbox", "gradebook.ingest imports intake"),
    ],
)
def test_a_planted_violation_is_found(tmp_path, file, line, said):
    top = tmp_path / "openpractice"
    for name in (
        "cli/__init__",
        "service/app",
        "authoring/__init__",
        "authoring/making/__init__",
        "intake/__init__",
        "jupyter/widget",
        "problems",
    ):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / f"{name}.py").write_text("")
    (top / "__init__.py").write_text("")
    (top / file).parent.mkdir(exist_ok=True)
    (top / file).write_text(line)
    assert violations(top) == [said]


def test_a_name_used_twice_is_found(tmp_path):
    for name in ("room/roll", "review/roll", "handin/handin"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).with_suffix(".py").write_text("class Answer: ...")
    assert repeated(tmp_path) == {
        "roll": ["review.roll", "room.roll"],
        "Answer": ["handin.handin.Answer", "review.roll.Answer", "room.roll.Answer"],
    }


def test_what_the_kit_uses_is_declared():
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + sum(project["optional-dependencies"].values(), [])
    declared = {line.split(">")[0].split("[")[0].replace("-", "_").lower() for line in lines} - {"openpractice"}
    # Import names that differ from the package's, and what comes with a declared package.
    known_as = {"yaml": "pyyaml", "markdown_it": "markdown_it_py", "ltiauthenticator": "jupyterhub_ltiauthenticator"}
    comes_with = {"traitlets", "tornado", "markupsafe", "nbformat", "nbconvert", "IPython", "jupyter_core", "numpy"}
    used = {target.split(".")[0] for targets in imported(SOURCES).values() for target in targets}
    used -= set(sys.stdlib_module_names) | {"openpractice"} | comes_with
    assert {known_as.get(name, name).lower() for name in used} <= declared
