"""What every route of ours passes: who is asking, in which role, how much they sent.

A handler names the roles it serves, those that may change something by it, and the largest
body it takes; nothing else needs to be remembered when a route is added, because the checks
are in `prepare`.
"""

from __future__ import annotations

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from tornado.web import RequestHandler, stream_request_body

from openpractice import i18n
from openpractice.border import BODY, Unfit, read_object
from openpractice.i18n import Coded, Said
from openpractice.service import catalog
from openpractice.service.handlers.context import RequestContext, ServedCourse
from openpractice.service.identities.identity import Identity
from openpractice.service.refusal import Refusal, as_refusal

KIB = 1024
DRAINED = 64 * KIB * KIB
LOOKS = ("GET", "HEAD")
MARK_HEADER = "X-XSRFToken"
LANGUAGE = "openpractice-language"  # the cookie that keeps which of the course's languages somebody reads
# Threads wait for the disk most of the time: a save ends when its words are on it.
_WORKERS = ThreadPoolExecutor(max_workers=24, thread_name_prefix="openpractice")
# What hundreds of open pages fetch at the same moment is worked off by a few, so that no save waits behind it.
_LOOKERS = ThreadPoolExecutor(max_workers=3, thread_name_prefix="openpractice-looking")

# What is refused by name in a JSON body; the rest is no body of ours at all.
UNFIT = ("bad-text", "bad-number", "key-twice")

CODES = {
    400: "not-understood",
    401: "signed-out",
    403: "forbidden",
    404: "not-found",
    405: "not-found",
    413: "too-large",
    500: "trouble",
}


async def off(function, *args, **kwargs):
    """What `function` returns, computed in a thread so that the server goes on answering."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_WORKERS, lambda: function(*args, **kwargs))


async def looking(function, *args):
    """The same for what all open pages fetch whenever there is news."""
    return await asyncio.get_running_loop().run_in_executor(_LOOKERS, function, *args)


@stream_request_body
class Guarded(RequestHandler):
    """Base of all our handlers."""

    roles: tuple[str, ...] = ("participant", "alone")
    changers: tuple[str, ...] | None = None  # who may do more than look; the same when not named
    most_bytes = 64 * KIB
    mends = False  # whether half a character in what is sent is replaced: people's own words are not lost for one
    for_servers = False  # whether a person's own Jupyter server may ask here in their name
    public = False  # whether it answers whoever asks, because it says nothing of anybody
    patient = False  # whether what the hub said of a participant minutes ago is new enough

    def initialize(self, served: ServedCourse):
        self.served = served
        self.visitor: Identity | None = None
        self._chunks: list[bytes] = []
        self._received = 0
        self._reads: str | None = None

    @property
    def content_security_policy(self) -> str:
        return (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )

    def set_default_headers(self):
        super().set_default_headers()
        # After super, so that a server-wide policy meant for other pages does not loosen ours.
        self.set_header("Content-Security-Policy", self.content_security_policy)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        # A page of somebody's notebook that opened this one has no hold on it, though it has the same address.
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    # -- who is asking -------------------------------------------------------------------------

    def check_xsrf_cookie(self):
        """Asked by tornado before anybody is known; `admit` asks, of reading too."""

    async def prepare(self):
        if self.public:
            return None
        self.visitor = await self.served.source.who(self)
        if self.visitor is None:
            return self.turn_away()
        return self.admit()

    def turn_away(self):
        """Answers somebody who has not signed in."""
        raise Refusal(401, "signed-out")

    def admit(self):
        """Refuses who is in the wrong role, brings no mark, sends too much, or asks too often."""
        if any("\0" in part for part in self.path_args if part):  # which PostgreSQL takes in no text
            raise Refusal(404, "not-found")
        looks = self.request.method in LOOKS
        may = self.roles if looks or self.changers is None else self.changers
        if self.role not in may or (self.identity.server and not self.for_servers):
            raise Refusal(403, "forbidden")
        if self.needs_mark() and not self.is_marked(self.request.headers.get(MARK_HEADER, "")):
            raise Refusal(403, "page-too-old")
        # Somewhat too much is read and thrown away, so that the sender still hears why.
        if int(self.request.headers.get("Content-Length") or 0) > self.most_bytes + DRAINED:
            raise Refusal(413, "too-large")
        # On a computer of one's own nobody else is kept waiting.
        seconds = 0 if self.served.alone or self.served.one_home else self.served.pace.wait(self.identity.id)
        if seconds:
            raise Refusal(429, "too-fast", n=math.ceil(seconds))

    def needs_mark(self) -> bool:
        """Whether this request could have been sent by a page that is not ours."""
        return not self.identity.carried

    def is_marked(self, given: str) -> bool:
        return self.served.source.is_marked(self, given)

    def navigates(self) -> bool:
        """Whether a browser opens this address itself, so that no script reads what comes."""
        return self.request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"

    @property
    def identity(self) -> Identity:
        """Who signed in; `visitor` where that may be nobody."""
        if self.visitor is None:
            raise Refusal(401, "signed-out")
        return self.visitor

    @property
    def role(self) -> str:
        """The part of the person who asks: one of a course's facilitators, or of its reviewers ..."""
        return self.visitor.role if self.visitor else ""

    @property
    def context(self) -> RequestContext:
        """The course as this person may see it."""
        return RequestContext(self.served, self.identity, self.reads)

    def acting(self) -> str:
        """Who does this, for the audit: whoever signed in; alone, whoever said a name."""
        person = self.served.people.current() if self.served.alone else None
        return person.id if person else self.identity.id or "facilitator"

    # -- what was sent -------------------------------------------------------------------------

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
        """The JSON object that was sent, judged."""
        try:
            return read_object(self.body(), BODY, self.mends)
        except Unfit as unfit:
            if unfit.code in UNFIT:
                raise Refusal(422, unfit.code, where=unfit.where) from None
            raise Refusal(400, "not-understood") from None

    # -- what is answered ----------------------------------------------------------------------

    def say(self, key: str, **values) -> str:
        """The catalog's sentence in the reader's language."""
        return catalog.say(self.language, key, **values)

    @property
    def language(self) -> str:
        """The language of our sentences: that in which the course is read, as far as we speak it."""
        return i18n.known(self.reads) if self.reads else i18n.choose(self.request.headers.get("Accept-Language", ""))

    @property
    def reads(self) -> str:
        """Which of the course's languages this person chose, or else their browser; "" where there is but one."""
        # Not `cached_property`: before Python 3.12 one lock of that is everybody's, and every save waits at it.
        if self._reads is None:
            self._reads = self._language_read()
        return self._reads

    def _language_read(self) -> str:
        there = self.served.shelf.languages()
        if len(there) < 2:
            return ""
        kept = self.get_cookie(LANGUAGE) or ""
        return kept if kept in there else i18n.choose(self.request.headers.get("Accept-Language", ""), there)

    def attach(self, name: str):
        """The reply is a file to keep under that name."""
        self.set_header("Content-Disposition", f"attachment; filename*=utf-8''{quote(name)}")

    def refusal(self, status: int, error: BaseException | None) -> tuple[int, dict]:
        """Status and JSON members for any error, in plain words."""
        if refused := as_refusal(error):
            if refused.status == 429:
                self.set_header("Retry-After", str(refused.more.get("n", 1)))
            text = self.told(refused.text) or self.say("refusal-" + refused.code, **refused.more)
            return refused.status, {"code": refused.code, "message": text, **refused.more}
        code = CODES.get(status, "trouble")
        return status, {"code": code, "message": self.say("refusal-" + code)}

    def told(self, text: str | Said) -> str:
        """What a deeper part says, with what to do about it, in the reader's language."""
        if not isinstance(text, Said):
            return text
        hint = text.hint_in(self.language) if isinstance(text, Coded) else ""
        return " ".join(filter(None, (text.said(self.language), hint)))

    def log_exception(self, kind, error, trace):
        # A refusal is an answer, not a fault of the server.
        if not as_refusal(error) or isinstance(error, OSError):
            super().log_exception(kind, error, trace)

    def finish(self, chunk=None):
        # Who is refused or sent elsewhere is answered before all that was sent has been read, and tornado
        # ends such a connection. A proxy that is not told would send somebody's next request into it.
        if self.get_status() >= 300:
            self.set_header("Connection", "close")
        return super().finish(chunk)

    def send_error(self, status_code: int = 500, **kwargs):
        info = kwargs.get("exc_info")
        if info and (refused := as_refusal(info[1])):
            status_code = refused.status
        super().send_error(status_code, **kwargs)
