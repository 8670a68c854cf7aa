"""A process that collects is killed at any of its steps, on SQLite and PostgreSQL: the next collect finishes."""

import json
import shutil

import pytest
import sqlalchemy as sa

from ends import handful, killer
from handins import LESSON, TRACE, course_folder, hand_in, mark, release_lesson, response
from neighbours import GOOD, state
from openpractice.gradebook import nbgrader_run
from openpractice.intake.collect import collect
from postgres import copy_database, db_url, postgres
from trust import shown

PEOPLE = ("ana", "bo")
BETTER = {"purpose-trace": response(TRACE, {"text": "Better."}, rev=2)}
WAYS = {"ours": ("ours",), "nbgrader's": ("collect", "autograde")}
KEPT = "the next collect finishes; nothing is doubled, no score is lost."
DONE = {"ours": "a collect", "nbgrader's": "nbgrader's own Collect or Autograde"}


def shown_for(way, db_url, count):
    where = "PostgreSQL" if db_url else "SQLite"
    promise = f"After a kill at any step of {DONE[way]} on {where}, {KEPT}"
    shown(promise, "the process that does it is killed before a step", f"{count} kills")


@pytest.fixture(scope="module")
def kill():
    with killer() as end:
        yield end


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, db_url):
    """A course in which one answer was read, that person has handed in anew, and another for the first time."""
    folder = course_folder(tmp_path_factory.mktemp("handed-in"), db_url=db_url)
    release_lesson(folder)
    hand_in(folder, "ana", GOOD, handin="1" * 32)
    collect(folder, LESSON)
    mark(folder, "ana", "purpose-trace", 5, "Kept.")
    for person in PEOPLE:
        hand_in(folder, person, BETTER, handin="2" * 32)
    return folder


@pytest.fixture
def afresh(handed_in, tmp_path):
    """A function: that course again, as a copy of its own."""
    made = []

    def make():
        place = tmp_path / str(len(made))
        shutil.copytree(handed_in.data, place)
        elsewhere = handed_in.db_url if handed_in.db_url.startswith("postgresql") else ""
        url = elsewhere and copy_database(elsewhere, f"killed_{tmp_path.name}_{len(made)}".replace("-", "_"))
        made.append(course_folder(place, db_url=url or None))
        return made[-1]

    yield make
    for folder in made:
        _drop(folder)


def _drop(folder):
    shutil.rmtree(folder.data, ignore_errors=True)
    if folder.db_url.startswith("postgresql"):
        url = sa.make_url(folder.db_url)
        engine = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            db.exec_driver_sql(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')
        engine.dispose()


def found(folder, query):
    engine = sa.create_engine(folder.db_url)
    try:
        with engine.connect() as db:
            return [tuple(row) for row in db.execute(sa.text(query))]
    finally:
        engine.dispose()


def all_is_there_once(folder):
    of_trace = "WHERE latest AND prompt = 'purpose-trace' ORDER BY participant"
    assert found(folder, f"SELECT participant, text FROM op_response {of_trace}") == [
        (person, "Better.") for person in PEOPLE
    ]
    counted = "SELECT participant, count(*) FROM op_response GROUP BY participant ORDER BY participant"
    assert found(folder, counted) == [("ana", 6), ("bo", 3)]
    for person in PEOPLE:
        assert state(folder, person) == "collected"
        copy = json.loads((folder.step("autograded", person, LESSON) / f"{LESSON}.ipynb").read_bytes())
        assert "Better" in json.dumps(copy)
    grades = """SELECT s.student_id, g.manual_score, g.needs_manual_grade FROM grade g
        JOIN submitted_notebook b ON b.id = g.notebook_id JOIN submitted_assignment s ON s.id = b.assignment_id
        JOIN base_cell c ON c.id = g.cell_id WHERE c.name = 'purpose-trace' ORDER BY s.student_id"""
    assert [(who, score, bool(waits)) for who, score, waits in found(folder, grades)] == [
        ("ana", 5.0, True),
        ("bo", None, True),
    ]
    assert found(folder, "SELECT count(*) FROM comment WHERE manual_comment = 'Kept.'") == [(1,)]


def nobody_is_told_more_than_is_true(folder):
    told = {person for person in PEOPLE if state(folder, person) == "collected"}
    there = "SELECT DISTINCT participant FROM op_response WHERE latest AND text = 'Better.'"
    # Ana's first hand-in was collected before: what she is told is of that one until this one is in.
    new = {
        person
        for person in told
        if json.loads((folder.feedback / person / f"{LESSON}.status.json").read_bytes())["handin"] == "2" * 32
    }
    assert new <= {who for (who,) in found(folder, there)}


def killed_in(way, afresh, kill, numbers):
    """How many kills there were: in each command of the way, before the steps that `numbers(all of them)` names."""
    count, commands = 0, WAYS[way]
    for at, command in enumerate(commands):
        whole = afresh()
        for before in commands[:at]:
            kill(whole, before, 10**9)
        _, steps = kill(whole, command, 10**9)
        for number in numbers(steps):
            folder = afresh()
            for before in commands[:at]:
                kill(folder, before, 10**9)
            killed, done = kill(folder, command, number)
            assert killed and done == number - 1
            nobody_is_told_more_than_is_true(folder)
            collect(folder, LESSON)
            all_is_there_once(folder)
            again = collect(folder, LESSON)
            assert again.new == () and set(again.unchanged) == set(PEOPLE)
            all_is_there_once(folder)
            _drop(folder)
            count += 1
    return count


@pytest.mark.parametrize("way", ["ours", pytest.param("nbgrader's", marks=pytest.mark.slow)])
def test_after_a_kill_the_next_collect_finishes(way, afresh, kill, db_url):
    count = killed_in(way, afresh, kill, lambda steps: handful(steps, 2))
    shown_for(way, db_url, count)


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("way", WAYS)
def test_after_a_kill_at_every_step_the_next_collect_finishes(way, afresh, kill, db_url):
    count = killed_in(way, afresh, kill, lambda steps: range(1, steps + 1))
    shown_for(way, db_url, count)


@pytest.mark.slow
def test_after_a_kill_of_nbgraders_own_its_buttons_finish_too(afresh, kill):
    folder = afresh()
    kill(folder, "collect", 10**9)
    _, steps = kill(afresh(), "collect", 10**9)
    killed, _ = kill(folder, "autograde", steps)
    assert killed
    nbgrader_run.run(folder, "collect", LESSON, "--update")
    nbgrader_run.run(folder, "autograde", LESSON, "--force")
    all_is_there_once(folder)
