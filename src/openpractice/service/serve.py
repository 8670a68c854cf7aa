"""The course service at a hub: `openpractice serve`.

What it needs of the hub comes from the environment, as every JupyterHub service is told it; where
the hub starts it, the hub says all of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.web import Application

from openpractice.handins.places import Places
from openpractice.ids import safe_id
from openpractice.names import BadName, clean_name
from openpractice.service.app import routes
from openpractice.service.context import ServedCourse
from openpractice.service.hubidentity import HubIdentities, RoleGroups
from openpractice.service.identity import person_id
from openpractice.service.persons import Person

log = logging.getLogger("openpractice")
STOP_SECONDS = 2.0
NAME_SECONDS = 5.0


@dataclass(frozen=True)
class Setting:
    """Where a service stands: the course's data, the hub's groups, the address it listens on."""

    data: Path
    course: str
    groups: RoleGroups
    host: str
    port: int
    secret: bytes


class CannotServe(Exception):
    """Something that the operator can mend; the text says what."""


def application(setting: Setting, hub) -> Application:
    """Every route of the course, signed in to by `hub`, a `HubOAuth`."""
    from openpractice.service import hubroutes

    prefix = hub.base_url
    base_url = prefix.removesuffix("openpractice/")
    places = Places(safe_id(setting.course), setting.data, setting.data / "exchange", setting.data, None, "service")
    names = Names(hub)
    source = HubIdentities(hub, setting.groups, setting.secret, f"{base_url}openpractice/sign-out", names.of)
    served = ServedCourse(places, setting.data / "files", base_url, source)
    names.people, served.office = served.people, hub.api_url
    given = {"served": served}
    own = [(served.root + path, handler, given) for path, handler in hubroutes.ROUTES]
    if served.root != prefix:  # the address that the hub was told for its way back
        own.append((prefix + "oauth_callback", hubroutes.Callback, given))
        own.append((prefix.removesuffix("/") + "/?", hubroutes.Lead, given))
    return Application(own + routes(served), cookie_secret=setting.secret, compress_response=True)


class Names:
    """What people are called: asked of the workshop's hub once a person, and kept."""

    def __init__(self, hub):
        self.hub, self.people, self._names = hub, None, {}

    async def of(self, token: str, name: str, role: str) -> str:
        """The name on pages of whoever the hub calls `name`: the hub's own word where it knows no other."""
        if name not in self._names:
            shown = await self._asked(token) or name
            self._names[name] = shown
            if role == "participant":
                await asyncio.to_thread(self._keep, name, shown)
        return self._names[name]

    async def _asked(self, token: str) -> str:
        request = HTTPRequest(
            f"{self.hub.api_url}/openpractice/me",
            headers={"Authorization": f"token {token}"},
            request_timeout=NAME_SECONDS,
        )
        try:
            reply = await AsyncHTTPClient().fetch(request)
            return clean_name(json.loads(reply.body)["name"])
        except (HTTPClientError, OSError, ValueError, KeyError, TypeError, BadName):
            return ""  # another hub than a workshop's, which knows no names besides those for signing in

    def _keep(self, name: str, shown: str) -> None:
        try:
            self.people.note(Person(person_id(name), clean_name(shown)))
        except (OSError, BadName):
            log.warning("The name of %s could not be kept.", name, exc_info=True)


def oauth_from(environ) -> object:
    """The hub library's OAuth, as the environment of a hub service says.

    Raises
    ------
    CannotServe
        When it was not started as a hub service.
    """
    missing = [
        name
        for name in ("JUPYTERHUB_API_TOKEN", "JUPYTERHUB_API_URL", "JUPYTERHUB_SERVICE_PREFIX")
        if not environ.get(name)
    ]
    if missing:
        raise CannotServe(f"This is started by a hub, which says by the environment: {', '.join(missing)}")
    from jupyterhub.services.auth import HubOAuth

    hub = HubOAuth()
    if not hub.access_scopes:
        raise CannotServe("The hub does not say who may come in: JUPYTERHUB_OAUTH_ACCESS_SCOPES is empty.")
    return hub


def cookie_secret(environ, data: Path) -> bytes:
    """The service's own secret: as named by OPENPRACTICE_COOKIE_SECRET, else kept in the data folder."""
    named = environ.get("OPENPRACTICE_COOKIE_SECRET", "")
    if named:
        return named.encode()
    file = data / "config" / "service-cookies"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with open(handle, "w") as out:
            out.write(secrets.token_hex(32))
    held = file.read_bytes().strip()
    if len(held) < 32:
        raise CannotServe(f"{file} is damaged. Take it away: people then sign in once more.")
    return held


def listening(environ, host: str, port: int) -> tuple[str, int]:
    """Where to listen: as named, else as the hub names the service's address."""
    url = urlsplit(environ.get("JUPYTERHUB_SERVICE_URL", ""))
    return host or url.hostname or "127.0.0.1", port or url.port or 8888


def run(setting: Setting, environ=os.environ) -> None:
    """Serves until it is told to stop."""
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    hub = oauth_from(environ)
    asyncio.run(_serve(setting, hub))


async def _serve(setting: Setting, hub) -> None:
    AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=100)
    server = HTTPServer(application(setting, hub), xheaders=True, idle_connection_timeout=300)
    server.listen(setting.port, setting.host)
    log.info("Open Practice serves %s at %s, port %s", setting.course, hub.base_url, setting.port)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    server.stop()
    with contextlib.suppress(TimeoutError):
        # What is being written is acknowledged yet; whoever only waits is let go.
        await asyncio.wait_for(server.close_all_connections(), STOP_SECONDS)
