"""People in real Chromium on a real hub, each in a browser context of their own, who type and look."""

import re
import time

from openpractice.journal.journal import Journal

from .conftest import PASSPHRASE

LESSON = "1-purpose"
PROMPT = "purpose-trace"


class Typist:
    """One person with a lesson open. `typed` is what their fingers have done so far."""

    pause = 400  # milliseconds after a word

    def __init__(self, browser, room, name: str, **context):
        self.room, self.name, self.typed = room, name, ""
        self.id = name.lower()
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, ignore_https_errors=True, **context)
        self.page = self.context.new_page()
        self.went = []
        self.page.on("framenavigated", lambda frame: self.went.append(frame.url))

    def join(self) -> None:
        self.page.goto(f"{self.room.address}/hub/login?join={self.room.code}")
        self.page.locator("#new-name").fill(self.name)
        self.page.get_by_label("A passphrase of your own").fill(PASSPHRASE)
        self.page.get_by_role("button", name="Join and start").click()
        self.page.wait_for_url("**/services/openpractice/")

    def open_lesson(self) -> None:
        self.page.get_by_role("link", name=re.compile("^(open|go on with|look at) session 1", re.I)).first.click()
        self.page.locator(".op-handin").wait_for()
        self.box.scroll_into_view_if_needed()
        self.box.focus()

    def one_click(self, link: str):
        """Presses the link that the page offers; the new tab, which must come to the home page by itself."""
        with self.context.expect_page() as opened:
            self.card.get_by_role("link", name=link).click()
        return opened.value

    def is_home(self, tab) -> None:
        """Waits until the person's own home page is there, by no further click, and closes that tab."""
        tab.wait_for_function(
            "(id) => document.body?.dataset.user === id && location.pathname.endsWith('/openpractice/')",
            arg=self.id,
        )
        tab.close()
        self.box.focus()

    def types_on_and_all_is_kept(self) -> None:
        self.types_on()
        self.shown_and_kept()

    @property
    def card(self):
        return self.page.locator(f".op-prompt[data-prompt={PROMPT}]")

    @property
    def box(self):
        return self.card.locator("textarea")

    @property
    def says(self) -> str:
        return self.card.locator(".op-state-words").inner_text()

    def type(self, words: str, delay: float = 15) -> None:
        """By keyboard, wherever the focus is: words that go astray are missing in the box."""
        self.page.keyboard.type(words, delay=delay)
        self.typed += words

    def type_until(self, done, seconds: float = 45) -> float:
        """Types on, a word at a time, until `done()`; the seconds that took."""
        begun = time.monotonic()
        while not done():
            if time.monotonic() - begun > seconds:
                raise AssertionError(f"waited {seconds} s; the page says {self.says!r}, the journal {self.kept!r}")
            self.type(f"word{len(self.typed)} ")
            self.page.wait_for_timeout(self.pause)
        return time.monotonic() - begun

    def types_on(self) -> None:
        """Words typed from now on reach the journal."""
        whole = len(self.typed)
        self.type_until(lambda: len(self.kept) > whole)

    @property
    def kept(self) -> str:
        """The answer as the person's own journal on the server's disk has it last."""
        path = self.room.data / "people" / self.id / "journal" / "open-practice.jsonl"
        return Journal(path).state(PROMPT).value.get("text", "")

    def shown_and_kept(self, seconds: float = 60) -> None:
        """Every character typed is in the box, and before long in the journal."""
        shown = self.box.input_value()
        assert shown == self.typed, f"in the box {shown!r}, typed {self.typed!r}; the page went {self.went}"
        deadline = time.monotonic() + seconds
        while self.kept != self.typed:
            assert time.monotonic() < deadline, (
                f"{self.says!r}: {len(self.typed) - len(self.kept)} characters are not kept"
            )
            self.page.wait_for_timeout(200)

    def look(self, folder, name: str) -> None:
        self.page.screenshot(path=str(folder / f"{name}.png"))
