"""The facilitator's page of people: who is where in a session, the list itself, and whom to remind.

Everything works by plain forms.
"""

from __future__ import annotations

from openpractice.i18n import Said
from openpractice.ids import safe_id
from openpractice.service.facilitator import workroom
from openpractice.service.handlers.answering import Form
from openpractice.service.handlers.guard import KIB, off
from openpractice.service.participant.ownpage import Own
from openpractice.service.people import listing, roll, view
from openpractice.service.people.askinghub import office_of
from openpractice.service.people.roll import joined_people
from openpractice.service.refusal import Refusal
from openpractice.service.roles import LEADS

ROSTER_BYTES = 2048 * KIB
# What the hub does with people and codes, by the word it knows; each has its sentence in the catalog.
OFFICE = ("reset", "leave", "return", "new-code", "close-code", "open-code")


class PeoplePage(Own, Form):
    """Everybody, on the list or here already, how they stand in one session, and who may come in."""

    roles = LEADS
    most_bytes = ROSTER_BYTES
    _asked = None

    async def get(self):
        await self.table(self.get_query_argument("session", ""))

    async def take(self):
        """Does what a button asks for; the page comes back with what was done, or what stands in the way."""
        doing = self.field("do")
        do = {
            "roster": self._roster,
            "add": self._add,
            "remove": self._remove,
            "list": self._list,
            "match": self._match,
            "part": self._part,
            **dict.fromkeys(OFFICE, self._office),
        }.get(doing)
        if do is None:
            raise Refusal(400, "not-understood")
        session = self.field("session")
        try:
            said = await off(do, workroom.folder_of(self.context), self.acting())
        except Refusal as refusal:
            status, content = self.refusal(refusal.status, refusal)
            self.set_status(status)
            typed = {name: self.field(name)[:200] for name in ("name", "school", "email", "role", "appraiser")}
            return await self.table(
                session,
                bad=content["message"],
                typed=typed if doing == "add" else None,
                anyway=refusal.code == "roster-other",
            )
        return await self.table(session, **said)

    def _roster(self, folder, who):
        files = self.request.files.get("file") or []
        if not files or not files[0]["body"].strip():
            raise Refusal(422, "roster-none")
        done = listing.take_file(folder, files[0]["body"], who, self._joined(folder), self.field("anyway") == "yes")
        said = {"left": self._lines(done["faults"]), "passed": self._lines(done["notes"])}
        if done["guess"]:
            said["passed"].append(self.say("list-guess", encoding=done["guess"]))
        if not done["taken"]:
            self.set_status(422)
            return said | {"bad": self.say("roster-nothing" if done["faults"] else "roster-nobody")}
        good = self.say("roster-done", n=done["new"], changed=done["changed"], taken=done["taken"])
        return said | {"good": good, "left_title": self.say("roster-left", n=len(done["faults"]))}

    def _lines(self, faults):
        words = [(one.line, self.say(f"list-{one.code}", **one.values)) for one in faults]
        return [f"{self.say('roster-line', line=line)} {said}" if line else said for line, said in words]

    def _add(self, folder, who):
        fields = {name: self.field(name) for name in listing.FIELDS}
        return {"good": self.say("roster-added", name=listing.add(folder, fields, who).name)}

    def _list(self, folder, who):
        person = next(
            (one for one in roll.roll(self.context, folder, None, self._members()) if one.id == self._id("person")),
            None,
        )
        if person is None:
            raise Refusal(404, "not-found")
        added = listing.add(folder, {"name": person.name or person.id, "role": person.role}, who, person.id)
        return {"good": self.say("roster-added", name=added.name)}

    def _remove(self, folder, who):
        return {"good": self.say("roster-removed", name=listing.remove(folder, self._id("person"), who).name)}

    def _match(self, folder, who):
        person = self._id("person")
        if person not in self._joined(folder):
            raise Refusal(404, "not-found")
        return {"good": self.say("roster-matched", name=listing.match(folder, self._id("row"), person, who).name)}

    def _part(self, folder, who):
        return {"good": self.say("roster-parted", name=listing.part(folder, self._id("person"), who).name)}

    def _office(self, folder, who):
        """What only the hub can do: it judges by the sign-in at this page, not by ours."""
        office, do = office_of(self), self.field("do")
        if office is None or do not in office.acts:
            raise Refusal(404, "not-found")
        whom = self._id("person")
        code = office.do(do, whom)
        names = {one["id"]: one["name"] for one in office.look()["people"]}
        name = names.get(whom) or self.say("codes-" + whom)
        done = f"did-{do}-part" if self.served.members and do in ("leave", "return") else "did-" + do
        return {"good": self.say(done, name=name), "code": code, "code_for": name}

    def _id(self, field):
        try:
            return safe_id(self.field(field))
        except ValueError:
            raise Refusal(404, "not-found") from None

    async def table(
        self,
        session: str,
        good="",
        bad="",
        left=(),
        left_title="",
        passed=(),
        typed=None,
        anyway=False,
        code="",
        code_for="",
    ):
        if self.context.places.data is None:
            raise Refusal(409, "no-data")
        self._asked = None  # what was done has changed it
        values = await off(self._seen, session)
        await self.draw(
            "people.html",
            title=self.say("people"),
            here="people",
            good=good,
            bad=bad,
            left=left,
            left_title=left_title,
            passed=passed,
            typed=typed or {},
            anyway=anyway,
            code=code,
            code_for=code_for,
            me=self.acting(),
            **self._of_hub(),
            **values,
        )

    def _seen(self, session):
        folder = workroom.folder_of(self.context)
        held, away = self._held()
        listing.settle(folder, self._joined(folder))
        return view.seen(self.context, folder, session, held, self._members(), self.language) | {"away": away}

    # -- what the hub knows, asked once a request ---------------------------------------------

    def _held(self) -> tuple[dict, str | Said]:
        """People, codes and changes; and why they cannot be shown, where there is a hub that does not say."""
        if self._asked is None:
            held: dict[str, list] = {"people": [], "codes": [], "changes": []}
            why: str | Said = ""
            try:
                office = office_of(self)
                held = office.look() if office else held
            except Refusal as refusal:
                why = "" if refusal.status == 404 else refusal.text or self.say("refusal-" + refusal.code)
            self._asked = held, why
        return self._asked

    def _of_hub(self) -> dict:
        """What can be done here, and what is another hub's to do; where a link to join leads."""
        office, served = office_of(self), self.served
        return {
            "acts": office.acts if office else (),
            "at_hub": served.members is not None,
            "joins": served.joins,
            "role_groups": self._groups_in_words(),
            "hub_names": (self._asked or ({}, ""))[0].get("hub_names", {}),
            "join_at": f"{self.request.protocol}://{self.request.host}{served.root}join/" if served.joins else "",
        }

    def _groups_in_words(self) -> str:
        """Which groups of the hub give which part; "" where it gives none, and everybody takes part."""
        groups = self.served.role_groups
        if groups is None:
            return ""
        named = [(part, sorted(getattr(groups, part))) for part in ("facilitators", "reviewers", "participants")]
        said = [f"{self.say(part)}: {', '.join(names)}" for part, names in named if names]
        everybody = "" if groups.participants else " " + self.say("at-hub-everybody")
        return self.say("at-hub-groups", groups="; ".join(said)) + everybody

    def _members(self) -> dict:
        return roll.members(self._held()[0]["people"])

    def _joined(self, folder) -> dict[str, str]:
        """The names of everybody who has joined, by id."""
        return joined_people(self.context, folder) | {key: one.name for key, one in self._members().items()}


ROUTES = [(r"facilitator/people/?", PeoplePage)]
