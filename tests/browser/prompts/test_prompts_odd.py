"""Prompts that were changed after they were answered, values that do not fit, browsers that keep nothing."""

from __future__ import annotations

import json

import pytest
from test_prompts_page import SPECS, card, chromium, kept, open_page, server

pytestmark = pytest.mark.browser
READ = "This question has changed since you answered it."

# What was answered to an earlier form, what then stands readable above the form, and a new answer by hand.
CHANGED = {
    "gallery-single": ({"choice": "long-gone", "comment": "as I said"}, ["long-gone", "as I said"]),
    "gallery-multi": ({"choices": ["hub", "long-gone"]}, ["One hub that everybody goes to", "long-gone"]),
    "gallery-matrix": ({"rows": {"p1a": "often", "gone-row": "often"}}, ["I could say which", "gone-row: Often"]),
    "gallery-ranking": ({"order": ["time", "gone-item"]}, ["1. Time with colleagues", "2. gone-item"]),
    "gallery-slider": ({"rows": {"value": 99}}, ["99"]),
    "gallery-evidence": (
        {"rows": [{"claim": "kept", "gone-column": "words of a column that is gone"}]},
        ["words of a column that is gone"],
    ),
    "gallery-long": ({"choice": "yes", "comment": "it was a choice once"}, ["yes", "it was a choice once"]),
    "gallery-map": ({"rows": [{"who": "the coach"}]}, ["the coach"]),
}
# Two kinds in every run, and the others in the long ones.
IN_TURN = [
    prompt if prompt in ("gallery-evidence", "gallery-single") else pytest.param(prompt, marks=pytest.mark.slow)
    for prompt in CHANGED
]


def answer_anew(page, prompt):
    own = card(page, prompt)
    if prompt in ("gallery-single", "gallery-multi"):
        own.locator("input").nth(1).check()
    elif prompt == "gallery-matrix":
        own.locator("input[type=radio]").nth(8).check()
    elif prompt == "gallery-ranking":
        own.locator(".op-ranked").first.get_by_role("button").last.click()
    elif prompt == "gallery-slider":
        own.locator("input[type=number]").first.fill("7")
        own.locator("input[type=number]").first.press("Tab")
    else:
        own.locator("textarea").first.fill("written anew")


@pytest.mark.parametrize("prompt", IN_TURN)
def test_an_answer_to_an_earlier_form_stays_readable_says_so_and_can_be_answered_anew(open_page, server, prompt):
    value, readable = CHANGED[prompt]
    server.journal.put("gallery", prompt, value, 0, "old")
    page = open_page(prompt)
    own = card(page, prompt)
    own.get_by_text(READ).wait_for()
    earlier = own.locator(".op-slot > blockquote").inner_text()
    assert all(words in earlier for words in readable), earlier
    # Looking changes nothing.
    page.wait_for_timeout(1500)
    assert server.journal.state(prompt).rev == 1
    answer_anew(page, prompt)
    page.wait_for_function(
        "document.querySelector('.op-prompt').dataset.state === 'saved' && Object.keys(localStorage).length === 0",
    )
    assert server.journal.state(prompt).rev == 2
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_function("document.querySelector('.op-prompt').dataset.state === 'saved'")
    assert own.get_by_text(READ).count() == 0


UNSENT = "so it could not be sent. It is kept in this browser:"
SENT = "document.querySelector('.op-prompt').dataset.state === 'saved'"


def left_behind(chromium, prompt, value):
    """A browser in which an answer to an earlier form of the question was never sent."""
    draft = json.dumps(
        {"key": "left", "base": 0, "value": value, "at": "2026-11-20T10:00:00.000Z", "lesson": "gallery"}
    )
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    context.add_init_script(
        f"if (!sessionStorage.before) {{ sessionStorage.before = 1; localStorage.setItem('openpractice:ana:open-practice:{prompt}', {json.dumps(draft)}); }}"
    )
    return context


@pytest.mark.parametrize("prompt", IN_TURN)
def test_what_was_never_sent_of_an_earlier_form_is_readable_and_is_not_replaced_by_what_is_typed_next(
    open_page, server, chromium, prompt
):
    value, readable = CHANGED[prompt]
    page = open_page(prompt, context=left_behind(chromium, prompt, value))
    own = card(page, prompt)
    page.wait_for_function("document.querySelector('.op-prompt').dataset.state === 'refused'")
    earlier = own.locator(".op-slot > blockquote")
    earlier.first.wait_for()  # what is seldom there comes as a file of its own
    assert own.get_by_text(UNSENT).count() == earlier.count() == 1
    assert all(words in earlier.inner_text() for words in readable)
    answer_anew(page, prompt)
    page.wait_for_function(SENT)
    assert all(words in earlier.inner_text() for words in readable)
    answer = server.journal.state(prompt)
    assert (answer.rev, answer.heads) == (1, [])
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_function(SENT)
    earlier.first.wait_for()
    assert own.get_by_text(UNSENT).count() == 1 and own.get_by_text(READ).count() == 0
    assert all(words in earlier.inner_text() for words in readable)
    assert server.journal.state(prompt).rev == 1

    own.get_by_role("button", name="I no longer need these words").click()
    assert earlier.count() == 0 and page.evaluate("localStorage.length") == 0
    own.get_by_role("button", name="Undo").click()
    assert all(words in earlier.inner_text() for words in readable)
    assert server.journal.state(prompt).value == answer.value


def test_words_of_a_column_that_is_gone_survive_what_is_typed_while_the_course_is_away(open_page, server, chromium):
    prompt, value = "gallery-evidence", {"rows": [{"claim": "still asked", "gone-column": "never sent"}]}
    server.mood = (503, {})
    page = open_page(prompt, context=left_behind(chromium, prompt, value))
    own = card(page, prompt)
    assert own.locator("textarea").first.input_value() == "still asked"
    assert "never sent" in own.locator(".op-slot > blockquote").inner_text()
    own.locator("textarea").first.press_sequentially("!")
    assert own.get_by_text(UNSENT).count() == 1
    server.mood = None
    assert kept(server, prompt, {"rows": [{"claim": "still asked!"}]}, 20) == {"rows": [{"claim": "still asked!"}]}
    assert "never sent" in own.locator(".op-slot > blockquote").inner_text()


WRONG = [
    {"text": 7},
    {"odd": {"deep": [[[1]]]}},
    *(
        pytest.param(value, marks=pytest.mark.slow)
        for value in (
            {"rows": 7},
            {"choice": ["x"]},
            {"nodes": [{"id": "x"}], "links": [{"from": "y", "to": "z"}]},
        )
    ),
]


@pytest.mark.parametrize("value", WRONG, ids=lambda value: next(iter(value)))
def test_drafts_of_the_wrong_form_from_a_stale_page_are_refused_in_words_and_stay(open_page, server, chromium, value):
    prompts = [spec["id"] for spec in SPECS if not spec.get("branch")]
    drafts = {
        f"openpractice:ana:open-practice:{prompt}": json.dumps(
            {"key": f"stale-{prompt}", "base": 0, "value": value, "at": "2026-11-20T10:00:00.000Z", "lesson": "gallery"}
        )
        for prompt in prompts
    }
    context = chromium.new_context()
    context.add_init_script(
        f"for (const [name, draft] of Object.entries({json.dumps(drafts)})) localStorage.setItem(name, draft);"
    )
    page = open_page(context=context)
    page.wait_for_function(
        "(count) => document.querySelectorAll('.op-prompt[data-state=refused]').length === count",
        arg=len(prompts),
    )
    for prompt in prompts:
        assert "Your words are still here." in card(page, prompt).locator(".op-state-words").inner_text()
        assert server.journal.state(prompt).rev == 0
        assert page.evaluate("(key) => Object.values(localStorage).join().includes(key)", f"stale-{prompt}")


@pytest.mark.slow
def test_a_thousand_rows_open_and_say_what_they_are(open_page, server):
    rows = [{"claim": f"row {n}"} for n in range(1000)]
    server.journal.put("gallery", "gallery-evidence", {"rows": rows}, 0, "many")
    page = open_page("gallery-evidence")
    own = card(page, "gallery-evidence")
    own.get_by_text(READ).wait_for()
    assert "row 999" in own.locator(".op-slot > blockquote").inner_text()
    own.locator("textarea").first.fill("a first one")
    page.wait_for_function("document.querySelector('.op-prompt').dataset.state !== 'saving'")


NO_STORE = {
    "is full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
    "keeps no copy": "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied'); } })",
}


@pytest.mark.parametrize("said", NO_STORE)
def test_a_browser_that_keeps_nothing_is_said_and_saving_goes_on(open_page, server, chromium, said):
    context = chromium.new_context()
    context.add_init_script(NO_STORE[said])
    page = open_page("gallery-short", context=context)
    card(page, "gallery-short").get_by_role("textbox").fill("through the door")
    assert kept(server, "gallery-short", {"text": "through the door"}) == {"text": "through the door"}
    assert said in card(page, "gallery-short").locator(".op-state-words").inner_text()


def test_after_reading_the_answer_is_changed_by_one_press_and_handed_in_again_where_that_is_allowed(open_page, server):
    server.journal.put("gallery", "gallery-long", {"text": "first words"}, 0, "one")
    page = open_page("gallery-long")
    feedback = card(page, "gallery-long").locator(".op-feedback")
    feedback.get_by_role("button", name="Change my answer").click()
    assert page.evaluate("document.activeElement.value") == "first words"
    assert "Say which of your meetings" in feedback.inner_text()


def test_a_session_that_takes_no_more_changes_says_so(open_page, server):
    server.extra["can_change"] = False
    page = open_page("gallery-long")
    feedback = card(page, "gallery-long").locator(".op-feedback")
    assert "takes no more changes" in feedback.inner_text()
    assert feedback.get_by_role("button", name="Change my answer").count() == 0
