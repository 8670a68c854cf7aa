"""A lesson opened in Notebook 7 and JupyterLab: real server, real Chromium, real journal."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from lesson_server import TOKEN, Server, build_page, chromium, start_server

from servers import publish

playwright_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
LESSON = "1-purpose.ipynb"
PAGES = {"notebook": f"notebooks/{LESSON}", "lab": f"lab/tree/{LESSON}"}
OPENING_MS = 60_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over one real lesson, one ordinary notebook and one lesson with faults."""
    folder = tmp_path_factory.mktemp("lesson-page")
    root = folder / "files"
    root.mkdir()
    shutil.copyfile(ROOT / "notebooks/1-purpose/1-purpose.ipynb", root / LESSON)
    (root / "plain.ipynb").write_text(json.dumps(notebook([code_cell("1 + 1")])))
    (root / "odd.ipynb").write_text(json.dumps(odd_lesson()))
    publish(folder / "exchange", notebook=(root / LESSON).read_bytes())
    publish(folder / "exchange", "odd", (root / "odd.ipynb").read_bytes())
    build_page(folder / "labextensions/openpractice")
    found = f"extra_labextensions_path={folder / 'labextensions'}"
    one = start_server(
        folder,
        root,
        environment={
            "OPENPRACTICE_HOME": str(folder / "home"),
            "OPENPRACTICE_PERSON": "ana",
            "OPENPRACTICE_KIT": str(ROOT),
            "OPENPRACTICE_EXCHANGE": str(folder / "exchange"),
        },
        arguments=(f"--LabApp.{found}", f"--JupyterNotebookApp.{found}"),
    )
    yield one
    one.stop()


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


@pytest.fixture(scope="module")
def browser():
    with playwright_api.sync_playwright() as playwright:
        one = chromium(playwright)
        yield one
        one.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    one = context.new_page()
    one.ours = []
    one.on("console", lambda said: keep_ours(one.ours, said.type == "error", said.text, said.location.get("url", "")))
    one.on("pageerror", lambda fault: keep_ours(one.ours, True, str(fault), fault.stack or ""))
    yield one
    context.close()


def keep_ours(kept: list[str], is_error: bool, text: str, where: str) -> None:
    if is_error and ("extensions/openpractice" in where or "Open Practice" in text):
        kept.append(f"{text} {where}")


def open_page(page, server: Server, path: str) -> None:
    page.goto(server.page(path))
    page.wait_for_selector(".op-prompt")


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


@pytest.mark.parametrize("host", PAGES)
def test_a_lesson_opens_as_a_page_without_kernel_code_or_dialog(page, server, host) -> None:
    before = (Path(server.environment["HOME"]) / "files" / LESSON).read_bytes()
    open_page(page, server, PAGES[host])
    page.wait_for_timeout(3000)
    assert LESSON not in sessions(server)
    assert page.locator(".op-lesson .jp-Editor:visible, .op-lesson .cm-editor:visible").count() == 0
    text = page.locator(".op-lesson .jp-WindowedPanel-outer").inner_text()
    assert "prompt(" not in text and "from openpractice" not in text and "handin(" not in text
    assert "can be typed here" not in text
    assert page.locator(".op-lesson [role=feed], .op-lesson .jp-Cell[aria-label]").count() == 0
    assert page.locator(".jp-Dialog").count() == 0
    assert page.ours == []
    files = Path(server.environment["HOME"]) / "files"
    assert (files / LESSON).read_bytes() == before
    assert sorted(path.name for path in files.glob("*.ipynb")) == ["1-purpose.ipynb", "odd.ipynb", "plain.ipynb"]


def test_the_page_has_the_lessons_title_and_language_and_no_tools_of_jupyters(page, server) -> None:
    open_page(page, server, "notebooks/odd.ipynb")
    assert page.title() == "Una sesión"
    assert page.evaluate("document.documentElement.lang") == "es"
    for part in ("#top-panel-wrapper", "#menu-panel-wrapper", ".jp-NotebookPanel-toolbar"):
        assert not page.locator(part).first.is_visible()
    assert page.get_by_role("link", name="Inicio del curso").get_attribute("href") == "/openpractice/"


@pytest.mark.parametrize("host", PAGES)
def test_words_typed_by_keyboard_reach_the_journal(page, server, host) -> None:
    open_page(page, server, PAGES[host])
    first_box(page).focus()
    page.keyboard.press("Control+A")
    words = f"ddd b Enter x — typed in {host} عربي 中文"
    page.keyboard.type(words)
    wait_for_journal(page, server, words)
    assert page.ours == []


@pytest.mark.parametrize("host", PAGES)
def test_no_key_and_no_double_click_reaches_the_notebook(page, server, host) -> None:
    open_page(page, server, PAGES[host])
    cells = len(json.loads((ROOT / "notebooks/1-purpose/1-purpose.ipynb").read_text())["cells"])
    page.wait_for_function(f"document.querySelectorAll('.jp-Notebook .jp-Cell').length === {cells}")
    paragraph = page.locator(".op-lesson .jp-RenderedHTMLCommon p").nth(2)
    paragraph.click()
    for key in ("d", "d", "Enter", "b", "a", "x", "Shift+Enter", "m", "y", "0", "0"):
        page.keyboard.press(key)
    paragraph.dblclick()
    page.locator(".op-prompt :is(input[type=radio])").first.focus()
    for key in ("d", "d", "b", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Control+s")
    page.wait_for_timeout(500)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.locator(".op-lesson .cm-editor:visible").count() == 0
    assert page.locator(".jp-Dialog").count() == 0
    assert "every word is kept" in page.locator(".opl-news").inner_text()
    assert LESSON not in sessions(server)


def test_an_ordinary_notebook_beside_it_is_untouched_and_gets_its_kernel(page, server) -> None:
    page.goto(server.page("notebooks/plain.ipynb"))
    page.wait_for_selector(".jp-Cell .cm-content")
    for _ in range(300):
        if "plain.ipynb" in sessions(server):
            break
        page.wait_for_timeout(100)
    assert "plain.ipynb" in sessions(server)
    assert page.locator(".op-lesson, .opl-header, .opl-bar").count() == 0
    assert page.locator(".jp-NotebookPanel-toolbar").is_visible()
    page.locator(".jp-Cell .cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".jp-OutputArea-output >> text=2")


def test_a_read_only_lesson_starts_no_kernel_either(page, server) -> None:
    def read_only(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"writable": False})

    page.route("**/api/contents/1-purpose.ipynb?**", read_only)
    open_page(page, server, PAGES["notebook"])
    page.wait_for_timeout(3000)
    assert LESSON not in sessions(server)
    assert page.locator(".jp-Dialog").count() == 0


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_in_one_column_in_both_schemes(browser, server, width, scheme) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    open_page(page, server, PAGES["notebook"])
    page.wait_for_timeout(1500)
    wide = page.evaluate("""() => [...document.querySelectorAll('.op-lesson *')].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && one.checkVisibility({ contentVisibilityAuto: true }) && (box.right > innerWidth + 1 || box.left < -1);
      }).map((one) => one.tagName + '.' + one.className)""")
    assert wide == []
    assert page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollWidth") <= width
    bar = page.locator(".opl-bar").bounding_box()
    assert bar["y"] + bar["height"] == pytest.approx(800, abs=1)
    assert page.locator(".opl-bar button").bounding_box()["height"] >= 44
    assert contrast(page, ".op-lesson .jp-RenderedHTMLCommon p", ".op-lesson .jp-WindowedPanel-outer") >= 4.5
    assert contrast(page, ".opl-progress", ".opl-bar") >= 4.5
    paper = page.evaluate("getComputedStyle(document.querySelector('.op-prompt')).backgroundColor")
    assert (luminance(paper) < 0.2) == (scheme == "dark")
    context.close()


def contrast(page, ink: str, paper: str) -> float:
    colours = page.evaluate(
        "([a, b]) => [getComputedStyle(document.querySelector(a)).color, getComputedStyle(document.querySelector(b)).backgroundColor]",
        [ink, paper],
    )
    light, dark = sorted(map(luminance, colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_an_address_with_a_prompts_id_opens_at_that_prompt(page, server) -> None:
    open_page(page, server, f"{PAGES['notebook']}#purpose-trace")
    page.wait_for_function("document.activeElement.closest('#purpose-trace') !== null")
    page.wait_for_timeout(500)
    assert 0 <= page.locator("#purpose-trace").bounding_box()["y"] < 450


GROW = """(height) => {
  const scroller = document.querySelector('.jp-WindowedPanel-outer');
  scroller.style.overflowAnchor = 'none';
  const late = document.createElement('div');
  late.style.height = height + 'px';
  document.querySelector('.jp-Notebook .jp-MarkdownCell').append(late);
}"""


def test_that_prompt_is_held_while_the_page_above_it_fills_until_somebody_moves(page, server) -> None:
    open_page(page, server, f"{PAGES['notebook']}#purpose-trace")
    page.wait_for_function("document.activeElement.closest('#purpose-trace') !== null")
    page.evaluate(GROW, 4000)
    page.wait_for_timeout(500)
    assert 0 <= page.locator("#purpose-trace").bounding_box()["y"] < 450
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(500)
    read_at = page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")
    page.evaluate(GROW, 700)
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop") == read_at


def test_progress_is_true_and_next_goes_to_the_next_question_without_an_answer(page, server) -> None:
    open_page(page, server, PAGES["notebook"])
    page.wait_for_timeout(1000)
    said = lambda: int(page.locator(".opl-progress").inner_text().split()[0])  # noqa: E731
    box = page.locator("#purpose-trace textarea").first
    box.fill("")
    page.wait_for_timeout(300)
    before = said()
    box.fill("An hour of lesson plans.")
    page.wait_for_function(f"parseInt(document.querySelector('.opl-progress').textContent) === {before + 1}")
    box.focus()
    page.keyboard.press("Alt+n")
    page.wait_for_function("document.activeElement.closest('.opl-place')?.id !== 'purpose-trace'")
    box.fill("   ")
    page.wait_for_function(f"parseInt(document.querySelector('.opl-progress').textContent) === {before}")


def test_faults_stay_in_their_own_place_and_nothing_in_a_cell_is_run(page, server) -> None:
    open_page(page, server, "notebooks/odd.ipynb")
    assert page.locator("#odd-one .op-prompt").count() == 1
    assert page.locator(".opl-page-fault").count() == 2
    typed = page.locator(".opl-typed blockquote")
    assert typed.inner_text() == "Words I typed <b>long</b> ago"
    assert "__import__" not in page.locator(".op-lesson .jp-WindowedPanel-outer").inner_text()
    assert not (Path(server.environment["HOME"]) / "files/ran").exists()
    assert sessions(server).count("odd.ipynb") == 0


@pytest.mark.parametrize("gone", ["**/notebook/index.js", "**/prompts/prompt.js", "**/remoteEntry.js"])
def test_a_part_that_does_not_arrive_never_blanks_the_page(page, server, gone) -> None:
    page.route(gone, lambda route: route.abort() if "openpractice" in route.request.url else route.continue_())
    page.goto(server.page(PAGES["notebook"]))
    page.wait_for_selector(".jp-Cell h1")
    assert page.locator(".jp-NotebookPanel-toolbar").is_visible()


def test_a_killed_server_costs_no_key_and_shows_no_dialog(page, server) -> None:
    open_page(page, server, PAGES["notebook"])
    box = first_box(page)
    box.fill("")
    box.focus()
    page.keyboard.type("Before the server went away, ")
    server.kill()
    for piece in range(12):
        page.keyboard.type(f"word{piece} ", delay=20)
        page.wait_for_timeout(500)
    expected = "Before the server went away, " + "".join(f"word{piece} " for piece in range(12))
    assert box.input_value() == expected
    assert page.locator(".jp-Dialog").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    server.start()
    wait_for_journal(page, server, expected.strip(), seconds=60)


def test_a_facilitator_gets_the_tools_and_comes_back(page, server) -> None:
    open_page(page, server, PAGES["notebook"])
    first_box(page).fill("Words before the tools")
    page.get_by_text("Options", exact=True).click()
    page.get_by_role("button", name="Show the notebook tools").click()
    assert page.locator(".jp-NotebookPanel-toolbar").is_visible()
    page.wait_for_selector(".jp-CodeCell >> text=from openpractice import")
    assert not first_box(page).is_visible()
    page.get_by_role("button", name="Back to the reading page").click()
    assert first_box(page).input_value() == "Words before the tools"
    assert not page.locator(".jp-NotebookPanel-toolbar").is_visible()


def test_text_grows_and_the_size_is_remembered(page, server) -> None:
    open_page(page, server, PAGES["notebook"])
    height = lambda: page.locator(".op-lesson .jp-RenderedHTMLCommon p").first.evaluate(
        "(p) => p.getClientRects()[0].height / p.textContent.length"
    )
    before = height()
    page.get_by_text("Options", exact=True).click()
    for _ in range(3):
        page.get_by_role("button", name="Larger text").click()
    assert "150" in page.locator(".opl-size").inner_text()
    assert height() > before * 1.2
    open_page(page, server, PAGES["notebook"])
    assert height() > before * 1.2


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


def test_a_printed_lesson_has_every_part_and_none_of_the_bars(page, server) -> None:
    open_page(page, server, PAGES["notebook"])
    page.emulate_media(media="print")
    assert not page.locator(".opl-header").is_visible()
    assert not page.locator(".opl-bar").is_visible()
    height = page.evaluate(
        "document.querySelector('.op-lesson .jp-WindowedPanel-outer').getBoundingClientRect().height"
    )
    whole = page.evaluate("document.documentElement.scrollHeight")
    assert height > 3000 and whole >= height


def test_a_lesson_read_in_the_dark_is_printed_on_white_without_the_hand_in(page, server) -> None:
    open_page(page, server, PAGES["notebook"])
    page.evaluate(
        "document.querySelectorAll('[data-jp-theme-light]').forEach((one) => { one.dataset.jpThemeLight = 'false'; })"
    )
    look = "(name) => { const { color, backgroundColor } = getComputedStyle(document.querySelector(name)); return [color, backgroundColor]; }"
    assert page.evaluate(look, ".op-prompt") == ["rgb(232, 234, 236)", "rgb(25, 29, 32)"]
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(look, ".op-prompt") == ["rgb(29, 33, 37)", "rgb(255, 255, 255)"]
    ink, paper = page.evaluate(look, ".op-lesson")
    assert ink != "rgb(232, 234, 236)" and paper == "rgba(0, 0, 0, 0)"
    assert not page.locator(".op-handin").is_visible()


def test_corrected_text_is_there_after_a_reload_and_what_was_typed_stays(server, page) -> None:
    """The page that is open, loaded again; not opened from the course home."""
    exchange = Path(server.environment["OPENPRACTICE_EXCHANGE"])
    built = json.loads((ROOT / "notebooks/2-learning/2-learning.ipynb").read_text("utf-8"))
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
        page.get_by_text(words).first.wait_for()
        playwright_api.expect(first_box(page)).to_have_value("Typed before the text was corrected.", timeout=OPENING_MS)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.ours == []
