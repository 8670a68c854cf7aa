"""The table of data names everything that is kept, and docs/data.md is written from it."""

import re

import pytest
from jupyterhub import orm

from openpractice.gradebook.nbgrader_tables import nbgrader_tables
from openpractice.gradebook.own_tables import own
from openpractice.hub.accounts import Accounts
from openpractice.launch.safekeeping import keptdata
from openpractice.room import kept
from openpractice.room.roomtables import metadata as room
from openpractice.roster.ledger import opened
from openpractice.roster.members import Members
from repo import REPO

DOCS = REPO / "docs"


def tables(tmp_path) -> dict[str, dict[str, set[str]]]:
    """Every table of every database, with its columns, as the code makes them."""
    found = {
        "gradebook": {t.name: {c.name for c in t.c} for m in (own, nbgrader_tables) for t in m.tables.values()},
        "room": {t.name: {c.name for c in t.c} for t in room.tables.values()},
        "hub": {t.name: {c.name for c in t.c} for t in orm.Base.metadata.tables.values()},
    }
    (tmp_path / "exchange").mkdir()
    ledgers = {"accounts": Accounts(tmp_path / "accounts.db"), "members": Members(tmp_path, tmp_path / "exchange")}
    for name, ledger in ledgers.items():
        with opened(ledger.path) as db:
            names = [row[0] for row in db.execute("select name from sqlite_master where type='table'")]
            found[name] = {one: {row[1] for row in db.execute(f"pragma table_info({one})")} for one in names}
    return found


def test_every_table_that_the_code_makes_is_named_with_a_column_that_it_has(tmp_path):
    made = tables(tmp_path)
    assert [
        f"{db}.{one}" for db, names in made.items() for one in names if not keptdata.kind_of_table(f"{db}.{one}")
    ] == []
    for database in made:
        for table, column in keptdata.person_columns(database).items():
            assert column in made[database][table], (database, table, column)


def test_what_the_room_says_of_its_own_tables_is_named_here_too():
    said = {f"room.room_{table}" for one in kept.KEPT for table in one.tables}
    assert said and all(keptdata.kind_of_table(table) for table in said)


def test_a_table_that_nobody_thought_about_has_no_kind():
    assert keptdata.kind_of_table("gradebook.op_moods") is None and keptdata.kind_of_table("room.member") is None


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("people/ana/journal/open-practice.jsonl", "words"),
        ("people/ana/files/1-purpose.ipynb", "copies"),
        ("exchange/open-practice/inbound/ana/ana+1-purpose+x/responses.json", "handins"),
        ("feedback-files/ana-1-purpose.html", "feedback"),
        ("log/servers/ana.log", "log"),
        ("files/moods.json", None),
        ("moods.json", None),
        ("people/Ana/journal/x", None),
        ("hub/moods.db", None),
    ],
)
def test_a_file_has_the_kind_that_its_place_says(place, kind):
    found = keptdata.kind_of(place)
    assert (found and found.id) == kind


def test_a_file_that_nobody_thought_about_is_named(tmp_path):
    for place in ("people/ana/journal/x.jsonl", "room/room.db", "room/room.db-wal", "lock", "moods/ana.txt"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("")
    assert keptdata.unknown(tmp_path) == ["moods/ana.txt"]


def test_every_kind_says_what_becomes_of_it():
    for kind in keptdata.KINDS:
        assert kind.places or kind.tables
        assert kind.backup in ("copied", "database", "left out") and kind.erase in ("goes", "stays", "is nobody's")
        assert all((kind.what, kind.seen_by, kind.why, kind.until)) and "|" not in repr(kind)
    assert len({kind.id for kind in keptdata.KINDS}) == len(keptdata.KINDS)


def test_the_page_is_as_the_table_says():
    text = (DOCS / "data.md").read_text("utf-8")
    shown = re.search(r"(?s)<!-- table -->\n(.*?)<!-- end -->", text)[1]
    assert shown == keptdata.page(), "python -m openpractice.launch.safekeeping.keptdata writes it"
