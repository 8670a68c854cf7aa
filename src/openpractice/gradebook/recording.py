"""Writing collected hand-ins into the gradebook, a batch at a time.

Scores and comments of reviewers are never lost, and a transaction stays well under a
second, so that a formgrader that is open meanwhile never meets a locked database.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

from openpractice.gradebook.collected import LessonCells, known_submissions, latest_responses, unchanged
from openpractice.gradebook.gradebook import hold
from openpractice.gradebook.judgedhandin import JudgedHandIn
from openpractice.gradebook.marks import Key, audit_line
from openpractice.gradebook.nbgrader_tables import comment, grade, student, submitted_assignment, submitted_notebook
from openpractice.gradebook.own_tables import COLLECT, audit, response
from openpractice.gradebook.releasing.released import Release
from openpractice.gradebook.settling import after_hand_in
from openpractice.kinds.registry import canonical

#: What nbgrader itself says under an answer that nothing was written to.
NO_RESPONSE = "No response."


def record(engine, cells: LessonCells, release: Release, batch: list[JudgedHandIn]) -> None:
    """Put a batch of collected hand-ins in the gradebook, in one short transaction.

    Scores and comments of reviewers stay. An answer that changed needs a reviewer
    again; an unchanged one is not touched.
    """
    lesson, people = release.lesson, [each.participant for each in batch]
    with engine.connect() as db:
        students = set(db.scalars(sa.select(student.c.id).where(student.c.id.in_(people))))
        known = known_submissions(db, cells)
        before = latest_responses(db, lesson, people)
    rows: dict[str, list] = {name: [] for name in ("student", "submission", "notebook", "grade", "comment")}
    changed: dict[str, list] = {name: [] for name in ("submission", "grade", "comment")}
    for each in batch:
        person, old = each.participant, known.get(each.participant)
        if person not in students:
            rows["student"].append({"id": person})
        if old is None:
            _add_submission(rows, cells, each)
        else:
            changed["submission"].append({"key": old.assignment, "timestamp": each.handed_in_at})
            _change_answers(changed, cells, each, old.notebook, before.get(person, {}))
    with engine.begin() as db:
        hold(db, lesson, participants=people)
        _write(db, rows, changed)
        record_responses(db, cells, release, batch)


def _add_submission(rows, cells, each):
    submission, book = uuid4().hex, uuid4().hex
    rows["submission"].append(
        {
            "id": submission,
            "assignment_id": cells.assignment,
            "student_id": each.participant,
            "timestamp": each.handed_in_at,
        }
    )
    rows["notebook"].append({"id": book, "assignment_id": submission, "notebook_id": cells.notebook, "flagged": False})
    for prompt, cell in cells.grades.items():
        empty = _is_blank(each, prompt)
        rows["grade"].append(
            {
                "id": uuid4().hex,
                "notebook_id": book,
                "cell_id": cell,
                "auto_score": 0.0 if empty else None,
                "needs_manual_grade": not empty,
            }
        )
    for prompt, cell in cells.comments.items():
        rows["comment"].append(
            {
                "id": uuid4().hex,
                "notebook_id": book,
                "cell_id": cell,
                "auto_comment": NO_RESPONSE if _is_blank(each, prompt) else None,
            }
        )


def _change_answers(changed, cells, each, book, before):
    for prompt, cell in cells.grades.items():
        if unchanged(before.get(prompt), each.answers.get(prompt)):
            continue
        empty = _is_blank(each, prompt)
        changed["grade"].append({"book": book, "cell": cell, "score": 0.0 if empty else None, "empty": empty})
        if prompt in cells.comments:
            changed["comment"].append(
                {"book": book, "cell": cells.comments[prompt], "said": NO_RESPONSE if empty else None}
            )


def _is_blank(each, prompt):
    return prompt not in each.answers or each.answers[prompt].is_blank


def _write(db, rows, changed):
    targets = zip(rows.values(), (student, submitted_assignment, submitted_notebook, grade, comment), strict=True)
    for new, table in targets:
        if new:
            db.execute(table.insert(), new)
    bind = sa.bindparam
    if changed["submission"]:
        by_id = submitted_assignment.c.id == bind("key")
        db.execute(submitted_assignment.update().where(by_id), changed["submission"])
    if changed["grade"]:
        scored = sa.or_(grade.c.manual_score.is_not(None), sa.not_(bind("empty", type_=sa.Boolean)))
        db.execute(
            grade.update()
            .where(grade.c.notebook_id == bind("book"), grade.c.cell_id == bind("cell"))
            .values(auto_score=bind("score", type_=sa.Float), needs_manual_grade=scored),
            changed["grade"],
        )
    if changed["comment"]:
        db.execute(
            comment.update()
            .where(comment.c.notebook_id == bind("book"), comment.c.cell_id == bind("cell"))
            .values(auto_comment=bind("said", type_=sa.Text)),
            changed["comment"],
        )


def record_responses(db, cells: LessonCells, release: Release, batch: list[JudgedHandIn]) -> None:
    """Keep the answers themselves, which are held: this hand-in's become the latest ones."""
    lesson = release.lesson
    now = datetime.now(UTC).replace(tzinfo=None)
    people = [each.participant for each in batch]
    of_batch = sa.and_(response.c.lesson == lesson, response.c.participant.in_(people))
    again = sa.tuple_(response.c.participant, response.c.handin).in_(
        [(each.participant, each.handin) for each in batch]
    )
    db.execute(response.delete().where(response.c.lesson == lesson, again))
    db.execute(response.update().where(of_batch, response.c.latest).values(latest=False))
    rows = [
        {
            "participant": each.participant,
            "lesson": lesson,
            "prompt": prompt,
            "handin": each.handin,
            "rev": answer.rev,
            "at": answer.at,
            "handed_in_at": each.handed_in_at,
            "sha256": answer.sha256,
            "value": canonical(answer.value).decode("utf-8"),
            # PostgreSQL holds no NUL in text; the value beside it keeps what was typed.
            "text": answer.text.replace("\0", "\ufffd"),
            "beside": answer.beside.replace("\0", "\ufffd"),
            "source": answer.source,
            "language": answer.language,
            "late": each.late,
            "latest": True,
            "ingested_at": now,
        }
        for each in batch
        for prompt, answer in each.answers.items()
    ]
    if rows:
        db.execute(response.insert(), rows)
    if people:
        db.execute(audit.insert(), [audit_line(COLLECT, "collect", Key(lesson, "", person)) for person in people])
        after_hand_in(db, cells, release, batch, COLLECT)
