"""The course service at a hub: `openpractice serve`.

What it needs of the hub comes from the environment, as every JupyterHub service is told it; where
the hub starts it, the hub says all of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.web import Application

from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.handins.places import Places
from openpractice.i18n import Coded
from openpractice.ids import person_id, safe_id
from openpractice.roster.called import joined
from openpractice.roster.ledger import AccountRefused
from openpractice.roster.members import Members
from openpractice.service import hubroutes
from openpractice.service.app import look_after, routes
from openpractice.service.handlers.context import ServedCourse
from openpractice.service.identities.hubidentity import HubIdentities, RoleGroups

log = logging.getLogger("openpractice")
STOP_SECONDS = 2.0


@dataclass(frozen=True)
class ServiceSetting:
    """Where a service stands: the course's data, the hub's groups, the address it listens on.

    `own_hub`: the hub is the workshop's own, which keeps accounts and codes. Elsewhere `first` are the
    names at the hub of facilitators in a hub without groups, where links to join say who takes part.
    """

    data: Path
    course: str
    groups: RoleGroups
    host: str
    port: int
    secret: bytes
    own_hub: bool = False
    first: frozenset[str] = frozenset()
    notebooks: bool = False


class CannotServe(Coded):
    """Something that the operator can mend; the hint says how."""


def course(setting: ServiceSetting, hub) -> ServedCourse:
    """The course at the address that the hub gave it, signed in to by `hub`, a `HubOAuth`."""
    prefix = hub.base_url
    base_url = prefix.removesuffix("openpractice/")
    places = Places(safe_id(setting.course), setting.data, setting.data / "exchange", setting.data, None, "service")
    folder = CourseFolder(setting.data, setting.course, setting.data / "exchange", "")

    members = None if setting.own_hub else Members(setting.data, folder.exchange)

    def known_as(name: str, role: str) -> tuple[str, str, str]:
        if members is None:  # the accounts have told who joined by which name
            own = person_id(name)
            return own, joined(folder).get(own) or name, role
        return known_member(members, setting.first, name, role)

    async def asked(name: str, role: str) -> tuple[str, str, str]:
        return await asyncio.to_thread(known_as, name, role)

    source = HubIdentities(hub, setting.groups, setting.secret, f"{base_url}openpractice/sign-out", asked)
    served = ServedCourse(places, setting.data / "files", base_url, source)
    served.notebooks = setting.own_hub or setting.notebooks
    if served.notebooks:
        served.notebook_door = f"{hub.hub_prefix}user-redirect/openpractice/notebook/"
    served.formgrader = ""
    if members is None:
        served.office = hub.api_url
        served.formgrader = f"{hub.hub_prefix.removesuffix('hub/')}user/course-{setting.course}/formgrader"
    else:
        served.members, served.joins = members, bool(setting.first)
        served.role_groups = setting.groups
    return served


def known_member(members: Members, first: frozenset[str], name: str, role: str) -> tuple[str, str, str]:
    """The id of somebody at another's hub, what they are called, and their role: by its groups, by name, or as they joined."""
    known = members.of(name)
    role = role or ("facilitator" if name in first else known.role if known and not known.left_at else "")
    if role:
        try:
            here = members.met(name, role)
            return here.id, here.name, role
        except AccountRefused as no:
            log.error("%s", no)
    return known.id if known else person_id(name), name, ""


def application(served: ServedCourse, secret: bytes) -> Application:
    """Every route of the course."""
    prefix, given = served.source.hub.base_url, {"served": served}  # type: ignore[attr-defined]
    own = [(served.root + path, handler, given) for path, handler in hubroutes.ROUTES]
    # Without the slash at its end an address is outside of the sign-in's cookies: it would be led to and fro for ever.
    own.append((served.root.removesuffix("/"), hubroutes.LeadOn, given))
    if served.root != prefix:  # the address that the hub was told for its way back
        own.append((prefix + "oauth_callback", hubroutes.Callback, given))
        own.append((prefix.removesuffix("/") + "/?", hubroutes.LeadOn, given))
    return Application(own + routes(served), cookie_secret=secret, compress_response=True)


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
        raise CannotServe("serve-not-of-a-hub", missing=", ".join(missing))
    hub = HubOAuth(cache_max_age=5)
    if not hub.access_scopes:
        raise CannotServe("serve-no-scopes")
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
        raise CannotServe("serve-cookies-damaged", file=file)
    return held


def listening(environ, host: str, port: int) -> tuple[str, int]:
    """Where to listen: as named, else as the hub names the service's address."""
    url = urlsplit(environ.get("JUPYTERHUB_SERVICE_URL", ""))
    return host or url.hostname or "127.0.0.1", port or url.port or 8888


def run(setting: ServiceSetting, environ=os.environ) -> None:
    """Serves until it is told to stop."""
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for noisy, level in (("tornado.access", logging.ERROR), ("alembic", logging.WARNING)):
        logging.getLogger(noisy).setLevel(level)
    hub = oauth_from(environ)
    asyncio.run(_serve(setting, hub))


async def _serve(setting: ServiceSetting, hub) -> None:
    AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=100)
    served = course(setting, hub)
    server = HTTPServer(application(served, setting.secret), xheaders=True, idle_connection_timeout=300)
    server.listen(setting.port, setting.host)
    log.info("Open Practice serves %s at %s, port %s", setting.course, hub.base_url, setting.port)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    looking = asyncio.ensure_future(look_after(served))
    await stop.wait()
    looking.cancel()
    server.stop()
    with contextlib.suppress(TimeoutError):
        # What is being written is acknowledged yet; whoever only waits is let go.
        await asyncio.wait_for(server.close_all_connections(), STOP_SECONDS)
