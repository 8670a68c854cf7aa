"""The roster: what a spreadsheet's list may hold, and what is refused line by line."""

import pytest
import sqlalchemy as sa

from openpractice.gradebook.nbgrader_tables import student
from openpractice.gradebook.own_tables import own, person
from openpractice.i18n import say
from openpractice.roster.listfile import NotText, decoded
from openpractice.roster.roster import ListedPerson, everybody, merge, read_roster, remove
from repo import DATA

LISTS = DATA / "lists"


@pytest.fixture
def db(db_url):
    engine = sa.create_engine(db_url or "sqlite://")
    with engine.connect() as db:
        own.create_all(db)
        student.create(db, checkfirst=True)
        yield db
        db.rollback()
    engine.dispose()


def read(content):
    """The people of a list, (line, code) of what was not taken, and of what was passed over."""
    text, _ = decoded(content.encode() if isinstance(content, str) else content)
    reading = read_roster(text)
    return (
        reading.people,
        [(one.line, one.code) for one in reading.faults],
        [(one.line, one.code) for one in reading.notes],
    )


def names(content):
    return [one.name for one in read(content)[0]]


def test_a_spreadsheets_file_is_read_with_its_mark_and_semicolons():
    people, faults, notes = read("\ufeffname;school;role;appraiser\r\nJosé da Silva;Larkfield;;Ms. Tran\r\n")
    assert people == [ListedPerson("", "José da Silva", "", "Larkfield", "participant", "Ms. Tran")]
    assert faults == notes == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a,b,c", "other-length"),
        ("Bo", "other-length"),
        (",participant", "no-name"),
        ("—,participant", "no-name"),
        ("Ana,", "person-twice"),
        ("ANA ,", "person-twice"),
        ("x" * 201 + ",", "too-long"),
        ("Ben,boss", "unknown-role"),
        ('Bea,"participant', "open-quote"),
        ('"Bea" Sol,participant', "open-quote"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_taken(line, code):
    people, faults, _ = read(f"name,role\nAna,participant\nEtc,reviewer\n{line}\nZoe,\n")
    assert [one.name for one in people] == ["Ana", "Etc", "Zoe"]
    assert faults == [(4, code)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no-headings"),
        ("\n\n", "no-headings"),
        ("email\na@b.example", "no-headings"),
        ("Ana Silva,ana@a.example\nBen,ben@a.example", "no-headings"),
        ("shoe size\n38", "no-headings"),
    ],
)
def test_a_file_without_names_is_refused(text, code):
    people, faults, _ = read(text)
    assert people == [] and [said for _, said in faults] == [code]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("Name,E-mail,School", "Ana Prat,ana@a.example,North"),
        ("NOMBRE;Correo electrónico;Centro", "Ana Prat;ana@a.example;North"),
        ("First name,Last name,Email address,Organisation", "Ana,Prat,ana@a.example,North"),
        ("Nombre;Apellidos;Correo;Escuela", "Ana;Prat;ana@a.example;North"),
        ("Full_Name\tE-Mail\tschool", "Ana Prat\tana@a.example\tNorth"),
        ('"name", "email", "school"', '"Ana Prat", "ana@a.example", "North"'),
        ("name|email|school", "Ana Prat|ana@a.example|North"),
        ("\u00a0Name\u00a0,email ,school", " Ana\u00a0Prat ,ana@a.example\u200f,North\u00a0"),
    ],
)
def test_headings_are_read_as_people_write_them(headings, row):
    people, faults, notes = read(f"{headings}\r\n{row}\r\n")
    assert people == [ListedPerson("", "Ana Prat", "ana@a.example", "North")]
    assert faults == notes == []


def test_one_column_of_names_may_have_commas_in_it():
    assert names("name\nPrat, Ana\nSol, Bea\n") == ["Prat, Ana", "Sol, Bea"]


# -- encodings, line ends, separators ----------------------------------------------------------

TEXT = "name{s}email{s}school{e}Inés Ávila{s}ines@a.example{s}Río Norte{e}Otto Weiß{s}otto@a.example{s}Río Norte{e}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n", "\u2028", "\u2029", "\x85"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_line_end_and_separator_is_read(end, separator):
    people, faults, notes = read(TEXT.format(s=separator, e=end))
    assert [(one.name, one.school) for one in people] == [("Inés Ávila", "Río Norte"), ("Otto Weiß", "Río Norte")]
    assert faults == notes == []


def test_line_ends_of_several_kinds_in_one_file_count_once():
    people, faults, _ = read("name,email\r\nAna,a@a.example\rBea,b@a.example\nCal,c@a.example,x\r\n")
    assert [one.name for one in people] == ["Ana", "Bea"] and faults == [(4, "other-length")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
@pytest.mark.parametrize("bom", [False, True])
def test_every_encoding_that_spreadsheets_write_is_read(encoding, bom):
    end = "\r" if encoding == "mac_roman" else "\r\n"
    mark = "\ufeff" if bom and encoding.endswith(("le", "be")) else ""
    content = (mark + TEXT.format(s=";", e=end)).encode(encoding)
    text, guess = decoded(content)
    assert [one.name for one in read_roster(text).people] == ["Inés Ávila", "Otto Weiß"]
    assert guess == {"cp1252": "Windows-1252", "mac_roman": "Macintosh"}.get(encoding, "")


@pytest.mark.parametrize(
    "content",
    [
        "name\nМария Иванова\n".encode("cp1251"),
        "name\nŁukasz Żuław\n".encode("cp1250"),
        "name\nΜαρία Παππά\n".encode("cp1253"),
        b"PK\x03\x04\x14\0\0\0 a workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0",
        b"name\nAna\0Prat\n",
        bytes(range(256)),
    ],
)
def test_what_is_no_text_or_could_be_another_encoding_is_refused_and_not_guessed(content):
    with pytest.raises(NotText):
        decoded(content)


def test_the_end_mark_of_old_systems_is_no_person():
    assert names(b"name,email\r\nAna,a@a.example\r\n\x1a") == ["Ana"]


@pytest.mark.parametrize("mark", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;", "\ufeffsep=;"])
def test_a_line_that_says_the_separator_is_no_heading(mark):
    people, faults, notes = read(f"{mark}\r\nname;email\r\nGil Nash;gil@a.example\r\n")
    assert people == [ListedPerson("", "Gil Nash", "gil@a.example")] and faults == notes == []


# -- titles, empty columns ----------------------------------------------------------------------


def test_titles_above_the_headings_are_passed_over_and_named():
    people, faults, notes = read(
        "Workshop list spring,,\n,,\nname of group: North,,\nname,email,school\nGil,g@a.example,North\n"
    )
    assert [one.name for one in people] == ["Gil"] and faults == []
    assert notes == [(1, "above"), (3, "above")]


def test_empty_columns_are_passed_over_and_one_with_words_is_named():
    people, faults, notes = read("name,email,school,,\nFay,f@a.example,North,,\nGil,g@a.example,North\n")
    assert [one.name for one in people] == ["Fay", "Gil"] and faults == notes == []
    people, faults, notes = read(",name,,email\n1,Fay,,f@a.example\n2,Gil,,g@a.example\n")
    assert [one.name for one in people] == ["Fay", "Gil"] and faults == []
    assert notes == [(1, "unnamed-column")]


def test_a_column_of_another_office_is_passed_over_and_named_where_it_holds_words():
    people, faults, notes = read("name,shoe size,email,Room\nAna,38,a@a.example,\nBea,,b@a.example,\n")
    assert [(one.name, one.email) for one in people] == [("Ana", "a@a.example"), ("Bea", "b@a.example")]
    assert faults == [] and notes == [(1, "unknown-column")]


@pytest.mark.parametrize(
    "line", ["Total,2,", "Total,,", "TOTAL: 2,,", "Grand total,2,2", "Total de participantes,2,", "Suma,2,", ",Total,2"]
)
def test_a_line_that_counts_the_list_is_nobody(line):
    people, faults, notes = read(f"name,email,school\nAna,a@a.example,North\nBea,b@a.example,North\n{line}\n")
    assert [one.name for one in people] == ["Ana", "Bea"] and faults == []
    assert notes == [(4, "sum")]


@pytest.mark.parametrize("line", ["Suma,,", "Suma,s@a.example,", "Total Ngo,,North", "Totalina,,", "Count,,North"])
def test_a_name_that_looks_like_a_sum_is_a_person(line):
    people, faults, notes = read(f"name,email,school\n{line}\n")
    assert len(people) == 1 and faults == notes == []


PRINTED = [
    "1 total,,", "2 people,,", "N = 3,,", "Gesamt,2,", "Promedio,2,", "Count of name,2,", "Total registros: 2,,",
    "Page 1 of 2,,", "Printed on 12/03/2026,,", "School: South,,", "=SUM(A1:A2),,", "#REF!,,", "3,,", "*** END ***,,",
    "End of list,,", "Fin de la lista,,", "Points Possible,,",
]  # fmt: skip


@pytest.mark.parametrize("line", PRINTED)
def test_a_line_that_a_program_printed_is_nobody_where_others_have_an_address_and_is_named(line):
    people, faults, notes = read(f"name,email,school\nAna,a@a.example,North\nBea,b@a.example,North\n{line}\n")
    assert [one.name for one in people] == ["Ana", "Bea"] and faults == []
    assert [at for at, _ in notes] == [4]


@pytest.mark.parametrize("line", ["Teacher 3,,North", "Ana 2,t@a.example,", "O'Brien,,", "12345,a@x.example,"])
def test_a_line_with_a_number_and_more_is_somebody(line):
    assert len(names(f"name,email,school\nAna,a@a.example,North\nBea,b@a.example,North\n{line}\n")) == 3
    assert names("name,email\nTeacher 1,\nTeacher 2,\n") == ["Teacher 1", "Teacher 2"], "a list of such names"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Name,First name,Last name\nAna Silva,Ana,Silva\n", "Ana Silva"),
        ("Name,Given Name,Family Name,E-mail 1 - Value\nAna Silva,Ana,Silva,a@x.example\n", "Ana Silva"),
        ("Full name,Last name\nAna Silva,Silva\nBo Lee,Lee\n", "Ana Silva"),
        ("Name,First name,Last name\n,Ana,Silva\n", "Ana Silva"),
        ("Nombre,Apellidos\nMartín,Martín\nAna,Silva\n", "Martín Martín"),
        ("Name;Vorname;E-Mail\nSilva;Ana;a@x.example\n", "Ana Silva"),
        ("Nachname;Vorname;Schule\nSilva;Ana;Nord\n", "Ana Silva"),
        ("Nom;Prénom;Courriel\nSilva;Ana;a@x.example\n", "Ana Silva"),
        ("Nome;Sobrenome;Escola\nAna;Silva;Norte\n", "Ana Silva"),
        ("First,Last,Email (work)\nAna,Silva,a@x.example\n", "Ana Silva"),
        ("Name,,Contact\nFirst,Last,Email\nAna,Silva,a@x.example\n", "Ana Silva"),
        ("Name,,Contact,\nLast name,First name,Email,School\nSilva,Ana,a@x.example,North\n", "Ana Silva"),
        ("Name (as on the badge),School name\nAna Silva,North\n", "Ana Silva"),
    ],
)
def test_a_name_is_whole_and_said_once_however_many_columns_it_has(text, name):
    people, faults, notes = read(text)
    assert people[0].name == name and faults == [] and {code for _, code in notes} <= {"above"}


def test_a_line_of_headings_below_that_has_no_names_is_no_heading():
    assert "Ana" in names("Name,,\nEmail,School,Role\nAna,a@x.example,\n")


def test_what_was_passed_over_is_said_in_the_order_of_the_file():
    text = "Spring\nname,email,Room\nInÃ©s,i@a.example,1\nBo,b@a.example,\nTotal,2,\n"
    assert [line for line, _ in read(text)[2]] == [1, 2, 3, 5]


def test_a_space_behind_a_quotation_mark_is_no_fault():
    people, faults, _ = read('name,email\n"Ana, B." ,"a@a.example" \n')
    assert [(one.name, one.email) for one in people] == [("Ana, B.", "a@a.example")] and faults == []


def test_letters_that_a_program_read_wrongly_are_named_with_what_was_meant():
    text = "name,email\nInés Ávila,a@a.example\nOtto Weiß,o@a.example\n".encode().decode("cp1252", "replace")
    (note,) = read_roster(text.replace("\ufffd", "\u0081")).notes
    assert (note.line, note.code, note.values["meant"]) == (3, "garbled", "Otto Weiß")
    assert read("name,email\nInés Ávila,a@a.example\n")[2] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Excel leaves out empty cells at the end of a line; where one was left out before, nothing is guessed.
        ("name,email,school\nAna,ana@a.example\nBea,,North\n", ["ana@a.example/", "/North"]),
        # Headings on each page that was printed, and titles that were written over two lines.
        ("name,email\nAna,ana@a.example\nname,email\nBea,b@a.example\n", ["ana@a.example/", "b@a.example/"]),
        ('"Full\nname","E-mail\r\naddress",school\nAna,ana@a.example,N\n', ["ana@a.example/N"]),
        # What keeps a text a text, and what comes along when an address is copied.
        ('name,email,school\n="Ana",="ana@a.example",\'=N\n', ["ana@a.example/=N"]),
        ("name;email;school\nAna;mailto:ana@a.example?subject=x;'t Veld\n", ["ana@a.example/'t Veld"]),
        ('name,email\nAna,"Ana Prat <ana@a.example>"\n', ["ana@a.example/"]),
        # Separators and quotation marks of other keyboards, and a line that names another one.
        ("name\uff0cemail\nAna\uff0cana@a.example\n", ["ana@a.example/"]),
        ("name\u061b email\nAna\u061b ana@a.example\n", ["ana@a.example/"]),
        ("\u201cname\u201d,\u201cemail\u201d\n\u201cAna\u201d,\u201cana@a.example\u201d\n", ["ana@a.example/"]),
        ("sep=,\nname;email\nAna;ana@a.example\n", ["ana@a.example/"]),
        ("Student,Institution\nAna,North\n", ["/North"]),
    ],
)
def test_what_spreadsheets_and_other_keyboards_do_to_a_list_is_undone(text, found):
    people, faults, notes = read(text)
    assert [f"{one.email}/{one.school}" for one in people] == found and faults == notes == []
    assert people[0].name == "Ana"


@pytest.mark.parametrize("line", ["Ana,North", "ana@a.example,North", "Ana"])
def test_a_short_line_is_not_taken_where_a_cell_before_its_end_may_be_missing(line):
    people, faults, _ = read(f"name,email,school\n{line}\nBea,b@a.example,North\n")
    assert [one.name for one in people] == ["Bea"] and faults == [(2, "other-length")]


def test_a_macintosh_is_told_by_capitals_within_words():
    text, guess = decoded("name\nIn\u00e9s Prat\n".encode("mac_roman"))
    assert (names(text), guess) == (["In\u00e9s Prat"], "Macintosh")
    assert decoded("name\n\u00c9douard L\u2013m\n".encode("cp1252"))[1] == "Windows-1252"


# -- quotation marks ---------------------------------------------------------------------------


def test_a_quotation_mark_that_is_never_closed_takes_nobody_with_it():
    people, faults, _ = read((LISTS / "open-quote.csv").read_bytes())
    assert [one.name for one in people] == ["Ana Prat", "Cal Tor", "Dan Urb", "Eve Vos"]
    assert faults == [(3, "open-quote")]


@pytest.mark.parametrize("line", ['Dan,d@a.example,"South', 'Dan,d@a.example,South"', 'Dan,"d@a.example,South'])
def test_one_that_another_line_seems_to_close_takes_nobody_with_it(line):
    text = f'name,email,school\nBea,b@a.example,"North\nCal,c@a.example,North\n{line}\nEve,e@a.example,North\n'
    people, faults, _ = read(text)
    assert {"Cal", "Eve"} <= {one.name for one in people}
    assert all(one.school in ("North", 'South"') for one in people)
    assert (2, "open-quote") in faults


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", "\t", "\v", "\u2028", " \n ", "\u00a0\n"])
def test_a_line_end_or_tab_in_a_cell_is_a_space(inside):
    text = f'name,email,school\r\n"Ali{inside}Valiev",ali@a.example,"North{inside}Campus"\r\nBo,bo@a.example,North\r\n'
    people, faults, _ = read(text)
    assert [(one.name, one.school) for one in people] == [("Ali Valiev", "North Campus"), ("Bo", "North")]
    assert faults == []


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"Prat, Ana"', "Prat, Ana"),
        ('"Ana ""Nina"" Prat"', 'Ana "Nina" Prat'),
        ('Ana "Nina" Prat', 'Ana "Nina" Prat'),
        ("'Ana Prat'", "'Ana Prat'"),
        ("“Ana Prat”", "“Ana Prat”"),
        ("=cmd()", "=cmd()"),
        ("Ana\u202e evil", "Ana evil"),
    ],
)
def test_a_name_is_what_stands_in_the_cell(cell, name):
    assert names(f"name,email\n{cell},a@a.example\n") == [name]


# -- who is who --------------------------------------------------------------------------------


def test_names_in_any_script_are_taken_and_ids_are_made_for_them(db):
    people, faults, _ = read((LISTS / "non-latin.csv").read_bytes())
    assert faults == [] and merge(db, people) == (3, 0)
    assert {row.name for row in everybody(db).values()} == {"Мария Иванова", "王小明", "مريم حداد"}
    assert merge(db, people) == (0, 0)
    assert merge(db, read("name,email,school\nМАРИЯ ИВАНОВА,,North\n")[0]) == (0, 1)


def test_look_alike_names_and_two_of_one_name_with_other_addresses_are_as_many_people(db):
    people, faults, _ = read((LISTS / "look-alike.csv").read_bytes())
    assert faults == [] and len(people) == 4
    assert merge(db, people) == (4, 0) and merge(db, people) == (0, 0)
    two, faults, _ = read("name,email\nAna Silva,one@a.example\nAna Silva,two@a.example\n")
    assert faults == [] and merge(db, two) == (2, 0) and merge(db, two) == (0, 0)


def test_one_person_in_two_writings_of_an_address_is_taken_once_and_the_second_line_named():
    people, faults, _ = read((LISTS / "case-of-address.csv").read_bytes())
    assert [one.name for one in people] == ["Carla Moss"] and faults == [(3, "person-twice")]
    for other in ("Moss, Carla", "CARLA MOSS", "Carla\u00a0Moss"):
        _, faults, _ = read(f'name,email\nCarla Moss,carla@a.example\n"{other}",Carla@A.example\n')
        assert faults == [(3, "person-twice")]


def test_an_id_of_an_office_may_be_any_word(db):
    people, faults, _ = read("id,name\nwang-fang,王芳\nAS/17,Ana Silva\n№ 4,Мария\n,Bo\n")
    assert faults == [] and merge(db, people) == (4, 0)
    assert everybody(db)["wang-fang"].name == "王芳"
    assert merge(db, people) == (0, 0)
    assert merge(db, read("id,name\nAS/17,Ana Silva Gomes\n")[0]) == (0, 1)
    _, faults, _ = read("id,name\nas-17,Ana\nas-17,Ben\n")
    assert faults == [(3, "id-twice")]


def test_an_appraiser_is_found_by_name_in_any_script_and_waits_until_somebody_has_it(db):
    merge(db, read("name,role,appraiser\nAna,,王老师\nBen,,Ms. Tran\n王老师,reviewer,\n")[0])
    rows = {row.name: row for row in everybody(db).values()}
    assert rows["Ana"].appraiser == rows["王老师"].participant
    assert rows["Ben"].appraiser == "Ms. Tran"


def test_merging_again_changes_nothing_and_a_change_keeps_the_person(db):
    people, _, _ = read("name,school\nAna,One\nBen,Two\n")
    assert merge(db, people) == (2, 0)
    assert merge(db, people) == (0, 0)
    assert merge(db, [ListedPerson("", "Ana", school="Three")]) == (0, 1)
    rows = {row.name: row for row in everybody(db).values()}
    assert rows["Ana"].school == "Three" and set(rows) == {"Ana", "Ben"}
    ana = rows["Ana"].participant
    assert db.scalar(sa.select(student.c.first_name).where(student.c.id == ana)) == "Ana"
    remove(db, ana)
    assert db.scalars(sa.select(person.c.name)).all() == ["Ben"]


@pytest.mark.parametrize("text", ["name,course\nAna,open-practice\nBen,maths-2\n", "course;name\nmaths-2;Ana\n"])
def test_the_list_of_another_course_is_taken_no_part_of(text):
    reading = read_roster(text, course="open-practice")
    assert reading.people == [] and reading.other_course == "maths-2"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("name,email,school\nAna,a@a.example,North\nBea,b@a.example,North\nTotal,,\n", "sum", "Total"),
        ("name,email,school\nAna,a@a.example,North\nBea,b@a.example,North\nJean 3rd,,\n", "no-person", "Jean 3rd"),
        ("name,email,school\nAna,a@a.example,North\nBea,b@a.example,North\n3,,\n", "no-person", "3"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_whoever_is_taken_for_nobody_is_called_by_name_with_what_to_do(text, code, words, language):
    (note,) = read_roster(text).notes
    said = say(language, f"list-{note.code}", **note.values)
    assert note.code == code and words in said and ("by hand" in said or "a mano" in said)


def test_somebody_with_an_id_and_nothing_else_is_somebody_where_people_have_ids():
    people, faults, notes = read("name,id,school\nAna,17,North\nBea,18,North\nMo,19,\n")
    assert [one.name for one in people] == ["Ana", "Bea", "Mo"] and faults == notes == []
    assert read("name,id,school\nAna,,North\nBea,,North\nSouth,19,\n")[2] == [(4, "no-person")], "a group and a number"
    assert read("name,id,school\nAna,17,North\nBea,18,North\nTotal,2,\n")[2] == [(4, "sum")]


@pytest.mark.parametrize("text", ["none", "-", "n/a", "luis at x.example", "555 1234"])
def test_an_address_that_is_none_is_passed_over_and_named_once(text):
    people, faults, notes = read(f"name,email,school\nAna,{text},North\nBea,b@a.example,North\nAna,{text},South\n")
    assert [(one.name, one.email) for one in people] == [("Ana", ""), ("Bea", "b@a.example"), ("Ana", "")]
    assert faults == [] and notes == [(2, "no-address")]
    assert read_roster(f"name,email\nAna,{text}\nBea,{text}\n").notes[0].values == {"text": text, "n": 2}


@pytest.mark.parametrize("text", ["a@x.example b@x.example", "a@x.example; b@x.example", "a@x.example/b@x.example"])
def test_two_addresses_stay_and_are_named(text):
    people, faults, notes = read(f"name,email\nAna,{text}\nBea,Bea <b@x.example>\n")
    assert [one.email for one in people] == [text, "b@x.example"]
    assert faults == [] and notes == [(2, "two-addresses")]


@pytest.mark.parametrize(
    "text", ["nombre,curso\nAna,4B\nLuis,5A\n", "nombre,curso\nAna,4\nLuis,5\n", "name,course\nAna,open-practice\nLuis,4b\n",
             "name,course\nAna,Maths\nLuis,Art and design\n"],
)  # fmt: skip
def test_a_column_of_classes_does_not_make_it_another_courses_list(text):
    reading = read_roster(text, course="open-practice")
    assert len(reading.people) == 2 and reading.other_course == "" and reading.faults == []
    assert [note.code for note in reading.notes] == ["no-course"]


def test_a_column_of_jobs_makes_participants_and_is_named():
    people, faults, notes = read("name,role\nAna,Teacher\nLuis,principal\nMo,\n")
    assert [(one.name, one.role) for one in people] == [(name, "participant") for name in ("Ana", "Luis", "Mo")]
    assert faults == [] and notes == [(2, "no-role")]
    # Beside a part in the course a word that is none is a slip, and nobody becomes less by it.
    people, faults, _ = read("name,role\nAna,facilitator\nLuis,principal\nMo,revewer\n")
    assert [one.name for one in people] == ["Ana"] and faults == [(3, "unknown-role"), (4, "unknown-role")]


@pytest.mark.parametrize("marks", [("1. ", "2. ", "3. "), ("1) ", "2) ", "3) "), ("\u2022 ", "\u2022\t", "\u2022 ")])
def test_numbers_before_names_are_no_part_of_them(marks):
    rows = zip(marks, ("Ana Vos,a@a.example", "Luis,l@a.example", "Mo,"), strict=True)
    people, faults, notes = read("name,email\n" + "\n".join(map("".join, rows)) + "\nTotal,\n")
    assert [one.name for one in people] == ["Ana Vos", "Luis", "Mo"] and faults == [] and notes == [(5, "sum")]
    assert names("name,school\n1. FC Ana,North\nBea,North\nMo,North\n")[0] == "1. FC Ana"
