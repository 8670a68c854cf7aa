"""The room's doors for those who lead: what they see besides, and every act that moves the room."""

from __future__ import annotations

from collections.abc import Callable

from openpractice.room import cohorts, critiques, livesession, phases, presence, projectors, roomview, shares
from openpractice.room.roomstore import RoomRefused, now_ms
from openpractice.room.tallies import counts
from openpractice.service.handlers.guard import KIB
from openpractice.service.refusal import Refusal
from openpractice.service.roles import LEADS
from openpractice.service.room.roomdoors import RoomApi, Stream


class LeadApi(RoomApi):
    """A door for those who lead; never for a token of somebody's own server."""

    roles = LEADS
    for_servers = False
    patient = False

    def mine(self):
        return self.room.leader_of(self.context, self.get_query_argument("cohort", ""))


class LeadState(LeadApi):
    """The room as whoever leads it sees it now."""

    async def get(self):
        await self.respond(self.seen)

    def seen(self) -> dict:
        cohort, who = self.mine()
        lesson = self.room.lesson_or_live(cohort, self.get_query_argument("lesson", ""), self.context.language)
        names = self.get_query_argument("names", "") == "1"
        mark = f"{cohort}.{lesson.id if lesson else ''}.{int(names)}"
        with self.room.store.reading() as db:
            row = cohorts.named(db, cohort)
            now = f"{row.number}.{row.pulse}.{mark}"
            if self.get_query_argument("since", "") == now:
                return {"same": True, "mark": now, "now": now_ms()}
            common = roomview.common(db, cohort, lesson)
            every = [{"id": each.id, "title": each.title, "people": each.people} for each in cohorts.every(db)]
            seen = common | roomview.leading(db, cohort, lesson, names)
            mine = roomview.own_critiques(db, cohort, lesson, who)
        prompts = {
            key: {"title": spec["title"], "kind": spec["kind"], "visibility": spec["visibility"]}
            | {"lead_first": bool(spec.get("lead_first")), "apart": roomview.among_colleagues(spec)}
            for key, spec in (lesson.specs if lesson else {}).items()
        }
        lessons = [{"id": each.id, "title": each.title} for each in self.context.shelf.lessons()]
        return seen | {
            "now": now_ms(),
            "mark": f"{common['number']}.{common['pulse']}.{mark}",
            "me": {"name": who.name, "person": who.person},
            "mine": mine,
            "lesson": {"id": lesson.id, "title": lesson.title, "minutes": lesson.minutes} if lesson else None,
            "agenda": list(lesson.agenda) if lesson else [],
            "prompts": prompts,
            "lessons": lessons,
            "cohorts": every,
        }


class LeadStream(Stream, LeadApi):
    """The same as participants' stream, told at once."""

    roles = LEADS
    for_servers = False
    leads = True

    def mine(self):
        return LeadApi.mine(self)


class Act(LeadApi):
    """One act, by its name: see `ACTS`."""

    most_bytes = 128 * KIB

    async def post(self, name):
        if name not in ACTS:
            raise Refusal(404, "not-found")
        await self.respond(self.act, ACTS[name], self.json_body())

    def act(self, function, body):
        cohort, who = self.mine()
        with self.room.store.changing(cohort) as db:
            return function(Acting(self, db, cohort, who, body))


class Acting:
    """What an act works with: the connection, the cohort, who acts, and what was sent."""

    def __init__(self, door, db, cohort, who, body):
        self.door, self.db, self.cohort, self.who, self.body = door, db, cohort, who, body

    def word(self, key: str) -> str:
        return self.door.text(self.body, key)

    def whole(self, key: str) -> int:
        if type(self.body.get(key)) is not int:
            raise Refusal(400, "not-understood")
        return self.body[key]

    def spec(self) -> dict:
        return self.door.room.spec(self.word("prompt"))[1]

    def colleagues(self) -> dict:
        """The specification of a prompt of colleagues' critique."""
        return self.door.room.among_colleagues(self.word("prompt"))[1]

    def lesson(self):
        return self.door.room.lesson(self.word("lesson"))

    def person(self):
        """The member named in the body."""
        try:
            return cohorts.present_member(self.db, self.cohort, self.word("person"))
        except RoomRefused:
            raise Refusal(404, "no-member") from None

    def session(self):
        """The lesson of the open session."""
        session = livesession.of(self.db, self.cohort)
        if session is None:
            raise Refusal(409, "no-session")
        return self.door.room.lesson(session.lesson)


def _minutes(lesson, step):
    if not 0 <= step < len(lesson.agenda):
        raise Refusal(409, "no-step")
    return lesson.agenda[step]["minutes"]


def begin(act: Acting):
    """Opens a session: its questions wait until they are moved on, unless they were moved already."""
    lesson = act.lesson()
    livesession.begin(act.db, act.cohort, lesson.id, _minutes(lesson, 0), act.who.person)


def step(act: Acting):
    number = act.whole("step")
    livesession.step(act.db, act.cohort, number, _minutes(act.session(), number))


def end(act: Acting):
    lesson = act.session()
    presence.close(act.db, act.cohort, lesson.id, lesson.minutes)
    livesession.end(act.db, act.cohort, act.who.person)


def phase(act: Acting):
    """Moves a question; to discuss or to closed also shows its counts, where there are enough."""
    spec, to = act.spec(), act.word("phase")
    phases.move(act.db, act.cohort, spec, to, act.who.person)
    if to not in phases.SHOWING or spec["visibility"] != "A":
        return {}
    try:
        return _reveal(act, spec)
    except RoomRefused as error:
        return {"held_back": error.code, **error.values}


def reveal(act: Acting):
    return _reveal(act, act.spec())


def _reveal(act, spec):
    issue = counts.reveal(act.db, act.cohort, spec, act.who.person)
    return {"answers": issue["answers"]}


def shown(act: Acting):
    value = act.body.get("shown")
    if value not in (True, False, None):
        raise Refusal(400, "not-understood")
    phases.overrule(act.db, act.cohort, act.spec(), value, act.who.person)


def first(act: Acting):
    """The facilitator's own answer to a prompt, before the others or beside their counts."""
    return shares.publish(act.db, act.cohort, act.spec()["id"], act.who, act.word("text"))


def again(act: Acting):
    return {"round": counts.ask_again(act.db, act.cohort, act.spec(), act.who.person, act.body.get("reset") is True)}


def show(act: Acting):
    """What stands on the screen has been read."""
    what = act.word("what")
    livesession.show(act.db, act.cohort, what)
    shares.read(act.db, act.cohort, act.who.person, [what])


def groups(act: Acting):
    lesson = act.session()
    here = presence.here(act.db, act.cohort, lesson.id, now_ms())
    livesession.make_groups(act.db, act.cohort, lesson.id, here, act.whole("size"))


def group(act: Acting):
    livesession.put_in_group(act.db, act.cohort, act.session().id, act.person().person, act.whole("number"))


def sweep(act: Acting):
    act.door.room.follow_list(act.db, act.cohort)
    return {"lacks": critiques.close_round(act.db, act.cohort, act.spec(), act.who, act.door.room.rules)}


def take(act: Acting):
    """A piece of work that nobody else is there for; see `openpractice.room.critiques.take`."""
    critiques.take(act.db, act.cohort, act.colleagues(), act.who, act.door.room.rules)


def give(act: Acting):
    """Those who lead have no journal here: what they write comes with the act."""
    written = {key: act.word(key) for key in critiques.FIELDS}
    critiques.give(act.db, act.cohort, act.colleagues(), act.who, act.word("id"), written)


def decline(act: Acting):
    critiques.decline(act.db, act.cohort, act.colleagues(), act.who, act.word("id"), act.word("why"))


def possible(act: Acting):
    return {"lacks": critiques.possible(act.db, act.cohort, act.spec(), act.door.room.rules)}


def minutes(act: Acting):
    lesson = act.lesson()
    presence.correct(act.db, act.cohort, lesson.id, act.person(), act.whole("minutes"), act.who.person, act.word("why"))


def projector(act: Acting):
    made = projectors.make(act.db, act.cohort, act.who.person)
    return {"url": f"{act.door.served.root}room/screen/{made['token']}", "until": made["until"]}


ACTS: dict[str, Callable[[Acting], dict | None]] = {
    "begin": begin,
    "step": step,
    "end": end,
    "extend": lambda act: livesession.extend(act.db, act.cohort, act.whole("minutes")),
    "pause": lambda act: livesession.pause(act.db, act.cohort),
    "resume": lambda act: livesession.resume(act.db, act.cohort),
    "message": lambda act: livesession.say(act.db, act.cohort, act.word("text")),
    "show": show,
    "phase": phase,
    "reveal": reveal,
    "shown": shown,
    "open": lambda act: phases.open_to_all(act.db, act.cohort, act.spec(), act.who.person),
    "first": first,
    "again": again,
    "hide": lambda act: shares.hide(act.db, act.cohort, act.word("share"), act.who, act.word("why")),
    "unhide": lambda act: shares.unhide(act.db, act.cohort, act.word("share"), act.who),
    "settle": lambda act: shares.settle(act.db, act.cohort, act.word("share"), act.who),
    "hand-down": lambda act: livesession.raise_hand(act.db, act.cohort, act.word("person"), False),
    "groups": groups,
    "group": group,
    "sweep": sweep,
    "possible": possible,
    "take": take,
    "give": give,
    "decline": decline,
    "minutes": minutes,
    "projector": projector,
    "projector-end": lambda act: projectors.end_all(act.db, act.cohort, act.who.person),
}


class Cohort(LeadApi):
    """A further cohort of this course."""

    async def post(self):
        title = self.text(self.json_body(), "title")
        await self.respond(lambda: {"id": cohorts.make(self.room.store, title, self.room.rules)})


class SheetDoor(LeadApi):
    """Who was there: joining and minutes."""

    async def get(self, lesson_id):
        await self.respond(self.sheet, lesson_id)

    def sheet(self, lesson_id):
        cohort, _ = self.mine()
        lesson = self.room.lesson(lesson_id)
        with self.room.store.reading() as db:
            rows = presence.sheet(db, cohort, lesson.id, lesson.minutes)
            people = [
                {"person": each.person, "name": each.name}
                for each in cohorts.people(db, cohort).values()
                if not each.leads
            ]
        return {"lesson": lesson.id, "minutes": lesson.minutes, "rows": rows, "people": people}


class Log(LeadApi):
    """What those who lead have done in this cohort, newest first."""

    async def get(self):
        await self.respond(self.lines)

    def lines(self):
        cohort, _ = self.mine()
        with self.room.store.reading() as db:
            return {"log": roomview.history(db, cohort)}


ROUTES = [
    (r"api/room/lead/state", LeadState),
    (r"api/room/lead/stream", LeadStream),
    (r"api/room/lead/cohort", Cohort),
    (r"api/room/lead/log", Log),
    (r"api/room/lead/sheet/([^/]+)", SheetDoor),
    (r"api/room/lead/do/([^/]+)", Act),
]
