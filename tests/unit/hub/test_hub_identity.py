"""What a hub says of somebody: for how long it holds, and what is done while the hub is down."""

import asyncio
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError

from openpractice.ids import is_id, older_person_id, person_id
from openpractice.roster.members import Members
from openpractice.service.handlers.pace import FloodPace
from openpractice.service.identities.hubidentity import HubIdentities, RoleGroups
from openpractice.service.refusal import Refusal
from openpractice.service.serve import known_member

COURSE = "open-practice"
ENTERS = f"access:services!service={COURSE}"


class Hub:
    """A hub with one token a person; `asked` is how often it was asked."""

    access_scopes = frozenset([ENTERS])
    api_token = "shared"

    def __init__(self, **groups):
        self.groups, self.down, self.asked = groups, False, 0
        self.scopes, self.kind, self.slow = [ENTERS], "user", 0
        self.cache = {}

    async def user_for_token(self, token, use_cache=True, session_id="", sync=True):
        assert not sync
        self.asked += 1
        await asyncio.sleep(self.slow)
        if self.down:
            raise HTTPError(500)
        if token not in self.groups:
            return None
        return {"name": token, "groups": self.groups[token], "scopes": self.scopes, "kind": self.kind}

    def check_scopes(self, wanted, user):
        return set(wanted) & set(user["scopes"])

    def get_token(self, handler, in_cookie=True):
        return handler.header or (handler.cookie if in_cookie else "")

    def get_session_id(self, handler):
        return "session"


def request(cookie="", header="", patient=False):
    return SimpleNamespace(cookie=cookie, header=header, patient=patient)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def source_of(hub, clock):
    async def called(name, role):
        return person_id(name), name.title(), role

    return HubIdentities(hub, RoleGroups.of_course(COURSE), b"secret" * 6, "/out", called, clock)


def who(source, *args, **kwargs):
    return asyncio.run(source.who(request(*args, **kwargs)))


PARTS = {
    "ana": ["nbgrader-open-practice"],
    "rob": ["formgrade-open-practice"],
    "fay": ["formgrade-open-practice", "facilitate-open-practice"],
    "eve": ["nbgrader-another", "facilitate-another"],
}


@pytest.mark.parametrize(
    ("name", "role"), [("ana", "participant"), ("rob", "reviewer"), ("fay", "facilitator"), ("eve", "")]
)
def test_the_groups_of_the_hub_give_the_part(clock, name, role):
    found = who(source_of(Hub(**PARTS), clock), name)
    assert (found.id, found.name, found.role, found.carried) == (name, name.title(), role, False)


def test_other_names_of_groups_are_taken_as_they_are_configured():
    groups = RoleGroups(frozenset(["leads", "staff"]), frozenset(["readers"]))
    assert [groups.role(one) for one in (["staff"], ["readers", "x"], ["x"], [])] == [
        "facilitator",
        "reviewer",
        "participant",
        "participant",
    ]


def test_nobody_is_known_without_a_token_or_by_one_that_the_hub_does_not_know(clock):
    source = source_of(Hub(**PARTS), clock)
    assert who(source) is None and who(source, "stranger") is None


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["access:services!service=other"]}, {"kind": "service"}])
def test_who_may_not_enter_or_is_no_person_is_nobody(clock, wrong):
    hub = Hub(**PARTS)
    vars(hub).update(wrong)
    assert who(source_of(hub, clock), "ana") is None


def test_a_token_that_a_program_brings_opens_participants_doors_only(clock):
    source = source_of(Hub(**PARTS), clock)
    assert who(source, header="ana").role == "participant" and who(source, header="ana").server
    assert who(source, header="fay").role == who(source, header="rob").role == ""


def test_a_participants_saves_ask_the_hub_every_five_minutes_and_all_else_every_15_seconds(clock):
    hub = Hub(**PARTS)
    source = source_of(hub, clock)
    for name, patient, seconds in (("ana", True, 300), ("ana", False, 15), ("fay", True, 15), ("rob", False, 15)):
        who(source, name, patient=patient)
        asked = hub.asked
        clock.now += seconds - 1
        who(source, name, patient=patient)
        assert hub.asked == asked, name
        clock.now += 2
        who(source, name, patient=patient)
        assert hub.asked == asked + 1, name


def test_a_part_that_was_taken_away_is_gone_within_15_seconds(clock):
    hub = Hub(**PARTS)
    source = source_of(hub, clock)
    assert who(source, "fay").role == "facilitator"
    hub.groups = {**PARTS, "fay": []}
    clock.now += 15.1
    assert who(source, "fay").role == ""


def test_whoever_the_hub_says_is_gone_is_gone_at_once(clock):
    hub = Hub(**PARTS)
    source = source_of(hub, clock)
    assert who(source, "ana", patient=True)
    del hub.groups["ana"]
    assert who(source, "ana", patient=True)
    source.forget("ana")
    assert who(source, "ana", patient=True) is None


def test_requests_that_wait_for_the_same_answer_ask_once(clock):
    hub = Hub(**PARTS)
    hub.slow = 0.02
    source = source_of(hub, clock)

    async def many():
        return await asyncio.gather(*(source.who(request("ana")) for _ in range(50)))

    assert {one.id for one in asyncio.run(many())} == {"ana"}
    assert hub.asked == 1


def test_while_the_hub_is_down_who_was_in_goes_on_and_nobody_new_comes_in(clock):
    hub = Hub(**PARTS)
    source = source_of(hub, clock)
    who(source, "ana"), who(source, "fay")
    hub.down = True
    clock.now += 50
    assert who(source, "ana").role == "participant" and who(source, "fay").role == "facilitator"
    clock.now += 3600
    assert who(source, "ana", patient=True).role == "participant"
    for name in ("fay", "rob"):
        with pytest.raises(Refusal) as refused:
            who(source, name)
        assert (refused.value.status, refused.value.code) == (503, "hub-away")
    clock.now += 7 * 3600
    with pytest.raises(Refusal):
        who(source, "ana", patient=True)


def test_who_signed_out_is_asked_about_anew(clock):
    hub = Hub(**PARTS)
    source = source_of(hub, clock)
    who(source, "ana", patient=True)
    source.forget_sign_in("ana")
    del hub.groups["ana"]
    assert who(source, "ana", patient=True) is None


def test_the_mark_is_another_one_for_each_sign_in(clock):
    source = source_of(Hub(**PARTS), clock)
    ana, ben = (SimpleNamespace(identity=SimpleNamespace(token=token)) for token in ("t1", "t2"))
    mark = source._mark_of("t1")
    assert source.is_marked(ana, mark) and not source.is_marked(ben, mark)
    for given in ("", "guess", mark[:-1], mark.upper(), "é"):
        assert not source.is_marked(ana, given)


NAMES = [
    "ana",
    "Ana",
    "ana@school.org",
    "Ana@school.org",
    "ana.school.org",
    "ana-school-org",
    "ana--x",
    "",
    "é",
    "Ä" * 300,
]


def test_every_name_at_a_hub_is_an_id_of_its_own():
    ids = [person_id(name) for name in NAMES]
    assert all(is_id(one) for one in ids) and len(set(ids)) == len(NAMES)
    # Whoever takes the id that was made for somebody else's name gets another.
    for name, made in zip(NAMES, ids, strict=True):
        assert person_id(made) == (made if "--" not in made else person_id(made))
        assert person_id(made) != made or name == made


def test_whoever_wrote_under_an_id_of_the_first_kits_is_that_person_yet(tmp_path, clock):
    """Their ids were made with a shorter hash, and they kept nobody's name at the hub."""
    ana, ben, older = "Ana@School.org", "ben@school.org", "ana-school-org--89569cd2e604"
    for words in (older, "zoe"):
        (tmp_path / "people" / words / "journal").mkdir(parents=True)
    members = Members(tmp_path, tmp_path / "exchange")

    async def known_as(name, role):
        return known_member(members, frozenset(), name, role)

    everybody = RoleGroups(frozenset(), frozenset())
    hub = Hub(**{ana: [], ben: [], "zoe": [], older: []})
    source = HubIdentities(hub, everybody, b"secret" * 6, "/out", known_as, clock)
    for _ in range(2):  # for the first time, and again
        assert [who(source, name).id for name in (ana, ben, "zoe")] == [older, person_id(ben), "zoe"]
        clock.now += 400
    assert members.hub_names() == {older: ana, person_id(ben): ben, "zoe": "zoe"}
    # Who is called at the hub as that id is somebody else.
    assert who(source, older).id == person_id(older) != older
    # Who came in as somebody new before this was mended stays who they are now.
    assert older_person_id(ben) != person_id(ben)
    (tmp_path / "people" / older_person_id(ben)).mkdir()
    assert known_member(members, frozenset(), ben, "participant")[0] == person_id(ben)


def test_a_flood_is_throttled_and_the_others_are_not():
    now = [0.0]
    pace = FloodPace(burst=5, each_second=2, clock=lambda: now[0])
    assert [pace.wait("ana") for _ in range(5)] == [0.0] * 5
    assert pace.wait("ana") == pytest.approx(0.5)
    assert pace.wait("ben") == 0.0
    now[0] += 0.6
    assert pace.wait("ana") == 0.0 and pace.wait("ana") > 0
