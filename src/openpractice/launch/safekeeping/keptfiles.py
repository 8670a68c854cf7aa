"""The files of a course, wherever they lie: in the data folder, and in an exchange that lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openpractice.launch.safekeeping import keptdata


@dataclass(frozen=True)
class KeptTree:
    """A folder whose files the table of data names; `below` is what their places in that table begin with."""

    top: Path
    below: str = ""

    def at(self, place: str) -> Path:
        """Where a file lies, or a folder, by its place in the table."""
        return self.top / place.removeprefix(self.below)

    def place(self, path: Path) -> str:
        """The place of a file, as the table has it."""
        return self.below + path.relative_to(self.top).as_posix()

    def glob(self, pattern: str) -> Iterator[Path]:
        """What is there at places like this; nothing where they lie in the other tree."""
        if pattern.startswith(self.below):
            yield from self.top.glob(pattern.removeprefix(self.below))


def trees(data: Path, exchange: Path) -> list[KeptTree]:
    """The data folder, and the exchange where that lies elsewhere."""
    if exchange.resolve().is_relative_to(data.resolve()):
        return [KeptTree(data)]
    return [KeptTree(data), KeptTree(exchange, "exchange/")]


def files_of(
    kept: list[KeptTree], person: str, lessons: list[str]
) -> Iterator[tuple[keptdata.DataKind, KeptTree, Path]]:
    """Every folder and file that is one person's own, with its kind and where it lies."""
    for kind, pattern in keptdata.places_of(person, lessons):
        for tree in kept:
            yield from ((kind, tree, path) for path in tree.glob(pattern))
