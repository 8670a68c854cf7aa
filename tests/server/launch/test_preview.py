"""The preview in real Chromium: the prompts are live, and an edit shows by itself."""

import threading

import pytest

from authoring import LESSON, REPO, write_folder
from chromium import chromium
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.preview import serve, version

pytestmark = pytest.mark.browser


@pytest.fixture
def address():
    """Serve a folder of lessons: address(folder) gives its URL."""
    servers = []

    def start(folder):
        server = serve(folder)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page():
    with chromium() as browser:
        page = browser.new_page()
        page.said = []
        page.on(
            "console", lambda message: page.said.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: page.said.append(str(error)))
        yield page


def test_an_edit_shows_by_itself_and_typed_words_stay_in_the_tab(tmp_path, page, address):
    folder = write_folder(tmp_path)
    page.goto(address(folder) + "/lesson/7-listening")
    box = page.get_by_role("textbox").first
    box.fill("Words typed into the preview.")
    page.get_by_text("Saved").first.wait_for()
    (folder / "7-listening.md").write_text(LESSON.replace("Welcome", "Good evening"), encoding="utf-8")
    page.get_by_text("Good evening").wait_for()
    assert page.get_by_role("textbox").first.input_value() == "Words typed into the preview."
    (folder / "7-listening.md").write_text(LESSON.replace(":kind: long_text", ":kind: longtext"), encoding="utf-8")
    page.get_by_role("alert").get_by_text("is no kind of prompt").wait_for()
    assert not page.said


def test_every_lesson_of_the_course_is_drawn_with_live_prompts(page, address):
    start = address(REPO / "lessons")
    for lesson in read_folder(REPO / "lessons").in_order():
        page.goto(f"{start}/lesson/{lesson.id}")
        page.locator(".op-prompt").nth(len(lesson.prompts) - 1).wait_for(state="attached")
        assert page.locator("h1").inner_text() == lesson.title
        assert page.locator(".faults").count() == 0
    assert not page.said


def test_a_lesson_fits_a_phone(page, address):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(address(REPO / "lessons") + "/lesson/1-purpose")
    page.locator(".op-prompt").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_version_changes_with_any_file(tmp_path):
    folder = write_folder(tmp_path)
    marks = {version(folder)}
    (folder / "course.yml").write_text((folder / "course.yml").read_text("utf-8") + "# a remark\n", "utf-8")
    marks.add(version(folder))
    (folder / "9-more.md").write_text(LESSON, "utf-8")
    marks.add(version(folder))
    (folder / "9-more.md").unlink()
    marks.add(version(folder))
    assert len(marks) == 3
