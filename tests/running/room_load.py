"""Many people in one room at once, over HTTP as their browsers ask; and the service, in a process that can be killed."""

import asyncio
import json
import multiprocessing
import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import aiohttp

from openpractice.service.identities.identity import Identity
from room_service import put_out
from served import COOKIE, mark_of

LESSON, COUNTED, SHARED = "4-expertise", "expertise-pattern", "expertise-three-views"
LEAD = "fay"
AT_ONCE = 64
AGAIN_SECONDS = 0.3


def serve(data: Path, port: int, people: int) -> None:
    """The service over a data folder, until it is killed."""
    from tornado.httpserver import HTTPServer
    from tornado.ioloop import IOLoop
    from tornado.web import Application

    from openpractice.handins.places import Places
    from openpractice.service.app import routes
    from openpractice.service.handlers.context import ServedCourse
    from openpractice.service.handlers.pace import FloodPace
    from served import KnownPeople

    known = {f"p{number}": Identity(f"p{number}", name_of(number), "participant") for number in range(people)}
    source = KnownPeople(known | {LEAD: Identity(LEAD, "Fay", "facilitator")})
    places = Places("open-practice", data, data / "exchange", data, None, "service")
    served = ServedCourse(places, data / "files", "/", source)
    served.pace = FloodPace(burst=1e9)
    server = HTTPServer(Application(routes(served), cookie_secret="load only", log_function=lambda handler: None))
    server.listen(port, "127.0.0.1")
    IOLoop.current().start()


def name_of(number: int) -> str:
    return f"Person {number:03}"


class RoomProcess:
    """The service in a process of its own; it starts again on the same port and data as often as it is killed."""

    def __init__(self, data: Path, people: int):
        with socket.socket() as link:
            link.bind(("127.0.0.1", 0))
            self.port = link.getsockname()[1]
        put_out(data, LESSON)
        self._what = (data, self.port, people)
        self.start()

    def start(self) -> None:
        method = multiprocessing.get_context("spawn")
        self.process = method.Process(target=serve, args=self._what, daemon=True)
        self.process.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def memory(self) -> float:
        """Its memory now, in megabytes."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def processor(self) -> float:
        """Seconds of processor that this process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


class RoomLoad:
    """What many people do, and what came of it: `sent` and `shared` by person, and times in seconds."""

    def __init__(self, port: int, people: int):
        self.people = people
        self.home = f"http://127.0.0.1:{port}/openpractice/"
        self.sent: dict[str, str] = {}
        self.shared: dict[str, str] = {}
        self.acknowledged: list[float] = []
        self.in_room: list[float] = []
        self.on_wall: list[float] = []
        self.tried_again = 0
        self.there: set[str] = set()
        self._began: dict[str, float] = {}
        self._revs: dict[tuple[str, str], int] = {}
        self._turns = {f"p{number}": asyncio.Lock() for number in range(people)}

    async def __aenter__(self):
        wait = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=60)
        # What one browser fetches does not wait behind what another sends.
        self._doors, self._looks = (
            aiohttp.ClientSession(timeout=wait, connector=aiohttp.TCPConnector(limit=AT_ONCE)) for _ in range(2)
        )
        self._lines = aiohttp.ClientSession(timeout=wait, connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *error):
        await self._doors.close()
        await self._looks.close()
        await self._lines.close()

    async def ask(self, who: str, method: str, path: str, body: dict | None = None) -> dict:
        """The JSON of the reply; asked again until there is one, as a page of ours does."""
        while True:
            try:
                way = self._looks if method == "GET" else self._doors
                async with way.request(method, self.home + path, headers=_marked(who), json=body) as reply:
                    if reply.status < 500:
                        assert reply.status == 200, (reply.status, await reply.text())
                        return await reply.json()
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                pass
            self.tried_again += 1
            await asyncio.sleep(AGAIN_SECONDS * (1 + random.random()))

    async def answer(self, number: int, choice: str) -> None:
        """One person answers the counted question, or changes their answer."""
        who = f"p{number}"
        async with self._turns[who]:
            is_first = who not in self.sent
            began = time.perf_counter()
            if is_first:
                self._began[name_of(number)] = began
            await self._save(who, COUNTED, {"choices": [choice]})
            self.acknowledged.append(time.perf_counter() - began)
            self.sent[who] = choice

    async def share(self, number: int, words: str) -> None:
        """One person writes and shares; what they shared before becomes an earlier version."""
        who = f"p{number}"
        async with self._turns[who]:
            rev = await self._save(who, SHARED, {"text": words})
            self._began[words] = time.perf_counter()
            await self.ask(who, "POST", f"api/answers/{SHARED}/share", {"rev": rev})
            self.shared[who] = words

    async def _save(self, who, prompt, value):
        base = self._revs.get((who, prompt), 0)
        change = {"lesson": LESSON, "value": value, "base": base, "key": f"{who} {random.random()}"}
        ack = await self.ask(who, "PUT", f"api/answers/{prompt}", change)
        self._revs[who, prompt] = ack["rev"]
        return ack["rev"]

    async def follow(self, who: str, stream: str, state: str, told: Callable[[dict], None]) -> None:
        """One open page: listens, and fetches the state anew whenever it hears that there is news."""
        mark = ""
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                async with self._lines.get(self.home + stream, headers=_marked(who)) as line:
                    async for heard in line.content:
                        if heard.startswith(b"event: again"):
                            seen = await self.ask(who, "GET", f"{state}&since={mark}")
                            mark = seen.get("mark") or f"{seen['number']}.{seen['pulse']}"
                            told(seen)
            await asyncio.sleep(1)

    def seen_by_lead(self, state: dict) -> None:
        """Notes how long what is new on the leading page has been on its way."""
        now = time.perf_counter()
        for name in state.get("who", {}).get(COUNTED, {}).get("have", ()):
            if began := self._began.pop(name, None):
                self.in_room.append(now - began)
        for card in state.get("walls", {}).get(SHARED, ()):
            if began := self._began.pop(card["text"], None):
                self.on_wall.append(now - began)

    async def lead(self) -> None:
        """The page of whoever leads, with names."""
        await self.follow(
            LEAD, "api/room/lead/stream", f"api/room/lead/state?lesson={LESSON}&names=1", self.seen_by_lead
        )

    async def take_part(self, number: int) -> None:
        """The lesson page of a participant, open."""
        await self.follow(
            f"p{number}",
            "api/room/stream",
            f"api/room/state?lesson={LESSON}",
            lambda state: self.there.add(f"p{number}"),
        )


def stored(store) -> tuple[list[str], dict[str, str]]:
    """What the room holds: every counted choice, and the latest shared words by person."""
    import sqlalchemy as sa

    from openpractice.room import shares
    from openpractice.room.roomtables import ballot

    with store.reading() as db:
        held = db.scalars(sa.select(ballot.c.answer).where(ballot.c.prompt == COUNTED))
        cards = shares.on_wall(db, "main", [SHARED]).get(SHARED, [])
        return sorted(json.loads(one)["choices"][0] for one in held), {each["person"]: each["text"] for each in cards}


def _marked(who):
    return {"Cookie": f"{COOKIE}={who}", "X-XSRFToken": mark_of(who)}
