"""A built lesson in real JupyterLab and Notebook 7: dollars are dollars, and its pictures are there."""

import json
import struct
import zlib

import pytest

from authoring import COURSE, LESSON, write_folder
from chromium import chromium
from lesson_server import start_server
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making import build

pytestmark = pytest.mark.browser

MONEY = "The school spent $400 on books and $900 on tests. Escaped \\$1 and \\$2, &#36;3 and &dollar;4, US$5."
TEXT = (
    LESSON.replace('"Listening to learners"', '"From $5 to $10"')
    .replace("Welcome\n", "Welcome, $5 and $6\n")
    .replace("This is a lesson", f"{MONEY}\n\n![A red hall](hall.png)\n\nThis is a lesson")
    .replace("Criteria make", "| a | b |\n| --- | --- |\n| $5 | $6 and $7 |\n\n**$5**, `$x$ and $y$` and \\\\(z\\\\).\n\nCriteria make")
    .replace("- `openpractice check` names", "- $5 and $6: `openpractice check` names")
)  # fmt: skip


def picture():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\xc0\x20\x20" * 8) * 8)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_formula(path):
    """A formula at the end, of somebody's own: when it is set, Jupyter has been at the cells before it."""
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"].append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": ["Own: $q^2$"]})
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory):
    place = tmp_path_factory.mktemp("built")
    for name, course, text in (
        ("money", COURSE, TEXT),
        ("formulas", COURSE + "math: true\n", TEXT.replace("This is a lesson", "So $x^2$ grows. This is a lesson")),
    ):
        folder = write_folder(place / name, lesson=text, course=course)
        (folder / "hall.png").write_bytes(picture())
        build.write(build.built_notebooks(read_folder(folder), place / "shown" / name))
        with_formula(place / "shown" / name / "7-listening" / "7-listening.ipynb")
    server = start_server(place / "server", place / "shown", extensions=("jupyterlab", "notebook"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def page(jupyter):
    with chromium() as browser:
        yield browser.new_page()


def words_of(page, address):
    """The Markdown of the notebook as it is read, once the formula at its end is set."""
    page.goto(address)
    page.locator(".jp-MarkdownOutput", has_text="Own:").locator("mjx-container").wait_for()
    return " ".join(" ".join(page.locator(".jp-MarkdownOutput").all_inner_texts()).split())


@pytest.mark.parametrize("way", ["notebooks", "doc/tree"])
def test_money_is_money_and_the_picture_is_there(jupyter, page, way):
    said = words_of(page, jupyter.page(f"{way}/money/7-listening/7-listening.ipynb"))
    assert page.locator("mjx-container").count() == 1
    for words in (
        "From $5 to $10",
        "The school spent $400 on books and $900 on tests. Escaped $1 and $2, $3 and $4, US$5.",
        "Welcome, $5 and $6",
        "$5 $6 and $7",
        "$5, $x$ and $y$ and \\(z\\).",
        "$5 and $6: openpractice check names",
    ):
        assert words in said, said
    shown = page.locator(".jp-MarkdownOutput img[alt='A red hall']")
    shown.wait_for()
    page.wait_for_function("document.querySelector(\".jp-MarkdownOutput img[alt='A red hall']\").naturalWidth === 8")


@pytest.mark.slow
def test_where_a_course_has_formulas_only_they_are_set(jupyter, page):
    said = words_of(page, jupyter.page("doc/tree/formulas/7-listening/7-listening.ipynb"))
    assert page.locator("mjx-container").count() == 2
    assert "The school spent $400 on books and $900 on tests. Escaped $1 and $2, $3 and $4, US$5." in said
