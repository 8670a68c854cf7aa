"""One lesson, all the way round, in real Chromium: typed, handed in, collected, scored, returned.

The same words are followed by their sha256 from the keyboard to the receipt, the
gradebook, formgrader's page, the feedback and the export.
"""

import json
import re
from pathlib import Path

import pytest

from chromium import browser as chromium
from handins import course_folder
from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.releasing.release import release
from openpractice.kinds import registry
from openpractice.review.exports import LONG, as_csv, long_rows
from openpractice.review.reviewing import Desk
from repo import REPO
from servers import TOKEN, serving

pytestmark = pytest.mark.browser

LESSON = "1-purpose"
LONG_ANSWER = " ".join(f"word{n}" for n in range(5000))
VERY_WORDS = (
    'I traced «bus duty», 校车, الحافلة and \U0001f68c. "Quotes", it’s <b>not bold</b>, $x$ | pipes | '
    "# not a heading\n- nor a list\n\n" + LONG_ANSWER
)
SECRET = "Nobody but me reads that I counted eleven minutes"
DELETED = "These words were typed and taken back"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    data = tmp_path_factory.mktemp("workshop")
    folder = course_folder(data)
    release(folder, LESSON, REPO / "notebooks" / LESSON / f"{LESSON}.ipynb")
    with serving(data, whole=True) as server:
        yield server, folder


class Visit:
    """A person at their own browser; `name` is who they say they are."""

    def __init__(self, chromium, server, name):
        self.page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.home = f"{server.address}openpractice/"
        self.page.goto(f"{self.home}?token={TOKEN}")
        if self.page.get_by_role("button", name="Not you? Change person").count():
            self.page.get_by_role("button", name="Not you? Change person").click()
        self.page.wait_for_load_state("networkidle")
        self.page.get_by_label("Your name").fill(name)
        self.page.keyboard.press("Enter")
        self.page.get_by_text(f"You are {name}").wait_for()

    def open_lesson(self):
        self.page.goto(self.home)
        self.page.get_by_role("link", name=re.compile("^(open|go on with|look at) session 1", re.I)).first.click()
        self.page.locator(".op-handin").wait_for()

    def card(self, title):
        return self.page.get_by_role("group", name=title, exact=True)

    def wait_saved(self):
        """Every answer is acknowledged: no draft is left in this browser."""
        self.page.evaluate("document.activeElement.blur()")
        self.page.wait_for_function(
            "() => Object.keys(localStorage).filter(key => /^openpractice:[^:]+:[^:]+:[^:]+$/.test(key)).length === 0",
        )

    def hand_in(self):
        self.page.get_by_role("link", name="Look over and hand in").click()
        self.page.get_by_role("heading", name="Check your answers").wait_for()
        self.page.get_by_role("button", name="Hand in session 1").click()
        self.page.get_by_role("heading", name=re.compile("receipt", re.I)).first.wait_for()


def answer_by_mouse(visit):
    """Every prompt of the lesson answered with pointer and typing; words are also taken back."""
    page = visit.page
    trace = visit.card("Trace one hour").get_by_role("textbox")
    trace.click()
    trace.fill(DELETED)
    page.wait_for_timeout(1600)
    trace.fill(VERY_WORDS)
    calendar = visit.card("Last week: guess, then count")
    if calendar.count():
        for field in calendar.get_by_role("spinbutton").all():
            field.fill("40")
    for box in page.get_by_role("textbox").all():
        if not box.input_value():
            box.click()
            box.fill("Twelve cups on the shelf, and a sheet that nobody had read.")
    clarity = page.locator(".op-prompt").filter(has_text="How clear is our top expectation?").first
    for row in clarity.get_by_role("radiogroup").or_(clarity.get_by_role("group")).all():
        choice = row.get_by_role("radio").first
        if choice.count():
            choice.check()


def answer_by_keyboard(visit):
    """The same with Tab, arrows, Space and letters; the pointer is never used."""
    page = visit.page
    seen = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        now = page.evaluate(
            """() => { const e = document.activeElement; if (!e.dataset.seen) e.dataset.seen = Math.random();
            return {tag: e.tagName, type: e.type || '', name: e.name || '', seen: e.dataset.seen,
                    text: e.textContent.trim(), inside: !!e.closest('.op-prompt')}; }"""
        )
        if now["text"] == "Look over and hand in":
            return
        if now["seen"] in seen or not now["inside"]:
            continue
        seen.add(now["seen"])
        if now["tag"] == "TEXTAREA" or now["type"] == "text":
            page.keyboard.type("Typed by hand.")
        elif now["type"] == "radio":
            page.keyboard.press("Space")
        elif now["type"] == "number":
            page.keyboard.press("ArrowUp")
    raise AssertionError("the end of the lesson was not reached by keyboard")


def gradebook_row(folder, person, prompt):
    with gradebook.opened(folder) as engine, engine.connect() as db:
        return collected.latest_responses(db, LESSON)[person][prompt]


def press_in_corner(visit, button):
    visit.page.goto(f"{visit.home}facilitator/")
    session = visit.page.locator("section, li, article, form").filter(has_text="Session 1").last
    session.get_by_role("button", name=button).click()


def test_a_lesson_goes_all_the_way_round(chromium, workshop, tmp_path):
    server, folder = workshop
    dana = Visit(chromium, server, "Dana Whitfield")
    dana.open_lesson()
    answer_by_mouse(dana)
    dana.wait_saved()
    dana.hand_in()
    receipt = dana.page.inner_text("main")
    sha = registry.sha256({"text": VERY_WORDS})
    assert sha in receipt

    kim = Visit(chromium, server, "Kim Osei")
    kim.open_lesson()
    answer_by_keyboard(kim)
    kim.wait_saved()
    kim.page.keyboard.press("Enter") if kim.page.evaluate("document.activeElement.href") else kim.page.get_by_role(
        "link", name="Look over and hand in"
    ).press("Enter")
    kim.page.get_by_role("heading", name="Check your answers").wait_for()
    assert kim.page.get_by_text("No answer yet").count() == 0
    kim.page.get_by_role("button", name="Hand in session 1").press("Enter")
    kim.page.get_by_role("heading", name=re.compile("receipt", re.I)).first.wait_for()

    press_in_corner(kim, "Collect")
    kim.page.get_by_text("Collected Session 1 from 2 people: Dana Whitfield, Kim Osei.").wait_for()
    row = gradebook_row(folder, "dana-whitfield", "purpose-trace")
    assert (row["sha256"], row["text"]) == (sha, VERY_WORDS)

    score_in_formgrader(kim, folder)
    press_in_corner(kim, "Return feedback")
    kim.page.get_by_text("Returned feedback on Session 1 to 2 people").wait_for()
    feedback = folder.feedback / "dana-whitfield" / f"{LESSON}.json"
    given = json.loads(feedback.read_text())["answers"]["purpose-trace"]
    assert (given["sha256"], given["text"], given["comment"]) == (
        sha,
        VERY_WORDS,
        "I can see the bus. Next, try the bell.",
    )
    assert sha in (folder.feedback / "dana-whitfield" / f"{LESSON}.html").read_text()
    with gradebook.opened(folder) as engine:
        assert sha.encode() in as_csv(LONG, long_rows(Desk(folder, engine), [LESSON]))

    back = Visit(chromium, server, "Dana Whitfield")
    back.open_lesson()
    beside = back.card("Trace one hour").get_by_text("I can see the bus. Next, try the bell.")
    beside.wait_for()
    assert not re.search(r"\b4(\.0)?\b", back.card("Trace one hour").locator(".op-feedback").inner_text())
    back.page.screenshot(path=str(tmp_path / "feedback.png"))


def score_in_formgrader(visit, folder):
    """Score and comment every answer of everybody in formgrader's own page."""
    page = visit.page
    page.goto(f"{visit.home.removesuffix('openpractice/')}formgrader/gradebook/{LESSON}/{LESSON}")
    page.locator("tbody tr a").first.wait_for()
    links = [link.get_attribute("href") for link in page.locator("tbody tr a").all()]
    for link in links:
        page.goto(f"{visit.home.removesuffix('/openpractice/')}{link}" if link.startswith("/") else link)
        frame = page
        frame.locator("input.score").first.wait_for()
        for score in frame.locator("input.score").all():
            score.fill("4")
            score.blur()
        for comment in frame.locator("textarea.comment").all():
            comment.fill("I can see the bus. Next, try the bell.")
            comment.blur()
        page.wait_for_timeout(800)
        body = page.inner_text("body")
        if "校车" in body:
            assert "<b>not bold</b>" in body and "$x$" in body
            assert registry.sha256({"text": VERY_WORDS}) in body


def test_deleted_private_and_unshared_words_are_nowhere_in_what_was_collected(workshop):
    _, folder = workshop
    kept_private = ("Twelve cups on the shelf",)
    journal = next(Path(folder.data / "people" / "dana-whitfield").rglob("*.jsonl")).read_text(encoding="utf-8")
    assert DELETED in journal and kept_private[0] in journal
    private = {"purpose-calendar", "purpose-clarity", "purpose-rigor"}
    searched = 0
    for place in (folder.exchange, folder.root, folder.data / "server.log"):
        for path in [place] if place.is_file() else place.rglob("*"):
            if not path.is_file():
                continue
            searched += 1
            raw = path.read_bytes()
            assert DELETED.encode() not in raw, path
            if path.name == "responses.json":
                assert not private & set(json.loads(raw)["responses"]), path
    assert searched > 10
