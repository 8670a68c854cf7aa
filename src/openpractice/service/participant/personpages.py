"""The pages a participant meets beside the lessons: course home, my words, and links that go on to a lesson."""

from __future__ import annotations

from openpractice.model import OPENS
from openpractice.names import BadName
from openpractice.service.handlers.answering import Form
from openpractice.service.handlers.guard import off
from openpractice.service.lessonpages import coming
from openpractice.service.participant import lessons
from openpractice.service.participant.answerdoors import ID
from openpractice.service.participant.ownpage import Own
from openpractice.service.refusal import Refusal
from openpractice.service.roles import READS


class Home(Own, Form):
    """The course home. The course's own server opens on the corner instead, or on reviewing."""

    roles = ("participant", *READS)

    async def get(self):
        if self.role in ("facilitator", "reviewer"):
            return self.redirect(self.context.root + ("facilitator/" if self.role == "facilitator" else "review/"))
        return await self.home()

    async def take(self):
        """Saying a name, and leaving."""
        if self.role in ("facilitator", "reviewer") or self.context.named:
            raise Refusal(403, "hub-names")
        try:
            if self.field("do") == "leave":
                await off(self.context.people.leave)
            else:
                await off(self.context.people.arrive, self.field("name"))
        except BadName as error:
            self.set_status(422)
            return await self.home(said=error.said(self.language), typed=self.field("name")[:200])
        return self.then()

    async def home(self, said: str = "", typed: str = ""):
        person = await off(self.context.person)
        views = await off(self._views) if person else []
        people = await off(self.context.people.all) if self.context.alone else []
        return await self.draw(
            "home.html",
            title=self.say("your-sessions" if person else "welcome", course=self.context.course_title(self.language)),
            here="home",
            person=person,
            lessons=views,
            people=people,
            said=said,
            typed=typed,
            coming=self.context.alone and await off(coming.coming, self.context.places.data),
            counts=self.context.places.exchange is not None,
            renames=self.served.members is not None,
        )

    def _views(self):
        return lessons.home_views(self.context, self.context.seat(), self.language)


class WordsPage(Own):
    """All one's own words, to read and to print."""

    async def get(self):
        if await self.need_name():
            return
        views = await off(lambda: lessons.words_views(self.context, self.context.seat(), self.language))
        await self.draw(
            "words.html",
            title=self.say("my-words"),
            here="words",
            lessons=views,
            aside=await off(lambda: lessons.laid_aside(self.context, self.context.seat())),
            any=any(view["answers"] for view in views),
        )


class OpenLesson(Own):
    """A link that goes to a lesson the way its course opens it; what follows # stays with the browser.

    `?as=notebook` and `?as=page` ask for one of the two ways.
    """

    async def get(self, lesson_id):
        if await self.need_name():
            return
        lesson = self.context.lesson(lesson_id)
        asked = self.get_query_argument("as", "")
        if (asked if asked in OPENS else lesson.opens) == "page":
            self.redirect(f"{self.context.root}lesson/{lesson.id}")
        else:
            self.redirect(await off(lambda: lessons.open_notebook(self.context, self.context.seat(), lesson.id)))


class Bare(Own):
    """Our address without its last stroke, and what would wake a server that somebody's own notebook needs."""

    roles = ("participant", *READS)

    async def get(self):
        self.redirect(self.context.root)


class Nowhere(Own):
    """Any other address of ours."""

    roles = ("participant", *READS)

    async def get(self, *_):
        raise Refusal(404, "not-found")


ROUTES = [
    (r"", Home),
    (r"words", WordsPage),
    (rf"open/{ID}", OpenLesson),
    (r"notebook/", Bare),
    (r".*", Nowhere),
]
