"""A room that signs in, opens and hands in together: the kit beside JupyterHub + JupyterLab + nbgrader.

Run: .venv-test/bin/python tests/benchmarks/bench_room.py [--people 30] [--submits 3]
     .venv-test/bin/python tests/benchmarks/bench_room.py --people 200 --no-stock
Both hubs run one after the other on the same machine in the same run, with an HTTP client that has
one connection a person and asks twice a second. Stock gets a person's kernel with ipywidgets, which
its lessons need and ours do not. Prints figures and ratios, and asserts nothing about time.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paths
from stock_room import COURSE, LESSON, stock_room

from hub.conftest import REPO, SERVICE, Visitor, running
from hub.kernels import Kernel
from hub.test_falls import release, server_of
from openpractice.launch.servers.supervise import descendants

ASK_EVERY = 0.5
WAIT = 300
WORDS = "In our planning hour we looked at two pieces of pupils' work and asked what they could do. " * 6


def together(count: int, work) -> list[float]:
    """Seconds that `work(number)` took for each, all begun at one moment; a failure is nan and said."""
    gate = threading.Barrier(count)

    def one(number):
        gate.wait()
        begun = time.monotonic()
        try:
            work(number)
        except Exception as problem:  # what fails is counted, and the others go on
            print(f"  {number} failed: {type(problem).__name__} {str(problem)[:160]}")
            return float("nan")
        return time.monotonic() - begun

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def pss(pids) -> float:
    """Megabytes of memory of these processes, shared pages counted in parts."""
    total = 0
    for pid in pids:
        try:
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024


def said(what: str, seconds: list[float]) -> None:
    good = [one for one in seconds if one == one]
    print(
        f"  {what}: p50 {statistics.median(good):.1f} s, longest {max(good):.1f} s, failed {len(seconds) - len(good)}"
    )


LINKED = re.compile(r'(?:src|href)="([^"]+/static/[^"]+)"')


def load(one: Visitor, path: str) -> None:
    """Opens a page and fetches what a browser fetches for it the first time."""
    page = one.http.get(path)
    assert page.status_code == 200, page.text[:300]
    origin = one.address.removesuffix(one.place(""))
    for address in set(LINKED.findall(page.text)) - one.fetched:
        one.fetched.add(address)
        assert one.http.get(origin + address).status_code == 200


def first_answer(room, one: Visitor, number: int) -> None:
    """From the join link to the first acknowledged words, as a browser does it."""
    one.fetched = set()
    reply = one.join(f"Person {number:03}", room.code)
    assert reply.status_code == 200 and reply.url.path == one.place(SERVICE), reply.text[:300]
    one.name = re.search(r'data-user="([^"]+)"', reply.text)[1]
    load(one, SERVICE)
    load(one, f"{SERVICE}lesson/{LESSON}")
    draft = {"lesson": LESSON, "key": f"k{number}", "base": 0, "value": {"text": WORDS}, "device": "d"}
    reply = one.send("PUT", "openpractice/api/answers/purpose-trace", json=draft)
    assert reply.status_code == 200, reply.text


def kit_room(scratch: Path, count: int) -> dict:
    with running(scratch / "data", seconds=1800) as room:
        release(room)
        visitors = [room.visitor() for _ in range(count)]

        def hand_in(number):
            reply = visitors[number].send(
                "POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": 1}}
            )
            assert reply.status_code == 200, reply.text

        opened = together(count, lambda number: first_answer(room, visitors[number], number))
        memory = pss(descendants(room.process.pid))
        handed = together(count, hand_in)
        inbound = room.data / "exchange" / "open-practice" / "inbound"
        lost = count - len(list(inbound.glob("*/*/responses.json")))
    return {"opened": opened, "memory": memory, "handed": handed, "lost": lost}


def ready(one: Visitor, seconds: float) -> None:
    """Waits until that person's own server answers, as the hub's page asks."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        reply = one.http.get(f"/user/{one.name}/api/contents")
        if reply.status_code == 200 and reply.headers["content-type"].startswith("application/json"):
            return
        if reply.status_code in (401, 403):
            one.http.get(f"/user/{one.name}/tree")
        time.sleep(ASK_EVERY)
    raise AssertionError(f"{one.name}: {reply.status_code}")


def plain_room(scratch: Path, count: int) -> dict:
    names = [f"person-{number:02}" for number in range(count)]
    notebook = (REPO / "notebooks" / LESSON / f"{LESSON}.ipynb").read_bytes()
    with stock_room(scratch / "stock", names, notebook) as room:
        visitors = [Visitor(room.address) for _ in names]

        def sign_in(number):
            one = visitors[number]
            one.name = names[number]
            one.sign_in(one.name, "any")
            ready(one, WAIT)

        def open_and_run(number):
            one = visitors[number]
            assert one.get(f"api/contents/{LESSON}/{LESSON}.ipynb").status_code == 200
            kernel = Kernel(one)
            kernel.run("import ipywidgets; print(ipywidgets.Textarea())", seconds=WAIT)

        def hand_in(number):
            reply = visitors[number].send(
                "POST", "assignments/submit", data={"course_id": COURSE, "assignment_id": LESSON}
            )
            assert reply.status_code == 200 and reply.json().get("success"), reply.text[:300]

        signed_in = together(count, sign_in)
        opened = together(count, open_and_run)
        memory = sum(pss(server_of(name, room.place)) for name in names)
        handed = together(count, hand_in)
        lost = count - len({path.name.split("+")[0] for path in room.inbound.iterdir()})
    return {"signed_in": signed_in, "opened": opened, "memory": memory, "handed": handed, "lost": lost}


def submits(scratch: Path, count: int) -> tuple[float, float]:
    """Seconds by the clock and of processor for one stock `nbgrader submit`, of a few run one after the other."""
    place = scratch / "stock"
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for number in range(count):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "submit", LESSON],
            cwd=place / "homes" / f"person-{number:02}",
            env={**os.environ, "JUPYTER_CONFIG_PATH": str(place / "etc"), "STUDENT": f"person-{number:02}"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-800:]
    after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - begun
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took / count, cpu / count


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--people", type=int, default=30)
    ask.add_argument("--submits", type=int, default=3)
    ask.add_argument("--no-stock", action="store_true", help="the kit alone: for two hundred people")
    given = ask.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        ours = kit_room(Path(scratch), given.people)
        stock = None if given.no_stock else plain_room(Path(scratch), given.people)
        submit, cpu = submits(Path(scratch), min(given.submits, given.people)) if stock else (0, 0)
    print(f"{given.people} people, {os.cpu_count()} processors, load {load:.1f} before it began")
    print("the kit")
    said("joined, lesson open, first answer acknowledged", ours["opened"])
    said("handed in", ours["handed"])
    print(f"  memory of everything: {ours['memory']:.0f} MB PSS; hand-ins lost: {ours['lost']}")
    if stock is None:
        return
    print("stock")
    said("signed in, server answering", stock["signed_in"])
    said("lesson opened and its kernel ready", stock["opened"])
    said("handed in", stock["handed"])
    print(f"  memory of people's servers: {stock['memory']:.0f} MB PSS; hand-ins lost: {stock['lost']}")

    def middle(seconds):
        return statistics.median(one for one in seconds if one == one)

    print("stock / the kit:")
    both = [a + b for a, b in zip(stock["signed_in"], stock["opened"], strict=True)]
    print(
        f"  until one can write: p50 {middle(both) / middle(ours['opened']):.1f}x, "
        f"longest {max(both) / max(ours['opened']):.1f}x; to reach: 12x"
    )
    print(f"  memory: {stock['memory'] / ours['memory']:.1f}x")
    print(
        f"  all have handed in: {max(ours['handed']):.1f} s, within ten seconds: {max(ours['handed']) < 10}; stock's own server: {max(stock['handed']):.1f} s"
    )
    print(
        f"  `nbgrader submit` on {min(given.submits, given.people)}: {submit:.1f} s each, {cpu:.1f} s of processor; "
        f"for {given.people} extrapolated {cpu * given.people:.0f} s of processor"
    )


if __name__ == "__main__":
    main()
