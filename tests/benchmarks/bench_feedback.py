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
        # A class of its own for each: a disk is slow to make files where many have just been deleted.
        for_stock, for_command, earlier, for_button = (graded(Path(scratch) / str(n), size) for n in range(4))
        theirs = stock(for_stock.root, "generate_feedback", LESSON)
        print(f"generate_feedback, {size}: {theirs:.2f} s ({theirs.cpu:.2f} of processor)")
        say("openpractice feedback", theirs, ours(for_command, FEEDBACK))
        say("the button", theirs, button(earlier, for_button, Path(scratch)))


def graded(place: Path, size: int) -> CourseFolder:
    """A class that is collected, read and commented, with no feedback yet."""
    folder = course(place / "course", size)
    ours(folder, INGEST)
    with sqlite3.connect(folder.root / "gradebook.db") as db:
        db.execute("UPDATE grade SET manual_score = 4, needs_manual_grade = 0")
        db.execute("UPDATE comment SET manual_comment = 'I see two pieces of work. What would a third say?'")
    (folder.root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'open-practice'\n")
    return folder


def say(what, theirs, took):
    print(f"{what}: {took:.2f} s ({took.cpu:.2f}); {theirs / took:.0f}x, processor {theirs.cpu / took.cpu:.0f}x")


def button(earlier: CourseFolder, folder: CourseFolder, to: Path) -> Seconds:
    """What the service does when a facilitator returns feedback and its child process has worked before."""
    apart = Apart()
    apart.run(longwork.told, "give_feedback", "en", earlier, LESSON, to / "earlier", False, "fay")
    began, before = time.perf_counter(), apart.run(time.process_time)
    done, said = apart.run(longwork.told, "give_feedback", "en", folder, LESSON, to / "now", False, "fay")
    assert done, said
    took = Seconds(time.perf_counter() - began, apart.run(time.process_time) - before)
    apart.close()
    assert len(list(folder.feedback.glob(f"*/{LESSON}.json"))) == len(list((to / "now").glob("*.html")))
    return took


if __name__ == "__main__":
    main()
