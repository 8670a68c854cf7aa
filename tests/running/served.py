"""The course service itself on a free port, in this process, with a table of people in place of a hub."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from openpractice.handins.places import Places
from openpractice.service.app import routes
from openpractice.service.handlers.context import ServedCourse
from openpractice.service.handlers.pace import FloodPace
from openpractice.service.identities.identity import Identity, IdentitySource
from servers import Reply, as_body

COOKIE = "known"
PEOPLE = {
    "ana": Identity("ana", "Ana", "participant"),
    "ben": Identity("ben", "Ben", "participant"),
    "rob": Identity("rob", "Rob", "reviewer"),
    "rev": Identity("rev", "Rev", "reviewer"),
    "fay": Identity("fay", "Fay", "facilitator"),
    "guest": Identity("guest", "Guest", ""),
    "ana-server": Identity("ana", "Ana", "participant", carried=True, server=True),
}


class KnownPeople(IdentitySource):
    """Whoever the cookie or the token names, as the table has them; the mark is made of the name."""

    def __init__(self, people: dict[str, Identity]):
        self.people = people

    async def who(self, handler) -> Identity | None:
        token = handler.request.headers.get("Authorization", "").removeprefix("token ")
        return self.people.get(token or handler.get_cookie(COOKIE, ""))

    def sign_in(self, handler) -> str:
        return "/sign-in"

    def mark(self, handler) -> str:
        mark = mark_of(handler.identity.id)
        handler.set_cookie("_xsrf", mark)
        return mark

    def is_marked(self, handler, given: str) -> bool:
        return given == mark_of(handler.identity.id)

    def forget(self, name: str) -> None:
        """Nothing is remembered here."""


def mark_of(person: str) -> str:
    return hashlib.sha256(f"mark of {person}".encode()).hexdigest()


class Service:
    """A running service, asked over real HTTP."""

    def __init__(self, port: int, data: Path, served: ServedCourse):
        self.port, self.data, self.served = port, data, served

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, method, path, body=None, headers=None, who="", marked=True) -> Reply:
        """One request as a page of ours sends it in the name of `who`; `marked=False` as any other page would."""
        given = dict(headers or {})
        if who:
            given.setdefault("Cookie", f"{COOKIE}={who}")
            if marked:
                given.setdefault("X-XSRFToken", mark_of(self.served.source.people[who].id))
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)  # a busy machine is no fault
        try:
            link.request(method, path if path.startswith("/") else f"/openpractice/{path}", as_body(body), given)
            reply = link.getresponse()
            names = {key.lower(): value for key, value in reply.getheaders()}
            cookies = [value.split(";")[0] for key, value in reply.getheaders() if key.lower() == "set-cookie"]
            return Reply(reply.status, names, reply.read(), cookies)
        finally:
            link.close()


@contextmanager
def service(data: Path, course: str = "open-practice", people: dict[str, Identity] | None = None, source=None):
    """The service over a data folder. It ends with the block; nothing of it outlives the test."""
    source = source or KnownPeople(PEOPLE if people is None else people)
    places = Places(course, data, data / "exchange", data, None, "service")
    served = ServedCourse(places, data / "files", "/", source)
    served.pace = FloodPace(burst=1e9)  # a test asks more than a person does
    sockets = bind_sockets(0, "127.0.0.1", family=socket.AF_INET)
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    def run():
        asyncio.set_event_loop(loop)
        server = HTTPServer(Application(routes(served), cookie_secret="tests only", compress_response=True))
        loop.call_soon(server.add_sockets, sockets)
        loop.call_soon(ready.set)
        loop.run_forever()
        server.stop()
        loop.run_until_complete(server.close_all_connections())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run, name="the course service")
    thread.start()
    try:
        assert ready.wait(600)  # a busy machine is no fault
        yield Service(sockets[0].getsockname()[1], data, served)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
