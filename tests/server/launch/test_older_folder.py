"""A data folder of an earlier kit opens with everything in it; one of a later kit is left alone."""

import hashlib
import sqlite3

import pytest

from older import ANA, BEN, COMMENT, NAMES, PASSPHRASE, lay
from openpractice.feedback.feedback import give_feedback
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import GradingError, open_folder
from openpractice.gradebook.marks import Mark
from openpractice.hub.accounts import Accounts
from openpractice.intake.collect import collect
from openpractice.journal.journal import Journal
from openpractice.launch import datafolder as workshop
from reviewers import PROMPT, desk_at, key, nbgrader_grade
from starting import cannot_start

LESSON = "1-purpose"


@pytest.fixture
def data(tmp_path):
    return lay(tmp_path / "data")


@pytest.fixture
def folder(data, monkeypatch):
    for name in ("OPENPRACTICE_EXCHANGE", "OPENPRACTICE_GRADEBOOK", "OPENPRACTICE_COURSE"):
        monkeypatch.delenv(name, raising=False)
    return open_folder(data)


def rows(folder, query):
    with sqlite3.connect(folder.root / "gradebook.db") as db:
        return db.execute(query).fetchall()


def prints(place) -> dict:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in place.rglob("*") if path.is_file()}


def test_the_fixture_is_of_the_earlier_form(folder):
    assert rows(folder, "select version from op_version") == [(1,)]
    assert not rows(folder, "select 1 from sqlite_master where name='op_given'")


def test_every_word_is_in_its_journal_with_its_history(data):
    for person, words in (("ana-garcia", ANA), ("ben-oz", BEN)):
        journal = Journal(data / "people" / person / "journal" / "open-practice.jsonl")
        assert (journal.state(PROMPT).rev, journal.state(PROMPT).value) == (2, {"text": words})
        assert [each["value"]["text"] for each in journal.history(PROMPT)] == [words[:10], words]
        assert len(journal.receipts(LESSON)) == 1


def test_the_gradebook_is_brought_up_to_date_and_keeps_every_mark(folder):
    with desk_at(folder) as desk:
        assert rows(folder, "select version from op_version") == [(gradebook.OURS,)]
        ben = desk.open("facilitator", key("ben-oz"))
        assert ben["state"] == "read" and nbgrader_grade(desk, "ben-oz") == (3.0, False, COMMENT)
        assert nbgrader_grade(desk, "ana-garcia")[:2] == (None, True)
        assert desk.open("facilitator", key("ana-garcia"))["state"] == "unread"
        desk.save("facilitator", key("ana-garcia"), Mark("", {"R": 3, "P": 2}, "After the upgrade."))
        assert nbgrader_grade(desk, "ana-garcia") == (5.0, False, "After the upgrade.")
    assert rows(folder, "select score, comment from op_given where participant='ben-oz'") == [(3.0, COMMENT)]
    assert set(rows(folder, "select name, school from op_person")) == {("Ana García", "Hill"), ("Ben Öz", "Lake")}
    again = prints(folder.root)
    with desk_at(folder):
        pass
    assert prints(folder.root) == again  # once is enough


def test_collecting_again_finds_nothing_new_and_what_was_read_can_be_returned(folder):
    done = collect(folder, LESSON)
    assert list(done.new) == []
    assert rows(
        folder, "select participant, text from op_response where latest and prompt='purpose-trace' order by 1"
    ) == [("ana-garcia", ANA), ("ben-oz", BEN)]
    with desk_at(folder) as desk:
        assert nbgrader_grade(desk, "ben-oz") == (3.0, False, COMMENT)
    give_feedback(folder, LESSON)
    assert COMMENT in (folder.feedback / "ben-oz" / f"{LESSON}.json").read_text("utf-8")


def test_people_come_back_and_what_is_new_about_them_works(data):
    accounts = Accounts(data / "hub" / "accounts.db")
    for person, name in NAMES.items():
        assert accounts.check(name, PASSPHRASE).id == person
    code = accounts.reset("ben-oz")
    assert accounts.renew("Ben Öz", code, "four quite new words").id == "ben-oz"
    assert [one.what for one in accounts.changes()] == ["passphrase by one-time code", "one-time code"]


def test_a_later_gradebook_is_said_and_not_touched(folder):
    with sqlite3.connect(folder.root / "gradebook.db") as db:
        db.execute("update op_version set version=?", (gradebook.OURS + 1,))
    before = prints(folder.data)
    for work in (lambda: collect(folder, LESSON), lambda: give_feedback(folder, LESSON)):
        with pytest.raises(
            GradingError, match=f"another version of the kit .form {gradebook.OURS + 1}, this is {gradebook.OURS}"
        ):
            work()
    assert {path: print_ for path, print_ in prints(folder.data).items() if not path.endswith(".lock")} == before


def test_a_later_folder_is_said_and_not_touched(data):
    (data / workshop.MARK).write_text(f'{{"format": {workshop.FORMAT + 1}, "kit": "9.9"}}')
    before = prints(data)
    with cannot_start("newer Open Practice .9.9.*\n.*Nothing was changed"):
        workshop.open_folder(data)
    assert prints(data) == before
