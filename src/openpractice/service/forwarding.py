"""Inside a person's own Jupyter server at a hub: their doors are the course service's.

A page of this server cannot carry the service's mark, so it asks here, and this server asks the
service with the token that the hub gave it. That token opens its person's own doors and nothing
else; so this hands on those addresses only, and no header that a page could have chosen.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.simple_httpclient import HTTPStreamClosedError, SimpleAsyncHTTPClient
from tornado.web import HTTPError, authenticated

from openpractice import i18n
from openpractice.handins import fetch
from openpractice.handins.places import Places
from openpractice.journal.journal import NotSaved
from openpractice.service import catalog

PART = "[A-Za-z0-9-]+"
DOORS = re.compile(
    rf"me|answers(/{PART}(/choose|/share)?)?|handin/{PART}|feedback/{PART}|export|import"
    rf"|room/(state|join|here|hand|seen|volunteer|mine|leave|report/{PART}|count/{PART}|critique/{PART}/reply)"
    rf"|room/work/{PART}(/sit|/decline|/give)?"
)
SENT_ON = ("Content-Type", "Accept", "Accept-Language", "X-Openpractice-User")
SENT_BACK = ("Content-Type", "Content-Disposition", "Retry-After")
SECONDS = 30
STREAM_SECONDS = 700  # a stream of the service's ends by itself before


class Forward(JupyterHandler):
    """One of the person's doors, at the service."""

    def initialize(self, address: str, token: str):
        self.service, self.service_token = address, token

    async def prepare(self, *, _redirect_to_login=False) -> None:
        await super().prepare(_redirect_to_login=_redirect_to_login)
        # Everything here is done with the token of whose server this is: for that person alone.
        if not self.current_user:
            raise HTTPError(401)
        if self.request.method in ("GET", "HEAD") and not self.token_authenticated:
            self.check_xsrf_cookie()  # reading gives words away too
            if "X-XSRFToken" not in self.request.headers:
                raise HTTPError(403)

    async def hand_on(self, path: str):
        if not DOORS.fullmatch(path):
            raise HTTPError(404)
        query = f"?{self.request.query}" if self.request.query else ""
        given = {name: self.request.headers[name] for name in SENT_ON if name in self.request.headers}
        request = HTTPRequest(
            f"{self.service}api/{path}{query}",
            method=self.request.method,
            headers=given | {"Authorization": f"token {self.service_token}"},
            body=self.request.body if self.request.method in ("PUT", "POST") else None,
            request_timeout=SECONDS,
            follow_redirects=False,
        )
        try:
            reply = await AsyncHTTPClient().fetch(request, raise_error=False)
        except OSError:
            return self.say(503, "service-away")
        if reply.code == 599 or ("json" not in reply.headers.get("Content-Type", "") and path != "export"):
            return self.say(503, "service-away")  # a proxy's own page: the service is being started again
        self.set_status(reply.code)
        for name in SENT_BACK:
            if name in reply.headers:
                self.set_header(name, reply.headers[name])
        self.set_header("Cache-Control", "no-store")
        return self.finish(reply.body)

    get = put = post = delete = hand_on

    def say(self, status: int, code: str):
        language = i18n.choose(self.request.headers.get("Accept-Language", ""))
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps({"code": code, "message": catalog.say(language, "refusal-" + code)}))

    def write_error(self, status_code: int, **kwargs):
        codes = {401: "signed-out", 403: "signed-out", 404: "not-found", 413: "too-large"}
        self.xsrf_token  # noqa: B018 (a page whose mark is too old gets a new one and tries again)
        self.say(status_code, codes.get(status_code, "trouble"))


class ForwardStream(Forward):
    """The room's stream, handed on as it comes; it ends with whoever listens."""

    async def get(self, path: str = "room/stream"):
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Accel-Buffering", "no")
        request = HTTPRequest(
            f"{self.service}api/{path}" + (f"?{self.request.query}" if self.request.query else ""),
            headers={"Authorization": f"token {self.service_token}"},
            request_timeout=STREAM_SECONDS,
            header_callback=self.head,
            streaming_callback=self.hand_over,
            follow_redirects=False,
        )
        client = SimpleAsyncHTTPClient(force_instance=True)  # one of its own: closing it ends the stream
        self.client = client
        try:
            await client.fetch(request, raise_error=False)
        except (OSError, HTTPStreamClosedError, StreamClosedError):
            pass  # the listener has gone, or the service has
        finally:
            client.close()

    def head(self, line: str):
        if line.startswith("HTTP/") and line.split()[1].isdigit():
            self.set_status(int(line.split()[1]))

    def hand_over(self, chunk: bytes):
        self.write(chunk)
        self.flush()

    def on_connection_close(self):
        self.client.close()


class Copy(JupyterHandler):
    """The person's own copy of a lesson, which lies on this server."""

    def initialize(self, places: Places, root_dir: Path):
        self.places, self.root_dir = places, root_dir

    def brought_up_to_date(self, lesson_id: str, language: str = "") -> tuple[Path, bool]:
        """Where it lies, and whether anything in it was corrected. A copy that cannot be written stays as it is."""
        path, changed = self.root_dir / lesson_id / f"{lesson_id}.ipynb", False
        with suppress(fetch.NotFetched, NotSaved, ValueError):
            changed = fetch.fetch(self.places, lesson_id, self.root_dir, language).change != "same"
        if not path.is_file():
            raise HTTPError(404, "This session is not open yet.")
        return path, changed


class ForwardedOpenAgain(Copy):
    """Corrects the text of a notebook that is open, or was loaded again."""

    @authenticated
    async def post(self, lesson_id: str):
        path, changed = await asyncio.to_thread(self.brought_up_to_date, lesson_id)
        self.finish({"path": path.relative_to(self.root_dir).as_posix(), "changed": changed})


class OpenNotebook(Copy):
    """Brings the copy up to date and opens it here."""

    @authenticated
    async def get(self, lesson_id: str):
        language = self.get_query_argument("in", "")
        path, _ = await asyncio.to_thread(self.brought_up_to_date, lesson_id, language)
        self.redirect(f"{self.base_url}notebooks/{quote(path.relative_to(self.root_dir).as_posix())}")


class Elsewhere(JupyterHandler):
    """The course's pages are the service's."""

    def initialize(self, pages: str):
        self.pages = pages

    @authenticated
    def get(self, rest: str = ""):
        self.redirect(self.pages + rest)


def routes(base_url: str, places: Places, root_dir: Path, environ=os.environ) -> list[tuple]:
    """Instead of our own: doors that lead to the service, and links that lead to its pages."""
    root = re.escape(base_url) + "openpractice"
    address = environ["OPENPRACTICE_SERVICE"]
    pages = environ.get("OPENPRACTICE_SERVICE_PAGES") or address
    door = {"address": address, "token": environ.get("JUPYTERHUB_API_TOKEN", "")}
    own = {"places": places, "root_dir": root_dir}
    return [
        (rf"{root}/api/open/({PART})/again", ForwardedOpenAgain, own),
        (rf"{root}/api/room/stream", ForwardStream, door),
        (rf"{root}/api/(.*)", Forward, door),
        (rf"{root}/notebook/({PART})", OpenNotebook, own),
        (rf"{root}/(?:notebook/)?()", Elsewhere, {"pages": pages}),
        (rf"{root}()", Elsewhere, {"pages": pages}),
        (rf"{root}/(.*)", Elsewhere, {"pages": pages}),
    ]
