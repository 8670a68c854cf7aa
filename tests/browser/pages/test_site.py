"""A course without a server: pages opened from a disk, answered, kept, brought back, and handed in as a file."""

import json

import pytest
from playwright.sync_api import expect

from chromium import browser
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making.notebook import notebook_text
from openpractice.authoring.starter import start_course
from openpractice.gradebook.releasing.released import Release
from openpractice.intake import judging, received
from openpractice.service.lessonpages.plainsite import write_site

pytestmark = pytest.mark.browser
WORDS = "Ünser «Wort» \u2028 <b>said</b> \U0001f600\nand a second line"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    place = tmp_path_factory.mktemp("site") / "own"
    start_course(place)
    folder = read_folder(place / "lessons")
    write_site(folder, place / "site")
    return folder, place / "site"


def box(page):
    return page.locator("#seeing-seen textarea")


def test_from_a_disk_answers_stay_come_back_and_are_handed_in_as_a_file(course, browser, tmp_path):
    folder, site = course
    context = browser.new_context(viewport={"width": 390, "height": 800}, accept_downloads=True)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="Lesson").or_(page.get_by_role("link")).filter(has_text="Seeing").first.click()
    box(page).fill(WORDS)
    page.locator("#seeing-choice").get_by_label("Read the worksheet together").check()
    expect(page.locator("#seeing-seen")).to_contain_text("Saved")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(box(page)).to_have_value(WORDS.replace("\u2028", "\n"))

    # Nothing is handed in without a name; with one it is a file.
    page.get_by_role("button", name="Look over").click()
    hand_in = page.get_by_role("button", name="Download")
    hand_in.click()
    expect(page.locator("[data-handin]")).to_contain_text("Write your name above first")
    page.get_by_label("Your name").fill("Ana García")
    with page.expect_download() as downloading:
        hand_in.click()
    given = json.loads(downloading.value.path().read_bytes())

    # The corner takes it: every fingerprint is true, and what is the person's own alone is not in it.
    lesson = folder.lesson("1-seeing")
    text = notebook_text(lesson, folder.course, folder.rubric)
    release = Release("1-seeing", text.encode(), json.loads(text))
    said = received.read(json.dumps(given).encode(), None, release, folder.course.id, None)
    answers, notes = judging.judge(release, said)
    assert notes == [] and said.file.name == "Ana García"
    assert answers["seeing-seen"].source == "handin" and "<b>said</b>" in answers["seeing-seen"].text
    assert "seeing-choice" not in said.file.answers, "it would only have been counted"

    # Kept as a file, the browser cleared, brought back.
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Keep as a file").click()
    kept = tmp_path / "kept.json"
    downloading.value.save_as(kept)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear this browser").click()
    expect(box(page)).to_have_value("")
    (tmp_path / "other.json").write_text('{"format": "openpractice-kept", "course": "another", "answers": {}}')
    page.locator("#site-file").set_input_files(tmp_path / "other.json")
    expect(page.locator("#site-said")).to_contain_text("holds no answers to this course")
    page.locator("#site-file").set_input_files(kept)
    expect(box(page)).to_have_value(WORDS.replace("\u2028", "\n"))
    expect(page.get_by_label("Your name")).to_have_value("Ana García")
    assert faults == []
    context.close()
