"""The reviewers' routes: thin, one class a route; who is asking is the person who signed in."""

from __future__ import annotations

from openpractice.service.facilitator.collecting import Collecting
from openpractice.service.handlers.answering import Api, Page
from openpractice.service.handlers.guard import KIB, Guarded, off
from openpractice.service.participant.answerdoors import ID
from openpractice.service.participant.ownpage import Own
from openpractice.service.people.askinghub import members_of
from openpractice.service.refusal import Refusal
from openpractice.service.review import classdoors, helps, reading, readsofar, rubricdoors, wholeclass, wordsdoors
from openpractice.service.review.deskkeeper import DeskKeeper, in_words
from openpractice.service.roles import LEADS, READS

MARK_BYTES = 256 * KIB
ONE = rf"{ID}/{ID}/{ID}"  # lesson, prompt, and the handle of a person


class Reviewing(Guarded):
    """What review routes share, be they JSON or pages."""

    roles: tuple[str, ...] = READS

    @property
    def keeper(self) -> DeskKeeper:
        return self.settings.setdefault("openpractice_desk", DeskKeeper(self.served))

    @property
    def reviewer(self) -> str:
        """The id of the person who signed in; alone, of whoever said a name.

        Several facilitators sign in to one server, so its own name says nothing.
        """
        if self.context.alone:
            return self.context.seat().person.id
        if not self.identity.id:
            raise Refusal(403, "nameless")
        return self.identity.id

    async def said(self, function, *parts):
        """What `function` returns, computed off the loop; its refusals in words."""

        def work():
            with in_words():
                self.keeper.follow()
                return function(self.keeper, *parts)

        return await off(work)

    def asked(self, name: str) -> str:
        return self.get_query_argument(name, "")


class Door(Reviewing, Api):
    async def tell(self, function, *parts):
        self.reply(await self.said(function, *parts))


class Queue(Door):
    async def get(self):
        await self.tell(reading.queue, self.reviewer)


class ReviewersDoor(Door):
    async def get(self):
        await self.tell(reading.people, self.reviewer, False)

    async def post(self):
        await self.tell(reading.people, self.reviewer, True)


class Name(Door):
    async def post(self, handle):
        await self.tell(reading.name, self.reviewer, handle)


class LineDoor(Door):
    async def get(self):
        who = self.asked("who")
        found = await (
            self.said(reading.line_of_person, self.reviewer, who)
            if who
            else self.said(reading.line, self.reviewer, self.asked("lesson"), self.asked("prompt"))
        )
        self.reply({"line": found})


class Live(Door):
    async def get(self):
        await self.tell(reading.live, self.reviewer)


class Next(Door):
    async def get(self):
        await self.tell(
            reading.start, self.reviewer, self.reads, self.asked("lesson"), self.asked("prompt"), self.asked("after")
        )


class About(Door):
    async def get(self, lesson, prompt):
        await self.tell(reading.about, self.reads, lesson, prompt)


class ReadAnswerDoor(Door):
    async def get(self, *one):
        await self.tell(reading.answer, self.reviewer, *one)


class OneMark(Door):
    most_bytes = MARK_BYTES

    async def put(self, *one):
        await self.tell(reading.save, self.reviewer, *one, self.json_body())


class Undo(Door):
    async def post(self, *one):
        await self.tell(reading.undo, self.reviewer, *one)


class Lease(Door):
    async def post(self, *one):
        await self.tell(reading.take, self.reviewer, *one)


class NoLease(Door):
    async def delete(self):
        await self.tell(reading.let_go, self.reviewer)


class Bank(Door):
    async def get(self):
        await self.tell(helps.search, self.reads, self.asked("criterion"), self.asked("level"), self.asked("words"))

    async def post(self):
        await self.tell(helps.keep, self.reviewer, self.json_body())


class Phrase(Door):
    async def put(self, name):
        await self.tell(helps.change, self.reviewer, name, self.json_body())

    async def post(self, name):
        await self.tell(helps.replace_used, self.reviewer, name, self.json_body())

    async def delete(self, name):
        await self.tell(helps.forget, self.reviewer, name)


class Anchors(Door):
    async def get(self, prompt):
        await self.tell(helps.of_prompt, self.reviewer, self.reads, prompt)


class CalibrationDoor(Door):
    async def get(self):
        await self.tell(helps.calibration, self.reviewer, self.reads)

    async def delete(self):
        await self.tell(helps.again, self.reviewer)


class Try(Door):
    async def post(self, name):
        await self.tell(helps.score, self.reviewer, self.reads, name, self.json_body())


class AgreementDoor(Door):
    async def get(self):
        await self.tell(classdoors.agreed_how_far, self.asked("lesson"))


class Discuss(Door):
    async def get(self, lesson):
        await self.tell(classdoors.discuss, self.reviewer, lesson)


class Agree(Door):
    most_bytes = MARK_BYTES

    async def put(self, *one):
        await self.tell(classdoors.agree, self.reviewer, *one, self.json_body())


class Return(Door):
    roles = LEADS

    async def get(self, lesson):
        await self.tell(classdoors.to_return, lesson)

    async def post(self, lesson):
        await self.tell(classdoors.give_back, self.reviewer, lesson, self.json_body())


class ReturnPreview(Door):
    roles = LEADS

    async def get(self, lesson):
        await self.tell(classdoors.return_preview, self.reviewer, lesson)


class Reminder(Door):
    roles = LEADS

    async def get(self, lesson):
        members = await off(members_of, self)
        await self.tell(classdoors.reminder, self.context, members, lesson, self.language)


class Assign(Door):
    roles = LEADS

    async def get(self):
        await self.tell(classdoors.assignments)

    async def post(self):
        await self.tell(classdoors.assign, self.reviewer, self.json_body())


class ReviewProgress(Door):
    roles = LEADS

    async def get(self, lesson):
        await self.tell(readsofar.progress, lesson)


class Strip(Door):
    async def get(self, lesson, prompt):
        await self.tell(wholeclass.strip, self.reviewer, lesson, prompt)


class GivenLevels(Door):
    roles = LEADS

    async def get(self, lesson):
        await self.tell(wholeclass.levels, lesson)


class RubricChangeDoor(Door):
    roles = LEADS

    async def get(self):
        await self.tell(rubricdoors.changes)

    async def post(self):
        await self.tell(rubricdoors.apply, self.reviewer, self.json_body())


class RubricWordsDoor(Door):
    roles = LEADS

    async def get(self):
        await self.tell(wordsdoors.words, self.reviewer)

    async def post(self):
        await self.tell(wordsdoors.change, self.reviewer, self.json_body())


class ReviewExport(Door):
    roles = LEADS
    is_download = True

    async def get(self):
        asked = self.asked("form"), self.asked("as")
        name, media, content = await self.said(classdoors.table, self.reviewer, self.reads, *asked)
        self.set_header("Content-Type", media)
        self.attach(name)
        self.finish(content)


class Preview(Reviewing, Page):
    """The feedback as one person will read it; its style is its own and nothing in it runs."""

    roles = LEADS

    @property
    def content_security_policy(self):
        return "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

    async def get(self, lesson, handle):
        content = await self.said(classdoors.preview, self.reviewer, lesson, handle, self.asked("name") == "shown")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(content)


class Review(Reviewing, Own):
    """The one page on which reviewing happens."""

    script_sentences = ("js-", "review:")

    async def get(self):
        if self.context.alone and await self.need_name():
            return
        collecting = self.served.kept.setdefault("collecting", Collecting())
        await self.draw(
            "review.html",
            title=self.say("review-title"),
            here="review",
            collected=await off(collecting.on_opening, self.context, self.language),
            reviewer=self.reviewer,
            leads=self.role in LEADS,
        )


ROUTES = [
    (r"review/?", Review),
    (rf"review/preview/{ID}/{ID}", Preview),
    (r"api/review/queue", Queue),
    (r"api/review/people", ReviewersDoor),
    (rf"api/review/name/{ID}", Name),
    (r"api/review/line", LineDoor),
    (r"api/review/live", Live),
    (r"api/review/next", Next),
    (rf"api/review/about/{ID}/{ID}", About),
    (rf"api/review/answer/{ONE}", ReadAnswerDoor),
    (rf"api/review/mark/{ONE}", OneMark),
    (rf"api/review/undo/{ONE}", Undo),
    (rf"api/review/lease/{ONE}", Lease),
    (r"api/review/lease", NoLease),
    (r"api/review/bank", Bank),
    (rf"api/review/bank/{ID}", Phrase),
    (rf"api/review/anchors/{ID}", Anchors),
    (r"api/review/calibration", CalibrationDoor),
    (rf"api/review/calibration/{ID}", Try),
    (r"api/review/agreement", AgreementDoor),
    (rf"api/review/discuss/{ID}", Discuss),
    (rf"api/review/agree/{ONE}", Agree),
    (rf"api/review/return/{ID}", Return),
    (rf"api/review/return-preview/{ID}", ReturnPreview),
    (rf"api/review/reminder/{ID}", Reminder),
    (rf"api/review/progress/{ID}", ReviewProgress),
    (rf"api/review/strip/{ID}/{ID}", Strip),
    (rf"api/review/levels/{ID}", GivenLevels),
    (r"api/review/assign", Assign),
    (r"api/review/rubric-change", RubricChangeDoor),
    (r"api/review/rubric-words", RubricWordsDoor),
    (r"api/review/export", ReviewExport),
]
