"""The three forms of what a route answers: JSON, a page, and a page with a form on it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from tornado.httputil import HTTPInputError, parse_body_arguments
from tornado.web import HTTPError

from openpractice import i18n
from openpractice.service import catalog
from openpractice.service.handlers.guard import LANGUAGE, LOOKS, MARK_HEADER, Guarded, off
from openpractice.service.identities.identity import Identity
from openpractice.service.refusal import Refusal

CHOOSES = "in"  # the part of an address that chooses a language
USER_HEADER = "X-Openpractice-User"  # for whom a page of ours asks


class Api(Guarded):
    """A route that answers JSON. Reading needs the mark too: no other page of this address may ask."""

    is_download = False  # whether a link may open it, because the reply is a file to keep

    async def prepare(self):
        await super().prepare()
        meant = self.request.headers.get(USER_HEADER)
        if meant and self.visitor and meant != await off(lambda: self.context.user_key(self.context.person())):
            raise Refusal(401, "signed-out")  # a page of somebody who sat here before

    def needs_mark(self) -> bool:
        opened = self.is_download and self.request.method in LOOKS and self.navigates()
        return super().needs_mark() and not opened

    def reply(self, content: dict, status: int = 200):
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        # A code among what is told becomes its sentence in the reader's language.
        self.finish(json.dumps(content, ensure_ascii=False, default=lambda part: part.said(self.language)))

    def write_error(self, status_code: int, **kwargs):
        info = kwargs.get("exc_info")
        if self.visitor and not self.visitor.carried:
            self.served.source.mark(self)  # a page whose mark is too old gets a new one and tries again
        status, content = self.refusal(status_code, info[1] if info else None)
        self.reply(content, status)


class Page(Guarded):
    """A route that answers HTML from one of our templates."""

    script_sentences: tuple[str, ...] = ("js-",)

    def needs_mark(self) -> bool:
        return super().needs_mark() and not (self.request.method in LOOKS and self.navigates())

    def admit(self):
        """Whoever may come in at the hub and has no part yet is asked for the code to join by."""
        if self.role == "" and self.served.joins and "" not in self.roles and self.request.method in LOOKS:
            return self.redirect(self.served.root + "join")
        return super().admit()

    def turn_away(self):
        if self.request.method in LOOKS and self.navigates():
            return self.redirect(self.served.source.sign_in(self))
        return super().turn_away()

    def show(self, template: str, **values):
        """Answers with a template of ours; `values` on top of what every page needs."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        served, identity = self.served, self.visitor or Identity("", "", "")
        common = {
            "t": self.say,
            "lang": self.language,
            "dir": i18n.direction(self.language),
            "languages": self._languages(),
            "root": served.root,
            "static": served.static,
            "role": self.role,
            "xsrf": served.source.mark(self) if self.visitor else "",
            "course": served.title(self.language),
            "served": served,
            "course_id": served.places.course,
            "words": catalog.for_scripts(self.language, self.script_sentences),
            "sign_out": identity.sign_out,
            "person": None,
            "user_key": "",
            "workshop": served.workshop,
            "here": "",
        }
        if "invented" not in values:
            common["invented"] = self.invented
        self.finish(served.pages.get_template(template).render(common | values))

    def _languages(self) -> list[dict]:
        """The languages to choose from, by their own names; none where the course has but one."""
        there = self.served.shelf.languages() if self.visitor else ()
        return [
            {"language": each, "name": i18n.name_of(each), "chosen": each == self.reads, "url": self._asking(each)}
            for each in there
            if len(there) > 1
        ]

    def _asking(self, language: str) -> str:
        """This page in that language; the same where what was sent here cannot be asked for again."""
        return "?" + urlencode(self._asked_besides() | {CHOOSES: [language.encode()]}, doseq=True)

    def _asked_besides(self) -> dict[str, list[bytes]]:
        """All that was asked but the language, as it came: a page that says it was not understood asks this too."""
        asked = self.request.query_arguments
        return {name: asked[name] for name in asked if name != CHOOSES}

    async def prepare(self):
        await super().prepare()
        wanted = self.get_query_argument(CHOOSES, "")
        if self._finished or not wanted or self.request.method not in LOOKS:
            return
        if wanted in self.served.shelf.languages():
            self.set_cookie(LANGUAGE, wanted, path=self.served.root, expires_days=400, samesite="Lax", httponly=True)
        rest = self._asked_besides()
        self.redirect(self.request.path + ("?" + urlencode(rest, doseq=True) if rest else ""))

    @property
    def invented(self) -> int:
        """How many of the people here are invented, as facilitators are told."""
        return self.context.invented if self.visitor and self.role != "participant" else 0

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

    take: Callable[..., Awaitable[None]]

    def needs_mark(self) -> bool:
        in_form = self.request.method == "POST" and MARK_HEADER not in self.request.headers
        return super().needs_mark() and not in_form

    async def post(self, *parts):
        form = self.request
        try:
            parse_body_arguments(form.headers.get("Content-Type", ""), self.body(), form.body_arguments, form.files)
        except (HTTPError, HTTPInputError, ValueError):
            raise Refusal(400, "not-understood") from None
        for name, values in form.body_arguments.items():
            form.arguments.setdefault(name, []).extend(values)
        if not self.identity.carried and MARK_HEADER not in form.headers and not self.is_marked(self.field("_xsrf")):
            raise Refusal(403, "page-too-old")
        await self.take(*parts)

    def field(self, name: str) -> str:
        """One field of the form as it was typed; empty when it is not there."""
        return self.get_body_argument(name, "", strip=False)

    def then(self, path: str = ""):
        """Goes on to a page of ours by GET, so that a reload sends nothing again."""
        self.redirect(self.served.root + path, status=303)
