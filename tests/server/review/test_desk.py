"""Reading, saving, undoing and agreeing at the reviewers' desk, over a real gradebook."""

import json
import threading
import time
from functools import partial

import pytest
import sqlalchemy as sa

from handins import LESSON, course_folder, hand_in, release_lesson, response
from handins import mark as formgrader_writes
from openpractice.feedback.returning import give_back
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.marks import BadMark, Key, Mark, Stale
from openpractice.gradebook.own_tables import COLLECT, audit, person
from openpractice.intake.collect import collect
from openpractice.model import ReviewRules
from openpractice.review import assigning, leases
from openpractice.review.calibrating.anchorfiles import Anchor
from openpractice.review.calibrating.anchors import record
from openpractice.review.reviewing import Forbidden, NotCalibrated
from openpractice.roster.roster import ListedPerson, merge
from reviewers import ALONE, PROMPT, READ, copy_class, desk_at, key, make_class, nbgrader_grade

PEOPLE = ("ana", "ben", "cy", "dia")


@pytest.fixture(scope="module")
def made(tmp_path_factory, db_url):
    return make_class(tmp_path_factory.mktemp("class"), PEOPLE, db_url)


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
        Mark("", {"R": 4}),
        Mark("", {"R": True}),
        Mark("", {"X": 1}),
        Mark("", {"R": -1}),
        Mark("", {}, "x" * 20_001),
        Mark("", notes={"E": "not asked"}),
        Mark("", seconds=float("nan")),
    ],
)
def test_a_reading_that_cannot_be_is_refused(desk, bad):
    with pytest.raises(BadMark):
        desk.save("rev", key("ana"), bad)
    assert audit_lines(desk) == []


def test_what_a_question_goes_back_to_comes_with_its_answer(tmp_path):
    later = READ | {"id": "later", "title": "Your weakest row", "recall": [PROMPT, "never-asked"]}
    folder = course_folder(tmp_path)
    release_lesson(folder, specs=(READ, later), points={PROMPT: 6, "later": 6})
    hand_in(folder, "ana", {PROMPT: response(READ, {"text": "My hour."}), "later": response(later, {"text": "Row 1."})})
    hand_in(folder, "ben", {"later": response(later, {"text": "I wrote nothing before."})})
    collect(folder, LESSON)
    with desk_at(folder) as desk:
        (earlier,) = desk.open("rev", Key(LESSON, "later", "ana"))["recalled"]
        assert (earlier["title"], earlier["text"], earlier["spec"]["id"]) == (READ["title"], "My hour.", PROMPT)
        assert desk.open("rev", Key(LESSON, "later", "ben"))["recalled"] == []
        assert desk.open("rev", Key(LESSON, PROMPT, "ana"))["recalled"] == []


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
    formgrader_writes(desk.folder, "ana", PROMPT, 5, None)
    found = desk.open("rev", key("ana"))
    assert (found["scored_elsewhere"], found["mark"]) == (True, None)
    assert found["elsewhere"] is None  # another's score is closed before one's own reading
    desk.save("rev", key("ana"), full(1, 1))
    found = desk.open("rev", key("ana"))
    assert (found["scored_elsewhere"], found["elsewhere"]) == (False, None)
    formgrader_writes(desk.folder, "ana", PROMPT, 4, None)
    assert desk.open("rev", key("ana"))["elsewhere"] == 4.0
    assert (desk.open("two", key("ana"))["scored_elsewhere"], desk.open("two", key("ana"))["elsewhere"]) == (True, None)


def hand_in_again(desk, who, text):
    hand_in(desk.folder, who, {PROMPT: response(READ, {"text": text})} if text else {})
    collect(desk.folder, LESSON)


def test_a_score_from_formgrader_stands_until_a_reading_says_something_new(desk):
    desk.save("rev", key("ana"), full(1, 1))
    formgrader_writes(desk.folder, "ana", PROMPT, 5, "Mine.")
    desk.save("two", key("ana"), Mark("", {"R": 1}, "half a reading"))
    desk.save("rev", key("ana"), full(1, 1, flagged=True, version=1))  # nothing new in levels or comment
    assert nbgrader_grade(desk, "ana") == (5.0, False, "Mine.")
    assert desk.open("rev", key("ana"))["elsewhere"] == 5.0
    desk.save("rev", key("ana"), full(2, 1, version=2))
    assert nbgrader_grade(desk, "ana") == (3.0, False, "I can see it.")
    last = audit_lines(desk)[-1]
    assert (last.who, last.what, json.loads(last.detail)) == ("rev", "replace", {"score": 5.0, "comment": "Mine."})


def test_half_a_reading_takes_no_score_of_formgraders_away(desk):
    formgrader_writes(desk.folder, "ana", PROMPT, 4, "Mine.")
    desk.save("rev", key("ana"), Mark("", {"R": 1}))
    desk.undo("rev", key("ana"))
    assert nbgrader_grade(desk, "ana") == (4.0, False, "Mine.")


def test_a_page_from_before_an_undone_reading_cannot_save_over_the_next_one(desk):
    old, _ = desk.save("rev", key("ana"), full(3, 3))
    desk.undo("rev", key("ana"))
    new, _ = desk.save("rev", key("ana"), full(1, 1))
    assert new.version > old.version
    with pytest.raises(Stale):
        desk.save("rev", key("ana"), full(3, 3, version=old.version))
    assert nbgrader_grade(desk, "ana")[0] == 2.0


def test_a_reading_of_the_new_words_counts_before_those_of_the_old(desk):
    desk.save("one", key("ana"), full(0, 0, "of the old words"))
    desk.save("two", key("ana"), full(0, 0))
    desk.agree("one", key("ana"), full(0, 0, "agreed on the old words"))
    hand_in_again(desk, "ana", "Looked at again.")
    assert desk.open("one", key("ana"))["state"] == "revised"
    desk.save("two", key("ana"), full(3, 3, "of the new words", version=1))
    assert nbgrader_grade(desk, "ana") == (6.0, False, "of the new words")


def test_whoever_hands_in_the_words_that_were_read_waits_for_nobody(desk):
    desk.save("rev", key("ana"), full(2, 2))
    hand_in_again(desk, "ana", "Something else.")
    assert nbgrader_grade(desk, "ana")[1] is True
    hand_in_again(desk, "ana", "The hour of ana.")
    assert (desk.open("rev", key("ana"))["state"], nbgrader_grade(desk, "ana")) == (
        "read",
        (4.0, False, "I can see it."),
    )


def test_an_empty_answer_is_not_yet_and_takes_no_level(desk):
    hand_in_again(desk, "ana", "")
    with pytest.raises(BadMark, match="not yet"):
        desk.save("rev", key("ana"), full(0, 0))


def at_once(*works):
    """What each of the works gave or raised, begun together in threads."""
    from concurrent.futures import ThreadPoolExecutor

    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            return work()
        except Stale as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_two_saves_at_once_one_is_refused_and_nothing_is_overwritten(desk):
    for n in range(5):
        stands = desk.open("rev", key("ana"))["mark"]
        version = stands.version if stands else 0
        first, second = (
            partial(desk.save, "rev", key("ana"), full(level, level, f"{n} {level}", version=version))
            for level in (1, 2)
        )
        done = at_once(first, second)
        assert sorted(isinstance(each, Stale) for each in done) == [False, True]
        (saved,) = (each[0] for each in done if not isinstance(each, Stale))
        assert desk.open("rev", key("ana"))["mark"].comment == saved.comment
        assert nbgrader_grade(desk, "ana") == (float(2 * saved.levels["R"]), False, saved.comment)


def test_two_reviewers_at_once_leave_nbgrader_with_the_lower_reading(desk):
    for who in ("ben", "cy", "dia"):
        done = at_once(partial(desk.save, "one", key(who), full(3, 3)), partial(desk.save, "two", key(who), full(1, 1)))
        assert not any(isinstance(each, Stale) for each in done)
        assert nbgrader_grade(desk, who)[0] == 2.0
        assert desk.open("one", key(who))["state"] == "discuss"


def test_two_who_take_an_answer_at_once_hear_of_one_holder(desk):
    def take(reviewer):
        with gradebook.writing(desk.engine) as db:
            return leases.take(db, key("ana"), reviewer, time.time())

    for _ in range(3):
        holders = at_once(partial(take, "one"), partial(take, "two"))
        assert len(set(holders)) == 1
        with desk.engine.begin() as db:
            leases.give_up(db, holders[0])


def test_whoever_went_away_without_a_word_is_off_the_answer_soon(desk):
    with gradebook.writing(desk.engine) as db:
        assert leases.take(db, key("ana"), "one", 1000.0) == "one"
        assert leases.held(db, LESSON, PROMPT, 1000.0 + leases.SECONDS - 1) == {"ana": "one"}
        assert leases.take(db, key("ana"), "one", 1060.0) == "one"  # said again: it holds from then
        assert leases.held(db, LESSON, PROMPT, 1060.0 + leases.SECONDS - 1) == {"ana": "one"}
        assert leases.held(db, LESSON, PROMPT, 1060.0 + leases.SECONDS) == {}
        assert leases.take(db, key("ana"), "two", 1060.0 + leases.SECONDS) == "two"


def test_a_reviewer_who_took_an_answer_before_the_clock_went_back_does_not_hold_it_for_a_year(desk):
    with gradebook.writing(desk.engine) as db:
        later = 2_000_000.0
        leases.take(db, key("ana"), "one", later)
        for now in (later - 3600, later - 365 * 86400, later + 365 * 86400):
            assert leases.held(db, LESSON, PROMPT, now) == {} and leases.everywhere(db, now) == {}
        assert leases.take(db, key("ana"), "two", later - 3600) == "two"
        assert leases.held(db, LESSON, PROMPT, later - 3600) == {"ana": "two"}
        assert leases.take(db, key("ana"), "one", later - 3600) == "two"  # and it is theirs as ever


def test_a_nul_leaves_the_words_and_breaks_nothing(desk):
    saved, _ = desk.save("rev", key("ana"), full(comment="a\0b", notes={"R": "c\0d"}))
    assert (saved.comment, saved.notes) == ("ab", {"R": "cd"})
    assert nbgrader_grade(desk, "ana")[2] == "ab"


def test_the_longest_that_may_be_said_is_kept_whole(desk):
    long = "é🙂" * 10_000
    desk.save("rev", key("ana"), full(comment=long, notes={"R": long}))
    assert nbgrader_grade(desk, "ana")[2] == long
    with desk.engine.begin() as db:
        assigning.assign(db, "r" * 63, "*", "school", "S" * 200, "rev")
        merge(db, [ListedPerson("p" * 63, "N" * 200, "e" * 200, "S" * 200, appraiser="a" * 63)])


def test_a_gradebook_of_the_older_form_is_brought_up_to_date_and_a_newer_one_refused(desk):
    desk.save("rev", key("ana"), full(2, 1))
    with desk.engine.begin() as db:
        older = (
            "DROP TABLE op_given",
            "DROP INDEX ix_op_mark_reviewer",
            "ALTER TABLE op_response DROP COLUMN language",
        )
        for line in (*older, "UPDATE op_version SET version = 1"):
            db.execute(sa.text(line))
    with desk_at(desk.folder) as again:
        assert (again.open("rev", key("ana"))["elsewhere"], again.open("rev", key("ben"))["elsewhere"]) == (None, None)
        assert "ix_op_mark_reviewer" in [each["name"] for each in sa.inspect(again.engine).get_indexes("op_mark")]
        formgrader_writes(again.folder, "ana", PROMPT, 5, "Mine.")
        assert again.open("rev", key("ana"))["elsewhere"] == 5.0
        with again.engine.begin() as db:
            db.execute(sa.text("UPDATE op_version SET version = 9"))
    with pytest.raises(GradingError, match="form 9"), desk_at(desk.folder):
        pass


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
    one, other = (
        Anchor(name, PROMPT, "long_text", {"R": 2}, {"text": "x"}, {"R": "why"}, calibration=True)
        for name in ("a", "b")
    )
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
    with pytest.raises(
        NotCalibrated, match="50% of your levels were exact and 50% within one; this course asks for 60% and 100%"
    ):
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
