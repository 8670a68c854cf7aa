import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from openpractice.room import cohorts
from openpractice.room.migrations.moving import VERSION_TABLE, RoomTooNew
from openpractice.room.roomstore import NAME, RoomRefused, RoomStore
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
