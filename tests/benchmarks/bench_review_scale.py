"""Reviewing with 24 people and with 1,000, fifteen prompts each: what the server takes, beside formgrader's own lists.

Run: python tests/benchmarks/bench_review_scale.py [--formgrader]
Milliseconds of whole HTTP replies on this machine, from a client on it: the first after the
server's start, and the median and longest of those after. Nothing here is a timed test.
"""

import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import big_class as big
import paths

import review_class as rc
from formgrader import formgrader
from handins import course_folder
from sign_in import BEGINS

SIZES = (24, 1000)
REPEATS = 15
LESSON = big.LESSONS[0]
PROMPT = big.specs(LESSON)[0]["id"]
WHERE = f"lesson={LESSON}&prompt={PROMPT}"


class Clock:
    """Replies of one server, timed by name."""

    def __init__(self, server):
        self.server, self.took = server, {}

    def ask(self, name, method, path, body=None, repeats=1):
        for _ in range(repeats):
            began = time.perf_counter()
            reply = self.server.ask(
                method, f"api/review/{path}", body, {"Authorization": f"token {BEGINS}rev"}, signed_in=False
            )
            self.took.setdefault(name, []).append(1000 * (time.perf_counter() - began))
            if reply.status != 200:
                raise SystemExit(f"{name}: {reply.status} {reply.text[:300]}")
        return reply


def ours(folder):
    """Milliseconds of each route by name, the first reply first."""
    with rc.named(folder) as server:
        clock = Clock(server)
        clock.ask("queue (the page opens)", "GET", "queue", repeats=REPEATS)
        clock.ask("line of a prompt", "GET", f"line?{WHERE}", repeats=REPEATS)
        _key_to_next(clock)
        clock.ask("queue again", "GET", "queue", repeats=REPEATS)
        clock.ask("people", "GET", "people", repeats=REPEATS)
        clock.ask("progress of a session", "GET", f"progress/{LESSON}", repeats=REPEATS)
        clock.ask("who can have feedback", "GET", f"return/{LESSON}", repeats=REPEATS)
        clock.ask("what everybody will see", "GET", f"return-preview/{LESSON}", repeats=3)
        clock.ask("who is missing", "GET", f"reminder/{LESSON}", repeats=REPEATS)
        clock.ask("to discuss", "GET", f"discuss/{LESSON}", repeats=REPEATS)
        clock.ask("class strip", "GET", f"strip/{LESSON}/{PROMPT}", repeats=REPEATS)
        clock.ask("levels of a session", "GET", f"levels/{LESSON}", repeats=REPEATS)
        clock.ask("who reads whom", "GET", "assign", repeats=REPEATS)
        clock.ask("agreement", "GET", "agreement", repeats=3)
        clock.ask("rubric change", "GET", "rubric-change", repeats=3)
        for form in ("long", "wide"):
            for kind in ("csv", "xlsx"):
                clock.ask(f"export {form} {kind}", "GET", f"export?form={form}&as={kind}")
    return clock.took


def _key_to_next(clock):
    """Save one answer and be given the next one, again and again."""
    here = clock.ask("next, with two ahead", "GET", f"next?{WHERE}").json["answer"]
    for _ in range(REPEATS):
        path = f"{LESSON}/{PROMPT}/{here['who']}"
        version = here["mark"]["version"] if here["mark"] else 0
        clock.ask("lease", "POST", f"lease/{path}")
        clock.ask("save", "PUT", f"mark/{path}", {"levels": {"R": 2, "P": 1}, "version": version, "seconds": 40})
        clock.ask("answer", "GET", f"answer/{path}")
        here = clock.ask("next, with two ahead", "GET", f"next?{WHERE}&after={here['who']}").json["answer"]


def theirs(folder, scratch, lesson, most=600):
    """Seconds that formgrader's own lists take, once each; None where it took longer than `most`."""
    lists = {
        "assignments": "assignments",
        "submissions of a lesson": f"submissions/{lesson}",
        "notebooks of a lesson": f"submitted_notebooks/{lesson}/{lesson}",
        "students": "students",
    }
    found = {}
    with formgrader(folder, scratch) as (address, token):
        for name, path in lists.items():
            asked = urllib.request.Request(
                f"{address}/formgrader/api/{path}", headers={"Authorization": f"token {token}"}
            )
            began = time.perf_counter()
            try:
                with urllib.request.urlopen(asked, timeout=most) as reply:
                    reply.read()
                found[name] = time.perf_counter() - began
            except TimeoutError:
                found[name] = None
    return found


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        empty = big.release_all(scratch / "empty")
        took = {}
        for size in SIZES:
            place = scratch / str(size)
            shutil.copytree(empty.data, place)
            began = time.perf_counter()
            folder = big.fill(course_folder(place), size)
            print(f"{size} people x 15 prompts built in {time.perf_counter() - began:.1f} s: {big.count_of(folder)}")
            took[size] = ours(folder)
        print(f"{'ms: first / median / longest after':34}" + "".join(f"{size:>24}" for size in SIZES))
        for name in took[SIZES[0]]:
            print(f"  {name:32}" + "".join(f"{_figures(took[size][name]):>24}" for size in SIZES))
        if "--formgrader" in sys.argv:
            for size in SIZES:
                folder = course_folder(scratch / str(size))
                big.with_files(folder, LESSON, size)
                for name, seconds in theirs(folder, scratch / f"formgrader-{size}", LESSON).items():
                    print(
                        f"  formgrader, {size} people, {name}: {'not done in 600 s' if seconds is None else f'{seconds:.2f} s'}"
                    )


def _figures(values):
    first, after = values[0], values[1:] or values
    return f"{first:.0f} / {statistics.median(after):.0f} / {max(after):.0f}"


if __name__ == "__main__":
    main()
