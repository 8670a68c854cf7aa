"""Attacks: whoever has the room's database, its exports or any view tries to learn who answered what."""

import itertools
import json
import re

import pytest
import sqlalchemy as sa

from openpractice.room import cohorts, leaving, livesession, phases, presence, roomview, shares
from openpractice.room.roomstore import DAY_MS, NAME, RoomRefused, RoomStore
from openpractice.room.roomtables import answered, attendance, ballot, log, metadata, share
from openpractice.room.tallies import counts
from rooms import DOOR, LEAD, LED, RIGOR, RULES, SPECS, Room, room, store

LESSON = roomview.RoomLesson("2-learning", "Learning", 105, SPECS)
VALUES = [{"choice": each} for each in "abcabcab"]


def everything(store):
    """Every row of every table of the room, as text."""
    with store.reading() as db:
        return {
            table.name: [str(tuple(row)) for row in db.execute(sa.select(table))] for table in metadata.tables.values()
        }


def test_no_row_of_the_room_holds_a_person_and_an_answer_together(room):
    room.cast_each(DOOR, VALUES)
    held = everything(room.store)
    for person in room.people:
        assert not any(person.person in row or person.name in row for row in held["room_ballot"])
        code = room.code(person, DOOR["id"])
        assert not any(code in row for rows in held.values() for row in rows)


def test_what_lies_beside_an_answer_is_a_key_and_nothing_that_tells_a_time():
    assert {column.name for column in ballot.c} == {"cohort", "prompt", "round", "code", "answer", "fresh"}
    assert {column.name for column in answered.c} == {"cohort", "prompt", "round", "person"}
    assert [column.name for column in ballot.primary_key] == ["cohort", "prompt", "round", "code"]


def test_the_order_of_rows_and_what_the_database_knows_of_them_tells_nothing(room):
    for person, value in zip(room.people, VALUES, strict=True):
        room.cast(person, DOOR, value)
    where = f"WHERE cohort = '{room.cohort}'"
    with room.store.reading() as db:
        if room.store.engine.dialect.name == "sqlite":
            for table in ("room_ballot", "room_answered"):
                with pytest.raises(sa.exc.OperationalError, match="rowid"):
                    db.exec_driver_sql(f"SELECT rowid FROM {table}")
            return
        for table, key in (("room_ballot", "code"), ("room_answered", "person")):
            rows = db.exec_driver_sql(f"SELECT xmin::text, ctid::text, {key} FROM {table} {where} ORDER BY ctid").all()
            assert len({row[0] for row in rows}) == 1  # one and the same change wrote them all
            assert [row[2] for row in rows] == sorted(row[2] for row in rows)


@pytest.fixture
def alone(tmp_path):
    """A room in a file of its own, that is read as it lies there."""
    store = RoomStore(tmp_path)
    yield Room(store, cohorts.make(store, "Only", RULES))
    store.close()


def files(tmp_path):
    return b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_the_bytes_of_the_file_lie_in_the_order_of_keys_whoever_came_first(alone, tmp_path):
    order = [alone.people[number] for number in (3, 6, 0, 7, 2, 5, 1, 4)]
    for person, value in zip(order, VALUES, strict=True):
        alone.cast(person, DOOR, value)
    with alone.store.reading() as db:
        keys = [key.encode() for key in db.scalars(sa.select(ballot.c.code).order_by(ballot.c.code))]
    people = [person.person.encode() for person in alone.people]
    held, before = files(tmp_path), f"{alone.cohort}{DOOR['id']}".encode()
    for sorted_keys in (keys, people):
        # A page is filled from its end.
        places = [held.index(before + key) for key in sorted_keys]
        assert places == sorted(places, reverse=True)
    codes = [alone.code(person, DOOR["id"]).encode() for person in order]
    assert not any(code in held for code in codes)


def test_the_write_ahead_log_holds_no_change_in_which_somebody_stands_beside_an_answer(alone, tmp_path):
    log = tmp_path / f"{NAME}-wal"
    for person, value in zip(alone.people, VALUES, strict=True):
        alone.cast(person, DOOR, value)
        assert log.stat().st_size == 0
    with alone.store.engine.connect() as looking:
        looking.exec_driver_sql("SELECT count(*) FROM room_ballot")
        alone.cast(alone.people[0], DOOR, {"choice": "c"})  # the log waits for whoever looks
        assert log.stat().st_size > 0
    alone.cast(alone.people[1], DOOR, {"choice": "c"})
    assert log.stat().st_size == 0


def test_what_a_killed_service_left_in_the_log_is_gone_when_it_is_up_again(alone, tmp_path):
    with alone.store.engine.connect() as looking:
        looking.exec_driver_sql("SELECT count(*) FROM room_ballot")
        alone.cast(alone.people[0], DOOR, VALUES[0])
        left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert left[f"{NAME}-wal"]
    (tmp_path / "again").mkdir()
    for name in (NAME, f"{NAME}-wal"):
        (tmp_path / "again" / name).write_bytes(left[name])
    again = RoomStore(tmp_path / "again")
    assert not (tmp_path / "again" / f"{NAME}-wal").read_bytes()
    with again.reading() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(ballot)) == 1
    again.close()


def test_what_was_erased_lies_in_no_file_of_the_room(alone, tmp_path):
    who = alone.people[0]
    alone.do(shares.publish, RIGOR["id"], who, "Words of mine alone")
    alone.do(livesession.raise_hand, who.person, True, "Stuck on mine alone")
    assert files(tmp_path).count(b"of mine alone") == 1
    alone.do(leaving.leave, who.person, {}, "erase")
    assert b"mine alone" not in files(tmp_path)


def test_nothing_tells_when_a_count_was_shown_or_who_came_after_it(room):
    """Of one latecomer the only new answer is theirs: so nothing may say who came late."""
    room.cast_each(DOOR, VALUES[:6])
    room.do(phases.move, DOOR, "discuss", LEAD.person)
    room.do(counts.reveal, DOOR, LEAD.person)
    late = cohorts.Member("late", "Late")
    cohorts.join(room.store, room.cohort, late)
    room.cast(late, DOOR, {"choice": "c"})
    room.do(presence.arrive, "2-learning", late)
    tables = {name.removeprefix("room_"): table for name, table in metadata.tables.items()}
    for name in ("member", "gone", "result", "question", "round", "answered", "ballot"):
        assert not [column.name for column in tables[name].c if isinstance(column.type, sa.BigInteger)], name
    with room.store.reading() as db:
        lines = db.execute(sa.select(log).where(log.c.cohort == room.cohort)).all()
        joined = db.scalar(sa.select(attendance.c.joined_at).where(attendance.c.cohort == room.cohort))
        if db.dialect.name == "sqlite":
            for table in ("room_member", "room_log"):
                with pytest.raises(sa.exc.OperationalError, match="rowid"):
                    db.exec_driver_sql(f"SELECT rowid FROM {table}")
    assert {line.what for line in lines} == {"phase", "reveal"}
    assert all(line.at % DAY_MS == 0 for line in lines) and joined % 60_000 == 0
    assert all(line["day"] for line in room.look(roomview.history))


def test_once_the_session_ends_nobody_was_last_seen_at_any_time(room):
    room.do(livesession.begin, "2-learning", 5, LEAD.person)
    room.do(presence.arrive, "2-learning", room.people[0])
    room.do(presence.close, "2-learning", 105)
    with room.store.reading() as db:
        assert db.scalars(sa.select(attendance.c.seen_at).where(attendance.c.cohort == room.cohort)).all() == [None]


def test_nothing_joins_whoever_left_to_what_stays_of_them(room):
    for person in room.people[:2]:
        for prompt in (RIGOR, LED):
            room.do(shares.publish, prompt["id"], person, f"Nameless words to {prompt['id']}")
        room.do(leaving.leave, person.person, {}, "nameless")
    mine = {name: [row for row in rows if room.cohort in row] for name, rows in everything(room.store).items()}
    signs = [sign for rows in mine.values() for row in rows for sign in re.findall(r"gone-\w+", row)]
    assert len(signs) == len(set(signs)) == 2 + 4  # each stands in one row alone
    assert len(mine["room_gone"]) == 2 and not any(re.search(r"\b\d{13}\b", row) for row in mine["room_gone"])
    with room.store.reading() as db:
        lines = db.execute(sa.select(log).where(log.c.cohort == room.cohort, log.c.what == "left")).all()
    assert {(line.who, line.at % DAY_MS) for line in lines} == {("gone", 0)}


def test_nobody_s_view_holds_what_somebody_answered(room):
    room.cast_each(DOOR, VALUES[:4])
    for view in (
        room.look(roomview.common, LESSON),
        room.look(roomview.leading, LESSON, True),
        room.look(roomview.projected, LESSON),
        room.look(roomview.own, LESSON, room.people[0]),
        room.look(roomview.history),
        *(room.look(leaving.copy_of, person.person) for person in room.people),
    ):
        told = json.dumps(view, default=str)
        assert "choice" not in told and not any(room.code(person, DOOR["id"]) in told for person in room.people)


def test_who_has_answered_is_for_those_who_lead_and_is_no_part_of_what_others_get(room):
    room.cast_each(DOOR, VALUES[:3])
    assert room.look(roomview.leading, LESSON, True)["who"][DOOR["id"]]["have"] == ["Person 0", "Person 1", "Person 2"]
    assert "who" not in room.look(roomview.leading, LESSON)
    told = str(room.look(roomview.common, LESSON)) + str(room.look(roomview.own, LESSON, room.people[5]))
    assert "Person 0" not in told


@pytest.mark.parametrize("others", list(itertools.product("abc", repeat=4))[::13])
def test_two_showings_cannot_be_subtracted_to_read_one_answer(room, others):
    """Whatever the last person says, everything that can be seen before and after is the same."""
    room.cast_each(DOOR, [{"choice": each} for each in ("a", *others)])
    room.do(counts.reveal, DOOR, LEAD.person)
    seen = []
    for last in "abc":
        room.cast(room.people[7], DOOR, {"choice": last})
        with pytest.raises(RoomRefused, match="too-few-since") as refused:
            room.do(counts.reveal, DOOR, LEAD.person)
        view = room.look(roomview.common, LESSON)
        seen.append((refused.value.values, view["questions"][DOOR["id"]]))
    assert seen[0] == seen[1] == seen[2]


def test_a_person_of_another_cohort_sees_nothing_and_is_nobody_here(store, room):
    other = Room(store, cohorts.make(store, "Another", RULES))
    room.do(shares.publish, RIGOR["id"], room.people[0], "Ours alone")
    room.cast_each(DOOR, VALUES)
    room.do(counts.reveal, DOOR, LEAD.person)
    told = str(other.look(roomview.common, LESSON)) + str(other.look(roomview.own, LESSON, other.people[0]))
    assert "Ours alone" not in told and other.look(roomview.common, LESSON)["questions"][DOOR["id"]]["results"] == []
    stranger = cohorts.Member("stranger", "Stranger")
    cohorts.join(store, other.cohort, stranger)
    with pytest.raises(RoomRefused, match="not-here"):
        room.look(cohorts.present_member, "stranger")
    with pytest.raises(RoomRefused, match="no-cohort"):
        room.store.changing("none").__enter__()


def test_what_was_taken_back_is_seen_by_nobody_else(room):
    room.do(shares.publish, RIGOR["id"], room.people[0], "A draft after all")
    room.do(shares.recall, RIGOR["id"], room.people[0].person)
    for view in (roomview.common, roomview.leading, roomview.projected):
        assert "A draft" not in str(room.look(view, LESSON))


@pytest.mark.parametrize("way", leaving.WAYS)
def test_leaving_takes_away_what_was_promised_and_keeps_what_was_shown(room, way):
    room.cast_each(DOOR, VALUES)
    shown = room.do(counts.reveal, DOOR, LEAD.person)
    who = room.people[0]
    made = room.do(shares.publish, RIGOR["id"], who, "Words of mine")
    assert room.look(leaving.copy_of, who.person)["versions"][0]["text"] == "Words of mine"
    room.do(leaving.leave, who.person, {DOOR["id"]: room.code(who, DOOR["id"])}, way)
    held = everything(room.store)
    mine = [row for name, rows in held.items() if name != "room_attendance" for row in rows if room.cohort in row]
    assert not any(f"'{who.person}'" in row or who.name in row for row in mine)
    with room.store.reading() as db:
        words = shares.text_of(db, made["id"], 1)
        kept = db.execute(sa.select(share).where(share.c.id == made["id"])).one_or_none()
        ballots = db.scalar(sa.select(sa.func.count()).select_from(ballot).where(ballot.c.cohort == room.cohort))
    assert ballots == 7
    assert (words, kept) == ("", None) if way == "erase" else (words, kept.name) == ("Words of mine", "")
    view = room.look(roomview.common, LESSON)["questions"][DOOR["id"]]
    assert view["results"][0]["rows"] == shown["rows"]
    with pytest.raises(RoomRefused, match="not-here"):
        room.look(cohorts.present_member, who.person)


def test_erasing_somebody_who_led_leaves_what_they_did_without_their_name(tmp_path):
    store = RoomStore(tmp_path)
    room, _ = (Room(store, cohorts.make(store, f"Cohort {number}", RULES)) for number in range(2))
    lead = cohorts.Member("fay-lead", "Fay The Lead", role="facilitator")
    ana, bo, cem = room.people[:3]
    hidden, kept = (room.do(shares.publish, RIGOR["id"], who, "Words")["id"] for who in (ana, bo))
    for one in (hidden, kept):
        room.do(shares.report_one, one, cem, "Names a child")
    room.do(shares.hide, hidden, lead, "It names a child")
    room.do(shares.settle, kept, lead)
    room.do(presence.correct, "1-purpose", ana, 90, lead.person, "Signed on paper")
    assert lead.name in str(everything(store)) and lead.person in str(everything(store))
    assert leaving.erase_everywhere(store, lead.person, {}) == ["Cohort 0"]
    assert lead.name not in str(everything(store)) and lead.person not in str(everything(store))
    with store.reading() as db:
        hide = db.execute(sa.select(share.c.hidden_why).where(share.c.id == hidden)).scalar_one()
        minutes = db.execute(sa.select(attendance.c.corrected, attendance.c.corrected_why)).one()
    assert (hide, tuple(minutes)) == ("It names a child", (90, "Signed on paper"))
    assert leaving.erase_everywhere(store, lead.person, {}) == []
    store.close()


def test_erasing_somebody_leaves_nothing_of_them_in_any_cohort(tmp_path):
    store = RoomStore(tmp_path)
    rooms = [Room(store, cohorts.make(store, f"Cohort {number}", RULES)) for number in range(2)]
    who = rooms[0].people[0]
    for one in rooms:
        one.cast_each(DOOR, VALUES)
        one.do(shares.publish, RIGOR["id"], who, "Words of mine")
        one.do(presence.correct, "1-purpose", who, 90, LEAD.person, "Signed on paper")
        cohorts.join(store, one.cohort, cohorts.Member("p1", "Person 1", appraiser=who.person))
    # One code a prompt lies in a journal, whichever cohort counted it.
    codes = {DOOR["id"]: rooms[0].code(who, DOOR["id"])}
    assert leaving.erase_everywhere(store, who.person, codes) == ["Cohort 0", "Cohort 1"]
    rows = [row for held in everything(store).values() for row in held]
    assert not any(f"'{who.person}'" in row or f'"{who.person}"' in row or who.name in row for row in rows)
    assert not any("Words of mine" in row for row in rows)
    store.close()
