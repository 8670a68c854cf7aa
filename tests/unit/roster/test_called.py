"""Whoever joined is called by the name they gave wherever somebody meets their work, list or no list."""

import csv
import io
import json
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from handins import LESSON, hand_in, mark, response, responses_json
from openpractice.feedback.feedback import give_feedback
from openpractice.gradebook import collected, gradebook
from openpractice.hub.accounts import Accounts
from openpractice.intake.collect import collect, collect_files
from openpractice.review.exports import LONG, as_csv, long_rows, wide_rows
from openpractice.review.workbooks import as_xlsx
from openpractice.roster import called
from openpractice.roster.roster import ListedPerson, merge
from openpractice.roster.whojoined import JOINED
from openpractice.service.facilitator import workroom
from openpractice.service.review import reading
from reviewers import PROMPT, READ, copy_class, desk_at, make_class

NAMES = ("王小明", "John O'Malley (cool guy)", "Мария Иванова", "Nguyễn Thị Hạ", "=SUM(1) <b>x</b>")

pytestmark = pytest.mark.usefixtures("quick_passphrases")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_class(tmp_path_factory.mktemp("class"), ())


@pytest.fixture
def workshop(made, tmp_path):
    """A workshop that read no list: five joined and handed in, a sixth joined and did not. Ids by name."""
    folder = copy_class(made, tmp_path / "data")
    (folder.data / "hub").mkdir()
    accounts = Accounts(folder.data / "hub" / "accounts.db")
    ids = {name: accounts.add(name, "participant", f"three brown hens {n}").id for n, name in enumerate(NAMES)}
    accounts.add("Last To Come", "participant", "three brown hens")
    (folder.data / "people" / "last-to-come").mkdir(parents=True)
    for name, key in ids.items():
        hand_in(folder, key, {PROMPT: response(READ, {"text": f"Words of {name}"})})
    return folder, ids, collect(folder, LESSON)


def test_collecting_says_names(workshop):
    folder, _, done = workshop
    text = "\n".join(map(str, done.sentences))
    assert all(name in text for name in NAMES) and "person-" not in text
    assert "Not handed in yet: Last To Come." in map(str, done.sentences)
    again = collect(folder, LESSON)
    assert "Not handed in yet: Last To Come." in map(str, again.sentences)


def test_whoever_takes_part_is_missed_also_before_they_opened_anything_and_nobody_else_is(workshop):
    folder, _, _ = workshop
    accounts = Accounts(folder.data / "hub" / "accounts.db")
    accounts.add("Never Opened It", "participant", "four brown hens")
    fay = accounts.add("Fay Cilitator", "facilitator", "four brown hens")
    accounts.add("Rev Viewer", "reviewer", "four brown hens")
    (folder.data / "people" / fay.id).mkdir()  # who leads looks at lessons too
    with gradebook.opened(folder) as engine, gradebook.writing(engine) as db:
        merge(db, [ListedPerson("listed-only", "Listed Only"), ListedPerson("head", "The Head", role="facilitator")])
    missed = "Not handed in yet: Last To Come, Listed Only, Never Opened It."
    assert missed in map(str, collect(folder, LESSON).sentences)
    accounts.leave("never-opened-it", fay.id)
    assert "Not handed in yet: Last To Come, Listed Only." in map(str, collect(folder, LESSON).sentences)
    accounts.come_back("never-opened-it", fay.id)
    assert missed in map(str, collect(folder, LESSON).sentences)


def test_formgrader_has_the_names(workshop):
    folder, ids, _ = workshop
    with gradebook.opened(folder) as engine, engine.connect() as db:
        known = collected.names(db)
    assert {key: known[key] for key in ids.values()} == {key: name for name, key in ids.items()}


def test_review_and_every_table_have_the_names(workshop):
    folder, ids, _ = workshop
    with desk_at(folder) as desk:
        room = SimpleNamespace(desk=desk, participant=lambda who: who, handle=lambda who: who)
        for name, key in ids.items():
            assert reading.name(room, "rev", key)["name"] == name
        rows = list(csv.DictReader(io.StringIO(as_csv(LONG, long_rows(desk, [LESSON])).decode("utf-8-sig"))))
        assert {row["name"].removeprefix("'") for row in rows} == set(NAMES)
        assert all(row["answer"] == f"Words of {row['name'].removeprefix(chr(39))}" for row in rows)
        columns, wide = wide_rows(desk, [LESSON])
        sheet = load_workbook(io.BytesIO(as_xlsx(columns, wide))).active
        assert {cell.value.removeprefix("'") for cell in sheet["B"][1:]} == set(NAMES)


def test_feedback_has_the_names(workshop):
    folder, ids, _ = workshop
    for key in ids.values():
        mark(folder, key, PROMPT, 3, "Good.")
    done = give_feedback(folder, LESSON, to=folder.data / "files-to-send")
    assert all(name in "\n".join(map(str, done.sentences)) for name in NAMES)
    page = (folder.data / "files-to-send" / f"{ids['王小明']}-{LESSON}.html").read_text("utf-8")
    assert "王小明" in page


def test_two_of_one_name_are_told_apart_and_the_list_has_the_first_word(made, tmp_path):
    folder = copy_class(made, tmp_path / "data")
    (folder.data / "hub").mkdir()
    accounts = Accounts(folder.data / "hub" / "accounts.db")
    one = accounts.add("Ana Silva", "participant", "three brown hens").id
    two = accounts.add("ANA SILVA", "participant", "four brown hens").id
    ben = accounts.add("Ben Ox", "participant", "five brown hens").id
    for key in (one, two, ben):
        hand_in(folder, key, {PROMPT: response(READ, {"text": "x"})})
    with gradebook.opened(folder) as engine, engine.begin() as db:
        merge(db, [ListedPerson("", "Ox, Benjamin"), ListedPerson("", "BEN OX", "ben@a.example")])
    said = str(collect(folder, LESSON).sentences[0])
    assert f"Ana Silva ({one})" in said and f"ANA SILVA ({two})" in said and "BEN OX" in said
    with gradebook.opened(folder) as engine, engine.connect() as db:
        assert called.names(folder, db)[ben] == "BEN OX"
        assert len([key for key, name in collected.names(db).items() if name == "BEN OX"]) == 1


def test_the_sign_in_writes_names_down_and_nothing_else_of_anybody(tmp_path):
    (tmp_path / "hub").mkdir()
    (tmp_path / "exchange").mkdir()
    accounts = Accounts(tmp_path / "hub" / "accounts.db")
    accounts.add("王小明", "participant", "three brown hens")
    held = json.loads((tmp_path / "exchange" / JOINED).read_text("utf-8"))
    assert [set(one) for one in held["people"]] == [{"id", "name"}] and held["people"][0]["name"] == "王小明"
    (tmp_path / "exchange" / JOINED).unlink()
    accounts.tell_names()
    assert json.loads((tmp_path / "exchange" / JOINED).read_text("utf-8")) == held


def test_joining_goes_on_where_the_names_cannot_be_written(tmp_path):
    (tmp_path / "hub").mkdir()
    (tmp_path / "exchange" / JOINED).mkdir(parents=True)
    accounts = Accounts(tmp_path / "hub" / "accounts.db")
    assert accounts.add("Ana", "participant", "three brown hens").id == "ana"


@pytest.mark.parametrize(
    "held",
    [b"", b"{", b"[]", b'{"people": 3}', b'{"people": [{"id": "../x", "name": "X"}]}', b"\xff", b"[" * 90_000]
    + [b'{"people": [{"id": 7, "name": "X"}]}', b'{"people": [{"id": "x", "name": 7}]}'],
)
def test_a_broken_file_of_names_names_nobody(made, tmp_path, held):
    folder = copy_class(made, tmp_path / "data")
    (folder.exchange / JOINED).write_bytes(held)
    assert called.joined(folder) == {}
    with gradebook.opened(folder) as engine, engine.connect() as db:
        assert called.names(folder, db) == {}


def test_the_corner_offers_people_by_their_names(workshop):
    folder, ids, _ = workshop
    desk = SimpleNamespace(
        places=SimpleNamespace(data=folder.data, course=folder.id, exchange=folder.exchange),
        people=SimpleNamespace(all=list),
    )
    known = workroom.people(desk)
    assert {known[key] for key in ids.values()} == set(NAMES)


def test_whom_a_facilitator_gave_a_file_is_called_as_the_file_says_and_a_hand_in_names_nobody(made, tmp_path):
    folder = copy_class(made, tmp_path / "data")
    file = tmp_path / "bo.json"
    answers = {PROMPT: response(READ, {"text": "x"})}
    file.write_text(json.dumps(responses_json("whoever", answers) | {"name": "Bo Ödön"}))
    assert "Bo Ödön" in str(collect_files(folder, LESSON, {file: "bo"}).sentences[0])
    place = hand_in(folder, "cy", answers)
    held = json.loads((place / "responses.json").read_text())
    (place / "responses.json").write_text(json.dumps(held | {"name": "The Principal"}))
    assert "1 person: cy." in str(collect(folder, LESSON).sentences[0])
