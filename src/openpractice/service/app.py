"""The extension of Jupyter Server: one desk, and every route tied to it."""

from __future__ import annotations

import os
import re

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import StaticFileHandler, authenticated

from openpractice.handins.places import places
from openpractice.kit import STATIC
from openpractice.service import gate, guard
from openpractice.service.context import Desk
from openpractice.service.facilitator import corner
from openpractice.service.participant import doors, installed, lessonpage, pages
from openpractice.service.people import peoplepage
from openpractice.service.roles import LEADS


class Files(JupyterHandler, StaticFileHandler):
    """Our own scripts and styles, for whoever is signed in."""

    def set_default_headers(self):
        super().set_default_headers()
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'self'")
        self.set_header("Cache-Control", "no-cache")

    def set_extra_headers(self, path):
        self.set_header("Cache-Control", "no-cache")  # revalidated by its mark: a newer kit is seen at once

    def check_xsrf_cookie(self):
        """Nothing is changed by reading a file of the kit.

        A hub asks for the mark on every request that is no page, scripts of type module included. It
        would send those through a new sign-in, by which the forms of the page around them become too old.
        """

    @authenticated
    async def get(self, path, include_body=True):
        return await super().get(path, include_body)

    @authenticated
    async def head(self, path):
        return await super().get(path, include_body=False)


class Worker(Files):
    """The script between our pages and the network; it may ask for what the pages ask for."""

    def set_default_headers(self):
        super().set_default_headers()
        self.set_header("Content-Security-Policy", "default-src 'self'")


def routes(desk: Desk) -> list[tuple]:
    """Every address of ours with its handler."""
    ours = [
        *peoplepage.ROUTES,
        *corner.ROUTES,
        *reviewing(desk),
        *doors.ROUTES,
        (r"api(?:/.*)?", doors.Nothing),
        *lessonpage.ROUTES,
        *installed.ROUTES,
        *pages.ROUTES,
    ]
    root = re.escape(desk.root)
    return [
        (root.removesuffix("/"), pages.Bare, {"desk": desk}),
        (rf"{root}static/(.*)", Files, {"path": str(STATIC)}),
        (rf"{root}(worker\.js)", Worker, {"path": str(STATIC / "worker")}),
        *[(root + path, handler, {"desk": desk}) for path, handler in ours],
    ]


def reviewing(desk: Desk) -> list[tuple]:
    """The reviewers' routes; on a participant's server one that is closed and loads nothing."""
    if desk.role not in LEADS:
        return [(r"(?:api/)?review(?:/.*)?", Closed)]
    from openpractice.service.review.doors import ROUTES

    return ROUTES


class Closed(guard.Api):
    """For facilitators only, so that every request is refused before it is looked at."""

    roles = LEADS


def load(serverapp) -> None:
    """Adds our routes to a Jupyter Server."""
    web_app = serverapp.web_app
    name = os.environ.get("OPENPRACTICE_NAME", "")  # a hub knows what the person is called
    desk = Desk(places(), serverapp.root_dir, web_app.settings["base_url"], name)
    web_app.add_handlers(".*$", routes(desk))
    if desk.role == "facilitator":
        gate.close(serverapp.identity_provider, desk)
    serverapp.log.info("Open Practice is at %s", desk.root)
