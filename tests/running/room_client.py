"""A room from the command line: acts in, one a line, and replies out, in the name of whoever is named.

Run: python tests/running/room_client.py ADDRESS
A line is `who METHOD path` and, where something is sent, its JSON; the reply is one line of JSON with `status`.
People are known by the table of tests/running/served.py, as its cookie names them.
"""

import http.client
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from repo import FOLDERS

sys.path[1:1] = FOLDERS
from served import COOKIE, mark_of


class RoomClient:
    """Asks one running service; one connection for everybody, as a script has it."""

    def __init__(self, address: str):
        place = urlsplit(address)
        self._line = http.client.HTTPConnection(place.hostname, place.port, timeout=600)
        self._root = f"{place.path.rstrip('/')}/openpractice/"

    def ask(self, who: str, method: str, path: str, content: str = "") -> dict:
        """What came of it: the JSON of the reply, with its `status`."""
        headers = {"Cookie": f"{COOKIE}={who}", "X-XSRFToken": mark_of(who), "Content-Type": "application/json"}
        self._line.request(method, self._root + path, content or None, headers)
        reply = self._line.getresponse()
        return {"status": reply.status} | json.loads(reply.read() or b"{}")


def main(address: str) -> None:
    client = RoomClient(address)
    for line in sys.stdin:
        who, method, path, *content = line.split(maxsplit=3)
        print(json.dumps(client.ask(who, method, path, "".join(content).strip())), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
