"""Where every answer of a course stands, kept in memory and brought up to date by the audit.

A thousand people have fifteen thousand answers, too many to read again for each request.
The audit only grows: what it gained since the last look names the answers to read anew.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from functools import cached_property

import sqlalchemy as sa

from openpractice.gradebook.own_tables import audit, person
from openpractice.review.queue import STATES, Waiting, doubled

# Entries of two writers may appear in another order than their numbers.
OVERLAP = 200
# With more people moved than this, their prompt is read anew as a whole.
MOST_MOVED = 200
# What is written down and moves no answer.
STILL = {"name", "names", "export", "assign", "unassign", "calibrate again", "rubric words"}


class Standing:
    """All answers to one prompt as they stand; what is worked out from them is kept beside them."""

    def __init__(self, rows: Iterable[Waiting]):
        self.rows = tuple(rows)
        self._kept: dict = {}

    @cached_property
    def of(self) -> dict[str, Waiting]:
        """Each answer by participant."""
        return {row.participant: row for row in self.rows}

    @cached_property
    def counts(self) -> Counter:
        """How many answers are in which state."""
        return Counter(row.state for row in self.rows)

    def counts_of_all(self) -> dict[str, int]:
        """How many answers are in each state, with those that no answer is in."""
        return {state: self.counts[state] for state in STATES}

    def doubled(self, share: float) -> set[str]:
        """The participants whose answer is read twice."""
        return self.keep(("doubled", share), lambda: doubled(self.rows, share))

    def with_moved(self, people: Collection[str], fresh: Iterable[Waiting]) -> "Standing":
        """The answers with those of some people as they stand by now."""
        return Standing([*(row for row in self.rows if row.participant not in people), *fresh])

    def keep(self, about: Hashable, work: Callable):
        """What `work` gives, done once for as long as these answers stand."""
        if about not in self._kept:
            self._kept[about] = work()
        return self._kept[about]


class Standings:
    """The standings of all prompts of one gradebook; safe for threads.

    `load(db, lesson, prompt, people)` reads a prompt's answers afresh: of these people, or all (None).
    """

    def __init__(self, load: Callable[[sa.Connection, str, str, Collection[str] | None], Iterable[Waiting]]):
        self._load = load
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], tuple[object, Standing]] = {}
        self._moved: dict[tuple[str, str], set[str]] = {}
        self._lessons: list[str] | None = None
        self._seen: set[int] = set()
        self._last: int | None = None
        self._people = None

    def lessons(self, db, ask: Callable[[], list[str]]) -> list[str]:
        """The lessons that `ask` found, kept until hand-ins come in."""
        with self._lock:
            self._catch_up(db)
            if self._lessons is None:
                self._lessons = ask()
            return self._lessons

    def of(self, db, wanted: Iterable[tuple[str, str, object]]) -> dict[tuple[str, str], Standing]:
        """The answers to these prompts, (lesson, prompt, release) each, as they all stand now."""
        with self._lock:
            self._catch_up(db)
            found = {}
            for lesson, prompt, release in wanted:
                found[lesson, prompt] = self._as_now(db, lesson, prompt, release)
            return found

    def _as_now(self, db, lesson, prompt, release):
        held, people = self._held.get((lesson, prompt)), self._moved.get((lesson, prompt), ())
        if held is None or held[0] is not release or len(people) > MOST_MOVED:
            stand = Standing(self._load(db, lesson, prompt, None))
        elif people:
            stand = held[1].with_moved(people, self._load(db, lesson, prompt, people))
        else:
            return held[1]
        self._held[lesson, prompt] = release, stand
        self._moved.pop((lesson, prompt), None)  # last: a look that failed is taken again
        return stand

    def _catch_up(self, db):
        people = db.execute(sa.select(person.c.participant, person.c.school, person.c.appraiser)).all()
        if people != self._people:
            self._people = people
            self._held.clear()
        if self._last is None:
            self._last = db.scalar(sa.select(sa.func.max(audit.c.id))) or 0
            self._held.clear()
        recent = db.execute(
            sa.select(audit.c.id, audit.c.what, audit.c.lesson, audit.c.prompt, audit.c.participant).where(
                audit.c.id > self._last - OVERLAP
            )
        ).all()
        for line in recent:
            if line.id not in self._seen and line.what not in STILL:
                self._forget(line)
        self._seen = {line.id for line in recent}
        self._last = max(self._seen, default=self._last)

    def _forget(self, line):
        """Drop what an entry of the audit has moved: one person's answers, all to a prompt or of a lesson, or everything."""
        if not line.prompt:
            self._lessons = None
        for lesson, prompt in list(self._held):
            if line.lesson in ("", lesson) and line.prompt in ("", prompt):
                if line.participant:
                    self._moved.setdefault((lesson, prompt), set()).add(line.participant)
                else:
                    del self._held[lesson, prompt]
