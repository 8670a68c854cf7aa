"""A lesson opened as a notebook, in Notebook 7 and JupyterLab: real server, real Chromium, real journal.

What the session's own page does is tested in test_lesson_page.py; here only what a notebook adds.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from chromium import browser
from lesson_server import TOKEN, Server, build_page, start_server
from openpractice.journal.journal import Journal
from openpractice.service.handlers.workshop import workshop_id
from repo import REPO
from servers import publish

pytestmark = pytest.mark.browser

LESSON = "1-purpose.ipynb"
PAGES = {"notebook": f"notebooks/{LESSON}", "lab": f"lab/tree/{LESSON}"}
OPENING_MS = 180_000  # a busy machine is slow with Jupyter's own page
NO_KERNELS = "--ServerApp.kernel_manager_class=openpractice.hub.nokernels.NoKernels"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that starts no kernels, as a workshop's do, over one real lesson and one with faults."""
    one = serve(tmp_path_factory.mktemp("lesson-page"), NO_KERNELS)
    yield one
    one.stop()


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as most are: with kernels, and an ordinary notebook beside the lesson."""
    one = serve(tmp_path_factory.mktemp("with-kernels"))
    yield one
    one.stop()


def serve(folder: Path, *arguments: str) -> Server:
    root = folder / "files"
    root.mkdir()
    shutil.copyfile(REPO / "notebooks/1-purpose/1-purpose.ipynb", root / LESSON)
    (root / "plain.ipynb").write_text(json.dumps(notebook([code_cell("1 + 1")])))
    (root / "odd.ipynb").write_text(json.dumps(odd_lesson()))
    publish(folder / "exchange", notebook=(root / LESSON).read_bytes())
    publish(folder / "exchange", "odd", (root / "odd.ipynb").read_bytes())
    build_page(folder / "labextensions/openpractice")
    found = f"extra_labextensions_path={folder / 'labextensions'}"
    return start_server(
        folder,
        root,
        environment={
            "OPENPRACTICE_HOME": str(folder / "home"),
            "OPENPRACTICE_PERSON": "ana",
            "OPENPRACTICE_NAME": "Ana Pérez",
            "OPENPRACTICE_KIT": str(REPO),
            "OPENPRACTICE_EXCHANGE": str(folder / "exchange"),
            "OPENPRACTICE_WORKSHOP": workshop_id(folder / "home"),
        },
        arguments=(f"--LabApp.{found}", f"--JupyterNotebookApp.{found}", *arguments),
    )


def notebook(cells: list[dict], **metadata) -> dict:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel, **metadata}, "cells": cells}


def code_cell(source: str, **own) -> dict:
    metadata = {"openpractice": own} if own else {}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def markdown_cell(source: str, **own) -> dict:
    return {"cell_type": "markdown", "metadata": {"openpractice": own}, "source": source}


def odd_lesson() -> dict:
    """A lesson in Spanish: one whole prompt, one of a kind nobody knows, one cell that is no call."""
    ask = {
        "v": 1,
        "course": "open-practice",
        "lesson": "odd",
        "kind": "short_text",
        "title": "Uno",
        "body": "?",
        "visibility": "P",
        "minutes": 3,
    }
    own = {
        "format": 1,
        "course": "open-practice",
        "lesson": "odd",
        "title": "Una sesión",
        "minutes": 5,
        "language": "es",
    }
    cells = [
        code_cell("from openpractice import prompt, handin", part="setup"),
        markdown_cell("# Una sesión", part="text"),
        code_cell(f"prompt({json.dumps(ask | {'id': 'odd-one'})})", part="prompt", id="odd-one"),
        markdown_cell("Words I typed <b>long</b> ago", part="answer", id="odd-one"),
        code_cell(f"prompt({json.dumps(ask | {'id': 'odd-two', 'kind': 'telepathy'})})", part="prompt", id="odd-two"),
        code_cell("__import__('os').system('touch ran')", part="prompt", id="odd-three"),
    ]
    return notebook(cells, openpractice=own)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.set_default_timeout(OPENING_MS)
    one = context.new_page()
    one.ours, one.faults = [], []
    one.on("pageerror", lambda fault: one.faults.append(str(fault)))
    one.on("console", lambda said: keep_ours(one.ours, said.type == "error", said.text, said.location.get("url", "")))
    one.on("pageerror", lambda fault: keep_ours(one.ours, True, str(fault), fault.stack or ""))
    yield one
    context.close()


def keep_ours(kept: list[str], is_error: bool, text: str, where: str) -> None:
    if is_error and ("extensions/openpractice" in where or "Open Practice" in text):
        kept.append(f"{text} {where}")


def open_page(page, server: Server, path: str) -> None:
    page.goto(server.page(path))
    page.wait_for_selector(".op-prompt", timeout=OPENING_MS)


def sessions(server: Server) -> list[str]:
    return [one["path"] for one in json.loads(server.get("api/sessions"))]


def journal(server: Server) -> str:
    found = list(Path(server.environment["OPENPRACTICE_HOME"]).rglob("*.jsonl"))
    return "".join(path.read_text(encoding="utf-8") for path in found)


def wait_for_journal(page, server: Server, words: str, seconds: int = 30) -> None:
    for _ in range(seconds * 10):
        if words in journal(server):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{words!r} is not in the journal after {seconds} s")


def first_box(page):
    return page.locator(".op-prompt textarea").first


@pytest.mark.parametrize("host", [pytest.param("notebook", marks=pytest.mark.slow), "lab"])
def test_prompts_are_drawn_without_kernel_code_or_dialog_and_the_file_stays(page, server, host) -> None:
    before = (Path(server.environment["HOME"]) / "files" / LESSON).read_bytes()
    open_page(page, server, PAGES[host])
    asked = (REPO / "notebooks/1-purpose/1-purpose.ipynb").read_text("utf-8").count('"prompt({')
    page.wait_for_function(
        "(asked) => document.querySelectorAll('.op-prompt[data-state]').length === asked", arg=asked, timeout=OPENING_MS
    )
    page.locator(".op-handin").wait_for(state="attached")
    shown = page.locator(".jp-Notebook").inner_text()
    assert "prompt({" not in shown and "handin({" not in shown and "can be typed here" not in shown
    assert page.locator(".jp-NotebookPanel-toolbar").is_visible()
    assert LESSON not in sessions(server)
    assert page.locator(".jp-Dialog").count() == 0
    # Nothing looks for a kernel that never comes.
    assert page.ours == [] and [fault for fault in page.faults if "kernel" in fault] == []
    assert (Path(server.environment["HOME"]) / "files" / LESSON).read_bytes() == before
    bar = page.locator(".opl-bar")
    bar.get_by_text("Answers of Ana Pérez").wait_for()
    bar.get_by_role("link", name="To the page of this session").click()
    page.wait_for_url("**/openpractice/lesson/1-purpose")
    page.get_by_text("This session", exact=True).wait_for()


@pytest.mark.parametrize("host", ["notebook", pytest.param("lab", marks=pytest.mark.slow)])
def test_keys_typed_in_a_prompt_reach_the_journal_and_never_the_notebook(page, server, host) -> None:
    open_page(page, server, PAGES[host])
    cells = len(json.loads((REPO / "notebooks/1-purpose/1-purpose.ipynb").read_text())["cells"])
    page.wait_for_function(f"() => document.querySelectorAll('.jp-Notebook .jp-Cell').length === {cells}")
    first_box(page).click()
    page.keyboard.press("Control+A")
    words = f"ddd b Enter x — typed in {host} عربي 中文"
    page.keyboard.type(words)
    wait_for_journal(page, server, words)
    page.locator(".op-prompt input[type=radio]").first.focus()
    for key in ("d", "d", "b", "ArrowDown"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.locator(".op-prompt input[type=radio]:checked").count() >= 1
    assert page.ours == []


@pytest.mark.slow
def test_an_ordinary_notebook_beside_it_is_untouched_and_gets_its_kernel(page, kernels) -> None:
    page.goto(kernels.page("notebooks/plain.ipynb"))
    page.wait_for_selector(".jp-Cell .cm-content", timeout=OPENING_MS)
    for _ in range(300):
        if "plain.ipynb" in sessions(kernels):
            break
        page.wait_for_timeout(100)
    assert "plain.ipynb" in sessions(kernels)
    assert page.locator(".opl-place").count() == 0
    page.locator(".jp-Cell .cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".jp-OutputArea-output >> text=2")


@pytest.mark.slow
def test_a_read_only_lesson_starts_no_kernel_either(page, server) -> None:
    def read_only(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"writable": False})

    page.route("**/api/contents/1-purpose.ipynb?**", read_only)
    open_page(page, server, PAGES["notebook"])
    page.wait_for_timeout(2000)
    assert LESSON not in sessions(server)
    assert page.locator(".jp-Dialog").count() == 0


@pytest.mark.slow
def test_faults_stay_in_their_own_place_and_nothing_in_a_cell_is_run(page, server) -> None:
    open_page(page, server, "notebooks/odd.ipynb")
    page.locator(".opl-fault").nth(1).wait_for()
    assert page.locator(".op-prompt[data-prompt=odd-one]").count() == 1
    assert page.locator(".opl-fault").count() == 2
    assert page.locator(".jp-MarkdownCell", has_text="Words I typed").is_visible()
    assert not (Path(server.environment["HOME"]) / "files/ran").exists()
    assert sessions(server).count("odd.ipynb") == 0


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["**/notebook/index.js", "**/prompts/prompt.js", "**/remoteEntry.js"])
def test_a_part_that_does_not_arrive_never_blanks_the_page(page, server, gone) -> None:
    page.route(gone, lambda route: route.abort() if "openpractice" in route.request.url else route.continue_())
    page.goto(server.page(PAGES["notebook"]))
    page.wait_for_selector(".jp-Cell h1", timeout=OPENING_MS)
    assert page.locator(".jp-NotebookPanel-toolbar").is_visible()


@pytest.mark.slow
def test_every_file_is_served_as_what_it_is_and_may_be_kept(page, server) -> None:
    seen = {}
    page.on(
        "response", lambda got: seen.update({got.url: got.headers}) if "extensions/openpractice" in got.url else None
    )
    open_page(page, server, PAGES["notebook"])
    kinds = {url.rsplit("/", 1)[1].split("?")[0]: headers for url, headers in seen.items()}
    assert {"remoteEntry.js", "index.js", "prompt.js", "lesson.css", "prompt.css"} <= set(kinds)
    for name, headers in kinds.items():
        wanted = "text/css" if name.endswith(".css") else "javascript"
        assert wanted in headers["content-type"], name
        assert "immutable" in headers["cache-control"], name


def test_on_a_narrow_screen_the_files_beside_a_lesson_are_folded_and_no_others(page, server) -> None:
    files = page.locator("#jp-left-stack")
    page.goto(server.page(f"lab/workspaces/wide/tree/{LESSON}"))
    page.locator(".op-prompt").first.wait_for()
    page.wait_for_timeout(1000)
    assert files.is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.page("lab/workspaces/other/tree/plain.ipynb"))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.wait_for_timeout(1000)
    assert files.is_visible()
    page.goto(server.page(f"lab/workspaces/narrow/tree/{LESSON}"))
    page.locator(".op-prompt").first.wait_for()
    files.wait_for(state="hidden")
    assert page.locator(".op-prompt").first.bounding_box()["width"] > 250
    # Whoever asks for them has them.
    page.get_by_role("tab", name="File Browser").click()
    files.wait_for(state="visible")
    page.wait_for_timeout(1000)
    assert files.is_visible() and page.ours == []


def test_the_launcher_of_jupyterlab_has_a_card_that_leads_to_the_course(page, server) -> None:
    page.goto(server.page("lab/workspaces/launcher"))
    card = page.locator(".jp-LauncherCard", has_text="Open Practice")
    card.wait_for(timeout=OPENING_MS)
    with page.context.expect_page() as opened:
        card.click()
    assert "/openpractice/" in opened.value.url


def test_one_answer_typed_on_the_page_then_in_lab_then_with_a_kernel_is_one_history(page, kernels) -> None:
    """The kernel is the usual one, and nobody is asked about it."""
    prompt = "purpose-ask"
    at = f"[data-prompt={prompt}] textarea"
    page.goto(kernels.page("openpractice/lesson/1-purpose"))
    page.locator(at).fill("one")
    wait_for_journal(page, kernels, '"one"')
    open_page(page, kernels, PAGES["lab"])
    page.wait_for_function("(at) => document.querySelector(at)?.value === 'one'", arg=at)
    page.locator(at).fill("one two")
    wait_for_journal(page, kernels, '"one two"')
    for _ in range(300):
        if LESSON in sessions(kernels):
            break
        page.wait_for_timeout(100)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    widget = page.locator(f".jp-OutputArea {at}")
    widget.wait_for(timeout=OPENING_MS)
    assert page.locator(".jp-Dialog").count() == 0
    # One of the two draws a prompt, never both.
    page.wait_for_function("() => document.querySelectorAll('.opl-place').length === 0")
    # A call is nothing to read, and reaches beyond the card that it has drawn.
    assert not page.locator("[data-op-part=prompt] > .jp-Cell-inputWrapper").first.is_visible()
    assert page.locator(".opl-bar a").is_visible()
    page.wait_for_function("(at) => document.querySelector(at)?.value === 'one two'", arg=f".jp-OutputArea {at}")
    widget.fill("one two three")
    wait_for_journal(page, kernels, '"one two three"')
    # Side by side each has what the other saved, and nobody is asked to choose between them.
    lesson = page.context.new_page()
    lesson.goto(kernels.page("openpractice/lesson/1-purpose"))
    holds = "([at, text]) => document.querySelector(at)?.value === text"
    for here, box, there, seen, text in (
        (page, widget, lesson, at, "in the notebook"),
        (lesson, lesson.locator(at), page, f".jp-OutputArea {at}", "on the page"),
        (page, widget, lesson, at, "one two three four"),
    ):
        box.fill(text)
        wait_for_journal(here, kernels, json.dumps(text))
        there.wait_for_function(holds, arg=[seen, text])
    lesson.close()
    path = next(Path(kernels.environment["OPENPRACTICE_HOME"]).rglob("open-practice.jsonl"))
    found = Journal(path).state(prompt)
    assert found.value == {"text": "one two three four"} and not found.heads
    canonical = json.dumps({"text": "one two three four"}, separators=(",", ":")).encode()
    assert found.sha256 == hashlib.sha256(canonical).hexdigest()


@pytest.mark.slow
def test_corrected_text_is_there_after_a_reload_and_what_was_typed_stays(server, page) -> None:
    """The notebook that is open, loaded again; not opened from the course home."""
    exchange = Path(server.environment["OPENPRACTICE_EXCHANGE"])
    built = json.loads((REPO / "notebooks/2-learning/2-learning.ipynb").read_text("utf-8"))
    publish(exchange, "2-learning", json.dumps(built).encode())
    asked = urllib.request.Request(
        f"{server.base}openpractice/api/open/2-learning", b"{}", {"Authorization": f"token {TOKEN}"}
    )
    urllib.request.urlopen(asked, timeout=60).close()
    open_page(page, server, "notebooks/2-learning/2-learning.ipynb")
    first_box(page).fill("Typed before the text was corrected.")
    wait_for_journal(page, server, "Typed before the text was corrected.")
    text = next(cell for cell in built["cells"] if "The second principle" in "".join(cell["source"]))
    for words in ("Corrected words.", "Corrected once more."):
        text["source"] = [words]
        publish(exchange, "2-learning", json.dumps(built).encode())
        page.reload()
        page.locator(".jp-RenderedHTMLCommon", has_text=words).first.wait_for(timeout=OPENING_MS)
        expect(first_box(page)).to_have_value("Typed before the text was corrected.", timeout=OPENING_MS)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.ours == []
