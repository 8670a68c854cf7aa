"""Many people typing into the course service, through hub and proxy, each saving every two seconds.

Run: .venv-test/bin/python tests/benchmarks/bench_typing.py [--people 500] [--seconds 60]
A workshop is started as script/workshop starts one; everybody joins by the code and opens the lesson;
then all type at once, as pages do: the next save goes when the last was acknowledged and two seconds
have passed. Prints the acknowledgement's p50, p99 and longest, processor and memory of each part, and
what was stored beside what was acknowledged. Asserts that nothing is lost, and nothing about time.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import paths
from bench_room import pss

from hub.conftest import SERVICE, running
from hub.test_falls import PARTS, child, release
from openpractice.journal.journal import Journal
from openpractice.launch.servers.supervise import descendants

PROMPT, LESSON = "purpose-trace", "1-purpose"
EVERY = 2.0
TICK = os.sysconf("SC_CLK_TCK")


def processor(pids) -> float:
    """Seconds of processor that these processes have used."""
    used = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used += int(fields[11]) + int(fields[12])
    return used / TICK


def join(room, number: int) -> dict:
    """One person who has joined and opened the lesson: what their browser would send."""
    visitor = room.joined(f"Typist {number:03}")
    page = visitor.http.get(f"{SERVICE}lesson/{LESSON}")
    assert page.status_code == 200, f"{page.status_code} {page.text[-900:]}"
    place = visitor.place(SERVICE)
    cookies = {c.name: c.value for c in visitor.http.cookies.jar if place.startswith(c.path)}
    found = {
        "id": visitor.name,
        "cookie": "; ".join(f"{k}={v}" for k, v in cookies.items()),
        "mark": visitor.mark(SERVICE),
    }
    visitor.http.close()
    return found


async def type_on(session, base: str, person: dict, until: float, took: list, refused: list) -> str:
    """Types until then; returns the last words that were acknowledged."""
    await asyncio.sleep(random.uniform(0, EVERY))
    rev, words, held = 0, "", ""
    while time.monotonic() < until:
        words += f"word{rev} "
        change = {
            "lesson": LESSON,
            "key": f"{person['id']}-{rev}",
            "base": rev,
            "value": {"text": words},
            "device": "d",
        }
        headers = {"Cookie": person["cookie"], "X-XSRFToken": person["mark"], "Sec-Fetch-Mode": "cors"}
        begun = time.monotonic()
        async with session.put(f"{base}api/answers/{PROMPT}", json=change, headers=headers) as reply:
            if reply.status == 200:
                rev, held = (await reply.json())["rev"], words
                took.append(time.monotonic() - begun)
            else:
                refused.append((reply.status, (await reply.text())[:200]))
        await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - begun)))
    return held


async def typing(base: str, people: list[dict], seconds: float):
    took, refused = [], []
    until = time.monotonic() + seconds
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as session:
        held = await asyncio.gather(*(type_on(session, base, one, until, took, refused) for one in people))
    return took, refused, held


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--people", type=int, default=500)
    ask.add_argument("--seconds", type=float, default=60)
    given = ask.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch) / "data", seconds=3600) as room:
        release(room)
        begun = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            people = list(pool.map(lambda number: join(room, number), range(given.people)))
        print(f"{given.people} joined in {time.monotonic() - begun:.0f} s, eight at a time")
        parts = {name: child(room, word) for name, word in PARTS.items()}
        groups = {name: {pid, *descendants(pid)} for name, pid in parts.items()}
        before = {name: processor(pids) for name, pids in groups.items()}
        begun = time.monotonic()
        took, refused, held = asyncio.run(typing(room.address + SERVICE, people, given.seconds))
        lasted = time.monotonic() - begun
        took.sort()
        lost = 0
        for person, words in zip(people, held, strict=True):
            path = room.data / "people" / person["id"] / "journal" / "open-practice.jsonl"
            stored = Journal(path).state(PROMPT).value.get("text", "")
            lost += not stored.startswith(words)
        print(f"{given.people} people, {os.cpu_count()} processors, load {load:.1f} before it began, {lasted:.0f} s")
        print(f"  {len(took)} saves, {len(took) / lasted:.0f} a second; refused {len(refused)} {refused[:1]}")
        print(
            f"  acknowledged: p50 {statistics.median(took) * 1000:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms, "
            f"longest {took[-1] * 1000:.0f} ms; to reach: p99 under 1 s"
        )
        for name, pids in groups.items():
            print(
                f"  {name}: {(processor(pids) - before[name]) / lasted * 100:.0f} % of a processor, {pss(pids):.0f} MB PSS"
            )
        print(f"  people whose acknowledged words are not on the disk: {lost}")
        assert lost == 0


if __name__ == "__main__":
    main()
