"""The files that a backup copies as they lie, in an order in which what refers to others comes first."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from openpractice.gradebook.exchangefolders import access_lists
from openpractice.gradebook.sameuser import closed
from openpractice.i18n import Coded
from openpractice.intake import inbox
from openpractice.launch.safekeeping import keptdata
from openpractice.launch.safekeeping.keptfiles import KeptTree

# What is copied after what: files whose names begin so come in this order, all others before them.
LATER = ("files/", "feedback-files/", "exchange/", "people/")
TRIES = 50  # at one person's hand-ins; who changes them that often in the milliseconds of a copy is no person


@dataclass(frozen=True)
class CopiedFile:
    """A file as it lies, or a folder (without content), with what the system and its access lists say of it."""

    tree: KeptTree
    place: str
    found: os.stat_result
    lists: dict[str, str]
    content: bytes | None = None


def copied_files(kept: list[KeptTree], left: list[str | Coded]) -> Iterator[CopiedFile]:
    """Everything that is copied, one after the other; what cannot be goes into `left`, as sentences."""
    for (tree, folder), places in groupby(_in_order(kept, left), lambda one: (one[0], _one_persons(one[1]))):
        if folder:
            yield from _settled(tree, folder, left)
        else:
            yield from _contents(tree, (place for _, place in places), left)


def handed_in_at(one: CopiedFile) -> tuple[str, float] | None:
    """The place of the hand-in that a file is of, and when that came; None for any other file."""
    parts = one.place.split("/")
    if len(parts) < 6 or not _one_persons(one.place) or parts[4].count("+") < 2:
        return None
    person, name = parts[3:5]
    lesson = name.split("+")[1]
    known = inbox.restored_times(one.tree.at("/".join(parts[:3]))).get(f"{person}/{name}")
    try:
        with inbox.opened_folder(one.tree.at("/".join(parts[:5]))) as folder:
            seen = inbox.seen_time(folder, lesson)
    except inbox.Unreadable:
        return None
    return "/".join(parts[:5]), known[1] if known and known[0] == seen else seen


def _in_order(kept: list[KeptTree], left: list[str | Coded]) -> Iterator[tuple[KeptTree, str]]:
    """The places to copy: what refers to others before what it refers to, and listed only when their turn comes."""
    for tree in kept:
        if not tree.below:
            yield from ((tree, place) for place in sorted(_below(tree, "", left)))
    for folder in LATER:
        for tree in kept:
            if folder.startswith(tree.below):
                yield from ((tree, place) for place in sorted(_below(tree, folder, left)))


def _left_out(error: OSError, left: list[str | Coded]) -> None:
    """Says why something is not copied; what was replaced or handed in anew meanwhile is not missed."""
    if isinstance(error, PermissionError):
        left.append(closed(error.filename))
    elif not isinstance(error, FileNotFoundError):
        left.append(f"{error.filename}: {error.strerror}")


def _below(tree: KeptTree, top: str, left: list[str | Coded]) -> Iterator[str]:
    """The places under `top` that are copied as they lie; of the data folder itself, not those that come later.

    In an exchange elsewhere each folder comes before its files: whose it is, and who may enter, hand-ins depend on.
    """
    for folder, folders, files in os.walk(tree.at(top), onerror=lambda error: _left_out(error, left)):
        folders[:] = [name for name in folders if not name.startswith(".backup-")]
        if not top:
            folders[:] = [name for name in folders if Path(folder) != tree.top or f"{name}/" not in LATER]
        if tree.below and not keptdata.is_passing(tree.place(Path(folder))):
            yield f"{tree.place(Path(folder))}/" if Path(folder) != tree.top else tree.below
        for name in files:
            place = tree.place(Path(folder, name))
            kind = keptdata.kind_of(place)
            passes = keptdata.database_at(place) or keptdata.is_passing(place)
            if not passes and not (kind and kind.backup == "left out"):
                yield place


def _one_persons(place: str) -> str:
    """The folder of one person's hand-ins, where a place lies in one; "" for any other."""
    parts = place.split("/")
    return "/".join(parts[:4]) if len(parts) >= 5 and (parts[0], parts[2]) == ("exchange", "inbound") else ""


def _settled(tree: KeptTree, folder: str, left: list[str | Coded]) -> list[CopiedFile]:
    """One person's hand-ins, each whole: whoever hands in anew meanwhile takes an earlier one away."""
    for _ in range(TRIES):
        refused: list[str | Coded] = []
        before = sorted(_below(tree, folder, refused))
        copied = [*_contents(tree, before, refused)]
        if before == sorted(_below(tree, folder, [])):
            break
    else:
        refused.append(f"{tree.at(folder)}: kept changing while it was copied")
    left += refused
    return copied


def _contents(tree: KeptTree, places: Iterable[str], left: list[str | Coded]) -> Iterator[CopiedFile]:
    for place in places:
        if copied := _copied(tree, place, left):
            yield copied


def _copied(tree: KeptTree, place: str, left: list[str | Coded]) -> CopiedFile | None:
    """An ordinary file or a folder, never through a link; None for what went away meanwhile or is neither."""
    path = tree.at(place)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        _left_out(error, left)
        return None
    try:
        found = os.fstat(handle)
        if place.endswith("/"):
            return CopiedFile(tree, place, found, access_lists(handle)) if stat.S_ISDIR(found.st_mode) else None
        if not stat.S_ISREG(found.st_mode):
            left.append(f"{path}: not an ordinary file")
            return None
        lists = access_lists(handle) if tree.below else {}
        with open(handle, "rb", closefd=False) as file:
            return CopiedFile(tree, place, found, lists, file.read())
    finally:
        os.close(handle)
