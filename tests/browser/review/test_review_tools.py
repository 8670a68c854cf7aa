"""What stands around reading on the review page, in real Chromium: Spanish, calibration, comments, quotations, the class."""

import re
import shutil

import pytest

import review_class as rc
from handins import LESSON, hand_in, response
from openpractice import i18n
from openpractice.gradebook import gradebook
from openpractice.gradebook.marks import Mark
from openpractice.intake.collect import collect
from openpractice.kit import course_parts
from openpractice.roster import roster
from openpractice.service import catalog
from review_page import browser, folder, holds, made, marks, saved, scores, server, until, view, visit
from reviewers import calibrate, desk_at, key

pytestmark = pytest.mark.browser

VIEWS = ["prompts", "people", f"discuss/{LESSON}", f"give/{LESSON}", "class", "rubric", "calibrate", rc.READING[1:]]


def scored(folder, who, levels, people, **more):
    """Readings by somebody who has no browser open here."""
    with desk_at(folder) as desk:
        for number, person in enumerate(people):
            one, two = levels(number)
            desk.save(who, key(person), Mark(reviewer=who, levels={"R": one, "P": two}, **more))


PEOPLE = [f"person-{number:02}" for number in range(rc.COUNT)]


def test_the_page_speaks_spanish_to_whoever_reads_spanish(visit, folder):
    scored(folder, "rev", lambda n: (n % 4, 1), PEOPLE[:4], flagged=True)
    page = visit("rev", "#prompts", locale="es-MX")
    english, spanish = i18n.sentences("en"), i18n.sentences("es")
    # Words that the two languages share, or that are part of other words, show nothing.
    telling = [
        english[name]
        for name in english
        if name.startswith("review:")
        and english[name] != spanish[name]
        and " " in english[name]
        and "{" not in english[name]
    ]
    assert len(telling) > 80
    for mark in VIEWS:
        view(page, mark)
        shown = page.inner_text("body")
        assert [text for text in telling if text in shown] == [], mark
    assert page.locator("html").get_attribute("lang") == "es"
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Teclas").get_by_text("guardar, y la respuesta siguiente").count() == 1


def test_whoever_has_not_calibrated_is_told_and_loses_nothing(visit, folder):
    page = visit("newly", "#prompts")
    assert "score the invented answers" in page.inner_text(".note")
    view(page, rc.READING[1:])
    for pressed in ("2", "2"):
        page.keyboard.press(pressed)
    holds(page, "document.querySelector('.state-line').textContent.startsWith('Calibrate first')")
    assert marks(folder) == []
    progress = page.inner_text(".progress-words")
    page.keyboard.press("Enter")  # whoever goes on all the same hears of it, and it waits yet
    page.get_by_text("The answer you left is not saved. Calibrate first.").wait_for()
    page.keyboard.press("k")
    holds(page, "document.querySelector('.state-line').textContent.startsWith('Calibrate first')")
    assert page.inner_text(".progress-words") == progress
    page.get_by_role("link", name="Go to Calibrate").click()
    page.wait_for_selector("text=12 of 12 still to score")
    calibrate(folder, "newly")
    page.reload()
    page.wait_for_selector("text=You are ready to read.")
    until(lambda: [each["levels"] for each in marks(folder)] == ['{"P": 2, "R": 2}'])
    view(page, "prompts")
    assert page.locator(".note").count() == 0


def test_calibration_is_done_by_keyboard_and_says_how_levels_lie(visit):
    page, placed = visit("newly", "#calibrate"), 0
    for left in range(12, 0, -1):
        page.wait_for_selector(f"text={left} of 12 still to score")
        criteria = page.locator(".side .criterion").count()
        page.keyboard.press("Enter")
        assert page.get_by_text("Give a level for every criterion first.").count() == 1
        for _ in range(criteria):
            page.keyboard.press("3")
        page.keyboard.press("Enter")
        page.wait_for_selector(".side .reasons dd")
        assert re.search(r"You gave 3, agreed is \d\.", page.inner_text(".reasons"))
        # In view without scrolling, and the outcome counts this one already.
        seen = page.locator(".reasons dt").first.bounding_box()
        assert seen["y"] >= 0 and seen["y"] + seen["height"] < page.locator(".saving").bounding_box()["y"]
        placed += criteria
        page.wait_for_selector(f".outcome:has-text('of {placed} levels')")
        assert page.get_by_text(f"{left - 1} of 12 still to score" if left > 1 else "All scored.").count() == 1
        page.keyboard.press("Enter")
        page.wait_for_selector(".side .reasons", state="detached")
    page.wait_for_selector("text=All scored.")
    said = page.inner_text(".outcome")
    assert (
        re.search(r"You give on average \d\.\d levels more than agreed\.", said) and "Look again at the reasons" in said
    )
    page.get_by_role("button", name="Score them once more").click()
    page.wait_for_selector("text=12 of 12 still to score")


@pytest.mark.slow
def test_on_a_phone_a_digit_that_only_brings_its_criterion_into_view_says_so_once(visit):
    page = visit("newly", "#calibrate")
    page.set_viewport_size({"width": 390, "height": 800})
    told = "document.querySelector('.said-here').textContent"
    page.keyboard.press("2")
    assert (
        page.evaluate(told).startswith("Nothing was scored") and not page.locator(".level[aria-pressed=true]").count()
    )
    page.keyboard.press("2")
    assert page.locator(".level[aria-pressed=true]").count() == 1 and page.evaluate(told) == ""


def test_calibration_goes_on_although_the_outcome_has_not_arrived(visit):
    held, let_go = [], True
    hold = lambda route: route.continue_() if let_go or held else held.append(route)
    page = visit("newly", "#calibrate", routes={"**/api/review/calibration": hold})
    page.wait_for_selector("text=12 of 12 still to score")
    let_go = False
    for _ in range(page.locator(".side .criterion").count()):
        page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.wait_for_selector(".side .reasons dd")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=11 of 12 still to score")
    held[0].continue_()


def test_a_comment_on_one_criterion_is_kept_and_reaches_the_writer(visit, folder):
    page = visit("rev")
    page.keyboard.press("2")
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.id") == "review-note-P"
    page.keyboard.type("The principle is used, not only named.")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    saved(page)
    assert marks(folder)[0]["notes"] == '{"P": "The principle is used, not only named."}'
    who = page.evaluate(
        "performance.getEntriesByType('resource').map((each) => each.name).filter((name) => name.includes('/mark/')).at(-1).split('/').at(-1)"
    )
    page.keyboard.press("Enter")
    page.goto(f"{page.url.split('review/')[0]}review/preview/{LESSON}/{who}")
    assert "The principle is used, not only named." in page.inner_text("body")


def test_a_bank_comment_goes_where_was_written_last_and_can_be_changed_saved_and_taken_out(visit):
    page = visit("rev")
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    first = page.locator(".bank-list .use").first
    first.wait_for()
    words = first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#review-note-R") == words and page.input_value("#review-comment") == ""
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type("My own words about quokkas.")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.get_by_role("button", name="Save my comment to the bank").click()
    page.wait_for_selector("text=It is in the bank.")
    page.get_by_label("Search the comment bank").fill("quokkas")
    mine = page.locator(".bank-list li", has_text="quokkas")
    mine.get_by_role("button", name="Edit").click()
    page.locator(".bank-list textarea").fill("My own words about otters.")
    # What is being changed stays, whatever is searched for.
    page.get_by_label("Search the comment bank").fill(words)
    page.locator(".bank-list .use", has_text=words).wait_for()
    assert page.input_value(".bank-list textarea") == "My own words about otters."
    page.get_by_role("button", name="Keep this wording").click()
    page.get_by_label("Search the comment bank").fill("otters")
    page.locator(".bank-list li", has_text="otters").get_by_role("button", name="Take out").click()
    page.wait_for_selector("text=No comment fits.")


def test_a_sentence_is_quoted_by_keyboard_and_hidden_words_never_are(visit, folder):
    page = visit("rev")
    page.keyboard.press("q")
    assert page.get_by_role("dialog", name="Quote a sentence").count() == 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#review-comment") == "“It reaches two teachers, who change one question they ask.” "
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Escape")
    for pressed in ("1", "1", "Enter"):
        page.keyboard.press(pressed)
    until(lambda: len(scores(folder)) == 1)
    person = next(each["participant"] for each in marks(folder))
    text = rc.words_of(int(person[-2:])).replace("two teachers", "three teachers")
    hand_in(folder, person, {rc.PROMPT: response(rc.READ, {"text": text}, rev=2)})
    collect(folder, LESSON)
    page.reload()
    page.wait_for_selector("ins")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.answer-words .words'))")
    page.keyboard.press("q")
    assert page.input_value("#review-comment") == f"“{text}” "


def test_a_critique_is_read_and_quoted_by_its_fields(browser, tmp_path):
    spec = rc.READ | {"kind": "peer_critique", "of": "facilitator", "count": 1}
    critique = {
        "of": "Bo",
        "say_back": "A plan for Monday.",
        "see": "Time is on page three.",
        "question": "Who reads it?",
    }
    with rc.named(rc.make_of(tmp_path / "critique", spec, {"person-00": {"critiques": [critique]}})) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(rc.address(server, "rev", rc.READING))
        page.wait_for_selector(".answer-words dd")
        asked = page.locator(".answer-words dt").all_inner_texts()
        assert asked == ["About", "I say back", "I see", "A question that could change it"]
        page.keyboard.press("q")
        page.get_by_role("dialog").get_by_role("button", name="Time is on page three.", exact=True).click()
        assert page.input_value("#review-comment") == "“Time is on page three.” "
        page.close()


def test_answers_are_given_to_somebody_taken_back_and_handed_over(visit, folder):
    with gradebook.opened(folder) as engine, engine.begin() as db:
        roster.merge(
            db,
            [
                roster.ListedPerson(
                    person, f"Person {person[-2:]}", school="Hill School" if person < "person-04" else "Mill School"
                )
                for person in PEOPLE
            ],
        )
    page = visit("rev", "#class")
    page.get_by_role("button", name="Give these answers").click()
    page.get_by_text("Name a reviewer first.").wait_for()
    assert page.evaluate("document.activeElement.id") == "assign-reviewer"
    page.get_by_label("Reviewer", exact=True).fill("two")
    page.get_by_label("Whose answers").fill("School: Hill School")
    page.get_by_role("button", name="Give these answers").click()
    page.wait_for_selector("text=two has them.")
    # What came of it has the focus, above a list that may be long; each reader's is folded.
    assert page.evaluate("document.activeElement.textContent") == "two has them."
    page.get_by_text("two: 1 given").click()
    assert "School: Hill School" in page.inner_text(".assigning .queue")
    view(page, "prompts")
    assert page.inner_text(".state") == "20 wait for you"
    view(page, "class")
    page.get_by_label("Hand over from").fill("two")
    page.get_by_label("to", exact=True).fill("rev")
    page.get_by_role("button", name="Hand over all of it").click()
    page.wait_for_selector("text=rev has them.")
    view(page, "prompts")
    assert page.inner_text(".state") == "24 wait for you"
    view(page, "class")
    page.get_by_text("rev: 1 given").click()
    page.get_by_role("button", name="Take School: Hill School back from rev").click()
    page.wait_for_selector("text=Nothing is given to anybody in particular.")
    assert page.evaluate("document.activeElement.textContent") == "Taken back."


def test_how_far_readers_agree_is_shown_with_its_number_and_its_interval(visit, folder):
    scored(folder, "rev", lambda n: (n % 4, 2), PEOPLE)
    scored(folder, "two", lambda n: (min(3, n % 4 + (n % 5 == 0)), 2), PEOPLE)
    page = visit("rev", "#class")
    reasoning, principle = (page.locator("tr", has_text=name).last.inner_text() for name in ("Reasoning", "Principle"))
    assert reasoning.count("95 % interval") == 2 and "24" in reasoning
    assert principle.count("No variation") == 2 and "100 %" in principle and "1.00" not in principle
    view(page, f"discuss/{LESSON}")
    assert page.locator(".discuss").count() == 4


def test_a_third_reviewer_sees_no_level_before_reading_and_is_led_to_the_answer(visit, folder):
    scored(folder, "rev", lambda n: (0, 0), PEOPLE[:1])
    scored(folder, "two", lambda n: (3, 3), PEOPLE[:1])
    page = visit("three", f"#discuss/{LESSON}")
    card = page.locator(".discuss")
    card.wait_for()
    assert card.locator("table").count() == 0 and card.get_by_text("Settle on one reading").count() == 0
    card.get_by_role("link", name="Read it now").click()
    page.wait_for_selector("#answer-heading")
    assert page.inner_text(".answer-words").strip() == rc.words_of(0)
    # It leads on to no other answer, and back to where it was asked for.
    for pressed in ("1", "1", "Enter"):
        page.keyboard.press(pressed)
    page.wait_for_selector(".finished")
    page.get_by_role("link", name="To discuss").first.click()
    page.wait_for_selector(".discuss table")
    assert page.evaluate("document.activeElement === document.querySelector('.discuss')")


def test_feedback_goes_back_to_one_by_name_and_the_preview_comes_first(visit, folder):
    scored(folder, "rev", lambda n: (2, 1), PEOPLE[:2], comment="I can see it.")
    page = visit("rev", f"#give/{LESSON}")
    page.wait_for_selector("tbody tr")
    assert "person-0" not in page.inner_text("main")
    page.get_by_role("button", name="Show names").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Look first at what person-01 will read").click()
    assert "I can see it." in opened.value.inner_text("body") and rc.words_of(1) in opened.value.inner_text("body")
    page.get_by_role("button", name="Return to person-01").click()
    page.wait_for_selector("text=Returned to person-01.")
    assert "has it" in page.locator("tr", has_text="person-01").inner_text()
    assert "ready" in page.locator("tr", has_text="person-00").inner_text()


@pytest.mark.slow
def test_a_long_list_comes_some_at_a_time_and_is_searched(browser, tmp_path):
    folder = rc.make(tmp_path / "data", 120)
    with rc.named(folder) as running:
        page = browser.new_page()
        page.goto(rc.address(running, "rev", "#people"))
        page.get_by_role("button", name="Show names").click()
        page.wait_for_selector("text=50 of 120 shown")
        page.get_by_role("button", name="Show 50 more").click()
        page.wait_for_selector("text=100 of 120 shown")
        assert page.locator(".queue > li").count() == 100
        assert page.evaluate("document.activeElement.closest('li') === document.querySelectorAll('.queue > li')[50]")
        page.get_by_label("Find").fill("person-119")
        assert page.locator(".queue > li").count() == 1
        page.get_by_label("Find").fill("nobody")
        page.wait_for_selector("text=Nobody of that name.")
        view(page, rc.READING[1:])
        assert page.inner_text(".progress-words").startswith("1 of 120")
        page.close()


def test_names_and_schools_are_literal_text_too(visit, folder):
    nasty = '<img src=x onerror="window.ran = 1">'
    with gradebook.opened(folder) as engine, engine.begin() as db:
        roster.merge(
            db, [roster.ListedPerson(person, f"{nasty} {person}", school=nasty) for person in (*PEOPLE, "missing-one")]
        )
    page = visit("rev", "#people")
    page.get_by_role("button", name="Show names").click()
    page.wait_for_selector("text=onerror")
    for mark in (f"give/{LESSON}", "class"):
        view(page, mark)
        if mark != "class":
            page.get_by_role("button", name="Show names").click()
            page.wait_for_selector("tbody th:has-text('onerror')")
        assert page.locator("main img").count() == 0
    view(page, rc.READING[1:])
    page.keyboard.press("h")
    page.wait_for_selector(".who:has-text('onerror')")
    assert page.locator("main img").count() == 0 and page.evaluate("window.ran === undefined")


@pytest.mark.slow
def test_the_readers_tab_takes_them_to_all_of_one_person(visit):
    page = visit("rev")
    page.keyboard.press("j")
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    words = page.inner_text(".answer-words")
    page.keyboard.press("p")
    holds(page, "location.hash.startsWith('#person/')")
    holds(page, "document.querySelector('.progress-words')?.textContent === '1 of 1, the last one'")
    assert page.inner_text(".answer-words") == words
    page.go_back()
    holds(page, "document.querySelector('#answer-heading')?.textContent === 'Answer 2'")
    assert page.inner_text(".answer-words") == words


def test_what_others_read_is_looked_at_again_and_what_was_revised_is_found(visit, folder):
    scored(folder, "rev", lambda n: (2, 1), PEOPLE)
    scored(folder, "two", lambda n: (2, 1), PEOPLE)
    text = rc.words_of(3).replace("two teachers", "three teachers")
    hand_in(folder, "person-03", {rc.PROMPT: response(rc.READ, {"text": text}, rev=2)})
    collect(folder, LESSON)
    page = visit("three", "#prompts")
    page.get_by_role("link", name="1 revised since it was read").click()
    page.wait_for_selector("ins")
    assert "three" in page.text_content("ins")
    assert "Revised since it was read by others." in page.inner_text(".one-answer")
    assert page.inner_text(".progress-words") == "Read by others"
    assert page.locator(".level[aria-pressed=true]").count() == 0
    view(page, "prompts")
    page.get_by_role("link", name="Look again").click()
    page.wait_for_selector(".answer-words .words")
    page.keyboard.press("j")
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    assert page.locator("ins").count() == 0 and "Others have read this one" in page.inner_text(".one-answer")


@pytest.mark.slow
def test_a_changed_rubric_is_looked_at_first_and_then_done(visit, folder):
    scored(folder, "rev", lambda n: (2, 1), PEOPLE[:3])
    path = folder.released(LESSON)
    path.chmod(0o644)
    plain = path.read_text("utf-8")
    weighed = plain.replace('\\"code\\": \\"R\\"', '\\"code\\": \\"R\\", \\"weight\\": 2')
    assert weighed != plain
    path.write_text(weighed, "utf-8")
    page = visit("rev", "#rubric")
    said = page.inner_text(".change")
    for sentence in ("Reasoning counts 2 times.", "goes from 6 to 9 points", "3 scores would be another number."):
        assert sentence in said
    page.get_by_text("Look at 3 of the 3 scores").click()
    assert page.locator(".change tbody tr").first.inner_text().split("\t")[1:] == ["3", "5"]
    assert scores(folder) == [3.0, 3.0, 3.0]
    # What somebody reads in between is not swept along unseen.
    scored(folder, "rev", lambda n: (2, 1), PEOPLE[:1], version=1)
    page.get_by_role("button", name=f"Make this change to {rc.READ['title']}").click()
    page.wait_for_selector("text=2 scores would be another number.")
    assert "Something was read" in page.inner_text(".said") and sorted(scores(folder)) == [3.0, 3.0, 5.0]
    page.get_by_role("button", name=f"Make this change to {rc.READ['title']}").click()
    page.wait_for_selector(f"text=Done for {rc.READ['title']}.")
    assert scores(folder) == [5.0, 5.0, 5.0]
    assert page.get_by_text("Every reading fits the present rubric.").count() == 1


@pytest.mark.slow
def test_an_answer_that_somebody_let_go_of_waits_again(browser, tmp_path):
    folder = rc.make(tmp_path / "data", 1)
    with rc.named(folder) as running:
        one, two = browser.new_context().new_page(), browser.new_context().new_page()
        one.goto(rc.address(running, "rev", rc.READING))
        holds(one, "performance.getEntriesByType('resource').some((each) => each.name.includes('/lease/'))")
        two.goto(rc.address(running, "two", rc.READING))
        two.wait_for_selector("text=rev is reading this.")
        assert two.inner_text(".progress-words") == "One is being read by somebody else"
        one.goto("about:blank")
        holds(two, "document.querySelector('.progress-words').textContent === '1 of 1, the last one'")
        for page in (one, two):
            page.context.close()


def test_what_somebody_lets_go_of_is_offered_to_whoever_is_at_the_end(browser, tmp_path):
    folder = rc.make(tmp_path / "data", 2)
    with rc.named(folder) as running:
        one, two = browser.new_context().new_page(), browser.new_context().new_page()
        one.goto(rc.address(running, "rev", rc.READING))
        holds(one, "performance.getEntriesByType('resource').some((each) => each.name.includes('/lease/'))")
        two.goto(rc.address(running, "two", rc.READING))
        two.wait_for_selector(".answer-words")
        for key in ("2", "2", "Enter"):
            two.keyboard.press(key)
        two.get_by_role("heading", name="Nothing more waits for you here.").wait_for()
        assert not two.get_by_role("button", name="Read on").is_visible()
        one.goto("about:blank")
        two.get_by_role("heading", name="One more answer waits for you").wait_for()
        two.get_by_role("button", name="Read on").click()
        two.wait_for_selector(".answer-words")
        assert two.inner_text(".progress-words") == "2 of 2, the last one"
        for page in (one, two):
            page.context.close()


@pytest.mark.slow
def test_an_answer_is_read_by_mouse_alone(visit, folder):
    page = visit("rev")
    for group in ("Reasoning", "Principle"):
        page.get_by_role("group", name=group).get_by_role("button").nth(2).click()
    page.locator(".answer-words .words").dblclick(position={"x": 30, "y": 12})
    page.get_by_role("button", name="Quote selection").click()
    assert page.input_value("#review-comment").startswith("“")
    page.get_by_role("button", name="Save and next").click()
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    until(lambda: scores(folder) == [4.0])
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Go to answer 1").click()
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 1'")
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
    holds(page, "document.querySelector('.said-here').textContent === 'Taken back: Reasoning 2.'")
    until(lambda: scores(folder) == [])
    page.get_by_role("button", name="Skip for now").click()
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    page.get_by_role("button", name="Flag to discuss").click()
    page.get_by_role("button", name="Take the flag off").wait_for()
    page.get_by_text("Question and notes").last.click()
    assert page.locator(".question").is_visible()


def test_on_a_phone_the_filters_are_folded_and_the_writing_begins_within_the_first_screen(visit):
    page = visit("rev")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.wait_for_selector(".answer-words .words")
    assert page.locator(".answer-words .words").bounding_box()["y"] < 600
    view(page, f"class/{LESSON}/{rc.PROMPT}")
    page.wait_for_selector(".strip a")
    assert not page.get_by_label("Where it stands").is_visible()
    assert page.locator(".strip a").first.bounding_box()["y"] < 844
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Where it stands").select_option("returned")
    page.get_by_text("Filters: 1 on").click()
    assert page.get_by_text("0 of 24 answers").is_visible() and not page.get_by_label("Where it stands").is_visible()


def test_the_class_is_seen_filtered_and_two_answers_lie_side_by_side(visit, folder):
    scored(folder, "rev", lambda n: (n % 4, 1), PEOPLE[:6])
    scored(folder, "two", lambda n: (3, 3), PEOPLE[:2])
    page = visit("rev", f"#class/{LESSON}/{rc.PROMPT}")
    page.wait_for_selector(".strip a")
    names = page.locator(".strip a").evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))")
    assert len(names) == 24 and sum("to discuss, readings differ" in name for name in names) == 2
    page.get_by_label("Where it stands").select_option("discuss")
    assert page.locator(".strip a").count() == 2 and page.get_by_text("2 of 24 answers").count() == 1
    assert page.get_by_text("Filters: 1 on").count() == 1
    page.get_by_label("Where it stands").select_option("")
    page.get_by_label("Level, of what you have read").select_option("R/1")
    assert 1 <= page.locator(".strip a").count() <= 3
    page.get_by_label("Level, of what you have read").select_option("")
    page.get_by_role("button", name="Show both").click()
    page.wait_for_selector(".pair article >> nth=1")
    assert page.locator(".pair .words").count() == 2
    counts = page.locator(".levels-given tbody tr", has_text="Reasoning").locator("td.tabular").all_inner_texts()
    assert sum(map(int, counts[:4])) == 6 and counts[4] == "18"
    page.locator(".strip a").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    wanted = page.evaluate("document.activeElement.getAttribute('aria-label')").split(",")[0]
    page.keyboard.press("Enter")
    holds(page, f"document.querySelector('#answer-heading')?.textContent === '{wanted}'")


def test_each_view_has_a_title_the_keys_and_the_focus_and_what_was_saved_is_said(visit):
    page = visit("rev", "#prompts")
    titles = set()
    for name in ("People", "To discuss", "Return feedback", "Class", "Rubric", "Calibrate", "Prompts"):
        page.locator(".tabs").get_by_role("link", name=name, exact=True).click()
        page.locator(f"main h1:text-is('{name}')").wait_for()
        holds(page, "document.activeElement !== document.body")
        titles.add(page.title())
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keys").wait_for()
        page.keyboard.press("Escape")
    assert len(titles) == 7
    link = page.get_by_role("link", name=f"Read: {rc.READ['title']}")
    link.click()
    page.wait_for_selector("#answer-heading")
    assert page.title().startswith(f"Answer 1, {rc.READ['title']}")
    page.keyboard.press("2")
    holds(page, "document.querySelector('.saving .sr').textContent === 'Reasoning 2, saved'")
    for pressed in ("1", "Enter"):
        page.keyboard.press(pressed)
    holds(page, "document.querySelector('.saving .sr').textContent === 'Principle 1, saved'")
    assert page.locator(".reading-head [role=status].sr").text_content() == "Answer 2"
    assert page.get_by_role("article", name="Answer 2").count() == 1


def test_other_words_for_the_rubric_are_looked_at_before_they_are_put_in(browser, folder, tmp_path):
    kit = tmp_path / "kit"
    for part in ("lessons", "grading"):
        shutil.copytree(course_parts().root / part, kit / part)
    with rc.named(folder, OPENPRACTICE_KIT=str(kit)) as running:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(rc.address(running, "rev", "#rubric"))
        page.locator("summary", has_text="Reasoning").first.click()
        page.get_by_role("button", name="Change these words").locator("visible=true").click()
        page.get_by_label("Reasoning 1: its words").fill("One reason.")
        page.get_by_role("button", name="Look at what this does").click()
        page.get_by_text("The rubric goes from version 3 to 4.").wait_for()
        assert "24 answers that nobody has read yet" in page.inner_text("dialog")
        assert 'version: "3"' in (kit / "lessons" / "rubric.yml").read_text("utf-8")
        page.get_by_role("button", name="Put in as version 4").click()
        page.get_by_text("Version 4 is in the course's file.").wait_for()
        page.get_by_text("Version 3 to 4").wait_for()
        assert 'descriptor: "One reason."' in (kit / "lessons" / "rubric.yml").read_text("utf-8")
        view(page, rc.READING[1:])
        page.wait_for_selector(".level:has-text('One reason.')")
        page.close()
