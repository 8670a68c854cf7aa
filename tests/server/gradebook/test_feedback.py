"""Feedback: who gets it, what it says, and that no number is in it."""

import json
import re
from datetime import UTC, datetime, timezone

import pytest

from handins import LESSON, LINE, TRACE, hand_in, mark, release_lesson, response, rows, told
from openpractice.feedback import returning
from openpractice.feedback.feedback import give_feedback
from openpractice.feedback.returning import give_back
from openpractice.gradebook import marks, nbgrader_run
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.marks import Mark
from openpractice.gradebook.own_tables import COMMAND_LINE, audit
from openpractice.intake.collect import collect
from openpractice.model import ReviewRules
from openpractice.roster.roster import ListedPerson, merge
from reviewers import PROMPT, READ, copy_class, desk_at, key, make_class

TEXT = 'Arabic سلام, <script>alert("x")</script>, $x^2$ & `code`\n\n    four'
COMMENT = "I see <b>this</b>: “سلام”.\nI would expect $more$."


@pytest.fixture
def read(folder):
    """Two hand-ins, one of them read to its end with odd scores."""
    for person in ("ana", "bo"):
        hand_in(
            folder,
            person,
            {"purpose-trace": response(TRACE, {"text": TEXT}), "purpose-line": response(LINE, {"text": "A line."})},
        )
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
    assert "Returned feedback on Session 1 to 1 person: ana." in told(done)
    assert "Still to be read: bo." in told(done)
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
        "levels": [],
        "notes": [],
    }
    assert held["answers"]["purpose-trace"]["sha256"] in page(read, "ana")


def test_the_page_shows_everything_as_literal_text_and_loads_nothing(read):
    give_feedback(read, LESSON)
    html = page(read, "ana")
    assert "<script" not in html
    assert "&lt;script&gt;" in html and "&lt;b&gt;this&lt;/b&gt;" in html
    assert "default-src 'none'" in html
    assert re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?', html) == []


#: A moment, as the files and pages write it; its digits are no score.
MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)")


def scores_in(text):
    """What in the text could be the odd scores that `read` gave, or speaks of a score."""
    return re.findall(r"4\.5|2\.75|\bscore|\bpoints\b|/ ?(?:18|6)\b", MOMENT.sub("", text), re.IGNORECASE)


def test_no_score_is_anywhere_in_what_a_participant_gets(read):
    give_feedback(read, LESSON)
    for path in (read.feedback / "ana").iterdir():
        assert scores_in(path.read_text("utf-8")) == [], path.name


@pytest.mark.parametrize(
    "text",
    [
        "4.5",
        '"at": "2026-11-24T08:45:32.753Z", "x": 2.75',
        "2026-11-24 10:04 UTC 4.5",
        "08:45:32.753Z",
        "5 / 6",
        "your Score",
        "2026-11-24T08:45:32.753",
    ],
)
def test_a_score_is_found_anywhere_but_in_a_moment(text):
    assert scores_in(text)


def test_a_moment_is_no_score():
    assert scores_in('"at": "2026-11-24T08:44:54.500Z", 2026-11-24T08:45:32.753Z, 2026-11-24 14:05 UTC') == []


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
    release_lesson(read, due=datetime(2026, 1, 1, tzinfo=UTC))
    give_feedback(read, LESSON)
    assert "after the due time" in page(read, "ana")


def test_nobody_collected_is_said(folder):
    assert told(give_feedback(folder, LESSON)) == ("Nobody's Session 1 was collected yet. Nothing was returned.",)


def test_nbgraders_own_feedback_shows_the_same_words_and_no_number(read):
    rows(read, "UPDATE grade SET needs_manual_grade = 0")
    nbgrader_run.run(read, "generate_feedback", LESSON)
    html = (read.step("feedback", "ana", LESSON) / f"{LESSON}.html").read_text("utf-8")
    assert "<script" not in html and "mathjax.js" not in html.lower()
    assert "&lt;script&gt;alert(" in html and "I see &lt;b&gt;this&lt;/b&gt;" in html
    assert not re.search(r"4\.5|2\.75|\bscore\b|\bpoints\b", html, re.IGNORECASE)


# -- levels in words ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory, db_url):
    return make_class(tmp_path_factory.mktemp("class"), ("ana", "ben"), db_url)


@pytest.fixture
def desk(made, tmp_path):
    with desk_at(copy_class(made, tmp_path)) as desk:
        yield desk


WORDS = [
    {"criterion": "Reasoning", "level": "Explained", "descriptor": "seen"},
    {"criterion": "Principle", "level": "Not shown", "descriptor": "nothing"},
]


def reading(r=2, p=0, **more):
    return Mark("", {"R": r, "P": p}, "Next, <b>try</b> one more.", **more)


def answer_given(desk, person):
    return given(desk.folder, person)["answers"][PROMPT]


def test_levels_come_back_by_name_with_the_note_on_each_criterion(desk):
    desk.save("rev", key("ana"), reading(notes={"R": "<i>Why</i> this one?", "P": "  "}))
    assert give_back(desk, LESSON, ["ana"], "rev").new == ("ana",)
    assert answer_given(desk, "ana")["levels"] == WORDS
    assert answer_given(desk, "ana")["notes"] == [{"criterion": "Reasoning", "note": "<i>Why</i> this one?"}]
    html = page(desk.folder, "ana")
    assert "<b>Reasoning:</b> Explained. seen\n" in html and "<b>Principle:</b> Not shown. nothing\n" in html
    assert "&lt;i&gt;Why&lt;/i&gt; this one?" in html and "&lt;b&gt;try" in html


def test_no_number_is_in_what_was_returned_but_moments_and_fingerprints(desk):
    desk.save("rev", key("ana"), reading())
    give_back(desk, LESSON, ["ana"], "rev")

    def values(held):
        if isinstance(held, dict | list):
            return [one for each in (held.values() if isinstance(held, dict) else held) for one in values(each)]
        return [held]

    held = given(desk.folder, "ana")
    assert held.pop("format") == 1 and MOMENT.fullmatch(held.pop("at")) and held.pop("lesson") == LESSON
    assert re.fullmatch("[0-9a-f]{64}", held["answers"][PROMPT].pop("sha256"))
    assert all(isinstance(each, str) and not re.search(r"\d", each) for each in values(held))
    shown = re.sub(r"(?s)<style>.*?</style>", "", page(desk.folder, "ana"))
    text = re.sub(r"<[^>]*>", "", re.sub(r"Fingerprint of your words: [0-9a-f]{64}", "", MOMENT.sub("", shown)))
    assert not re.search(r"\d", text), text


def test_a_course_that_shows_numbers_puts_them_beside_the_names(desk):
    desk.rules = ReviewRules(double=0, numbers=True)
    desk.save("rev", key("ana"), reading())
    give_back(desk, LESSON, ["ana"], "rev")
    assert answer_given(desk, "ana")["levels"] == [WORDS[0] | {"number": 2}, WORDS[1] | {"number": 0}]
    assert "<b>Reasoning:</b> Explained (2). " in page(desk.folder, "ana")


def test_only_what_readers_settled_is_returned_and_both_readings_stay(desk):
    desk.save("one", key("ana"), reading(2, 0))
    desk.save("two", key("ana"), reading(1, 0, notes={"R": "not settled"}))
    done = give_back(desk, LESSON, ["ana"], "one")
    assert (done.new, done.waiting) == ((), ("ana",))
    assert told(done)[-1] == "Still to be settled between readers: ana."
    assert "not settled" not in returning.page(desk, LESSON, "ana").decode()
    desk.agree("two", key("ana"), reading(2, 0))
    assert give_back(desk, LESSON, ["ana"], "one").new == ("ana",)
    assert (answer_given(desk, "ana")["levels"], answer_given(desk, "ana")["notes"]) == (WORDS, [])
    assert {mark.reviewer: mark.levels["R"] for mark in desk.open("one", key("ana"))["others"]} == {"two": 1}


def overview(desk):
    return {row.pop("participant"): row for row in returning.overview(desk, LESSON)}


def test_the_list_says_who_waits_who_has_theirs_and_whose_was_read_differently_since(desk):
    def of_ana():
        return {name for name, said in overview(desk)["ana"].items() if said}

    assert of_ana() == {"waits"}
    first, _ = desk.save("rev", key("ana"), reading())
    assert of_ana() == set()
    give_back(desk, LESSON, ["ana"], "rev")
    assert of_ana() == {"returned"}
    desk.save("rev", key("ana"), reading(3, 0, version=first.version))
    assert of_ana() == {"returned", "changed"}
    give_back(desk, LESSON, None, "rev")
    assert of_ana() == {"returned"}
    hand_in(desk.folder, "ana", {PROMPT: response(READ, {"text": "New words."})})
    collect(desk.folder, LESSON)
    assert of_ana() == {"waits"}


def test_whoever_wrote_nothing_is_said_so(desk):
    hand_in(desk.folder, "ben", {PROMPT: response(READ, {"text": ""})})
    collect(desk.folder, LESSON)
    assert {name for name, said in overview(desk)["ben"].items() if said} == {"blank"}


def test_the_queue_and_the_audit_know_what_was_returned_without_the_review_page(desk):
    desk.save("rev", key("ana"), reading())
    give_feedback(desk.folder, LESSON)
    with desk.engine.connect() as db:
        assert desk.standing(db, LESSON, PROMPT).of["ana"].state == "returned"
        said = [(row.who, row.participant) for row in db.execute(audit.select().where(audit.c.what == "return"))]
        assert len(marks.returned_at(db, key("ana"))) == 1
    assert said == [(COMMAND_LINE, "ana")]


def test_a_score_given_elsewhere_has_no_levels_made_up_for_it(desk):
    desk.save("rev", key("ana"), reading(2, 0))
    mark(desk.folder, "ana", PROMPT, 5, "From formgrader.")
    give_back(desk, LESSON, ["ana"], "rev")
    assert answer_given(desk, "ana")["levels"] == []
    assert answer_given(desk, "ana")["comment"] == "From formgrader."


def test_a_preview_keeps_closed_what_its_reader_may_yet_read(desk):
    desk.rules = ReviewRules(double=1)
    desk.save("one", key("ana"), reading(notes={"R": "A note."}))
    for reviewer, open_ in (("one", True), ("two", False)):
        html = returning.page(desk, LESSON, "ana", reviewer).decode()
        assert ("A note." in html, "Explained" in html, "Next, &lt;b&gt;" in html) == (open_, open_, open_)
        assert ("waits for your own reading" in html) is not open_


def test_a_preview_shows_no_name_unasked_and_no_fingerprint(desk):
    with desk.engine.begin() as db:
        merge(db, [ListedPerson("ana", "Ana Alva")])
    desk.save("rev", key("ana"), reading())
    hidden, named = (returning.page(desk, LESSON, "ana", "rev", named).decode() for named in (False, True))
    assert "Ana Alva" not in hidden and "Ana Alva" in named
    assert not re.search("[0-9a-f]{64}", hidden + named)
    assert give_back(desk, LESSON, ["ana"], "rev").new == ("ana",)
    assert re.search("[0-9a-f]{64}", (desk.folder.feedback / "ana" / f"{LESSON}.html").read_text("utf-8"))


def test_nbgraders_own_feedback_has_the_levels_and_notes(desk):
    desk.save("rev", key("ana"), reading(notes={"R": "<script>alert(1)</script>"}))
    nbgrader_run.run(desk.folder, "generate_feedback", LESSON, "--student=ana")
    html = (desk.folder.step("feedback", "ana", LESSON) / f"{LESSON}.html").read_text("utf-8")
    assert "<b>Reasoning:</b> Explained. seen\n" in html and "<b>Principle:</b> Not shown. nothing\n" in html
    assert "&lt;script&gt;alert(1)" in html and "<script" not in html
    assert "What your facilitator says" in html


def test_nbgraders_own_fetch_finds_our_page(read, tmp_path):
    give_feedback(read, LESSON)
    secret = (read.step("submitted", "ana", LESSON) / "submission_secret.txt").read_text()
    cache = tmp_path / "cache" / read.id / f"ana+{LESSON}+2026-11-23 10:00:00.000000 UTC"
    cache.mkdir(parents=True)
    (cache / "submission_secret.txt").write_text(secret)
    (cache / f"{LESSON}.ipynb").write_text("{}")
    nbgrader_run.run(
        read,
        "fetch_feedback",
        LESSON,
        f"--Exchange.cache={tmp_path / 'cache'}",
        f"--Exchange.assignment_dir={tmp_path}",
    )
    found = list((tmp_path / LESSON / "feedback").rglob("*.html"))
    assert [path.read_text("utf-8") for path in found] == [page(read, "ana")]
