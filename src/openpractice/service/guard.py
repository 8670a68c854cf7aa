"""What every route of ours passes: who is asking, in which role, how much they sent.

A handler names the roles it serves, those that may change something by it, and the largest
body it takes; nothing else needs to be remembered when a route is added, because the checks
are in `prepare`.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado.httputil import HTTPInputError, parse_body_arguments
from tornado.web import HTTPError, authenticated, stream_request_body

from openpractice.ids import safe_id
from openpractice.service import catalog
from openpractice.service.roles import role_of

KIB = 1024
DRAINED = 64 * KIB * KIB
DEEPEST = 40  # levels of lists and objects in what a browser may send; ours have 6
_WORKERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="openpractice")

CODES = {
    400: "not-understood",
    401: "signed-out",
    403: "forbidden",
    404: "not-found",
    405: "not-found",
    413: "too-large",
    500: "trouble",
}


class Refusal(Exception):
    """A request that is answered with a sentence instead of what it asked for.

    Parameters
    ----------
    status, code
        HTTP status, and a word that programs can rely on.
    text
        The sentence, when it is at hand; otherwise the catalog's `refusal-<code>`.
    more
        Further members of the JSON reply, and the sentence's own values.
    """

    def __init__(self, status: int, code: str, text: str = "", **more: Any):
        super().__init__(text or code)
        self.status, self.code, self.text, self.more = status, code, text, more


async def off(function, *args, **kwargs):
    """What `function` returns, computed in a thread so that the server goes on answering."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_WORKERS, lambda: function(*args, **kwargs))


def read_json(body: bytes) -> dict:
    """The JSON object in `body`; refuses anything else, deep nesting included."""
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "not-understood") from None
    if not isinstance(found, dict) or too_deep(found):
        raise Refusal(400, "not-understood")
    return found


def _no_constant(name: str):
    raise ValueError(name)


def too_deep(value: object, most: int = DEEPEST) -> bool:
    """True when lists and objects are nested more than `most` deep. Does not recurse."""
    level = [value]
    for _ in range(most + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


@stream_request_body
class Guarded(JupyterHandler):
    """Base of all our handlers."""

    roles: tuple[str, ...] = ("participant", "alone")
    changers: tuple[str, ...] | None = None  # who may do more than look; the same when not named
    most_bytes = 64 * KIB
    auth_resource = "openpractice"

    def initialize(self, desk):
        self.desk = desk
        self._chunks: list[bytes] = []
        self._received = 0

    @property
    def content_security_policy(self) -> str:
        return (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
        )

    def set_default_headers(self):
        super().set_default_headers()
        # After super, so that a server-wide policy meant for other pages does not loosen ours.
        self.set_header("Content-Security-Policy", self.content_security_policy)
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    def check_xsrf_cookie(self):
        if getattr(self, "_jupyter_current_user", None) is None:
            return  # signed out: refused as such in prepare, which says more than "no token"
        super().check_xsrf_cookie()

    async def admit(self):
        """Refuses who is not signed in, not allowed, in the wrong role, or sends too much."""
        if not self.current_user:
            raise Refusal(401, "signed-out")
        action = "read" if self.request.method in ("GET", "HEAD", "OPTIONS") else "write"
        may = self.roles if action == "read" or self.changers is None else self.changers
        allowed = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if hasattr(allowed, "__await__"):
            allowed = await allowed
        if not allowed or self.role not in may:
            raise Refusal(403, "forbidden")
        if not self.check_origin():
            raise Refusal(403, "forbidden")
        # Somewhat too much is read and thrown away, so that the sender still hears why.
        if int(self.request.headers.get("Content-Length") or 0) > self.most_bytes + DRAINED:
            raise Refusal(413, "too-large")

    @property
    def role(self) -> str:
        """The part of the person who asks: one of a course's facilitators, or of its reviewers ..."""
        return role_of(self.desk, getattr(self, "_jupyter_current_user", None))

    def acting(self) -> str:
        """Who does this, for the audit: whoever signed in; alone, whoever said a name."""
        try:
            person = self.desk.person() if self.desk.alone else None
            return person.id if person else safe_id(self.current_user.username)
        except ValueError:
            return "facilitator"

    def data_received(self, chunk: bytes):
        self._received += len(chunk)
        if self._received <= self.most_bytes:
            self._chunks.append(chunk)

    def body(self) -> bytes:
        """All that was sent; refused when it was more than this route takes."""
        if self._received > self.most_bytes:
            raise Refusal(413, "too-large")
        return b"".join(self._chunks)

    def json_body(self) -> dict:
        return read_json(self.body())

    def say(self, key: str, **values) -> str:
        """The catalog's sentence in the reader's language."""
        return catalog.say(self.language, key, **values)

    @property
    def language(self) -> str:
        return catalog.choose(self.request.headers.get("Accept-Language", ""))

    def refusal(self, status: int, error: BaseException | None) -> tuple[int, dict]:
        """Status and JSON members for any error, in plain words."""
        if isinstance(error, Refusal):
            text = catalog.translated(self.language, error.text) or self.say("refusal-" + error.code, **error.more)
            return error.status, {"code": error.code, "message": text, **error.more}
        code = CODES.get(status, "trouble")
        if status == 403 and "xsrf" in str(error or "").lower():
            code = "page-too-old"
        return status, {"code": code, "message": self.say("refusal-" + code)}

    def log_exception(self, kind, error, trace):
        # A refusal is an answer, not a fault of the server.
        if not isinstance(error, Refusal):
            super().log_exception(kind, error, trace)

    def send_error(self, status_code: int = 500, **kwargs):
        info = kwargs.get("exc_info")
        if info and isinstance(info[1], Refusal):
            status_code = info[1].status
        super().send_error(status_code, **kwargs)


class Api(Guarded):
    """A route that answers JSON."""

    async def prepare(self):
        try:
            await super().prepare(_redirect_to_login=False)
        except HTTPError:
            if not self.current_user:
                raise Refusal(401, "signed-out") from None
            raise
        await self.admit()

    def reply(self, content: dict, status: int = 200):
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(content, ensure_ascii=False))

    def write_error(self, status_code: int, **kwargs):
        info = kwargs.get("exc_info")
        self.xsrf_token  # noqa: B018 (a page whose mark is too old gets a new one and tries again)
        status, content = self.refusal(status_code, info[1] if info else None)
        self.reply(content, status)


class Page(Guarded):
    """A route that answers HTML from one of our templates."""

    script_sentences: tuple[str, ...] = ("js-",)

    async def prepare(self):
        await super().prepare()
        if not self.current_user and not self._finished:
            if self.request.method == "POST":
                raise Refusal(401, "signed-out")
            authenticated(lambda handler: None)(self)
        if not self._finished:  # otherwise on the way to the sign-in page
            await self.admit()

    def show(self, template: str, **values):
        self.set_header("Content-Type", "text/html; charset=utf-8")
        common = {
            "t": self.say,
            "lang": self.language,
            "root": self.desk.root,
            "role": self.role,
            "xsrf": self.xsrf_token.decode("utf-8"),
            "course": self.desk.course_title(self.language),
            "course_id": self.desk.places.course,
            "words": catalog.for_scripts(self.language, self.script_sentences),
            "sign_out": self.desk.base_url + "logout" if self.desk.named_by_hub else "",
            "person": None,
            "user_key": "",
            "workshop": self.desk.workshop,
            "here": "",
            "invented": self.desk.invented,
        }
        self.finish(self.desk.pages.get_template(template).render(common | values))

    def write_error(self, status_code: int, **kwargs):
        info = kwargs.get("exc_info")
        status, content = self.refusal(status_code, info[1] if info else None)
        self.set_status(status)
        self.show("error.html", title=self.say("error-title"), message=content["message"])


class Form(Page):
    """A page with a form that works without scripts; a subclass says in `take` what is done with it.

    The mark against forged requests comes in the form itself, which is read only when all of it
    is here: it is checked then, before `take` is called, and nowhere can be forgotten.
    """

    _all_here = False

    def check_xsrf_cookie(self):
        if self._all_here or self.request.method != "POST" or self.request.headers.get("X-XSRFToken"):
            super().check_xsrf_cookie()

    async def post(self, *parts):
        form = self.request
        try:
            parse_body_arguments(form.headers.get("Content-Type", ""), self.body(), form.body_arguments, form.files)
        except (HTTPError, HTTPInputError, ValueError):
            raise Refusal(400, "not-understood") from None
        for name, values in form.body_arguments.items():
            form.arguments.setdefault(name, []).extend(values)
        self._all_here = True
        self.check_xsrf_cookie()
        await self.take(*parts)

    async def take(self, *parts):
        """Does what the form asks for."""
        raise NotImplementedError

    def field(self, name: str) -> str:
        """One field of the form as it was typed; empty when it is not there."""
        return self.get_body_argument(name, "", strip=False)

    def then(self, path: str = ""):
        """Goes on to a page of ours by GET, so that a reload sends nothing again."""
        self.redirect(self.desk.root + path, status=303)
