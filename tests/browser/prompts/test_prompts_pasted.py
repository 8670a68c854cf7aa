"""Text pasted from word processors and PDFs is clean in the box at once, and is counted the same after a reload."""

from __future__ import annotations

import json
import re

import pytest
from test_prompts_page import SPECS, card, chromium, kept, open_page, server

pytestmark = pytest.mark.browser

PASTE = """([selector, text]) => {
  const box = document.querySelector(selector);
  box.focus();
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  // A made-up event pastes nothing by itself; where the page leaves it to the browser, so does this.
  if (box.dispatchEvent(event)) document.execCommand("insertText", false, text);
}"""
DROP = """([selector, text]) => {
  const box = document.querySelector(selector);
  box.setRangeText(text, box.value.length, box.value.length, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"""
WORD = "Budget first\x0bThen staff\x0bThen time"
PDF = "End of page one\x0cStart of page two, learn\x02ing"


def counted(page, prompt):
    """The words as the page counts them, where it does."""
    return re.findall(r"(\d+) words", card(page, prompt).locator(".op-state").inner_text())


@pytest.mark.parametrize(
    ("prompt", "how", "text", "clean"),
    [
        ("gallery-long", PASTE, WORD, "Budget first\nThen staff\nThen time"),
        ("gallery-long", DROP, WORD, "Budget first\nThen staff\nThen time"),
        ("gallery-long", PASTE, PDF, "End of page one\nStart of page two, learning"),
        ("gallery-evidence", PASTE, WORD, "Budget first\nThen staff\nThen time"),
    ],
    ids=["word", "dropped", "pdf", "in-a-table"],
)
def test_what_is_pasted_is_what_its_writer_meant_before_and_after_a_reload(open_page, server, prompt, how, text, clean):
    page = open_page(prompt)
    box = card(page, prompt).locator("textarea").first
    box.wait_for()
    page.evaluate(how, [".op-prompt textarea", text])
    assert box.input_value() == clean
    page.wait_for_function(
        "document.querySelector('.op-prompt').dataset.state === 'saved' && Object.keys(localStorage).length === 0"
    )
    before = counted(page, prompt)
    assert clean in json.dumps(server.journal.state(prompt).value, ensure_ascii=False).replace("\\n", "\n")
    page.reload()
    box = card(page, prompt).locator("textarea").first
    box.wait_for()
    page.wait_for_function("document.querySelector('.op-prompt textarea').value !== ''")
    assert box.input_value() == clean
    assert counted(page, prompt) == before == [str(len(clean.split()))] * (prompt == "gallery-long")
