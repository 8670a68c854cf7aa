"""The reviewers' routes over real HTTP: what they give, and what every guard turns away."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from handins import LESSON, hand_in, response
from openpractice import i18n
from openpractice.authoring.courses.course import read_folder
from openpractice.gradebook import gradebook
from openpractice.gradebook.marks import note
from openpractice.gradebook.own_tables import audit, lease, person, phrase
from openpractice.intake.collect import collect
from openpractice.kit import course_parts
from openpractice.review import exports
from openpractice.review.reviewing import Desk
from openpractice.roster.roster import ListedPerson, merge
from openpractice.service.review.markdoors import ROUTES, RubricChangeDoor
from openpractice.service.review.readersroom import ReviewRoom
from openpractice.service.roles import LEADS
from reviewers import ALONE, PROMPT, READ, calibrate, copy_class, make_class
from servers import serving
from sign_in import BEGINS

PEOPLE = ("ana", "ben", "cy", "dia")
WORDS = f"{LESSON}/{PROMPT}"


@pytest.fixture(scope="module")
def made(tmp_path_factory, db_url):
    return make_class(tmp_path_factory.mktemp("class"), PEOPLE, db_url)


@pytest.fixture(scope="module")
def place(made, tmp_path_factory):
    return copy_class(made, tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def server(place):
    with named(place) as running:
        yield running


def named(folder, whole=False, **more):
    """A facilitators' server on which several people sign in under their own names."""
    data, config = folder.data, folder.data / "config"
    config.mkdir(exist_ok=True)
    (config / "jupyter_server_config.py").write_text("c.ServerApp.identity_provider_class = 'sign_in.Named'\n")
    return serving(
        data,
        "facilitator",
        whole,
        PYTHONPATH=str(Path(__file__).parents[1]),
        OPENPRACTICE_GRADEBOOK=folder.db_url,
        **more,
    )


class Reviewer:
    """One person who signed in, asking with their own token."""

    def __init__(self, server, name):
        self.server, self.name = server, name

    def ask(self, method, path, body=None):
        return self.server.ask(
            method, f"api/review/{path}", body, {"Authorization": f"token {BEGINS}{self.name}"}, signed_in=False
        )

    def who(self):
        """The handles of all answers that this reviewer can read, in their order."""
        return [each["who"] for each in self.ask("GET", f"line?lesson={LESSON}&prompt={PROMPT}").json["line"]]

    def waits(self):
        """The handles of the answers that wait for this reviewer."""
        line = self.ask("GET", f"line?lesson={LESSON}&prompt={PROMPT}").json["line"]
        return [each["who"] for each in line if each["waits"]]

    def save(self, who, levels, version=0, **more):
        return self.ask("PUT", f"mark/{WORDS}/{who}", {"levels": levels, "version": version, "seconds": 30, **more})


@pytest.fixture
def rev(server):
    return Reviewer(server, "rev")


@pytest.fixture
def two(server):
    return Reviewer(server, "two")


@pytest.fixture
def newly(server):
    """A reviewer who has scored no supplied answer yet."""
    return Reviewer(server, "newly")


@pytest.fixture(autouse=True)
def afresh(request, made):
    """Every test begins with nothing read, by reviewers who may give levels."""
    if "place" in request.fixturenames or "server" in request.fixturenames:
        calibrate(request.getfixturevalue("place"), "rev", "two", "ana", "three")
    yield
    if "place" in request.fixturenames or "server" in request.fixturenames:
        folder = request.getfixturevalue("place")
        with gradebook.opened(folder) as engine, engine.begin() as db:
            for table in (
                "op_mark",
                "op_lease",
                "op_assigned",
                "op_returned",
                "op_person",
                "op_calibrated",
                "op_given",
            ):
                db.execute(sa.text(f"DELETE FROM {table}"))
            db.execute(sa.text("UPDATE grade SET manual_score = NULL, needs_manual_grade = true"))
            note(db, "tests", "afresh")


def rows(place, table):
    with gradebook.opened(place) as engine, engine.connect() as db:
        return db.execute(sa.select(table)).mappings().all()


# -- reading ------------------------------------------------------------------------------


def test_the_queue_counts_every_prompt(rev):
    found = rev.ask("GET", "queue").json
    (one,) = found["prompts"]
    assert (found["reviewer"], one["prompt"], one["unread"], one["mine"]) == ("rev", PROMPT, 4, 4)


def test_the_next_answer_comes_with_those_after_it_and_without_a_name(rev):
    reply = rev.ask("GET", f"next?lesson={LESSON}&prompt={PROMPT}")
    found = reply.json
    assert len(found["line"]) == 4 and len(found["prefetch"]) == 3
    assert found["answer"]["who"] == found["line"][0]["who"]
    assert found["about"]["spec"]["criteria"][0]["levels"][3].startswith("Taken further")
    notes = " ".join(each["html"] for each in found["about"]["notes"])
    assert "The five principles" in notes and "is it an answer to this question" in notes
    texts = {found["answer"]["text"], *(each["text"] for each in found["prefetch"])}
    assert len(texts) == 4 and all(text.startswith("The hour of") for text in texts)
    assert not {"participant", "name"} & set(found["answer"])


def test_the_order_is_stable_and_each_reviewers_own(rev, two):
    assert rev.who() == rev.who()
    assert sorted(rev.who()) == sorted(two.who())


def test_a_saved_reading_is_in_the_gradebook_and_comes_back(rev, place):
    who = rev.who()[0]
    saved = rev.save(who, {"R": 2, "P": 3}, comment="I can see it.")
    assert (saved.status, saved.json["state"], saved.json["mark"]["version"]) == (200, "read", 1)
    assert rev.ask("GET", f"answer/{WORDS}/{who}").json["mark"]["comment"] == "I can see it."
    with gradebook.opened(place) as engine, engine.connect() as db:
        scores = list(db.scalars(sa.text("SELECT manual_score FROM grade WHERE manual_score IS NOT NULL")))
    assert scores == [5.0]
    pace = rev.ask("GET", "queue").json
    assert (pace["seconds"], pace["expected"]) == (30, 90)  # one quick reading promises nothing


def test_a_stale_save_is_refused_with_what_stands(rev):
    who = rev.who()[0]
    rev.save(who, {"R": 1, "P": 1}, comment="here first")
    refused = rev.save(who, {"R": 3, "P": 3}, version=0)
    assert (refused.status, refused.json["code"]) == (409, "stale")
    assert refused.json["theirs"]["comment"] == "here first"
    assert rev.ask("GET", f"answer/{WORDS}/{who}").json["mark"]["levels"] == {"R": 1, "P": 1}


def test_undo_brings_the_reading_before_back(rev):
    who = rev.who()[0]
    rev.save(who, {"R": 1, "P": 1})
    assert rev.ask("POST", f"undo/{WORDS}/{who}").json == {"mark": None, "state": "unread"}
    nothing = rev.ask("POST", f"undo/{WORDS}/{who}")
    assert (nothing.status, nothing.json["code"]) == (422, "refused")


def test_who_signed_in_is_the_reviewer_whatever_the_body_says(rev, place):
    rev.save(rev.who()[0], {"R": 1, "P": 1}, reviewer="somebody", by="somebody")
    (mark,) = rows(place, sa.table("op_mark", sa.column("reviewer"), sa.column("by")))
    assert (mark["reviewer"], mark["by"]) == ("rev", "rev")


def test_nobody_reads_their_own_answer_by_any_route(server, rev):
    ana = Reviewer(server, "ana")
    own = (set(rev.who()) - set(ana.who())).pop()
    asked = [
        ("GET", f"answer/{WORDS}/{own}", None),
        ("PUT", f"mark/{WORDS}/{own}", {"levels": {}}),
        ("POST", f"undo/{WORDS}/{own}", None),
        ("POST", f"lease/{WORDS}/{own}", None),
        ("PUT", f"agree/{WORDS}/{own}", {"levels": {"R": 1, "P": 1}}),
    ]
    for method, path, body in asked:
        refused = ana.ask(method, path, body)
        assert (refused.status, refused.json["message"]) == (403, "This is your own answer."), path


def test_a_name_is_hidden_until_asked_and_the_asking_is_kept(rev, place):
    who = rev.who()[0]
    assert "name" not in rev.ask("GET", "people").json["people"][0]
    assert rev.ask("GET", f"name/{who}").status == 405
    told = rev.ask("POST", f"name/{who}").json
    assert told["id"] in PEOPLE
    last = rows(place, audit)[-1]
    assert (last["who"], last["what"], last["participant"]) == ("rev", "name", told["id"])
    assert {each["name"] for each in rev.ask("POST", "people").json["people"]} == set(PEOPLE)
    assert rows(place, audit)[-1]["what"] == "names"


def test_a_lease_says_who_is_there_and_hides_the_answer_from_others(rev, two, place):
    who = two.who()[0]
    assert rev.ask("POST", f"lease/{WORDS}/{who}").json["holder"] is None
    assert two.ask("POST", f"lease/{WORDS}/{who}").json["holder"] == "rev"
    held = next(
        each for each in two.ask("GET", f"line?lesson={LESSON}&prompt={PROMPT}").json["line"] if each["who"] == who
    )
    assert (held["holder"], held["waits"]) == ("rev", False)
    assert two.ask("GET", f"answer/{WORDS}/{who}").json["holder"] == "rev"
    rev.ask("DELETE", "lease")
    assert rows(place, lease) == []


def test_who_is_on_what_is_told_to_others_and_never_of_ones_own_answer(rev, two, server):
    who = rev.who()[0]
    rev.ask("POST", f"lease/{WORDS}/{who}")
    seen = {"lesson": LESSON, "prompt": PROMPT, "who": who, "name": "rev"}
    assert two.ask("GET", "live").json["on"] == [seen] and rev.ask("GET", "live").json["on"] == []
    name = rev.ask("POST", f"name/{who}").json["id"]
    assert Reviewer(server, name).ask("GET", "live").json["on"] == []


def test_the_stamp_moves_with_what_others_save_and_not_with_ones_own(rev, two):
    who = rev.who()[0]
    mine, theirs = (one.ask("GET", "live").json["stamp"] for one in (rev, two))
    rev.save(who, {"R": 2, "P": 2})
    assert rev.ask("GET", "live").json["stamp"] == mine and two.ask("GET", "live").json["stamp"] != theirs


def test_one_person_across_prompts(rev):
    who = rev.who()[0]
    (entry,) = rev.ask("GET", f"line?who={who}").json["line"]
    assert (entry["who"], entry["prompt"], entry["waits"]) == (who, PROMPT, True)


def test_a_revised_answer_comes_with_the_words_read_before(made, tmp_path):
    folder = copy_class(made, tmp_path / "own")
    with named(folder) as running:
        calibrate(folder, "rev")
        rev = Reviewer(running, "rev")
        handle = ReviewRoom(type("P", (), {"places": type("Q", (), {"course": "open-practice"})})).handle("ana")
        rev.save(handle, {"R": 1, "P": 1})
        hand_in(folder, "ana", {PROMPT: response(READ, {"text": "Looked at again."}, rev=2)})
        collect(folder, LESSON)
        found = rev.ask("GET", f"answer/{WORDS}/{handle}").json
        assert (found["state"], found["read_before"], found["text"]) == (
            "revised",
            "The hour of ana.",
            "Looked at again.",
        )


def test_what_others_have_read_can_be_looked_at_and_what_changed_since_is_shown(made, tmp_path):
    folder = copy_class(made, tmp_path / "own")
    with named(folder) as running:
        calibrate(folder, "rev", "two", "three")
        rev, two, three = (Reviewer(running, name) for name in ("rev", "two", "three"))
        for one in (rev, three):
            for handle in one.who():
                one.save(handle, {"R": 1, "P": 1}, comment="Next, name one child.")
        lead = rev.ask("POST", f"return/{LESSON}", {"people": "all"})
        assert lead.status == 200, lead.text
        hand_in(folder, "ana", {PROMPT: response(READ, {"text": "Looked at again."}, rev=2)})
        hand_in(folder, "ben", {PROMPT: response(READ, {"text": "Also."}, rev=2)})
        collect(folder, LESSON)
        line = two.ask("GET", f"line?lesson={LESSON}&prompt={PROMPT}").json["line"]
        theirs = [each for each in line if each["theirs"]]
        assert [each["state"] for each in theirs] == ["revised"] * 2 + ["returned"] * 2
        assert not any(each["waits"] for each in theirs)
        found = two.ask("GET", f"answer/{WORDS}/{theirs[0]['who']}").json
        assert found["read_before"].startswith("The hour of ") and not found["read_before_here"]
        assert found["went_back"]["comment"] == "Next, name one child." and found["others"] == []
        same = two.ask("GET", f"answer/{WORDS}/{theirs[-1]['who']}").json
        assert (same["read_before"], same["went_back"]) == (None, None)
        own = rev.ask("GET", f"answer/{WORDS}/{theirs[0]['who']}").json
        assert own["read_before_here"] and own["went_back"] is None


# -- two readings, returning, exports ---------------------------------------------------------


def test_two_readings_are_discussed_agreed_and_counted(rev, two, place):
    with gradebook.opened(place) as engine, engine.begin() as db:
        db.execute(person.insert().values(participant="eve", name="Eve Lost", email="eve@example.org"))
    who = rev.who()[0]
    rev.save(who, {"R": 2, "P": 2})
    assert two.save(who, {"R": 1, "P": 2}).json["state"] == "discuss"
    (one,) = rev.ask("GET", f"discuss/{LESSON}").json["answers"]
    assert [mark["reviewer"] for mark in one["marks"]] == ["rev", "two"]
    found = {each["code"]: each for each in rev.ask("GET", "agreement").json["criteria"]}
    assert (found["R"]["n"], found["R"]["exact"], found["R"]["within_one"], found["R"]["kappa"]) == (
        1,
        0,
        1,
        "too few answers",
    )
    assert (found["R"]["answers"], found["R"]["alpha"], found["R"]["alpha_interval"]) == (1, "too few answers", None)
    assert rev.ask("PUT", f"agree/{WORDS}/{who}", {"levels": {"R": 2}}).status == 422
    assert two.ask("PUT", f"agree/{WORDS}/{who}", {"levels": {"R": 2, "P": 2}}).json["state"] == "read"
    assert rev.ask("GET", f"discuss/{LESSON}").json["answers"] == []


def test_a_third_reviewer_hears_of_a_difference_and_not_of_its_levels(rev, two, server):
    three, who = Reviewer(server, "three"), rev.who()[0]
    rev.save(who, {"R": 3, "P": 2}, comment="a word of rev's", notes={"R": "a note of rev's"})
    two.save(who, {"R": 1, "P": 2})
    (one,) = three.ask("GET", f"discuss/{LESSON}").json["answers"]
    assert (one["marks"], one["agreed"], one["readings"], one["sealed"]) == ([], None, 2, True)
    refused = three.ask("PUT", f"agree/{WORDS}/{who}", {"levels": {"R": 2, "P": 2}})
    assert (refused.status, refused.json["message"]) == (403, "Read this answer yourself before you settle it.")
    reads = [
        f"discuss/{LESSON}",
        f"answer/{WORDS}/{who}",
        f"next?lesson={LESSON}&prompt={PROMPT}",
        "queue",
        "people",
        f"line?lesson={LESSON}&prompt={PROMPT}",
        f"line?who={who}",
        f"return/{LESSON}",
        "bank?words=rev",
    ]
    for path in reads:
        assert "of rev's" not in three.ask("GET", path).text, path
    three.save(who, {"R": 2, "P": 2})
    assert "a word of rev's" in three.ask("GET", f"discuss/{LESSON}").text
    assert "a note of rev's" in three.ask("GET", f"answer/{WORDS}/{who}").text


def test_feedback_goes_back_to_one_or_to_all_who_are_read_with_a_preview(server, rev, place):
    who = rev.who()
    assert all(each["waits"] for each in rev.ask("GET", f"return/{LESSON}").json["people"])
    for each in who[:3]:
        rev.save(each, {"R": 2, "P": 1}, comment="<script>alert(1)</script> I can see it.")
    page = server.ask(
        "GET", f"review/preview/{LESSON}/{who[0]}", None, {"Authorization": f"token {BEGINS}rev"}, signed_in=False
    )
    assert page.status == 200 and "&lt;script&gt;alert(1)" in page.text and "<script" not in page.text
    assert (
        "script-src" not in page.headers["content-security-policy"]
        and "default-src 'none'" in page.headers["content-security-policy"]
    )
    seen = rev.ask("GET", f"return-preview/{LESSON}").json["people"]
    assert [each["who"] for each in seen] == sorted(who[:3])
    (answer,) = seen[0]["answers"]
    assert answer["levels"][0] == {"criterion": "Reasoning", "level": "Explained", "descriptor": "seen"}
    assert answer["comment"].endswith("I can see it.") and not answer["closed"]
    # Whoever may be asked to read them yet sees no level and no comment.
    (answer,) = Reviewer(server, "two").ask("GET", f"return-preview/{LESSON}").json["people"][0]["answers"]
    assert answer["closed"] and not answer.keys() & {"levels", "comment", "notes"}
    assert rev.ask("POST", f"return/{LESSON}", {"people": [who[0]]}).json == {"new": 1, "unchanged": 0, "waiting": 0}
    assert rev.ask("POST", f"return/{LESSON}", {"people": "all"}).json == {"new": 2, "unchanged": 1, "waiting": 1}
    (one,) = rev.ask("GET", "queue").json["prompts"]
    assert (one["returned"], one["unread"]) == (3, 1)
    assert [line["what"] for line in rows(place, audit)].count("return") == 4


@pytest.mark.parametrize("people", [None, [], "some", ["../x"], ["ffffffffffff"], [7], {}])
def test_a_return_to_nobody_known_is_refused(rev, people):
    assert rev.ask("POST", f"return/{LESSON}", {"people": people}).status in (400, 404)


def test_the_reminder_names_who_is_missing(rev, place):
    with gradebook.opened(place) as engine, engine.begin() as db:
        db.execute(person.insert().values(participant="eve", name="Eve Lost", email="eve@example.org"))
    found = rev.ask("GET", f"reminder/{LESSON}").json
    assert found["missing"] == [{"name": "Eve Lost", "email": "eve@example.org"}]
    assert "The purpose of leadership" in found["message"]


@pytest.mark.parametrize(
    ("form", "kind", "start"),
    [
        ("long", "csv", b"\xef\xbb\xbf"),
        ("wide", "csv", b"\xef\xbb\xbf"),
        ("long", "xlsx", b"PK"),
        ("wide", "xlsx", b"PK"),
    ],
)
def test_every_export_downloads(rev, form, kind, start):
    reply = rev.ask("GET", f"export?form={form}&as={kind}")
    assert reply.status == 200 and reply.body.startswith(start)
    assert f"answers-{form}.{kind}" in reply.headers["content-disposition"]


def test_an_unknown_export_is_refused(rev):
    assert rev.ask("GET", "export?form=../x&as=exe").status == 400


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


def test_progress_says_how_long_it_took_who_waits_and_who_is_missing(rev, two, place):
    with gradebook.opened(place) as engine, engine.begin() as db:
        db.execute(person.insert().values(participant="eve", name="Eve Lost", email="eve@example.org", school="North"))
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
    assert found["missing"] == [{"name": "Eve Lost", "email": "eve@example.org", "school": "North"}]
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


# -- what every guard turns away ------------------------------------------------------------

PATHS = [re.sub(r"\(\[\^/\]\+\)", "x", path).replace("/?", "/") for path, _ in ROUTES]
METHODS = ("GET", "POST", "PUT", "DELETE")
OFFERED = [
    (path, method)
    for path, (_, handler) in zip(PATHS, ROUTES, strict=True)
    for method in METHODS
    if method.lower() in vars(handler)
]


def test_the_table_of_routes_is_whole():
    assert len(OFFERED) >= 30 and ("api/review/mark/x/x/x", "PUT") in OFFERED


@pytest.mark.parametrize(("path", "method"), OFFERED)
def test_a_signed_out_browser_gets_nothing(server, path, method):
    reply = server.ask(method, path, {} if method != "GET" else None, signed_in=False)
    assert reply.status in (302, 401, 403)
    if reply.status == 302:
        assert "/login" in reply.headers["location"] and not path.startswith("api/")


@pytest.fixture(scope="module")
def participants(place):
    """A participant's server over the same data."""
    with serving(
        place.data,
        "participant",
        OPENPRACTICE_PERSON="ana",
        OPENPRACTICE_DATA=str(place.data),
        OPENPRACTICE_GRADEBOOK=place.db_url,
        JUPYTER_CONFIG_DIR=str(place.data / "other"),
    ) as running:
        yield running


@pytest.mark.parametrize(("path", "method"), OFFERED)
def test_a_participant_gets_nothing(participants, path, method):
    reply = participants.ask(method, path, {} if method != "GET" else None)
    assert (reply.status, reply.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("path", "method"), [one for one in OFFERED if one[1] != "GET"])
def test_a_write_without_the_pages_mark_is_refused(server, path, method):
    reply = server.ask("GET", f"/openpractice/review/?token={BEGINS}rev", signed_in=False)
    cookie = "; ".join(one for one in reply.cookies if not one.startswith("_xsrf"))
    refused = server.ask(method, path, {}, {"Cookie": cookie}, signed_in=False)
    assert (refused.status, refused.json["code"]) == (403, "page-too-old")


@pytest.mark.parametrize("path", sorted({path for path in PATHS if "x" in path.split("/")}))
@pytest.mark.parametrize("bad", ["..%2f..%2fetc", "A", "%00", "a" * 64, "%F0%9F%8C%B1"])
def test_what_is_no_id_is_nowhere(rev, server, path, bad):
    methods = [method for one, method in OFFERED if one == path]
    for method in methods:
        reply = server.ask(
            method,
            path.replace("x", bad, 1)
            if path.startswith("x")
            else "/".join(bad if part == "x" else part for part in path.split("/")),
            {} if method != "GET" else None,
            {"Authorization": f"token {BEGINS}rev"},
            signed_in=False,
        )
        assert reply.status in (400, 404), (method, reply.status, reply.text[:200])


@pytest.mark.parametrize(
    "bad",
    [
        {"levels": {"R": 4}},
        {"levels": {"R": True}},
        {"levels": {"X": 1}},
        {"comment": "x" * 20_001},
        {"notes": {"Z": "x"}},
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_a_sentence(rev, bad):
    reply = rev.ask("PUT", f"mark/{WORDS}/{rev.who()[0]}", bad)
    assert (reply.status, reply.json["code"]) == (422, "refused") and reply.json["message"].endswith(".")


@pytest.mark.parametrize(
    "bad",
    [
        {"levels": []},
        {"version": "1"},
        {"version": True},
        {"version": -1},
        {"comment": 7},
        {"seconds": "9"},
        {"notes": 7},
        {"sha256": 5},
    ],
)
def test_a_mark_of_the_wrong_form_is_not_understood(rev, bad):
    assert rev.ask("PUT", f"mark/{WORDS}/{rev.who()[0]}", bad).status == 400


def test_more_than_a_mark_can_be_is_refused(rev):
    assert rev.ask("PUT", f"mark/{WORDS}/{rev.who()[0]}", {"comment": "x" * 400_000}).status == 413


def test_a_bare_token_has_no_name_and_reviews_nothing(made, tmp_path):
    folder = copy_class(made, tmp_path / "bare")
    with serving(folder.data, "facilitator", OPENPRACTICE_GRADEBOOK=folder.db_url) as running:
        refused = running.ask("GET", "api/review/queue")
        assert (refused.status, refused.json["code"]) == (403, "nameless")


def test_alone_the_reviewer_is_whoever_said_a_name(made, tmp_path):
    folder = copy_class(made, tmp_path / "alone")
    with serving(folder.data, "alone", OPENPRACTICE_GRADEBOOK=folder.db_url) as running:
        assert running.ask("GET", "api/review/queue").json["code"] == "name-first"
        running.ask("POST", "api/person", {"name": "Ana"})
        found = running.ask("GET", "api/review/queue").json
        assert (found["reviewer"], found["prompts"][0]["mine"]) == ("ana", 3)


def test_before_anything_is_released_a_sentence_says_so(tmp_path):
    with serving(tmp_path, "alone") as running:
        running.ask("POST", "api/person", {"name": "Rev"})
        reply = running.ask("GET", "api/review/queue")
        assert (reply.status, reply.json["code"]) == (409, "not-ready") and "no gradebook yet" in reply.json["message"]
