"""Where the people of a course are in one session, counted for a bar: each of them once, by the furthest they have come."""

from __future__ import annotations

from openpractice.service.handlers.context import RequestContext
from openpractice.service.people import roll

#: The furthest first.
STEPS = ("returned", "read", "handed", "answering", "opened", "not-opened")


def standing(context: RequestContext, folder, lesson_id: str, members: dict[str, roll.RollMember]) -> dict:
    """The ``bar`` of a session; of how many a hand-in has come (``handed``), and of how many one is not collected (``fresh``).

    `members`, by id, are those whom the hub knows: who leads, reviews or has left is nobody to wait for.
    """
    lines = roll.roll(context, folder, lesson_id, members)
    came = [line for line in lines if line.handed_at is not None]
    return {"bar": bar(lines), "handed": len(came), "fresh": sum(not line.collected for line in came)}


def bar(lines: list[roll.RollLine]) -> list[dict]:
    """``step``, ``n`` and where on a line of all people it begins (``x``, per cent) and how much it takes (``width``)."""
    there = [line for line in lines if line.takes_part]
    steps = [step_of(line) for line in there]
    parts, begun = [], 0
    for step in STEPS:
        n = steps.count(step)
        if n:
            shown = {"x": round(100 * begun / len(there), 2), "width": round(100 * n / len(there), 2)}
            parts.append({"step": step, "n": n} | shown)
        begun += n
    return parts


def step_of(line: roll.RollLine) -> str:
    """One of `STEPS`."""
    if line.returned_at is not None:
        return "returned"
    if line.handed_at is not None:
        return "read" if line.collected and line.to_read and line.read == line.to_read else "handed"
    if line.of is None:
        return "not-opened"
    return "answering" if line.answered or line.begun else "opened"
