"""The way into the gradebook and back on a real PostgreSQL server, by database URL."""

import json
from datetime import UTC, datetime, timezone

import pytest
import sqlalchemy as sa

from handins import LESSON, LINE, TRACE, course_folder, hand_in, release_lesson, response
from openpractice.feedback.feedback import give_feedback
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import GradingError
from openpractice.intake.collect import collect

pytestmark = pytest.mark.postgres


def test_the_whole_way_round_on_postgresql(postgres, tmp_path):
    server = postgres.database()
    folder = course_folder(tmp_path / "data", db_url=server)
    release_lesson(folder, due=datetime(2026, 12, 24, tzinfo=UTC))
    words = "سلام 你好 🙂 <b> $x$ \"'"
    answers = {"purpose-trace": response(TRACE, {"text": words}), "purpose-line": response(LINE, {"text": "same"})}
    hand_in(folder, "ana", answers)
    hand_in(folder, "blank", {})
    assert collect(folder, LESSON).new == ("ana", "blank")
    assert collect(folder, LESSON).unchanged == ("ana", "blank")

    engine = sa.create_engine(server)
    with engine.begin() as db:
        db.execute(sa.text("UPDATE grade SET manual_score = 2, needs_manual_grade = false"))
        db.execute(sa.text("UPDATE comment SET manual_comment = 'Kept.'"))
    hand_in(folder, "ana", answers | {"purpose-trace": response(TRACE, {"text": "other"}, rev=2)})
    collect(folder, LESSON)
    query = (
        "SELECT c.name, manual_score, needs_manual_grade FROM grade g JOIN base_cell c ON c.id = g.cell_id"
        " JOIN submitted_notebook b ON b.id = g.notebook_id JOIN submitted_assignment s ON s.id = b.assignment_id"
        " WHERE student_id = 'ana' ORDER BY c.name"
    )
    with engine.connect() as db:
        assert [tuple(row) for row in db.execute(sa.text(query))] == [
            ("purpose-evidence", 2.0, False),
            ("purpose-line", 2.0, False),
            ("purpose-trace", 2.0, True),
        ]
        kept = db.execute(sa.text("SELECT text FROM op_response WHERE NOT latest AND prompt = 'purpose-trace'"))
        assert kept.scalars().all() == [words]
    done = give_feedback(folder, LESSON)
    assert (done.new, done.waiting) == (("blank",), ("ana",))
    held = json.loads((folder.feedback / "blank" / f"{LESSON}.json").read_bytes())
    assert held["answers"]["purpose-trace"]["comment"] == "Kept."

    # As the kit of before left it, without a column for the language of an answer.
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE op_response DROP COLUMN language"))
        db.execute(sa.text("UPDATE op_version SET version = 2"))
    assert collect(folder, LESSON).unchanged == ("ana", "blank")
    with engine.connect() as db:
        assert set(db.execute(sa.text("SELECT language FROM op_response")).scalars()) == {""}
        assert db.execute(sa.text("SELECT version FROM op_version")).scalars().all() == [gradebook.OURS]
    with pytest.raises(GradingError, match="for another course"):
        collect(course_folder(tmp_path / "data", course="another", db_url=server), LESSON)
    engine.dispose()


def test_the_list_is_read_before_the_first_release_on_postgresql(postgres, tmp_path):
    from openpractice.gradebook import collected
    from openpractice.roster import roster
    from openpractice.service.people import listing

    folder = course_folder(tmp_path / "data", db_url=postgres.database())
    with pytest.raises(GradingError, match="no gradebook yet"), gradebook.opened(folder):
        pass
    done = listing.take_file(folder, b"id,name,school\nas-17,Ana Silva,Hill\n,,Broken\nben,Ben,Lake\n", "fay")
    assert (done["new"], done["changed"], [one.line for one in done["faults"]]) == (2, 0, [3])
    listing.settle(folder, {"ana-silva": "Ana Silva"})
    release_lesson(folder)
    hand_in(folder, "ana-silva", {"purpose-trace": response(TRACE, {"text": "here"})})
    assert collect(folder, LESSON).new == ("ana-silva",)
    with listing.changing(folder) as db:
        assert set(roster.everybody(db)) == {"ana-silva", "ben"}
        assert collected.names(db)["ana-silva"] == "Ana Silva" and "as-17" not in collected.names(db)


def test_two_who_bring_list_and_people_together_at_once_do_it_once(postgres, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    from openpractice.roster import called, roster
    from openpractice.service.people import listing

    folder = course_folder(tmp_path / "data", db_url=postgres.database())
    listing.take_file(folder, b"id,name,school\nas-17,Ana Silva,Hill\n", "fay")
    joined = {"ana-silva": "Ana Silva"}

    def second():
        with gradebook.opened(folder) as engine, engine.begin() as db:
            called.settle(db, joined)

    waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with gradebook.opened(folder) as engine, ThreadPoolExecutor() as threads:
        with engine.begin() as first:
            called.settle(first, joined)
            waiting = threads.submit(second)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
                while not looking.scalar(waits) and not waiting.done():
                    pass
        waiting.result()
        with engine.connect() as db:
            assert [(key, row.name) for key, row in roster.everybody(db).items()] == [("ana-silva", "Ana Silva")]
            noted = sa.text("SELECT count(*) FROM op_audit WHERE what = 'roster' AND detail LIKE '%as-17%'")
            assert db.scalar(noted) == 1
