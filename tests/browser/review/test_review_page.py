"""The review page in real Chromium over a real gradebook: a class read by keyboard alone, and nothing lost."""

import re
import signal
import time

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

import review_class as rc
from handins import hand_in, response
from openpractice.gradebook import gradebook
from openpractice.gradebook.own_tables import audit
from openpractice.intake.collect import collect
from review_page import browser, folder, fragile, holds, made, marks, saved, scores, server, until, view, visit

pytestmark = pytest.mark.browser


def test_a_class_of_24_is_read_by_keyboard_alone(visit, folder):
    page = visit("rev")
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    keys, seen = 0, set()
    for number in range(rc.COUNT):
        assert page.inner_text(".progress-words").startswith(f"{number + 1} of 24")
        seen.add(page.inner_text(".answer-words"))
        for key in (str(number % 4), str((number + 1) % 4), "Enter"):
            page.keyboard.press(key)
            keys += 1
        holds(page, f"performance.getEntriesByName('next-answer').length === {number + 1}")
    page.wait_for_selector(".finished")
    until(lambda: len(scores(folder)) == rc.COUNT)
    assert len(seen) == rc.COUNT and keys == 3 * rc.COUNT and loads == []
    # Where no answer is left, nothing is offered that needs one, and no key breaks the page.
    assert page.locator(".tools button:visible > span").all_inner_texts() == ["Previous", "Next", "Keys"]
    for key in "aqhpfs/cen":
        page.keyboard.press(key)
    assert page.locator(".finished").count() == 1 and page.locator("dialog").count() == 0
    assert {each["reviewer"] for each in marks(folder)} == {"rev"}


def test_an_answer_without_every_level_stays_and_says_what_is_missing(visit, folder):
    page = visit("rev")
    words = page.inner_text(".answer-words")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    assert "Give a level for Principle first" in page.inner_text(".said-here")
    assert page.inner_text(".answer-words") == words
    page.keyboard.press("Backspace")
    assert page.get_attribute(".criterion.current .level >> nth=2", "aria-pressed") == "true"
    page.keyboard.press("3")
    assert page.get_attribute(".criterion >> nth=0 >> .level >> nth=3", "aria-pressed") == "true"
    saved(page)
    assert marks(folder)[0]["levels"] == '{"R": 3}' and scores(folder) == []


def test_keys_rest_while_somebody_types(visit):
    page = visit("rev")
    page.keyboard.press("c")
    page.keyboard.type("23ufsnahjk/q?")
    assert page.input_value("#review-comment") == "23ufsnahjk/q?"
    assert page.locator(".level[aria-pressed=true]").count() == 0
    assert page.locator("dialog").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.keyboard.press("c")
    page.keyboard.press("Control+Enter")
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")


def test_no_key_scores_an_answer_that_is_still_on_its_way(visit, folder):
    held, let_go = [], True
    hold = lambda route: route.continue_() if let_go else held.append(route)
    page = visit("rev", routes={"**/api/review/answer/**": hold})
    for key, number in (("2", 1), ("j", 2)):
        page.keyboard.press(key)
        holds(page, f"document.querySelector('#answer-heading').textContent === 'Answer {number}'")
    until(lambda: len(marks(folder)) == 1)
    let_go = False
    page.keyboard.press("k")  # it was scored meanwhile, so it is asked for anew
    holds(page, "document.querySelector('article').getAttribute('aria-busy') === 'true'")
    for key in ("3", "3", "f", "s", "u", "r", "c", "/", "q", "Enter"):
        page.keyboard.press(key)
    assert page.locator("dialog").count() == 0
    let_go, waiting = True, held[:]
    for route in waiting:
        route.continue_()
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 1'")
    page.keyboard.press("1")
    until(lambda: [each["levels"] for each in marks(folder)] == ['{"P": 1, "R": 2}'])
    assert not any(each["flagged"] or each["skipped"] for each in marks(folder))


def test_what_a_key_asked_for_never_comes_late_over_what_is_done_by_then(visit, folder):
    held = []
    hold = lambda route: held.append(route)
    page = visit("rev", routes={"**/api/review/anchors/**": hold, "**/api/review/undo/**": hold})
    for key in ("2", "1", "Enter"):
        page.keyboard.press(key)
    heading(page, 2)
    until(lambda: levels(folder) == [('{"P": 1, "R": 2}', "", False)])
    page.keyboard.press("a")
    until(lambda: page.evaluate("true") and held)  # routes are told of while the page is spoken with
    page.keyboard.press("3")  # into the window, which is there already
    assert page.get_by_role("dialog", name="Anchors").inner_text().endswith("One moment.")
    held.pop().continue_()
    holds(page, "!document.querySelector('dialog').textContent.includes('One moment.')")
    page.keyboard.press("Escape")
    assert page.locator(".level[aria-pressed=true]").count() == 0
    page.reload()  # what was saved before is taken back by the server; no level is given until it has answered
    heading(page, 2)
    page.keyboard.press("k")
    heading(page, 1)
    page.keyboard.press("u")
    until(lambda: page.evaluate("true") and held)
    page.keyboard.press("3")
    assert page.get_attribute("article", "aria-busy") == "true"
    held.pop().continue_()
    holds(page, "document.querySelector('.said-here')?.textContent.startsWith('Taken back: ')")
    before = page.locator(".level[aria-pressed=true] kbd").all_inner_texts()
    page.keyboard.press("0")
    until(lambda: [each[0] for each in levels(folder)] in (['{"R": 0}'], ['{"P": 0, "R": 2}']))
    assert before in ([], ["2"])  # as far back as one save went; the 3 of meanwhile is nowhere


def test_flag_skip_undo_and_moving_about(visit, folder):
    page = visit("rev")
    first = page.inner_text(".answer-words")
    page.keyboard.press("s")
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    second = page.inner_text(".answer-words")
    for key in ("1", "1", "f"):
        page.keyboard.press(key)
    assert "Flagged" in page.inner_text(".said-here")
    page.keyboard.press("Enter")
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 3'")
    until(lambda: any(each["flagged"] for each in marks(folder)))
    page.keyboard.press("u")
    go = page.get_by_role("button", name="Go to answer 2")
    # Heard with the button, which has the focus: what is asked, and that nothing happens here.
    expect(go).to_have_accessible_description(re.compile("It stays as it is until you go there"))
    go.click()
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    for taken in ("the flag", "Principle 1", "Reasoning 1"):
        page.keyboard.press("u")
        holds(page, f"document.querySelector('.said-here')?.textContent === 'Taken back: {taken}.'")
    assert page.inner_text(".answer-words") == second
    until(lambda: scores(folder) == [])
    page.keyboard.press("k")
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 1'")
    assert page.inner_text(".answer-words") == first
    page.keyboard.press("Shift+Tab")  # out of the answer backwards, as everywhere
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Prompts')")


def said(page, text):
    holds(page, f"document.querySelector('.said-here')?.textContent === {text!r}")


def heading(page, number):
    holds(page, f"document.querySelector('#answer-heading')?.textContent === 'Answer {number}'")


def levels(folder):
    return sorted((each["levels"], each["comment"], each["flagged"]) for each in marks(folder))


def test_undo_belongs_to_the_answer_on_screen_says_what_it_takes_back_and_has_a_redo(visit, folder):
    page = visit("rev")
    for key in ("2", "1", "c"):
        page.keyboard.press(key)
    page.keyboard.type("First words.")
    page.keyboard.press("Control+Enter")
    heading(page, 2)
    for key in ("3", "0", "Enter"):
        page.keyboard.press(key)
    heading(page, 3)
    read = [('{"P": 0, "R": 3}', "", False), ('{"P": 1, "R": 2}', "First words.", False)]
    page.keyboard.press("2")
    until(lambda: levels(folder) == [*read, ('{"R": 2}', "", False)])
    page.keyboard.press("u")
    said(page, "Taken back: Reasoning 2.")
    until(lambda: levels(folder) == [*read, ("{}", "", False)])
    for _ in range(4):
        page.keyboard.press("u")
    box = page.get_by_role("dialog", name="Undo")
    assert "was on answer 2: Principle 0." in box.inner_text()
    page.keyboard.press("Escape")
    heading(page, 3)
    page.keyboard.press("r")
    said(page, "Done again: Reasoning 2.")
    until(lambda: levels(folder) == [*read, ('{"R": 2}', "", False)])
    page.keyboard.press("r")
    said(page, "There is nothing to do again on this answer.")
    page.keyboard.press("u")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    heading(page, 2)
    said(page, "Undo takes back here: Principle 0.")
    until(lambda: levels(folder) == [*read, ("{}", "", False)])
    page.keyboard.press("Control+z")
    said(page, "Taken back: Principle 0.")
    page.keyboard.press("Control+y")
    said(page, "Done again: Principle 0.")
    page.keyboard.press("k")
    heading(page, 1)
    page.keyboard.press("u")
    said(page, "Taken back: the comment.")
    assert page.input_value("#review-comment") == ""
    # What an earlier visit saved is taken back as the server kept it, once.
    page.keyboard.press("r")
    until(lambda: levels(folder) == [*read, ("{}", "", False)])
    page.reload()
    page.wait_for_selector(".one-answer h2")
    heading(page, 3)
    page.keyboard.press("k")
    heading(page, 2)
    page.keyboard.press("u")
    holds(page, "document.querySelector('.said-here')?.textContent.startsWith('Taken back: ')")
    assert "Principle 0" in page.inner_text(".said-here")
    page.keyboard.press("u")
    said(page, "There is nothing to take back.")


IN_VIEW = """() => {
  const box = document.querySelector(".criterion.current").getBoundingClientRect();
  const pane = document.querySelector(".side").getBoundingClientRect();
  const foot = document.querySelector(".saving").getBoundingClientRect();
  return box.top >= pane.top - 2 && box.bottom <= foot.top + 2;
}"""


def test_the_criterion_that_a_digit_scores_is_always_in_view(visit, folder):
    page = visit("rev")
    page.set_viewport_size({"width": 1280, "height": 600})
    for number in (1, 2, 3):
        heading(page, number)
        for key in ("1", "2", "Enter"):
            assert page.evaluate(IN_VIEW), (number, key)
            page.keyboard.press(key)
    heading(page, 4)
    until(lambda: len(scores(folder)) == 3)
    page.evaluate("document.querySelector('.side').scrollTo(0, 9999)")
    assert not page.evaluate(IN_VIEW)
    page.keyboard.press("3")
    assert page.locator(".level[aria-pressed=true]").count() == 0
    said(page, "Nothing was scored. The digits now score Reasoning: it is in view, press again.")
    assert page.evaluate(IN_VIEW)
    page.keyboard.press("3")
    assert page.locator(".criterion >> nth=0 >> .level[aria-pressed=true] kbd").inner_text() == "3"
    said(page, "")  # something was scored now


def test_enter_in_the_bank_waits_for_the_list_of_its_words_and_the_field_is_named(visit):
    page = visit("rev")
    page.keyboard.press("/")
    page.wait_for_selector(".bank-list .use")
    assert "goes into “Comment to the writer”" in page.get_by_role("dialog").inner_text()
    texts = page.locator(".bank-list .use").all_inner_texts()
    word = next(one for one in texts[-1].split() if one.isalpha() and not any(one in text for text in texts[:-1]))
    page.keyboard.press("Escape")
    page.route("**/api/review/bank?**", lambda route: (time.sleep(0.3), route.continue_()))
    page.keyboard.press("/")
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    holds(page, "document.querySelector('dialog') === null")
    assert page.input_value("#review-comment") == texts[-1]
    said(page, "Put into “Comment to the writer”.")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert "goes into “On Reasoning”" in page.get_by_role("dialog").inner_text()
    page.keyboard.type("nothing fits these words")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=No comment fits.")
    assert page.input_value("#review-note-R") == ""


def test_a_comment_comes_from_the_bank_with_a_quotation(visit, folder):
    page = visit("rev")
    page.keyboard.press("1")
    page.keyboard.press("1")
    page.evaluate(
        "getSelection().setBaseAndExtent(document.querySelector('.answer-words p').firstChild, 0, document.querySelector('.answer-words p').firstChild, 10)"
    )
    page.keyboard.press("q")
    assert page.input_value("#review-comment") == "“I followed” "
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.wait_for_selector(".bank-list li")
    page.keyboard.type("next")
    page.wait_for_timeout(400)
    words = page.inner_text(".bank-list .use >> nth=0")
    page.keyboard.press("Enter")
    holds(page, "document.querySelector('dialog') === null")
    assert page.input_value("#review-comment") == f"“I followed” {words}"
    assert page.evaluate("document.activeElement.id") == "review-comment"
    page.keyboard.press("Control+Enter")
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    until(lambda: marks(folder) and marks(folder)[-1]["comment"].endswith(words))


@pytest.mark.slow
def test_a_name_is_hidden_until_asked(visit):
    page = visit("rev")
    assert "person-" not in page.content()
    page.keyboard.press("h")
    holds(page, "/^By person-\\d\\d$/.test(document.querySelector('.who').textContent)")
    page.keyboard.press("h")
    assert page.inner_text(".who") == "Name hidden"


def killed(server):
    """End the server as a crash does; a function that starts the same one again on its port."""
    server.process.kill()
    server.process.wait()

    def again():
        server.process = server.process.again()

    return again


def test_two_reviewers_and_a_killed_server_lose_nothing(visit, fragile, folder):
    one, two = visit("rev"), visit("two")
    for page in (one, two):
        for key in ("2", "2", "Enter"):
            page.keyboard.press(key)
        holds(page, "document.querySelector('#answer-heading').textContent !== 'Answer 1'")
    until(lambda: len(marks(folder)) == 2)
    again = killed(fragile)
    for page, said in ((one, "from one"), (two, "from two")):
        page.keyboard.press("1")
        page.keyboard.press("3")
        page.keyboard.press("c")
        page.keyboard.type(said)
        holds(page, "document.querySelector('.state-line').textContent.startsWith('Not saved on the server yet')")
        page.keyboard.press("Escape")
    one.keyboard.press("Enter")
    again()
    saved(two)
    until(lambda: len(marks(folder)) == 4, 45)
    assert sorted((each["reviewer"], each["comment"]) for each in marks(folder)) == [
        ("rev", ""),
        ("rev", "from one"),
        ("two", ""),
        ("two", "from two"),
    ]
    assert one.evaluate("Object.keys(localStorage).filter((name) => name.includes(':review-'))") == []


@pytest.mark.slow
def test_one_of_two_servers_is_killed_and_neither_reviewer_loses_or_overwrites(browser, folder):
    with rc.named(folder) as first, rc.named(folder) as second:
        pages = []
        for who, running in (("rev", first), ("two", second)):
            page = browser.new_context().new_page()
            page.goto(rc.address(running, who, rc.READING))
            page.wait_for_selector(".one-answer h2")
            pages.append(page)
        one, two = pages
        again = killed(first)
        for page, said, levels in ((one, "kept here", "13"), (two, "went on", "20")):
            for key in levels:
                page.keyboard.press(key)
            page.keyboard.press("c")
            page.keyboard.type(said)
            page.keyboard.press("Control+Enter")
            holds(page, "document.querySelector('#answer-heading').textContent !== 'Answer 1'")
        until(lambda: [(each["reviewer"], each["comment"]) for each in marks(folder)] == [("two", "went on")])
        one.keyboard.press("3")
        holds(one, "document.querySelector('.state-line').textContent.startsWith('Not saved on the server yet')")
        again()
        until(lambda: len(marks(folder)) == 3, 60)
        assert sorted((each["reviewer"], each["levels"], each["comment"]) for each in marks(folder)) == [
            ("rev", '{"P": 3, "R": 1}', "kept here"),
            ("rev", '{"R": 3}', ""),
            ("two", '{"P": 0, "R": 2}', "went on"),
        ]
        with gradebook.opened(folder) as engine, engine.connect() as db:
            assert {each.who for each in db.execute(sa.select(audit.c.who).where(audit.c.what == "mark"))} == {
                "rev",
                "two",
            }
        for page in pages:
            page.context.close()


def test_a_reading_outlives_the_page_that_could_not_send_it(visit, fragile, folder):
    page = visit("rev")
    again = killed(fragile)
    page.keyboard.press("3")
    page.keyboard.press("3")
    holds(page, "document.querySelector('.state-line').textContent.startsWith('Not saved on the server yet')")
    address = page.url
    page.goto("about:blank")
    again()
    until(lambda: _answers(fragile), 60)
    page.goto(address)
    until(lambda: [each["levels"] for each in marks(folder)] == ['{"P": 3, "R": 3}'])


def _answers(server):
    try:
        return server.ask("GET", "api/me").status < 500
    except OSError:
        return False


def test_a_stale_save_shows_both_readings_and_the_person_chooses(visit, folder):
    here, there = visit("rev"), visit("rev")
    assert here.inner_text(".answer-words") == there.inner_text(".answer-words")
    here.keyboard.press("1")
    saved(here)
    there.keyboard.press("3")
    there.wait_for_selector(".conflict")
    assert "Reasoning 3" in there.inner_text(".conflict") and "Reasoning 1" in there.inner_text(".conflict")
    assert marks(folder)[0]["levels"] == '{"R": 1}'
    there.get_by_role("button", name="Keep what is here").click()
    saved(there)
    assert marks(folder)[0]["levels"] == '{"R": 3}'


def test_somebody_elses_reading_is_seen_live(visit):
    one = visit("rev")
    leases = (
        "performance.getEntriesByType('resource').map((each) => each.name).filter((name) => name.includes('/lease/'))"
    )
    holds(one, f"{leases}.length")
    handle = one.evaluate(f"{leases}.at(-1).split('/').at(-1)")
    two = visit("two", f"#person/{handle}")
    holds(two, "document.querySelector('.one-answer .note')?.textContent === 'rev is reading this.'")
    two.goto(f"{two.url.split('#')[0]}#prompts")
    holds(two, "document.querySelector('.live')?.textContent === 'rev reading now'")
    one.goto("about:blank")
    holds(two, "document.querySelector('.live')?.textContent === ''")


def test_hostile_answers_are_literal_text_and_nothing_runs(browser, tmp_path):
    folder = rc.make(tmp_path / "data", len(rc.HOSTILE), rc.HOSTILE)
    with rc.named(folder) as server:
        page = browser.new_page()
        page.goto(rc.address(server, "rev", rc.READING))
        seen = set()
        for number in range(len(rc.HOSTILE)):
            holds(page, f"document.querySelector('#answer-heading')?.textContent === 'Answer {number + 1}'")
            seen.add(page.text_content(".answer-words .words"))
            assert page.locator(".one-answer :is(script, img, svg, iframe, style, a)").count() == 0
            for key in ("f", "1", "1", "Enter"):
                page.keyboard.press(key)
        assert seen == set(rc.HOSTILE)
        page.wait_for_selector(".finished")
        until(lambda: len(scores(folder)) == len(rc.HOSTILE))
        page.goto(rc.address(server, "rev", "#discuss"))
        page.wait_for_selector(".discuss")
        assert {one.text_content() for one in page.locator(".discuss .answer-words .words").all()} == set(rc.HOSTILE)
        assert page.evaluate("window.ran") is None
        page.close()


def test_a_revised_answer_shows_the_change_in_words(visit, folder):
    page = visit("rev", "#people")
    page.get_by_role("button", name="Show names").click()
    page.locator("li", has_text="person-03").get_by_role("link").click()
    page.wait_for_selector(".one-answer h2")
    page.keyboard.press("1")
    page.keyboard.press("1")
    saved(page)
    text = rc.words_of(3).replace("two teachers", "three teachers")
    hand_in(folder, "person-03", {rc.PROMPT: response(rc.READ, {"text": text}, rev=2)})
    collect(folder, rc.LESSON)
    page.reload()
    page.wait_for_selector("ins")
    assert "three" in page.text_content("ins") and "added" in page.text_content("ins")
    assert "two" in page.text_content("del") and "taken out" in page.text_content("del")


def test_readings_that_differ_are_talked_about_and_agreed(visit, folder):
    one, two = visit("rev"), visit("two")
    one.keyboard.press("2")
    one.keyboard.press("2")
    saved(one)
    handle = marks(folder)[0]["participant"]
    two.goto(f"{two.url.split('#')[0]}#people")
    two.get_by_role("button", name="Show names").click()
    two.locator("li", has_text=handle).get_by_role("link").click()
    two.wait_for_selector(".one-answer h2")
    two.keyboard.press("1")
    two.keyboard.press("2")
    saved(two)
    one.goto(f"{one.url.split('#')[0]}#discuss")
    card = one.locator(".discuss")
    card.wait_for()
    assert "2 Explained" in card.inner_text() and "1 Described" in card.inner_text()
    card.get_by_text("Settle on one reading").click()
    for group in ("Reasoning", "Principle"):
        card.get_by_role("group", name=group).get_by_role("button").nth(2).click()
    card.get_by_role("button", name="Save the agreed reading").click()
    holds(one, "document.body.textContent.includes('It counts from now on.')")
    assert scores(folder) == [4.0]


def test_feedback_goes_back_and_calibration_tells(visit, folder):
    page = visit("rev")
    for key in ("2", "2", "Enter"):
        page.keyboard.press(key)
    until(lambda: len(scores(folder)) == 1)
    page.goto(f"{page.url.split('#')[0]}#give")
    page.get_by_role("button", name="Return to the one person who is read").click()
    page.get_by_role("dialog").wait_for()
    assert (
        "1: ready" in page.get_by_role("dialog").inner_text() and "23: still" in page.get_by_role("dialog").inner_text()
    )
    page.locator(".will-see summary").click()
    assert "Reasoning: Explained. " in page.locator(".will-see").inner_text()
    page.get_by_role("button", name="Return to one", exact=True).click()
    holds(page, "document.body.textContent.includes('Returned to 1. 0 had theirs. 23 wait to be read or settled.')")
    page = visit("newly", "#calibrate", wait=".side .criterion")
    for group in page.locator(".side .criterion").all():
        group.get_by_role("button").nth(0).click()
    page.get_by_role("button", name="Show the agreed levels").click()
    holds(page, "document.body.textContent.includes('agreed is')")


def test_everything_has_a_name_and_every_key_a_button(visit):
    page = visit("rev")
    for name in (
        "Save and next",
        "Undo",
        "Flag to discuss",
        "Skip for now",
        "Comment bank",
        "Anchors",
        "Question and notes",
        "Quote selection",
        "Show name",
        "Next",
        "Previous",
        "Keys",
    ):
        assert page.get_by_role("button", name=name).count() >= 1, name
    assert page.get_by_role("article", name="Answer 1").count() == 1
    assert page.get_by_role("group", name="Reasoning").get_by_role("button").count() == 4
    assert page.get_by_label("Comment to the writer").count() == 1
    tree = page.locator("main").aria_snapshot()
    assert "- button\n" not in tree and "- textbox\n" not in tree and "- link\n" not in tree
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").count() == 1
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_no_view_scrolls_sideways(visit):
    page = visit("rev", "#prompts")
    for mark in ("prompts", "people", "discuss", "give", "class", "rubric", "calibrate", rc.READING[1:]):
        view(page, mark)
        for width in (1280, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(150)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (mark, width)
