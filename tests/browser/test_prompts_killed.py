"""Whatever is killed under a person answering every kind of prompt at random, nothing is lost.

First over the door of HTTP: server, network and browser tab. Then through ipywidgets in plain
Notebook 7: kernel and server, each time with the page run again as a person would.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time

import pytest

from lesson_server import start_server
from openpractice.prompts.journal import Journal
from test_prompts_kept import free_port, start
from test_prompts_page import SPECS, chromium  # noqa: F401  (fixture)
from test_prompts_widget import kernel_pid, notebook
from typist import Typist, lost

pytestmark = pytest.mark.browser
ALL_SENT = """() => Object.keys(localStorage).every((name) => !name.startsWith('openpractice:'))
  && [...document.querySelectorAll('.op-prompt[data-state]')].every((card) => ['saved', 'blank'].includes(card.dataset.state))"""


class Trouble:
    """A server, a network and a browser tab that can be taken away and brought back."""

    def __init__(self, browser, folder):
        self.journal, self.port = folder / "journal.jsonl", free_port()
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.process = start(self.journal, self.port)
        self.page = self.open()

    def open(self):
        page = self.context.new_page()
        page.goto(f"http://127.0.0.1:{self.port}/gallery/")
        page.wait_for_selector("html[data-ready]", state="attached")
        page.wait_for_function("!document.querySelector('.op-prompt[data-state=loading]')")
        return page

    def begin(self, what):
        if what == "server":
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        elif what == "network":
            self.context.set_offline(True)

    def end(self, what):
        if what == "server":
            self.process = start(self.journal, self.port)
        elif what == "network":
            self.context.set_offline(False)
        elif what == "tab":
            self.page.close(run_before_unload=False)
            self.page = self.open()

    def close(self):
        self.context.close()
        self.process.kill()
        self.process.wait()


def run_with_kills(browser, folder, kills, seed):
    """Answers at random through so many kills; returns what was answered, what was kept, and how much was typed."""
    rng, trouble = random.Random(seed), Trouble(browser, folder)
    try:
        typist = Typist(trouble.page, SPECS, rng)
        counts = dict.fromkeys(("server", "network", "tab"), 0)
        for turn in range(kills):
            # Each kind of trouble comes; after that, at random.
            what = list(counts)[turn] if turn < 3 else rng.choice(["server", "server", "network", "tab"])
            for _ in range(rng.randint(1, 4)):
                typist.act()
            typist.act(midway=(lambda: None) if what == "tab" else lambda: trouble.begin(what))
            for _ in range(rng.randint(0, 3)):
                typist.act()
            trouble.page.wait_for_timeout(rng.choice([0, 100, 1100, 2500]))
            trouble.end(what)
            counts[what] += 1
            if what == "tab":
                typist.reopen(trouble.page)
        for _ in range(4):
            typist.act()
        trouble.page.wait_for_function(ALL_SENT, timeout=90_000)
        found = {prompt: state.value for prompt, state in Journal(trouble.journal).states("gallery").items()}
        apart = [prompt for prompt, state in Journal(trouble.journal).states("gallery").items() if len(state.heads) > 1]
        return typist, found, counts, apart
    finally:
        trouble.close()


def check_kills(browser, folder, kills, seed):
    typist, found, counts, apart = run_with_kills(browser, folder, kills, seed)
    characters, values = lost(typist.answers, found)
    kinds = {typist.specs[prompt]["kind"] for prompt in typist.answers}
    print(f"seed {seed}, kills {counts}, {len(kinds)} kinds, {typist.typed} characters typed: {characters} characters and {values} values lost")
    assert (characters, values, apart) == (0, 0, [])
    assert {prompt: found.get(prompt, {}) for prompt in typist.answers} == typist.answers


def test_five_random_kills_lose_nothing_of_any_kind(chromium, tmp_path):
    check_kills(chromium, tmp_path, 5, seed=time.time_ns() % 10**6)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_hundred_random_kills_lose_nothing_of_any_kind(chromium, tmp_path, part):
    check_kills(chromium, tmp_path, 25, seed=int(os.environ.get("OPENPRACTICE_SEED", "7")) + part)


class Notebook:
    """Every kind of prompt in an ordinary notebook, with a kernel and a server that can be killed."""

    def __init__(self, browser, folder):
        (folder / "files").mkdir()
        (folder / "files/all.ipynb").write_text(json.dumps(notebook(SPECS)))
        # Cells out of sight stay on the page, so that any of them can be typed into.
        settings = folder / "settings/@jupyterlab/notebook-extension"
        settings.mkdir(parents=True)
        (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
        self.folder = folder
        own = {"OPENPRACTICE_HOME": str(folder / "home"), "OPENPRACTICE_PERSON": "ana", "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}
        self.server = start_server(folder, folder / "files", extensions=("jupyterlab", "notebook"), environment=own)
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.open()

    def open(self):
        self.page.goto(self.server.page("notebooks/all.ipynb"))
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
        self.run()

    def run(self):
        """Runs the page again, once a kernel is there, as a person would by the menu."""
        page = self.page
        page.evaluate("document.querySelectorAll('.op-prompt').forEach((card) => { card.dataset.old = '1'; })")
        page.wait_for_function("document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'", timeout=60_000)
        for _ in range(5):
            self.close_dialogs()
            for name in ("Run", "Run All Cells"):
                page.get_by_role("menuitem", name=name, exact=True).click()
            page.wait_for_timeout(3000)
            self.close_dialogs()
            # A press while Jupyter is still connecting runs nothing: a person presses again.
            if page.locator(".op-prompt:not([data-old])").count() or page.get_by_text("[*]:").count():
                break
        page.wait_for_function("(count) => document.querySelectorAll('.op-prompt[data-state]:not([data-old])').length === count", arg=len(SPECS), timeout=60_000)
        page.wait_for_function("!document.querySelector('.op-prompt[data-state=loading]')", timeout=30_000)

    def begin(self, what):
        if what == "kernel":
            self.killed = kernel_pid(self.folder)
            os.kill(self.killed, signal.SIGKILL)
        else:
            self.server.kill()

    def end(self, what):
        if what == "server":
            self.server.start()
            self.open()
            return
        until = time.monotonic() + 30
        while time.monotonic() < until and kernel_pid(self.folder) in (None, self.killed):
            time.sleep(0.2)
        self.page.wait_for_timeout(4000)
        self.run()

    def close_dialogs(self):
        """Jupyter says in a dialog that the kernel has died, sooner or later."""
        while self.page.locator(".jp-Dialog").count():
            self.page.locator(".jp-Dialog button").last.click()
            self.page.wait_for_timeout(300)

    def close(self):
        self.context.close()
        self.server.stop()


def run_notebook_with_kills(browser, folder, kills, seed):
    rng, plain = random.Random(seed), Notebook(browser, folder)
    try:
        typist = Typist(plain.page, SPECS, rng)
        for what in kills:
            for _ in range(5):
                typist.act()
            typist.act(midway=lambda what=what: plain.begin(what))
            plain.end(what)
            typist.reopen(plain.page)
        for _ in range(4):
            typist.act()
        plain.page.wait_for_function(ALL_SENT, timeout=90_000)
        states = Journal(folder / "home/journal/open-practice.jsonl").states("gallery")
        found = {prompt: state.value for prompt, state in states.items()}
        characters, values = lost(typist.answers, found)
        print(f"seed {seed}, killed {kills}, {typist.typed} characters typed: {characters} characters and {values} values lost")
        assert (characters, values) == (0, 0)
        assert {prompt: found.get(prompt, {}) for prompt in typist.answers} == typist.answers
        # What the page shows after the last run is what the journal holds.
        shown = plain.page.locator("[data-prompt=gallery-long] textarea").input_value()
        assert shown == found.get("gallery-long", {}).get("text", "")
    finally:
        plain.close()


def test_a_killed_kernel_and_a_killed_server_lose_nothing_when_the_notebook_is_run_again(chromium, tmp_path):
    run_notebook_with_kills(chromium, tmp_path, ["kernel", "server"], seed=time.time_ns() % 10**6)


@pytest.mark.slow
def test_a_whole_minute_without_network_loses_nothing_and_is_sent_without_a_reload(chromium, tmp_path):
    rng, trouble = random.Random(60), Trouble(chromium, tmp_path)
    try:
        typist = Typist(trouble.page, SPECS, rng)
        typist.act()
        trouble.begin("network")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            typist.act()
            trouble.page.wait_for_timeout(1500)
        trouble.end("network")
        back = time.monotonic()
        trouble.page.wait_for_function(ALL_SENT, timeout=45_000)
        print(f"{typist.typed} characters typed, all sent {time.monotonic() - back:.1f} s after the network came back")
        found = {prompt: state.value for prompt, state in Journal(trouble.journal).states("gallery").items()}
        assert {prompt: found.get(prompt, {}) for prompt in typist.answers} == typist.answers
    finally:
        trouble.close()


def test_what_is_lost_is_counted():
    wanted = {"a": {"text": "hundred"}, "b": {"choice": "yes"}, "c": {"rows": {"value": 3}}}
    assert lost(wanted, wanted) == (0, 0)
    assert lost(wanted, {"a": {"text": "hund"}, "b": {"choice": "no"}, "c": {}}) == (3, 2)
