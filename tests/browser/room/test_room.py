"""A whole session in real Chromium: one who leads, eight who take part, four of them on phones, and a screen."""

import json

import pytest
from playwright.sync_api import expect

from chromium import browser as chromium
from room_service import PARTICIPANTS, PEOPLE, room_service
from served import COOKIE

pytestmark = pytest.mark.browser
LESSON, DOOR, GIVE, STAR = "2-learning", "learning-door", "learning-give", "learning-lead-artefact"
NAMES = [PEOPLE[who].name for who in PARTICIPANTS]


class People:
    """Everybody's own browser; whatever goes wrong on one of their pages is kept."""

    def __init__(self, chromium, room):
        self.chromium, self.room = chromium, room
        self.home = f"{room.running.address}openpractice/"
        self.errors, self.contexts = [], []

    def page(self, who, path, phone=False, **more):
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = self.chromium.new_context(viewport=size, **({"locale": "en-US"} | more))
        if who:
            context.add_cookies([{"name": COOKIE, "value": who, "url": self.room.running.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append((who, str(error))))
        self.contexts.append(context)
        page.goto(path if path.startswith("http") else self.home + path)
        return page

    def close(self):
        for context in self.contexts:
            context.close()


@pytest.fixture
def people(chromium, tmp_path):
    with room_service(tmp_path, lessons=("1-purpose", LESSON)) as room:
        gathered = People(chromium, room)
        yield gathered
        gathered.close()
        assert gathered.errors == []


def question(page, prompt):
    return page.locator(f'[data-prompt="{prompt}"]').first


def led(lead, title):
    """The block of one question on the page of whoever leads, opened."""
    block = lead.locator("details.lead-question", has_text=title).first
    if block.get_attribute("open") is None:
        block.locator("summary").first.click()
    return block


def test_a_session_from_the_starred_answer_to_the_second_round(people):
    lead = people.page("fay", "room/lead")
    lead.locator("#lesson option").nth(1).wait_for(state="attached")
    lead.select_option("#lesson", LESSON)
    lead.get_by_role("button", name="Open this session").click()
    lead.locator("#live").wait_for()

    rooms = [people.page(who, "room", phone=place < 4) for place, who in enumerate(PARTICIPANTS)]
    for page in rooms:
        expect(page.locator("#step")).not_to_be_empty()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(lead.locator("#here")).to_contain_text("8 of 8 are here")
    lead.get_by_role("button", name="Make an address").click()
    link = lead.locator("#screen-address a")
    link.wait_for()
    screen = people.page("", link.get_attribute("href"))

    # The starred answer first: what a participant shares waits for it.
    lesson = [people.page(who, f"lesson/{LESSON}", phone=place < 4) for place, who in enumerate(PARTICIPANTS[:2])]
    star = question(lesson[0], STAR)
    star.get_by_label("I say back").fill("You want the team to leave with one task.")
    star.get_by_role("button", name="Share with the group").click()
    star.get_by_text("Your facilitator goes first.").wait_for()
    assert star.locator(".op-wall-card").count() == 0
    block = led(lead, "unfinished work")
    block.get_by_label("Our facilitator's answer").fill("My agenda: item two has no name beside it.")
    block.get_by_role("button", name="Show mine to the group").click()
    wall = question(lesson[1], STAR).locator(".op-wall-card")
    expect(wall).to_have_count(2)
    expect(wall.first).to_contain_text("written by your facilitator")
    expect(wall.last).to_contain_text(NAMES[0])

    # Four answers are not shown, five are; the same picture on every page, and no name on the screen.
    choices = [each["id"] for each in people.room.running.served.lesson(LESSON).own()[DOOR]["choices"]]
    for who in PARTICIPANTS[1:4]:
        people.room.save(who, LESSON, DOOR, {"choice": choices[1]})
    door = question(lesson[0], DOOR)
    door.locator("input[type=radio]").first.check()
    door.get_by_text("Your answer is counted.").wait_for()
    block = led(lead, "Which door first?")
    expect(block).to_contain_text("4 of 8 have answered")
    block.get_by_role("button", name="Show the counts").click()
    expect(lead.locator("#lead-said")).to_contain_text("from 5 answers up")
    people.room.save(PARTICIPANTS[4], LESSON, DOOR, {"choice": choices[0]})
    expect(block).to_contain_text("5 of 8 have answered")
    block.get_by_role("button", name="Show the counts").click()
    expect(door.locator(".op-tally-line b")).to_have_text(["2", "3", "0", "0", "0"])
    block.get_by_role("button", name="Put it on the screen").click()
    expect(screen.locator(".op-tally-line b")).to_have_text(["2", "3", "0", "0", "0"])
    expect(rooms[5].locator(".op-tally-line b")).to_have_text(["2", "3", "0", "0", "0"])
    assert not any(name in screen.content() for name in NAMES)
    size = screen.locator(".op-tally-label").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 28

    # A second round: it begins empty, and both are shown.
    block.get_by_text("Ask again").click()
    block.get_by_role("button", name="A second round").click()
    expect(block).to_contain_text("0 of 8 have answered")
    for who in PARTICIPANTS[1:7]:
        people.room.save(who, LESSON, DOOR, {"choice": choices[0] if who < "d" else choices[1], "comment": "again"})
    block.get_by_role("button", name="Show the counts").click()
    expect(door.locator(".op-tally-before")).to_have_count(5)
    expect(door.get_by_text("The same as a table")).to_be_visible()

    # The next step, and a message to all, are on every page; a stuck hand is on the leading one.
    before = lead.locator("#step").inner_text()
    lead.get_by_role("button", name="Next step").click()
    expect(lead.locator("#step")).not_to_have_text(before)
    step = lead.locator("#step").inner_text()
    lead.get_by_label("One line that everybody sees").fill("Five minutes in: the first person starts")
    lead.get_by_role("button", name="Show it to everybody").click()
    for page in (*rooms, screen):
        expect(page.locator("#message")).to_have_text("Five minutes in: the first person starts")
    for page in rooms:
        expect(page.locator("#step")).to_have_text(step)
    rooms[3].get_by_role("button", name="I am stuck").click()
    expect(lead.locator("#hands")).to_contain_text(NAMES[3])
    lead.get_by_role("button", name="Make groups").click()
    expect(lead.locator("#groups li")).to_have_count(3)
    expect(rooms[2].locator("#group")).to_contain_text("Your group, number")


def test_critique_goes_to_its_author_and_the_reply_comes_back(people):
    for who in PARTICIPANTS[1:3]:
        people.room.ask(who, "PUT", f"api/room/work/{GIVE}", {"text": f"The agenda of {who}\n- one thing"})
    ana = people.page("ana", f"lesson/{LESSON}", phone=True)
    give = question(ana, GIVE)
    give.get_by_label("My piece of work").fill("Mine\n- a line")
    give.get_by_role("button", name="Show my work").click()
    give.get_by_text("Your work is shown since").wait_for()
    give.get_by_role("button", name="Take the next piece").click()
    give.locator("h4", has_text="The work of").wait_for()
    expect(give.get_by_label("Whose work is it about?")).to_have_value(
        give.locator("h4", has_text="The work of").inner_text().removeprefix("The work of ")
    )
    give.get_by_label("I say back").fill("You want one task")
    give.get_by_label("I see").fill("- one thing\n- and nothing beside it")
    give.get_by_role("button", name="Give it to").click()
    expect(give).to_contain_text("You have given 1 of")
    whose = give.get_by_label("Whose work is it about?").input_value()
    author = next(who for who in PARTICIPANTS if PEOPLE[who].name == whose)
    other = people.page(author, f"lesson/{LESSON}")
    got = question(other, GIVE)
    expect(got.locator(".op-wall-card")).to_contain_text("and nothing beside it")
    got.get_by_text("Reply with one change").click()
    got.get_by_label("One thing that I will change").fill("The order")
    got.get_by_label("One thing that I will keep").fill("The one thing")
    got.get_by_role("button", name="Send the reply").click()
    expect(give.locator(".op-reply dd")).to_have_text(["The order", "The one thing"])


def test_a_page_that_was_cut_off_says_so_and_comes_back_by_itself(people):
    people.room.do("begin", lesson=LESSON)
    page = people.page("ana", "room", phone=True)
    expect(page.locator("#step")).not_to_be_empty()
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('online'))")  # the page looks at once
    expect(page.locator("#cut")).not_to_be_empty()
    people.room.do("step", step=3)
    page.context.set_offline(False)
    lead = people.room.lead()
    expect(page.locator("#step")).to_have_text(lead["agenda"][3]["what"])
    expect(page.locator("#cut")).to_be_empty()
    page.reload()
    expect(page.locator("#step")).to_have_text(lead["agenda"][3]["what"])


@pytest.mark.slow
def test_seven_tabs_hold_one_stream_between_them_and_saving_goes_on(people):
    context = people.chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    people.contexts.append(context)
    context.add_cookies([{"name": COOKIE, "value": "ana", "url": people.room.running.address}])
    streams = []
    tabs = []
    for _ in range(7):
        tab = context.new_page()
        tab.on("request", lambda request: streams.append(request.url) if "stream" in request.url else None)
        tab.goto(f"{people.home}lesson/{LESSON}")
        question(tab, DOOR).get_by_text("have answered").wait_for()
        tabs.append(tab)
    assert len(streams) == 1
    question(tabs[6], DOOR).locator("input[type=radio]").first.check()
    question(tabs[6], DOOR).get_by_text("Your answer is counted.").wait_for()
    expect(question(tabs[0], DOOR)).to_contain_text("One of 1 has answered")


def test_the_room_is_worked_by_keyboard_and_reads_in_spanish_in_the_dark(people):
    people.room.do("begin", lesson=LESSON)
    page = people.page("ana", "room", phone=True, locale="es-ES", color_scheme="dark")
    expect(page.locator("#step-of")).to_contain_text("Paso 1 de")
    assert page.locator("html").get_attribute("lang") == "es"
    page.locator("#hand-note").focus()
    page.keyboard.type("¿Dónde está la tabla?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ya no estoy atascado")).to_have_attribute("aria-pressed", "true")
    assert people.room.lead()["hands"][0]["note"] == "¿Dónde está la tabla?"
    english = json.dumps([page.locator("main").inner_text()])
    assert "Step" not in english and "room-" not in english


def test_leaving_says_beforehand_what_goes_and_coming_back_needs_the_code(people):
    people.room.share("ana", "1-purpose", "purpose-rigor", {"text": "Mine to take"})
    code = people.room.lead()["join_code"]
    page = people.page("ana", "room", phone=True)
    page.get_by_text("Leave this group", exact=True).click()
    expect(page.locator("details[open]")).to_contain_text("What you shared here goes, with every version")
    page.get_by_role("button", name="Leave now").click()
    expect(page.locator("#join")).to_be_visible()
    assert people.room.lead("1-purpose")["walls"] == {}
    page.get_by_label("Your group's code").fill(code.upper())
    page.get_by_role("button", name="Come in").click()
    expect(page.locator("#room")).to_be_visible()
