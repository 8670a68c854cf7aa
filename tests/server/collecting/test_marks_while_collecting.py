"""Reviewers save marks while a class is collected: no mark is lost, none counts twice, and whoever must wait is told."""

import json
import threading
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from handins import LESSON, hand_in, response
from openpractice.gradebook import gradebook, marks, recording
from openpractice.gradebook.marks import Mark
from openpractice.gradebook.own_tables import audit
from openpractice.gradebook.own_tables import mark as mark_table
from openpractice.gradebook.own_tables import response as answers_table
from openpractice.intake.collect import collect
from openpractice.service.review.deskkeeper import DeskKeeper
from postgres import db_url, postgres
from reviewers import PROMPT, READ, calibrate, desk_at, key, make_class, nbgrader_grade
from served import service

PEOPLE = tuple(f"person-{number}" for number in range(6))
READERS = ("rob", "rev")


@pytest.fixture(scope="module")
def course(tmp_path_factory, db_url):
    made = make_class(tmp_path_factory.mktemp("class"), ("ana", *PEOPLE), db_url)
    calibrate(made, *READERS)
    return made


def words(course, who, text):
    hand_in(course, who, {PROMPT: response(READ, {"text": text})})


def waits_for_another(course):
    """Whether somebody waits for a lock in the course's database; a file of SQLite does not say."""
    engine = sa.create_engine(course.db_url)
    try:
        with engine.connect() as db:
            return bool(db.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
    finally:
        engine.dispose()


def test_a_mark_that_is_being_saved_and_a_collect_of_the_same_answer_both_go_through(course, monkeypatch):
    """Each takes what it needs in one order, so that neither waits for what the other holds."""
    words(course, "ana", "New words.")
    failed, reached = [], threading.Event()
    really = {"hold": gradebook.hold, "write": recording._write}

    def collecting():
        try:
            collect(course, LESSON)
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=collecting)

    def hold(db, *parts):
        really["hold"](db, *parts)
        if not thread.ident:
            thread.start()
            if db.dialect.name == "sqlite":
                assert reached.wait(60)
            else:
                until = time.monotonic() + 60
                while not waits_for_another(course) and time.monotonic() < until:
                    time.sleep(0.02)

    def write(*parts):
        reached.set()
        really["write"](*parts)

    monkeypatch.setattr(gradebook, "hold", hold)
    monkeypatch.setattr(recording, "_write", write)
    with desk_at(course) as desk:
        saved, _ = desk.save("rob", key("ana"), Mark("rob", {"R": 2, "P": 1}, "Read while it was collected."))
        thread.join(120)
        assert not thread.is_alive() and failed == []
        with desk.engine.connect() as db:
            assert marks.read(db, key("ana")) == {"rob": saved}
        opened = desk.open("rob", key("ana"))
        assert (opened["text"], opened["state"]) == ("New words.", "revised")
        # The words have changed since: the reading is kept, and a reader is waited for again.
        assert nbgrader_grade(desk, "ana") == (3.0, True, "Read while it was collected.")


def held(course):
    """(marks by reader and person, how many saves the audit knows of each, answers that count by person)."""
    with gradebook.opened(course) as engine, engine.connect() as db:
        saved = {(row.reviewer, row.participant): row for row in db.execute(sa.select(mark_table))}
        lines = db.execute(sa.select(audit.c.who, audit.c.participant).where(audit.c.what == "mark"))
        counted = sa.select(answers_table.c.participant, sa.func.count()).where(answers_table.c.latest)
        return saved, Counter(map(tuple, lines)), dict(db.execute(counted.group_by("participant")).all())


def read_on(running, who, until, saved, refused):
    """One reader goes through the class again and again, and notes what was acknowledged and what was not."""
    handles = {person: DeskKeeper(running.served).handle(person) for person in PEOPLE}
    versions, number = dict.fromkeys(PEOPLE, 0), 0
    while not until.is_set() or number < len(PEOPLE):
        person = PEOPLE[number % len(PEOPLE)]
        number += 1
        body = {
            "levels": {"R": number % 4, "P": (number // 4) % 4},
            "comment": f"{who} {number}",
            "version": versions[person],
            "seconds": 1,
        }
        reply = running.ask("PUT", f"api/review/mark/{LESSON}/{PROMPT}/{handles[person]}", body, who=who)
        if reply.status == 200:
            versions[person] = reply.json["mark"]["version"]
            saved[who, person].append(body)
        else:
            refused.append((reply.status, reply.json["code"], reply.json["message"]))


def test_no_mark_is_lost_or_doubled_while_the_class_hands_in_and_is_collected(course, monkeypatch):
    monkeypatch.setenv("OPENPRACTICE_GRADEBOOK", course.db_url)
    saved = {(who, person): [] for who in READERS for person in PEOPLE}
    refused, done, until = [], [], threading.Event()
    before = held(course)[1]
    with service(course.data) as running:
        readers = [
            threading.Thread(target=read_on, args=(running, who, until, saved, refused), name=who) for who in READERS
        ]
        for reader in readers:
            reader.start()
        try:
            for turn in range(5):
                for person in PEOPLE:
                    # Every other time with the words of before, which do not wait for a reader again.
                    words(course, person, f"Words of {person}, {turn // 2}.")
                done.append(collect(course, LESSON))
        finally:
            until.set()
            for reader in readers:
                reader.join(300)
        again = collect(course, LESSON)
    assert not any(reader.is_alive() for reader in readers)
    assert all(set(each.new) == set(PEOPLE) for each in done) and again.new == ()
    # Whoever could not save was told so in words, and nothing of theirs was half saved.
    assert all((status, code) == (503, "gradebook-in-use") and said for status, code, said in refused), refused
    marked, audited, answers = held(course)
    assert set(answers.values()) == {1} and set(answers) == {"ana", *PEOPLE}
    for (who, person), bodies in saved.items():
        row = marked[who, person]
        assert (json.loads(row.levels), row.comment) == (bodies[-1]["levels"], bodies[-1]["comment"])
        assert row.version == len(bodies) == audited[who, person] - before[who, person]
    assert len(marked) == len(saved) + 1  # and the one of the test above
    # nbgrader's score is what the readings of the words that count come to; where there is none, a reader is waited for.
    with desk_at(course) as desk, desk.engine.connect() as db:
        for person in PEOPLE:
            (each,) = desk.read_afresh(db, LESSON, PROMPT, [person])
            state, counts = marks.settle(each.marks, each.criteria, each.sha256)
            score, waits, _ = nbgrader_grade(desk, person)
            assert waits if state == "revised" else (score, waits) == (counts.total(each.criteria), False)
