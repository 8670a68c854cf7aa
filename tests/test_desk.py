"""Reading, saving, undoing and agreeing at the reviewers' desk, over a real gradebook."""

import json
import sqlite3

import pytest
import sqlalchemy as sa
from handins import LESSON, hand_in, response
from reviewers import ALONE, PROMPT, READ, copy_class, desk_at, key, make_class, nbgrader_grade

from openpractice.grading.anchors import Anchor, record
from openpractice.grading.collect import collect
from openpractice.grading.desk import Forbidden, NotCalibrated
from openpractice.grading.folder import GradingError
from openpractice.grading.marks import BadMark, Key, Mark, Stale
from openpractice.grading.returning import give_back
from openpractice.grading.tables import COLLECT, audit, person
from openpractice.model import ReviewRules

PEOPLE = ("ana", "ben", "cy", "dia")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_class(tmp_path_factory.mktemp("class"), PEOPLE)


@pytest.fixture
def desk(made, tmp_path):
    with desk_at(copy_class(made, tmp_path)) as desk:
        yield desk


def full(r=2, p=1, comment="I can see it.", **more):
    return Mark("", {"R": r, "P": p}, comment, **more)


def audit_lines(desk):
    with desk.engine.connect() as db:
        query = sa.select(audit.c.id, audit.c.who, audit.c.what, audit.c.detail).where(audit.c.who != COLLECT)
        return db.execute(query.order_by(audit.c.id)).all()


def test_a_whole_reading_is_nbgraders_score_and_comment_at_once(desk):
    assert nbgrader_grade(desk, "ana") == (None, True, "")
    saved, state = desk.save("rev", key("ana"), full())
    assert (saved.version, state) == (1, "read")
    assert nbgrader_grade(desk, "ana") == (3.0, False, "I can see it.")


def test_half_a_reading_is_kept_and_scores_nothing(desk):
    _, state = desk.save("rev", key("ana"), Mark("", {"R": 2}, "so far"))
    assert state == "unread"
    assert nbgrader_grade(desk, "ana")[:2] == (None, True)
    assert desk.open("rev", key("ana"))["mark"].comment == "so far"


def test_a_save_from_an_older_version_is_refused_with_what_stands(desk):
    desk.save("rev", key("ana"), full(1, 1))
    with pytest.raises(Stale) as refused:
        desk.save("rev", key("ana"), full(3, 3, version=0))
    assert refused.value.theirs.levels == {"R": 1, "P": 1}
    assert nbgrader_grade(desk, "ana")[0] == 2.0


def test_undo_brings_back_what_was_and_undoes_itself(desk):
    desk.save("rev", key("ana"), full(1, 1, "first"))
    desk.save("rev", key("ana"), full(3, 3, "second", version=1))
    back, _ = desk.undo("rev", key("ana"))
    assert (back.comment, back.version) == ("first", 3)
    assert nbgrader_grade(desk, "ana")[0] == 2.0
    again, _ = desk.undo("rev", key("ana"))
    assert again.comment == "second"


def test_undoing_the_first_save_leaves_the_answer_unread(desk):
    desk.save("rev", key("ana"), full())
    assert desk.undo("rev", key("ana")) == (None, "unread")
    assert nbgrader_grade(desk, "ana") == (None, True, "")
    with pytest.raises(BadMark, match="nothing to undo"):
        desk.undo("rev", key("ana"))


def test_two_readings_that_differ_are_to_be_discussed_and_the_lower_counts_until_agreed(desk):
    desk.save("one", key("ana"), full(2, 2, "kind"))
    _, state = desk.save("two", key("ana"), full(1, 2, "strict"))
    assert state == "discuss"
    assert nbgrader_grade(desk, "ana")[0] == 3.0
    listed = desk.discuss("one", LESSON)
    assert [(each["participant"], len(each["marks"])) for each in listed] == [("ana", 2)]
    _, state = desk.agree("one", key("ana"), full(2, 2, "together"))
    assert state == "read"
    assert nbgrader_grade(desk, "ana") == (4.0, False, "together")
    assert desk.discuss("one", LESSON) == []


def test_an_agreed_reading_needs_every_level(desk):
    desk.save("one", key("ana"), full())
    with pytest.raises(BadMark, match="every criterion"):
        desk.agree("one", key("ana"), Mark("", {"R": 1}))


def test_nobody_opens_or_scores_their_own_answer(desk):
    with pytest.raises(Forbidden, match="your own"):
        desk.open("ana", key("ana"))
    with pytest.raises(Forbidden):
        desk.save("ana", key("ana"), full())
    assert "ana" not in [each.participant for each in desk.next("ana", LESSON, PROMPT, count=9)]


def test_nobody_reads_whom_they_appraise(desk):
    with desk.engine.begin() as db:
        db.execute(person.insert().values(participant="ana", appraiser="rev"))
    with pytest.raises(Forbidden, match="appraise"):
        desk.open("rev", key("ana"))
    desk.rules = ReviewRules(double=0, appraisers_apart=False)
    assert desk.open("rev", key("ana"))["text"] == "The hour of ana."


@pytest.mark.parametrize(
    "bad",
    [
        Mark("", {"R": 4}), Mark("", {"R": True}), Mark("", {"X": 1}), Mark("", {"R": -1}),
        Mark("", {}, "x" * 20_001), Mark("", notes={"E": "not asked"}), Mark("", seconds=float("nan")),
    ],
)  # fmt: skip
def test_a_reading_that_cannot_be_is_refused(desk, bad):
    with pytest.raises(BadMark):
        desk.save("rev", key("ana"), bad)
    assert audit_lines(desk) == []


def test_an_answer_that_is_not_there_is_refused(desk):
    for wrong in (key("nobody"), Key(LESSON, "purpose-nothing", "ana"), Key("9-none", PROMPT, "ana")):
        with pytest.raises(GradingError):
            desk.open("rev", wrong)


def test_new_words_make_a_reading_old_and_come_back_to_their_reader(desk):
    desk.save("rev", key("ana"), full())
    hand_in(desk.folder, "ana", {PROMPT: response(READ, {"text": "Looked at again."}, rev=2)})
    collect(desk.folder, LESSON)
    found = desk.open("rev", key("ana"))
    assert (found["state"], found["text"], found["read_before"]) == ("revised", "Looked at again.", "The hour of ana.")
    assert [each.participant for each in desk.next("rev", LESSON, PROMPT, count=9)].count("ana") == 1
    assert "ana" not in [each.participant for each in desk.next("other", LESSON, PROMPT, count=9)]
    with pytest.raises(BadMark, match="handed in anew"):
        desk.save("rev", key("ana"), full(3, 3, sha256=found["mark"].sha256, version=1))
    desk.save("rev", key("ana"), full(3, 3, sha256=found["sha256"], version=1))
    assert nbgrader_grade(desk, "ana")[:2] == (6.0, False)


def test_revisions_are_counted_from_the_first_feedback_on(desk):
    def again(text):
        hand_in(desk.folder, "ana", {PROMPT: response(READ, {"text": text})})
        collect(desk.folder, LESSON)
        return desk.open("rev", key("ana"))

    assert again("Changed before it was read.")["revision"] == 0
    desk.save("rev", key("ana"), full())
    give_back(desk, LESSON, ["ana"], "rev")
    assert (again("Once.")["revision"], again("Once.")["revision"], again("Once more.")["revision"]) == (1, 1, 1)
    desk.save("rev", key("ana"), full(version=1))
    give_back(desk, LESSON, ["ana"], "rev")
    found = again("Twice.")
    assert (found["revision"], found["revisions"]) == (2, 1)


def test_a_score_given_in_formgrader_is_shown_as_given_elsewhere(desk):
    with sqlite3.connect(desk.folder.root / "gradebook.db") as db:
        db.execute("UPDATE grade SET manual_score = 5, needs_manual_grade = 0")
    found = desk.open("rev", key("ana"))
    assert found["elsewhere"] == 5.0
    assert found["mark"] is None
    desk.save("rev", key("ana"), full(1, 1))
    assert desk.open("rev", key("ana"))["elsewhere"] is None


def test_another_readers_levels_stay_hidden_until_ones_own_are_whole(desk):
    desk.save("one", key("ana"), full())
    assert desk.open("two", key("ana"))["others"] == []
    desk.save("two", key("ana"), full(3, 3))
    assert [mark.reviewer for mark in desk.open("two", key("ana"))["others"]] == ["one"]


def test_a_third_reviewer_sees_no_levels_of_an_answer_they_have_not_read(desk):
    desk.save("one", key("ana"), full(2, 2, "kind", notes={"R": "a note"}))
    desk.save("two", key("ana"), full(1, 2, "strict"))
    (listed,) = desk.discuss("three", LESSON)
    assert (listed["marks"], listed["readings"], listed["sealed"]) == ([], 2, True)
    with pytest.raises(Forbidden, match="Read this answer yourself"):
        desk.agree("three", key("ana"), full(0, 0))
    desk.agree("one", key("ana"), full(2, 2, "together"))
    found = desk.open("three", key("ana"))
    assert (found["mark"], found["agreed"], found["others"]) == (None, None, [])
    desk.save("three", key("ana"), Mark("", {"R": 2}, "half"))
    found = desk.open("three", key("ana"))
    assert (found["agreed"], found["others"]) == (None, [])
    desk.save("three", key("ana"), full(2, 2, version=1))
    found = desk.open("three", key("ana"))
    assert found["agreed"].comment == "together" and len(found["others"]) == 2


def test_a_reading_of_new_words_stays_closed_to_who_read_only_the_old_ones(desk):
    desk.save("one", key("ana"), full(1, 1))
    desk.save("two", key("ana"), full(1, 1, "of the old words"))
    hand_in(desk.folder, "ana", {PROMPT: response(READ, {"text": "Looked at again."}, rev=2)})
    collect(desk.folder, LESSON)
    assert [mark.comment for mark in desk.open("one", key("ana"))["others"]] == ["of the old words"]
    desk.save("two", key("ana"), full(3, 3, "of the new words", version=1))
    assert desk.open("one", key("ana"))["others"] == []
    desk.save("one", key("ana"), full(2, 3, version=1))
    assert [mark.comment for mark in desk.open("one", key("ana"))["others"]] == ["of the new words"]


def test_nobody_gives_levels_before_calibrating_where_the_course_asks_for_it(desk):
    one, other = (Anchor(name, PROMPT, "long_text", {"R": 2}, {"text": "x"}, {"R": "why"}, calibration=True)
                  for name in ("a", "b"))  # fmt: skip
    desk.anchors, desk.rules = (one, other), ReviewRules(double=0)
    for scored in ((), (one,)):
        with desk.engine.begin() as db:
            for anchor in scored:
                record(db, "rev", anchor, {"R": 2})
        for give in (desk.save, desk.agree):
            with pytest.raises(NotCalibrated, match=f"Calibrate first: {2 - len(scored)} of the 2"):
                give("rev", key("ana"), full())
    with desk.engine.begin() as db:
        record(db, "rev", other, {"R": 0})
    with pytest.raises(NotCalibrated, match="50% of your levels were exact and 50% within one; this course asks for 60% and 100%"):
        desk.save("rev", key("ana"), full())
    assert nbgrader_grade(desk, "ana") == (None, True, "")
    desk.rules = ReviewRules(exact_at_least=0.5, within_one_at_least=0.5)
    assert desk.save("rev", key("ana"), full())[1] == "read"
    desk.rules = ReviewRules(calibrate_first=False)
    assert desk.save("new", key("ben"), full())[1] == "read"


def test_the_audit_says_who_did_what_and_only_grows(desk):
    desk.save("rev", key("ana"), full(1, 1))
    first = audit_lines(desk)
    desk.undo("rev", key("ana"))
    lines = audit_lines(desk)
    assert lines[: len(first)] == first
    assert [(line.who, line.what) for line in lines] == [("rev", "mark"), ("rev", "undo")]
    assert json.loads(lines[1].detail)["before"]["levels"] == {"P": 1, "R": 1}


def test_counts_say_what_is_left(desk):
    desk.rules = ALONE
    desk.save("rev", key("ana"), full())
    (counts,) = desk.counts("rev")
    assert (counts["read"], counts["unread"], counts["mine"]) == (1, 3, 3)
