"""Who reads in formgrader sees the lesson's pictures beside the answers, and the papers it links."""

import base64
import json
from hashlib import sha256

import pytest

from chromium import chromium
from formgrader import formgrader
from handins import LESSON, TRACE, course_folder, hand_in, lesson_notebook, response, rows
from openpractice.gradebook import nbgrader_run
from openpractice.gradebook.releasing.release import release
from openpractice.intake.collect import collect

pytestmark = pytest.mark.browser
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DRAWN = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="9" height="9"/></svg>'
FILES = {"hall two.png": DOT, "pictures/plan.svg": DRAWN, "form.pdf": b"%PDF-1.7"}
TEXT = "![A hall](hall%20two.png) ![A plan](pictures/plan.svg) [The form](form.pdf)"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A lesson with pictures, released, handed in by two people and collected."""
    folder = course_folder(tmp_path_factory.mktemp("pictures"))
    notebook = json.loads(lesson_notebook(words=TEXT))
    notebook["metadata"]["openpractice"]["files"] = {name: sha256(data).hexdigest() for name, data in FILES.items()}
    built = folder.data / "built" / f"{LESSON}.ipynb"
    for name, data in FILES.items():
        (built.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (built.parent / name).write_bytes(data)
    built.write_text(json.dumps(notebook))
    release(folder, LESSON, built)
    for person in ("ana", "ben"):
        hand_in(folder, person, {TRACE["id"]: response(TRACE, {"text": "I looked at the hall."})})
    assert collect(folder, LESSON).new == ("ana", "ben")
    return folder


def seen(course, scratch):
    """What a reviewer's page shows of each picture, and what the link answers."""
    (one,) = rows(
        course,
        "SELECT b.id FROM submitted_notebook b JOIN submitted_assignment s ON s.id = b.assignment_id"
        " WHERE s.student_id = 'ben'",
    )
    with formgrader(course, scratch) as (address, token), chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/formgrader/submissions/{one[0]}/?token={token}", wait_until="load")
        images = page.locator("img[alt^='A ']")
        found = [(image.get_attribute("alt"), image.evaluate("img => img.naturalWidth")) for image in images.all()]
        link = page.get_by_role("link", name="The form").get_attribute("href")
        paper = page.request.get(f"{address}/formgrader/submissions/{one[0]}/{link}?token={token}")
        found.append(("The form", paper.body()))
    return found


SEEN = [("A hall", 1), ("A plan", 40), ("The form", FILES["form.pdf"])]


@pytest.mark.slow
def test_pictures_and_papers_of_the_lesson_are_there(course, tmp_path):
    assert seen(course, tmp_path / "collected") == SEEN
    # and no submission takes the room for them a second time
    ours, theirs = (course.step("autograded", who, LESSON) / "hall two.png" for who in ("ana", "ben"))
    assert ours.stat().st_ino == theirs.stat().st_ino


@pytest.mark.slow
def test_nbgraders_own_autograde_keeps_them(course, tmp_path):
    nbgrader_run.run(course, "autograde", LESSON, "--force")
    assert seen(course, tmp_path / "autograded") == SEEN
