"""The course installed like an app: its manifest, the worker between its pages and the network, what shows without one."""

from __future__ import annotations

import json

from openpractice.service.handlers.answering import Page
from openpractice.service.handlers.guard import Guarded, off
from openpractice.service.roles import READS

EVERYBODY = ("participant", *READS)


class Manifest(Guarded):
    """What a browser needs to know to put the course on somebody's screen. Source: W3C, Web Application Manifest."""

    public = True  # browsers fetch it without saying who asks; it holds the course's name, and nobody's

    async def get(self):
        root = self.served.root
        icon = {
            "src": f"{self.served.static}/pages/mark.svg",
            "sizes": "any",
            "type": "image/svg+xml",
            "purpose": "any",
        }
        self.set_header("Content-Type", "application/manifest+json; charset=utf-8")
        self.finish(
            json.dumps(
                {
                    "id": root,
                    "name": self.served.title(self.language),
                    "lang": self.language,
                    "start_url": root,
                    "scope": root,
                    "display": "standalone",
                    "background_color": "#fbfaf7",
                    "theme_color": "#fbfaf7",
                    "icons": [icon],
                },
                ensure_ascii=False,
            )
        )


class Offline(Page):
    """What a browser shows instead of a page that it neither reaches nor keeps."""

    roles = EVERYBODY
    script_sentences = ("js-offline", "js-gone", "js-sending", "js-sign-out")

    async def get(self):
        person = await off(self.context.person)
        self.show(
            "offline.html", title=self.say("offline-title"), user_key=self.context.user_key(person), person=person
        )


ROUTES = [(r"manifest\.webmanifest", Manifest), (r"offline", Offline)]
