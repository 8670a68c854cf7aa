"""The roster: what a spreadsheet's CSV may hold, and what is refused line by line."""

import pytest
import sqlalchemy as sa

from openpractice.gradebook.nbgrader_tables import student
from openpractice.gradebook.own_tables import own, person
from openpractice.roster.roster import Person, everybody, id_from, merge, read_roster, remove
from postgres import db_url, postgres


@pytest.fixture
def db(db_url):
    engine = sa.create_engine(db_url or "sqlite://")
    with engine.connect() as db:
        own.create_all(db)
        student.create(db, checkfirst=True)
        yield db
        db.rollback()
    engine.dispose()


def test_a_spreadsheets_file_is_read_with_its_mark_and_semicolons():
    people, problems = read_roster("\ufeffname;school;role;appraiser\r\nJosé da Silva;Larkfield;;Ms. Tran\r\n")
    assert people == [Person("jose-da-silva", "José da Silva", "", "Larkfield", "participant", "ms-tran")]
    assert problems == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a,b,c", "3 fields"),
        (",participant", "name is empty"),
        ("../etc,x", "is on line"),
        ("王芳,x", "cannot be an id"),
        ("Ana,x", "is on line"),
        ("x" * 201 + ",x", "longer than 200"),
        ("Ben,boss", "unknown role"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_taken(line, said):
    people, problems = read_roster(f"name,role\nAna,participant\nEtc,reviewer\n{line.replace(',x', ',')}\nZoe,\n")
    assert [each.name for each in people] == ["Ana", "Etc", "Zoe"]
    assert [(each.line, said in each.what) for each in problems] == [(4, True)]


def test_a_file_without_names_or_with_a_strange_column_is_refused():
    for text in ("", "email\na@b.example", "name,shoe size\nAna,38"):
        people, problems = read_roster(text)
        assert people == [] and len(problems) == 1


def test_an_id_in_another_script_can_be_given():
    people, problems = read_roster("id,name\nwang-fang,王芳\n")
    assert people == [Person("wang-fang", "王芳")] and not problems
    assert id_from("王芳") == ""


def test_text_that_turns_round_is_taken_out_of_names():
    (one,), _ = read_roster("name\nAna\u202e evil\n")
    assert one.name == "Ana evil"


def test_merging_again_changes_nothing_and_a_change_keeps_the_person(db):
    people, _ = read_roster("name,school\nAna,One\nBen,Two\n")
    assert merge(db, people) == (2, 0)
    assert merge(db, people) == (0, 0)
    assert merge(db, [Person("ana", "Ana", school="Three")]) == (0, 1)
    assert everybody(db)["ana"].school == "Three"
    assert set(everybody(db)) == {"ana", "ben"}
    assert db.scalar(sa.text("SELECT first_name FROM student WHERE id = 'ana'")) == "Ana"
    remove(db, "ana")
    assert db.scalars(sa.select(person.c.participant)).all() == ["ben"]
