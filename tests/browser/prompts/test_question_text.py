"""A question reads the same wherever it is drawn: card, notebook, check page, preview, feedback, and on paper."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from authoring import problems_of, write_folder
from chromium import browser
from lesson_server import build_page, start_server
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making.notebook import build_notebook
from openpractice.authoring.preview import serve
from openpractice.feedback.feedback_page import page_maker
from openpractice.feedback.toreturn import AnswerFeedback, PersonFeedback
from openpractice.handins.specs import lesson_of
from openpractice.service.lessonpages.questions import question_html
from question_texts import ALLOWED, PICTURE, WHY, lesson_text
from repo import REPO
from servers import publish

pytestmark = pytest.mark.browser

LESSON = "7-listening"
IDS = {f"listening-q{at}": name for at, name in enumerate(ALLOWED, 1)}

# What a reader meets, without what each host puts around it: tags, words, addresses, and where a column stands.
SHAPE = """
(parts) => {
  const plain = new Set(["SPAN", "DIV"]);
  const words = (text) => text.replace(/[ \\n\\t]+/g, " ");
  const shape = (node) => [...node.childNodes].flatMap((one) => {
    if (one.nodeType === Node.TEXT_NODE) return [words(one.data)];
    if (one.nodeType !== Node.ELEMENT_NODE || one.textContent === "¶") return [];
    if (one.localName === "pre") return [["pre", one.textContent.trimEnd()]];
    if (plain.has(one.tagName)) return shape(one);
    const said = {};
    for (const name of ["alt", "title", "start"]) if (one.getAttribute(name)) said[name] = one.getAttribute(name);
    if (one.matches("a")) said.href = one.href;
    if (one.matches("img")) said.src = new URL(one.src, document.baseURI).pathname.split("/").at(-1);
    if (one.matches("td")) said.align = getComputedStyle(one).textAlign.replace("-webkit-", "").replace("start", "left");
    return [[one.localName, said, ...tidy(shape(one))]];
  });
  // Words side by side are one; blank ones between blocks are nothing to see.
  const tidy = (kids) => {
    const joined = [];
    for (const kid of kids) {
      if (typeof kid === "string" && typeof joined.at(-1) === "string") joined.push(words(joined.pop() + kid));
      else joined.push(kid);
    }
    const beside = (kid) => Array.isArray(kid) && ["a", "em", "strong", "code", "img"].includes(kid[0]);
    return joined.map((kid, at) => {
      if (typeof kid !== "string") return kid;
      let text = kid;
      if (!beside(joined[at - 1])) text = text.trimStart();
      if (!beside(joined[at + 1])) text = text.trimEnd();
      return text;
    }).filter((kid) => kid !== "");
  };
  return parts.map((part) => tidy(shape(part)));
}
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The lesson that asks them all: its folder, its notebook, and what the service reads out of it."""
    folder = read_folder(write_folder(tmp_path_factory.mktemp("questions"), lesson=lesson_text(), hall_png=PICTURE))
    # Nothing in the texts is named; asking sixteen of them takes longer than the session has.
    assert {problem.code for problem in problems_of(folder.path)} <= {"agenda-clock"}
    notebook = build_notebook(folder.lessons[0], folder.course, folder.rubric)
    return SimpleNamespace(path=folder.path, notebook=notebook, lesson=lesson_of(notebook))


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def expected(course, browser):
    """The shape of each question as the one module draws it."""
    return drawn_by(browser, course, lambda name: f"https://example.org/{name}")


def drawn_by(browser, course, address):
    context = browser.new_context()
    one = context.new_page()
    style = "<style>.to-right { text-align: right } .to-center { text-align: center }</style>"
    one.set_content(
        style + "".join(f"<section>{question_html(course.lesson.specs[key], address)}</section>" for key in IDS)
    )
    found = shapes(one, IDS, lambda at, _key: f"section:nth-of-type({at})")
    context.close()
    assert [kid[0] for kid in found["listening-q4"]] == ["p", "table", "p"]
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory, course):
    folder = tmp_path_factory.mktemp("question-server")
    root = folder / "files"
    root.mkdir()
    content = json.dumps(course.notebook).encode()
    (root / f"{LESSON}.ipynb").write_bytes(content)
    for place in (root, publish(folder / "exchange", LESSON, content)):
        (place / "hall.png").write_bytes(PICTURE)
    build_page(folder / "labextensions/openpractice")
    found = f"extra_labextensions_path={folder / 'labextensions'}"
    one = start_server(
        folder,
        root,
        environment={
            "OPENPRACTICE_HOME": str(folder / "home"),
            "OPENPRACTICE_PERSON": "ana",
            "OPENPRACTICE_KIT": str(REPO),
            "OPENPRACTICE_EXCHANGE": str(folder / "exchange"),
        },
        arguments=(f"--LabApp.{found}", f"--JupyterNotebookApp.{found}"),
    )
    yield one
    one.stop()


def shapes(page, keys, where) -> dict[str, list]:
    """What stands at each question's place on this page."""
    return {
        key: page.locator(where(at, key)).first.evaluate(f"(part) => ({SHAPE})([part])[0]")
        for at, key in enumerate(keys, 1)
    }


def same(found: dict, expected: dict) -> None:
    for key, name in IDS.items():
        assert found[key] == expected[key], name


def test_a_card_in_a_notebook_and_the_notebooks_own_cell_read_the_same(page, server, expected):
    page.goto(server.page(f"notebooks/{LESSON}.ipynb"))
    page.wait_for_selector("[data-prompt=listening-q16]", state="attached")
    same(shapes(page, IDS, lambda _at, key: f"[data-prompt={key}] .op-question"), expected)
    why = page.locator("[data-prompt=listening-q1] .op-why")
    assert WHY.replace("*", "").replace("`", "") in why.inner_text()
    assert why.locator("em").inner_text() == "looking"
    cells = page.evaluate(
        """() => [...document.querySelectorAll('[data-op-part="question"] .jp-RenderedMarkdown')].map((cell) => {
          const asked = document.createElement('div');
          const kids = [...cell.children].slice(1, -2);
          asked.append(...kids.map((kid) => kid.cloneNode(true)));
          asked.dataset.asked = cell.querySelector('h3').textContent.replace('¶', '').trim();
          cell.closest('.jp-Cell').append(asked);
          return asked.dataset.asked;
        })"""
    )
    assert len(cells) >= len(IDS)
    same(shapes(page, IDS, lambda at, key: f'[data-asked="Question {at}: {IDS[key]}"]'), expected)


def test_the_check_page_shows_each_question_the_same_on_screen_and_on_paper(page, server, expected):
    page.goto(server.page(f"openpractice/handin/{LESSON}"))
    same(shapes(page, IDS, lambda _at, key: f"#answer-{key} .question-asked"), expected)
    page.emulate_media(media="print")
    assert page.locator("#answer-listening-q4 .question-asked table").is_visible()
    assert page.locator("#answer-listening-q12 .question-asked img").is_visible()


def test_the_lesson_page_shows_each_question_the_same(page, server, expected):
    page.goto(server.page(f"openpractice/lesson/{LESSON}"))
    same(shapes(page, IDS, lambda _at, key: f"#{key} .op-question"), expected)
    assert page.locator("#listening-q1 .op-why em").inner_text() == "looking"
    page.emulate_media(media="print")
    assert page.locator("#listening-q4 .op-question table").is_visible()


def test_the_preview_draws_each_question_the_same(page, course, expected):
    previewing = serve(course.path)
    threading.Thread(target=previewing.serve_forever, daemon=True).start()
    try:
        page.goto(f"http://127.0.0.1:{previewing.server_address[1]}/lesson/{LESSON}")
        page.wait_for_selector('[data-prompt="listening-q16"]')
        same(shapes(page, IDS, lambda _at, key: f'[data-prompt="{key}"] .op-question'), expected)
    finally:
        previewing.shutdown()
        previewing.server_close()


def test_nothing_that_a_notebook_says_of_itself_runs_or_leads_away(page, server, course, tmp_path):
    hostile = json.loads(json.dumps(course.notebook))
    drawn = (
        "<p onclick='window.ran=1'>Read <b>this</b> <a href='javascript:window.ran=1'>there</a> "
        "<a href=' JavaScript:window.ran=1'>too</a> <a href='https://example.org'>well</a></p>"
        "<img src=x onerror='window.ran=1' alt='words'><script>window.ran=1</script>"
        "<style>body { display: none }</style><svg onload='window.ran=1'><a href='javascript:window.ran=1'>s</a></svg>"
        "<math href='javascript:window.ran=1'><mi xlink:href='javascript:window.ran=1' onclick='window.ran=1'>x</mi></math>"
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.ran=1&gt;'></table></mtext></math>"
        "<iframe src='javascript:parent.ran=1'></iframe><form action='/logout'><button>Go</button></form>"
        "<table class='op-refusal' style='position:fixed'><tr><td style='top:0'>cell</td></tr></table>"
        "<img src='https://example.org/x.png' alt='far'><img src='data:image/svg+xml;base64,PHN2Zz4=' alt='drawing'>"
        "<img src='../hub/logout.png' alt='up'><img src='%2E%2e/logout.png' alt='up'><img src='//example.org/x.png' alt='out'>"
    )
    for cell in hostile["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and '"id": "listening-q1"' in source:
            spec = json.loads(source.removeprefix("prompt(").removesuffix(")"))
            cell["source"] = f"prompt({json.dumps(spec | {'body_html': drawn, 'why_html': drawn})})"
    (Path(server.environment["HOME"]) / "files/hostile.ipynb").write_text(json.dumps(hostile))
    page.goto(server.page("notebooks/hostile.ipynb"))
    question = page.locator("[data-prompt=listening-q1] .op-question")
    question.wait_for(state="attached")
    tags = question.evaluate("(at) => [...at.querySelectorAll('*')].map((one) => one.localName)")
    assert set(tags) == {"p", "a", "math", "mi", "mtext", "table", "tbody", "tr", "td"}
    names = question.evaluate(
        "(at) => [...at.querySelectorAll('*')].flatMap((one) => [...one.attributes].map((a) => a.name))"
    )
    assert sorted(set(names)) == ["href", "rel", "target"]
    assert question.evaluate("(at) => [...at.querySelectorAll('[href]')].map((one) => one.href)") == [
        "https://example.org/"
    ]
    for link in question.locator("a").all()[:2]:
        link.click(force=True)
    assert page.evaluate("window.ran") is None
    assert "words" in question.inner_text()
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


def test_a_page_of_feedback_says_each_question_the_same_with_words_for_pictures(page, browser, course):
    specs = course.lesson.specs
    release = SimpleNamespace(
        language="en",
        specs_in=lambda language: specs,
        title_in=lambda language: "A lesson",
    )
    answers = dict.fromkeys(IDS, AnswerFeedback("0", "words", "", [], []))
    given = PersonFeedback(answers, {}, False, False, "0", datetime.now(UTC), False, "Ana", "en")
    page.set_content(page_maker(release)(given).decode())
    same(
        shapes(page, IDS, lambda _at, key: f'section[aria-labelledby="{key}"] .question'),
        drawn_by(browser, course, None),
    )
