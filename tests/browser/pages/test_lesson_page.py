"""A session's page in real Chromium, over a real server and a real journal."""

from __future__ import annotations

import json
import re
import time
from itertools import count, pairwise

import pytest
from playwright.sync_api import Error as PlaywrightError

from chromium import browser as chromium
from looks import tree
from openpractice.journal.journal import Journal
from openpractice.service.identities.identity import Identity
from repo import REPO
from served import COOKIE, service
from servers import publish

pytestmark = pytest.mark.browser

LESSON = "1-purpose"
REAL = (REPO / f"notebooks/{LESSON}/{LESSON}.ipynb").read_bytes()
# How many questions it asks, but the one for when there is time.
ASKED = REAL.count(b'"prompt({') - 1
ASK = {"v": 1, "course": "open-practice", "kind": "short_text", "title": "Uno", "body": "?", "visibility": "F"}
# Most bytes and requests until the first box can be typed in.
MOST_BYTES, MOST_REQUESTS = 120_000, 12
NUMBERS = count(1)


def cell(kind, source, **own):
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"openpractice": own} if own else {}, "source": source, **extra}


def lesson(lesson_id, cells, **about):
    own = {"format": 1, "course": "open-practice", "lesson": lesson_id, "title": "A session", "minutes": 5} | about
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"openpractice": own}, "cells": cells}).encode()


def prompt(lesson_id, prompt_id, **more):
    spec = ASK | {"lesson": lesson_id, "id": prompt_id} | more
    return cell("code", f"prompt({json.dumps(spec)})", part="prompt", id=prompt_id)


def odd_lesson():
    """In Spanish: one whole prompt, words typed in its plain cell, a kind nobody knows, a cell that is no call."""
    return lesson(
        "8-odd",
        [
            cell("markdown", "# Una sesión", part="text"),
            prompt("8-odd", "odd-one", minutes=3),
            cell("markdown", "Words I typed <b>long</b> ago", part="answer", id="odd-one"),
            prompt("8-odd", "odd-two", kind="telepathy"),
            cell("code", "__import__('os').system('touch ran')", part="prompt", id="odd-three"),
        ],
        title="Una sesión",
        language="es",
    )


def long_lesson(questions=60):
    cells = [cell("markdown", "# Sixty questions", part="text")]
    for number in range(questions):
        if number % 10 == 0:
            cells.append(cell("markdown", f"## Part {number // 10 + 1}\n\nSome words to read.", part="text"))
        cells.append(prompt("9-sixty", f"sixty-{number}", kind="long_text", title=f"Question {number + 1}"))
    return lesson("9-sixty", [*cells, cell("code", "handin({})", part="handin")])


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data = tmp_path_factory.mktemp("lesson-page")
    publish(data / "exchange", notebook=REAL)
    publish(data / "exchange", "8-odd", odd_lesson())
    publish(data / "exchange", "9-sixty", long_lesson())
    with service(data, people={}) as running:
        yield running


def somebody(server):
    """The id of somebody new who may sign in."""
    person = f"ana-{next(NUMBERS)}"
    server.served.source.people[person] = Identity(person, f"Ana {person}", "participant")
    return person


def sign_in(context, server, person):
    context.clear_cookies()
    context.add_cookies([{"name": COOKIE, "value": person, "url": server.address}])


@pytest.fixture
def visit(server, chromium):
    """Opens pages of somebody new; errors of a page fail the test."""
    person = somebody(server)
    contexts, faults = [], []

    def go(path=f"lesson/{LESSON}", context=None, drawn=True, **more):
        if context is None:
            context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | more))
            contexts.append(context)
            sign_in(context, server, person)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: keep_fault(faults, said))
        page.goto(f"{server.address}openpractice/{path}")
        if drawn:
            page.wait_for_selector(".op-prompt[data-state]")
            page.wait_for_function("() => !document.querySelector('.op-waiting')")
        return page

    go.person, go.server = person, server
    yield go
    for context in contexts:
        context.close()
    assert faults == []


def keep_fault(faults, said):
    if said.type == "error" and "Failed to load resource" not in said.text and "telepathy" not in said.text:
        faults.append(said.text)


def state(visit, prompt_id):
    path = visit.server.data / "people" / visit.person / "journal/open-practice.jsonl"
    return Journal(path).state(prompt_id) if path.exists() else None


def wait_for_words(page, visit, prompt_id, words, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = state(visit, prompt_id)
        if found and words in json.dumps(found.value, ensure_ascii=False):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{words!r} is not in the journal after {seconds} s")


def says(page, prompt_id):
    return page.locator(f"#{prompt_id} .op-state-words").inner_text()


def box(page, prompt_id="purpose-trace"):
    return page.locator(f"#{prompt_id} textarea").first


def test_words_typed_by_keyboard_reach_the_journal_and_stand_there_again(visit):
    page, elsewhere = visit(), visit()
    box(page).focus()
    words = "ddd b Enter x — typed عربي 中文"
    page.keyboard.type(words)
    wait_for_words(page, visit, "purpose-trace", words)
    page.reload()
    there = "(words) => document.querySelector('#purpose-trace textarea')?.value === words"
    page.wait_for_function(there, arg=words)
    # A page that stood open on another device shows them when somebody comes back to it.
    assert box(elsewhere).input_value() == ""
    elsewhere.evaluate("window.dispatchEvent(new Event('focus'))")
    elsewhere.wait_for_function(there, arg=words)


def type_inside(page, word, pause):
    """Types a word before the last sign of the box, key by key; returns where the caret went otherwise than the keys took it."""
    there = box(page)
    there.evaluate("(one) => { one.focus(); one.setSelectionRange(one.value.length - 1, one.value.length - 1); }")
    jumps = []
    for key in word:
        before = there.evaluate("(one) => one.selectionStart")
        page.keyboard.press(key)
        after = there.evaluate("(one) => [one.selectionStart, one.value[one.selectionStart - 1], one.value.slice(-1)]")
        if after != [before + 1, key, ")"]:
            jumps.append((word, key, before, after))
    page.wait_for_timeout(pause)
    return jumps


@pytest.mark.slow
def test_somebody_who_changes_tabs_twenty_times_and_closes_one_without_a_network_loses_no_word(visit):
    one = visit()
    tabs = [one, visit(context=one.context)]
    box(one).fill("()")
    words, jumps = [], []
    for turn in range(20):
        tab = tabs[turn % 2]
        tab.bring_to_front()
        if not box(tab).input_value().endswith(")"):
            tab.wait_for_function("document.querySelector('#purpose-trace textarea').value.endsWith(')')")
        words.append("w" + chr(97 + turn) * 2 + "q")
        jumps += type_inside(tab, words[-1], 40 + 50 * (turn % 5))
    assert jumps == []
    for tab in tabs:
        tab.locator("#purpose-trace .op-state-words", has_text="aved").wait_for()
    closing, staying = tabs
    one.context.set_offline(True)
    closing.bring_to_front()
    type_inside(closing, "last", 100)
    closing.close()
    staying.bring_to_front()
    staying.wait_for_timeout(300)
    one.context.set_offline(False)
    wait_for_words(staying, visit, "purpose-trace", "last", seconds=60)
    staying.wait_for_function("document.querySelector('#purpose-trace textarea').value.endsWith('last)')")
    staying.locator("#purpose-trace .op-state-words", has_text="aved").wait_for()
    found = state(visit, "purpose-trace")
    assert found.value["text"] == f"({''.join(words)}last)"
    assert found.heads == [] and staying.locator("#purpose-trace .op-versions").count() == 0
    left = "Object.keys(localStorage).filter((name) => name.endsWith('purpose-trace')).length"
    staying.wait_for_function(f"!({left})")


# The page itself notes when its first box is there; what was asked for until then, with its bytes, it knows too.
FIRST_BOX = """new MutationObserver((_, watching) => {
    if (!document.querySelector(".op-prompt textarea")) return
    watching.disconnect()
    window.firstBox = performance.now()
}).observe(document, { childList: true, subtree: true })"""
BEFORE_IT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((one) => one.startTime < window.firstBox).map((one) => [one.name, one.transferSize])"""


def test_it_opens_with_few_bytes_in_few_requests(visit):
    context = visit("words", drawn=False).context
    page = context.new_page()
    page.add_init_script(FIRST_BOX)
    page.goto(f"{visit.server.address}openpractice/lesson/{LESSON}", wait_until="commit")
    page.wait_for_selector(".op-prompt textarea")
    asked = page.evaluate(BEFORE_IT)
    print(len(asked), "requests,", sum(size for _, size in asked), "bytes")
    assert 3 <= len(asked) <= MOST_REQUESTS and 20_000 < sum(size for _, size in asked) <= MOST_BYTES
    # The answers came with the page: nothing is asked for before the first box is there.
    assert not [url for url, _ in asked if "/api/answers" in url]


def test_it_has_one_title_and_no_level_of_heading_is_skipped(visit):
    page = visit()
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((one) => one.checkVisibility()).map((one) => +one.tagName[1])"
    )
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    titles = [spec["title"] for spec in json.loads(page.locator("#lesson-data").text_content())["specs"]]
    drawn = page.locator(".place :is(h2, h3)").all_inner_texts()
    assert [title for title in drawn if title in titles] == titles


def test_everything_that_can_be_worked_has_a_name(visit):
    page = visit()
    roles = {"textbox", "radio", "checkbox", "button", "combobox", "slider", "spinbutton", "link", "DisclosureTriangle"}
    seen = [node for node in tree(page) if node[0] in roles]
    assert len(seen) > 60
    for role, name, above in seen:
        assert name.strip("\u200b \n↑↓×–▾›") != "", (role, above[:3])
    assert {"main", "banner", "navigation", "article"} <= {role for role, _, _ in tree(page)}


def test_the_contents_lead_to_a_question_and_say_what_is_answered(visit):
    page = visit()
    entry = page.locator("#contents [data-for=purpose-ask]")
    assert entry.get_by_role("link").inner_text().endswith(", no answer yet")
    entry.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('.place')?.id === 'purpose-ask'")
    page.keyboard.type("The caretaker, a parent, a pupil.")
    page.wait_for_function("() => document.querySelector('[data-for=purpose-ask]').classList.contains('done')")
    assert entry.get_by_role("link").inner_text().endswith(", answered")
    count = page.locator("#contents [data-part=count]")
    assert count.inner_text() == f"1 of {ASKED} answered, one more if there is time"
    # More than is asked for is kept, and is no whole answer; the page says so and counts by the server's rule.
    agreements = page.locator("#purpose-agreements")
    for tick in agreements.get_by_role("checkbox").all()[:5]:
        tick.check()
    assert "5 chosen. That is one more than asked" in agreements.inner_text()
    page.wait_for_function(
        "() => document.querySelector('[data-for=purpose-agreements]').innerText.endsWith('(begun)')"
    )
    assert count.inner_text() == f"1 of {ASKED} answered, 1 begun, one more if there is time"
    # One statement of a list is begun, as one choice of four is.
    page.locator("#purpose-clarity").get_by_role("radio").first.check()
    page.wait_for_function("() => document.querySelector('[data-for=purpose-clarity]').innerText.endsWith('(begun)')")
    assert page.locator("#lesson-bar [data-part=words]").inner_text().startswith(f"1 of {ASKED} answered, 2 begun, ")
    # It can be seen too; what is answered has its check mark.
    seen = page.locator("#contents [data-part=state]:not(.sr)")
    assert seen.all_inner_texts() == [" (begun)", " (begun)"]
    wait_for_words(page, visit, "purpose-agreements", "choices")
    # What the page has not heard of as saved would be sent once more from the next one, which then loads anew.
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => /:purpose-(clarity|agreements)$/.test(name))"
    )
    page.goto(f"{visit.server.address}openpractice/handin/{LESSON}")
    assert page.locator("#standing").inner_text().startswith(f"1 of {ASKED} answered, 2 begun")
    page.locator("#gaps li", has_text="(begun: not as many").nth(1).wait_for()
    assert page.locator("#gaps li").count() == ASKED - 1
    assert "one question is for when there is time" in page.locator("#apart").inner_text()
    page.go_back()
    agreements.get_by_role("checkbox").first.uncheck()
    page.wait_for_function("() => document.querySelector('#lesson-bar').innerText.startsWith('2 of ')")


def test_progress_is_true_and_alt_n_goes_to_the_next_question_without_an_answer(visit):
    page = visit()
    said = page.locator("#lesson-bar [data-part=words]")
    assert said.inner_text().startswith(f"0 of {ASKED} answered")
    box(page).fill("An hour of lesson plans.")
    page.wait_for_function("() => document.querySelector('#lesson-bar').innerText.startsWith('1 of ')")
    page.reload()
    page.wait_for_function("() => document.querySelector('#lesson-bar').innerText.startsWith('1 of ')")
    # What goes on counting says it, and nothing that was written when the page was made.
    assert page.locator("header.lesson-head p.meta").count() == 0
    box(page).focus()
    page.keyboard.press("Alt+n")
    page.wait_for_function("() => document.activeElement.closest('.place')?.id === 'purpose-calendar'")
    page.keyboard.press("Control+s")
    assert "every word is kept" in page.locator("#lesson-bar [data-part=news]").inner_text()
    box(page).fill("   ")
    page.wait_for_function(
        "() => document.querySelector('#lesson-bar [data-part=words]').textContent.startsWith('0 of ')"
    )


def test_an_address_with_a_prompts_id_opens_at_that_prompt_ready_to_type(visit):
    page = visit(f"open/{LESSON}#purpose-trace")
    page.wait_for_function("() => document.activeElement.matches('#purpose-trace textarea')")
    assert -1 <= page.locator("#purpose-trace").bounding_box()["y"] < 450


def test_faults_stay_in_their_own_place_and_the_page_speaks_the_lessons_language(visit):
    page = visit("lesson/8-odd")
    assert page.locator("#odd-one .op-prompt textarea").is_visible()
    assert page.get_by_text("No se pudo dibujar el recuadro de esta pregunta.").count() == 2
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.get_by_role("link", name="Tus sesiones").is_visible()
    assert "__import__" not in page.locator("main").inner_text()
    assert not (visit.server.data / "files/ran").exists()


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_in_one_column_in_both_schemes(visit, width, scheme):
    page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.locator("#contents summary").click()
    page.locator("#lesson-menu summary").click()
    wide = page.evaluate("""() => [...document.querySelectorAll('body *')].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 1 && one.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true })
          && !one.closest('.sr, .skip, .op-hidden, table') && (box.right > innerWidth + 1 || box.left < -1);
      }).map((one) => one.tagName + '.' + one.className)""")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate("""() => [...document.querySelectorAll('main :is(button, summary, select, textarea), .bar :is(a, summary)')]
        .filter((one) => one.checkVisibility()).filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML.slice(0, 90))""")
    assert small == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 26)"
    assert dark == (scheme == "dark")


@pytest.mark.slow
def test_two_tabs_stay_in_step_and_a_typing_hand_is_left_alone(visit):
    one = visit()
    two = visit(context=one.context)
    box(two, "purpose-ask").focus()
    two.keyboard.type("mine, ")
    box(one).fill("first tab")
    two.wait_for_function("() => document.querySelector('#purpose-trace textarea').value === 'first tab'")
    assert two.evaluate("document.activeElement.closest('.place').id") == "purpose-ask"
    two.wait_for_function("() => document.querySelector('[data-for=purpose-trace]').classList.contains('done')")


@pytest.mark.slow
def test_what_two_devices_wrote_apart_is_shown_in_full_and_chosen(visit):
    phone, desk = visit(), visit()
    desk.context.set_offline(True)
    box(desk).fill("typed on the train")
    box(phone).fill("typed on the phone")
    wait_for_words(phone, visit, "purpose-trace", "typed on the phone")
    desk.context.set_offline(False)
    versions = desk.locator("#purpose-trace .op-version")
    versions.nth(1).wait_for()
    assert {"typed on the train", "typed on the phone"} <= set(
        desk.locator("#purpose-trace .op-version blockquote").all_inner_texts()
    )
    # A line from right to left stands in a version as it does in the box, whatever the first line is.
    flows = "(quotes) => quotes.map((one) => getComputedStyle(one).unicodeBidi)"
    assert set(desk.locator("#purpose-trace .op-version blockquote").evaluate_all(flows)) == {"plaintext"}
    desk.locator("#purpose-trace .op-version", has_text="on the phone").get_by_role("button").click()
    desk.wait_for_function("() => document.querySelector('#purpose-trace textarea').value === 'typed on the phone'")
    assert versions.count() == 0


HEAR_OTHER_TABS = """() => {
    const { user, workshop, course } = document.body.dataset
    window.line = new BroadcastChannel(`openpractice:${user}@${workshop}:${course}:`)
    window.line.onmessage = () => { window.heard = true }
}"""


def test_words_typed_while_nothing_answers_wait_in_words_and_are_sent_without_a_reload(visit):
    page = visit()
    box(page).focus()
    page.keyboard.type("Before the connection went, ")
    page.context.set_offline(True)
    page.keyboard.type("and after.", delay=20)
    page.get_by_text("Not sent yet. Your words are kept in this browser.").first.wait_for()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.context.set_offline(False)
    wait_for_words(page, visit, "purpose-trace", "Before the connection went, and after.")
    saved = "() => document.querySelector('#purpose-trace .op-prompt').dataset.state === 'saved'"
    page.wait_for_function(saved)
    page.context.clear_cookies()
    page.keyboard.type(" Signed out.")
    page.locator("#purpose-trace").get_by_text("You are signed out.").first.wait_for()
    page.evaluate(HEAR_OTHER_TABS)
    sign_in(page.context, visit.server, visit.person)
    visit("words", context=page.context, drawn=False)
    page.wait_for_function("() => window.heard")
    page.wait_for_function(saved)


def test_without_a_connection_a_session_that_was_opened_is_read_and_written(visit):
    page = visit()
    box(page).fill("words from before")
    wait_for_words(page, visit, "purpose-trace", "words from before")
    page.locator("#purpose-rigor textarea").first.fill("here all along")
    wait_for_words(page, visit, "purpose-rigor", "here all along")
    page.get_by_text("This session", exact=True).click()
    page.get_by_text("Kept in this browser too: you can read and write without a connection.").wait_for()
    context = page.context
    context.set_offline(True)
    # What leaves with the page may arrive although its answer is never heard.
    box(page).press_sequentially(", and leaving")
    page.reload()
    page.wait_for_function("() => document.querySelector('#purpose-trace textarea')?.value.endsWith('leaving')")
    box(page).press("End")
    box(page).press_sequentially(", and back")
    page.close()
    page = visit(f"open/{LESSON}", context=context)
    page.wait_for_function("() => document.querySelector('#lesson-bar').innerText.startsWith('2 of ')")
    said = page.locator("#lesson-copy").inner_text()
    assert "There is no connection" in said and f"kept as words of “{visit.person}”" in said
    assert "words from before" not in page.content()
    box(page, "purpose-ask").fill("typed on the train")
    page.get_by_text("Not sent yet. Your words are kept in this browser.").first.wait_for()
    elsewhere = visit("words", context=context, drawn=False)
    elsewhere.get_by_role("link", name="The purpose of leadership").wait_for()
    assert "There is no connection" in elsewhere.locator("h1").inner_text()
    elsewhere.close()
    context.set_offline(False)
    page.get_by_text("The connection is back.").wait_for()
    wait_for_words(page, visit, "purpose-ask", "typed on the train")
    wait_for_words(page, visit, "purpose-trace", "words from before, and leaving, and back")
    # One person in one tab is asked nothing: what was typed is one line of versions.
    assert state(visit, "purpose-trace").heads == [] and page.locator(".op-versions").count() == 0


def test_a_page_that_could_not_be_reached_comes_by_itself_when_the_course_is_back(visit):
    """A service that fell and came back: no browser says of that that it is online again."""
    page = visit()
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    page.context.add_init_script("addEventListener('online', (event) => event.stopImmediatePropagation(), true)")
    page.context.set_offline(True)
    page.goto(f"{visit.server.address}openpractice/words")
    page.get_by_role("heading", name="There is no connection").wait_for()
    page.context.set_offline(False)
    page.get_by_role("heading", name="My words so far").wait_for()


def test_no_answer_and_nothing_of_anybody_else_is_in_what_a_browser_keeps(visit):
    page = visit()
    box(page).fill("a secret word")
    wait_for_words(page, visit, "purpose-trace", "a secret word")
    page.reload()
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    kept = """async () => { const found = [];
        for (const name of await caches.keys()) { const one = await caches.open(name);
          for (const key of await one.keys()) found.push([name, key.url, await (await one.match(key)).text()]); }
        return found; }"""
    held = page.evaluate(kept)
    assert any("/lesson/1-purpose" in url for _, url, _ in held)
    assert not [url for _, url, text in held if "secret word" in text or "/api/" in url]
    other = somebody(visit.server)
    sign_in(page.context, visit.server, other)
    page.reload()
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    assert {name.rsplit(":", 1)[1] for name, _, _ in page.evaluate(kept)} == {other}


def test_whoever_comes_next_never_types_into_the_copy_of_one_who_did_not_sign_out(visit):
    """They have opened no session yet when the network falls: only pages around them."""
    page = visit()
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    sign_in(page.context, visit.server, somebody(visit.server))
    page.goto(f"{visit.server.address}openpractice/")
    page.wait_for_function("async () => !(await caches.keys()).length")
    page.context.set_offline(True)
    with pytest.raises(PlaywrightError, match="ERR_"):
        page.goto(f"{visit.server.address}openpractice/lesson/{LESSON}")


def test_a_newer_lesson_is_never_hidden_by_a_kept_copy_and_sign_in_passes(visit):
    page = visit("lesson/8-odd")
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    publish(visit.server.data / "exchange", "8-odd", odd_lesson().replace(b"Uno", b"Dos"))
    page.reload()
    page.get_by_role("heading", name="Dos").wait_for()
    publish(visit.server.data / "exchange", "8-odd", odd_lesson())
    page.context.clear_cookies()
    page.goto(f"{visit.server.address}openpractice/lesson/8-odd")
    assert page.url.endswith("/sign-in")


def test_what_is_kept_stays_where_a_newer_version_cannot_be_fetched_whole(visit):
    """The kit is upgraded, the page opens with newer scripts, and the network falls before the other sessions came."""
    page = visit("lesson/8-odd")
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    page.context.route("**/lesson/8-odd?as=copy", lambda route: route.abort())
    older = """async () => { const kept = await caches.open((await caches.keys())[0]);
        for (const { url } of await kept.keys()) if (url.endsWith(".js")) {
          await kept.put(url.replace("/static/", "/static/before/"), await kept.match(url)); await kept.delete(url); }
        const path = "/openpractice/lesson/8-odd";
        const text = await (await kept.match(path)).text();
        await kept.put(path, new Response(text.replaceAll("/static/", "/static/before/"), { headers: { "Content-Type": "text/html" } })); }"""
    page.evaluate(older)
    page.close()
    page = visit(context=page.context)
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    held = page.evaluate("""async () => { const kept = await caches.open((await caches.keys())[0]);
        return (await kept.keys()).map(({ url }) => new URL(url).pathname); }""")
    assert "/openpractice/lesson/8-odd" in held and f"/openpractice/lesson/{LESSON}" in held
    # With what each is drawn with, and nothing else.
    before = {path for path in held if "/before/" in path}
    assert before and all("/lesson/lesson.js" in path or "/prompts/" in path for path in before)
    page.context.unroute("**/lesson/8-odd?as=copy")
    page.evaluate("""async () => { const kept = await caches.open((await caches.keys())[0]);
        for (const { url } of await kept.keys()) if (url.includes("sentences-")) await kept.delete(url); }""")
    page.reload()
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    assert not page.evaluate("""async () => { const kept = await caches.open((await caches.keys())[0]);
        return (await kept.keys()).map(({ url }) => url).filter((url) => url.includes("/before/")); }""")


def test_signing_out_sends_the_words_that_wait_or_says_that_they_stay_in_this_browser(visit):
    people, person = visit.server.served.source.people, visit.person
    people[person] = Identity(person, "Ana", "participant", f"{visit.server.address}sign-in")
    page = visit()
    box(page).fill("saved")
    wait_for_words(page, visit, "purpose-trace", "saved")
    page.context.route("**/api/answers/**", lambda route: route.abort())
    box(page).fill("saved, and not yet")
    page.get_by_text("Not sent yet.").first.wait_for()
    page.get_by_text("This session", exact=True).click()
    page.get_by_role("link", name="Sign out").click()
    link = page.get_by_role("link", name="One answer is not sent yet: it waits in this browser")
    link.wait_for()
    assert f"lesson/{LESSON}" in page.url
    with page.expect_navigation(url="**/sign-in"):
        link.click()
    # When the way is free they are sent first, from any page.
    page.context.unroute("**/api/answers/**")
    page.goto(f"{visit.server.address}openpractice/words")
    page.evaluate(
        """() => {
        const { user, workshop, course } = document.body.dataset;
        const draft = { key: "left", base: 0, value: { text: "left behind" }, at: "2026-11-20T10:00:00Z", lesson: "1-purpose" };
        localStorage.setItem(`openpractice:${user}@${workshop}:${course}:purpose-ask`, JSON.stringify(draft));
    }"""
    )
    with page.expect_navigation(url="**/sign-in"):
        page.get_by_role("link", name="Sign out").click()
    assert state(visit, "purpose-ask").value == {"text": "left behind"}


def test_clearing_this_browser_clears_what_was_kept(visit):
    page = visit()
    page.wait_for_function("() => document.querySelector('[data-part=kept]').textContent")
    page.goto(f"{visit.server.address}openpractice/")
    page.get_by_role("button", name="Clear this browser").click()
    page.get_by_role("button", name=re.compile("Yes")).click()
    page.get_by_text("This browser is cleared.").wait_for()
    assert page.evaluate(
        "async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"
    ) == [0, 0]


def test_where_no_worker_can_be_registered_the_page_says_so_and_works(visit):
    page = visit("words", drawn=False)
    page.context.add_init_script(
        "navigator.serviceWorker.register = () => Promise.reject(new DOMException('', 'SecurityError'))"
    )
    page.close()
    page = visit(context=page.context)
    page.get_by_text("This session", exact=True).click()
    page.get_by_text("This browser cannot keep the session for times without a connection").wait_for()
    box(page).fill("typed all the same")
    wait_for_words(page, visit, "purpose-trace", "typed all the same")


def open_with_words_held(visit, page, name, text):
    """Opens the lesson in a browser that holds words under that name, from before."""
    held = {"key": "old", "base": 0, "value": {"text": text}, "at": "2026-01-01T10:00:00Z", "lesson": LESSON}
    page.evaluate("([name, held]) => localStorage.setItem(name, JSON.stringify(held))", [name, held])
    page.goto(f"{visit.server.address}openpractice/lesson/{LESSON}")


@pytest.mark.slow
@pytest.mark.parametrize("owner", ["{person}", ""])
def test_words_that_an_earlier_page_left_are_offered_and_never_sent_unasked(visit, owner):
    page = visit("words", drawn=False)
    name = f"openpractice:{owner.format(person=visit.person)}:open-practice:purpose-trace"
    open_with_words_held(visit, page, name, "from an older page")
    fold = page.locator("#purpose-trace details", has_text="Words kept here from an earlier visit")
    fold.wait_for()
    assert box(page).input_value() == "" and state(visit, "purpose-trace") is None
    fold.locator("summary").click()
    assert fold.locator("blockquote").inner_text() == "from an older page"
    fold.get_by_role("button", name="Put these words in the box").click()
    assert box(page).input_value() == "from an older page"
    wait_for_words(page, visit, "purpose-trace", "from an older page")
    assert page.evaluate("(name) => localStorage.getItem(name)", name) is None


def test_words_of_another_workshop_at_the_same_address_are_neither_shown_nor_sent(visit):
    page = visit("words", drawn=False)
    name = f"openpractice:{visit.person}@{'0' * 16}:open-practice:purpose-trace"
    open_with_words_held(visit, page, name, "of another workshop")
    box(page).fill("mine")
    wait_for_words(page, visit, "purpose-trace", "mine")
    assert "of another workshop" not in page.content()
    assert "of another workshop" in page.evaluate("(name) => localStorage.getItem(name)", name)


def test_feedback_stands_beside_the_answer_it_is_about(visit):
    box(visit()).fill("read me")
    folder = visit.server.data / "exchange/open-practice/feedback" / visit.person
    folder.mkdir(parents=True)
    answer = {"comment": "Say where the trail goes cold.", "text": "read me", "sha256": "x", "levels": [], "notes": []}
    held = {"at": "2026-11-25T08:00:00Z", "overall": "", "answers": {"purpose-trace": answer}}
    (folder / f"{LESSON}.json").write_text(json.dumps(held))
    page = visit()
    assert "Say where the trail goes cold." in page.locator("#purpose-trace .op-feedback").inner_text()


def test_the_end_leads_to_looking_over_and_waits_for_every_word(visit):
    page = visit()
    box(page, "purpose-ask").fill("three people")
    page.get_by_role("link", name="Look over and hand in").click()
    page.wait_for_url(f"**/handin/{LESSON}")
    assert "three people" in page.locator("#answer-purpose-ask").inner_text()
    left_open = visit(context=page.context)
    assert "Not handed in yet" in left_open.locator(".op-handin").inner_text()
    page.get_by_role("button", name="Hand in session 1").click()
    page.wait_for_url(f"**/receipt/{LESSON}")
    left_open.evaluate("dispatchEvent(new Event('focus'))")  # as coming back to that tab does
    left_open.locator(".op-handin", has_text="You can change it until it is read.").wait_for()


def test_a_corrected_text_shows_after_a_reload_and_answers_stay(visit):
    page = visit("lesson/8-odd")
    box(page, "odd-one").fill("antes")
    wait_for_words(page, visit, "odd-one", "antes")
    publish(visit.server.data / "exchange", "8-odd", odd_lesson().replace(b"Uno", b"Una"))
    page.reload()
    page.get_by_role("heading", name="Una", exact=True).wait_for()
    page.wait_for_function("() => document.querySelector('#odd-one textarea').value === 'antes'")
    publish(visit.server.data / "exchange", "8-odd", odd_lesson())


@pytest.mark.slow
def test_an_answer_in_arabic_runs_from_the_right(visit):
    page = visit()
    box(page).fill("نبدأ كل يوم بحلقة")
    assert box(page).evaluate("(one) => getComputedStyle(one).direction") == "rtl"


def test_sixty_questions_are_drawn_and_the_first_can_be_used_before_the_last_is(visit):
    page = visit("lesson/9-sixty")
    assert page.locator(".op-prompt[data-state]").count() == 60
    assert page.locator("#contents [data-for]").count() == 60
    page.keyboard.press("Alt+n")
    page.wait_for_function("() => document.activeElement.closest('.place')?.id === 'sixty-0'")
    assert page.locator("#lesson-bar [data-part=words]").inner_text() == "0 of 60 answered"


@pytest.mark.slow
def test_a_long_answer_grows_and_the_page_stays_under_the_hand(visit):
    page = visit()
    box(page).fill("word " * 5000)
    box(page).evaluate("(one) => { one.focus(); one.setSelectionRange(one.value.length, one.value.length); }")
    page.keyboard.type("x")
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    page.keyboard.type("yz", delay=100)
    assert page.evaluate("scrollY") == before
    assert box(page).evaluate("(one) => one.scrollHeight - one.clientHeight") <= 2


@pytest.mark.slow
def test_text_grows_and_the_size_is_remembered(visit):
    page = visit()
    size = lambda: page.locator(".prose p").first.evaluate("(p) => p.getClientRects()[0].height / p.textContent.length")
    before = size()
    page.get_by_text("This session", exact=True).click()
    for _ in range(3):
        page.get_by_role("button", name="Larger text").click()
    assert "150" in page.locator("#lesson-menu [data-part=size]").inner_text()
    assert size() > before * 1.2
    page.reload()
    assert size() > before * 1.2


def test_a_printed_session_has_every_part_on_white_and_none_of_the_bars(visit):
    page = visit(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for part in (".contents", "#lesson-bar", "#lesson-menu", "[data-handin]"):
        assert not page.locator(part).is_visible(), part
    look = "(name) => { const { color, backgroundColor } = getComputedStyle(document.querySelector(name)); return [color, backgroundColor]; }"
    assert page.evaluate(look, ".op-prompt") == ["rgb(29, 33, 37)", "rgb(255, 255, 255)"]
    assert page.evaluate(look, "body") == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.locator(".op-prompt").first.is_visible() and page.locator("h1").is_visible()


@pytest.mark.slow
def test_forced_colours_leave_the_place_in_the_contents_and_the_choice_visible(visit):
    page = visit(forced_colors="active")
    radio = page.locator("#purpose-clarity input[type=radio]").first
    radio.check()
    outline = radio.evaluate("(one) => getComputedStyle(one.closest('.op-point')).outlineStyle")
    assert outline == "solid"
    assert page.locator("#lesson-bar").evaluate("(one) => getComputedStyle(one).borderTopStyle") == "solid"


def test_without_scripts_the_session_can_be_read_and_says_what_is_needed(visit):
    page = visit(java_script_enabled=False, drawn=False)
    assert page.locator(".lesson-head noscript .note").is_visible()
    assert page.get_by_role("heading", name="Trace one hour").is_visible()
    assert page.locator("#lesson-bar").is_hidden()
    assert page.get_by_role("link", name="Check and hand in session 1").last.is_visible()


def test_the_skip_link_is_the_first_stop_and_every_stop_shows_its_focus(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(25):
        page.keyboard.press("Tab")
        shown = page.evaluate("""() => { const one = document.activeElement; const { outlineStyle, outlineWidth } = getComputedStyle(one);
            return one.checkVisibility() && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2; }""")
        assert shown, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_opening_as_a_notebook_is_in_the_menu(visit):
    page = visit()
    page.get_by_text("This session", exact=True).click()
    link = page.get_by_role("link", name="Open as a notebook")
    assert link.get_attribute("href") == f"/openpractice/open/{LESSON}?as=notebook"


@pytest.mark.slow
def test_the_course_can_be_installed(visit):
    page = visit("words", drawn=False)
    address = page.locator("link[rel=manifest]").get_attribute("href")
    manifest = page.request.get(visit.server.address.rstrip("/") + address)
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    said = manifest.json()
    assert said["start_url"] == said["scope"] == "/openpractice/" and said["display"] == "standalone"
    for icon in said["icons"]:
        assert page.request.get(visit.server.address.rstrip("/") + icon["src"]).ok
