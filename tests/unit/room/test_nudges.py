"""How often somebody who listens to a room is told: everybody soon in a small one, one after the other in a large one."""

import asyncio

import pytest

from openpractice.service.room.nudges import EACH_SECOND, EACH_SECOND_LONG, LARGE, SLOW_HEADS, SOONEST, Nudges


def pause(many, leads=False, heads=False, told_before=False):
    """How long the last of so many listeners would wait now."""

    async def asked():
        nudges = Nudges()
        listeners = [nudges.listen("main", leads and number == many - 1) for number in range(many)]
        if told_before:
            listeners[-1].take()
        nudges._mark("main", heads)
        return nudges.pause("main", listeners[-1])

    return asyncio.run(asked())


@pytest.mark.parametrize("many", [1, LARGE])
def test_in_a_small_room_everything_is_told_at_once(many):
    assert pause(many) == SOONEST
    assert pause(many, heads=True) <= 2 * SOONEST


def test_above_thirty_heads_are_told_slowly_and_what_all_wait_for_is_not():
    assert pause(LARGE + 1, heads=True) >= SLOW_HEADS
    assert pause(LARGE + 1) <= 2 * SOONEST


def test_whoever_leads_is_told_within_half_a_second_however_many_there_are():
    assert pause(LARGE, leads=True, heads=True) == SOONEST
    assert pause(500, leads=True, heads=True) == 2 * SOONEST <= 0.5


@pytest.mark.parametrize("heads", [False, True])
def test_while_news_keeps_coming_five_hundred_come_one_after_the_other(heads):
    assert pause(500, heads=heads) <= 500 / EACH_SECOND + SLOW_HEADS * heads
    assert pause(500, heads=heads, told_before=True) == pytest.approx(500 / EACH_SECOND_LONG, abs=0.5)
