"""The reviewers' routes over real HTTP: reading one answer after the other, two readings of it, giving it back."""

import pytest
import sqlalchemy as sa

from handins import LESSON, hand_in, response
from openpractice.gradebook import gradebook
from openpractice.gradebook.own_tables import audit, lease, person
from openpractice.intake.collect import collect
from openpractice.roster import whojoined
from openpractice.service.review.deskkeeper import DeskKeeper
from review_server import PEOPLE, WORDS, Reviewer, afresh, ledger, made, named, place, rev, rows, server, two
from reviewers import PROMPT, READ, calibrate, copy_class
from sign_in import BEGINS


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
        handle = DeskKeeper(type("P", (), {"places": type("Q", (), {"course": "open-practice"})})).handle("ana")
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
    whojoined.tell(place.exchange, [("person-1a2b3c", "王小明", True)])  # joined, and in no list
    found = rev.ask("GET", f"reminder/{LESSON}").json
    left_out = [{"name": "Eve Lost", "email": "eve@example.org"}, {"name": "王小明", "email": ""}]
    assert found["missing"] == left_out
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
