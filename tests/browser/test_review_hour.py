"""An hour of reviewing by keyboard at the speed of a person who knows it; and random keys beside a model.

At the end every mark and every comment is compared, one by one, with what the keys meant.
"""

import pytest
import review_class as rc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_page import browser, holds, until

from handins import LESSON
from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.marks import Mark
from openpractice.gradebook.own_tables import AGREED
from openpractice.model import ReviewRules
from openpractice.review import bank
from openpractice.review.queue import doubled
from reviewers import calibrate, desk_at, key

pytestmark = pytest.mark.browser

COUNT = 40
KEY_MS = 80
PLAIN = (0, 7)  # turns on which an answer is read and saved, and no more
SENTENCE = "“It reaches two teachers, who change one question they ask.” "
PHRASE = "I can see a zebra. Next, try to follow it."


def heading(page):
    return page.evaluate("document.querySelector('#answer-heading')?.textContent ?? ''")


def press(page, *keys):
    for one in keys:
        page.keyboard.press(one)
        page.wait_for_timeout(KEY_MS)


def kept(folder, reviewer="rev"):
    """What this reviewer's readings say, by participant: levels, comment, flagged, skipped."""
    with gradebook.opened(folder) as engine, engine.connect() as db:
        read = marks.read_all(db, LESSON)
    return {
        who: (given[reviewer].levels, given[reviewer].comment, given[reviewer].flagged, given[reviewer].skipped)
        for (_, who), given in read.items()
        if reviewer in given
    }


def on_screen(page, number):
    holds(page, f"document.querySelector('#answer-heading')?.textContent === 'Answer {number}'")


def read_one(page, turn, levels):
    """The keys for one answer, and the mark they mean; None where it is left for later."""
    first, second = map(str, levels)
    said = dict(zip("RP", levels, strict=True))
    if turn == 1:  # a slip of the finger, taken back and done again
        press(page, "0", "u", "r", "u", first, second, "Enter")
        return said, "", False, False
    if turn == 2:
        press(page, first, second, "c")
        page.keyboard.type("I can see who waits.", delay=KEY_MS)
        press(page, "Control+Enter")
        return said, "I can see who waits.", False, False
    if turn == 3:
        press(page, first, second, "/")
        page.keyboard.type("zebra", delay=KEY_MS)
        press(page, "Enter")
        holds(page, "document.querySelector('dialog') === null")
        press(page, "Control+Enter")
        return said, PHRASE, False, False
    if turn == 4:
        press(page, "q", "ArrowDown", "Enter")
        page.keyboard.type("Who?", delay=KEY_MS)
        press(page, "Escape", first, second, "Enter")
        return said, f"{SENTENCE}Who?", False, False
    if turn == 5:
        press(page, "f", first, second, "Enter")
        return said, "", True, False
    if turn == 6:
        press(page, "s")
        return None
    press(page, first, second, "Enter")
    return said, "", False, False


def test_an_hour_by_keyboard_puts_every_mark_and_comment_where_it_was_meant(browser, tmp_path):
    folder = rc.make(tmp_path / "data", COUNT)
    with desk_at(folder) as desk:
        line = [each.participant for each in desk.next("rev", LESSON, rc.PROMPT, count=COUNT)]
        with desk.engine.connect() as db:
            twice = doubled(desk.waiting(db, LESSON, rc.PROMPT), ReviewRules().double)
        with desk.engine.begin() as db:
            bank.add(db, "P", None, PHRASE, "rev")
        # Somebody else reads some of them otherwise: those are talked about and settled at the end.
        apart = [who for place, who in enumerate(line) if place % 8 in PLAIN and who in twice]
        for who in apart:
            desk.save("two", key(who), Mark("two", {"R": 3, "P": 3}))
    meant, later = {}, []
    with rc.named(folder) as running:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(rc.address(running, "rev", rc.READING))
        on_screen(page, 1)
        assert apart and f"week {int(line[0][-2:]) + 1}." in page.inner_text(".answer-words")
        for place, who in enumerate(line):
            on_screen(page, place + 1)
            mark = read_one(page, place % 8, (place % 3, (place + 1) % 4))
            meant[who] = mark
            later += [place] if mark is None else []
        for place in later:  # skipped ones come once more, after all others
            on_screen(page, place + 1)
            meant[line[place]] = read_one(page, 0, (1, 2))
        page.wait_for_selector(".finished")
        until(lambda: kept(folder) == meant, 60)
        page.goto(rc.address(running, "rev", f"#discuss/{LESSON}"))
        flagged = [who for who, mark in meant.items() if mark[2]]
        page.locator(".discuss summary").first.wait_for()
        assert page.locator(".discuss").count() == len({*apart, *flagged})
        for card in page.locator(".discuss").all():
            card.locator("summary").focus()
            press(page, "Enter")
            for group in ("Reasoning", "Principle"):
                card.get_by_role("group", name=group).get_by_role("button").nth(2).focus()
                press(page, "Enter")
            card.get_by_role("button", name="Save the agreed reading").focus()
            press(page, "Enter")
            card.get_by_text("Agreed. It counts from now on.").wait_for()
        agreed = kept(folder, AGREED)
        assert set(agreed) == {*apart, *flagged} and all(mark[0] == {"R": 2, "P": 2} for mark in agreed.values())
        assert kept(folder) == meant
        page.close()


KEYS = ("0", "1", "2", "3", "Enter", "Backspace", "u", "r", "f", "s", "j", "k")
EXAMPLES, EACH = 10, 200  # two thousand keys

STANDS = """() => {
  const words = document.querySelector(".answer-words")?.textContent ?? "";
  const current = document.querySelector(".criterion.current h3")?.textContent ?? "";
  return { week: Number(/week (\\d+)\\./.exec(words)?.[1] ?? 0), current: current[0] ?? "", dialog: Boolean(document.querySelector("dialog[open]")) };
}"""


class Model:
    """What the keys mean, answer by answer, each with its own steps back and forth."""

    def __init__(self):
        self.now, self.past, self.future = {}, {}, {}

    def of(self, week):
        return self.now.setdefault(week, ((), False, False))

    def set(self, week, new):
        if new != self.of(week):
            self.past.setdefault(week, []).append(self.of(week))
            self.future[week] = []
            self.now[week] = new

    def step(self, week, one, other):
        if one.get(week):
            other.setdefault(week, []).append(self.of(week))
            self.now[week] = one[week].pop()

    def press(self, stands, key):
        week = stands["week"]
        if not week:
            return
        levels, flagged, skipped = self.of(week)
        if key.isdigit():
            self.set(week, (tuple(sorted({**dict(levels), stands["current"]: int(key)}.items())), flagged, False))
        elif key == "f":
            self.set(week, (levels, not flagged, skipped))
        elif key == "s":
            self.set(week, (levels, flagged, True))
        elif key == "u":
            self.step(week, self.past, self.future)
        elif key == "r":
            self.step(week, self.future, self.past)


@pytest.mark.slow
def test_two_thousand_random_keys_do_what_a_model_says(browser, tmp_path):
    folder = rc.make(tmp_path / "data", 12)
    names = iter([f"reader-{number}" for number in range(10 * EXAMPLES)])
    with rc.named(folder) as running:

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.lists(st.sampled_from(KEYS), min_size=EACH, max_size=EACH))
        def keys_beside_the_model(keys):
            name, model = next(names), Model()
            calibrate(folder, name)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(rc.address(running, name, rc.READING))
            page.wait_for_selector(".answer-words, .finished")
            for one in keys:
                holds(page, "document.querySelector('.answer-words, .finished')")
                stands = page.evaluate(STANDS)
                model.press(stands, one)
                page.keyboard.press(one)
                # The next answer may have to come from the server first.
                page.wait_for_load_state("networkidle") if one in ("Enter", "s", "j", "k") else None
                if page.evaluate(STANDS)["dialog"]:
                    page.keyboard.press("Escape")
            page.evaluate("location.hash = '#prompts'")
            wanted = {
                week: state for week, state in model.now.items() if state != ((), False, False) or model.past.get(week)
            }

            def compared():
                held = {
                    int(who[-2:]) + 1: (tuple(sorted(levels.items())), flagged, skipped)
                    for who, (levels, _, flagged, skipped) in kept(folder, name).items()
                }
                nothing = ((), False, False)
                return {week: held.get(week, nothing) for week in wanted} == wanted and all(
                    state == nothing for week, state in held.items() if week not in wanted
                )

            until(compared, 60)
            page.close()

        keys_beside_the_model()
