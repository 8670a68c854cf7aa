"""What of a course lies in the gradebook to be read: its lessons, their answers, and how each stands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from openpractice.gradebook import marks
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.own_tables import assigned, person, response, returned
from openpractice.gradebook.releasing.released import Release, read_release
from openpractice.gradebook.settling import criteria_of, tops_of
from openpractice.review import assigning
from openpractice.review.queue import Waiting
from openpractice.review.standing import Standing, Standings


@dataclass
class Coursework:
    """The open gradebook of a course; `engine` is guarded by `gradebook.opened`."""

    folder: CourseFolder
    engine: sa.Engine

    def __post_init__(self):
        self._lessons = {}
        self._standings = Standings(self.read_afresh)

    def lessons(self) -> list[str]:
        """The lessons of which something was collected, in their order."""
        with self.engine.connect() as db:
            found = sa.select(response.c.lesson).where(response.c.latest).distinct()
            return self._standings.lessons(db, lambda: sorted(db.scalars(found)))

    def release(self, lesson: str) -> Release:
        """The released lesson; read again when it was released anew."""
        stamp = self.folder.released(lesson)
        changed = stamp.stat().st_mtime_ns if stamp.exists() else 0
        held = self._lessons.get(lesson)
        if held is None or held[0] != changed:
            held = self._lessons[lesson] = (changed, read_release(self.folder, lesson))
        return held[1]

    def criteria(self, lesson: str, prompt: str) -> dict[str, int]:
        """How much each criterion of a prompt weighs, by code; empty when it is not read for levels."""
        return criteria_of(self.release(lesson), prompt)

    def tops(self, lesson: str, prompt: str) -> dict[str, int]:
        """The highest level of each criterion of a prompt, by code."""
        return tops_of(self.release(lesson), prompt)

    def standing(self, db, lesson: str, prompt: str) -> Standing:
        """All answers to a prompt as they stand, with their marks; no text."""
        return self._standings.of(db, [(lesson, prompt, self.release(lesson))])[lesson, prompt]

    def standings(self, db, lessons: Iterable[str]) -> dict[tuple[str, str], Standing]:
        """The same for all prompts of these lessons that have an answer cell, by lesson and prompt."""
        releases = {lesson: self.release(lesson) for lesson in lessons}
        return self._standings.of(db, [(name, prompt, one) for name, one in releases.items() for prompt in one.graded])

    def waiting(self, db, lesson: str, prompt: str | None = None) -> list[Waiting]:
        """Every answer of the lesson that is read for levels, with its marks; no text."""
        if prompt is not None:
            return list(self.standing(db, lesson, prompt).rows) if prompt in self.release(lesson).graded else []
        return [row for stand in self.standings(db, [lesson]).values() for row in stand.rows]

    def read_afresh(self, db, lesson, prompt, people: Collection[str] | None = None) -> list[Waiting]:
        """The answers to a prompt, of these people or all, straight from the tables."""
        query = (
            sa.select(
                response.c.participant,
                response.c.sha256,
                response.c.source,
                response.c.handin,
                person.c.school,
                person.c.appraiser,
                returned.c.handin.label("given"),
            )
            .outerjoin(person, person.c.participant == response.c.participant)
            .outerjoin(
                returned,
                sa.and_(returned.c.participant == response.c.participant, returned.c.lesson == response.c.lesson),
            )
            .where(response.c.lesson == lesson, response.c.latest, response.c.prompt == prompt)
        )
        if people is not None:
            query = query.where(response.c.participant.in_(list(people)))
        read, criteria = marks.read_all(db, lesson, prompt, people), self.criteria(lesson, prompt)
        return [
            Waiting(
                lesson=lesson,
                prompt=prompt,
                participant=row.participant,
                sha256=row.sha256,
                blank=row.source == "blank",
                criteria=criteria,
                marks=read.get((prompt, row.participant), {}),
                school=row.school or "",
                appraiser=row.appraiser or "",
                returned=row.given == row.handin,
            )
            for row in db.execute(query)
        ]

    def assignments(self, db, lesson) -> tuple:
        """Who reads whom in this lesson: (reviewer, scope, name) each."""
        query = sa.select(assigned.c.reviewer, assigned.c.scope, assigned.c.name)
        return tuple(
            sorted(map(tuple, db.execute(query.where(assigned.c.lesson.in_((lesson, assigning.EVERY_LESSON))))))
        )
