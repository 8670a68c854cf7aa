"""The routes that only a hub's service has: the way in, the way out, and what the hub tells it."""

from __future__ import annotations

import json
from typing import cast

from jupyterhub.services.auth import HubOAuthCallbackHandler
from tornado.web import RequestHandler

from openpractice import i18n
from openpractice.service import catalog
from openpractice.service.handlers.answering import Page
from openpractice.service.handlers.context import ServedCourse
from openpractice.service.identities.hubidentity import HubIdentities

TRIED = "openpractice-signing-in"
EVERYBODY = ("participant", "facilitator", "reviewer", "")


def _at_hub(served: ServedCourse) -> HubIdentities:
    """Where identities come from: these routes exist only beside a hub."""
    return cast(HubIdentities, served.source)


class Callback(HubOAuthCallbackHandler):
    """Where the hub sends somebody whom it has signed in."""

    def initialize(self, served: ServedCourse):
        self.served = served
        self.hub_auth = _at_hub(served).hub

    def write_error(self, status_code: int, **kwargs):
        """The course again, once, which signs in anew: what was begun here was too old, or another window's."""
        if self.get_cookie(TRIED):
            language = i18n.choose(self.request.headers.get("Accept-Language", ""))
            self.set_status(503)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(catalog.say(language, "refusal-hub-away"))
            return
        self.set_cookie(TRIED, "1", path=self.served.root, max_age=20, httponly=True)
        self.set_status(303)
        self.set_header("Location", self.served.root)
        self.finish()


class ServiceSignOut(Page):
    """Ends the sign-in here, then at the hub."""

    roles = EVERYBODY

    def turn_away(self):
        self.leave()

    async def get(self):
        self.leave()

    def leave(self):
        source = _at_hub(self.served)
        hub = source.hub
        if self.visitor:
            source.forget_sign_in(self.identity.token)
        hub.clear_cookie(self)
        self.redirect(f"{hub.hub_host}{hub.hub_prefix}logout")


class LeadOn(RequestHandler):
    """The service's own address, as the hub lists it."""

    def initialize(self, served: ServedCourse):
        self.served = served

    def get(self):
        self.redirect(self.served.root)


class Gone(RequestHandler):
    """The hub says that somebody left, or signs in anew: from now on it is asked about them again."""

    def initialize(self, served: ServedCourse):
        self.served = served

    def check_xsrf_cookie(self):
        """Only the hub knows the token that is asked for here, and no browser carries it."""

    async def post(self):
        token = self.request.headers.get("Authorization", "").removeprefix("token ")
        if not _at_hub(self.served).is_hub(token):
            self.set_status(403)
            return
        try:
            name = json.loads(self.request.body)["name"]
        except (ValueError, KeyError, TypeError):
            self.set_status(400)
            return
        self.served.source.forget(str(name))
        self.set_status(204)


ROUTES = [(r"oauth_callback", Callback), (r"sign-out", ServiceSignOut), (r"api/hub/gone", Gone)]
