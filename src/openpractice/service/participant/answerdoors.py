"""The doors: small JSON routes through which answers go in and out. One class a route."""

from __future__ import annotations

from openpractice.names import BadName
from openpractice.service.handlers.answering import Api
from openpractice.service.handlers.guard import KIB, off
from openpractice.service.participant import answers, exporting, handing, lessons
from openpractice.service.refusal import Refusal
from openpractice.service.roles import READS

ID = r"([^/]+)"  # checked by safe_id before anything is done with it
VALUE_BYTES = 1024 * KIB
IMPORT_BYTES = 20 * 1024 * KIB


class OwnDoor(Api):
    """A door of one person's own, also for what they write in a notebook on their own Jupyter server."""

    for_servers = True


class Me(OwnDoor):
    """Who is here, and the state of every lesson in words."""

    roles = ("participant", *READS)

    async def get(self):
        self.reply(await off(self._said))

    def _said(self) -> dict:
        person = self.context.person()
        seat = self.context.seat() if person or not self.context.alone else None
        views = lessons.home_views(self.context, seat, self.language) if seat else []
        keys = ("id", "title", "minutes", "state", "state_text", "due", "url")
        return {
            "user": self.context.user_key(person) if seat else "",
            "name": person.name if person else "",
            "role": self.role,
            "course": {
                "id": self.context.places.course,
                "title": self.context.course_title(self.language),
                "language": self.language,
            },
            "lessons": [{key: view[key] for key in keys} for view in views],
            "secure": self.request.protocol == "https",
        }


class Answers(OwnDoor):
    """Everything the prompts of one lesson show."""

    patient = True

    async def get(self):
        lesson_id = self.get_query_argument("lesson", "")
        self.reply(await off(lambda: answers.load(self.context, self.context.seat(), lesson_id)))


class AnswerDoor(OwnDoor):
    """One answer on its way in."""

    patient = True
    mends = True
    most_bytes = 2 * VALUE_BYTES + 64 * KIB  # escaped, a value's JSON may be twice its canonical form

    async def put(self, prompt_id):
        change = self.json_body()
        said, counting = await off(lambda: answers.save(self.context, self.context.seat(), prompt_id, change))
        self.reply(said | await answers.counted(counting))


class Choose(OwnDoor):
    """Settling which of several versions counts."""

    patient = True

    async def post(self, prompt_id):
        choice = self.json_body()
        said, counting = await off(lambda: answers.choose(self.context, self.context.seat(), prompt_id, choice))
        self.reply(said | await answers.counted(counting))


class Share(OwnDoor):
    """Sharing one answer with the group, and taking that back."""

    patient = True

    async def post(self, prompt_id):
        content = self.json_body()
        self.reply(await off(lambda: answers.share(self.context, self.context.seat(), prompt_id, content)))

    async def delete(self, prompt_id):
        self.reply(await off(lambda: answers.share(self.context, self.context.seat(), prompt_id, None)))


class Handin(OwnDoor):
    """What would be handed in; handing in; taking it back."""

    async def get(self, lesson_id):
        self.reply(await off(lambda: handing.preview(self.context, self.context.seat(), lesson_id, self.language)))

    async def post(self, lesson_id):
        revs = self.json_body().get("revs")
        self.reply(await off(lambda: handing.send(self.context, self.context.seat(), lesson_id, revs)))

    async def delete(self, lesson_id):
        self.reply(await off(lambda: handing.withdraw(self.context, self.context.seat(), lesson_id)))


class FeedbackDoor(OwnDoor):
    """Feedback on one lesson, beside the answers it is about."""

    async def get(self, lesson_id):
        self.reply(await off(self._said, lesson_id))

    def _said(self, lesson_id):
        lesson = self.context.lesson(lesson_id)
        return lessons.returned(self.context.seat(), lesson.id) or {"lesson": lesson.id, "answers": {}, "at": None}


class Open(OwnDoor):
    """Puts a lesson's notebook in the person's folder and says where Jupyter opens it."""

    async def post(self, lesson_id):
        self.reply({"url": await off(lambda: lessons.open_notebook(self.context, self.context.seat(), lesson_id))})


class OpenAgainDoor(OwnDoor):
    """Corrects the text of a notebook that is open, or was loaded again; says whether there was anything to correct."""

    async def post(self, lesson_id):
        self.reply(await off(lambda: lessons.again(self.context, self.context.seat(), lesson_id)))


class Arrive(OwnDoor):
    """Saying a name where no sign-in says it, and leaving."""

    async def post(self):
        self.only_without_hub()
        try:
            person = await off(self.context.people.arrive, self.json_body().get("name"))
        except BadName as error:
            raise Refusal(422, "refused", error) from None
        self.reply({"user": self.context.user_key(person), "name": person.name})

    async def delete(self):
        self.only_without_hub()
        await off(self.context.people.leave)
        self.reply({"user": "", "name": ""})

    def only_without_hub(self):
        if self.context.named:
            raise Refusal(403, "hub-names")


class ExportDoor(OwnDoor):
    """A copy of all one's own words, to keep."""

    is_download = True

    async def get(self):
        name, content = await off(lambda: exporting.copy_of(self.context, self.context.seat(), self.language))
        self.set_header("Content-Type", "application/zip")
        self.attach(name)
        self.finish(content)


class Import(OwnDoor):
    """Bringing such a copy back."""

    most_bytes = IMPORT_BYTES

    async def post(self):
        content = self.body()
        self.reply(await off(lambda: exporting.take_back(self.context, self.context.seat(), content, self.language)))


class Nothing(Api):
    """Any other address below api/: a sentence, not somebody else's page."""

    roles = ("participant", *READS)

    async def get(self, *_):
        raise Refusal(404, "not-found")

    post = put = delete = patch = get


ROUTES = [
    (r"api/me", Me),
    (r"api/answers", Answers),
    (rf"api/answers/{ID}", AnswerDoor),
    (rf"api/answers/{ID}/choose", Choose),
    (rf"api/answers/{ID}/share", Share),
    (rf"api/handin/{ID}", Handin),
    (rf"api/feedback/{ID}", FeedbackDoor),
    (rf"api/open/{ID}", Open),
    (rf"api/open/{ID}/again", OpenAgainDoor),
    (r"api/person", Arrive),
    (r"api/export", ExportDoor),
    (r"api/import", Import),
]
