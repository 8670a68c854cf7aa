import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from openpractice.room import cohorts
from openpractice.room.migrations.moving import VERSION_TABLE, RoomTooNew, bring_up
from openpractice.room.roomstore import DAY_MS, NAME, RoomRefused, RoomStore
from openpractice.room.roomtables import metadata
from rooms import RULES, Room, room, store


def test_the_steps_make_just_the_tables_that_the_kit_means(store):
    with store.engine.connect() as db:
        context = MigrationContext.configure(db, opts={"version_table": VERSION_TABLE, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []


def test_opening_again_changes_nothing_and_a_newer_database_is_refused(tmp_path):
    first = RoomStore(tmp_path)
    made = cohorts.make(first, "Ours", RULES, "main")
    first.close()
    again = RoomStore(tmp_path)
    with again.making() as db:
        assert [row.id for row in cohorts.every(db)] == [made]
        db.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    again.close()
    with pytest.raises(RoomTooNew, match="9999"):
        RoomStore(tmp_path)
    assert (tmp_path / NAME).exists()


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_room_of_an_older_kit_loses_its_times_and_nobody(engine, tmp_path, request):
    where = (
        request.getfixturevalue("postgres").database() if engine == "postgresql" else f"sqlite:///{tmp_path}/room.db"
    )
    old, at = sa.create_engine(where), 1_790_000_123_456
    bring_up(old, "0001")
    with old.begin() as db:
        for cohort in ("a", "b"):
            db.exec_driver_sql(f"INSERT INTO room_cohort (id, title, join_code) VALUES ('{cohort}', 'T', '{cohort}')")
        for cohort, person, came, left in (("b", "ana", 5, None), ("a", "ana", 9, None), ("a", "gone-1f", 3, 7)):
            known = f"'{cohort}', '{person}', '{person}', {came}, {left or 'NULL'}"
            db.exec_driver_sql(f"INSERT INTO room_member (cohort, person, name, joined_at, left_at) VALUES ({known})")
        for number, what in enumerate(("hide", "reveal", "left"), 1):
            line = f"{number}, 'a', {at}, 'gone-77', '{what}', '{{}}'"
            db.exec_driver_sql(f"INSERT INTO room_log (id, cohort, at, who, what, about) VALUES ({line})")
        db.exec_driver_sql(f"INSERT INTO room_result (cohort, prompt, rows, at) VALUES ('a', 'p', '[]', {at})")
    old.dispose()
    store = RoomStore(where)
    with store.reading() as db:
        assert cohorts.of(db, "ana") == ["b", "a"]  # the last that they came into is the one they are in
        assert list(cohorts.people(db, "a")) == ["ana"]
        assert db.exec_driver_sql("SELECT cohort, mark FROM room_gone").all() == [("a", "gone-1f")]
        lines = {what: (who, at) for who, what, at in db.exec_driver_sql("SELECT who, what, at FROM room_log")}
        day = at - at % DAY_MS
        assert lines == {"hide": ("gone-77", at), "reveal": ("gone-77", day), "left": ("gone", day)}
        assert db.exec_driver_sql("SELECT prompt FROM room_result").scalar() == "p"
        context = MigrationContext.configure(db, opts={"version_table": VERSION_TABLE, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_changes_that_come_at_once_each_have_a_number_and_all_are_heard(store):
    one = Room(store, cohorts.make(store, "Busy", RULES))
    heard, start = [], one.look(cohorts.named).number
    store.watch(lambda cohort, heads: heard.append((cohort, heads)))

    def change():
        for _ in range(5):
            one.do(lambda db, cohort: None)

    threads = [threading.Thread(target=change) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert one.look(cohorts.named).number == start + 30
    assert heard.count((one.cohort, False)) == 30


def test_a_cohort_is_joined_by_its_code_however_it_is_typed(store):
    made = cohorts.make(store, "  Spring   cohort ", RULES)
    with store.reading() as db:
        row = cohorts.named(db, made)
        assert row.title == "Spring cohort"
        for typed in (row.join_code, row.join_code.upper(), row.join_code.replace("-", " ")):
            assert cohorts.by_code(db, typed) == made
        for typed in ("", "wrong", row.join_code[:-1]):
            with pytest.raises(RoomRefused, match="wrong-code"):
                cohorts.by_code(db, typed)


def test_joining_again_changes_nothing_and_a_new_school_is_taken(room):
    before = room.look(cohorts.named).number
    cohorts.join(room.store, room.cohort, room.people[0])
    assert room.look(cohorts.named).number == before
    cohorts.join(room.store, room.cohort, cohorts.Member("p0", "Person Zero", school="Elsewhere"))
    assert room.look(cohorts.people)["p0"].school == "Elsewhere"


@pytest.mark.parametrize(("title", "role", "code"), [(" ", "participant", "no-title"), ("Fine", "admin", "no-role")])
def test_what_makes_no_cohort_is_refused(store, title, role, code):
    with pytest.raises(RoomRefused, match=code):
        cohorts.join(store, cohorts.make(store, title, RULES), cohorts.Member("x", "X", role))


def test_a_refused_change_leaves_no_trace(room):
    with pytest.raises(sa.exc.IntegrityError), room.store.changing(room.cohort) as db:
        for _ in range(2):
            db.exec_driver_sql(f"INSERT INTO room_stuck (cohort, person) VALUES ('{room.cohort}', 'p0')")
    with room.store.reading() as db:
        assert not db.exec_driver_sql(f"SELECT * FROM room_stuck WHERE cohort = '{room.cohort}'").all()
