"""Rows of the list and the people who joined: one line for one person, and nobody taken for another."""

import pytest
import sqlalchemy as sa

from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.nbgrader_tables import student, submitted_assignment
from openpractice.gradebook.own_tables import assigned, own, response
from openpractice.roster.matching import aliases, match, pairs, part
from openpractice.roster.roster import everybody, merge, read_roster


@pytest.fixture
def db():
    engine = sa.create_engine("sqlite://")
    own.create_all(engine)
    student.create(engine)
    submitted_assignment.create(engine)
    with engine.begin() as db:
        yield db


def take(db, text):
    people, problems = read_roster(text, course="open-practice")
    assert problems == []
    return merge(db, people)


def listed(db):
    return {key: (one.name, one.email, one.school) for key, one in everybody(db).items()}


def students(db):
    return set(db.scalars(sa.select(student.c.id)))


OFFICE = "id,name,email,school,role,appraiser\nas-17,Ana Silva,ana@example.org,Hill,participant,gl-1\ngl-1,Grace Lead,,Hill,facilitator,\n"


def test_a_row_takes_the_id_of_the_person_it_is_and_all_that_goes_by_ids_follows(db):
    take(db, OFFICE)
    db.execute(
        assigned.insert(),
        [
            {"reviewer": "gl-1", "lesson": "*", "scope": "person", "name": "as-17"},
            {"reviewer": "rob", "lesson": "*", "scope": "school", "name": "as-17"},
        ],
    )
    match(db, "as-17", "ana-silva")
    match(db, "gl-1", "grace-lead")
    assert set(everybody(db)) == {"ana-silva", "grace-lead"}
    assert everybody(db)["ana-silva"].appraiser == "grace-lead"
    assert students(db) == {"ana-silva"}
    assert {tuple(row) for row in db.execute(sa.select(assigned))} == {
        ("grace-lead", "*", "person", "ana-silva"),
        ("rob", "*", "school", "as-17"),
    }


def test_the_same_file_read_again_changes_nothing_after_matching(db):
    take(db, OFFICE)
    match(db, "as-17", "ana-silva")
    match(db, "gl-1", "grace-lead")
    assert take(db, OFFICE) == (0, 0)
    assert take(db, OFFICE.replace("Hill,participant", "Lake,participant")) == (0, 1)
    assert listed(db)["ana-silva"] == ("Ana Silva", "ana@example.org", "Lake")


def test_one_name_on_both_sides_is_one_person(db):
    take(db, OFFICE)
    assert pairs(everybody(db), {"ana-silva": "ANA  Silva", "ben": "Ben"}, aliases(db)) == [("as-17", "ana-silva")]


@pytest.mark.parametrize(
    "joined",
    [
        {"ana-silva": "Ana Silva", "ana-silva-2": "Ana Silva"},  # two joined
        {"ana": "Ana"},
        {"ana-silva": ""},
        {},
    ],
)
def test_where_a_name_leaves_a_doubt_nobody_is_brought_together(db, joined):
    take(db, OFFICE)
    assert pairs(everybody(db), joined, aliases(db)) == []


def test_two_rows_of_one_name_wait_for_the_facilitator(db):
    take(db, "name,email\nAna Silva,one@example.org\nAna Silva,two@example.org\n")
    assert sorted(listed(db).values()) == [("Ana Silva", "one@example.org", ""), ("Ana Silva", "two@example.org", "")]
    assert not {"ana-silva", "ana-silva-2"} & set(everybody(db)), "an id made at the sign-in must not choose"
    assert pairs(everybody(db), {"ana-silva": "Ana Silva"}, aliases(db)) == []
    row = next(key for key, one in everybody(db).items() if one.email == "two@example.org")
    match(db, row, "ana-silva")
    assert listed(db)["ana-silva"][1] == "two@example.org"
    assert take(db, "name,email\nAna Silva,one@example.org\nAna Silva,two@example.org\n") == (0, 0)


def test_two_of_one_name_that_nothing_tells_apart_are_named(db):
    people, problems = read_roster("name,email\nAna Silva,\nAna Silva,\n")
    assert len(people) == 1 and [one.line for one in problems] == [3]


def test_the_address_finds_the_person_under_another_name_or_id(db):
    take(db, "name,email\nAna Silva,ana@example.org\n")
    assert take(db, "id,name,email\nas-17,Ana Silva Gomes,ANA@example.org\n") == (0, 1)
    assert listed(db) == {"ana-silva": ("Ana Silva Gomes", "ANA@example.org", "")}


def test_an_address_shared_by_an_office_does_not_make_two_people_one(db):
    take(db, "name,email\nAna Silva,office@example.org\nBen Öz,office@example.org\n")
    assert take(db, "name,email\nAna Silva,office@example.org\nBen Öz,office@example.org\n") == (0, 0)
    assert {name for name, *_ in listed(db).values()} == {"Ana Silva", "Ben Öz"}
    assert take(db, "name,email\nCy Three,office@example.org\n") == (1, 0)


def test_a_second_person_of_a_name_with_another_address_is_a_second_row(db):
    take(db, "name,email\nAna Silva,one@example.org\n")
    assert take(db, "name,email\nAna Silva,two@example.org\n") == (1, 0)
    assert len(everybody(db)) == 2


def test_a_row_that_is_somebody_else_waits_again_and_stays_apart(db):
    take(db, "name\nAna Silva\n")  # the sign-in gives the same id
    fresh = part(db, "ana-silva")
    assert list(everybody(db)) == [fresh] and fresh != "ana-silva"
    assert pairs(everybody(db), {"ana-silva": "Ana Silva"}, aliases(db)) == []
    assert take(db, "name\nAna Silva\n") == (0, 0)
    match(db, fresh, "ana-silva-2")
    assert list(everybody(db)) == ["ana-silva-2"]
    assert take(db, "name\nAna Silva\n") == (0, 0)


def test_matching_replaces_the_row_that_was_made_from_the_sign_in(db):
    take(db, OFFICE + "ana-silva,Ana Silva,,,participant,\n")
    match(db, "as-17", "ana-silva")
    assert listed(db)["ana-silva"] == ("Ana Silva", "ana@example.org", "Hill")


@pytest.mark.parametrize(("row", "person"), [("nobody", "ana-silva"), ("as-17", "as-17")])
def test_a_match_that_cannot_be_is_refused(db, row, person):
    take(db, OFFICE)
    before = listed(db)
    with pytest.raises(GradingError):
        match(db, row, person)
    with pytest.raises(GradingError):
        part(db, "nobody")
    assert listed(db) == before


def test_a_row_under_whose_id_somebody_handed_in_is_not_given_away(db):
    take(db, OFFICE)
    db.execute(
        sa.text(
            "insert into op_response values ('as-17','1-purpose','p','h',1,'', '2026-01-01 00:00:00.000000','','','','','typed',0,1,'2026-01-01 00:00:00.000000')"
        )
    )
    assert db.scalar(sa.select(response.c.participant)) == "as-17"
    with pytest.raises(GradingError, match="handed in"):
        match(db, "as-17", "ana-silva")
    assert "as-17" in everybody(db)


def test_what_was_collected_stays_in_nbgraders_list(db):
    take(db, OFFICE)
    db.execute(submitted_assignment.insert().values(id="x", student_id="as-17"))
    match(db, "as-17", "ana-silva")
    assert students(db) == {"as-17", "ana-silva"}


@pytest.mark.parametrize("text", ["name,course\nAna,open-practice\nBen,maths-2\n", "course;name\nmaths-2;Ana\n"])
def test_the_list_of_another_course_is_refused_whole(text):
    people, problems = read_roster(text, course="open-practice")
    assert people == [] and len(problems) == 1
    assert "for the course 'maths-2', and this is 'open-practice'" in problems[0].what


def test_a_list_that_names_this_course_is_taken(db):
    assert take(db, "name,course\nAna,open-practice\nBen,\n") == (2, 0)
