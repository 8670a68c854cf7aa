"""Seconds to make the feedback of a class: the kit's beside nbgrader's generate_feedback.

Run: python tests/benchmarks/bench_feedback.py [--size 100]
The same graded class in the same run; nbgrader with its own template, as the process that its command
is. The kit twice: as its command, a process too, and as the service's button does it, in the child
process that an earlier click has started.
"""

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path

from cohort import LESSON, Seconds, course, ours, stock

from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.service.apart import Apart
from openpractice.service.facilitator import longwork

INGEST = f"""from openpractice.intake.ingest import ingest
from openpractice.intake.inhand import in_hand
with in_hand(folder, {LESSON!r}) as hand:
    ingest(hand)"""
FEEDBACK = f"from openpractice.feedback.feedback import give_feedback\nassert give_feedback(folder, {LESSON!r}).new"


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--size", type=int, default=100)
    size = ask.parse_args().size
    with tempfile.TemporaryDirectory() as scratch:
        folder = course(Path(scratch) / "course", size)
        ours(folder, INGEST)
        with sqlite3.connect(folder.root / "gradebook.db") as db:
            db.execute("UPDATE grade SET manual_score = 4, needs_manual_grade = 0")
            db.execute("UPDATE comment SET manual_comment = 'I see two pieces of work. What would a third say?'")
        (folder.root / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'open-practice'\n"
        )
        theirs = stock(folder.root, "generate_feedback", LESSON)
        print(f"generate_feedback, {size}: {theirs:.2f} s ({theirs.cpu:.2f} of processor)")
        say("openpractice feedback", theirs, ours(folder, FEEDBACK))
        anew(folder)
        say("the button", theirs, button(folder, Path(scratch) / "files"))


def say(what, theirs, took):
    print(f"{what}: {took:.2f} s ({took.cpu:.2f}); {theirs / took:.0f}x, processor {theirs.cpu / took.cpu:.0f}x")


def button(folder: CourseFolder, to: Path) -> Seconds:
    """What the service does when a facilitator returns feedback and its child process has worked before."""
    apart = Apart()
    apart.run(longwork.told, "give_feedback", "en", folder, LESSON, to, False, "fay")
    anew(folder)
    began, before = time.perf_counter(), apart.run(time.process_time)
    done, said = apart.run(longwork.told, "give_feedback", "en", folder, LESSON, to, False, "fay")
    assert done, said
    took = Seconds(time.perf_counter() - began, apart.run(time.process_time) - before)
    apart.close()
    assert len(list(folder.feedback.glob(f"*/{LESSON}.json"))) == len(list(to.glob("*.html")))
    return took


def anew(folder: CourseFolder) -> None:
    """As if nobody had feedback yet, and were told, as collecting tells them, that their hand-in has arrived."""
    for path in folder.feedback.rglob("*"):
        if path.is_file() and not path.name.endswith(".status.json"):
            path.unlink()
    with sqlite3.connect(folder.root / "gradebook.db") as db:
        db.execute("DELETE FROM op_returned")


if __name__ == "__main__":
    main()
