"""The service is killed while a room answers and shares: what was acknowledged is in the room, once."""

import asyncio
import random

import pytest

from openpractice.handins.specs import read_specs
from openpractice.room.roomstore import RoomStore
from room_load import COUNTED, LESSON, RoomLoad, RoomProcess, stored

PEOPLE = 24


async def everybody(process, choices, kills):
    """All answer, change their answer and share, each several times; the service falls as often as asked for."""
    async with RoomLoad(process.port, PEOPLE) as load:
        acts = [
            act
            for turn in range(4)
            for number in range(PEOPLE)
            for act in (("answer", number), ("share", number, turn))
        ]
        random.Random(7).shuffle(acts)

        async def do(what, number, turn=0):
            if what == "answer":
                return await load.answer(number, random.choice(choices))
            return await load.share(number, f"Turn {turn} of person {number}\n- as typed")

        work = [asyncio.create_task(do(*act)) for act in acts]
        for fall in range(kills):
            while sum(task.done() for task in work) < (fall + 1) * len(work) / (kills + 2):
                await asyncio.sleep(0.01)
            process.kill()
            process.start()
        await asyncio.gather(*work)
        return load


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_was_acknowledged_is_stored_once_however_often_the_service_falls(
    engine, kills, tmp_path, monkeypatch, request
):
    where = request.getfixturevalue("postgres").database() if engine == "postgresql" else tmp_path / "room"
    if engine == "postgresql":
        monkeypatch.setenv("OPENPRACTICE_ROOM", where)
    process = RoomProcess(tmp_path, PEOPLE)
    page = read_specs(tmp_path / "exchange" / "open-practice" / "outbound" / LESSON / f"{LESSON}.ipynb")
    choices = [choice["id"] for choice in page.specs[COUNTED]["choices"]]
    try:
        load = asyncio.run(everybody(process, choices, kills))
    finally:
        process.kill()
    store = RoomStore(where)
    counted, wall = stored(store)
    store.close()
    assert (len(load.sent), len(load.shared)) == (PEOPLE, PEOPLE)
    assert counted == sorted(load.sent.values())
    assert wall == load.shared
