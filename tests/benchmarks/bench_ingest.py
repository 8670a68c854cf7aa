"""Seconds to bring a class into the gradebook: the kit's ingest beside nbgrader's autograde.

Run: python tests/benchmarks/bench_ingest.py [--stock 20] [--sizes 100 1000]
Both are whole processes on the same machine in the same run. nbgrader is measured on a few
submissions and given per submission; what is said of larger classes is extrapolated.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from cohort import LESSON, course, ours, stock, stock_course

INGEST = f"""from openpractice.intake.ingest import ingest
from openpractice.intake.inhand import in_hand
with in_hand(folder, {LESSON!r}) as hand:
    assert ingest(hand).new"""


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--stock", type=int, default=20)
    ask.add_argument("--sizes", type=int, nargs="*", default=[100, 1000])
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = stock_course(Path(scratch) / "stock", given.stock)
        plain = stock(place, "autograde", LESSON, "--no-execute")
        shutil.rmtree(place / "autograded")
        executing = stock(place, "autograde", LESSON)
        for name, took in (("executing", executing), ("--no-execute", plain)):
            print(
                f"nbgrader {name}, {given.stock} submissions: {took / given.stock:.3f} s each,"
                f" {took.cpu / given.stock:.3f} of processor"
            )
        for size in given.sizes:
            took = ours(course(Path(scratch) / str(size), size), INGEST)
            print(
                f"ingest, {size} submissions: {took:.2f} s, {took / size * 1000:.2f} ms each,"
                f" {took.cpu / size * 1000:.2f} of processor; nbgrader extrapolated:"
            )
            for name, other in (("executing", executing), ("--no-execute", plain)):
                ratio = size / given.stock
                print(f"  {other * ratio / took:,.0f}x {name}, processor {other.cpu * ratio / took.cpu:,.0f}x")


if __name__ == "__main__":
    main()
