"""One session as a page: to read, to write in, to look over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from markupsafe import Markup

from openpractice import i18n
from openpractice.carried import file_name, media_of, named_in, read_carried
from openpractice.service import catalog
from openpractice.service.handlers.answering import Page
from openpractice.service.handlers.guard import LOOKS, off
from openpractice.service.lessonpages import states
from openpractice.service.participant import answers, lessons
from openpractice.service.participant.answerdoors import ID
from openpractice.service.participant.ownpage import Own
from openpractice.service.participant.steps import note_headway, own_page, progress_of
from openpractice.service.refusal import Refusal


class LessonPage(Own):
    """A released session, whole on one page, with the person's answers in it.

    `?as=copy` gives the same page without anything that the person wrote: what a browser
    may keep, to show it where there is no network.
    """

    script_sentences = ("js-offline", "js-gone", "js-sending", "js-sign-out", "lesson-")
    shown_language = ""

    @property
    def language(self) -> str:
        """The lesson's own where its author wrote it in another than the usual one, else the reader's."""
        return self.shown_language or super().language

    async def get(self, lesson_id):
        if await self.need_name():
            return
        lesson = self.context.lesson(lesson_id)
        own = own_language(lesson)
        if own != i18n.FALLBACK:
            self.shown_language = own
        copy = self.get_query_argument("as", "") == "copy"
        await self.draw("lesson.html", notebooks=self.served.notebooks, **await off(self._seen, lesson, copy))

    def _seen(self, lesson, copy):
        context, seat = self.context, self.context.seat()
        journal_states = seat.journal.states()
        progress = progress_of(context, seat, lesson, journal_states)
        if not copy:
            note_headway(context, seat, lesson)
        now = datetime.now(UTC)
        sentences = context.served.static + "/prompts/" + catalog.prompts_file(own_language(lesson) or self.language)
        specs = lesson.page.specs
        typed = {} if copy else own_page(context, seat, lesson).typed
        return {
            "title": lesson.title,
            "lesson": lesson,
            "lesson_language": lesson.page.language,
            "lesson_dir": i18n.direction(lesson.page.language),
            "view": lesson.view,
            "sentences": sentences,
            "names": lessons.names_of(lesson.id, lesson.title, self.language),
            "copy": copy,
            # What is counted while somebody writes stands in the bar, which goes on counting.
            "state_html": ""
            if copy or states.state_of(progress) in states.WRITING
            else states.sentence(self.language, progress, now, html=True),
            "due_html": "" if copy else states.due_sentence(self.language, progress, now, html=True),
            "typed": typed,
            "data": as_data(
                {
                    "course": context.places.course,
                    "lesson": lesson.id,
                    "title": lesson.title,
                    "language": lesson.page.language,
                    "specs": list(specs.values()),
                    "typed": sorted(typed),
                    "sentences": sentences,
                    "reply": None if copy else answers.load(context, seat, lesson.id),
                }
            ),
        }


class CarriedFile(Page):
    """A picture or paper of a released session, as it was carried with it; nothing in it runs."""

    @property
    def content_security_policy(self):
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"

    def needs_mark(self) -> bool:
        # A picture in a page brings none. No other site's page may show it: see the header below.
        return super().needs_mark() and self.request.method not in LOOKS

    async def get(self, lesson_id, name):
        lesson = self.context.lesson(lesson_id)
        name = file_name(name)
        sha256 = named_in(lesson.notebook).get(name)
        data = await off(read_carried, lesson.path.parent, name, sha256) if sha256 else None
        media = media_of(name)
        if data is None or media is None:
            raise Refusal(404, "not-found")
        self.set_header("Content-Type", media)
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        # The released session may be corrected, so a browser asks again; it is told at once when nothing changed.
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Etag", f'"{sha256}"')
        if media == "application/pdf":
            self.attach(name.rpartition("/")[2])
        if self.check_etag_header():
            self.set_status(304)
            return
        self.finish(data)


def own_language(lesson) -> str:
    """The language we speak that the lesson is written in; "" where it is written in none of them."""
    own = lesson.page.language.split("-")[0].lower()
    return own if own in i18n.languages() else ""


def as_data(content: dict) -> Markup:
    """JSON for a block of data in a page: nothing in it ends the block."""
    return Markup(json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


ROUTES = [(rf"lesson/{ID}", LessonPage), (rf"lesson/{ID}/files/(.+)", CarriedFile)]
