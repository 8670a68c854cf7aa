"""From answers to counts: how often each thing was chosen, row by row. Never any words.

A value is reduced to what can be counted before it leaves its writer's journal; the free text
beside a choice stays there.
"""

from collections import Counter
from dataclasses import dataclass, replace

from openpractice.kinds.registry import KINDS, in_form

COUNTED = tuple(name for name, kind in KINDS.items() if kind.counted)
#: What stands for "does not concern me": an answer, and no rating.
NONE = "na"
MOST_STEPS = 11


@dataclass(frozen=True)
class Row:
    """One thing that was asked: how many gave each answer, in the order of the scale.

    `several` is set where one person may choose more than one: then every cell stands alone. `in_order`
    is set for the rows of an order, in which each place is given once.
    """

    id: str
    label: str
    cells: tuple[tuple[str, str, int], ...]
    answers: int
    several: bool = False
    in_order: bool = False


def countable(value: dict, spec: dict) -> dict:
    """The part of a value that is counted; ``{}`` when there is nothing to count, or it is of another form."""
    part, known = KINDS[spec["kind"]].counted, in_form(value, spec)
    return {part: known[part]} if known.get(part) else {}


def tally(answers: list[dict], spec: dict) -> list[Row]:
    """The rows of a question over all answers; an id that the question does not know is left out."""
    kind = spec["kind"]
    if kind == "single_choice":
        return [_row("", "", spec["choices"], [each.get("choice") for each in answers])]
    if kind == "multi_choice":
        picked = Counter(one for each in answers for one in set(each.get("choices", ())))
        cells = tuple((each["id"], each["label"], picked[each["id"]]) for each in spec["choices"])
        return [Row("", "", cells, sum(bool(each.get("choices")) for each in answers), several=True)]
    if kind == "ranking":
        places = [{"id": str(number), "label": str(number)} for number in range(1, len(spec["items"]) + 1)]
        return [
            replace(_row(item["id"], item["label"], places, _places(answers, item["id"])), in_order=True)
            for item in spec["items"]
        ]
    if kind == "slider":
        asked = spec.get("rows") or [{"id": "value", "label": ""}]
        steps = _steps(spec)
        return [
            _row(
                row["id"],
                row["label"],
                steps,
                [_step(each.get("rows", {}).get(row["id"]), spec, steps) for each in answers],
            )
            for row in asked
        ]
    return [
        _row(row["id"], row["label"], spec["points"], [each.get("rows", {}).get(row["id"]) for each in answers])
        for row in spec["rows"]
    ]


def spoken(rows: list[dict], spec: dict) -> list[dict]:
    """Rows as they were shown, in the words of this specification; what it does not know keeps its own."""
    words = {row.id: (row.label, {key: label for key, label, _ in row.cells}) for row in tally([], spec)}
    found = []
    for row in rows:
        label, cells = words.get(row["id"], (row["label"], {}))
        named = [cell | {"label": cells.get(cell["id"], cell["label"])} for cell in row["cells"]]
        found.append(row | {"label": label, "cells": named})
    return found


def _row(row_id, label, scale, given):
    known = {each["id"] for each in scale}
    counted = Counter(one for one in given if one in known)
    return Row(
        row_id, label, tuple((each["id"], each["label"], counted[each["id"]]) for each in scale), counted.total()
    )


def _places(answers, item):
    return [_place(each.get("order", ()), item) for each in answers]


def _place(order, item):
    return str(order.index(item) + 1) if item in order else None


def _steps(spec):
    """The numbers of a slider, or the parts of a long one: each with the lowest number it holds."""
    low, high, step = spec.get("from", 0), spec.get("to", 10), spec.get("step") or 1
    count = round((high - low) / step) + 1
    together = -(-count // MOST_STEPS)
    found = []
    for first in range(0, count, together):
        ends = [low + place * step for place in (first, min(first + together, count) - 1)]
        found.append({"id": f"{ends[0]:g}", "label": "–".join(f"{end:g}" for end in dict.fromkeys(ends))})
    return found


def _step(number, spec, steps):
    if not isinstance(number, (int, float)) or isinstance(number, bool):
        return None
    below = [each["id"] for each in steps if float(each["id"]) <= number + 1e-9]
    return below[-1] if below and number <= spec.get("to", 10) + 1e-9 else None
