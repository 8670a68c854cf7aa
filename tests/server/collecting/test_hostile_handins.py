"""What a hostile hand-in does to our side: nothing runs, everything is shown as its own characters.

The texts are the usual ways into a page; they are tried against this kit only.
"""

import json

import pytest

from chromium import browser
from formgrader import formgrader
from handins import LESSON, LINE, TRACE, hand_in, mark, response, reviewers_copy, rows, typed_notebook
from openpractice.feedback.feedback import give_feedback
from openpractice.gradebook import nbgrader_run
from openpractice.intake.collect import collect
from openpractice.intake.literal import literal

RUN = "window.op_ran=1;fetch('http://canary.invalid/')"
TEXTS = [
    f"<script>{RUN}</script>",
    f"</div></div><script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f'<svg onload="{RUN}"></svg>',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f'<a href="javascript:{RUN}">press</a> [press](javascript:{RUN}) <javascript:{RUN}>',
    "![picture](http://canary.invalid/a.png) http://canary.invalid/b",
    "<style>@import 'http://canary.invalid/c.css';</style><link rel=stylesheet href=http://canary.invalid/d>",
    f'<details open ontoggle="{RUN}">x</details><input autofocus onfocus="{RUN}">',
    "$x$ $$\\href{javascript:1}{y}$$ \\(z\\) \\[w\\] \\begin{align}a\\end{align}",
    "# heading\n\n* list\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nfence\n```\n\n    four spaces",
    "&lt;b&gt; &amp; &#60;script&#62; &nbsp; <!-- comment",
    "{{ 7 * 7 }} {% raw %} ${7*7} `code` ~~gone~~ ***x***",
    '=HYPERLINK("http://canary.invalid") +1 -1 @sum',
    "سلام 你好 🙂 \u200frtl\u200e \u202eoverride\u202c \ufeff zero\u200bwidth",
]
EVERYTHING = "\n\n".join(TEXTS)


def shown_as(text):
    """How a text reads on a page, where the browser's own rules on lines allow."""
    return [line.rstrip() for line in text.replace("\r", "").split("\n")]


@pytest.fixture
def hostile(folder):
    """The hostile texts as an answer, as typed text beside another, and in nbgrader's gradebook."""
    hand_in(folder, "answered", {"purpose-trace": response(TRACE, {"text": EVERYTHING})})
    hand_in(folder, "beside", {"purpose-line": response(LINE, {"text": "Plain."})}, typed={"purpose-line": EVERYTHING})
    collect(folder, LESSON)
    return folder


def test_every_active_character_becomes_an_entity():
    made = literal(EVERYTHING)
    left = made.replace("<br>", "")
    assert not set("<>\"'`*_[](){}$\\!|~=:/@") & set(left)
    assert "\n" not in made
    assert literal("a\0b\x1bc") == "a\ufffdb\ufffdc"


def watched(browser):
    """A page that notes each dialog and each request that leaves for elsewhere."""
    page = browser.new_page()
    page.seen = []
    page.on("dialog", lambda dialog: (page.seen.append("dialog"), dialog.dismiss()))

    def route(each):
        address = each.request.url
        if address.startswith(("http://127.0.0.1", "file:", "data:", "blob:")):
            each.continue_()
        else:
            page.seen.append(address)
            each.abort()

    page.route("**/*", route)
    return page


def assert_inert(page):
    for link in page.locator(".op-answer a, .words a").all():
        raise AssertionError(f"a link was made: {link.inner_html()}")
    page.wait_for_timeout(500)
    assert page.evaluate("window.op_ran") is None
    assert [seen for seen in page.seen if "canary" in seen or seen == "dialog"] == []
    assert page.locator(".op-answer *:not(br), .words *").count() == 0


@pytest.mark.browser
def test_formgrader_shows_hostile_answers_as_their_own_characters(hostile, browser, tmp_path):
    query = "SELECT s.student_id, b.id FROM submitted_notebook b JOIN submitted_assignment s ON s.id = b.assignment_id"
    with formgrader(hostile, tmp_path / "server") as (address, token):
        for person, notebook in rows(hostile, query):
            page = watched(browser)
            page.goto(f"{address}/formgrader/submissions/{notebook}/?token={token}", wait_until="load")
            boxes = page.locator(".op-answer")
            assert boxes.count() == {"answered": 1, "beside": 2}[person]
            assert shown_as(boxes.last.inner_text()) == shown_as(EVERYTHING)
            assert_inert(page)
            assert page.locator("input.score").count() == 3
            page.close()
        page = watched(browser)
        page.goto(f"{address}/formgrader/gradebook/{LESSON}/{LESSON}?token={token}", wait_until="load")
        assert_inert(page)
        page.close()


@pytest.mark.browser
def test_feedback_pages_show_hostile_answers_and_comments_as_their_own_characters(hostile, browser):
    for prompt in ("purpose-trace", "purpose-line", "purpose-evidence"):
        mark(hostile, "answered", prompt, 1, EVERYTHING)
    rows(hostile, "UPDATE grade SET needs_manual_grade = 0")
    give_feedback(hostile, LESSON)
    nbgrader_run.run(hostile, "generate_feedback", LESSON)
    ours = hostile.feedback / "answered" / f"{LESSON}.html"
    stock = hostile.step("feedback", "answered", LESSON) / f"{LESSON}.html"
    for path, words in ((ours, ".words"), (stock, ".op-answer")):
        page = watched(browser)
        page.goto(path.as_uri(), wait_until="load")
        assert shown_as(page.locator(words).first.inner_text()) == shown_as(EVERYTHING)
        assert shown_as(page.locator(".comment").first.inner_text()) == shown_as(EVERYTHING)
        assert_inert(page)
        assert page.seen == []
        page.close()


def changed_notebooks(folder, trap):
    """A participant's notebook changed in each way that could reach a reviewer or a kernel."""
    plain = json.loads(typed_notebook(folder, {"purpose-trace": "My own words."}))

    def cells(change):
        notebook = json.loads(json.dumps(plain))
        change(notebook["cells"])
        return notebook

    def answer(held):
        return next(cell for cell in held if cell["metadata"].get("nbgrader", {}).get("grade_id") == "purpose-trace")

    code = {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "source": f"open({str(trap)!r}, 'w')",
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<script>{RUN}</script>"}}],
    }
    yield "code", cells(lambda held: held.append(code))
    yield "markdown", cells(lambda held: held.insert(0, {"cell_type": "markdown", "metadata": {}, "source": TEXTS[0]}))
    yield "schema", cells(lambda held: answer(held)["metadata"]["nbgrader"].update(schema_version=99))
    yield "twice", cells(lambda held: held.append(answer(held)))
    yield "points", cells(lambda held: answer(held)["metadata"]["nbgrader"].update(points="NaN", locked=True))
    yield (
        "question",
        cells(lambda held: [cell.update(source="MY QUESTION") for cell in held if "question" in str(cell)]),
    )
    yield "junk-metadata", cells(lambda held: held.append({"cell_type": "markdown", "metadata": 7, "source": [3]}))
    yield (
        "kernel",
        plain | {"metadata": plain["metadata"] | {"kernelspec": {"name": "x", "argv": ["touch", str(trap)]}}},
    )


def test_a_changed_notebook_runs_nothing_and_changes_nothing_but_its_answer(folder, tmp_path):
    trap = tmp_path / "trap"
    people = []
    for person, notebook in changed_notebooks(folder, trap):
        hand_in(folder, person, None, copy=json.dumps(notebook).encode())
        people.append(person)
    assert collect(folder, LESSON).new == tuple(sorted(people))

    nbgrader_run.run(folder, "autograde", LESSON, "--force")

    released = json.loads(folder.released(LESSON).read_bytes())
    for person in people:
        copy = reviewers_copy(folder, person)
        assert "My own words" in copy.pop("purpose-trace")
        for cell in released["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name and name != "purpose-trace":
                assert copy.pop(name) == "".join(cell["source"])
        assert copy == {}
        raw = (folder.step("autograded", person, LESSON) / f"{LESSON}.ipynb").read_text("utf-8")
        assert "canary" not in raw and str(trap) not in raw and "MY QUESTION" not in raw
    assert not trap.exists()


def test_a_notebook_without_its_answer_cells_still_has_one_to_score(folder):
    notebook = json.loads(folder.released(LESSON).read_bytes())
    hand_in(
        folder,
        "ana",
        {"purpose-trace": response(TRACE, {"text": "Kept."})},
        copy=json.dumps(notebook | {"cells": []}).encode(),
    )
    collect(folder, LESSON)
    assert "Kept" in reviewers_copy(folder, "ana")["purpose-trace"]
