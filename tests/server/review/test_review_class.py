"""The reviewers' routes over real HTTP: comments, calibration, who reads whom, a new rubric, the class as a whole."""

import json
import os
import shutil

import pytest
import sqlalchemy as sa

from handins import LESSON
from openpractice import i18n
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.gradebook import gradebook
from openpractice.gradebook.own_tables import audit, person, phrase
from openpractice.kit import course_parts
from openpractice.review import exports
from openpractice.review.reviewing import Desk
from openpractice.roster.roster import ListedPerson, merge
from openpractice.service.review.markdoors import RubricChangeDoor
from openpractice.service.roles import LEADS
from review_server import WORDS, Reviewer, afresh, ledger, made, named, place, rev, rows, server, two
from reviewers import ALONE, PROMPT, calibrate, copy_class


@pytest.fixture
def newly(server):
    """A reviewer who has scored no supplied answer yet."""
    return Reviewer(server, "newly")


# -- helps --------------------------------------------------------------------------------


def test_the_bank_is_searched_used_edited_and_learns(rev, two, place):
    seeded = rev.ask("GET", "bank?criterion=R&level=1").json["comments"]
    assert seeded and all(each["criterion"] == "R" and each["from_level"] in (1, None) for each in seeded)
    made = rev.ask("POST", "bank", {"criterion": "R", "level": 1, "text": "I can see a zebra."}).json["id"]
    assert two.ask("PUT", f"bank/{made}", {"used": True}).status == 200
    (found,) = two.ask("GET", "bank?words=ZEBRA").json["comments"]
    assert (found["id"], found["uses"]) == (made, 1)
    other = two.ask("PUT", f"bank/{made}", {"text": "I can see two zebras."}).json["id"]
    assert other != made and len(two.ask("GET", "bank?words=zebra").json["comments"]) == 2
    assert rev.ask("DELETE", f"bank/{other}").status == 422
    assert {rev.ask("DELETE", f"bank/{made}").status, two.ask("DELETE", f"bank/{other}").status} == {200}
    assert "zebra" not in json.dumps([row["text"] for row in rows(place, phrase)])


def test_a_comment_that_is_worded_anew_can_be_changed_where_it_was_used_and_has_not_gone_back(rev, two):
    made = rev.ask("POST", "bank", {"criterion": "R", "level": 1, "text": "I can see a zebra."}).json["id"]
    one, other, third = rev.who()[:3]
    rev.save(one, {"R": 2, "P": 2}, comment="Well. I can see a zebra. Next.")
    rev.save(other, {"R": 2}, notes={"R": "I can see a zebra."})
    rev.save(third, {"R": 2, "P": 1}, comment="I can see a horse.")
    two.save(other, {"R": 2}, comment="I can see a zebra.")
    assert rev.ask("POST", f"return/{LESSON}", {"people": [one]}).json["new"] == 1
    done = rev.ask("PUT", f"bank/{made}", {"text": "I can see two zebras."}).json
    assert (done["before"], done["stands_in"]) == ("I can see a zebra.", 1)
    assert rev.ask("POST", f"bank/{made}", {"before": done["before"]}).json["changed"] == 1
    held = {who: rev.ask("GET", f"answer/{WORDS}/{who}").json["mark"] for who in (one, other, third)}
    assert held[other]["notes"] == {"R": "I can see two zebras."} and held[other]["levels"] == {"R": 2}
    assert held[one]["comment"] == "Well. I can see a zebra. Next." and held[third]["comment"] == "I can see a horse."
    assert two.ask("GET", f"answer/{WORDS}/{other}").json["mark"]["comment"] == "I can see a zebra."
    for bad, status in (({}, 400), ({"before": " "}, 400), ({"before": 7}, 400)):
        assert rev.ask("POST", f"bank/{made}", bad).status == status
    assert rev.ask("DELETE", f"bank/{made}").status == 200
    assert rev.ask("POST", f"bank/{made}", {"before": "x"}).status == 422


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"text": ""},
        {"text": 7},
        {"text": "x" * 1001},
        {"text": "x", "level": 10},
        {"text": "x", "criterion": ["R"]},
    ],
)
def test_a_bad_comment_is_not_taken_into_the_bank(rev, bad):
    assert rev.ask("POST", "bank", bad).status == 422


def test_calibration_shows_the_reference_only_after_a_try(newly):
    rev = newly
    before = rev.ask("GET", "calibration").json
    in_turn = [each["id"] for each in before["left"]]
    assert in_turn != sorted(in_turn) and in_turn == [each["id"] for each in rev.ask("GET", "calibration").json["left"]]
    assert before["result"] is None and len(before["left"]) == before["total"] >= 8
    first = next(each for each in before["left"] if each["prompt"] == "purpose-trace")
    assert not {"levels", "reasons"} & set(first) and first["text"]
    asked = {each["code"]: 1 for each in first["criteria"]}
    done = rev.ask("POST", f"calibration/{first['id']}", {"levels": asked}).json
    assert set(done["reference"]) == set(asked) == set(done["reasons"])
    assert rev.ask("GET", "calibration").json["result"]["n"] == len(asked)
    assert rev.ask("POST", f"calibration/{first['id']}", {"levels": {"X": 1}}).status == 422
    assert rev.ask("POST", "calibration/no-such", {"levels": asked}).status == 404
    assert rev.ask("DELETE", "calibration").status == 200


def test_levels_are_refused_until_the_supplied_answers_are_scored_well_enough(newly, place):
    who = newly.who()[0]
    assert newly.ask("GET", f"answer/{WORDS}/{who}").status == 200
    refused = newly.save(who, {"R": 2, "P": 2})
    assert (refused.status, refused.json["code"]) == (403, "calibrate-first")
    said = newly.ask("GET", "calibration").json
    assert (
        refused.json["message"]
        == said["missing"]
        == "Calibrate first: 12 of the 12 supplied answers are still to be scored."
    )
    assert (said["first"], said["exact_at_least"], said["within_one_at_least"]) == (True, 0.6, 1.0)
    calibrate(place, "newly")
    assert newly.ask("GET", "calibration").json["missing"] is None
    assert newly.save(who, {"R": 2, "P": 2}).status == 200
    newly.ask("DELETE", "calibration")
    assert newly.save(who, {"R": 1, "P": 2}, version=1).json["code"] == "calibrate-first"


def test_anchors_do_not_give_calibration_away(newly):
    rev = newly
    secret = {each["id"] for each in rev.ask("GET", "calibration").json["left"]}
    before = rev.ask("GET", "anchors/purpose-trace").json
    assert before["kept_back"] == len(secret) == 12
    assert secret.isdisjoint(each["id"] for each in before["anchors"])


def test_an_anchor_is_shown_to_whoever_has_scored_it_and_to_nobody_else(newly, server):
    rev, two = newly, Reviewer(server, "later")
    one = next(each for each in rev.ask("GET", "calibration").json["left"] if each["prompt"] == "purpose-trace")
    rev.ask("POST", f"calibration/{one['id']}", {"levels": {each["code"]: 0 for each in one["criteria"]}})
    found = rev.ask("GET", "anchors/purpose-trace").json["anchors"]
    shown = next(each for each in found if each["id"] == one["id"])
    assert set(shown["levels"]) == set(shown["reasons"])
    assert one["id"] not in [each["id"] for each in two.ask("GET", "anchors/purpose-trace").json["anchors"]]


def test_a_reviewer_may_be_named_as_the_list_calls_them(rev, place):
    with gradebook.opened(place) as engine, engine.begin() as db:
        merge(db, [ListedPerson("two", "Ottilie Brandreth", "o@south.edu", role="facilitator")])
        merge(db, [ListedPerson("cy", "Cy Dent")])
    give = {"lesson": "*", "scope": "person", "name": "ana"}
    assert rev.ask("POST", "assign", give | {"reviewer": " ottilie  brandreth"}).json["assigned"] == [
        give | {"reviewer": "two"}
    ]
    handed = rev.ask("POST", "assign", {"reviewer": "Ottilie Brandreth", "to": "rev"}).json["assigned"]
    assert handed == [give | {"reviewer": "rev"}]
    rev.ask("POST", "assign", give | {"reviewer": "rev", "off": True})
    # Invented people are found by their names too, without the label that pages show behind them.
    with gradebook.opened(place) as engine, engine.begin() as db:
        merge(db, [ListedPerson("max", "Casper Lindgaard (invented)", role="reviewer")])
    for said in ("Casper Lindgaard", "casper lindgaard (invented)"):
        assert rev.ask("POST", "assign", give | {"reviewer": said}).json["assigned"] == [give | {"reviewer": "max"}]
    named = {each["id"]: each["name"] for each in rev.ask("GET", "assign").json["reviewers"]}
    assert (named["two"], named["max"]) == ("Ottilie Brandreth", "Casper Lindgaard (invented)")
    rev.ask("POST", "assign", give | {"reviewer": "max", "off": True})
    # Two of one name are told apart by what they sign in with, and neither is taken for the other.
    with gradebook.opened(place) as engine, engine.begin() as db:
        merge(db, [ListedPerson("otto", "Ottilie Brandreth", "otto@north.edu", role="reviewer")])
    assert rev.ask("POST", "assign", give | {"reviewer": "Ottilie Brandreth"}).status == 422
    told = {each["id"]: each["name"] for each in rev.ask("GET", "assign").json["reviewers"]}
    assert told["otto"] == "Ottilie Brandreth (otto)"
    assert rev.ask("POST", "assign", give | {"reviewer": told["otto"]}).json["assigned"] == [
        give | {"reviewer": "otto"}
    ]
    rev.ask("POST", "assign", give | {"reviewer": "otto", "off": True})
    for stranger in ("Cy Dent", "Nobody at all"):
        assert rev.ask("POST", "assign", give | {"reviewer": stranger}).status == 422


def test_readers_stand_by_their_names_wherever_their_readings_are_open(rev, two, place):
    with gradebook.opened(place) as engine, engine.begin() as db:
        merge(db, [ListedPerson(who, "Ottilie Brandreth", f"{who}@x.edu", role="reviewer") for who in ("two", "otto")])
        merge(db, [ListedPerson("rev", "Hal Osei", role="facilitator")])
    who, ottilie = rev.who()[0], "Ottilie Brandreth (two)"  # two of one name are told apart
    assert two.ask("POST", f"lease/{WORDS}/{who}").json["holder"] is None
    assert rev.ask("POST", f"lease/{WORDS}/{who}").json["holder"] == ottilie
    assert rev.ask("GET", f"answer/{WORDS}/{who}").json["holder"] == ottilie
    assert [each["holder"] for each in rev.ask("GET", f"line?lesson={LESSON}&prompt={PROMPT}").json["line"]].count(
        ottilie
    ) == 1
    assert [each["name"] for each in rev.ask("GET", "live").json["on"]] == [ottilie]
    two.save(who, {"R": 1, "P": 2})
    assert rev.ask("GET", f"answer/{WORDS}/{who}").json["others"] == []  # not before one's own
    rev.save(who, {"R": 2, "P": 2})
    assert [each["reader"] for each in rev.ask("GET", f"answer/{WORDS}/{who}").json["others"]] == [ottilie]
    (one,) = rev.ask("GET", f"discuss/{LESSON}").json["answers"]
    assert [each["reader"] for each in one["marks"]] == ["Hal Osei", ottilie]
    for path in (f"levels/{LESSON}", f"progress/{LESSON}"):
        assert {each["reader"] for each in rev.ask("GET", path).json["readers"]} == {"Hal Osei", ottilie}, path
    rev.ask("PUT", f"agree/{WORDS}/{who}", {"levels": {"R": 2, "P": 2}})
    with gradebook.opened(place) as engine:
        exported = list(exports.long_rows(Desk(place, engine, ALONE), [LESSON]))
    found = {(each["reviewer"], each["recorded by"]) for each in exported if each.get("reading")}
    assert found == {("", "Hal Osei"), ("Hal Osei", "Hal Osei"), (ottilie, ottilie)}


def test_answers_are_assigned_taken_back_and_handed_over(rev, two):
    give = {"reviewer": "two", "lesson": "*", "scope": "person", "name": "ana"}
    assert rev.ask("POST", "assign", give).json["assigned"] == [give]
    assert (len(rev.who()), len(two.who())) == (3, 4)
    handed = rev.ask("POST", "assign", {"reviewer": "two", "to": "rev"}).json["assigned"]
    assert handed == [give | {"reviewer": "rev"}]
    assert rev.ask("POST", "assign", give | {"reviewer": "rev", "off": True}).json["assigned"] == []


def test_a_session_is_shared_out_evenly_and_nobody_gets_their_own(rev, place):
    assert rev.ask("POST", "assign", {"evenly": True, "lesson": LESSON}).status == 422  # nobody else reviews yet
    with gradebook.opened(place) as engine, engine.begin() as db:
        merge(db, [ListedPerson(who, who.title(), role="facilitator") for who in ("rev", "two", "ana")])
        merge(db, [ListedPerson("ben", "Ben Ode", appraiser="rev")])
    rev.ask("POST", "assign", {"reviewer": "two", "lesson": LESSON, "scope": "person", "name": "ana"})
    given = rev.ask("POST", "assign", {"evenly": True, "lesson": LESSON}).json["assigned"]
    pairs = {(each["reviewer"], each["name"]) for each in given}
    # All four are read twice in a class as small as this.
    assert len(pairs) == len(given) == 8 and not pairs & {("ana", "ana"), ("rev", "ben")}
    loads = [sum(who == reviewer for who, _ in pairs) for reviewer in ("rev", "two", "ana")]
    assert max(loads) - min(loads) <= 1
    assert rev.ask("POST", "assign", {"evenly": True, "lesson": "../x"}).status == 404


def test_the_class_is_seen_and_no_level_before_ones_own(rev, two, place):
    who = rev.who()
    rev.save(who[0], {"R": 2, "P": 1}, comment="It waits.", flagged=True)
    rev.save(who[1], {"R": 3, "P": 3})
    rev.save(who[2], {}, skipped=True)
    two.save(who[1], {"R": 1, "P": 3})
    seen = {each["who"]: each for each in rev.ask("GET", f"strip/{WORDS}").json["answers"]}
    assert [seen[each]["number"] for each in who] == [1, 2, 3, 4]
    assert [seen[each]["state"] for each in who] == ["discuss", "discuss", "unread", "unread"]
    assert [seen[each]["why"] for each in who] == [["flagged"], ["differ"], [], []]
    assert [seen[each]["skipped"] for each in who] == [False, False, True, False]
    assert seen[who[0]]["levels"] == {"R": 2, "P": 1} and seen[who[0]]["words"] == 4
    # The other reader has not read the first one, and sees nothing of its levels.
    theirs = {each["who"]: each["levels"] for each in two.ask("GET", f"strip/{WORDS}").json["answers"]}
    assert theirs[who[0]] == {} and theirs[who[1]] == {"R": 1, "P": 3}
    assert len(Reviewer(rev.server, "ana").ask("GET", f"strip/{WORDS}").json["answers"]) == 3
    assert rev.ask("GET", f"strip/{LESSON}/none").status == 404
    found = rev.ask("GET", f"levels/{LESSON}").json
    assert [(each["criterion"], each["counts"], each["unread"]) for each in found["levels"]] == [
        ("Reasoning", [0, 1, 1, 0], 2),
        ("Principle", [0, 1, 0, 1], 2),
    ]
    assert found["readers"] == [
        {"reader": "rev", "readings": 2, "seconds": 30.0},
        {"reader": "two", "readings": 1, "seconds": 30.0},
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"reviewer": "../x"},
        {"reviewer": "two", "lesson": 7},
        {"reviewer": "two", "to": "../x"},
        {"reviewer": "two", "lesson": "*", "scope": "team", "name": "x"},
    ],
)
def test_a_bad_assignment_is_refused(rev, bad):
    assert rev.ask("POST", "assign", bad).status in (404, 422)


def test_without_a_new_rubric_nothing_changes_and_odd_requests_are_refused(rev):
    rev.save(rev.who()[0], {"R": 2, "P": 2})
    now = int(read_folder(course_parts().lessons).rubric.version)
    assert rev.ask("GET", "rubric-change").json == {"changes": [], "version": now, "versions": {str(now): 1}}
    for body, status in (
        ({"lesson": LESSON, "prompt": PROMPT}, 400),
        ({"lesson": "9-none", "prompt": PROMPT, "token": "x"}, 404),
        ({"lesson": LESSON, "prompt": "none", "token": "x"}, 404),
        ({}, 404),
        ({"lesson": LESSON, "prompt": PROMPT, "token": "x"}, 422),
    ):
        assert rev.ask("POST", "rubric-change", body).status == status, body


def test_a_new_rubric_is_shown_first_and_then_done(made, tmp_path):
    assert RubricChangeDoor.roles == LEADS
    folder = copy_class(made, tmp_path / "own")
    calibrate(folder, "rev")
    with named(folder) as running:
        rev = Reviewer(running, "rev")
        who = rev.who()[0]
        rev.save(who, {"R": 2, "P": 1})
        path = folder.released(LESSON)
        notebook = path.read_text("utf-8").replace('\\"code\\": \\"R\\"', '\\"code\\": \\"R\\", \\"weight\\": 2')
        assert "weight" in notebook
        path.chmod(0o644)
        path.write_text(notebook, "utf-8")
        (change,) = rev.ask("GET", "rubric-change").json["changes"]
        assert (change["weights"], change["most_before"], change["most"], change["moved"], change["again"]) == (
            {"R": 2, "P": 1},
            6,
            9,
            1,
            0,
        )
        assert change["examples"] == [{"who": who, "before": 3, "after": 5}]
        assert rows(folder, sa.table("grade", sa.column("manual_score")))[0]["manual_score"] in (None, 3)
        body = {"lesson": LESSON, "prompt": PROMPT, "token": change["token"]}
        assert rev.ask("POST", "rubric-change", body | {"token": "0" * 32}).status == 422
        done = rev.ask("POST", "rubric-change", body).json
        assert (done["done"]["moved"], done["changes"]) == (1, [])
        assert {row["manual_score"] for row in rows(folder, sa.table("grade", sa.column("manual_score")))} == {None, 5}
        last = rows(folder, audit)[-1]
        assert (last["who"], last["what"], last["prompt"]) == ("rev", "rubric", PROMPT)


def test_other_words_in_the_rubrics_file_are_read_by_listed_and_put_in_only_after_a_look(made, tmp_path):
    folder, kit = copy_class(made, tmp_path / "own"), tmp_path / "kit"
    calibrate(folder, "rev")
    for part in ("lessons", "grading"):
        shutil.copytree(course_parts().root / part, kit / part)
    path = kit / "lessons" / "rubric.yml"
    with named(folder, OPENPRACTICE_KIT=str(kit)) as running:
        rev = Reviewer(running, "rev")
        rev.save(rev.who()[0], {"R": 2, "P": 1})
        first = rev.ask("GET", "rubric-words").json
        # Released with other words than the file's: that is what changed first.
        assert {each["code"] for each in first["history"][0]["changes"]} == {"R", "P"}
        one = next(each for each in first["criteria"] if each["code"] == "R")
        assert one["anchors"][3] and one["anchors"][3][0]["reason"]
        said = {"code": "R", "name": one["name"], "question": one["question"], "levels": one["levels"]}
        said["levels"][1]["descriptor"] = "One reason: no more."
        held = path.read_bytes()
        would = rev.ask("POST", "rubric-words", said).json
        assert (would["from"], would["to"], would["readings"], would["unread"]) == (3, 4, 1, 3)
        assert [each["after"] for each in would["changes"]] == ["One reason: no more."] and path.read_bytes() == held
        assert rev.ask("POST", "rubric-words", said | {"token": "0" * 32}).status == 422
        for bad, status in (
            ({"code": "X"}, 404),
            ({"levels": []}, 400),
            ({"question": 7}, 400),
            ({"question": " "}, 422),
            ({"question": "x" * 601}, 422),
            ({"levels": [each | {"name": "a: b"} for each in said["levels"]]}, 422),
        ):
            assert rev.ask("POST", "rubric-words", said | bad).status == status, bad
        done = rev.ask("POST", "rubric-words", said | {"token": would["token"]}).json
        assert done["version"] == 4 and done["history"][0]["changes"] == would["changes"]
        assert rev.ask("POST", "rubric-words", said).json["message"] == i18n.say("en", "rubric-words-same")
        # Whoever reads now reads by these words, and the reading has their version.
        criteria = rev.ask("GET", f"about/{LESSON}/{PROMPT}").json["spec"]["criteria"]
        assert criteria[0]["levels"][1] == "Described: One reason: no more."
        assert rev.save(rev.who()[1], {"R": 1, "P": 1}).json["mark"]["rubric"] == 4
        path.parent.chmod(0o555)
        said["levels"][1]["descriptor"] = "Another."
        would = rev.ask("POST", "rubric-words", said).json
        if not os.access(path.parent, os.W_OK):  # root may write everywhere
            assert rev.ask("POST", "rubric-words", said | {"token": would["token"]}).status == 422
        path.parent.chmod(0o755)


def test_progress_says_how_long_it_took_and_who_waits(rev, two):
    who = rev.who()
    rev.save(who[0], {"R": 2, "P": 2}, seconds=40)
    rev.save(who[1], {"R": 2, "P": 2}, seconds=60)
    two.save(who[1], {"R": 0, "P": 2}, seconds=90)
    found = rev.ask("GET", f"progress/{LESSON}").json
    assert (found["readings"], found["seconds"], found["handed_in"]) == (3, 60, 4)
    assert found["readers"] == [
        {"reader": "rev", "readings": 2, "seconds": 50},
        {"reader": "two", "readings": 1, "seconds": 90},
    ]
    (one,) = found["prompts"]
    assert (one["prompt"], one["read"], one["discuss"], one["unread"], one["seconds"]) == (PROMPT, 1, 1, 2, 60)
    waits = {each["who"]: (each["unread"], each["discuss"], each["revised"]) for each in found["waiting"]}
    assert waits == {who[1]: (0, 1, 0), who[2]: (1, 0, 0), who[3]: (1, 0, 0)}
    assert [each["since"] for each in found["waiting"]] == sorted(each["since"] for each in found["waiting"])
    assert rev.ask("GET", "progress/9-none").status == 409


def test_nobody_is_given_their_own_answers_to_read_and_a_school_leaves_none_unread(rev, two, server, place):
    ana = Reviewer(server, "ana")
    refused = rev.ask("POST", "assign", {"reviewer": "ana", "lesson": "*", "scope": "person", "name": "ana"})
    assert (refused.status, refused.json["message"]) == (422, "Nobody reads their own answers. Name another reviewer.")
    with gradebook.opened(place) as engine, engine.begin() as db:
        for one in ("ana", "ben"):
            db.execute(person.insert().values(participant=one, school="North"))
    rev.ask("POST", "assign", {"reviewer": "ana", "lesson": "*", "scope": "school", "name": "North"})
    assert (len(ana.waits()), len(rev.waits())) == (3, 3)  # ana: all but her own; rev: all but ben's
