"""A reader chooses the language of a course, in real Chromium; one that is written from right to left turns the page."""

import pytest
from playwright.sync_api import expect

from bilingual import add_arabic, two_languages
from chromium import browser
from openpractice import i18n
from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making import build
from openpractice.gradebook.coursefolder import open_folder
from openpractice.gradebook.releasing.release import release
from openpractice.journal.journal import Journal
from served import COOKIE, service

pytestmark = pytest.mark.browser
LESSON = "1-seeing"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    place = two_languages(tmp_path_factory.mktemp("languages") / "families")
    add_arabic(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENPRACTICE_COURSE_FOLDER", str(place))
        patch.setattr(i18n, "_ADDED", {})
        course = read_folder(place / "lessons")
        assert check_folder(course) == []
        build.write(build.built_notebooks(course, place / "notebooks"))
        folder = open_folder(place / "data", "families")
        release(folder, LESSON, place / "notebooks" / LESSON / f"{LESSON}.ipynb")
        with service(folder.data, "families") as running:
            yield running


def opened(browser, server, locale, width=1280):
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
    context.add_cookies([{"name": COOKIE, "value": "ana", "url": server.address}])
    return context.new_page()


def test_a_reader_chooses_and_the_answer_stays_the_same_one(server, browser):
    page = opened(browser, server, "es-MX")
    page.goto(f"{server.address}openpractice/lesson/{LESSON}")
    expect(page.get_by_role("heading", name="Dilo de modo que se vea")).to_be_visible()
    box = page.locator("#seeing-seen textarea")
    box.fill("El jueves vi a cuatro personas.")
    expect(page.locator("#seeing-seen")).to_contain_text("Guardado")
    page.get_by_text("Esta sesión").first.click()
    page.get_by_role("group", name="Idioma").get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Say it so that it can be seen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(box).to_have_value("El jueves vi a cuatro personas.")
    box.fill("El jueves vi a cuatro personas leer.")
    expect(page.locator("#seeing-seen")).to_contain_text("Saved")
    page.get_by_text("This session").first.click()
    chosen = page.get_by_role("group", name="Language").get_by_role("link", name="English")
    expect(chosen).to_have_attribute("aria-current", "true")
    page.goto(f"{server.address}openpractice/")
    expect(page.get_by_role("link", name="Working with families")).to_be_visible()  # kept, whatever the browser's
    journal = Journal(server.data / "people" / "ana" / "journal" / "families.jsonl")
    assert [each["value"]["text"][-5:] for each in journal.history("seeing-seen")] == ["onas.", "leer."]
    assert journal.state("seeing-seen").language == "en-US"


@pytest.mark.parametrize("width", [1280, 390])
def test_from_right_to_left_the_page_is_mirrored_and_nothing_runs_out_of_it(server, browser, width):
    page = opened(browser, server, "ar-EG", width)
    page.goto(f"{server.address}openpractice/lesson/{LESSON}")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", name="قلها بحيث تُرى")).to_be_visible()
    box = page.locator("#seeing-choice").get_by_label("اقرأوا الورقة معًا")
    box.check()
    expect(page.locator("#seeing-choice")).to_contain_text("حُفظ")
    # What begins a line stands at its right; a heading and the tick before its words do.
    place = page.locator("#seeing-choice").bounding_box()
    tick, words = box.bounding_box(), page.get_by_text("اقرأوا الورقة معًا").first.bounding_box()
    assert tick["x"] > words["x"] and tick["x"] > place["x"] + place["width"] / 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # A sentence that the file leaves out is said in English.
    expect(page.locator("#seeing-first")).to_contain_text("Share")
    page.goto(f"{server.address}openpractice/")
    expect(page.get_by_role("heading", name="جلساتك")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
