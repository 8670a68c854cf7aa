"""A small real server for the prompts: the door's contract over a real journal.

It serves the modules, the gallery page and ``openpractice/api``; it can be slowed, made
to refuse, and killed. The server extension has doors of its own with tests of its own;
this one keeps the prompts' tests quick and lets them break things.
"""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from openpractice.journal.journal import Journal, StaleBase
from openpractice.kinds.registry import BadValue, clean, count_words, is_blank, plain_text
from openpractice.kit import STATIC

ROOT = Path(__file__).resolve().parents[2]
BUILT = STATIC / "prompts"
GALLERY = Path(__file__).parent / "gallery"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".json": "application/json"}


class Doors(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path.startswith("/openpractice/api/"):
            return self.api("GET", url, None)
        return self.file(url.path)

    def do_PUT(self):
        self.api("PUT", urlsplit(self.path), self.body())

    def do_POST(self):
        self.api("POST", urlsplit(self.path), self.body())

    def do_DELETE(self):
        self.api("DELETE", urlsplit(self.path), None)

    def body(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.bytes_in += len(data)
        return json.loads(data or b"{}")

    def api(self, method, url, body):
        server = self.server
        server.calls.append((method, url.path, body))
        if server.mood:
            status, answer = server.mood
            return self.reply(status, answer)
        path = url.path.removeprefix("/openpractice/api/")
        try:
            if path == "answers":
                return self.reply(200, server.answers(parse_qs(url.query)["lesson"][0]))
            found = re.fullmatch(r"answers/([\w-]+)(/choose|/share)?", path)
            if found:
                return self.reply(*server.write(method, found[1], found[2], body))
            return self.reply(*server.handin(method, body))
        except BadValue as error:
            return self.reply(422, {"code": "refused", "message": str(error)})
        except StaleBase:
            return self.reply(409, {"code": "stale", "message": "Please send the whole answer."})

    def file(self, path):
        folder, _, name = path.strip("/").partition("/")
        root = {"front": ROOT / "front", "built": BUILT, "gallery": GALLERY}.get(folder)
        if root is None or not re.fullmatch(r"[\w./-]*", name) or ".." in name:
            return self.reply(404, {})
        file = root / (name or "index.html")
        return (
            self.reply(200, file.read_bytes(), TYPES.get(file.suffix, "text/plain"))
            if file.is_file()
            else self.reply(404, {})
        )

    def reply(self, status, content, kind="application/json"):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


class DoorServer(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, journal_path, port=0, user="ana"):
        super().__init__(("127.0.0.1", port), Doors)
        self.journal = Journal(journal_path)
        self.user = user
        self.specs = {
            spec.get("answer_with", spec["id"]): spec
            for spec in json.loads((GALLERY / "prompts.json").read_text("utf-8"))[::-1]
        }
        self.extra = json.loads((GALLERY / "reply.json").read_text("utf-8"))
        self.mood, self.calls, self.bytes_in = None, [], 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answers(self, lesson):
        handed = {each["id"]: each for each in (self.journal.handed(lesson) or {}).get("responses", ())}
        answers = {}
        for prompt, state in self.journal.states(lesson).items():
            answers[prompt] = {
                "rev": state.rev,
                "value": state.value,
                "at": state.at,
                "sha256": state.sha256,
                "heads": _heads(state.heads),
            }
            try:
                clean(state.value, self.specs[prompt])
            except BadValue:
                answers[prompt]["stale_spec"] = True
            if state.shared:
                answers[prompt]["shared"] = state.shared
            if prompt in handed:
                answers[prompt]["handed"] = {**state.handed}
        receipt = self.journal.handed(lesson) or {}
        return {
            "user": self.user,
            "lesson": lesson,
            "answers": answers,
            **self.extra,
            "handin": {"at": receipt.get("at"), "can_change": self.extra.get("can_change", True)},
        }

    def write(self, method, prompt, action, body):
        if action == "/share":
            if method == "DELETE":
                self.journal.unshare(prompt)
            else:
                self.journal.share(prompt, self.journal.state(prompt).rev)
            return 200, {}
        if action == "/choose":
            return 200, _ack(self.journal.choose(prompt, body["rev"], body["key"]))
        spec = self.specs[prompt]
        where = (body["lesson"], prompt)
        if "patch" in body:
            ack = self.journal.patch(
                *where,
                body["patch"],
                body["base"],
                body["key"],
                body.get("device", ""),
                self.user,
                clean=lambda value: clean(value, spec),
            )
        else:
            ack = self.journal.put(
                *where,
                clean(body["value"], spec),
                body["base"],
                body["key"],
                body.get("device", ""),
                self.user,
                after=body.get("after", ()),
            )
        return 200, _ack(ack)

    def handin(self, method, body):
        states = self.journal.states("gallery")
        if method == "GET":
            return 200, {
                "readers": "Your facilitators",
                "responses": [
                    {
                        "id": key,
                        "title": self.specs[key]["title"],
                        "rev": state.rev,
                        "text": plain_text(state.value, self.specs[key]),
                        "words": count_words(plain_text(state.value, self.specs[key])),
                        "blank": is_blank(state.value, self.specs[key]),
                    }
                    for key, state in states.items()
                ],
            }
        return 404, {"code": "refused", "message": "not here"}


def _heads(heads):
    return [{"rev": head.rev, "value": head.value, "at": head.at, "device": head.device} for head in heads]


def _ack(ack):
    return {"rev": ack.rev, "at": ack.at, "sha256": ack.sha256, "heads": _heads(ack.conflict)}


def start_door(journal, port):
    """This server as a process of its own, that can be killed."""
    process = subprocess.Popen([sys.executable, __file__, journal, str(port)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("http")
    return process


if __name__ == "__main__":
    server = DoorServer(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(server.url, flush=True)
    server.serve_forever()
