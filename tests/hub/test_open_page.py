"""An open lesson while what is behind it goes away: it says so, goes on by itself, loses no character."""

import os
import random
import signal
import time

import pytest

from .conftest import PASSPHRASE, free_port, running
from .people_typing import Typist
from .test_falls import PARTS, child, release, server_of

pytestmark = [pytest.mark.hub, pytest.mark.browser]


@pytest.fixture(scope="module")
def released(room):
    release(room)
    return room


@pytest.fixture(scope="module")
def typist(browser, released):
    """Somebody with the lesson open, in the midst of typing; each test leaves them typing on."""
    one = Typist(browser, released, "Ana")
    one.join()
    one.open_lesson()
    one.type("Before it happened I wrote this, ")
    one.types_on()
    yield one
    one.context.close()


def kill(room, part: str) -> None:
    os.kill(child(room, PARTS[part]), signal.SIGKILL)


@pytest.mark.parametrize(
    "part", [part if part == "service" else pytest.param(part, marks=pytest.mark.slow) for part in PARTS]
)
def test_a_part_killed_while_typing(typist, released, part):
    kill(released, part)
    for _ in range(10):
        typist.type("on and on ")
    typist.types_on_and_all_is_kept()


def test_a_sign_in_that_expired_while_typing(typist, tmp_path):
    typist.context.clear_cookies()
    typist.type_until(lambda: "You are signed out" in typist.says and "kept in this browser" in typist.says)
    typist.look(tmp_path, "signed-out")
    home = typist.one_click("Sign in again")
    home.wait_for_url("**/hub/login**")
    home.get_by_label("Your name").first.fill(typist.name)
    home.get_by_label("Your passphrase").fill(PASSPHRASE)
    home.get_by_role("button", name="Sign in").click()
    typist.is_home(home)
    typist.types_on_and_all_is_kept()


@pytest.mark.slow
def test_words_of_a_page_that_was_closed_before_they_arrived_come_back(typist, released):
    """The service falls, more is typed, the page is opened anew: the same words are there."""
    kill(released, "service")
    typist.type("typed after the fall, kept by this browser only. ")
    typist.page.reload()
    typist.page.locator(".op-handin").wait_for()
    typist.shown_and_kept()
    typist.box.focus()
    typist.page.keyboard.press("Control+End")


def test_somebody_else_who_signs_in_gets_none_of_the_words(typist, released, browser):
    """On a shared computer the next person's sign-in must not send the first one's words to them."""
    typist.context.clear_cookies()
    typist.type_until(lambda: "You are signed out" in typist.says)
    page = typist.context.new_page()
    other = "Bob"
    page.goto(f"{released.address}/hub/login?join={released.code}")
    page.locator("#new-name").fill(other)
    page.get_by_label("A passphrase of your own").fill("quite another one")
    page.get_by_role("button", name="Join and start").click()
    page.wait_for_url("**/services/openpractice/")
    page.close()
    typist.box.focus()
    typist.type("and more of it")
    typist.page.wait_for_timeout(4000)
    assert "signed out" in typist.says and typist.box.input_value() == typist.typed
    kept = list((released.data / "people" / other.lower()).rglob("*.jsonl"))
    assert not any(b"Before it happened" in path.read_bytes() for path in kept)


@pytest.mark.slow
def test_a_notebook_typed_into_while_its_server_is_killed(browser, released):
    """The notebook's words are the page's: it says that its server has gone, wakes it by one click, loses nothing."""
    cleo = Typist(browser, released, "Cleo")
    try:
        cleo.join()
        cleo.page.goto(f"{released.address}/services/openpractice/open/1-purpose?as=notebook")
        cleo.page.locator(".op-handin").wait_for()
        cleo.box.scroll_into_view_if_needed()
        cleo.box.focus()
        cleo.type("typed in the notebook, ")
        cleo.types_on()
        for pid in server_of(cleo.id, released.data):
            os.kill(pid, signal.SIGKILL)
        cleo.type_until(lambda: "gone to sleep" in cleo.says and "kept in this browser" in cleo.says)
        cleo.is_home(cleo.one_click("Wake it"))
        cleo.types_on_and_all_is_kept()
        cleo.page.goto(f"{released.address}/services/openpractice/lesson/1-purpose")
        cleo.page.locator(".op-handin").wait_for()
        assert cleo.box.input_value() == cleo.typed
    finally:
        cleo.context.close()


@pytest.mark.slow
def test_three_people_type_on_while_parts_are_killed_a_hundred_times(browser, tmp_path):
    """kill -9 of service, proxy, hub and launcher, three people typing: characters lost."""
    port, data, kills = free_port(), tmp_path / "data", {}
    people = []

    def all_after(seconds: float = 120) -> None:
        """Everybody types until words typed after the kill are on the server's disk."""
        begun = time.monotonic()
        before = {person.name: len(person.typed) for person in people}
        waiting = list(people)
        while waiting:
            assert time.monotonic() - begun < seconds, [(one.name, one.says) for one in waiting]
            for person in people:
                person.page.bring_to_front()
                person.type("on ")
                if person in waiting and len(person.kept) > before[person.name]:
                    waiting.remove(person)
            people[0].page.wait_for_timeout(200)

    with running(data, port=port, seconds=3600) as room:
        release(room)
        for name in ("Ana", "Ben", "Cleo"):
            one = Typist(browser, room, name)
            one.join()
            one.open_lesson()
            one.type(f"{name} begins, ")
            people.append(one)
        draw = random.Random(14)
        for _ in range(99):
            part = draw.choice(list(PARTS))
            kills[part] = kills.get(part, 0) + 1
            kill(room, part)
            all_after()
            room.process.poll()
            people[0].page.wait_for_timeout(10_500)  # more falls within a minute are taken for a fault that stays
        room.process.kill()
        room.process.wait(5)
        for person in people:
            person.type("while there is nothing at all, ")
    with running(data, port=port) as room:
        for person in people:
            person.room = room
        all_after()
        for person in people:
            person.shown_and_kept()
    lost = sum(len(person.typed) - len(person.kept) for person in people)
    print(f"\n{kills | {'launcher': 1}} killed, {lost} characters lost of {sum(len(p.typed) for p in people)}")
    assert lost == 0


@pytest.mark.slow
def test_a_server_of_ones_own_that_nobody_uses_is_put_to_sleep(browser, tmp_path):
    with running(tmp_path / "data", OPENPRACTICE_IDLE_SECONDS="60") as room:
        gone = room.joined("Gone")
        gone.awake("gone", "tree")
        begun = time.monotonic()
        while server_of(gone.name, room.data):
            assert time.monotonic() - begun < 200, "nobody was put to sleep"
            time.sleep(1)
