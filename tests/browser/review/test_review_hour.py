"""An hour of reviewing by keyboard at the speed of a person who knows it; and random keys beside a model.

At the end every mark and every comment is compared, one by one, with what the keys meant.
"""

import random
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import review_class as rc
from handins import LESSON
from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.marks import Mark
from openpractice.gradebook.own_tables import AGREED
from openpractice.model import ReviewRules
from openpractice.review import bank
from openpractice.review.queue import doubled
from review_page import browser, holds, until
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


EXAMPLES, EACH = 10, 120  # together more than two thousand keys
PAUSE = "pause"  # until what was done is on its way to the server
#: What somebody may do next, key by key: most of it one key, some of it words typed, a window opened and left.
ACTIONS = (
    *("0", "1", "2", "3", "7", "Enter", "Backspace", "Escape", "u", "u", "r", "f", "s", "j", "k", "n", "h"),
    *(("?", "Escape"), ("?", "2"), ("a", "1", "Escape"), ("/", "Escape"), ("/", "3", "u", "Escape"), ("q", "Escape")),
    *(("c", "o", "k", "Escape"), ("e", "h", "m", "Escape"), ("c", " ", "2", "u", "Control+Enter"), ("e", "f")),
    *(("q", "Enter", "Escape"), ("q", "ArrowDown", "2", "ArrowDown", "Enter", "!", "Escape")),
    *(("/", *"zebra", "Enter"), ("/", *"zebra", "Enter", "Escape"), ("/", *"quokka", "ArrowDown", "Enter", "Escape")),
    PAUSE,
)
BANKED = {
    (code, word): f"I can see a {word} where you wrote of {name.lower()}."
    for code, name in rc.CODES
    for word in ("zebra", "quokka")
}
FIELDS = {"review-comment": "", "review-note-R": "R", "review-note-P": "P"}

#: What is on screen whenever a key goes down or words change, before the page has heard of it.
SCREEN = """() => {
  const fields = () => Object.fromEntries([...document.querySelectorAll("aside textarea")].map(({ id, value, selectionStart, selectionEnd }) => [id, [value, selectionStart, selectionEnd]]));
  globalThis.stands = () => ({
    week: document.querySelector("article[aria-busy=true]") ? 0 : Number(/week (\\d+)\\./.exec(document.querySelector(".answer-words")?.textContent)?.[1] ?? 0),
    current: document.querySelector(".criterion.current h3")?.textContent[0] ?? "",
    open: [...document.querySelectorAll("dialog[open]")].at(-1)?.getAttribute("aria-label") ?? "",
    focus: document.activeElement?.id ?? "", fields: fields(),
  });
  globalThis.seen = [];
  const note = (more) => seen.push({ ...stands(), ...more });
  addEventListener("keydown", ({ key, ctrlKey }) => note({ key: ctrlKey ? `Control+${key}` : key }), true);
  addEventListener("focusin", ({ target }) => note({ into: target.id }), true);
  addEventListener("input", ({ target }) => note({ typed: target.id, value: target.value }), true);
}"""


class Model:
    """What was meant, answer by answer, each with its own steps back and forth.

    It is told what was on screen and what was pressed, and nothing of what the page did with it.
    """

    def __init__(self):
        self.now, self.past, self.future = {}, {}, {}
        self.latest = "review-comment"  # where a quotation and a comment from the bank go
        self.week, self.window, self.words, self.down = 0, "", "", 0
        self.waits = None  # what a window that was answered with Enter puts in once it is gone

    def of(self, week):
        nothing = {"levels": {}, "": "", "R": "", "P": "", "flagged": False, "skipped": False}
        return self.now.setdefault(week, nothing)

    def do(self, week, typed="", **part):
        before = self.of(week)
        self.now[week] = before | part
        if trimmed(before) == trimmed(self.now[week]):
            return
        past, future = self.past.setdefault(week, []), self.future.get(week)
        if not (typed and past and past[-1][1] == typed and not future):
            past.append((before, typed))
        self.future[week] = []

    def step(self, week, one, other):
        if one.get(week):
            other.setdefault(week, []).append((self.of(week), ""))
            self.now[week] = one[week].pop()[0]
            self.latest = "review-comment"

    def put(self, screen, text):
        value, start, end = screen["fields"][self.latest]
        before = value[:start] + (" " if start and not value[start - 1].isspace() else "")
        self.do(screen["week"], **{FIELDS[self.latest]: before + text + value[end:]})

    def sees(self, screen):
        """One key, or one change of words, with all that was on screen then."""
        if self.waits and not screen["open"]:
            self.put(*self.waits)
            self.waits = None
        if screen["week"] != self.week:
            self.week, self.latest = screen["week"], "review-comment"
        if screen["open"] != self.window:
            self.window, self.words, self.down = screen["open"], "", 0
        if "typed" in screen:
            self.types(screen)
        elif "into" in screen:
            self.latest = screen["into"] if screen["into"] in FIELDS else self.latest
        elif screen["open"]:
            self.press_in_window(screen)
        elif screen["week"] and screen["focus"] not in FIELDS:
            self.press(screen)

    def types(self, screen):
        if screen["typed"] == "bank-words":
            self.words, self.waits = screen["value"], None
        elif screen["week"]:
            self.do(screen["week"], typed=screen["typed"], **{FIELDS[screen["typed"]]: screen["value"]})

    def press_in_window(self, screen):
        key = screen["key"]
        self.down += key == "ArrowDown"
        if key == "Escape":
            self.waits = None
        elif key == "Enter" and screen["open"] == "Comment bank":
            fit = [
                text
                for (code, word), text in BANKED.items()
                if code == screen["current"] and word.startswith(self.words)
            ]
            self.waits = (screen, fit[0]) if self.words and fit else None
        elif key == "Enter" and screen["open"] == "Quote a sentence":
            all_of_it = sentences(rc.words_of(screen["week"] - 1))
            self.waits = screen, f"“{all_of_it[min(self.down, len(all_of_it) - 1)]}” "

    def press(self, screen):
        key, week = screen["key"], screen["week"]
        if key in ("0", "1", "2", "3"):
            levels = self.of(week)["levels"] | {screen["current"]: int(key)}
            self.do(week, levels=levels, skipped=False)
        elif key == "f":
            self.do(week, flagged=not self.of(week)["flagged"])
        elif key == "s":
            self.do(week, skipped=True)
        elif key in ("u", "r"):
            self.step(week, *((self.past, self.future) if key == "u" else (self.future, self.past)))


def trimmed(state):
    return {name: part.strip() if isinstance(part, str) else part for name, part in state.items()}


def says_something(found):
    """The answers to which anything was said."""
    nothing = Model().of(0)
    return {week: trimmed(state) for week, state in found.items() if trimmed(state) != nothing}


def sentences(text):
    return [f"{each.removesuffix('.')}." for each in text.split(". ")]


def in_gradebook(folder, reviewer):
    """This reviewer's readings as the model says them, by week."""
    with gradebook.opened(folder) as engine, engine.connect() as db:
        read = {who: given[reviewer] for (_, who), given in marks.read_all(db, LESSON).items() if reviewer in given}
    return {
        int(who[-2:]) + 1: {
            "levels": mark.levels,
            "": mark.comment,
            "R": mark.notes.get("R", ""),
            "P": mark.notes.get("P", ""),
            "flagged": mark.flagged,
            "skipped": mark.skipped,
        }
        for who, mark in read.items()
    }


def settled(page):
    """Wait until nothing that was pressed is still on its way: an answer, a list of comments, a reading to be kept.

    A comment that Enter waits for in the bank comes only with its list: then the window is gone.
    """
    holds(page, "!document.querySelector('article[aria-busy=true]')")
    page.keyboard.press("Escape")
    holds(page, "!Object.keys(localStorage).some((name) => name.includes(':review-'))")


@pytest.mark.slow
def test_two_thousand_random_keys_do_what_a_model_says(browser, tmp_path):
    folder = rc.make(tmp_path / "data", 12)
    names = iter([f"reader-{number}" for number in range(10 * EXAMPLES)])
    with desk_at(folder) as desk, desk.engine.begin() as db:
        for (code, _), text in BANKED.items():
            bank.add(db, code, None, text, "two")
    pressed = []
    with rc.named(folder) as running:
        # A seed an example, and none looked for that is smaller: it would say nothing.
        @settings(
            max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
        )
        @given(st.integers(0, 2**32))
        def keys_beside_the_model(seed):
            actions = random.Random(seed).choices(ACTIONS, k=EACH)
            name, model = next(names), Model()
            calibrate(folder, name)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(rc.address(running, name, rc.READING))
            page.wait_for_selector(".answer-words")
            page.evaluate(SCREEN)
            for action in actions:
                for one in (action,) if isinstance(action, str) else action:
                    page.wait_for_timeout(900) if one == PAUSE else page.keyboard.press(one)
                    pressed.append(one)
            settled(page)
            for screen in page.evaluate("[...seen, { ...stands(), key: '' }]"):
                model.sees(screen)
            page.evaluate("location.hash = '#prompts'")
            meant = says_something(model.now)
            with suppress(AssertionError):
                until(lambda: says_something(in_gradebook(folder, name)) == meant, 30)
            assert says_something(in_gradebook(folder, name)) == meant
            page.close()

        keys_beside_the_model()
    assert len(pressed) >= 2000
