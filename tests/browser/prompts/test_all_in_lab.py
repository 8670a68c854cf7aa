"""Every session taken through JupyterLab with a kernel and ipywidgets: typed, handed in, collected, scored, returned.

Scored on formgrader's own page, and returned by nbgrader's own command.
"""

import html
import json
import re
import urllib.request

import pytest
from playwright.sync_api import expect
from test_notebook_prompts import OPENING_MS, browser, page, wait_for_journal

from formgrader import formgrader
from handins import course_folder
from lesson_server import TOKEN, build_page, start_server
from openpractice.gradebook import collected, gradebook, nbgrader_run
from openpractice.gradebook.releasing.release import release
from openpractice.handins.specs import read_specs
from openpractice.intake.collect import collect
from repo import REPO

__all__ = ["browser", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSONS = sorted(path for path in (REPO / "notebooks").glob("*/*.ipynb") if path.stem == path.parent.name)
COMMENT = "I can see who did what. Next, try it with one colleague."


def words_of(lesson: str) -> str:
    return f"In {lesson} <b>we</b> asked $5 of nobody; «bus duty» 校车."


def handed_text(path) -> tuple[str, bool]:
    """A prompt that is answered in one box and handed in, a scored one where there is one; and whether it is."""
    boxes = [spec for spec in read_specs(path).specs.values() if spec["kind"] in ("long_text", "short_text")]
    scored = [spec["id"] for spec in boxes if spec.get("graded")]
    return (scored or [spec["id"] for spec in boxes if spec["visibility"] == "F"])[0], bool(scored)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = course_folder(tmp_path_factory.mktemp("course"))
    for path in LESSONS:
        release(folder, path.stem, path)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory, course):
    folder = tmp_path_factory.mktemp("lab")
    (folder / "files").mkdir()
    build_page(folder / "labextensions/openpractice")
    environment = {
        "OPENPRACTICE_HOME": str(folder / "home"),
        "OPENPRACTICE_PERSON": "ana",
        "OPENPRACTICE_KIT": str(REPO),
        "OPENPRACTICE_EXCHANGE": str(course.exchange),
    }
    extensions = f"--LabApp.extra_labextensions_path={folder / 'labextensions'}"
    one = start_server(folder, folder / "files", environment=environment, arguments=(extensions,))
    yield one
    one.stop()


def open_in_lab(page, server, lesson: str) -> None:
    """The lesson, fetched as its page's menu fetches it, with every cell run by a kernel."""
    asked = urllib.request.Request(
        f"{server.base}openpractice/api/open/{lesson}", b"{}", {"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as reply:
        place = json.loads(reply.read())["url"].partition("/notebooks/")[2]
    # A workspace of its own: another would bring back the notebooks that were open in it.
    page.goto(server.page(f"lab/workspaces/{lesson}/tree/{place}"))
    page.wait_for_selector(".op-prompt", timeout=OPENING_MS)
    wait_for_kernel(page, server)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-OutputArea .op-handin").wait_for(timeout=OPENING_MS)
    page.wait_for_function("() => document.querySelectorAll('.opl-place').length === 0")
    assert page.locator(".jp-Dialog").count() == 0


def wait_for_kernel(page, server) -> None:
    """The usual kernel, one, and it listens."""
    for _ in range(OPENING_MS // 100):
        if [one["kernel"]["execution_state"] for one in sessions(server)] == ["idle"]:
            return
        page.wait_for_timeout(100)
    raise AssertionError(sessions(server))


@pytest.fixture
def lab(server):
    """The server, whose kernels end with the test."""
    yield server
    end_kernels(server)


def end_kernels(server) -> None:
    for one in sessions(server):
        asked = urllib.request.Request(
            f"{server.base}api/sessions/{one['id']}", headers={"Authorization": f"token {TOKEN}"}, method="DELETE"
        )
        urllib.request.urlopen(asked, timeout=60).close()


def sessions(server) -> list[dict]:
    return json.loads(server.get("api/sessions"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_session_is_answered_and_handed_in_from_lab(page, lab, course, path):
    (prompt, _), words = handed_text(path), words_of(path.stem)
    open_in_lab(page, lab, path.stem)
    assert [one["kernel"]["name"] for one in sessions(lab)] == ["python3"]
    branch = read_specs(path).specs[prompt].get("branch")
    if branch:
        page.locator(f".jp-OutputArea [data-prompt={branch['of']}] input[value={branch['when'][0]}]").check()
    page.locator(f".jp-OutputArea [data-prompt={prompt}] textarea").first.fill(words)
    wait_for_journal(page, lab, json.dumps(words, ensure_ascii=False))
    end = page.locator(".jp-OutputArea .op-handin")
    end.get_by_role("button", name="Look over and hand in").click()
    end.locator("blockquote", has_text=words).wait_for()
    end.get_by_role("button", name=re.compile("^Hand in ")).click()
    expect(end.get_by_role("status").first).to_contain_text("Handed in")
    assert page.ours == [] and page.locator(".jp-Dialog").count() == 0
    assert collect(course, path.stem).new == ("ana",)
    with gradebook.opened(course) as engine, engine.connect() as db:
        assert collected.latest_responses(db, path.stem)["ana"][prompt]["text"] == words


def test_formgrader_scores_them_and_nbgraders_own_command_returns_them(page, course, tmp_path):
    scored = [path for path in LESSONS if handed_text(path)[1]]
    assert len(scored) == 7
    with formgrader(course, tmp_path) as (address, token):
        page.goto(f"{address}/?token={token}")
        for path in scored:
            page.goto(f"{address}/formgrader/gradebook/{path.stem}/{path.stem}")
            page.goto(f"{address}{page.locator('tbody tr a').first.get_attribute('href')}")
            assert words_of(path.stem) in page.inner_text("body")
            for score in page.locator("input.score").all():
                score.fill("4")
                score.blur()
            for comment in page.locator("textarea.comment").all():
                comment.fill(COMMENT)
                comment.blur()
            page.wait_for_load_state("networkidle")
    for path in scored:
        nbgrader_run.run(course, "generate_feedback", path.stem)
        told = html.unescape(course.step("feedback", "ana", path.stem).joinpath(f"{path.stem}.html").read_text("utf-8"))
        assert COMMENT in told and words_of(path.stem) in told
