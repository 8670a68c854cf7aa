"""The prompts through ipywidgets in real Notebook 7 with a real kernel, without the extension."""

import json

import pytest
from test_prompts_page import SPECS, chromium

from openpractice.journal.journal import Journal
from plain_notebook import PlainNotebook

pytestmark = pytest.mark.browser
SECRET = "the door closes at nine"


@pytest.fixture
def plain(tmp_path, chromium):
    plain = PlainNotebook(chromium, tmp_path, SPECS[:3])
    yield plain
    plain.close()


def test_typed_in_plain_jupyter_the_words_reach_the_journal_and_survive_a_killed_kernel(plain):
    page, sizes = plain.page, []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    plain.open()
    plain.run()
    box = page.locator("[data-prompt=gallery-long]").get_by_role("textbox")
    page.wait_for_function("document.querySelector('[data-prompt=gallery-long]').dataset.state === 'blank'")
    received = sum(sizes)
    box.click()
    page.keyboard.type(SECRET, delay=5)
    page.wait_for_function("document.querySelector('[data-prompt=gallery-long]').dataset.state === 'saved'")
    assert Journal(plain.journal).state("gallery-long").value == {"text": SECRET}
    print(f"bytes received for four parts of a lesson: {received}")

    # Keys of the page, pressed in a prompt, do nothing to the page.
    page.locator("[data-prompt=gallery-single] input[value=yes]").focus()
    before = page.locator(".jp-Cell").count()
    for key in ("ArrowDown", "d", "d"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == before
    assert page.locator("[data-prompt=gallery-single] input[value=partly]").is_checked()

    plain.kill_kernel()
    box.click()
    box.press("End")
    page.keyboard.type(" and nobody saw", delay=5)
    page.wait_for_timeout(4000)
    # Jupyter's own notice that a kernel died may come under a key and take it; all that stands in the box is kept.
    whole = box.input_value()
    assert whole.startswith(SECRET) and len(whole) > len(SECRET)
    assert {"text": whole} in (*plain.drafts(), Journal(plain.journal).state("gallery-long").value)

    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    assert SECRET not in plain.file.read_text()


def test_the_lesson_is_looked_over_and_handed_in_as_a_file(plain):
    page = plain.page
    plain.open()
    plain.run()
    page.locator("[data-prompt=gallery-long]").get_by_role("textbox").fill(SECRET)
    hand_in = page.locator(".op-handin")
    hand_in.get_by_role("button", name="Look over and hand in").click()
    hand_in.locator("blockquote", has_text=SECRET).wait_for()
    assert hand_in.get_by_text("Nothing written yet").count() >= 1
    with page.expect_download() as download:
        hand_in.get_by_role("button", name="Download the file to hand in").click()
    sent = json.loads(open(download.value.path(), encoding="utf-8").read())
    assert sent["responses"]["gallery-long"]["value"] == {"text": SECRET}
    assert "gallery-short" not in sent["responses"]
