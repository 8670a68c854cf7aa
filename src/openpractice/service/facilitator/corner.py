"""The facilitator's corner: a page, and the routes behind its buttons."""

from __future__ import annotations

from functools import partial

from openpractice.service.facilitator import uploads, workroom
from openpractice.service.handlers.answering import Api
from openpractice.service.handlers.guard import KIB, off
from openpractice.service.jobs import Jobs
from openpractice.service.participant.answerdoors import ID, IMPORT_BYTES
from openpractice.service.participant.ownpage import Own
from openpractice.service.people.askinghub import members_of
from openpractice.service.refusal import Refusal
from openpractice.service.roles import LEADS


class Corner(Own):
    """Every session with its buttons, hand-in files, feedback files."""

    roles = LEADS

    async def get(self):
        context, language = self.context, self.language
        problem = "" if context.places.data else self.say("corner-no-data")
        members = await off(members_of, self)
        views = await off(workroom.views, context, language, members) if context.places.data else []
        files = await off(workroom.feedback_files, context, language)
        await self.draw(
            "facilitator.html",
            title=self.say("corner"),
            here="facilitator",
            problem=problem,
            lessons=views,
            feedback_files=files,
            formgrader=self.served.formgrader,
        )


class FeedbackFile(Own):
    """One person's feedback, to download and send."""

    roles = LEADS

    async def get(self, lesson_id, person):
        content = await off(workroom.feedback_file, self.context, lesson_id, person)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.attach(f"{person}-{lesson_id}.html")
        self.finish(content)


class Guide(Own):
    """The facilitator's guide of a lesson, released or not."""

    roles = LEADS

    @property
    def content_security_policy(self):
        # A guide carries its own style; nothing in it may run.
        return "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

    async def get(self, lesson_id):
        _need_id(lesson_id)
        guide = await off(workroom.guide_of, lesson_id, self.reads)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(guide)


class Worker(Api):
    """Base of routes that begin a piece of work and answer with its number."""

    roles = LEADS

    def begin(self, name: str, work):
        jobs = self.settings.setdefault("openpractice_jobs", Jobs())
        job = jobs.start(name, self.language, work)
        if job is None:
            raise Refusal(409, "busy")
        self.reply({"job": job.id}, 202)


class ReleaseJob(Worker):
    async def post(self, lesson_id):
        _need_id(lesson_id)
        due = self.json_body().get("due")
        self.begin(f"release {lesson_id}", partial(workroom.release, self.context, lesson_id, due))


class WithdrawJob(Worker):
    async def post(self, lesson_id):
        _need_id(lesson_id)
        self.begin(f"withdraw {lesson_id}", partial(workroom.withdraw, self.context, lesson_id))


class BuildJob(Worker):
    """Building what was edited, of whatever lesson."""

    async def post(self):
        self.begin("build", partial(workroom.build, self.context))


class Due(Worker):
    async def post(self, lesson_id):
        _need_id(lesson_id)
        due = self.json_body().get("due")
        if not isinstance(due, str):
            raise Refusal(400, "not-understood")
        self.begin(f"due {lesson_id}", partial(workroom.set_due, self.context, lesson_id, due))


class Collect(Worker):
    async def post(self, lesson_id):
        _need_id(lesson_id)
        self.begin(f"collect {lesson_id}", partial(workroom.collect, self.context, lesson_id))


class FeedbackJob(Worker):
    async def post(self, lesson_id):
        _need_id(lesson_id)
        self.begin(f"feedback {lesson_id}", partial(workroom.give_feedback, self.context, lesson_id, self.acting()))


class HandinFiles(Worker):
    """A hand-in file, looked at and put aside."""

    most_bytes = IMPORT_BYTES

    async def post(self):
        name, content = self.get_query_argument("name", ""), self.body()
        self.reply(await off(uploads.receive, self.context, name, content, self.language))


class Bind(Worker):
    """Saying whose such a file is."""

    most_bytes = 4 * KIB

    async def post(self, token):
        content = self.json_body()
        person, replace = _need_id(content.get("person")), content.get("replace") is True
        await off(uploads.waiting_file, self.context, token)
        self.begin(f"bind {token}", partial(uploads.bind, self.context, token, person, replace))


class ProgressDoor(Worker):
    """How a piece of work stands, in words."""

    async def get(self, job_id):
        job = self.settings.get("openpractice_jobs", Jobs()).get(job_id)
        if job is None:
            raise Refusal(404, "not-found")
        state, lines = job.stands()
        self.reply({"state": state, "lines": lines or [{"text": self.say("job-running")}]})


def _need_id(text) -> str:
    if not workroom.is_person(text):
        raise Refusal(404, "not-found")
    return text


ROUTES = [
    (r"facilitator/?", Corner),
    (rf"facilitator/feedback/{ID}/{ID}", FeedbackFile),
    (rf"facilitator/guide/{ID}", Guide),
    (rf"api/facilitator/release/{ID}", ReleaseJob),
    (rf"api/facilitator/withdraw/{ID}", WithdrawJob),
    (r"api/facilitator/build", BuildJob),
    (rf"api/facilitator/due/{ID}", Due),
    (rf"api/facilitator/collect/{ID}", Collect),
    (rf"api/facilitator/feedback/{ID}", FeedbackJob),
    (r"api/facilitator/files", HandinFiles),
    (rf"api/facilitator/files/{ID}", Bind),
    (rf"api/facilitator/jobs/{ID}", ProgressDoor),
]
