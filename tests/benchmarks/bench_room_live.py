"""How the room holds under many, on SQLite and on PostgreSQL.

Run: .venv-test/bin/python tests/benchmarks/bench_room_live.py [--people 500] [--seconds 20] [--kills 10]
     [--pages 500] [--engine sqlite|postgresql]
A service in a process of its own on loopback; a bounded client in this one. Everybody answers a counted
question once all pages are open, some change their answer, 20 a second share; everybody's page listens and fetches what is new,
and so does the page of whoever leads. Then the same again, and the service is killed on the way.
Printed: time from an answer to its acknowledgement and to the leading page, from a share to the wall on
it, memory, processor, and whether what was sent is what is stored. It asserts nothing about time.
"""

import argparse
import asyncio
import contextlib
import os
import random
import tempfile
import time
from pathlib import Path

import paths

import postgres as servers
from openpractice.handins.specs import read_specs
from openpractice.room.roomstore import RoomStore
from room_load import COUNTED, LESSON, RoomLoad, RoomProcess, stored

SHARES_A_SECOND = 20


def said(what: str, seconds: list[float]) -> None:
    """One line: how many, the median, and what 99 of 100 stay below."""
    if not seconds:
        return print(f"  {what}: none")
    ordered = sorted(seconds)
    half, most = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 for part in (0.5, 0.99))
    return print(f"  {what}: {len(ordered)} times, p50 {half:.0f} ms, p99 {most:.0f} ms")


async def everybody(options, process: RoomProcess, choices: list[str], kills: int) -> RoomLoad:
    """All of them for so many seconds, evenly; the service is killed so many times meanwhile."""
    async with RoomLoad(process.port, options.people) as load:
        pages = [asyncio.create_task(load.lead())]
        pages += [asyncio.create_task(load.take_part(number)) for number in range(options.pages)]
        await load.ask("fay", "GET", f"api/room/lead/state?lesson={LESSON}")
        began = time.perf_counter()
        while len(load.there) < options.pages:
            await asyncio.sleep(0.05)
        load.opened = time.perf_counter() - began
        used, began = process.processor(), time.perf_counter()
        work, answers, shares, killed = [], 0, 0, 0
        order = random.sample(range(options.people), options.people)
        while (now := time.perf_counter() - began) < options.seconds:
            while answers < now / options.seconds * options.people * 1.2:  # a fifth of them think again
                person = order[answers % options.people]
                work.append(asyncio.create_task(load.answer(person, random.choice(choices))))
                answers += 1
            while shares < now * SHARES_A_SECOND:
                person = random.randrange(options.people)
                work.append(asyncio.create_task(load.share(person, f"Shared {shares}, {random.random()}")))
                shares += 1
            # By what has come in, not by the clock: each time it has been up again and has worked.
            if killed < kills and sum(each.done() for each in work) > (killed + 1) * options.people / (kills + 1):
                killed += 1
                process.kill()
                process.start()
                used = 0
            await asyncio.sleep(0.02)
        await asyncio.gather(*work)
        took = time.perf_counter() - began
        await asyncio.sleep(3)  # until the leading page has fetched the last of it
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)
        load.memory, load.processor, load.took = process.memory(), process.processor() - used, took
        return load


def once(options, where: str, kills: int) -> None:
    """One run on a database of its own, and its lines."""
    with tempfile.TemporaryDirectory(prefix="room-bench-") as folder:
        data = Path(folder)
        os.environ["OPENPRACTICE_ROOM"] = where
        process = RoomProcess(data, options.people)
        page = read_specs(data / "exchange" / "open-practice" / "outbound" / LESSON / f"{LESSON}.ipynb")
        choices = [choice["id"] for choice in page.specs[COUNTED]["choices"]]
        try:
            load = asyncio.run(everybody(options, process, choices, kills))
        finally:
            process.kill()
        store = RoomStore(where or data / "room")
        counted, wall = stored(store)
        store.close()
    if not kills:
        print(f"  until everybody's page had what it shows: {load.opened:.1f} s")
        said("answer to acknowledgement", load.acknowledged)
        said("answer to the leading page", load.in_room)
        said("share to the wall there", load.on_wall)
        print(f"  memory of the service: {load.memory:.0f} MB; processor: {load.processor:.1f} s in {load.took:.1f} s")
    same = sorted(load.sent.values()) == counted and load.shared == wall
    print(
        f"  killed {kills} times, asked again {load.tried_again} times: {len(load.sent)} answers and "
        f"{len(load.shared)} shares acknowledged, {len(counted)} and {len(wall)} stored; sent = stored: {same}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--pages", type=int, default=None, help="how many have the lesson open; all of them by default")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    options.pages = options.people if options.pages is None else options.pages
    print(
        f"{options.people} people, {options.pages} pages open, {SHARES_A_SECOND} shares a second, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before it began"
    )
    with contextlib.ExitStack() as stack:
        for engine in (options.engine,) if options.engine else ("sqlite", "postgresql"):
            if engine == "postgresql" and not servers.BINARIES:
                print("PostgreSQL is not installed")
                continue
            server = stack.enter_context(servers.running()) if engine == "postgresql" else None
            for kills in (0, options.kills) if options.kills else (0,):
                print(f"{engine}{', killed on the way' if kills else ''}")
                once(options, server.database() if server else "", kills)


if __name__ == "__main__":
    main()
