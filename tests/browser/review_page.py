"""The review page in real Chromium, for its tests: a class, its server, and reviewers in browsers of their own."""

import shutil
import time

import pytest
import sqlalchemy as sa

import review_class as rc
from chromium import browser
from handins import course_folder
from openpractice.gradebook import gradebook
from openpractice.gradebook.own_tables import mark
from openpractice.service.identities.identity import Identity
from served import COOKIE, service

DRAWN = "#review[aria-busy=false]"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return rc.make(tmp_path_factory.mktemp("class"))


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made.data, tmp_path / "data")
    return course_folder(tmp_path / "data")


class Everybody(dict):
    """Whoever comes facilitates, and is called as they are named."""

    def get(self, name, default=None):
        return Identity(name, name, "facilitator") if name else default


@pytest.fixture
def server(folder):
    with service(folder.data, people=Everybody()) as running:
        yield running


@pytest.fixture
def fragile(folder):
    """The same page from a process of its own, which a test can kill."""
    with rc.named(folder) as running:
        yield running


@pytest.fixture
def visit(browser, request):
    """A function that opens the page as somebody, in a browser of their own."""
    fragile = "fragile" in request.fixturenames
    server = request.getfixturevalue("fragile" if fragile else "server")
    opened, faults = [], []

    def go(who, mark=rc.READING, wait=DRAWN, routes=None, **how):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **how)
        for pattern, handler in (routes or {}).items():  # a route set later can miss the very next request
            context.route(pattern, handler)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        if fragile:
            page.goto(rc.address(server, who, mark))
        else:
            context.add_cookies([{"name": COOKIE, "value": who, "url": server.address}])
            page.goto(f"{server.address}openpractice/review/{mark}")
        page.wait_for_selector(wait)
        opened.append(context)
        return page

    yield go
    for context in opened:
        context.close()
    assert faults == []


def view(page, mark):
    """Go to a part of the page, as by its link, and wait until it is drawn."""
    page.evaluate(
        """mark => location.hash === "#" + mark || new Promise((gone) => {
            addEventListener("hashchange", gone, { once: true })
            location.hash = mark
        })""",
        mark,
    )
    page.wait_for_selector(DRAWN)


def marks(folder):
    with gradebook.opened(folder) as engine, engine.connect() as db:
        return db.execute(sa.select(mark).order_by(mark.c.at)).mappings().all()


def scores(folder):
    with gradebook.opened(folder) as engine, engine.connect() as db:
        return list(db.scalars(sa.text("SELECT manual_score FROM grade WHERE manual_score IS NOT NULL")))


def until(true, seconds=180):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about in time")


def holds(page, expression):
    """Wait until it is true on the page; from outside, because the page's own policy forbids evaluation in it."""
    until(lambda: page.evaluate(f"Boolean({expression})"))


def saved(page):
    holds(page, "document.querySelector('.state-line')?.textContent.startsWith('Saved ')")
