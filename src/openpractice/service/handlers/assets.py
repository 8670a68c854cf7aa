"""Our scripts, styles and pictures: public, and named by what is in them.

The first part of each address is a hash over all files, so that a browser keeps them for ever and
a newer kit is seen at once; one folder for all, so that modules find each other by relative names.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from tornado.web import HTTPError, StaticFileHandler

from openpractice.kit import STATIC

FOR_EVER = "public, max-age=31536000, immutable"


class Assets:
    """The files and the folder name that stands for them."""

    @cached_property
    def folder(self) -> str:
        """`static/<hash>`: what follows our root in the address of every file."""
        found = hashlib.sha256()
        for path in sorted(STATIC.rglob("*")):
            if path.is_file():
                found.update(f"{path.relative_to(STATIC).as_posix()}\0".encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
        return f"static/{found.hexdigest()[:16]}"


class StaticFiles(StaticFileHandler):
    """One of our files, for everybody. Nothing here depends on who asks."""

    # What the route names is handed in by position: tornado asks for no more than that.
    def initialize(self, path: str, fresh: str):  # type: ignore[override]
        super().initialize(path)
        self._fresh = fresh

    def check_xsrf_cookie(self):
        """Nothing is changed by reading a file of the kit."""

    def set_default_headers(self):
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
        self.set_header("X-Content-Type-Options", "nosniff")

    async def get(self, folder: str, path: str, include_body: bool = True):  # type: ignore[override]
        self._asked = folder
        await super().get(path, include_body)

    async def head(self, folder: str, path: str):  # type: ignore[override]
        await self.get(folder, path, include_body=False)

    def set_extra_headers(self, path):
        # A page from before an update asks for a folder that is gone: it gets what there is, and keeps it not.
        named = f"static/{self._asked}" == self._fresh
        self.set_header("Cache-Control", FOR_EVER if named else "no-cache")

    def validate_absolute_path(self, root, absolute_path):
        found = super().validate_absolute_path(root, absolute_path)
        if any(part.startswith(".") for part in Path(absolute_path).relative_to(root).parts):
            raise HTTPError(404)
        return found


class WorkerScript(StaticFiles):
    """The script between our pages and the network; it may ask for what the pages ask for."""

    def set_default_headers(self):
        super().set_default_headers()
        self.set_header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")


def routes(root: str, assets: Assets) -> list[tuple]:
    """The routes of all files below `root`, a pattern; the worker's stands where it reaches every page."""
    return [
        (rf"{root}static/([0-9a-f]{{16}})/(.*)", StaticFiles, {"path": str(STATIC), "fresh": assets.folder}),
        (rf"{root}()(worker\.js)", WorkerScript, {"path": str(STATIC / "worker"), "fresh": assets.folder}),
    ]
