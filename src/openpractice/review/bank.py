"""Comments worth using again: the course's own to begin with, then the reviewers'.

A phrase learns only how often it was used. It never holds a word of an answer
unless a reviewer typed it there.
"""

import hashlib
from collections.abc import Collection, Iterable
from uuid import uuid4

import sqlalchemy as sa

from openpractice.cleantext import clean_text
from openpractice.clock import utc_now
from openpractice.gradebook.marks import BadMark
from openpractice.gradebook.own_tables import phrase
from openpractice.model import LEVELS, BankComment

COURSE = "=course"
MAX_TEXT = 1_000


def seed(db, comments: Iterable[BankComment]) -> int:
    """How many of the course's comments were new; those that are there stay as they are."""
    have = set(db.scalars(sa.select(phrase.c.id).where(phrase.c.by == COURSE)))
    new = []
    for each in comments:
        key = id_of(each)
        if key not in have:
            have.add(key)
            new.append(_row(key, each.criterion, each.from_level, _text_of(each), COURSE))
    if new:
        db.execute(phrase.insert(), new)
    return len(new)


def id_of(comment: BankComment) -> str:
    """The id that a comment of the course has in every bank."""
    text = f"{comment.criterion}{comment.from_level}{_text_of(comment)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _text_of(comment):
    return f"{comment.see} {comment.next}"


def search(
    db,
    criterion: str = "",
    level: int | None = None,
    words: str = "",
    most: int = 20,
    without: Collection[str] = (),
) -> list[dict]:
    """The phrases that fit, the most used first: ``id criterion from_level text uses by``; none of those `without`.

    `level` is the level given; phrases for the step up from it come, and those for
    any level. Every word must occur.
    """
    query = sa.select(phrase)
    if without:
        query = query.where(phrase.c.id.not_in(without))
    if criterion:
        query = query.where(phrase.c.criterion == criterion)
    if level is not None:
        query = query.where(sa.or_(phrase.c.from_level == level, phrase.c.from_level.is_(None)))
    for word in clean_text(words).split():
        query = query.where(sa.func.lower(phrase.c.text).contains(word.lower(), autoescape=True))
    rows = db.execute(query.order_by(phrase.c.uses.desc(), phrase.c.text).limit(most)).mappings()
    return [{name: row[name] for name in ("id", "criterion", "from_level", "text", "uses", "by")} for row in rows]


def add(db, criterion: object, level: object, text: object, who: str) -> str:
    """The id of the new phrase."""
    key = uuid4().hex
    db.execute(phrase.insert().values(_row(key, _criterion(criterion), _level(level), _checked(text), who)))
    return key


def edit(db, key: str, text: object, who: str) -> str:
    """The id of the phrase with its new text: the same for one's own, a new one for others'."""
    row = db.execute(sa.select(phrase).where(phrase.c.id == key)).one_or_none()
    if row is None:
        raise BadMark("bank-comment-gone")
    if row.by != who:
        return add(db, row.criterion, row.from_level, text, who)
    db.execute(phrase.update().where(phrase.c.id == key).values(text=_checked(text), at=utc_now()))
    return key


def find(db, key: str) -> str:
    """The text of a phrase."""
    text = db.scalar(sa.select(phrase.c.text).where(phrase.c.id == key))
    if text is None:
        raise BadMark("bank-comment-gone")
    return text


def used(db, key: str) -> None:
    """Count one use of the phrase."""
    db.execute(phrase.update().where(phrase.c.id == key).values(uses=phrase.c.uses + 1))


def forget(db, key: str, who: str) -> None:
    """Take one of one's own phrases out of the bank."""
    gone = db.execute(phrase.delete().where(phrase.c.id == key, phrase.c.by == who)).rowcount
    if not gone:
        raise BadMark("bank-not-yours")


def _row(key, criterion, level, text, who):
    return {"id": key, "criterion": criterion, "from_level": level, "text": text, "uses": 0, "by": who, "at": utc_now()}


def _checked(text):
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
        raise BadMark("bank-text-length", max_text=MAX_TEXT)
    return clean_text(text).strip()


def _criterion(code):
    if not isinstance(code, str) or len(code) > 8 or "\0" in code:
        raise BadMark("bank-criterion-unknown")
    return code


def _level(level):
    if level is not None and (type(level) is not int or level not in range(LEVELS[-1])):
        raise BadMark("bank-level-unknown")
    return level
