"""Erasing one person: all of theirs goes, everybody else's stays, and what is left is said."""

import os
import zipfile

import pytest
from click.testing import CliRunner

from handins import LESSON, TRACE, hand_in, mark, response, rows
from openpractice.cli import main
from openpractice.gradebook import gradebook, marks, own_tables
from openpractice.hub.accounts import Accounts
from openpractice.intake.collect import collect
from openpractice.launch import datafolder as workshop

WORDS = {"ana": "Ana wrote this and nothing else.", "ben": "Ben wrote this, which stays."}


@pytest.fixture
def data(folder):
    """Two people who joined, wrote, handed in and were scored."""
    (folder.data / "openpractice.json").write_text(f'{{"format": {workshop.FORMAT}}}')
    (folder.data / "hub").mkdir()
    accounts = Accounts(folder.data / "hub" / "accounts.db")
    for person, words in WORDS.items():
        assert accounts.join(person, accounts.code("participant").code, f"a passphrase of {person}s").id == person
        for place in ("people/{}/journal", "hub/etc/{}", "exchange/open-practice/feedback/{}"):
            own = folder.data / place.format(person)
            own.mkdir(parents=True)
            (own / "words").write_text(words)
        hand_in(folder, person, {TRACE["id"]: response(TRACE, {"text": words})})
    collect(folder, LESSON)
    for person in WORDS:
        mark(folder, person, TRACE["id"], 3, f"A comment for {person}")
    with gradebook.opened(folder) as engine, engine.begin() as db:
        for person in WORDS:
            db.execute(
                own_tables.person.insert().values(participant=person, name=person, email=f"{person}@school.example")
            )
    return folder


def holding(place, words: str) -> list:
    return [path for path in place.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def run(*args):
    return CliRunner().invoke(main, ["erase", *args])


def test_everything_of_one_person_goes_and_everybody_elses_stays(data):
    assert len(holding(data.data, WORDS["ana"])) > 4 and holding(data.data, "ana@school.example")
    done = run("ana", "--data", str(data.data), "--yes")
    assert done.exit_code == 0, done.output
    for words in (WORDS["ana"], "A comment for ana", "ana@school.example"):
        assert holding(data.data, words) == []
    assert not [path for path in data.data.rglob("*") if path.name == "ana"]
    assert len(holding(data.data, WORDS["ben"])) > 4
    assert rows(data, "select id from student") == [("ben",)]
    assert {row[0] for row in rows(data, "select participant from op_response")} == {"ben"}
    accounts = Accounts(data.data / "hub" / "accounts.db")
    assert [person.id for person in accounts.people()] == ["ben"]
    assert "Erased the account" in done.output and "backups" in done.output and "the id in it" in done.output


def test_who_is_not_there_is_said_and_nothing_goes(data):
    before = sorted(path for path in data.data.rglob("*"))
    done = run("nobody", "--data", str(data.data), "--yes")
    assert done.exit_code == 1 and "Nothing is kept of 'nobody'" in done.output
    assert set(before) <= set(data.data.rglob("*"))


@pytest.mark.parametrize("person", ["../ben", "people", "", "ana/../ben"])
def test_a_path_is_no_person(data, person):
    done = run(person, "--data", str(data.data), "--yes")
    assert done.exit_code == 1 and holding(data.data, WORDS["ben"])


def test_not_while_the_workshop_runs_not_elsewhere_and_not_unasked(data, tmp_path):
    lock = workshop.open_folder(data.data).lock
    try:
        done = run("ana", "--data", str(data.data), "--yes")
        assert done.exit_code == 1 and "already running" in done.output and "Stop the workshop first" in done.output
    finally:
        os.close(lock)
    elsewhere = tmp_path / "photos"
    elsewhere.mkdir()
    assert "not a data folder" in run("ana", "--data", str(elsewhere), "--yes").output
    assert CliRunner().invoke(main, ["erase", "ana", "--data", str(data.data)], input="n\n").exit_code == 1
    assert holding(data.data, WORDS["ana"])


def test_the_history_forgets_whose_row_of_the_list_was_whose(data):
    with gradebook.opened(data) as engine, engine.begin() as db:
        for person in WORDS:
            marks.note(db, "by-name", "roster", detail={"row": "listed-1", "is": person})
    assert run("ana", "--data", str(data.data), "--yes").exit_code == 0
    details = [row[0] for row in rows(data, "select detail from op_audit where what = 'roster'")]
    assert any('"ben"' in one for one in details) and not any('"ana"' in one for one in details)


def test_all_that_is_kept_of_a_person_and_nobody_elses_goes_into_a_file_once(data, tmp_path):
    words = ["export", "ana", "--data", str(data.data), "--to", str(tmp_path / "ana.zip")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0 and "words" in done.output and "marks" in done.output, done.output
    with zipfile.ZipFile(tmp_path / "ana.zip") as held:
        text = "\n".join(held.read(name).decode() for name in held.namelist())
        kinds = {name.split("/")[0] for name in held.namelist()}
    assert {"words", "handins", "collected", "list", "accounts"} <= kinds
    assert WORDS["ana"] in text and "A comment for ana" in text and "ana@school.example" in text
    assert WORDS["ben"] not in text and '"salt"' not in text and '"hash"' not in text
    assert (tmp_path / "ana.zip").stat().st_mode & 0o077 == 0
    for person, said in (("ana", "is there already"), ("nobody", "Nothing is kept"), ("../ben", "")):
        again = CliRunner().invoke(
            main,
            [
                "export",
                person,
                "--data",
                str(data.data),
                "--to",
                str(tmp_path / f"{len(person)}.zip") if person != "ana" else words[-1],
            ],
        )
        assert again.exit_code == 1 and said in again.output
