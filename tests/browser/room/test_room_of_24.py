"""A session of twenty-four, run from the command line, while the page of whoever leads follows it in Chromium.

What the page shows at each step is what was sent: heads, counts, the wall, hands, critique, groups, attendance.
"""

import json
import subprocess
import sys
from collections import Counter

import pytest
from playwright.sync_api import expect

import room_client
from chromium import browser as chromium
from openpractice.service.identities.identity import Identity
from room_service import room_service
from served import COOKIE

pytestmark = pytest.mark.browser
LESSON, DOOR, GIVE, KNOW = "2-learning", "learning-door", "learning-give", "learning-know"
NAMES = {f"m{number:02}": f"Member {number:02}" for number in range(24)}
PEOPLE = {who: Identity(who, name, "participant") for who, name in NAMES.items()} | {
    "fay": Identity("fay", "Fay Lead", "facilitator")
}
FIELDS = {"say_back": "You want one task.", "see": "Item 2 has no name.", "question": "Whose comes first?"}


class Terminal:
    """The command-line client in a process of its own: a line in, a line out."""

    def __init__(self, address):
        command = [sys.executable, room_client.__file__, address]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.revs = {}

    def __call__(self, who, method, path, body=None):
        self.process.stdin.write(f"{who} {method} {path} {'' if body is None else json.dumps(body)}\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        assert reply["status"] == 200, (who, path, reply)
        return reply

    def save(self, who, prompt, value):
        base = self.revs.get((who, prompt), 0)
        change = {"lesson": LESSON, "value": value, "base": base, "key": f"{who}-{prompt}-{base}"}
        self.revs[who, prompt] = self(who, "PUT", f"api/answers/{prompt}", change)["rev"]
        return self.revs[who, prompt]

    def lead(self, act, **body):
        return self("fay", "POST", f"api/room/lead/do/{act}", body)


@pytest.fixture(scope="module")
def session(chromium, tmp_path_factory):
    with room_service(tmp_path_factory.mktemp("24"), PEOPLE, (LESSON,)) as room:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
        context.add_cookies([{"name": COOKIE, "value": "fay", "url": room.running.address}])
        page, terminal = context.new_page(), Terminal(room.running.address)
        page.goto(f"{room.running.address}openpractice/room/lead")
        yield page, terminal, room
        terminal.process.stdin.close()
        terminal.process.wait()
        context.close()


def block(page, title):
    """One question on the leading page, opened."""
    found = page.locator("details.lead-question", has_text=title).first
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def bars(found):
    return found.locator(".op-tally-line b")


def test_what_whoever_leads_sees_at_each_step_is_what_was_sent(session):
    page, do, room = session
    shelf = room.running.served.lesson(LESSON)
    choices = [each["id"] for each in shelf.own()[DOOR]["choices"]]

    # All come in.
    do.lead("begin", lesson=LESSON)
    agenda = room.lead(LESSON)["agenda"]
    expect(page.locator("#step")).to_have_text(agenda[0]["what"])
    for who in NAMES:
        do(who, "POST", "api/room/here", {})
    expect(page.locator("#here")).to_have_text("24 of 24 are here.")
    page.locator("#names-box summary").click()
    expect(page.locator("#present")).to_have_text(", ".join(NAMES.values()))

    # They answer: how many, who, and after the counts are shown what.
    do.lead("step", step=2)
    expect(page.locator("#step")).to_have_text(agenda[2]["what"])
    sent = {who: choices[number * number % len(choices)] for number, who in enumerate(NAMES)}
    for number, (who, choice) in enumerate(sent.items(), 1):
        do.save(who, DOOR, {"choice": choice, "comment": f"Nobody counts this {number}"})
        if number == 17:
            expect(block(page, "Which door first?")).to_contain_text("17 of 24 have answered")
            expect(block(page, "Which door first?")).to_contain_text("Not yet: Member 17, Member 18")
    door = block(page, "Which door first?")
    expect(door).to_contain_text("24 of 24 have answered")
    assert bars(door).count() == 0
    do.lead("phase", prompt=DOOR, phase="discuss")
    first = Counter(sent.values())
    expect(bars(door)).to_have_text([str(first[choice]) for choice in choices])

    # They talk and answer again: before and after stand side by side.
    do.lead("again", prompt=DOOR)
    expect(door).to_contain_text("0 of 24 have answered")
    again = {who: choices[0] if number % 3 else choice for number, (who, choice) in enumerate(sent.items())}
    for who, choice in again.items():
        do.save(who, DOOR, {"choice": choice, "comment": "again"})
    do.lead("phase", prompt=DOOR, phase="closed")
    second = Counter(again.values())
    both = [str(many[choice]) for choice in choices for many in (first, second)]
    expect(bars(door)).to_have_text(both)

    # They share: the wall holds the words of each, newest last.
    shared = {}
    for number, who in enumerate(reversed(NAMES)):
        column = shelf.own()[KNOW]["columns"][0]["id"]
        rev = do.save(who, KNOW, {"rows": [{column: f"I know {number} things"}]})
        do(who, "POST", f"api/answers/{KNOW}/share", {"rev": rev})
        shared[NAMES[who]] = f"I know {number} things"
    wall = block(page, "What I know").locator(".wall > li")
    expect(wall).to_have_count(24)
    seen = [(card.locator(".name").inner_text(), card.locator(".words").inner_text()) for card in wall.all()]
    assert [name for name, _ in seen] == list(shared)
    assert all(shared[name] in words for name, words in seen)

    # Hands, longest up first.
    for who, note in (("m07", "Where is the table?"), ("m02", ""), ("m19", "My page is empty")):
        do(who, "POST", "api/room/hand", {"up": True, "note": note})
    expect(page.locator("#hands .name")).to_have_text(["Member 07", "Member 02", "Member 19"])
    expect(page.locator("#hands li").first).to_contain_text("Where is the table?")
    do("m02", "POST", "api/room/hand", {"up": False})
    expect(page.locator("#hands .name")).to_have_text(["Member 07", "Member 19"])

    # Each shows a page, and critiques as many as the course asks for.
    each_gives, given, got = shelf.own()[GIVE].get("count") or 1, Counter(), Counter()
    for who in NAMES:
        do(who, "PUT", f"api/room/work/{GIVE}", {"text": f"The agenda of {who}"})
    written = {who: [] for who in NAMES}
    for _ in range(each_gives):
        for who in NAMES:
            held = do(who, "POST", f"api/room/work/{GIVE}/sit", {})
            written[who].append({"of": held["name"], **FIELDS})
            do.save(who, GIVE, {"critiques": written[who]})
            do(who, "POST", f"api/room/work/{GIVE}/give", {"id": held["id"], "index": len(written[who]) - 1})
            given[NAMES[who]] += 1
            got[held["name"]] += 1
    rows = block(page, "Critique a colleague").locator("tbody tr")
    table = [[name, "yes", str(given[name]), "0", str(got[name])] for name in NAMES.values()]
    expect(rows.locator("th, td")).to_have_text([cell for row in table for cell in row])

    # Groups on the page are those that each person is told.
    do.lead("groups", size=3)
    expect(page.locator("#groups li")).to_have_count(8)
    told = {who: do(who, "GET", "api/room/state")["group"] for who in NAMES}
    lines = page.locator("#groups li").all_inner_texts()
    assert sorted(lines) == sorted({f"{one['number']}: {', '.join(one['people'])}" for one in told.values()})

    # The end: everybody is on the sign-in sheet.
    do.lead("end")
    expect(page.locator("#live")).to_be_hidden()
    page.goto(f"{room.running.address}openpractice/room/sheet/{LESSON}")
    expect(page.locator("#rows th")).to_have_text(list(NAMES.values()))
    assert all(joined.strip() for joined in page.locator("#rows tr td:nth-child(3)").all_inner_texts())
