"""How the room holds under many: `python tests/benchmarks/bench_room_live.py [--people 500] [--seconds 20] [--kills 10]`.

A service in a process of its own on loopback; a bounded client in this one. People answer a counted
question and 20 a second share; one page leads and follows. Printed: time from an answer to its
acknowledgement, time from a share to its being on the leading page, memory, and whether all that was
acknowledged is in the room in the end, the service having been killed on the way. SQLite, or
PostgreSQL by `--url`.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import signal
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from openpractice.service.identity import Identity
from room_service import put_out
from served import COOKIE, mark_of

LESSON, DOOR, RIGOR = "2-learning", "learning-door", "purpose-rigor"
AT_ONCE = 64


def serve(data: Path, port: int, people: int) -> None:
    """The service, until it is killed."""
    from tornado.httpserver import HTTPServer
    from tornado.ioloop import IOLoop
    from tornado.web import Application

    from openpractice.handins.places import Places
    from openpractice.service.app import routes
    from openpractice.service.context import ServedCourse
    from openpractice.service.pace import FloodPace
    from served import KnownPeople

    known = {f"p{number}": Identity(f"p{number}", f"Person {number}", "participant") for number in range(people)}
    source = KnownPeople(known | {"fay": Identity("fay", "Fay", "facilitator")})
    places = Places("open-practice", data, data / "exchange", data, None, "service")
    served = ServedCourse(places, data / "files", "/", source)
    served.pace = FloodPace(burst=1e9)
    server = HTTPServer(Application(routes(served), cookie_secret="bench only", log_function=lambda handler: None))
    server.listen(port, "127.0.0.1")
    IOLoop.current().start()


class Load:
    def __init__(self, port, people):
        self.port, self.people = port, people
        self.acked: dict[str, str] = {}
        self.shared: dict[str, float] = {}
        self.ack_times, self.room_times, self.retried = [], [], 0
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.stop = False

    async def ask(self, who, method, path, body=None):
        headers = {"Cookie": f"{COOKIE}={who}", "X-XSRFToken": mark_of(who), "Content-Type": "application/json"}
        sent = json.dumps(body) if body is not None else ("" if method in ("POST", "PUT") else None)
        url = f"http://127.0.0.1:{self.port}/openpractice/{path}"
        while True:  # a page of ours tries again until it is acknowledged
            try:
                async with self.gate:
                    request = HTTPRequest(url, method, headers, sent, request_timeout=20, connect_timeout=5)
                    reply = await AsyncHTTPClient().fetch(request)
                return json.loads(reply.body)
            except Exception:
                self.retried += 1
                await asyncio.sleep(0.2 + random.random() * 0.3)

    async def answer(self, who, key, choice):
        began = time.perf_counter()
        base = getattr(self, "revs", {}).get(who, 0)
        change = {"lesson": LESSON, "value": {"choice": choice}, "base": base, "key": key}
        ack = await self.ask(who, "PUT", f"api/answers/{DOOR}", change)
        self.__dict__.setdefault("revs", {})[who] = ack["rev"]
        self.ack_times.append(time.perf_counter() - began)
        self.acked[who] = choice

    async def share(self, number):
        who = f"p{number % self.people}"
        words = f"share {number} {random.random()}"
        change = {"lesson": "1-purpose", "value": {"text": words}, "base": 0, "key": words}
        ack = await self.ask(who, "PUT", f"api/answers/{RIGOR}", change)
        self.shared[words] = time.perf_counter()
        await self.ask(who, "POST", f"api/answers/{RIGOR}/share", {"rev": ack["rev"]})

    async def follow(self):
        """The leading page: fetches, again and again, and notes when each shared text is there."""
        while not self.stop:
            state = await self.ask("fay", "GET", "api/room/lead/state?lesson=1-purpose")
            now = time.perf_counter()
            for card in state.get("walls", {}).get(RIGOR, ()):
                began = self.shared.pop(card["text"], None)
                if began:
                    self.room_times.append(now - began)
            await asyncio.sleep(0.25)


def wait_for(port):
    for _ in range(600):
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the service did not start")


def percentiles(name, times):
    if times:
        ordered = sorted(times)
        half, most = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99))
        print(
            f"{name}: {len(times)} times, p50 {half:.0f} ms, p99 {most:.0f} ms, mean {statistics.mean(times) * 1000:.0f} ms"
        )


def memory_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def run(options, data, start):
    AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=AT_ONCE * 2)
    load = Load(options.port, options.people)
    lead = asyncio.create_task(load.follow())
    process, tasks, number = start(), [], 0
    await asyncio.to_thread(wait_for, options.port)
    began = time.perf_counter()
    choices = options.choices
    kills = 0
    while (now := time.perf_counter() - began) < options.seconds:
        tasks.append(asyncio.create_task(load.share(number)))
        for _ in range(options.people // (options.seconds * 20) + 1):
            who = f"p{number % options.people}"
            tasks.append(asyncio.create_task(load.answer(who, f"a{number}", random.choice(choices))))
            number += 1
        if options.kills and now > (kills + 1) * options.seconds / (options.kills + 1):
            kills += 1
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            process = start()
        await asyncio.sleep(0.05)
    await asyncio.gather(*tasks)
    await asyncio.sleep(1.5)
    load.stop = True
    await lead
    print(
        f"memory of the service: {memory_mb(process.pid):.0f} MB; tried again {load.retried} times; killed {kills} times"
    )
    process.kill()
    process.join()
    percentiles("answer to acknowledgement", load.ack_times)
    percentiles("share to the leading page", load.room_times)
    return load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--url", default="", help="a PostgreSQL database for the room")
    options = parser.parse_args()
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        options.port = link.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="room-bench-") as folder:
        data = Path(folder)
        put_out(data, "1-purpose", LESSON)
        if options.url:
            os.environ["OPENPRACTICE_ROOM"] = options.url
        from openpractice.handins.specs import read_specs

        page = read_specs(data / "exchange" / "open-practice" / "outbound" / LESSON / f"{LESSON}.ipynb")
        options.choices = [choice["id"] for choice in page.specs[DOOR]["choices"]]
        method = multiprocessing.get_context("spawn")

        def start():
            process = method.Process(target=serve, args=(data, options.port, options.people), daemon=True)
            process.start()
            return process

        load = asyncio.run(run(options, data, start))
        from openpractice.room.roomstore import RoomStore

        store = RoomStore(options.url or data / "room")
        with store.reading() as db:
            held = db.exec_driver_sql(f"SELECT answer FROM room_ballot WHERE prompt = '{DOOR}'").scalars().all()
        store.close()
        stored = sorted(json.loads(one)["choice"] for one in held)
        print(
            f"sent = stored: {sorted(load.acked.values()) == stored} ({len(load.acked)} people, {len(stored)} ballots)"
        )


if __name__ == "__main__":
    main()
