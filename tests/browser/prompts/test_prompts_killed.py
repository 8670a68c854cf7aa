"""Whatever is killed under a person answering every kind of prompt at random, nothing is lost.

First over the door of HTTP: server, network and browser tab. Then through ipywidgets in plain
Notebook 7: kernel and server, each time with the page run again as a person would.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from test_prompts_page import SPECS, chromium

from door_server import start_door
from lesson_server import free_port
from openpractice.journal.journal import Journal
from plain_notebook import IDLE, PlainNotebook, press_run
from typist import Typist, lost

pytestmark = pytest.mark.browser
ALL_SENT = """() => Object.keys(localStorage).every((name) => !name.startsWith('openpractice:'))
  && [...document.querySelectorAll('.op-prompt[data-state]')].every((card) => ['saved', 'blank'].includes(card.dataset.state))"""


class Trouble:
    """A server, a network and a browser tab that can be taken away and brought back."""

    def __init__(self, browser, folder):
        self.journal, self.port = folder / "journal.jsonl", free_port()
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.process = start_door(self.journal, self.port)
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
            self.process = start_door(self.journal, self.port)
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
    """Answers at random through so many kills; then all must be in the journal."""
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
        trouble.page.wait_for_function(ALL_SENT)
        check_kept(typist, trouble.journal, f"seed {seed}, kills {counts}")
    finally:
        trouble.close()


def check_kept(typist, journal, what):
    """Compares all that was answered with what the journal holds, which is returned; nothing is there in two versions."""
    states = Journal(journal).states("gallery")
    found = {prompt: state.value for prompt, state in states.items()}
    characters, values = lost(typist.answers, found)
    kinds = {typist.specs[prompt]["kind"] for prompt in typist.answers}
    print(
        f"{what}, {len(kinds)} kinds, {typist.typed} characters typed ({typist.eaten} went to Jupyter's dialogs): {characters} characters and {values} values lost"
    )
    wrong = {
        prompt: (value, found.get(prompt)) for prompt, value in typist.answers.items() if found.get(prompt, {}) != value
    }
    print(f"answered and kept: {wrong}" if wrong else "every answer is whole")
    assert (characters, values, [prompt for prompt, state in states.items() if len(state.heads) > 1]) == (0, 0, [])
    assert wrong == {}
    return found


def test_five_random_kills_lose_nothing_of_any_kind(chromium, tmp_path):
    run_with_kills(chromium, tmp_path, 5, seed=time.time_ns() % 10**6)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_hundred_random_kills_lose_nothing_of_any_kind(chromium, tmp_path, part):
    run_with_kills(chromium, tmp_path, 25, seed=int(os.environ.get("OPENPRACTICE_SEED", "7")) + part)


def run_notebook_with_kills(browser, folder, kills, seed):
    rng, plain = random.Random(seed), PlainNotebook(browser, folder, SPECS)
    try:
        plain.open()
        plain.run()
        typist = Typist(plain.page, SPECS, rng)
        for what in kills:
            for _ in range(5):
                typist.act()
            typist.act(midway=plain.kill_kernel if what == "kernel" else plain.server.kill)
            for _ in range(rng.randint(0, 2)):
                typist.act()
            if what == "kernel":
                plain.await_kernel()
            else:
                plain.server.start()
                plain.open()
            plain.run()
            typist.reopen(plain.page)
        for _ in range(4):
            typist.act()
        plain.page.wait_for_function(ALL_SENT)
        found = check_kept(typist, plain.journal, f"seed {seed}, killed {kills}")
        # What the page shows after the last run is what the journal holds.
        shown = plain.page.locator("[data-prompt=gallery-long] textarea").input_value()
        assert shown == found.get("gallery-long", {}).get("text", "")
    finally:
        plain.close()


@pytest.mark.slow
def test_a_killed_kernel_and_a_killed_server_lose_nothing_when_the_notebook_is_run_again(chromium, tmp_path):
    run_notebook_with_kills(chromium, tmp_path, ["kernel", "server"], seed=time.time_ns() % 10**6)


@pytest.mark.slow
def test_twenty_killed_kernels_lose_nothing_also_where_jupyter_gives_the_kernel_up(chromium, tmp_path):
    run_notebook_with_kills(chromium, tmp_path, ["kernel"] * 20, seed=int(os.environ.get("OPENPRACTICE_SEED", "7")))


# A prompt that asked a kernel for a file gives up after a while; here it never does.
NEVER_GIVES_UP = """const wait = window.setTimeout;
window.setTimeout = (work, ms, ...given) => String(given[0]?.id).startsWith("file-") ? 0 : wait(work, ms, ...given);"""


@pytest.mark.slow
def test_no_prompt_of_the_next_run_waits_for_a_kernel_that_died_before_it_sent_their_files(chromium, tmp_path):
    wait = f"import pathlib, time\nran = pathlib.Path({str(tmp_path / 'ran')!r})\ntime.sleep(0 if ran.exists() else 120 if not ran.write_text('') else 0)"
    plain = PlainNotebook(chromium, tmp_path, SPECS[:3], last=wait)
    plain.context.add_init_script(NEVER_GIVES_UP)
    try:
        plain.open()
        plain.page.wait_for_function(IDLE)
        press_run(plain.page)
        # The kernel answers only when it has run all: until then the prompts wait for what draws them.
        until = time.monotonic() + 30
        while not (tmp_path / "ran").exists() and time.monotonic() < until:
            plain.page.wait_for_timeout(200)
        assert plain.page.locator(".op-prompt").count() == 0
        plain.kill_kernel()
        plain.await_kernel()
        plain.run()
        box = plain.page.locator("[data-prompt=gallery-short] textarea").last
        box.fill("after all")
        plain.page.wait_for_function(ALL_SENT)
        assert Journal(plain.journal).state("gallery-short").value == {"text": "after all"}
    finally:
        plain.close()


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
        trouble.page.wait_for_function(ALL_SENT)
        check_kept(
            typist,
            trouble.journal,
            f"a minute without network, all sent {time.monotonic() - back:.1f} s after it came back",
        )
    finally:
        trouble.close()


def test_what_is_lost_is_counted():
    wanted = {"a": {"text": "hundred"}, "b": {"choice": "yes"}, "c": {"rows": {"value": 3}}}
    assert lost(wanted, wanted) == (0, 0)
    assert lost(wanted, {"a": {"text": "hund"}, "b": {"choice": "no"}, "c": {}}) == (3, 2)
