"""The page of a session over real HTTP: what it holds, for whom, and what may be kept of it."""

import hashlib
import html
import json
import re

import pytest

from handins import lesson_notebook
from servers import publish, serving

LESSON = "1-purpose"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data = tmp_path_factory.mktemp("lesson")
    publish(data / "exchange")
    publish(data / "exchange", "2-notebook", as_lesson("2-notebook", open="notebook"))
    publish(data / "exchange", "3-spanish", as_lesson("3-spanish", language="es"))
    with serving(data) as running:
        running.ask("POST", "api/person", {"name": "Ana"})
        yield running


def as_lesson(lesson, **about):
    """The invented lesson under another id, with more said of it."""
    notebook = json.loads(lesson_notebook().decode().replace(LESSON, lesson))
    notebook["metadata"]["openpractice"] |= about
    return json.dumps(notebook).encode()


def data_in(page):
    return json.loads(re.search(r'<script type="application/json" id="lesson-data">(.*?)</script>', page, re.S)[1])


def test_the_page_holds_the_questions_and_the_persons_answers_and_one_title(server):
    words = "</script><script>alert(1)</script> مرحبا"
    server.save("purpose-trace", {"text": words}, key="page-1")
    reply = server.ask("GET", f"lesson/{LESSON}")
    assert reply.status == 200 and reply.headers["cache-control"] == "no-store"
    page = reply.text
    assert page.count("<h1") == 1 and page.count("<main") == 1
    held = data_in(page)
    assert held["reply"]["answers"]["purpose-trace"]["value"] == {"text": words}
    assert [spec["id"] for spec in held["specs"]] == re.findall(r'data-prompt="([^"]+)"', page)
    assert "alert(1)</script>" not in page
    assert "Trace one hour</h" in page and "an <em>hour</em> a week" in page
    assert "style=" not in page and "onclick" not in page


def test_the_copy_that_a_browser_may_keep_holds_nothing_that_a_person_wrote(server):
    server.save("purpose-trace", {"text": "words of my own"}, key="copy-1", base=1)
    page = server.ask("GET", f"lesson/{LESSON}?as=copy").text
    assert "words of my own" not in page and "Ana" not in page
    assert data_in(page)["reply"] is None
    assert "This is the copy of the session" in page
    assert "words of my own" in server.ask("GET", f"lesson/{LESSON}").text


def test_a_corrected_text_shows_on_the_next_look_and_answers_stay(server):
    server.save("purpose-trace", {"text": "before the correction"}, key="fix-1", base=2)
    publish(server.data / "exchange", notebook=lesson_notebook().replace(b"Trace one hour", b"Trace an hour"))
    page = server.ask("GET", f"lesson/{LESSON}").text
    assert "Trace an hour</h" in page
    assert data_in(page)["reply"]["answers"]["purpose-trace"]["value"] == {"text": "before the correction"}
    publish(server.data / "exchange")


def test_opening_goes_where_the_course_says_and_where_somebody_asks(server):
    def goes(path):
        reply = server.ask("GET", path)
        assert reply.status == 302
        return reply.headers["location"]

    assert goes(f"open/{LESSON}") == f"/openpractice/lesson/{LESSON}"
    assert goes(f"open/{LESSON}?as=notebook") == f"/notebooks/people/ana/{LESSON}/{LESSON}.ipynb"
    assert goes("open/2-notebook") == "/notebooks/people/ana/2-notebook/2-notebook.ipynb"
    assert goes("open/2-notebook?as=page") == "/openpractice/lesson/2-notebook"
    assert goes("open/2-notebook?as=nonsense") == "/notebooks/people/ana/2-notebook/2-notebook.ipynb"


def test_words_typed_in_the_notebooks_plain_cell_stand_below_their_question(server):
    server.ask("GET", f"open/{LESSON}?as=notebook")
    path = server.data / f"files/people/ana/{LESSON}/{LESSON}.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("openpractice") == {"part": "answer", "id": "purpose-trace"}:
            cell["source"] = "Typed <b>long</b> ago"
    path.write_text(json.dumps(notebook))
    page = server.ask("GET", f"lesson/{LESSON}").text
    assert '<blockquote dir="auto">Typed &lt;b&gt;long&lt;/b&gt; ago</blockquote>' in page
    assert data_in(page)["typed"] == ["purpose-trace"]
    assert "long&lt;" not in server.ask("GET", f"lesson/{LESSON}?as=copy").text


@pytest.mark.parametrize(
    ("lesson", "reads", "lang", "says"),
    [
        (LESSON, "en-US", "en", "Your sessions"),
        (LESSON, "es-MX,es;q=0.9", "es", "Tus sesiones"),
        ("3-spanish", "en-US", "es", "Tus sesiones"),
    ],
)
def test_the_page_speaks_the_lessons_language_or_else_the_readers(server, lesson, reads, lang, says):
    page = server.ask("GET", f"lesson/{lesson}", headers={"Accept-Language": reads}).text
    assert f'<html lang="{lang}">' in page and says in html.unescape(page)
    own = "es" if lesson == "3-spanish" else "en"
    assert f'<article lang="{own}"' in page


def test_who_has_not_said_a_name_is_asked_first(tmp_path):
    publish(tmp_path / "exchange")
    with serving(tmp_path) as running:
        reply = running.ask("GET", f"lesson/{LESSON}")
        assert (reply.status, reply.headers["location"]) == (302, "/openpractice/")


def test_pictures_and_papers_of_the_session_are_shown_to_whoever_may_read_it(server):
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    files = {"hall two.png": b"\x89PNG\r\n\x1a\n", "pictures/hall.svg": drawn, "form.pdf": b"%PDF-1.7"}
    named = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} | {"gone.png": "0" * 64}
    notebook = json.loads(as_lesson("4-pictures", files=named))
    text = "![A hall](hall%20two.png) ![Drawn](pictures/hall.svg) [the form](form.pdf) ![Unnamed](secret.png)"
    notebook["cells"].insert(
        1, {"cell_type": "markdown", "metadata": {"openpractice": {"part": "text"}}, "source": text}
    )
    place = publish(server.data / "exchange", "4-pictures", json.dumps(notebook).encode())
    for name, data in {**files, "secret.png": b"\x89PNG", "gone.png": b"another"}.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(data)
    page = server.ask("GET", "lesson/4-pictures").text
    sources = re.findall(r'(?:src|href)="(4-pictures/files/[^"]+)"', page)
    assert len(sources) == 3 and "secret.png" not in page and "Unnamed" in page
    for source, data in zip(sources, files.values(), strict=True):
        reply = server.ask("GET", f"lesson/{source}")
        assert (reply.status, reply.body) == (200, data)
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        again = server.ask("GET", f"lesson/{source}", headers={"If-None-Match": reply.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        assert server.ask("GET", f"lesson/{source}", signed_in=False).status in (302, 401, 403)
    assert "attachment" in server.ask("GET", "lesson/4-pictures/files/form.pdf").headers["content-disposition"]
    for name in (
        "secret.png",
        "gone.png",
        "release.json",
        "4-pictures.ipynb",
        "../1-purpose/release.json",
        "..%2f1-purpose%2frelease.json",
        "%2e%2e/x.png",
        "",
    ):
        assert server.ask("GET", f"lesson/4-pictures/files/{name}").status in (400, 404), name
