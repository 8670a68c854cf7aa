"""What nobody scores is read in the corner: by question, with names, in the boxes it was written in."""

import html
import re

import pytest

from handins import EVIDENCE, LESSON, OWN, SEEN, TRACE, course_folder, hand_in, release_lesson, response
from openpractice.intake.collect import collect
from served import service

TABLE = {key: part for key, part in EVIDENCE.items() if key != "graded"} | {
    "id": "purpose-task",
    "title": "What is on the page",
    "row_labels": [{"id": "task", "label": "The task"}, {"id": "first", "label": "The first piece"}],
}
HOSTILE = "<script>window.ran = 1</script> six blanks"
PAGE = f"facilitator/unscored/{LESSON}"


@pytest.fixture(scope="module")
def corner(tmp_path_factory):
    folder = course_folder(tmp_path_factory.mktemp("unscored"))
    release_lesson(folder, specs=(TRACE, TABLE, SEEN, OWN), points={TRACE["id"]: 6})
    with service(folder.data) as running:
        assert "Nothing of this kind" in running.ask("GET", PAGE, who="fay").text
        rows = [{"_row": "task", "seen": HOSTILE}, {"_row": "first", "means": "Copied?"}]
        hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "A scored hour"})})
        ben = {"purpose-task": response(TABLE, {"rows": rows}), "purpose-seen": response(SEEN, {"text": "A bus came"})}
        hand_in(folder, "ben", ben)
        collect(folder, LESSON)
        yield running


def test_it_stands_question_by_question_with_names_and_in_its_boxes(corner):
    page = corner.ask("GET", PAGE, who="fay").text
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["What is on the page", "Not scored"]
    assert page.count(">ben</h3>") == 2 and "A bus came" in page
    assert re.findall(r"<h4>(.*?)</h4>", page) == ["The task", "The first piece"]
    assert '<dt>Means</dt><dd class="words">Copied?</dd>' in page
    assert HOSTILE not in page and html.escape(HOSTILE) in page


def test_what_is_scored_or_empty_is_not_there_and_no_other_session_is_made_up(corner):
    page = corner.ask("GET", PAGE, who="fay").text
    assert "A scored hour" not in page and ">ana<" not in page
    assert corner.ask("GET", "facilitator/unscored/9-nowhere", who="fay").status == 404
    assert corner.ask("GET", "facilitator/unscored/..%2fx", who="fay").status == 404


def test_the_corner_leads_there_once_something_is_collected(corner):
    assert f'href="/openpractice/{PAGE}"' in corner.ask("GET", "facilitator/", who="fay").text
