"""Rows of the list and the people who joined: one line for one person, and nobody taken for another."""

import pytest
import sqlalchemy as sa

from openpractice.gradebook.collected import names
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.nbgrader_tables import student, submitted_assignment
from openpractice.gradebook.own_tables import assigned, own, response
from openpractice.roster.called import settle
from openpractice.roster.matching import aliases, match, pairs, part
from openpractice.roster.roster import ListedPerson, everybody, merge, read_roster


@pytest.fixture
def db():
    engine = sa.create_engine("sqlite://")
    own.create_all(engine)
    student.create(engine)
    submitted_assignment.create(engine)
    with engine.begin() as db:
        yield db


def take(db, text):
    reading = read_roster(text, course="open-practice")
    assert reading.faults == []
    return merge(db, reading.people)


def row_of(db, name, **where):
    """The id of the one row of that name."""
    (found,) = [
        key
        for key, row in everybody(db).items()
        if row.name == name and all(getattr(row, part) == value for part, value in where.items())
    ]
    return found


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
    match(db, row_of(db, "Ana Silva", email="two@example.org"), "ana-silva")
    assert listed(db)["ana-silva"][1] == "two@example.org"
    assert take(db, "name,email\nAna Silva,one@example.org\nAna Silva,two@example.org\n") == (0, 0)


def test_the_address_finds_the_person_under_another_name_or_id(db):
    take(db, "name,email\nAna Silva,ana@example.org\n")
    assert take(db, "id,name,email\nas-17,Ana Silva Gomes,ANA@example.org\n") == (0, 1)
    assert list(listed(db).values()) == [("Ana Silva Gomes", "ANA@example.org", "")]


def test_an_address_shared_by_an_office_does_not_make_two_people_one(db):
    take(db, "name,email\nAna Silva,office@example.org\nBen Öz,office@example.org\n")
    assert take(db, "name,email\nAna Silva,office@example.org\nBen Öz,office@example.org\n") == (0, 0)
    assert {name for name, *_ in listed(db).values()} == {"Ana Silva", "Ben Öz"}
    assert take(db, "name,email\nCy Three,office@example.org\n") == (1, 0)


def test_somebody_new_at_the_address_of_one_who_is_listed_does_not_take_their_row(db):
    take(db, "name,email\nAna Silva,office@example.org\n")
    assert take(db, "name,email\nCy Three,office@example.org\n") == (1, 0)
    assert take(db, "name,email\nAna Silva,office@example.org\nAna Gomes,office@example.org\n") == (1, 0)
    assert {name for name, *_ in listed(db).values()} == {"Ana Silva", "Ana Gomes", "Cy Three"}


def test_a_second_person_of_a_name_with_another_address_is_a_second_row(db):
    take(db, "name,email\nAna Silva,one@example.org\n")
    assert take(db, "name,email\nAna Silva,two@example.org\n") == (1, 0)
    assert len(everybody(db)) == 2


def test_a_row_that_is_somebody_else_waits_again_and_stays_apart(db):
    take(db, "name\nAna Silva\n")
    settle(db, {"ana-silva": "Ana Silva"})
    assert list(everybody(db)) == ["ana-silva"]
    fresh = part(db, "ana-silva")
    assert list(everybody(db)) == [fresh] and fresh != "ana-silva"
    settle(db, {"ana-silva": "Ana Silva"})
    assert list(everybody(db)) == [fresh]
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
            "insert into op_response values ('as-17','1-purpose','p','h',1,'', '2026-01-01 00:00:00.000000','','','','','typed','',0,1,'2026-01-01 00:00:00.000000')"
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


def test_a_list_that_names_this_course_is_taken(db):
    assert take(db, "name,course\nAna,open-practice\nBen,\n") == (2, 0)


# -- names written another way, and names that only look alike ------------------------------------


@pytest.mark.parametrize(
    ("row", "joined"),
    [
        ("Sean O'Brien", "Sean O’Brien"),
        ("Noor D’Souza", "Noor D'Souza"),
        ("Anne-Marie Voss", "Anne\u2011Marie Voss"),
        ("Silva, Ana", "Ana Silva"),
        ("AYŞE IŞIK", "Ayşe Işık"),
        ("Jose\u0301 García", "José García"),
        ("王小明", "王小明"),
        ("ali valiev", "Ali\u00a0Valiev"),
    ],
)
def test_a_row_is_the_person_who_joined_under_another_writing_of_the_name(db, row, joined):
    take(db, f'name,email\n"{row}",one@example.org\nSomebody Else,two@example.org\n')
    settle(db, {"who-joined": joined, "another": "Another"})
    assert listed(db)["who-joined"][1] == "one@example.org"
    assert take(db, f'name,email\n"{row}",one@example.org\nSomebody Else,two@example.org\n') == (0, 0)


@pytest.mark.parametrize(
    ("row", "joined"), [("Maria Nunez", "María Núñez"), ("Nguyễn Thị Hà", "Nguyễn Thị Hạ"), ("Ana Silva", "Ana Sylva")]
)
def test_a_row_is_nobody_whose_name_only_looks_like_it(db, row, joined):
    take(db, f"name,email\n{row},one@example.org\n")
    settle(db, {"who-joined": joined})
    assert "who-joined" not in everybody(db)


def test_a_row_of_an_older_list_is_nobody_who_got_its_id_for_a_name_that_looks_like_it(db):
    """An older kit made the row's id from its name; the sign-in makes the same for María Núñez."""
    merge(
        db,
        [
            ListedPerson("maria-nunez", "Maria Nunez", "m@example.org"),
            ListedPerson("ben", "Ben", appraiser="maria-nunez"),
        ],
    )
    db.execute(submitted_assignment.insert().values(id="x", student_id="maria-nunez"))
    settle(db, {"maria-nunez": "María Núñez"})
    waits = row_of(db, "Maria Nunez")
    assert waits.startswith("listed-") and everybody(db)["ben"].appraiser == waits
    assert names(db)["maria-nunez"] == "María Núñez", "what nbgrader shows beside her answers"
    settle(db, {"maria-nunez": "María Núñez", "maria-nunez-2": "maria nunez"})
    assert listed(db)["maria-nunez-2"][1] == "m@example.org"


def test_an_id_that_an_office_gave_is_the_one_of_the_sign_in_under_any_name(db):
    take(db, "id,name\nas17,Ana Silva\n")
    settle(db, {"as17": "Anita"})
    assert list(everybody(db)) == ["as17"]


def test_an_appraiser_is_whoever_has_the_name_as_soon_as_they_join(db):
    take(db, "name,appraiser\nAna,王老师\nBen,Ms. Tran\nCy,Grace Lead\n")
    settle(
        db, {"person-1a2b3c": "王老师", "ms-tran": "ms. TRAN", "grace-lead": "Grace Lead", "grace-lead-2": "Grace Lead"}
    )
    found = {row.name: row.appraiser for row in everybody(db).values()}
    assert found == {"Ana": "person-1a2b3c", "Ben": "ms-tran", "Cy": "Grace Lead"}
