"""The reviewers' desk: what is open to whom, and what happens when a reading is saved.

One desk serves one course for as long as its server runs. Every way in names
the person who signed in; nothing here trusts a page to have asked first.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import sqlalchemy as sa

from openpractice.clock import as_text
from openpractice.gradebook import collected, gradebook, marks, scores
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.marks import BadMark, Key, Mark, Stale
from openpractice.gradebook.own_tables import AGREED, response
from openpractice.gradebook.settling import bring_in_line
from openpractice.i18n import Coded
from openpractice.model import ReviewRules
from openpractice.review import assigning, leases
from openpractice.review.calibrating.anchorfiles import Anchor
from openpractice.review.calibrating.anchors import missing_before_reviewing
from openpractice.review.coursework import Coursework
from openpractice.review.queue import Waiting, has_read, in_order, may_read, readings, wants
from openpractice.review.revisions import read_before, revision, told
from openpractice.review.standing import Standing

RUBRIC_NOW = 1


class Forbidden(Coded):
    """This answer is not open to this reviewer."""


class NotCalibrated(Forbidden):
    """The course asks for calibration before anybody gives levels."""


@dataclass
class Desk(Coursework):
    """The coursework, the rules it is read by, and the rubric's version."""

    rules: ReviewRules = ReviewRules()
    rubric: int = RUBRIC_NOW
    anchors: tuple[Anchor, ...] = ()

    def counts(self, reviewer: str) -> list[dict]:
        """For each lesson and prompt how many answers are in which state, and how many are mine."""
        found = []
        lessons = self.lessons()
        with self.engine.connect() as db:
            standings = self.standings(db, lessons)
            given = {lesson: self.assignments(db, lesson) for lesson in lessons}
        for (lesson, prompt), stand in standings.items():
            release = self.release(lesson)
            found.append(
                {
                    "lesson": lesson,
                    "lesson_title": release.title,
                    "session": release.session,
                    "prompt": prompt,
                    "title": release.titles.get(prompt, prompt),
                    "criteria": list(self.criteria(lesson, prompt)),
                    "mine": len(self._line(stand, reviewer, given[lesson])),
                    # Nobody reads their own: said where nothing waits, most of all to somebody alone.
                    "own": any(row.participant == reviewer and not row.blank for row in stand.rows),
                }
                | stand.counts_of_all()
            )
        return found

    # -- one answer ------------------------------------------------------------------------

    def next(self, reviewer: str, lesson: str, prompt: str, skip: str | None = None, count: int = 1) -> list[Key]:
        """The next answers to one prompt for this reviewer; none that another holds now.

        `skip` is the answer on screen, which is not given again at once.
        """
        with self.engine.connect() as db:
            stand = self.standing(db, lesson, prompt)
            held = leases.held(db, lesson, prompt, time.time())
            given = self.assignments(db, lesson)
        line = [
            each.participant
            for each in self._line(stand, reviewer, given)
            if held.get(each.participant, reviewer) == reviewer and each.participant != skip
        ]
        return [Key(lesson, prompt, who) for who in line[:count]]

    def open(self, reviewer: str, key: Key) -> dict:
        """The answer's words, its prompt, the reviewer's own mark and where it stands.

        Raises
        ------
        Forbidden
            For one's own answer, or that of somebody the reviewer appraises.
        GradingError
            When there is no such answer.
        """
        with self.engine.connect() as db:
            each = self._allowed(db, reviewer, key)
            rows = list(
                db.execute(
                    sa.select(response).where(key.of(response)).order_by(response.c.handed_in_at.desc())
                ).mappings()
            )
            went_back = marks.returned_at(db, key)
            recalled = self._recalled(db, key)
            held = leases.held(db, key.lesson, key.prompt, time.time())
            elsewhere = self._elsewhere(db, key)
        now = next(row for row in rows if row["latest"])
        own = each.marks.get(reviewer)
        before = read_before(rows, each, own)
        return {
            "lesson": key.lesson,
            "prompt": key.prompt,
            "participant": key.participant,
            "text": now["text"],
            "beside": now["beside"],
            "value": collected.value_of(now),
            "sha256": now["sha256"],
            "source": now["source"],
            "language": now["language"],
            "late": now["late"],
            "handed_in_at": as_text(now["handed_in_at"], "auto"),
            "recalled": recalled,
            "read_before": before["text"] if before else None,
            "read_before_here": bool(before and own and own.sha256 == before["sha256"]),
            # What the writer has been told already is no secret between readers.
            "went_back": told(each, before["sha256"], went_back) if before and not own else None,
            "revision": revision(rows, went_back),
            "revisions": self.rules.revisions,
            "state": each.state,
            "mark": own,
            "agreed": _open_to(reviewer, each).get(AGREED),
            "others": [mark for who, mark in sorted(_open_to(reviewer, each).items()) if who not in (reviewer, AGREED)],
            "holder": held.get(key.participant),
            # As with other readings: that there is one is said, what it is only after one's own.
            "scored_elsewhere": elsewhere is not None,
            "elsewhere": elsewhere if has_read(reviewer, each) else None,
        }

    def save(self, reviewer: str, key: Key, given: Mark) -> tuple[Mark, str]:
        """The saved mark and the answer's state; nbgrader's score follows at once.

        Raises
        ------
        Stale, BadMark, Forbidden (NotCalibrated among it), GradingError
        """
        with self._writing(key) as db:
            each = self._may_mark(db, reviewer, key)
            if given.sha256 and given.sha256 != each.sha256:
                raise BadMark("review-handed-in-anew")
            checked = marks.checked(
                replace(given, reviewer=reviewer, rubric=self.rubric, sha256=each.sha256),
                self.tops(key.lesson, key.prompt),
            )
            saved = marks.save(db, key, checked, reviewer)
            return saved, self._settle(db, reviewer, key, each)

    def undo(self, reviewer: str, key: Key) -> tuple[Mark | None, str]:
        """The reviewer's mark as it was before the last save, and the answer's state."""
        with self._writing(key) as db:
            each = self._allowed(db, reviewer, key)
            back = marks.undo(db, key, reviewer, reviewer)
            return back, self._settle(db, reviewer, key, each)

    def agree(self, reviewer: str, key: Key, given: Mark) -> tuple[Mark, str]:
        """What readers settled on; their own marks are kept beside it.

        Raises
        ------
        Stale, BadMark, Forbidden, GradingError
            Forbidden for whoever has not read the answer: the readings are closed to them.
        """
        with self._writing(key) as db:
            each = self._may_mark(db, reviewer, key)
            if not has_read(reviewer, each):
                raise Forbidden("review-read-first")
            checked = marks.checked(
                replace(given, reviewer=AGREED, rubric=self.rubric, sha256=each.sha256),
                self.tops(key.lesson, key.prompt),
            )
            if not checked.complete(each.criteria):
                raise BadMark("review-agreed-needs-levels")
            saved = marks.save(db, key, checked, reviewer)
            return saved, self._settle(db, reviewer, key, each)

    def said_with(self, reviewer: str, text: str) -> list[tuple[Key, Mark]]:
        """This reviewer's readings in which the text stands and that have not gone back to the writer."""
        found = []
        for lesson in self.lessons():
            with self.engine.connect() as db:
                rows = self.waiting(db, lesson)
            for row in rows:
                own = row.marks.get(reviewer)
                if (
                    own
                    and not row.returned
                    and own.sha256 == row.sha256
                    and text in "\0".join((own.comment, *own.notes.values()))
                ):
                    found.append((Key(lesson, row.prompt, row.participant), own))
        return found

    def discuss(self, reviewer: str, lesson: str) -> list[dict]:
        """The answers of a lesson that readers should talk about.

        Each: ``prompt``, ``participant``, ``criteria``, ``readings`` (how many are whole),
        ``flagged``, ``marks`` (the readings that are open to this reviewer), and ``sealed``
        (this reviewer has yet to read it, so others' are closed).
        """
        with self.engine.connect() as db:
            rows = self.waiting(db, lesson)
        return [
            {
                "prompt": each.prompt,
                "participant": each.participant,
                "criteria": each.criteria,
                "readings": len(readings(each)),
                "sealed": not has_read(reviewer, each),
                "flagged": any(mark.flagged for mark in each.marks.values()),
                "marks": [mark for _, mark in sorted(_open_to(reviewer, each).items())],
            }
            for each in rows
            if each.state == "discuss" and may_read(reviewer, each, self.rules)
        ]

    def awaits(self, reviewer: str, lesson: str) -> set[tuple[str, str]]:
        """The answers of a lesson that this reviewer may be asked to read yet, by prompt and participant."""
        with self.engine.connect() as db:
            stands = self.standings(db, [lesson])
        return {
            (prompt, each.participant)
            for (_, prompt), stand in stands.items()
            for each in stand.rows
            if wants(reviewer, each, stand.doubled(self.rules.double))
        }

    def words(self, lesson: str, participants: Iterable[str]) -> dict[tuple[str, str], dict]:
        """The ``text``, ``value`` and ``source`` of these people's latest answers, by prompt and participant."""
        with self.engine.connect() as db:
            found = collected.latest_responses(db, lesson, participants)
        return {
            (prompt, who): {"text": row["text"], "value": collected.value_of(row), "source": row["source"]}
            for who, rows in found.items()
            for prompt, row in rows.items()
        }

    # -- within ----------------------------------------------------------------------------

    @contextmanager
    def _writing(self, key: Key) -> Iterator[sa.Connection]:
        try:
            with gradebook.writing(self.engine) as db:
                gradebook.hold(db, key.lesson, key.prompt, [key.participant])
                yield db
        except sa.exc.IntegrityError:
            # Two first saves of one mark met; the second begins from an older version.
            raise Stale(None) from None

    def _allowed(self, db, reviewer, key) -> Waiting:
        if not self.criteria(key.lesson, key.prompt):
            raise GradingError("review-no-levels", prompt=key.prompt)
        each = next(iter(self.read_afresh(db, key.lesson, key.prompt, [key.participant])), None)
        if each is None:
            raise GradingError("review-no-answer")
        if not may_read(reviewer, each, self.rules):
            raise Forbidden("review-own-answer" if key.participant == reviewer else "review-you-appraise-writer")
        return each

    def _may_mark(self, db, reviewer, key) -> Waiting:
        each = self._allowed(db, reviewer, key)
        missing = missing_before_reviewing(db, reviewer, self.anchors, self.rules)
        if missing:
            raise NotCalibrated(missing.code, **missing.values)
        if each.blank:
            raise BadMark("review-blank")
        return each

    def _settle(self, db, reviewer, key, each) -> str:
        """Bring nbgrader's score and comment in line with the marks; the answer's state."""
        now = replace(each, marks=marks.read(db, key))
        cells = collected.lesson_cells(db, self.folder, key.lesson)
        bring_in_line(db, cells, key, now.marks, now.criteria, now.sha256, reviewer)
        return now.state

    def _recalled(self, db, key) -> list[dict]:
        """The writer's own earlier answers that the question goes back to, as they were handed in."""
        wanted = self.release(key.lesson).specs[key.prompt].get("recall", ())
        rows = db.execute(
            sa.select(response).where(
                response.c.participant == key.participant,
                response.c.prompt.in_(wanted),
                response.c.latest,
                response.c.source != "blank",
            )
        ).mappings()
        found = {row["prompt"]: row for row in rows}
        specs = {prompt: self.release(found[prompt]["lesson"]).specs.get(prompt, {}) for prompt in found}
        return [
            {
                "title": specs[prompt].get("title", prompt),
                "text": found[prompt]["text"],
                "value": collected.value_of(found[prompt]),
                "source": found[prompt]["source"],
                "spec": specs[prompt],
            }
            for prompt in wanted
            if prompt in found
        ]

    def _elsewhere(self, db, key) -> float | None:
        """A score that somebody gave in formgrader and that is not ours."""
        cells = collected.lesson_cells(db, self.folder, key.lesson)
        score = scores.manual_score(db, cells, key.participant, key.prompt)
        ours, _ = scores.last_given(db, cells, key.participant, key.prompt)
        return score if score is not None and score != ours else None

    def _line(self, stand: Standing, reviewer: str, given: tuple) -> list[Waiting]:
        """The answers that wait for this reviewer, in their order; worked out once while nothing moves."""
        rules = self.rules

        def work():
            mine = assigning.people_of(given, stand.rows)
            return in_order(reviewer, stand.rows, rules, mine, stand.doubled(rules.double))

        return stand.keep((reviewer, rules, given), work)

    def doubled(self, lesson: str, prompt: str) -> set[str]:
        """The participants whose answer to the prompt two people read."""
        with self.engine.connect() as db:
            return self.standing(db, lesson, prompt).doubled(self.rules.double)


def _open_to(reviewer: str, each: Waiting) -> dict[str, Mark]:
    """The marks that this reviewer may see: one's own, and the others' of words that one has read.

    Readings stay apart: nobody sees another's levels or comment before giving their own.
    """
    own = each.marks.get(reviewer)
    if has_read(reviewer, each):
        return dict(each.marks)
    if own is None:
        return {}
    read = own.complete(each.criteria)
    return {who: mark for who, mark in each.marks.items() if who == reviewer or (read and mark.sha256 == own.sha256)}
