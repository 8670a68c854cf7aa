"""The package read as text: its modules, and what each of them imports."""

import ast
from functools import cache
from pathlib import Path

from repo import REPO

SOURCES = REPO / "src" / "openpractice"


@cache
def modules(sources: Path) -> dict[str, ast.Module]:
    """Every module under `sources`, by its dotted name without the package's own."""
    trees = {}
    for path in sorted(sources.rglob("*.py")):
        parts = list(path.relative_to(sources).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        trees[".".join(parts)] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return trees


@cache
def imported(sources: Path) -> dict[str, set[str]]:
    """What each module under `sources` imports, by its name."""
    trees = modules(sources)
    known = set(trees)
    return {name: imports(name, tree, known) for name, tree in trees.items()}


def imports(name: str, tree: ast.Module, known: set[str]) -> set[str]:
    """Dotted names that a module imports, wherever in it and however: by a string too."""
    targets = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(name, node, known)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                targets.add(inner if inner.removeprefix("openpractice.") in known else base)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            targets |= named_in(node.value, known)
    return targets


def absolute(name: str, node: ast.ImportFrom, known: set[str]) -> str:
    if not node.level:
        return node.module or ""
    is_package = any(other.startswith(name + ".") for other in known)
    stem = ["openpractice", *name.split(".")]
    stem = stem[: len(stem) - node.level + is_package]
    return ".".join([*stem, *([node.module] if node.module else [])])


def named_in(text: str, known: set[str]) -> set[str]:
    """The modules of ours that a string names: for `python -m`, for a class by its path."""
    if not text.startswith("openpractice.") or not text.replace(".", "").replace("_", "").isalnum():
        return set()
    parts = text.split(".")[1:]
    whole = next((".".join(parts[:n]) for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in known), None)
    return {f"openpractice.{whole}"} if whole else set()
