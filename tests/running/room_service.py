"""The course service over the kit's own lessons, with a room full of people: for tests that ask it over HTTP."""

import itertools
import json
from contextlib import contextmanager
from pathlib import Path

from openpractice.service.identities.identity import Identity
from repo import REPO
from served import service

NOTEBOOKS = REPO / "notebooks"
NAMES = ("Ana Silva", "Ben Ode", "Cleo Marsh", "Dan Pruitt", "Eve Abara", "Finn Roe", "Gus Lund", "Hana Mori")
FACILITATOR = Identity("fay", "Fay Lead", "facilitator")
PEOPLE = {
    **{name.split()[0].lower(): Identity(name.split()[0].lower(), name, "participant") for name in NAMES},
    "fay": FACILITATOR,
    "rev": Identity("rev", "Rev", "reviewer"),
    "guest": Identity("guest", "Guest", ""),
}
PARTICIPANTS = [key for key, one in PEOPLE.items() if one.role == "participant"]
_KEYS = itertools.count()


def put_out(data: Path, *lessons: str) -> None:
    """Releases lessons as they were built; by default all of them."""
    for source in sorted(NOTEBOOKS.glob("*/*.ipynb")):
        if not lessons or source.stem in lessons:
            place = data / "exchange" / "open-practice" / "outbound" / source.stem
            place.mkdir(parents=True)
            (place / source.name).write_bytes(source.read_bytes())
            (place / "release.json").write_text("{}")


class RoomService:
    """The running service, and what people do in its room."""

    def __init__(self, running):
        self.running = running

    def ask(self, who, method, path, body=None, status=200):
        """The JSON of the reply, which must have the status."""
        reply = self.running.ask(method, path, None if body is None else json.dumps(body), who=who)
        content = json.loads(reply.body or b"{}")
        assert reply.status == status, (reply.status, content)
        return content

    def save(self, who, lesson, prompt, value):
        """Saves an answer; the acknowledgement."""
        own = self.ask(who, "GET", f"api/answers?lesson={lesson}")["answers"].get(prompt, {})
        change = {"lesson": lesson, "value": value, "base": own.get("rev", 0), "key": f"k{next(_KEYS)}"}
        return self.ask(who, "PUT", f"api/answers/{prompt}", change)

    def share(self, who, lesson, prompt, value):
        rev = self.save(who, lesson, prompt, value)["rev"]
        return self.ask(who, "POST", f"api/answers/{prompt}/share", {"rev": rev})

    def state(self, who, lesson=""):
        return self.ask(who, "GET", f"api/room/state?lesson={lesson}")

    def lead(self, lesson="", names=0):
        return self.ask("fay", "GET", f"api/room/lead/state?lesson={lesson}&names={names}")

    def do(self, act, status=200, **body):
        return self.ask("fay", "POST", f"api/room/lead/do/{act}", body, status)


@contextmanager
def room_service(data: Path, people=None, lessons=()):
    put_out(data, *lessons)
    with service(data, people=people or PEOPLE) as running:
        yield RoomService(running)
