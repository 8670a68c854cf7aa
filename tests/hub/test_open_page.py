"""An open lesson while what is behind it goes away: it says so, leads back by one click, loses no character."""

import json
import os
import re
import signal
import time
from pathlib import Path

import httpx
import pytest

from openpractice.launch.supervise import descendants

from .conftest import PASSPHRASE, free_port, running
from .people_typing import Typist
from .test_falls import child, named, release, server_of

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


def stop_by_hub(room, person: str) -> None:
    """Asks the hub to stop that server, with the right that the culler has."""
    hub_port, _ = json.loads((room.data / "hub" / "ports.json").read_text())
    for pid in descendants(room.process.pid):
        if "jupyterhub_idle_culler" in named(pid):
            token = (
                next(
                    part
                    for part in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
                    if part.startswith(b"JUPYTERHUB_API_TOKEN=")
                )
                .partition(b"=")[2]
                .decode()
            )
    reply = httpx.delete(
        f"http://127.0.0.1:{hub_port}{room.visitor().place('/hub/api/users/')}{person}/server",
        headers={"Authorization": f"token {token}"},
        trust_env=False,
    )
    assert reply.status_code in (202, 204), reply.text


def kill_server(person: Typist) -> None:
    for pid in server_of(person.id, person.room.data):
        os.kill(pid, signal.SIGKILL)


def test_a_server_killed_while_typing(typist, tmp_path):
    kill_server(typist)
    typist.type_until(lambda: "gone to sleep" in typist.says and "kept in this browser" in typist.says)
    typist.look(tmp_path, "server-gone")
    typist.is_home(typist.one_click("Wake it"))
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


def test_a_hub_killed_while_typing(typist, released):
    os.kill(child(released, "jupyterhub_config.py"), signal.SIGKILL)
    for _ in range(25):
        typist.type("on and on ")
    assert "Sav" in typist.says  # Saved, or Saving
    typist.shown_and_kept()
    deadline = time.monotonic() + 30
    while released.visitor().http.get("/hub/api").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.3)
    typist.type("and once more")
    typist.shown_and_kept()


def test_a_server_put_to_sleep_while_somebody_was_away(typist, released):
    """Stopped by the hub in good order, as when it is culled. The page is typed into as it was left."""
    typist.shown_and_kept()
    stop_by_hub(released, typist.id)
    while server_of(typist.id, released.data):
        time.sleep(0.2)
    typist.type_until(lambda: "gone to sleep" in typist.says)
    typist.is_home(typist.one_click("Wake it"))
    typist.types_on_and_all_is_kept()


def test_words_of_a_page_that_was_reloaded_into_nothing_come_back(typist):
    """The server falls, more is typed, the page is reloaded: the way back ends at the same words."""
    kill_server(typist)
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
    page.wait_for_url(f"**/user/{other.lower()}/openpractice/**")
    page.close()
    typist.box.focus()
    typist.type("and more of it")
    typist.page.wait_for_timeout(4000)
    assert "signed out" in typist.says and typist.box.input_value() == typist.typed
    kept = list((released.data / "people" / other.lower()).rglob("*.jsonl"))
    assert not any(b"Before it happened" in path.read_bytes() for path in kept)


@pytest.mark.slow
def test_three_people_type_on_while_each_part_is_killed(browser, tmp_path):
    """kill -9 of server, proxy, hub, launcher, one after the other, three people typing: seconds until each
    one's words are saved again, and characters lost."""
    port, data, took = free_port(), tmp_path / "data", {}
    people = []

    def all_after(what: str) -> None:
        """Everybody types until words typed after the kill are on the server's disk, with the click where one is offered."""
        begun = time.monotonic()
        before = {person.name: len(person.typed) for person in people}
        waiting = list(people)
        while waiting:
            assert time.monotonic() - begun < 120, (what, [(one.name, one.says) for one in waiting])
            for person in people:
                person.page.bring_to_front()
                if person in waiting and person.card.get_by_role("link", name="Wake it").count():
                    person.is_home(person.one_click("Wake it"))
                    person.page.keyboard.press("Control+End")
                person.type("and on ")
                if person in waiting and len(person.kept) > before[person.name]:
                    waiting.remove(person)
                    took[what, person.name] = round(time.monotonic() - begun, 1)
            people[0].page.wait_for_timeout(200)

    with running(data, port=port) as room:
        release(room)
        for name in ("Ana", "Ben", "Cleo"):
            one = Typist(browser, room, name)
            one.join()
            one.open_lesson()
            one.type(f"{name} begins, ")
            people.append(one)
        for person in people:
            kill_server(person)
        all_after("server")
        os.kill(child(room, "configurable-http-proxy"), signal.SIGKILL)
        all_after("proxy")
        os.kill(child(room, "jupyterhub_config.py"), signal.SIGKILL)
        all_after("hub")
        room.process.kill()
        room.process.wait(5)
        for person in people:
            person.type("while there is nothing at all, ")
    with running(data, port=port) as room:
        for person in people:
            person.room = room
        all_after("launcher")
        for person in people:
            person.shown_and_kept()
    lost = sum(len(person.typed) - len(person.kept) for person in people)
    print(
        "\nseconds until words are saved again, and characters lost:",
        took,
        lost,
        "of",
        sum(len(p.typed) for p in people),
    )
    assert lost == 0


@pytest.mark.slow
def test_who_only_reads_is_not_put_to_sleep_and_who_has_gone_is(browser, tmp_path):
    with running(tmp_path / "data", OPENPRACTICE_IDLE_SECONDS="60") as room:
        release(room)
        reader = Typist(browser, room, "Ana")
        reader.join()
        reader.open_lesson()
        gone = room.joined("Gone")
        begun = time.monotonic()
        while server_of(gone.name, room.data):
            assert time.monotonic() - begun < 200, "nobody was put to sleep"
            reader.page.wait_for_timeout(1000)
        reader.page.wait_for_timeout(max(0, 100 - (time.monotonic() - begun)) * 1000)
        assert server_of("ana", room.data) and server_of("course-open-practice", room.data)
        reader.type("read for a while, and now this")
        reader.shown_and_kept()
