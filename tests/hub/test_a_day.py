"""A day in a room: one hub, five people, each at a browser of their own, from the code read aloud to the words read back."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from openpractice.gradebook.coursefolder import open_folder
from reviewers import calibrate

from .conftest import COURSE, PASSPHRASE, SERVICE, running

pytestmark = [pytest.mark.hub, pytest.mark.browser]

LESSON = "1-purpose"
QUESTION = "Trace one hour"
NAMES = ("Ana García", "Ben Öz", "ليلى حداد")
WORDS = {name: f"{name} traced the hour at the gate: thirty parents, two promises, one of them kept." for name in NAMES}
SAID = {name: f"I can see the gate, {number}. Next, try the second promise." for number, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with running(tmp_path_factory.mktemp("day") / "data") as one:
        yield one


class Somebody:
    """One person at their own browser."""

    def __init__(self, browser, room, name):
        self.name, self.room = name, room
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()

    def join(self, code):
        """Types the code that was read aloud."""
        self.page.goto(self.room.address)
        self.page.get_by_text("First time here?").click()
        joining = self.page.locator("form").filter(has=self.page.get_by_label("Join code"))
        joining.get_by_label("Join code").fill(code)
        joining.get_by_label("Your name").fill(self.name)
        joining.get_by_label("A passphrase of your own").fill(PASSPHRASE)
        joining.get_by_role("button", name="Join and start").click(no_wait_after=True)

    def sign_in(self, name, passphrase):
        self.page.goto(self.room.address)
        form = self.page.locator("form").first
        form.get_by_label("Your name").fill(name)
        form.get_by_label("Your passphrase").fill(passphrase)
        form.get_by_role("button", name="Sign in").click()

    def at(self, path):
        place = (
            SERVICE + path.removeprefix("openpractice/")
            if path.startswith("openpractice/")
            else f"/user/{COURSE}/{path}"
        )
        self.page.goto(self.room.address + place)

    def open_session(self):
        self.page.get_by_role("link", name=re.compile("^(open|go on with|look at) session 1", re.I)).first.click()
        self.page.locator(".op-handin").wait_for()

    def card(self):
        return self.page.get_by_role("group", name=QUESTION, exact=True)

    def answer(self):
        self.card().get_by_role("textbox").fill(WORDS[self.name])
        self.page.evaluate("document.activeElement.blur()")
        self.page.wait_for_function(
            "() => Object.keys(localStorage).filter(key => /^openpractice:[^:]+:[^:]+:[^:]+$/.test(key)).length === 0"
        )
        self.page.get_by_role("link", name="Look over and hand in").click()
        self.page.get_by_role("heading", name="Check your answers").wait_for()

    def press_in_corner(self, button, said):
        self.at("openpractice/facilitator/")
        card = self.page.locator(f'[data-lesson="{LESSON}"]')
        card.get_by_role("button", name=button).click()
        card.locator(".log").get_by_text(said).wait_for()


def shot(somebody, name):
    """Pictures of a page at both widths and in both themes, where OPENPRACTICE_SHOTS names a folder to look at."""
    if folder := os.environ.get("OPENPRACTICE_SHOTS"):
        for width in (1280, 390):
            for theme in ("light", "dark"):
                somebody.page.set_viewport_size({"width": width, "height": 900})
                somebody.page.emulate_media(color_scheme=theme)
                somebody.page.screenshot(path=str(Path(folder) / f"{name}-{width}-{theme}.png"), full_page=True)
        somebody.page.set_viewport_size({"width": 1280, "height": 900})
        somebody.page.emulate_media(color_scheme="light")


def read_all(rob):
    """Every answer scored 2 and 3 by keyboard, with a comment of its own."""
    page = rob.page
    page.get_by_role("link", name=re.compile("^Read: ")).first.click()
    for _ in NAMES:
        page.get_by_text(re.compile("traced the hour at the gate")).first.wait_for()
        writer = next(name for name in NAMES if WORDS[name] in page.locator("#review").inner_text())
        page.keyboard.press("2")
        page.keyboard.press("3")
        page.keyboard.press("c")
        expect(page.locator("#review-comment")).to_be_focused()
        page.keyboard.type(SAID[writer])
        with page.expect_response(
            lambda reply: "/api/review/mark/" in reply.url and reply.request.method == "PUT" and reply.ok
        ):
            page.keyboard.press("Control+Enter")
        expect(page.locator("#review").get_by_text(WORDS[writer])).to_have_count(0)
    page.get_by_text("Nothing more waits for you here.").first.wait_for()


def test_a_day_in_a_room(browser, room):
    fay = Somebody(browser, room, "Facilitator")
    people = [Somebody(browser, room, name) for name in NAMES]
    shot_join = Somebody(browser, room, "nobody")
    shot_join.page.goto(room.address)
    shot(shot_join, "sign-in")
    for one in people:
        one.join(room.code)
    fay.sign_in(*room.owner)
    fay.page.get_by_role("heading", name="Facilitator's corner").wait_for()
    fay.press_in_corner("Open for everybody", re.compile("Released Session 1"))
    fay.at("openpractice/facilitator/people")
    for name in NAMES:
        expect(fay.page.get_by_role("row").filter(has_text=name)).to_have_count(1)
    shot(fay, "people-joined")
    folded = fay.page.get_by_role("row").filter(has=fay.page.get_by_role("rowheader", name="reviewers"))
    expect(folded.locator(".code")).to_be_hidden()  # others may see this screen
    folded.get_by_text("Show").click()
    code = folded.locator(".code").inner_text()
    rob = Somebody(browser, room, "Rob Reads")
    rob.join(code)

    for one in people:
        one.page.get_by_role("heading", name="Your sessions").wait_for()
        one.page.reload()
        one.open_session()
        one.answer()
    shot(people[0], "check")
    for one in people:
        one.page.get_by_role("button", name="Hand in session 1").click(no_wait_after=True)
    for one in people:
        one.page.get_by_role("heading", name=re.compile("receipt", re.I)).first.wait_for()

    fay.press_in_corner("Collect", re.compile("Collected Session 1 from 3 people"))
    fay.at(f"openpractice/facilitator/people?session={LESSON}")
    shot(fay, "people-handed")
    calibrate(open_folder(room.data), "rob-reads")
    rob.at("openpractice/")
    rob.page.get_by_role("heading", name="Prompts").wait_for()
    assert rob.page.get_by_role("link", name="People", exact=True).count() == 1, (
        "across people, in the review page; not the page of people"
    )
    assert rob.page.get_by_role("link", name=re.compile("Return feedback|Facilitator's corner")).count() == 0
    shot(rob, "review-by-reviewer")
    read_all(rob)

    for one in (rob, fay):
        one.at(f"formgrader/gradebook/{LESSON}/{LESSON}")
        scores = one.page.locator("#main-table tr")
        expect(scores).to_have_count(3)
        assert all("5 / " in text or re.search(r"\b5(\.0)?\b", text) for text in scores.all_inner_texts()), (
            scores.all_inner_texts()
        )
    assert rob.page.get_by_role("link", name=re.compile("^Manage")).count() == 0
    assert fay.page.get_by_role("link", name=re.compile("^Manage")).count() == 2

    fay.press_in_corner("Return feedback", re.compile("Returned feedback on Session 1 to 3 people"))
    for one in people:
        one.page.goto(f"{room.address}/hub/home")
        one.page.goto(room.address)
        one.page.get_by_role("heading", name="Your sessions").wait_for()
        shot(one, f"home-{NAMES.index(one.name)}")
        one.open_session()
        one.card().get_by_text(SAID[one.name]).wait_for()
        for other in NAMES:
            if other != one.name:
                assert SAID[other] not in one.page.content() and WORDS[other] not in one.page.content()
    fay.at(f"openpractice/facilitator/people?session={LESSON}")
    for name in NAMES:
        cells = fay.page.get_by_role("row").filter(has_text=name).locator("td")
        expect(cells.nth(2)).to_have_text("Read")
        expect(cells.nth(3)).to_have_text(re.compile(r"\d:\d\d"))
    shot(fay, "people-returned")


@pytest.mark.slow
def test_a_room_is_run_from_the_page_alone(browser, room):
    """A passphrase is forgotten, somebody leaves and comes back, a code is closed: by mouse, on the page of people."""
    fay, ben = Somebody(browser, room, "Facilitator"), Somebody(browser, room, NAMES[1])
    fay.sign_in(*room.owner)
    fay.at("openpractice/facilitator/people")
    row = fay.page.get_by_role("row").filter(has_text=NAMES[1])
    row.get_by_text("Change").click()
    shot(fay, "people-open")
    row.get_by_role("button", name=f"Give a one-time code {NAMES[1]}").click()
    shown = fay.page.locator(".once")
    expect(shown).to_contain_text(f"A one-time code for {NAMES[1]}")
    shot(fay, "people-code")
    code = shown.locator(".code").inner_text()
    ben.page.goto(room.address)
    ben.page.get_by_text("Forgotten your passphrase?").click()
    form = ben.page.locator("form").filter(has=ben.page.get_by_label("One-time code"))
    shot(ben, "new-passphrase")
    form.get_by_label("Your name").fill(NAMES[1])
    form.get_by_label("One-time code").fill(code)
    form.get_by_label("New passphrase").fill("four quite new words")
    form.get_by_role("button", name="Change it and sign in").click()
    ben.page.get_by_role("heading", name="Your sessions").wait_for()

    row = fay.page.get_by_role("row").filter(has_text=NAMES[1])
    row.get_by_text("Change").click()
    row.get_by_role("button", name=f"Close their sign-in {NAMES[1]}").click()
    expect(fay.page.get_by_role("row").filter(has_text=NAMES[1]).first).to_contain_text("Has left.")
    ben.page.goto(room.address)
    ben.page.get_by_role("button", name="Sign in").wait_for()
    row = fay.page.get_by_role("row").filter(has_text=NAMES[1])
    row.get_by_text("Change").click()
    row.get_by_role("button", name=f"Let them sign in again {NAMES[1]}").click()
    ben.sign_in(NAMES[1], "four quite new words")
    ben.page.get_by_role("heading", name="Your sessions").wait_for()

    codes = fay.page.get_by_role("row").filter(has=fay.page.get_by_role("rowheader", name="participants"))
    codes.get_by_role("button", name="Close it participants").click()
    late = Somebody(browser, room, "Late Comer")
    late.join(room.code)
    late.page.get_by_text("That code is not right, or it was closed.").wait_for()
    shot(late, "join-closed")
    codes.get_by_role("button", name="Open it again participants").click()
    expect(codes.locator(".code")).to_have_text(room.code)
    fay.page.get_by_text("What was changed here").click()
    expect(fay.page.get_by_text("sign-in closed")).to_have_count(1)
    shot(fay, "people-changes")
