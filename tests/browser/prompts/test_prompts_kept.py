"""No word is lost, shown to somebody else or overwritten: real Chromium, real kills, a real journal."""

import json
import re
import signal
import time

import pytest
from playwright.sync_api import expect
from test_prompts_page import card, chromium, kept, open_page, server

from door_server import STATIC, start_door
from lesson_server import free_port
from openpractice.journal.journal import Journal

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_five_kills_of_the_server_in_the_midst_of_typing_lose_no_character(open_page, tmp_path):
    journal, port = tmp_path / "journal.jsonl", free_port()
    process = start_door(journal, port)
    words = "".join(f"{n:03d} words " for n in range(50))
    assert len(words) == 500
    try:
        page = open_page("gallery-long", url=f"http://127.0.0.1:{port}")
        box = card(page, "gallery-long").get_by_role("textbox")
        box.click()
        for turn in range(5):
            page.keyboard.type(words[turn * 100 : turn * 100 + 60], delay=8)
            process.send_signal(signal.SIGKILL)
            process.wait()
            page.keyboard.type(words[turn * 100 + 60 : turn * 100 + 100], delay=8)
            page.wait_for_timeout(600)
            process = start_door(journal, port)
        page.wait_for_function("document.querySelector('.op-prompt').dataset.state === 'saved'")
        state = Journal(journal).state("gallery-long")
        print(
            f"characters typed {len(words)}, in the box {len(box.input_value())}, in the journal {len(state.value['text'])}"
        )
        assert (box.input_value(), state.value["text"], state.heads) == (words, words, [])
        assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('openpractice')).length") == 0
    finally:
        process.kill()
        process.wait()


def test_words_of_a_closed_browser_tab_are_there_when_it_opens_again(open_page, server, chromium):
    context = chromium.new_context()
    page = open_page("gallery-short", context=context)
    server.mood = (503, {})
    card(page, "gallery-short").get_by_role("textbox").fill("before the crash")
    page.close(run_before_unload=False)
    server.mood = None
    page = open_page("gallery-short", context=context)
    assert card(page, "gallery-short").get_by_role("textbox").input_value() == "before the crash"
    assert kept(server, "gallery-short", {"text": "before the crash"}) == {"text": "before the crash"}


def test_the_last_words_leave_with_the_page(open_page, server):
    page = open_page("gallery-short")
    # What is typed before the saved words have come is not sent by a page that closes: it waits as a draft.
    card(page, "gallery-short").get_by_text("Not answered yet").wait_for()
    card(page, "gallery-short").get_by_role("textbox").fill("typed and gone at once")
    page.goto("about:blank")
    assert kept(server, "gallery-short", {"text": "typed and gone at once"}) == {"text": "typed and gone at once"}


def test_what_two_devices_wrote_apart_is_shown_in_full_and_chosen_by_the_person(open_page, server):
    desk = open_page("gallery-short", timezone_id="UTC")
    phone = open_page("gallery-short", width=390)
    card(phone, "gallery-short").get_by_role("textbox").fill("from the phone")
    assert kept(server, "gallery-short", {"text": "from the phone"})
    card(desk, "gallery-short").get_by_role("textbox").fill("from the desk")
    versions = card(desk, "gallery-short").locator(".op-versions")
    versions.wait_for()
    assert {"from the phone", "from the desk"} <= set(versions.locator("blockquote").all_text_contents())
    assert versions.get_by_role("heading").inner_text() == "There are 2 versions of this answer"
    # Both browsers are alike: what was typed on this page says so, and each where it differs.
    assert versions.locator(".op-version .op-hint").all_inner_texts() == [
        "Written on this page. 3 words. It goes its own way at “desk”",
        "3 words. It goes its own way at “phone”",
    ]
    versions.locator(".op-version", has_text="from the phone").get_by_role("button").click()
    versions.wait_for(state="detached")
    state = server.journal.state("gallery-short")
    assert (state.value, state.heads) == ({"text": "from the phone"}, [])
    desk.wait_for_function("document.querySelector('textarea').value === 'from the phone'")
    # The button that was pressed has gone; the hand goes on at the answer.
    assert desk.evaluate("document.activeElement.matches('[data-prompt=gallery-short] textarea')")


def test_two_tabs_stay_in_step_and_a_typing_hand_is_left_alone(open_page, server, chromium):
    context = chromium.new_context()
    one, two = open_page("gallery-short", context=context), open_page("gallery-short", context=context)
    card(one, "gallery-short").get_by_role("textbox").fill("first tab")
    two.wait_for_function("document.querySelector('textarea').value === 'first tab'")
    box = card(two, "gallery-short").get_by_role("textbox")
    box.click()
    box.press("Home")
    # A box that is only looked at shows what was written elsewhere, with its caret before the same words.
    card(one, "gallery-short").get_by_role("textbox").fill("the first tab")
    two.wait_for_function("document.querySelector('textarea').value === 'the first tab'")
    card(two, "gallery-short").locator(".op-state-words", has_text="Changed elsewhere and saved").wait_for()
    assert "Changed elsewhere" in card(two, "gallery-short").locator("[role=status]").first.inner_text()
    box.press("Control+ArrowRight")
    box.press_sequentially(" very")
    assert kept(server, "gallery-short", {"text": "the very first tab"}) == {"text": "the very first tab"}
    assert server.journal.state("gallery-short").heads == []
    card(one, "gallery-short").get_by_role("textbox").fill("the very first tab, and more")
    two.wait_for_function("document.querySelector('textarea').value.endsWith('and more')")
    assert box.evaluate("(one) => one.selectionStart") == len("the very")


@pytest.mark.parametrize("away", [False, True])
def test_tabs_that_alternate_before_anything_is_saved_go_on_from_each_other_and_ask_nothing(
    open_page, server, chromium, away
):
    context = chromium.new_context()
    tabs = [open_page("gallery-short", context=context), open_page("gallery-short", context=context)]
    server.mood = (503, {}) if away else None
    text = ""
    for turn, word in enumerate(["Tea", " with", " the", " cook", " on", " Monday"]):
        tab = tabs[turn % 2]
        tab.wait_for_function("(text) => document.querySelector('textarea').value === text", arg=text)
        box = card(tab, "gallery-short").get_by_role("textbox")
        box.focus()
        box.press("Control+End")
        box.press_sequentially(word, delay=20)
        text += word
        tab.wait_for_timeout(300)
    server.mood = None
    assert kept(server, "gallery-short", {"text": text}) == {"text": text}
    for tab in tabs:
        card(tab, "gallery-short").locator(".op-state-words", has_text="aved").wait_for()
        assert tab.locator(".op-versions").count() == 0
        tab.wait_for_function("(text) => document.querySelector('textarea').value === text", arg=text)
    assert server.journal.state("gallery-short").heads == []
    tabs[0].wait_for_function("!Object.keys(localStorage).some((name) => name.endsWith('gallery-short'))")


@pytest.mark.slow
def test_a_draft_of_another_person_on_this_browser_is_not_shown(open_page, server, chromium):
    context = chromium.new_context()
    server.mood = (503, {})
    page = open_page("gallery-short", context=context)
    card(page, "gallery-short").get_by_role("textbox").fill("ana's own")
    page.close()
    server.mood, server.user = None, "ben"
    page = open_page("gallery-short", context=context, query="&user=ben")
    assert card(page, "gallery-short").get_by_role("textbox").input_value() == ""
    assert "ana's own" not in page.content()
    page.wait_for_timeout(1500)
    assert [
        call
        for call in server.calls
        if call[0] == "PUT" and server.user == "ben" and "ana's own" in json.dumps(call[2])
    ] == [] or server.journal.state("gallery-short").rev == 0


@pytest.mark.slow
def test_ten_megabytes_pasted_are_refused_in_words_and_the_text_before_is_kept(open_page, server):
    page = open_page("gallery-short")
    box = card(page, "gallery-short").get_by_role("textbox")
    box.fill("kept")
    page.evaluate("""() => {
      const box = document.querySelector('textarea');
      const data = new DataTransfer();
      data.setData('text/plain', 'x'.repeat(10 << 20));
      const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      if (box.dispatchEvent(event)) box.value += data.getData('text/plain');
    }""")
    assert box.input_value() == "kept"
    assert "200,000" in card(page, "gallery-short").get_by_role("alert").inner_text()
    page.evaluate(
        """() => { const box = document.querySelector('textarea'); box.value = 'y'.repeat(10 << 20); box.dispatchEvent(new InputEvent('input', { bubbles: true })); }"""
    )
    assert box.input_value() == "kept"
    assert kept(server, "gallery-short", {"text": "kept"}) == {"text": "kept"}


def test_nothing_is_saved_or_redrawn_in_the_middle_of_a_composition(open_page, server):
    page = open_page("gallery-short")
    box = card(page, "gallery-short").get_by_role("textbox")
    box.click()
    session = page.context.new_cdp_session(page)
    for text in ("に", "にほ", "にほん"):
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.wait_for_timeout(500)
    page.wait_for_timeout(1000)
    assert [call for call in server.calls if call[0] == "PUT"] == []
    session.send("Input.insertText", {"text": "日本"})
    assert kept(server, "gallery-short", {"text": "日本"}) == {"text": "日本"}
    assert box.input_value() == "日本"


def test_odd_words_come_back_as_they_were_typed(open_page, server):
    odd = 'العربية مرحبا 学校 😀 <b>bold</b> $x$ | "quoted" ’ \u200f end'
    page = open_page("gallery-short")
    card(page, "gallery-short").get_by_role("textbox").fill(odd)
    assert kept(server, "gallery-short", {"text": odd}) == {"text": odd}
    page.reload()
    page.wait_for_function("document.querySelector('textarea')?.value")
    box = card(page, "gallery-short").get_by_role("textbox")
    assert box.input_value() == odd
    assert box.evaluate("(one) => getComputedStyle(one).direction") == "rtl"


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ((503, {}), "Not sent yet. Your words are kept in this browser."),
        ((403, {}), "signed out"),
        ((507, {"code": "no-space", "message": ""}), "no room left"),
        ((422, {"code": "refused", "message": "This choice is not known."}), "This choice is not known."),
    ],
)
def test_each_trouble_is_said_in_words_aloud_and_nothing_goes(open_page, server, mood, said):
    page = open_page("gallery-short")
    server.mood = mood
    card(page, "gallery-short").get_by_role("textbox").fill("still here")
    page.wait_for_function("(said) => document.querySelector('.op-state-words').textContent.includes(said)", arg=said)
    assert said in card(page, "gallery-short").locator("[role=status].op-hidden").text_content()
    assert page.evaluate("Object.values(localStorage).join()").count("still here") == 1
    server.mood = None
    if mood[0] == 422:
        card(page, "gallery-short").get_by_role("textbox").fill("still here, changed")
    page.wait_for_function("document.querySelector('.op-prompt').dataset.state === 'saved'")


def test_whoever_hears_the_page_reads_no_count_that_is_no_longer_so(open_page):
    page = open_page("gallery-long")
    heard = card(page, "gallery-long").locator("[role=status].op-hidden")
    box = card(page, "gallery-long").get_by_role("textbox")
    box.fill("word " * 79)
    box.press_sequentially("word")
    expect(heard).to_contain_text("80 words")  # once the fingers rest: enough
    page.keyboard.type(" more")
    expect(card(page, "gallery-long").locator(".op-count")).to_contain_text("81 words")
    expect(heard).not_to_contain_text("80 words")


def test_two_wordings_of_one_answer_open_by_the_choice_and_are_one_answer(open_page, server):
    page = open_page("gallery-single,gallery-yes,gallery-not")
    yes, no = card(page, "gallery-yes"), card(page, "gallery-not")
    assert (yes.get_by_role("textbox").is_visible(), no.is_visible()) == (False, False)
    page.get_by_label("No", exact=True).check()
    assert (yes.is_visible(), no.get_by_role("textbox").is_visible()) == (False, True)
    no.get_by_role("textbox").fill("Time to watch one another")
    assert (
        kept(server, "gallery-yes", {"text": "Time to watch one another", "wording": "gallery-not"})["wording"]
        == "gallery-not"
    )
    page.get_by_label("Partly", exact=True).check()
    assert not yes.get_by_role("textbox").is_visible()
    yes.get_by_role("button", name="Answer this one instead").click()
    assert yes.get_by_role("textbox").input_value() == "Time to watch one another"
    assert (
        kept(server, "gallery-yes", {"text": "Time to watch one another", "wording": "gallery-yes"})["wording"]
        == "gallery-yes"
    )


def test_a_press_on_the_other_wording_counts_though_an_acknowledgement_comes_under_it(open_page, server):
    page = open_page("gallery-single,gallery-yes,gallery-not")
    yes, no = card(page, "gallery-yes"), card(page, "gallery-not")
    page.get_by_label("No", exact=True).check()
    no.get_by_role("textbox").fill("Time to watch one another")
    page.get_by_label("Partly", exact=True).check()
    take = yes.get_by_role("button", name="Answer this one instead")
    place = take.bounding_box()
    page.mouse.move(place["x"] + 20, place["y"] + 10)
    page.mouse.down()
    assert kept(server, "gallery-single", {"choice": "partly"}) == {"choice": "partly"}
    page.wait_for_function("document.querySelector('[data-prompt=gallery-single]').dataset.state === 'saved'")
    page.wait_for_function("document.querySelector('[data-prompt=gallery-not]').dataset.state === 'saved'")
    page.mouse.up()
    yes.get_by_role("textbox").wait_for()
    assert yes.get_by_role("textbox").input_value() == "Time to watch one another"


def test_a_wording_chosen_while_the_other_is_on_its_way_is_one_answer_and_nothing_is_asked(open_page, server):
    page = open_page("gallery-single,gallery-yes,gallery-not")
    yes, no = card(page, "gallery-yes"), card(page, "gallery-not")
    late = []
    page.get_by_label("No", exact=True).check()
    # The words arrive; that they have is told late, when the other wording is already chosen.

    def told_late(route):
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route("**/gallery-yes**", told_late)
    no.get_by_role("textbox").fill("Time to watch one another")
    while not late:
        page.wait_for_timeout(50)
    assert server.journal.state("gallery-yes").value["wording"] == "gallery-not"
    page.get_by_label("Partly", exact=True).check()
    yes.get_by_role("button", name="Answer this one instead").click()
    box = yes.get_by_role("textbox")
    box.press("End")
    page.keyboard.type(", and to talk")
    last = {"text": "Time to watch one another, and to talk", "wording": "gallery-yes"}
    assert box.input_value() == last["text"]
    # What may have arrived already is sent again under its own key, and then what was typed on it.
    page.wait_for_function("document.querySelector('[data-prompt=gallery-yes]').dataset.state === 'saved'")
    state = server.journal.state("gallery-yes")
    assert (state.value, state.heads) == (last, [])
    ((route, answered),) = late
    route.fulfill(response=answered)
    page.wait_for_function("document.querySelector('[data-prompt=gallery-not]').dataset.state === 'saved'")
    state = server.journal.state("gallery-yes")
    assert (state.value, state.heads, box.input_value()) == (last, [], last["text"])
    page.get_by_label("No", exact=True).check()
    assert (yes.is_visible(), no.get_by_text("You are answering the other wording").is_visible()) == (False, True)


def test_starters_are_put_in_and_taken_back_by_the_browsers_own_undo(open_page):
    page = open_page("gallery-long")
    long = card(page, "gallery-long")
    long.get_by_text("A way to begin").click()
    long.get_by_role("button", name="So what this tells me is …").click()
    box = long.get_by_role("textbox")
    assert box.input_value() == "So what this tells me is "
    page.keyboard.press("Control+z")
    assert box.input_value() == ""


def test_a_removed_row_comes_back_by_undo(open_page, server):
    page = open_page("gallery-evidence")
    table = card(page, "gallery-evidence")
    for index, word in ((0, "one"), (3, "two")):
        table.get_by_role("textbox").nth(index).fill(word)
    table.locator(".op-remove").nth(0).click()
    assert table.get_by_text("Row 1 was removed.").is_visible()
    table.get_by_role("button", name="Undo").click()
    wanted = {"rows": [{"claim": "one"}, {"claim": "two"}]}
    assert kept(server, "gallery-evidence", wanted) == wanted


def test_sharing_says_truly_that_no_group_is_here_and_can_be_taken_back(open_page, server):
    page = open_page("gallery-ranking")
    ranking = card(page, "gallery-ranking")
    ranking.get_by_role("button", name="Keep this order").click()
    ranking.get_by_role("button", name="Share with the group").click()
    ranking.locator(".op-share").get_by_text("No group is here to see it").wait_for()
    assert server.journal.state("gallery-ranking").shared["rev"] == 1
    focused = "document.activeElement.innerText"
    assert page.evaluate(focused) == "Take it back"
    ranking.get_by_role("button", name="Take it back").click()
    ranking.get_by_role("button", name="Share with the group").wait_for()
    assert page.evaluate(focused) == "Share with the group"
    assert server.journal.state("gallery-ranking").shared is None


def test_feedback_stands_in_words_without_a_number(open_page):
    page = open_page("gallery-long", query="&lang=en", timezone_id="UTC")
    feedback = card(page, "gallery-long").locator(".op-feedback")
    said = feedback.inner_text().replace("14:05", "")
    assert "Explained. works out why" in said and "You may change your answer" in said
    assert not re.search(r"[0-9]", said.split("\n", 1)[1])


def test_the_page_does_not_move_under_a_typing_hand(open_page):
    page = open_page(query="&x=1", width=390)
    box = card(page, "gallery-long").get_by_role("textbox").first
    box.scroll_into_view_if_needed()
    box.click()
    top = box.evaluate("(one) => one.getBoundingClientRect().top")
    for _ in range(6):
        page.keyboard.type("line")
        page.keyboard.press("Enter")
    moved = box.evaluate("(one) => one.getBoundingClientRect().top") - top
    assert abs(moved) < 200 and box.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1")
    page.wait_for_timeout(1600)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def contrast(one, two):
    def light(colour):
        colour = colour.lstrip("#")
        colour = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=False))

    bright, dim = sorted((light(one), light(two)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_every_pair_of_colours_can_be_read_in_light_and_dark():
    css = (STATIC / "prompts" / "prompt.css").read_text("utf-8")
    sets = [
        dict(re.findall(r"--op-([\w-]+): (#\w+)", block)) for block in re.findall(r"\{[^{}]*--op-paper: #[^{}]*\}", css)
    ]
    assert len(sets) == 3 and sets[1] == sets[2]
    for tokens in sets:
        for ink in ("ink", "quiet", "accent", "amber", "danger"):
            for paper in ("paper", "wash", "amber-wash"):
                assert contrast(tokens[ink], tokens[paper]) >= 4.5, (ink, paper, tokens)
        assert contrast(tokens["accent-ink"], tokens["accent"]) >= 4.5
        assert contrast(tokens["edge"], tokens["paper"]) >= 3
