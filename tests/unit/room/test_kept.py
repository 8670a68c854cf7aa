"""The table of what the room keeps names every table of it, and what it says of copies and of leaving is so."""

import pytest
import sqlalchemy as sa

from openpractice import i18n
from openpractice.room import leaving, livesession, presence, shares
from openpractice.room.kept import KEPT, ON_LEAVING
from openpractice.room.roomtables import metadata
from rooms import DOOR, LEAD, RIGOR, room, store


def test_every_table_of_the_room_is_in_it_once():
    named = [f"room_{name}" for kind in KEPT for name in kind.tables]
    assert sorted(named) == sorted(metadata.tables)


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_kind_is_told_in_both_languages(language):
    told = i18n.sentences(language)
    for kind in KEPT:
        assert kind.on_leaving in ON_LEAVING
        for key in (f"room-kept-{kind.id}", f"room-kept-seen-{kind.seen}", f"room-kept-on-{kind.on_leaving}"):
            assert told[key], key


def test_a_copy_holds_what_is_said_and_nothing_that_is_not(room):
    copied = [name for kind in KEPT for name in kind.copied]
    assert sorted(copied) == sorted(room.look(leaving.copy_of, room.people[0].person))


def test_leaving_does_what_is_said(room):
    who = room.people[0]
    room.do(livesession.begin, "2-learning", 5, LEAD.person)
    room.do(presence.arrive, "2-learning", who)
    room.do(livesession.raise_hand, who.person, True)
    room.do(livesession.put_in_group, "2-learning", who.person, 1)
    made = room.do(shares.publish, RIGOR["id"], room.people[1], "Words of theirs")
    room.do(shares.report_one, made["id"], who, "A child is named")
    room.cast(who, DOOR, {"choice": "a"})
    room.do(leaving.leave, who.person, {DOOR["id"]: room.code(who, DOOR["id"])}, "erase")
    with room.store.reading() as db:
        left = {
            name: str([tuple(row) for row in db.execute(sa.select(table)) if room.cohort in str(tuple(row))])
            for name, table in metadata.tables.items()
        }
        reported = db.execute(sa.select(metadata.tables["room_report"])).mappings().all()
    for kind in KEPT:
        for name in kind.tables:
            stays = kind.on_leaving == "stays" and name == "attendance"
            assert (f"'{who.person}'" in left[f"room_{name}"]) == stays, name
    assert [one["person"].startswith("gone-") for one in reported if one["share"] == made["id"]] == [True]
