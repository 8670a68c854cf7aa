"""Seconds to make the feedback of a class: the kit's beside nbgrader's generate_feedback.

Run: python tests/benchmarks/bench_feedback.py [--size 100]
Whole processes on the same graded class in the same run; nbgrader with its own template.
"""

import argparse
import sqlite3
import tempfile
from pathlib import Path

from cohort import LESSON, course, ours, stock

INGEST = f"from openpractice.intake.ingest import ingest\ningest(folder, {LESSON!r})"
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
        took = ours(folder, FEEDBACK)
        print(
            f"generate_feedback, {size}: {theirs:.2f} s ({theirs.cpu:.2f} of processor); "
            f"feedback: {took:.2f} s ({took.cpu:.2f}); {theirs / took:.0f}x, processor {theirs.cpu / took.cpu:.0f}x"
        )


if __name__ == "__main__":
    main()
