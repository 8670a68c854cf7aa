"""Two workshops at two ports of one machine, in one browser: cookies know no ports, so each has a place of its own."""

import os
import subprocess
import sys

import pytest

from ..conftest import PASSPHRASE, REPO, browser, free_port, running
from ..people_typing import Typist
from ..test_falls import release

pytestmark = [pytest.mark.hub, pytest.mark.browser]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    place = tmp_path_factory.mktemp("rooms")
    with running(place / "one") as one, running(place / "two") as two:
        release(one)
        release(two)
        yield one, two


class SameBrowser(Typist):
    """Another tab of somebody's browser, with the cookies that are there."""

    def __init__(self, other: Typist, room, name: str):
        self.room, self.name, self.typed, self.id = room, name, "", name.lower()
        self.context, self.page, self.went = other.context, other.context.new_page(), []


@pytest.mark.slow
def test_one_browser_signs_in_to_both_works_in_both_and_leaves_one(browser, rooms):
    one, two = rooms
    here = Typist(browser, one, "Ana")
    there = SameBrowser(here, two, "Ana")  # of one name: of one id in both
    try:
        # Both sign-in pages are open before either is sent.
        for tab in (here, there):
            tab.page.goto(f"{tab.room.address}/hub/login?join={tab.room.code}")
        for tab in (here, there):
            tab.page.locator("#new-name").fill("Ana")
            tab.page.get_by_label("A passphrase of your own").fill(PASSPHRASE)
            tab.page.get_by_role("button", name="Join and start").click()
            tab.page.wait_for_url("**/services/openpractice/")
        for tab in (here, there):
            tab.open_lesson()
        for turn in range(3):
            for tab, words in ((here, f"here {turn} "), (there, f"there {turn} ")):
                tab.page.bring_to_front()
                tab.type(words)
                tab.shown_and_kept()
        assert here.kept == "here 0 here 1 here 2 " and there.kept == "there 0 there 1 there 2 "
        for tab in (here, there):  # and again from the beginning, without a passphrase
            tab.page.goto(tab.room.typed)
            tab.page.get_by_role("heading", name="Your sessions").wait_for()
        told = {cookie["name"]: cookie["path"] for cookie in here.context.cookies()}
        assert told and "/" not in told.values()
        there.page.goto(f"{two.address}/hub/logout")
        there.page.goto(two.typed)
        there.page.get_by_role("heading", name="Sign in").wait_for()
        here.page.reload()
        here.page.get_by_role("heading", name="Your sessions").wait_for()
    finally:
        here.context.close()


@pytest.mark.slow
def test_somebody_alone_and_a_room_share_a_browser_too(browser, rooms, tmp_path):
    """A workshop for one has Jupyter's own sign-in, at the root of another port."""
    one, _ = rooms
    alone = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "openpractice.launch",
            "--alone",
            "--no-browser",
            "--data",
            str(tmp_path / "alone"),
            "--port",
            str(free_port()),
        ],
        env={**os.environ, "OPENPRACTICE_KIT": str(REPO)},
        stdout=subprocess.PIPE,
        text=True,
    )
    ben = Typist(browser, one, "Ben")
    try:
        address = next(line.strip() for line in alone.stdout if "http://127" in line)
        own = ben.context.new_page()
        own.goto(address)
        ben.join()
        ben.open_lesson()
        own.get_by_label("Your name").fill("Ben")
        own.keyboard.press("Enter")
        own.get_by_role("heading", name="Your sessions").wait_for()
        ben.page.bring_to_front()
        ben.type("still kept")
        ben.shown_and_kept()
        own.reload()
        own.get_by_role("heading", name="Your sessions").wait_for()
        own.get_by_role("button", name="Not you? Change person").click()  # a change, with its mark
        own.get_by_label("Your name").wait_for()
    finally:
        ben.context.close()
        alone.terminate()
        alone.wait(10)
