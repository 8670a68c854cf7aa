"""Saving what a reviewer found, so that no reading is lost or overwritten in silence.

A save names the version it began from; a save from an older version is refused
with both versions. nbgrader's score always follows from our marks, and the
audit keeps what each one was before.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from openpractice.cleantext import clean_text, one_line
from openpractice.clock import utc_now
from openpractice.gradebook.own_tables import AGREED, audit, mark
from openpractice.i18n import Coded

MAX_COMMENT = 20_000


@dataclass(frozen=True)
class Key:
    """One answer: which lesson, prompt and participant."""

    lesson: str
    prompt: str
    participant: str

    def of(self, table):
        """The condition that finds this answer's rows in one of our tables."""
        return sa.and_(
            table.c.lesson == self.lesson,
            table.c.prompt == self.prompt,
            table.c.participant == self.participant,
        )


@dataclass(frozen=True)
class Mark:
    """One reviewer's reading; `levels` by criterion code, `notes` by criterion code."""

    reviewer: str
    levels: dict[str, int] = field(default_factory=dict)
    comment: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    flagged: bool = False
    skipped: bool = False
    rubric: int = 1
    sha256: str = ""
    seconds: float = 0.0
    first_at: str = ""
    at: str = ""
    by: str = ""
    version: int = 0

    def complete(self, criteria) -> bool:
        """Whether every criterion of the prompt has its level."""
        return bool(criteria) and all(code in self.levels for code in criteria)

    def total(self, criteria: Mapping[str, int]) -> int:
        """The levels of these criteria by their weight, in sum: nbgrader's score."""
        return sum(self.levels[code] * weight for code, weight in criteria.items())


class Stale(Coded):
    """Somebody saved in between; `theirs` is what stands now (None: it was undone)."""

    def __init__(self, theirs: Mark | None):
        super().__init__("review-saved-elsewhere")
        self.theirs = theirs


class BadMark(Coded, ValueError):
    """A mark that cannot be one."""


def checked(given: Mark, tops: Mapping[str, int]) -> Mark:
    """The mark, when its levels and texts are possible for these criteria, by the highest level of each.

    Raises
    ------
    BadMark
        For a level that the criterion has not, a criterion the prompt does not have, or a
        comment that is too long.
    """
    for code, level in given.levels.items():
        if code not in tops:
            raise BadMark("mark-criterion-unknown", criterion=one_line(code, 40), names=", ".join(tops))
        if type(level) is not int or not 0 <= level <= tops[code]:
            raise BadMark("mark-level-unknown", level=one_line(str(level), 40), top=tops[code])
    texts = [given.comment, *given.notes.values()]
    if any(not isinstance(text, str) or len(text) > MAX_COMMENT for text in texts):
        raise BadMark("mark-comment-too-long", max_comment=MAX_COMMENT)
    if not set(given.notes) <= set(tops):
        raise BadMark("mark-note-without-criterion")
    notes = {code: clean_text(text) for code, text in given.notes.items()}
    given = replace(given, comment=clean_text(given.comment), notes=notes)
    seconds = given.seconds
    if not isinstance(seconds, (int, float)) or not 0 <= seconds < 86_400:
        raise BadMark("mark-seconds-out-of-range")
    return given


def read(db, key: Key) -> dict[str, Mark]:
    """Everybody's marks of one answer, by reviewer; what was agreed is under `AGREED`."""
    return {row["reviewer"]: _from_row(row) for row in db.execute(sa.select(mark).where(key.of(mark))).mappings()}


def read_all(
    db, lesson: str, prompt: str | None = None, people: Collection[str] | None = None
) -> dict[tuple[str, str], dict[str, Mark]]:
    """All marks of a lesson, or of one prompt, of these people or all, by (prompt, participant) and reviewer."""
    found: dict = {}
    query = sa.select(mark).where(mark.c.lesson == lesson)
    if prompt is not None:
        query = query.where(mark.c.prompt == prompt)
    if people is not None:
        query = query.where(mark.c.participant.in_(list(people)))
    for row in db.execute(query).mappings():
        found.setdefault((row["prompt"], row["participant"]), {})[row["reviewer"]] = _from_row(row)
    return found


def save(db, key: Key, given: Mark, who: str) -> Mark:
    """The mark as it now stands, one version on from the one that `given` names.

    `db` is inside a writing transaction. `who` signed in; for an agreed mark that
    is one of the reviewers, otherwise it is `given.reviewer`.

    Raises
    ------
    Stale
        When the mark is no longer at the version that `given` began from.
    """
    stands = read(db, key).get(given.reviewer)
    if (stands.version if stands else 0) != given.version:
        raise Stale(stands)
    now = utc_now()
    # A mark that was undone altogether and made again never has a version it had before.
    version = stands.version if stands else _highest(db, key, given.reviewer)
    saved = replace(given, by=who, at=now, version=version + 1, first_at=stands.first_at if stands else now)
    _write(db, key, saved, stands)
    note(db, who, "mark", key, {"before": _shown(stands), "after": _shown(saved)})
    return saved


def undo(db, key: Key, reviewer: str, who: str) -> Mark | None:
    """The mark as it was before its last save; None when there was none.

    Raises
    ------
    BadMark
        When nothing of this reviewer's is left to undo on this answer.
    """
    stands = read(db, key).get(reviewer)
    if stands is None:
        raise BadMark("mark-nothing-to-undo")
    before = _before(db, key, reviewer, stands.version)
    back = None
    if before is None:
        db.execute(mark.delete().where(key.of(mark), mark.c.reviewer == reviewer))
    else:
        back = replace(before, version=stands.version + 1, at=utc_now())
        _write(db, key, back, stands)
    note(db, who, "undo", key, {"before": _shown(stands), "after": _shown(back)})
    return back


def versions(db) -> Counter:
    """How many readings were made with each version of the rubric."""
    return Counter(dict(db.execute(sa.select(mark.c.rubric, sa.func.count()).group_by(mark.c.rubric)).all()))


def note(db, who: str, what: str, key: Key | None = None, detail: dict | None = None) -> None:
    """Add one line to the audit, which is never changed or shortened."""
    db.execute(audit.insert().values(audit_line(who, what, key, detail)))


def audit_line(who: str, what: str, key: Key | None = None, detail: dict | None = None) -> dict:
    """One line of the audit as a row."""
    place = asdict(key or Key("", "", ""))
    return {"at": utc_now(), "who": who, "what": what, "detail": json.dumps(detail or {})} | place


def returned_at(db, key: Key) -> list[datetime]:
    """When feedback on this person's lesson went back, each time; naive UTC."""
    lines = db.scalars(
        sa.select(audit.c.at)
        .where(audit.c.what == "return", audit.c.lesson == key.lesson, audit.c.participant == key.participant)
        .order_by(audit.c.id)
    )
    return [datetime.fromisoformat(at).replace(tzinfo=None) for at in lines]


def _before(db, key, reviewer, version):
    """What the mark was before its last save, from the audit.

    An undone save is undone as well: saves and undos of one mark alternate, so
    the last entry that led to this version tells what stood before it.
    """
    for entry in _changes(db, key):
        after = entry["after"]
        if after and after["reviewer"] == reviewer and after["version"] == version:
            return Mark(**entry["before"]) if entry["before"] else None
    return None


def _highest(db, key, reviewer):
    """The highest version that a reviewer's mark of this answer ever had; 0 when there was none."""
    marks = (entry[name] for entry in _changes(db, key) for name in ("after", "before"))
    return max((each["version"] for each in marks if each and each["reviewer"] == reviewer), default=0)


def _changes(db, key):
    """What saving and undoing did to this answer's marks, the latest first: ``before`` and ``after``."""
    lines = db.scalars(
        sa.select(audit.c.detail).where(key.of(audit), audit.c.what.in_(("mark", "undo"))).order_by(audit.c.id.desc())
    )
    return map(json.loads, lines)


def _write(db, key, saved, stands):
    values = as_row(key, saved)
    if stands is None:
        db.execute(mark.insert().values(values))
        return
    done = db.execute(
        mark.update()
        .where(key.of(mark), mark.c.reviewer == saved.reviewer, mark.c.version == stands.version)
        .values(values)
    )
    if done.rowcount != 1:
        raise Stale(read(db, key).get(saved.reviewer))


def as_row(key: Key, given: Mark) -> dict:
    """The mark of an answer as a row of its table."""
    texts = {
        "levels": json.dumps(given.levels, sort_keys=True),
        "notes": json.dumps(given.notes, sort_keys=True, ensure_ascii=False),
    }
    return asdict(key) | asdict(given) | texts


def _from_row(row):
    parts = {name: row[name] for name in Mark.__dataclass_fields__}
    return Mark(**parts | {"levels": json.loads(row["levels"]), "notes": json.loads(row["notes"])})


def _shown(given):
    return asdict(given) if given else None


def settle(marks: Mapping[str, Mark], criteria, sha256: str) -> tuple[str, Mark | None]:
    """Where an answer stands, and the mark that counts for now.

    The state is "unread" (no whole mark), "revised" (read, but the words have
    changed since), "discuss" (two readings differ, or one was flagged) or
    "read". Of two readings that differ the lower counts until one is agreed:
    they are never averaged. Readings of earlier words count only while nobody
    has read the present ones.
    """
    whole = {who: each for who, each in marks.items() if each.complete(criteria)}
    if not whole:
        return ("discuss" if any(each.flagged for each in marks.values()) else "unread"), None
    fresh = {who: each for who, each in whole.items() if each.sha256 == sha256}
    found = fresh or whole
    if AGREED in found:
        return ("read" if fresh else "revised"), found[AGREED]
    counts = min(found.values(), key=lambda each: (each.total(criteria), each.first_at))
    if not fresh:
        return "revised", counts
    levels = {tuple(each.levels[code] for code in criteria) for each in fresh.values()}
    differs = len(levels) > 1 or any(each.flagged for each in fresh.values())
    return ("discuss" if differs else "read"), counts
