"""One prompt of 24 people read here and in formgrader, in one run: keys, clicks, page loads, machine wait.

Run: python tests/benchmarks/bench_review.py [--sizes]
Both record the same: a level for each of two criteria, and in the second round a comment as
well. formgrader has no place for levels, so they are typed in its comment ("R2 P1") and summed
by hand. A chord such as Ctrl+. counts as one key, there and here. `--sizes` instead opens the
review page over 24 and over 1,000 answers to one prompt, and reads 24 of them.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import paths
import sqlalchemy as sa

import review_class as rc
from chromium import chromium
from formgrader import formgrader
from openpractice.gradebook import gradebook

# formgrader's keys wait for MathJax, which it loads from another site. Here it arrives at once and
# does nothing, so that formgrader is timed at its best and without a network.
MATHJAX = """window.MathJax = {Hub: {Config() {}, Queue() {}, Configured() {},
  Startup: {signal: {Interest(heard) { setTimeout(() => heard("End"), 0); }}}}};"""
COMMENT = "I can see a reason. Next, try a second reason and say which fits better."


class Hands:
    """Somebody at the keyboard, counted."""

    def __init__(self, page):
        self.page, self.keys, self.clicks, self.loads, self.waits = page, 0, 0, 0, []
        page.on("domcontentloaded", lambda _: self._loaded())

    def _loaded(self):
        self.loads += 1

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def click(self, place):
        place.click()
        self.clicks += 1

    def type(self, text):
        self.page.keyboard.type(text)
        self.keys += len(text)


def levels(number):
    return number % 4, (number + 1) % 4


def here(browser, folder, comment):
    """The review page: two digits, the comment from the bank, Enter."""
    with rc.named(folder) as server:
        page = browser.new_page()
        page.goto(rc.address(server, "rev", rc.READING))
        page.wait_for_selector(".one-answer h2")
        hands = Hands(page)
        for number in range(rc.COUNT):
            hands.press(*map(str, levels(number)))
            if comment:
                hands.press("/")
                page.wait_for_selector(".bank-list li", timeout=5000)
                hands.press("Enter", "Control+Enter")
            else:
                hands.press("Enter")
            deadline = time.monotonic() + 10
            while len(_waits(page)) <= number and time.monotonic() < deadline:
                time.sleep(0.01)
        hands.waits = _waits(page)
        _scored(folder)
        page.close()
    return hands


def _waits(page):
    return page.evaluate("performance.getEntriesByName('next-answer').map((one) => one.duration)")


def there(browser, folder, scratch, comment):
    """formgrader: the sum in the score field, levels and comment in the comment field, on to the next page."""
    with formgrader(folder, scratch) as (address, token):
        page = browser.new_page()
        page.route("**/mathjax/**", lambda route: route.fulfill(body=MATHJAX, content_type="text/javascript"))
        page.set_extra_http_headers({"Authorization": f"token {token}"})
        page.goto(f"{address}/formgrader/gradebook/{rc.LESSON}/{rc.LESSON}")
        page.locator("tbody tr a").first.click()
        page.locator("input.score").first.wait_for()
        _ready(page)
        hands = Hands(page)
        for number in range(rc.COUNT):
            _focus(page, "score", hands)
            one, two = levels(number)
            hands.type(str(one + two))
            _focus(page, "comment", hands)
            hands.type(f"R{one} P{two}" + (f" {COMMENT}" if comment else ""))
            if number == rc.COUNT - 1:
                hands.press("Escape")
                break
            before, began = page.url, time.perf_counter()
            hands.press("Control+.")
            while page.url.split("?")[0].rstrip("/") == before.split("?")[0].rstrip("/") or "/next" in page.url:
                if time.perf_counter() - began > 20:
                    raise AssertionError("formgrader did not go on")
                page.wait_for_timeout(5)
            page.locator("input.score").first.wait_for()
            _ready(page)
            hands.waits.append(1000 * (time.perf_counter() - began))
        _scored(folder)
        page.close()
    return hands


def _ready(page):
    """Its page takes keys only when its scripts have run and the saved scores are in."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if page.evaluate(
            "typeof formgrader === 'object' && Boolean(formgrader.grades?.loaded && formgrader.comments?.loaded && formgrader.loaded)"
        ):
            return
        time.sleep(0.01)
    raise AssertionError("formgrader's page did not become ready")


def _focus(page, name, hands):
    """To the score or comment field with Tab, which goes round formgrader's own fields."""
    for _ in range(6):
        if page.evaluate(f"document.activeElement.classList.contains('{name}')"):
            return
        hands.press("Tab")
        page.wait_for_timeout(30)
    raise AssertionError(f"no way to the {name} field by Tab")


def _scored(folder):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with gradebook.opened(folder) as engine, engine.connect() as db:
            if db.scalar(sa.text("SELECT count(*) FROM grade WHERE manual_score IS NOT NULL")) == rc.COUNT:
                return
        time.sleep(0.2)
    raise AssertionError("not every answer was scored")


def opened(page, mark, ready):
    """Milliseconds from going to a part of the page until it can be used."""
    began = time.perf_counter()
    page.evaluate(f"location.hash = '{mark}'")
    page.wait_for_selector(ready)
    return 1000 * (time.perf_counter() - began)


def at_size(browser, folder, count):
    """How the page opens and moves over a class of `count`; a key every 0.15 s."""
    with rc.named(folder) as server:
        page = browser.new_page()
        page.goto(rc.address(server, "rev", "#prompts"))
        page.wait_for_selector(".queue")
        page.reload()  # what a server does once only is done
        page.wait_for_selector(".queue")
        times = {
            mark: opened(page, mark, ready)
            for mark, ready in (
                ("people", ".queue h2"),
                (f"give/{rc.LESSON}", "tbody tr"),
                ("class", "#assign-whom"),
                ("prompts", ".queue h3"),
                (rc.READING[1:], ".one-answer h2"),
            )
        }
        for number in range(rc.COUNT):
            for key in (*map(str, levels(number)), "Enter"):
                page.keyboard.press(key)
                page.wait_for_timeout(150)
        waits = _waits(page)
        page.close()
    print(
        f"  {count:5} people: "
        + ", ".join(f"{mark.split('/')[0].strip('#')} {took:.0f} ms" for mark, took in times.items())
        + f"; key to next answer: median {statistics.median(waits):.0f} ms, longest {max(waits):.0f} ms"
    )


def line(name, hands):
    n = rc.COUNT
    print(
        f"  {name:11} {hands.keys / n:6.1f} keys  {hands.clicks / n:3.1f} clicks  {hands.loads / n:5.2f} page loads an answer; "
        f"key to next answer: median {statistics.median(hands.waits):6.0f} ms, longest {max(hands.waits):6.0f} ms, "
        f"sum {sum(hands.waits) / 1000:5.1f} s"
    )


def main():
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        if "--sizes" in sys.argv:
            for count in (rc.COUNT, 1000):
                at_size(browser, rc.make(Path(scratch) / str(count), count), count)
            return
        for comment in (True, False):
            print("two levels and a comment" if comment else "two levels, no comment", f"({rc.COUNT} answers)")
            place = Path(scratch) / str(comment)
            ours = here(browser, rc.make(place / "here"), comment)
            theirs = there(browser, rc.make(place / "there"), place / "server", comment)
            line("here", ours)
            line("formgrader", theirs)
            print(
                f"  ratio: {theirs.keys / ours.keys:.1f} x fewer keys, "
                f"{statistics.median(theirs.waits) / statistics.median(ours.waits):.0f} x shorter wait"
            )


if __name__ == "__main__":
    main()
