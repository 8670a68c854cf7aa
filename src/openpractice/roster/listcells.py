"""What stands in the cells of a list: names that were counted, addresses that are none, letters that were read wrongly."""

import re
from collections.abc import Collection

from openpractice.roster.listfile import Fault, ungarbled

Rows = list[tuple[int, dict[str, str]]]

_COUNTED = re.compile(r"(?:\d{1,4}[.)]|[\u2022\u25aa\u25cf\u25e6\uf0b7*-])\s+(?=\S)")


def without_numbers(rows: Rows) -> Rows:
    """The rows without the numbers or bullets before their names, where most have one: a list that was one in a text."""
    counted = sum(bool(_COUNTED.match(cells.get("name", ""))) for _, cells in rows)
    if counted < 2 or counted * 2 <= len(rows):
        return rows
    return [(line, cells | {"name": _COUNTED.sub("", cells.get("name", ""), count=1)}) for line, cells in rows]


def garbled(rows: Rows) -> list[Fault]:
    """The first cell that some program read as another encoding and saved so, with what it will have been."""
    found = [(line, cell, ungarbled(cell)) for line, cells in rows for cell in cells.values()]
    found = [each for each in found if each[2]]
    if not found:
        return []
    line, cell, meant = found[0]
    return [Fault(line, "garbled", {"text": cell[:60], "meant": meant[:60], "n": len({each[0] for each in found})})]


def no_addresses(rows: Rows, no_people: Collection[int]) -> list[Fault]:
    """The first cell for an address that holds none, and the first that holds several, each with how many there are."""
    cells = [(line, cells["email"]) for line, cells in rows if cells.get("email") and line not in no_people]
    held = [(line, cell, address(cell).count("@")) for line, cell in cells]
    none = [(line, cell) for line, cell, n in held if not n]
    several = [(line, cell) for line, cell, n in held if n > 1]
    return [
        Fault(found[0][0], code, {"text": found[0][1][:60], "n": len(found)})
        for code, found in (("no-address", none), ("two-addresses", several))
        if found
    ]


def address(text: str) -> str:
    """The address alone, of one that was copied from a letter or a link; "" of words such as "none"."""
    found = re.fullmatch(r"(?:mailto:)?(?:[^<>]*<)?\s*(?:mailto:)?([^<>\s]+@[^<>\s?]+)(?:\?\S*)?\s*>?", text, re.I)
    return found[1] if found else text if "@" in text else ""
