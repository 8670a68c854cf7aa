"""An open lesson while what is behind it goes away: it says so, leads back by one click, loses no character."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import sync_playwright

from .conftest import PASSPHRASE, free_port, running
from .people_typing import Typist, launch
from .test_falls import child, release, server_of

pytestmark = [pytest.mark.hub, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        one = launch(playwright)
        yield one
        one.close()


@pytest.fixture(scope="module")
def released(room):
    release(room)
    return room


@pytest.fixture
def typist(browser, released, request):
    """Somebody new with the lesson open, in the midst of typing."""
    name = f"P{abs(hash(request.node.name)) % 10**6}"
    one = Typist(browser, released, name)
    one.join()
    one.open_lesson()
    one.type("Before it happened I wrote this, ")
    one.type_until(lambda: "Saved" in one.says)
    yield one
    one.context.close()


def one_click(typist, link: str):
    """Presses the link that the page offers; the new tab, which must come to the home page by itself."""
    with typist.context.expect_page() as opened:
        typist.card.get_by_role("link", name=link).click()
    return opened.value


def at_home(page, person: str) -> None:
    """Waits until the person's own home page is there, by no further click."""
    page.wait_for_function(
        "(id) => document.body?.dataset.user === id && location.pathname.endsWith('/openpractice/')", arg=person, timeout=60_000
    )


def kill_server(person: str) -> None:
    for pid in server_of(person):
        os.kill(pid, signal.SIGKILL)


def test_a_server_killed_while_typing(typist, tmp_path):
    kill_server(typist.id)
    typist.type_until(lambda: "gone to sleep" in typist.says and "kept in this browser" in typist.says)
    typist.look(tmp_path, "server-gone")
    home = one_click(typist, "Wake it")
    at_home(home, typist.id)
    home.close()
    typist.box.focus()
    typist.type_until(lambda: "Saved" in typist.says)
    typist.shown_and_kept()


def test_a_sign_in_that_expired_while_typing(typist, tmp_path):
    typist.context.clear_cookies()
    typist.type_until(lambda: "You are signed out" in typist.says and "kept in this browser" in typist.says)
    typist.look(tmp_path, "signed-out")
    home = one_click(typist, "Sign in again")
    home.wait_for_url("**/hub/login**")
    home.get_by_label("Your name").first.fill(typist.name)
    home.get_by_label("Your passphrase").fill(PASSPHRASE)
    home.get_by_role("button", name="Sign in").click()
    at_home(home, typist.id)
    home.close()
    typist.box.focus()
    typist.type_until(lambda: "Saved" in typist.says)
    typist.shown_and_kept()


def test_somebody_else_who_signs_in_gets_none_of_the_words(typist, released, browser):
    """On a shared computer the next person's sign-in must not send the first one's words to them."""
    typist.context.clear_cookies()
    typist.type_until(lambda: "You are signed out" in typist.says)
    page = typist.context.new_page()
    other = f"{typist.name}b"
    page.goto(f"{released.address}/hub/login?join={released.code}")
    page.get_by_label("Your name").last.fill(other)
    page.get_by_label("A passphrase of your own").fill("quite another one")
    page.get_by_role("button", name="Join and start").click()
    page.wait_for_url(f"**/user/{other.lower()}/openpractice/**", timeout=60_000)
    page.close()
    typist.box.focus()
    typist.type("and more of it")
    typist.page.wait_for_timeout(4000)
    assert "signed out" in typist.says and typist.box.input_value() == typist.typed
    kept = [path for path in (released.data / "people" / other.lower()).rglob("*.jsonl")]
    assert not any(b"Before it happened" in path.read_bytes() for path in kept)


def test_a_hub_killed_while_typing(typist, released):
    os.kill(child(released, "jupyterhub_config.py"), signal.SIGKILL)
    for _ in range(25):
        typist.type("on and on ")
    assert "Saved" in typist.says or "Saving" in typist.says
    typist.shown_and_kept()
    deadline = time.monotonic() + 30
    while released.visitor().http.get("/hub/api").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.3)
    typist.type("and once more")
    typist.shown_and_kept()


def test_a_server_put_to_sleep_while_somebody_was_away(typist, released):
    """Culled, as the hub does it: stopped in good order. The page is found as it was left, and typed into."""
    typist.shown_and_kept()
    stopped = typist.page.evaluate(
        """async (id) => (await fetch(`/hub/api/users/${id}/server?_xsrf=${document.cookie.match(/_xsrf=([^;]*)/)[1]}`, {method: "DELETE"})).status""", typist.id)
    assert stopped in (202, 204), stopped
    while server_of(typist.id):
        time.sleep(0.2)
    typist.type_until(lambda: "gone to sleep" in typist.says)
    home = one_click(typist, "Wake it")
    at_home(home, typist.id)
    home.close()
    typist.type_until(lambda: "Saved" in typist.says)
    typist.shown_and_kept()


def test_words_of_a_page_that_was_reloaded_into_nothing_come_back(typist):
    """The server falls, more is typed, the page is reloaded: the way back ends at the same words."""
    kill_server(typist.id)
    typist.type("typed after the fall, kept by this browser only. ")
    typist.page.reload()
    typist.page.wait_for_url(re.compile(rf"/user/{typist.id}/"), timeout=60_000)
    typist.page.locator(".op-handin").wait_for(timeout=90_000)
    typist.shown_and_kept()
