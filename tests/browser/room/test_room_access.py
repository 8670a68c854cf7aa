"""The room's pages for everybody: names, headings, contrast, keyboard, 320 pixels, Spanish, forced colours."""

import pytest
from playwright.sync_api import expect

from chromium import browser as chromium
from looks import CONTRASTS, unnamed
from openpractice import i18n
from room_service import PARTICIPANTS, room_service
from served import COOKIE

pytestmark = pytest.mark.browser
LESSON, DOOR, SEEN, KNOW = "2-learning", "learning-door", "learning-privacy", "learning-know"
LONG = "Rhabarberbarbara" * 12
ROOM, LEAD, SHEET = "room", "room/lead", f"room/sheet/{LESSON}"
LESSON_PAGE = f"lesson/{LESSON}"
READY = {SHEET: "#rows tr", LESSON_PAGE: "#lesson-live:not([hidden])"}
PAGES = {ROOM: "ana", LEAD: "fay", SHEET: "fay", "screen": ""}

# What reaches beyond the window, and is not cut off by something around it: [right edge, words].
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].map((one) => [Math.round(one.getBoundingClientRect().right), one.tagName, one.className, one.textContent.trim().slice(0, 40)])
    .filter(([right]) => right > innerWidth).slice(0, 12)"""


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A session under way: counts shown, a wall, a message, a hand, groups, a report, something long; and its screen."""
    with room_service(tmp_path_factory.mktemp("access"), lessons=(LESSON,)) as room:
        own = room.running.served.lesson(LESSON).own()
        column = own[KNOW]["columns"][0]["id"]
        room.do("begin", lesson=LESSON)
        for who in PARTICIPANTS:
            room.ask(who, "POST", "api/room/here", {})
            room.save(who, LESSON, DOOR, {"choice": own[DOOR]["choices"][len(who) % 2]["id"]})
            rows = {row["id"]: own[SEEN]["points"][len(who) % 3]["id"] for row in own[SEEN]["rows"]}
            room.save(who, LESSON, SEEN, {"rows": rows})
            room.share(who, LESSON, KNOW, {"rows": [{column: f"{LONG} {who}"}]})
        for prompt in (DOOR, SEEN):
            room.do("phase", prompt=prompt, phase="discuss")
        card = room.state("ben", LESSON)["questions"][KNOW]["wall"][0]["id"]
        room.ask("ben", "POST", f"api/room/report/{card}", {"why": LONG})
        room.ask("cleo", "POST", "api/room/hand", {"up": True, "note": LONG})
        room.do("groups", size=3)
        room.do("step", step=5)
        room.do("message", text=f"Water is at the back. {LONG}")
        room.do("show", what=SEEN)
        yield room, room.do("projector")["url"]


@pytest.fixture
def visit(chromium, busy):
    """Opens one of the pages with everything on it unfolded."""
    room, screen = busy
    contexts = []

    def opened(path, width=1280, **more):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **({"locale": "en-US"} | more))
        contexts.append(context)
        if who := PAGES.get(path, "ana"):
            context.add_cookies([{"name": COOKIE, "value": who, "url": room.running.address}])
        page = context.new_page()
        page.goto(room.running.address + (screen.lstrip("/") if path == "screen" else f"openpractice/{path}"))
        page.locator(READY.get(path, "#message:not([hidden]), #message-now:not(:empty)")).first.wait_for()
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        if path in (ROOM, LEAD, "screen"):
            page.locator(".op-tally-line").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_whatever_can_be_worked_has_a_name_and_headings_come_in_order(visit, path):
    page = visit(path)
    # What is folded is a group without a name, whose summary names it.
    assert [line for line in unnamed(page) if not line.startswith("- group")] == []
    levels = page.evaluate(
        "[...document.querySelectorAll('main :is(h1, h2, h3, h4)')].filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), levels
    assert page.locator("main").count() == 1


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_what_is_behind_it(visit, path, scheme):
    page = visit(path, color_scheme=scheme)
    assert [row for row in page.evaluate(CONTRASTS) if row[0] < 4.5] == []


@pytest.mark.parametrize("path", PAGES)
def test_at_320_pixels_in_spanish_nothing_is_cut_off_and_nothing_is_left_in_english(visit, path):
    page = visit(path, 320, locale="es-ES")
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.evaluate(TOO_WIDE) == []
    words = page.locator("body").inner_text()
    assert "room-" not in words and "{" not in words
    english, spanish = i18n.sentences("en"), i18n.sentences("es")
    own = {text for key, text in english.items() if key.startswith("room-") and spanish[key] != text and len(text) > 6}
    assert [text for text in own if "{" not in text and text in words.splitlines()] == []
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(button, summary, input, select, textarea)')].filter((one) => one.checkVisibility() && !one.closest('.tick')).map((one) => [one.getBoundingClientRect().height, one.textContent]).filter(([height]) => height < 24)"
    )
    assert small == []


@pytest.mark.parametrize("path", [ROOM, LEAD, "screen"])
def test_in_forced_colours_a_bar_is_told_from_its_ground_and_the_clock_from_its_line(visit, path):
    page = visit(path, forced_colors="active")
    paint = "(one) => getComputedStyle(one).fill"
    assert page.locator(".op-bar-fill").first.evaluate(paint) != page.locator(".op-bar-ground").first.evaluate(paint)
    colour = "(one) => getComputedStyle(one).backgroundColor"
    assert page.locator(".clock-left").evaluate(colour) != page.locator(".clock-line").evaluate(colour)


def test_whoever_leads_shows_counts_and_goes_on_by_keyboard_alone(visit, busy):
    room, _ = busy
    page = visit(LEAD)
    step = page.locator("#step").inner_text()
    press(page, "Next step", "Enter")
    expect(page.locator("#step")).not_to_have_text(step)
    press(page, "Hide it", "Space")
    expect(page.locator(".lead-question").first).to_contain_text("nobody sees it yet")
    assert room.state("ana", LESSON)["questions"][DOOR]["results"] == []
    room.do("shown", prompt=DOOR, shown=None)


@pytest.fixture
def reading(visit, busy):
    """Opens the lesson's page of somebody who has joined the session."""

    def opened(width=390, **more):
        page = visit(LESSON_PAGE, width, **more)
        page.locator("#lesson-live b:not(:empty)").wait_for()
        return page

    return opened


def test_the_bar_on_the_lesson_s_page_follows_the_session_and_keeps_one_there(reading, busy):
    room, _ = busy
    page = reading()
    agenda = room.lead(LESSON)["agenda"]
    bar = page.get_by_role("region", name="The session now")
    room.do("step", step=5)
    expect(bar.locator("b")).to_have_text(agenda[5]["what"])
    expect(bar).to_contain_text("minutes left")
    expect(bar.locator(".live-message")).to_contain_text("Water is at the back.")
    room.do("pause")
    expect(bar).to_contain_text("Paused, with")
    room.do("resume")
    with page.expect_request("**/api/room/here"):
        page.reload()
    expect(bar.get_by_role("link")).to_have_text("To the room")
    press(page, "To the room", "Enter")
    page.wait_for_url("**/room")


def test_a_cue_is_told_when_its_minute_comes_and_not_before(reading, busy):
    room, _ = busy
    room.do("step", step=5)
    cue = room.lead(LESSON)["agenda"][5]["cues"][0]
    page = reading()
    due = page.locator("#lesson-live .live-due")
    expect(due).to_be_hidden()
    page.evaluate(  # and no new state comes, which would set the clock right
        """ms => {
            globalThis.fetch = () => new Promise(() => {})
            const now = Date.now.bind(Date)
            Date.now = () => now() + ms
        }""",
        cue["at"] * 60_000,
    )
    expect(due).to_have_text(f"Now: {cue['what']}")


@pytest.mark.parametrize(("scheme", "forced"), [("light", "none"), ("dark", "none"), ("light", "active")])
def test_the_bar_fits_320_pixels_stands_out_and_says_its_own_language(reading, scheme, forced):
    page = reading(320, locale="es-ES", color_scheme=scheme, forced_colors=forced)
    bar = page.get_by_role("region", name="The session now")
    assert bar.get_attribute("lang") == "en-US"  # as the questions, whatever the page around them is in
    expect(bar).to_contain_text("minutes left")
    box = bar.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320
    assert bar.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert bar.evaluate("(one) => parseFloat(getComputedStyle(one).borderTopWidth)") >= 1
    if forced == "active":
        return  # whose colours are the reader's own
    faint = page.evaluate(CONTRASTS.replace("document.body", "document.getElementById('lesson-live')"))
    assert faint and [row for row in faint if row[0] < 4.5] == []


def press(page, name, key):
    """Tab until the button of that name has the focus, which must be seen there; then the key."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const one = document.activeElement; const style = getComputedStyle(one); return [one.textContent.trim(), style.outlineStyle !== 'none' || style.boxShadow !== 'none']; }"
        )
        if focused[0] == name:
            assert focused[1], f"the focus on {name} is not seen"
            return page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached by keyboard")
