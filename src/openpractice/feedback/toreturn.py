"""What is to be returned to each person, read out of the gradebook; nothing is written."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from openpractice.feedback import countingmarks
from openpractice.gradebook import collected, gradebook, scores
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.releasing.released import Release
from openpractice.roster import called


@dataclass(frozen=True, slots=True)
class AnswerFeedback:
    """What goes back beside one answer; `levels` and `notes` are those of `countingmarks.CountingMark`."""

    sha256: str
    text: str
    comment: str
    levels: list[dict]
    notes: list[dict]


@dataclass(frozen=True, slots=True)
class PersonFeedback:
    """What goes back to one person for a lesson.

    `answers` has each graded answer by prompt, `values` what was written as it is kept, in JSON. `waits` says
    that not all is read and settled, `differs` that it only waits for readers to settle something.
    `handed_in_at` is naive UTC.
    """

    answers: Mapping[str, AnswerFeedback]
    values: Mapping[str, str]
    waits: bool
    differs: bool
    handin: str
    handed_in_at: datetime
    late: bool
    name: str
    language: str

    def answers_as_json(self) -> dict[str, dict]:
        """The answers as they are written down and drawn."""
        return {prompt: {name: getattr(answer, name) for name in _PARTS} for prompt, answer in self.answers.items()}


_PARTS = tuple(part.name for part in fields(AnswerFeedback))


def read_feedback(
    folder: CourseFolder, release: Release, numbers: bool = False, people: Collection[str] | None = None
) -> dict[str, PersonFeedback]:
    """What is to be returned to these people, or to everybody, by participant."""
    with gradebook.opened(folder) as engine, engine.connect() as db:
        cells = collected.lesson_cells(db, folder, release.lesson)
        recorded = scores.recorded(db, cells, people)
        responses = collected.latest_responses(db, release.lesson, people)
        known = collected.known_submissions(db, cells)
        names = called.names(folder, db)
        read = countingmarks.in_words(db, release, recorded, responses, numbers)
    found = {}
    for person in sorted(recorded.keys() & responses.keys()):
        rows, of_person = responses[person], recorded[person]
        head, own = next(iter(rows.values())), read.get(person, {})
        # What was left empty is nobody's to read, though nbgrader waits for a score that it had before.
        unread = any(
            score.waits and prompt in rows and rows[prompt]["source"] != "blank" for prompt, score in of_person.items()
        )
        differs = any(not each.settled for each in own.values())
        answers = {
            prompt: _answer(rows[prompt], of_person[prompt].comment, own.get(prompt, countingmarks.NOTHING))
            for prompt in release.graded
            if prompt in rows and prompt in of_person
        }
        found[person] = PersonFeedback(
            answers,
            {prompt: rows[prompt]["value"] for prompt in release.graded if prompt in rows},
            waits=unread or differs,
            differs=differs and not unread,
            handin=head["handin"],
            handed_in_at=head["handed_in_at"],
            late=cells.is_late(head["handed_in_at"], known[person]),
            name=names.get(person, ""),
            language=_language(rows.values(), release),
        )
    return found


def _answer(row, comment, mark: countingmarks.CountingMark):
    return AnswerFeedback(row["sha256"], row["text"], comment, mark.levels, mark.notes)


def _language(rows, release):
    """The language in which somebody read most of the questions."""
    read = Counter(row["language"] for row in rows if row["source"] != "blank")
    most = read.most_common(1)[0][0] if read else ""
    return most if most in release.languages else release.language
