"""Where people are in a session: each of them once, by the furthest they have come."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from openpractice.service.facilitator import wherepeopleare
from openpractice.service.people.roll import RollLine

AT = datetime(2026, 11, 28, tzinfo=UTC)
HANDED = RollLine("ana", of=3, answered=3, handed_at=AT, collected=True, to_read=2)


@pytest.mark.parametrize(
    ("line", "step"),
    [
        (RollLine("ana"), "not-opened"),
        (RollLine("ana", of=3, answered=0), "opened"),
        (RollLine("ana", of=3, answered=1), "answering"),
        (HANDED, "handed"),
        (replace(HANDED, read=1), "handed"),
        (replace(HANDED, read=2), "read"),
        (replace(HANDED, read=2, collected=False), "handed"),  # handed in anew, and nobody has read that
        (replace(HANDED, to_read=0), "handed"),  # nothing in it is read for levels
        (replace(HANDED, read=2, returned_at=AT), "returned"),
    ],
)
def test_a_person_is_where_they_came_furthest(line, step):
    assert wherepeopleare.step_of(line) == step


def test_the_parts_of_the_bar_lie_beside_each_other_and_count_only_who_takes_part():
    lines = [HANDED, replace(HANDED, id="ben", returned_at=AT), RollLine("cy"), RollLine("dia")]
    lines += [RollLine("fay", role="facilitator"), RollLine("gone", left=True)]
    assert wherepeopleare.bar(lines) == [
        {"step": "returned", "n": 1, "x": 0.0, "width": 25.0},
        {"step": "handed", "n": 1, "x": 25.0, "width": 25.0},
        {"step": "not-opened", "n": 2, "x": 50.0, "width": 50.0},
    ]
    assert wherepeopleare.bar([]) == []
