"""Inside a person's own Jupyter server at a hub: their doors are the course service's.

A page of this server cannot carry the service's mark, so it asks here, and this server asks the
service with the token that the hub gave it. That token opens its person's own doors and nothing
else; so this hands on those addresses only, and no header that a page could have chosen.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.web import HTTPError, authenticated

from openpractice import i18n
from openpractice.handins import fetch
from openpractice.handins.places import Places
from openpractice.journal.journal import NotSaved
from openpractice.service import catalog

PART = "[A-Za-z0-9-]+"
DOORS = re.compile(rf"me|answers(/{PART}(/choose|/share)?)?|handin/{PART}|feedback/{PART}|export|import")
SENT_ON = ("Content-Type", "Accept", "Accept-Language", "X-Openpractice-User")
SENT_BACK = ("Content-Type", "Content-Disposition", "Retry-After")
SECONDS = 30


class Forward(JupyterHandler):
    """One of the person's doors, at the service."""

    def initialize(self, address: str, token: str):
        self.service, self.service_token = address, token

    async def prepare(self):
        await super().prepare(_redirect_to_login=False)
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


class OpenNotebook(JupyterHandler):
    """Brings the person's copy of a lesson up to date and opens it here."""

    def initialize(self, places: Places, root_dir: Path):
        self.places, self.root_dir = places, root_dir

    @authenticated
    def get(self, lesson_id: str):
        try:
            path = fetch.fetch(self.places, lesson_id, self.root_dir).path
        except (fetch.NotFetched, NotSaved, ValueError):
            path = self.root_dir / lesson_id / f"{lesson_id}.ipynb"
            if not path.is_file():
                raise HTTPError(404, "This session is not open yet.") from None
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
    return [
        (rf"{root}/api/(.*)", Forward, {"address": address, "token": environ.get("JUPYTERHUB_API_TOKEN", "")}),
        (rf"{root}/notebook/({PART})", OpenNotebook, {"places": places, "root_dir": root_dir}),
        (rf"{root}/(?:notebook/)?()", Elsewhere, {"pages": pages}),
        (rf"{root}()", Elsewhere, {"pages": pages}),
        (rf"{root}/(.*)", Elsewhere, {"pages": pages}),
    ]
