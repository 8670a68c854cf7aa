"""Counting what a piece of work does, so that a test can tell linear from worse without a clock.

A step is a line of Python that is run, or a character that two texts of ours are compared by.
"""

import sys


def steps(work) -> int:
    """How many lines of the kit are run by `work()`, its own refusals included."""
    count = 0

    def line(frame, event, _):
        nonlocal count
        count += event == "line"
        return line

    def call(frame, event, _):
        return line if "openpractice" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def grows_no_faster(make, work, size=200, slack=1.3):
    """Whether four times the input costs at most four times the steps, with some `slack`.

    `make(n)` gives an input of size n.
    """
    small, large = make(size), make(4 * size)
    few, many = steps(lambda: work(small)), steps(lambda: work(large))
    return many <= 4 * slack * max(few, 1)
