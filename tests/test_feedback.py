"""Feedback: who gets it, what it says, and that no number is in it."""

import json
import re
from datetime import datetime, timezone

import pytest
from handins import (
    LESSON,
    LINE,
    TRACE,
    folder,  # noqa: F401  fixture
    hand_in,
    mark,
    release_lesson,
    released_once,  # noqa: F401  fixture
    response,
    rows,
)

from openpractice.grading import nbgrader_run
from openpractice.grading.collect import collect
from openpractice.grading.feedback import give_feedback
from openpractice.grading.folder import GradingError

TEXT = 'Arabic سلام, <script>alert("x")</script>, $x^2$ & `code`\n\n    four'
COMMENT = "I see <b>this</b>: “سلام”.\nI would expect $more$."


@pytest.fixture
def read(folder):
    """Two hand-ins, one of them read to its end with odd scores."""
    for person in ("ana", "bo"):
        hand_in(folder, person, {"purpose-trace": response(TRACE, {"text": TEXT}),
                                 "purpose-line": response(LINE, {"text": "A line."})})  # fmt: skip
    collect(folder, LESSON)
    mark(folder, "ana", "purpose-trace", 4.5, COMMENT)
    mark(folder, "ana", "purpose-line", 2.75, "")
    return folder


def given(folder, person):
    return json.loads((folder.feedback / person / f"{LESSON}.json").read_bytes())


def page(folder, person):
    return (folder.feedback / person / f"{LESSON}.html").read_text("utf-8")


def test_feedback_goes_to_whoever_is_read_and_names_who_waits(read):
    done = give_feedback(read, LESSON)
    assert (done.new, done.waiting) == (("ana",), ("bo",))
    assert f"Returned feedback on {LESSON} to 1 person: ana." in done.sentences
    assert "Still to be read: bo." in done.sentences
    assert not (read.feedback / "bo" / f"{LESSON}.json").exists()
    status = json.loads((read.feedback / "ana" / f"{LESSON}.status.json").read_bytes())
    assert status["state"] == "returned"


def test_feedback_holds_the_words_their_fingerprint_and_the_comment(read):
    give_feedback(read, LESSON)
    held = given(read, "ana")
    assert held["answers"]["purpose-trace"] == {
        "sha256": response(TRACE, {"text": TEXT})["sha256"],
        "text": TEXT,
        "comment": COMMENT,
    }
    assert held["answers"]["purpose-trace"]["sha256"] in page(read, "ana")


def test_the_page_shows_everything_as_literal_text_and_loads_nothing(read):
    give_feedback(read, LESSON)
    html = page(read, "ana")
    assert "<script" not in html
    assert "&lt;script&gt;" in html and "&lt;b&gt;this&lt;/b&gt;" in html
    assert "default-src 'none'" in html
    assert re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?', html) == []


def test_no_score_is_anywhere_in_what_a_participant_gets(read):
    give_feedback(read, LESSON)
    place = read.feedback / "ana"
    for path in place.iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"4\.5|2\.75|\bscore|\bpoints\b|/ ?(?:18|6)\b", text, re.IGNORECASE), path.name


def test_returning_again_changes_nothing(read):
    give_feedback(read, LESSON)
    before = {path: path.read_bytes() for path in read.feedback.rglob("*.*")}
    done = give_feedback(read, LESSON)
    assert (done.new, done.unchanged) == ((), ("ana",))
    assert {path: path.read_bytes() for path in read.feedback.rglob("*.*")} == before


def test_a_new_comment_is_returned(read):
    give_feedback(read, LESSON)
    mark(read, "ana", "purpose-line", 2.75, "One more thought.")
    assert give_feedback(read, LESSON).new == ("ana",)
    assert given(read, "ana")["answers"]["purpose-line"]["comment"] == "One more thought."


def test_only_the_people_named_get_feedback(read):
    assert give_feedback(read, LESSON, ["bo"]).waiting == ("bo",)
    assert not (read.feedback / "ana" / f"{LESSON}.json").exists()
    with pytest.raises(GradingError, match="cem has no collected hand-in"):
        give_feedback(read, LESSON, ["cem"])
    with pytest.raises(GradingError, match="not the id"):
        give_feedback(read, LESSON, ["../bo"])


def test_one_file_a_person_is_written_where_asked(read, tmp_path):
    give_feedback(read, LESSON, to=tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"ana-{LESSON}.html"]


def test_late_is_said_without_blame(read):
    release_lesson(read, due=datetime(2026, 1, 1, tzinfo=timezone.utc))
    give_feedback(read, LESSON)
    assert "after the due time" in page(read, "ana")


def test_nobody_collected_is_said(folder):
    assert give_feedback(folder, LESSON).sentences == (
        f"Nobody's {LESSON} was collected yet. Nothing was returned.",
    )


def test_nbgraders_own_feedback_shows_the_same_words_and_no_number(read):
    rows(read, "UPDATE grade SET needs_manual_grade = 0")
    nbgrader_run.run(read, "generate_feedback", LESSON)
    html = (read.step("feedback", "ana", LESSON) / f"{LESSON}.html").read_text("utf-8")
    assert "<script" not in html and "mathjax.js" not in html.lower()
    assert "&lt;script&gt;alert(" in html and "I see &lt;b&gt;this&lt;/b&gt;" in html
    assert not re.search(r"4\.5|2\.75|\bscore\b|\bpoints\b", html, re.IGNORECASE)


def test_nbgraders_own_fetch_finds_our_page(read, tmp_path):
    give_feedback(read, LESSON)
    secret = (read.step("submitted", "ana", LESSON) / "submission_secret.txt").read_text()
    cache = tmp_path / "cache" / read.id / f"ana+{LESSON}+2026-11-23 10:00:00.000000 UTC"
    cache.mkdir(parents=True)
    (cache / "submission_secret.txt").write_text(secret)
    (cache / f"{LESSON}.ipynb").write_text("{}")
    nbgrader_run.run(read, "fetch_feedback", LESSON, f"--Exchange.cache={tmp_path / 'cache'}",
                     f"--Exchange.assignment_dir={tmp_path}")  # fmt: skip
    found = list((tmp_path / LESSON / "feedback").rglob("*.html"))
    assert [path.read_text("utf-8") for path in found] == [page(read, "ana")]
