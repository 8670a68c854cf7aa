"""The course home, the check page and the facilitator's corner in real Chromium."""

import json
import os
import zipfile

import pytest

from chromium import browser as chromium
from handins import lesson_notebook
from openpractice.service.lessonpages import coming
from repo import REPO
from servers import TOKEN, publish, serving

pytestmark = pytest.mark.browser
LESSON = "1-purpose"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data = tmp_path_factory.mktemp("pages")
    publish(data / "exchange", due="2036-12-04T17:00:00Z")
    with serving(data, whole=True) as running:
        yield running


@pytest.fixture
def page(server, chromium, request):
    """A signed-in browser of its own; errors on the page fail the test."""
    server.ask("DELETE", "api/person")
    context = chromium.new_context(
        timezone_id="America/New_York", locale="en-US", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda said: (
            errors.append(said.text) if said.type == "error" and "Failed to load resource" not in said.text else None
        ),
    )
    page.home = f"{server.address}openpractice/"
    page.goto(f"{page.home}?token={TOKEN}")
    yield page
    context.close()
    assert errors == []


def arrive(page, name):
    """Say a name by keyboard alone."""
    page.goto(page.home)
    page.get_by_label("Your name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your sessions").wait_for()


def draft(page, user, prompt, text, key="d1", base=0, lesson=LESSON):
    """Words that only this browser holds, as a prompt leaves them there.

    The page's scripts have run before: otherwise they may deliver the words at once.
    """
    page.wait_for_load_state("load")
    page.evaluate(
        """([user, prompt, held]) => localStorage.setItem(
            `openpractice:${user}@${document.body.dataset.workshop}:open-practice:${prompt}`, JSON.stringify(held))""",
        [
            user,
            prompt,
            {"key": key, "base": base, "value": {"text": text}, "at": "2026-11-23T10:00:00.000Z", "lesson": lesson},
        ],
    )


def drafts(page):
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('openpractice:'))")


def test_a_name_is_asked_for_first_and_a_missing_one_is_said_beside_the_field(page):
    page.goto(page.home)
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Please type a name with at least one letter.").wait_for()
    assert page.evaluate("document.activeElement.id") == "name"
    assert "Whoever uses it with you can open them" in page.inner_text("main")
    arrive(page, "Keyboard Only")
    assert page.get_by_text("Keyboard Only").is_visible()
    page.get_by_role("button", name="Not you? Change person").click()
    page.get_by_label("Your name").wait_for()


def test_the_home_says_where_one_stands_in_local_time(page, server):
    arrive(page, "Local Time")
    item = page.get_by_role("article", name="Session 1 · 105 minutes The purpose of leadership")
    assert "Not started" in item.inner_text()
    # 17:00 UTC, which the page's script puts into the visitor's own time once it has come
    item.get_by_text("December 4, 2036 12:00").wait_for()
    server.save("purpose-trace", {"text": "one"})
    page.reload()
    assert "1 of 5 answered" in item.inner_text()
    assert item.get_by_role("link", name="Go on with session 1").is_visible()


def test_opening_a_session_leads_to_its_page(page):
    arrive(page, "Opener")
    link = page.get_by_role("link", name="Open session 1")
    reply = page.request.get(page.home.removesuffix("/openpractice/") + link.get_attribute("href"), max_redirects=0)
    assert reply.headers["location"] == f"/openpractice/lesson/{LESSON}"


def test_words_that_waited_in_the_browser_are_sent_from_the_home(page, server):
    arrive(page, "Waiting Words")
    draft(page, "waiting-words", "purpose-trace", "typed on the train")
    page.reload()
    page.get_by_text("Words that were waiting in this browser are saved now.").wait_for()
    assert drafts(page) == []
    held = server.ask("GET", f"api/answers?lesson={LESSON}").json["answers"]
    assert held["purpose-trace"]["value"]["text"] == "typed on the train"


def test_from_check_to_receipt(page, server):
    arrive(page, "Check Receipt")
    ack = server.save("purpose-trace", {"text": "مرحبا <b>x</b>\nsecond line"}).json
    page.goto(f"{page.home}handin/{LESSON}")
    gaps = page.locator("#gaps")
    assert "have no whole answer yet" in gaps.inner_text()
    link = gaps.get_by_role("link", name="What you saw").get_attribute("href")
    assert link == f"/openpractice/open/{LESSON}#purpose-evidence"
    assert page.locator("#answer-purpose-trace .words").inner_text() == "مرحبا <b>x</b>\nsecond line"
    assert page.locator("#answer-purpose-own").count() == 0
    page.get_by_role("button", name="Hand in session 1").click()
    page.get_by_role("heading", name="Your receipt").wait_for()
    assert ack["sha256"] in page.inner_text("table")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the receipt").click()
    kept = json.loads(download.value.path().read_text())
    assert kept["responses"][0]["sha256"] == ack["sha256"]
    page.goto(page.home)
    assert "You can change it until it is read." in page.inner_text("main")
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{page.home}handin/{LESSON}")
    for tab in (page, other):  # in the other it is refused by then, and shows how it stands
        tab.get_by_role("button", name="Take it back").click()
        tab.get_by_role("button", name="Yes, take it back now").click()
        # The page is loaded anew: a tab that is closed meanwhile is sometimes not closed, and is waited for without end.
        tab.get_by_role("button", name="Take it back").wait_for(state="detached")
        tab.get_by_role("button", name="Hand in session 1").wait_for()
        tab.wait_for_function("() => document.activeElement.id === 'standing'")
    other.close()


@pytest.mark.slow
def test_my_words_print_dark_on_white_with_margins_and_nothing_to_press(page, server):
    arrive(page, "Printed")
    server.save("purpose-trace", {"text": "mine alone"})
    page.emulate_media(media="screen", color_scheme="dark")
    page.goto(f"{page.home}words")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(231, 230, 225)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(
        "[document.body, document.querySelector('.meta')].map((one) => getComputedStyle(one).color)"
    ) == ["rgb(0, 0, 0)", "rgb(51, 51, 51)"]
    assert page.get_by_text("mine alone").is_visible()
    assert [each.inner_text() for each in page.get_by_role("button").all() if each.is_visible()] == []
    rules = page.evaluate(
        "[...document.styleSheets].flatMap((one) => [...one.cssRules]).filter((one) => one instanceof CSSPageRule).map((one) => one.style.margin)"
    )
    assert rules == ["16mm 18mm"]


@pytest.mark.slow
def test_words_still_in_the_browser_go_first_and_are_seen_before_they_are_sent(page, server):
    arrive(page, "Late Words")
    server.save("purpose-trace", {"text": "early"}, key="a1")
    draft(page, "late-words", "purpose-trace", "late", base=1)
    page.goto(f"{page.home}handin/{LESSON}")
    page.locator("#answer-purpose-trace .words", has_text="late").wait_for()
    assert drafts(page) == []


def test_without_the_server_nothing_is_handed_in_and_it_says_so(page, server):
    arrive(page, "Off Line")
    server.save("purpose-trace", {"text": "early"}, key="a1")
    page.route("**/openpractice/api/answers/**", lambda route: route.fulfill(status=503, body="down"))
    page.goto(f"{page.home}handin/{LESSON}")
    draft(page, "off-line", "purpose-line", "unsent")
    page.get_by_role("button", name="Hand in session 1").click()
    page.get_by_text("Not handed in yet: words are still waiting in this browser.").wait_for()
    assert page.get_by_text("One answer is kept in this browser and not sent yet.").is_visible()
    assert len(drafts(page)) == 1
    assert [one.name for one in (server.data / "exchange/open-practice/inbound/off-line").iterdir()] == [
        ".headway.json"
    ]
    page.unroute("**/openpractice/api/answers/**")


def test_words_to_a_session_that_was_taken_back_wait_for_it_and_not_for_the_network(page):
    arrive(page, "Taken Back")
    draft(page, "taken-back", "closing-next", "typed as it was taken back", lesson="6-closing")
    page.reload()
    page.get_by_text("One answer is kept in this browser: its session is not open any more.").wait_for()
    assert "when the server can be reached" not in page.locator("#unsent").inner_text()
    assert len(drafts(page)) == 1
    page.get_by_role("button", name="Clear this browser").click()
    page.locator("#clear-names").get_by_text("typed as it was taken back").first.wait_for()


@pytest.mark.slow
def test_two_versions_are_settled_before_handing_in(page, server):
    arrive(page, "Two Versions")
    server.save("purpose-trace", {"text": "from the phone"}, key="a1")
    server.save("purpose-trace", {"text": "from the laptop"}, key="a2")
    page.goto(f"{page.home}handin/{LESSON}")
    page.get_by_role("button", name="Hand in session 1").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Please choose one version first").wait_for()
    assert "There are 2 versions." in page.locator("#answer-purpose-trace").inner_text()
    said = page.locator("#answer-purpose-trace .versions .meta").all_inner_texts()
    assert [one.partition(". ")[2] for one in said] == [
        "3 words. It goes its own way at “phone”",
        "3 words. It goes its own way at “laptop”",
    ]
    page.locator("#answer-purpose-trace .versions > div", has_text="from the phone").get_by_role("button").click()
    page.locator("#conflicts").wait_for(state="detached")
    assert page.locator("#answer-purpose-trace .words").inner_text() == "from the phone"
    page.wait_for_function("() => document.activeElement.id === 'answer-purpose-trace'")


@pytest.mark.slow
def test_words_that_changed_meanwhile_are_shown_again_before_they_are_sent(page, server):
    arrive(page, "Changed Meanwhile")
    server.save("purpose-trace", {"text": "old"}, key="a1")
    page.goto(f"{page.home}handin/{LESSON}")
    server.save("purpose-trace", {"text": "new"}, base=1, key="a2")
    page.get_by_role("button", name="Hand in session 1").click()
    page.get_by_text("There are newer words than those shown here.").wait_for()
    page.locator("#answer-purpose-trace .words", has_text="new").wait_for()


def test_clearing_this_browser_first_names_by_its_title_what_would_be_lost(page):
    page.route("**/openpractice/api/answers/**", lambda route: route.abort())
    arrive(page, "Clear Me")
    long = (
        "only here, and long enough not to be seen whole in one line of a list of what would go.\n\nAnd its last words."
    )
    draft(page, "clear-me", "purpose-trace", long)
    page.evaluate("localStorage.setItem('openpractice:somebody-else:open-practice:x', '{}')")
    page.get_by_role("button", name="Clear this browser").click()
    (at_stake,) = page.locator("#clear-names li").all()
    said = " ".join(at_stake.locator("summary").inner_text().split())
    assert said.startswith("Trace one hour (24 words): ") and "only here" in said and "last words" not in said
    whole = at_stake.locator(".words")
    assert not whole.is_visible()
    at_stake.locator("summary").click()
    assert whole.inner_text() == long
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy these words").click()
    page.locator("#clear-names").get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"Trace one hour\n\n{long}"
    # Where a page may not copy by itself, all of it is opened and marked.
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="Copy these words").click()
    page.get_by_text("It is marked now").wait_for()
    assert "And its last words." in page.evaluate("getSelection().toString()")
    page.get_by_role("button", name="No, keep it").click()
    assert len(drafts(page)) == 2
    page.get_by_role("button", name="Clear this browser").click()
    page.get_by_role("button", name="Yes, clear it now").click()
    page.get_by_text("This browser is cleared.").wait_for()
    assert drafts(page) == ["openpractice:somebody-else:open-practice:x"]


def test_a_copy_is_kept_and_brought_back(page, server, tmp_path):
    arrive(page, "Keeper")
    server.save("purpose-trace", {"text": "keep me"})
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep a copy").click()
    path = tmp_path / "copy.zip"
    download.value.save_as(path)
    assert set(zipfile.ZipFile(path).namelist()) == {"my-words.html", "journal.json"}
    server.ask("POST", "api/person", {"name": "New Computer"})
    page.reload()
    page.get_by_label("Bring back a copy").set_input_files(path)
    page.get_by_role("button", name="Bring back", exact=True).click()
    page.get_by_text("One version of an answer was added. Nothing was replaced.").wait_for()
    (tmp_path / "other.json").write_text("{}")
    page.get_by_label("Bring back a copy").set_input_files(tmp_path / "other.json")
    page.get_by_role("button", name="Bring back", exact=True).click()
    page.get_by_text("This file is not a copy").wait_for()


def test_pages_can_be_read_without_scripts(server, chromium):
    server.ask("POST", "api/person", {"name": "No Script"})
    server.save("purpose-trace", {"text": "readable"})
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.address}openpractice/?token={TOKEN}")
    assert page.get_by_role("link", name="Go on with session 1").is_visible()
    page.goto(f"{server.address}openpractice/words")
    assert "readable" in page.inner_text("main")
    context.close()


def test_a_name_an_answer_and_a_hand_in_work_without_scripts(server, chromium):
    server.ask("DELETE", "api/person")
    context = chromium.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{server.address}openpractice/?token={TOKEN}")
    page.get_by_label("Your name").fill(" ")
    page.keyboard.press("Enter")
    page.get_by_text("Please type a name with at least one letter.").wait_for()
    page.get_by_label("Your name").fill("Scripts Off")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your sessions").wait_for()
    assert page.url == f"{server.address}openpractice/"
    server.save("purpose-trace", {"text": "phone"}, key="a1")
    server.save("purpose-trace", {"text": "laptop"}, key="a2")
    page.goto(f"{server.address}openpractice/handin/{LESSON}")
    page.locator("#answer-purpose-trace .versions > div", has_text="phone").get_by_role("button").click()
    page.locator("#conflicts").wait_for(state="detached")
    page.get_by_role("button", name="Hand in session 1").click()
    page.get_by_role("heading", name="Your receipt").wait_for()
    page.goto(f"{server.address}openpractice/handin/{LESSON}")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("button", name="Hand in session 1").wait_for()
    page.goto(f"{server.address}openpractice/")
    page.get_by_role("button", name="Not you? Change person").click()
    page.get_by_label("Your name").wait_for()
    context.close()


def test_enter_before_the_script_has_come_loses_no_name(page):
    page.route("**/static/pages/home.js", lambda route: route.abort())
    page.goto(page.home)
    page.get_by_label("Your name").fill("Faster Than Scripts")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your sessions").wait_for()
    assert page.url == page.home
    assert page.get_by_text("Faster Than Scripts").is_visible()


@pytest.mark.parametrize(
    "path", ["", "words", f"handin/{LESSON}", f"receipt/{LESSON}", "facilitator/", "facilitator/people"]
)
@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.slow), 1280])
def test_every_page_has_a_title_landmarks_names_and_no_sideways_scroll(page, server, path, width):
    arrive(page, "Every Page")
    server.save("purpose-trace", {"text": "w" * 300})
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(page.home + path)
    assert page.title().endswith("· Open Practice")
    assert page.locator("h1").count() == 1
    for role in ("banner", "main"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("navigation", name="Pages").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    unnamed = [node for node in controls(page) if not node["name"].strip()]
    assert unnamed == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def controls(page):
    """Role and name of everything that can be operated, as the accessibility tree has it."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "link", "textbox", "checkbox", "radio", "combobox", "DisclosureTriangle"}
    return [
        {"role": node["role"]["value"], "name": node.get("name", {}).get("value", "")}
        for node in nodes
        if not node.get("ignored") and node.get("role", {}).get("value") in roles
    ]


def home_while_sessions_come(tmp_path, chromium, **how):
    """The first home of somebody whose sessions are still being put out, and what ends that."""
    held = coming.hold(tmp_path)
    context = chromium.new_context(**how)
    return context.new_page(), held


def test_sessions_come_into_an_open_home_by_themselves(tmp_path, chromium):
    with serving(tmp_path, whole=True) as server:
        page, held = home_while_sessions_come(tmp_path, chromium)
        page.home = f"{server.address}openpractice/"
        page.goto(f"{page.home}?token={TOKEN}")
        arrive(page, "Ada")
        said = page.get_by_role("status").filter(has_text="being put out")
        assert said.is_visible() and not page.get_by_text("No session is open yet").count()
        page.evaluate("window.notLoadedAgain = true")
        page.get_by_role("link", name="Look again now").focus()
        for lesson in ("2-learning", "1-purpose"):  # the first comes before what is there
            publish(tmp_path / "exchange", lesson, (REPO / "notebooks" / lesson / f"{lesson}.ipynb").read_bytes())
            page.locator(f"#session-{lesson}").wait_for()
        assert page.locator("[data-session]").evaluate_all("all => all.map((one) => one.dataset.session)") == [
            "1-purpose",
            "2-learning",
        ]
        assert said.is_visible()
        os.close(held)
        page.get_by_role("status").filter(has_text="2 sessions are here.").wait_for()
        assert page.evaluate("document.activeElement.id") == "coming"  # the link that had it is gone
        assert page.evaluate("window.notLoadedAgain")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(2500)
        assert asked == []  # and it stops looking
        page.get_by_role("link", name="Open session 1").click()
        page.context.close()


@pytest.mark.slow
def test_without_scripts_the_home_says_that_sessions_come_and_has_a_link(tmp_path, chromium):
    with serving(tmp_path, whole=True) as server:
        page, held = home_while_sessions_come(tmp_path, chromium, java_script_enabled=False, locale="es-ES")
        page.goto(f"{server.address}openpractice/?token={TOKEN}")
        page.locator("#name").fill("Ada")
        page.keyboard.press("Enter")
        page.get_by_text("Se están publicando las sesiones.").wait_for()
        publish(tmp_path / "exchange")
        os.close(held)
        page.get_by_role("link", name="Mirar otra vez").click()
        page.locator("#session-1-purpose").wait_for()
        assert not page.get_by_text("Se están publicando").count()
        page.context.close()


def test_a_facilitator_opens_collects_and_takes_in_a_file(tmp_path, chromium):
    built = tmp_path / "built" / LESSON / f"{LESSON}.ipynb"
    built.parent.mkdir(parents=True)
    built.write_bytes(lesson_notebook())
    (tmp_path / "empty").mkdir()
    data = tmp_path / "data"
    data.mkdir()
    with serving(data, whole=True, OPENPRACTICE_NOTEBOOKS=str(tmp_path / "built")) as server:
        context = chromium.new_context(locale="en-US")
        page = context.new_page()
        page.goto(f"{server.address}openpractice/facilitator/?token={TOKEN}")
        card = page.locator(f'[data-lesson="{LESSON}"]')
        card.get_by_role("button", name="Open for everybody").click()
        card.get_by_text("Released Session 1").wait_for()
        # What an open session has more is there without a reload.
        card.get_by_role("link", name="Who is where").wait_for()
        assert card.get_by_role("button", name="Change the due time").is_visible()
        card.get_by_role("button", name="Collect").click()
        card.get_by_text("Nobody has handed in").wait_for()

        server.ask("POST", "api/person", {"name": "Ana"})
        server.save("purpose-trace", {"text": "one"})
        revs = {row["id"]: row["rev"] for row in server.ask("GET", f"api/handin/{LESSON}").json["responses"]}
        assert server.ask("POST", f"api/handin/{LESSON}", {"revs": revs}).status == 200
        page.reload()
        collect = card.get_by_role("button", name="Collect")
        assert "1 handed in, one of them to collect" in card.inner_text() and "primary" in collect.get_attribute(
            "class"
        )
        collect.click()
        card.get_by_text("Collected Session 1 from 1 person: Ana.").wait_for()
        card.get_by_text("1 handed in, all collected").wait_for()
        assert "primary" not in (collect.get_attribute("class") or "")
        card.get_by_role("button", name="Return feedback").click()
        card.locator(".log li").first.wait_for()

        page.get_by_label("Hand-in files", exact=True).set_input_files(hand_in_file(tmp_path, "Bo"))
        page.get_by_role("button", name="Look at them").click()
        page.get_by_text("Bo · Session 1 · one answer").wait_for()
        page.get_by_role("button", name="Take it in").click()
        page.locator("#files-list").get_by_text("Collected Session 1 from 1 person: Bo.").wait_for()
        (tmp_path / "bad.json").write_text('{"lesson": "../x"}')
        page.get_by_label("Hand-in files", exact=True).set_input_files(tmp_path / "bad.json")
        page.get_by_role("button", name="Look at them").click()
        page.get_by_text("bad.json is not a hand-in file of this course. It was not taken.").wait_for()
        context.close()


def test_a_facilitator_reads_in_a_list_and_copies_the_reminder_by_keyboard(tmp_path, chromium):
    data = tmp_path / "data"
    data.mkdir()
    publish(data / "exchange")
    with serving(data, whole=True) as server:
        context = chromium.new_context(locale="en-US", permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{server.address}openpractice/facilitator/?token={TOKEN}")
        page.locator(f'[data-lesson="{LESSON}"] .session-more summary').focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Who is where").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="People", exact=True).wait_for()
        roster = tmp_path / "roster.csv"
        roster.write_text("name;school\nÁgnes Kovács;Lake\nBroken\n")
        page.get_by_label("A list from a spreadsheet").set_input_files(roster)
        page.get_by_role("button", name="Read in the list").focus()
        page.keyboard.press("Enter")
        page.get_by_text("One person is new on the list").wait_for()
        assert "Line 3: 1 fields" in page.inner_text(".problem")
        row = page.get_by_role("row", name="Ágnes Kovács Lake")
        assert "Has not joined yet" in row.inner_text()
        page.get_by_role("button", name="Copy the message").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Copied.", exact=True).wait_for()
        assert "Hello Ágnes Kovács," in page.evaluate("navigator.clipboard.readText()")
        page.get_by_text("Add one person").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Name", exact=True).fill("agnes kovacs")
        page.keyboard.press("Enter")
        # Without the accents it is another name, and another person.
        page.locator("summary", has_text="agnes kovacs").wait_for()
        page.locator("summary", has_text="Ágnes Kovács").click()
        page.get_by_role("button", name="Take off the list Ágnes Kovács").click()
        page.get_by_text("Ágnes Kovács is off the list.").wait_for()
        context.close()


def hand_in_file(tmp_path, name):
    """What somebody without a connection downloads and sends, made by a real server."""
    place = tmp_path / f"far-{name}"
    place.mkdir()
    (place / "files" / "notebooks" / LESSON).mkdir(parents=True)
    (place / "files" / "notebooks" / LESSON / f"{LESSON}.ipynb").write_bytes(lesson_notebook())
    with serving(
        place, "participant", whole=True, OPENPRACTICE_EXCHANGE="", OPENPRACTICE_HOME=str(place / "home")
    ) as far:
        far.ask("POST", "api/person", {"name": name})
        far.save("purpose-trace", {"text": "from far away"})
        revs = {row["id"]: row["rev"] for row in far.ask("GET", f"api/handin/{LESSON}").json["responses"]}
        assert far.ask("POST", f"api/handin/{LESSON}", {"revs": revs}).status == 200
        assert "Download the hand-in file" in far.ask("GET", f"receipt/{LESSON}").text
        path = tmp_path / f"{name}.json"
        path.write_bytes(far.ask("GET", f"receipt/{LESSON}?as=file").body)
        return path
