"""What people share by name: published, read, taken back, hidden with a reason, reported.

Nothing is deleted here: what is taken back or hidden stays with its author, and the log says who hid it.
"""

import hashlib

import sqlalchemy as sa

from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomRefused, new_id, note, now_ms
from openpractice.room.roomtables import report, share, share_version

LONGEST = 20_000  # characters of one shared answer
LONGEST_WHY = 500


def publish(db: sa.Connection, cohort: str, prompt: str, who: Member, text: str) -> dict:
    """Shares the text, or a new version of it; the same words again are no new version.

    Returns
    -------
    dict
        ``{"id", "version", "at"}``.
    """
    if not text.strip():
        raise RoomRefused("nothing-to-share")
    if len(text) > LONGEST:
        raise RoomRefused("share-too-long", most=LONGEST)
    last = db.scalar(sa.select(sa.func.max(share.c.shared_at)).where(share.c.cohort == cohort)) or 0
    mark, at = hashlib.sha256(text.encode()).hexdigest(), max(now_ms(), last + 1)  # an order without ties
    own = db.execute(
        sa.select(share).where(share.c.cohort == cohort, share.c.prompt == prompt, share.c.person == who.person)
    ).one_or_none()
    if own is None:
        made, version = new_id(), 1
        row = {"id": made, "cohort": cohort, "prompt": prompt, "person": who.person, "name": who.name}
        db.execute(share.insert().values(row | {"lead": who.leads, "shared_at": at}))
    else:
        made, version = own.id, own.version
        was = db.scalar(_version_of(made, version, share_version.c.sha256))
        changed = {"name": who.name, "lead": who.leads, "recalled_at": None}
        if own.recalled_at is not None:
            changed |= {"shared_at": at, "read_at": None}
        if was != mark:
            last = db.scalar(sa.select(sa.func.max(share_version.c.version)).where(share_version.c.share == made))
            version = (last or 0) + 1
            changed["version"] = version
        db.execute(share.update().where(share.c.id == made).values(changed))
        if was == mark:
            return {"id": made, "version": version, "at": own.shared_at if own.recalled_at is None else at}
    db.execute(share_version.insert().values(share=made, version=version, text=text, sha256=mark, at=at))
    return {"id": made, "version": version, "at": at}


def recall(db: sa.Connection, cohort: str, prompt: str, person: str) -> None:
    """Takes a shared answer back, while nobody has read it.

    Raises
    ------
    RoomRefused
        ``read-already``, with the time of the first reading.
    """
    own = db.execute(
        sa.select(share).where(share.c.cohort == cohort, share.c.prompt == prompt, share.c.person == person)
    ).one_or_none()
    if own is None or own.recalled_at is not None:
        return
    if own.read_at is not None:
        raise RoomRefused("read-already", at=own.read_at)
    db.execute(share.update().where(share.c.id == own.id).values(recalled_at=now_ms()))


def read(db: sa.Connection, cohort: str, reader: str, ids: list[str]) -> int:
    """Notes that somebody other than the author has read these; returns how many were unread."""
    unread = (
        share.update()
        .where(share.c.cohort == cohort, share.c.id.in_(ids[:500]), share.c.person != reader)
        .where(share.c.read_at.is_(None), share.c.recalled_at.is_(None))
    )
    return db.execute(unread.values(read_at=now_ms())).rowcount


def hide(db: sa.Connection, cohort: str, share_id: str, who: Member, why: str) -> None:
    """Takes a shared answer off the wall; its author is told why and by whom."""
    why = why.strip()[:LONGEST_WHY]
    if not why:
        raise RoomRefused("no-reason")
    row = found(db, cohort, share_id)
    db.execute(
        share.update().where(share.c.id == row.id).values(hidden_at=now_ms(), hidden_by=who.name, hidden_why=why)
    )
    db.execute(report.update().where(_open_reports(row.id)).values(settled_at=now_ms(), settled_by=who.name))
    read(db, cohort, who.person, [row.id])
    note(db, cohort, who.person, "hide", share=row.id, prompt=row.prompt, why=why)


def unhide(db: sa.Connection, cohort: str, share_id: str, who: Member) -> None:
    """Puts it back."""
    row = found(db, cohort, share_id)
    db.execute(share.update().where(share.c.id == row.id).values(hidden_at=None, hidden_by="", hidden_why=""))
    note(db, cohort, who.person, "unhide", share=row.id, prompt=row.prompt)


def report_one(db: sa.Connection, cohort: str, share_id: str, who: Member, why: str) -> None:
    """Tells the facilitators of a shared answer; once a person, and the last reason counts."""
    row = found(db, cohort, share_id)
    why = why.strip()[:LONGEST_WHY]
    read(db, cohort, who.person, [row.id])
    place = (report.c.share == row.id) & (report.c.person == who.person)
    fresh = {"why": why, "at": now_ms(), "settled_at": None, "settled_by": ""}
    if not db.execute(report.update().where(place).values(fresh)).rowcount:
        db.execute(report.insert().values(fresh | {"id": new_id(), "share": row.id, "person": who.person}))


def settle(db: sa.Connection, cohort: str, share_id: str, who: Member) -> None:
    """Answers the reports of a share by leaving it where it is."""
    row = found(db, cohort, share_id)
    db.execute(report.update().where(_open_reports(row.id)).values(settled_at=now_ms(), settled_by=who.name))
    note(db, cohort, who.person, "settle", share=row.id)


def reports(db: sa.Connection, cohort: str) -> list[dict]:
    """The reports that wait for an answer, oldest first; whoever sent one is not named."""
    query = (
        sa.select(report.c.id, report.c.share, report.c.why, report.c.at, share.c.name, share.c.prompt)
        .join(share, share.c.id == report.c.share)
        .where(share.c.cohort == cohort, report.c.settled_at.is_(None))
        .order_by(report.c.at, report.c.id)
    )
    return [dict(row) for row in db.execute(query).mappings()]


def found(db: sa.Connection, cohort: str, share_id: str) -> sa.Row:
    """The share of that id in this cohort; elsewhere it is not to be found."""
    row = db.execute(sa.select(share).where(share.c.cohort == cohort, share.c.id == share_id)).one_or_none()
    if row is None:
        raise RoomRefused("no-share")
    return row


def is_seen(db: sa.Connection, cohort: str, share_id: str) -> bool:
    """Whether it is there for others to see: neither taken back nor hidden."""
    row = found(db, cohort, share_id)
    return row.recalled_at is None and row.hidden_at is None


def on_wall(db: sa.Connection, cohort: str, prompts, hidden: bool = False) -> dict[str, list[dict]]:
    """What is shared under each of the prompts, leaders' first, then newest last.

    With `hidden` also what was hidden, for those who lead.
    """
    query = (
        sa.select(share, share_version.c.text, share_version.c.at.label("version_at"))
        .join(share_version, (share_version.c.share == share.c.id) & (share_version.c.version == share.c.version))
        .where(share.c.cohort == cohort, share.c.prompt.in_(prompts), share.c.recalled_at.is_(None))
        .order_by(share.c.lead.desc(), share.c.shared_at, share.c.id)
    )
    if not hidden:
        query = query.where(share.c.hidden_at.is_(None))
    walls: dict[str, list[dict]] = {}
    for row in db.execute(query).mappings():
        walls.setdefault(row["prompt"], []).append(dict(row))
    return walls


def own(db: sa.Connection, cohort: str, person: str) -> dict[str, sa.Row]:
    """The person's own shares by prompt, those that were taken back or hidden included."""
    rows = db.execute(sa.select(share).where(share.c.cohort == cohort, share.c.person == person))
    return {row.prompt: row for row in rows}


def text_of(db: sa.Connection, share_id: str, version: int) -> str:
    """The words of one version."""
    return db.scalar(_version_of(share_id, version, share_version.c.text)) or ""


def _version_of(share_id, version, column):
    return sa.select(column).where(share_version.c.share == share_id, share_version.c.version == version)


def _open_reports(share_id):
    return (report.c.share == share_id) & report.c.settled_at.is_(None)
