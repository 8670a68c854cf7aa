"""Colleagues' critique: matched when a reviewer sits down, one open at a time, with a reply.

A critique keeps the version of the work that it was about, whatever its author changes after.
"""

import json
import random

import sqlalchemy as sa

from openpractice.model import RoomRules
from openpractice.room import shares
from openpractice.room.allocation import Colleague, Pairing, may_review, next_for, sweep
from openpractice.room.cohorts import Member, people
from openpractice.room.roomstore import RoomRefused, new_id, note, now_ms
from openpractice.room.roomtables import assignment, critique, share

FIELDS = ("say_back", "see", "expect", "question", "offer")
LONGEST_FIELD = 4_000
#: States in which a piece of work is being looked at, or has been.
BUSY = ("open", "waiting", "done")
_CHANCE = random.SystemRandom()


def sit_down(db: sa.Connection, cohort: str, spec: dict, who: Member, rules: RoomRules, now: int | None = None) -> dict:
    """The piece of work that this reviewer looks at now: the one that is open, or the next.

    Returns
    -------
    dict
        ``{"id", "author", "share", "version", "text", "until"}``.

    Raises
    ------
    RoomRefused
        ``given-enough``, or ``nothing-to-read`` while nobody's work waits that they may look at.
    """
    now = now_ms() if now is None else now
    held = _held(db, cohort, spec, who, rules, now)
    if held is None:
        if _given(db, cohort, spec, who) >= count_of(spec):
            raise RoomRefused("given-enough", most=count_of(spec))
        pairing, looked_at = _pairing(db, cohort, spec, rules)
        author = next_for(who.person, pairing, looked_at, _CHANCE)
        if author is None:
            raise RoomRefused("nothing-to-read")
        held = _open(db, cohort, spec["id"], who.person, author, "open")
    return _begin(db, held, rules, now)


def take(db: sa.Connection, cohort: str, spec: dict, who: Member, rules: RoomRules, now: int | None = None) -> dict:
    """A piece of work for somebody who leads, the same as `sit_down` gives: one that nobody else is there for.

    That is work for which nobody can be had, or else work that was paired with somebody who has not begun;
    it is taken off them.

    Raises
    ------
    RoomRefused
        ``nobody-left-over``.
    """
    now = now_ms() if now is None else now
    held = _held(db, cohort, spec, who, rules, now)
    if held is None:
        pairing, _ = _pairing(db, cohort, spec, rules)
        sweep(pairing, leaders=[who.person])
        alone = sorted(pairing.reads[who.person])
        rows = _rows(db, cohort, spec["id"])
        mine = {row.author for row in rows if row.reviewer == who.person and row.state in (*BUSY, "declined")}
        me, here = _colleague(who), people(db, cohort)
        idle = [row for row in rows if row.state == "waiting" and row.author in here and row.author not in mine]
        idle = [row for row in idle if may_review(me, _colleague(here[row.author]), rules.critique_schools)]
        if not alone and not idle:
            raise RoomRefused("nobody-left-over")
        if not alone:
            freed = {"state": "expired", "ended_at": now}
            db.execute(assignment.update().where(assignment.c.id == idle[0].id).values(freed))
        held = _open(db, cohort, spec["id"], who.person, alone[0] if alone else idle[0].author, "open")
    return _begin(db, held, rules, now)


def decline(db: sa.Connection, cohort: str, spec: dict, who: Member, assignment_id: str, why: str = "") -> None:
    """“I cannot judge this one”: somebody else gets it, and this reviewer something else."""
    row = _own(db, cohort, spec, assignment_id, who)
    if row.state == "done":
        raise RoomRefused("given-already")
    ended = {"state": "declined", "why": why.strip()[:500], "ended_at": now_ms()}
    db.execute(assignment.update().where(assignment.c.id == row.id).values(ended))


def give(db: sa.Connection, cohort: str, spec: dict, who: Member, assignment_id: str, fields: dict) -> None:
    """Gives the author the critique; giving it again changes it, until the author has read it.

    What comes after its time has run out is taken all the same, in place of the one that was taken up since:
    nobody gives more than was asked of them.
    """
    row = _own(db, cohort, spec, assignment_id, who)
    if row.state == "declined":
        raise RoomRefused("declined-already")
    written = {key: str(fields[key]).strip()[:LONGEST_FIELD] for key in FIELDS if str(fields.get(key, "")).strip()}
    if not any(key != "offer" for key in written):
        raise RoomRefused("nothing-to-give")
    held = db.execute(sa.select(critique).where(critique.c.id == row.id)).one_or_none()
    if held and held.read_at is not None:
        raise RoomRefused("critique-read", at=held.read_at)
    content, now = json.dumps(written, ensure_ascii=False), now_ms()
    if held:
        db.execute(critique.update().where(critique.c.id == row.id).values(fields=content))
        return
    if row.state == "expired":
        _instead_of_another(db, cohort, spec, who, now)
    about = shares.text_of(db, row.share, row.version)
    db.execute(critique.insert().values(id=row.id, fields=content, about=about, given_at=now))
    db.execute(assignment.update().where(assignment.c.id == row.id).values(state="done", ended_at=now))


def _instead_of_another(db, cohort, spec, who, now):
    """Makes way for a critique that comes late: whoever has given enough gives no more by it."""
    most, given = count_of(spec), _given(db, cohort, spec, who)
    if who.leads or who.volunteer:
        return
    if given >= most:
        raise RoomRefused("given-enough", most=most)
    if given + 1 == most:
        other = (assignment.c.cohort == cohort, assignment.c.prompt == spec["id"], assignment.c.reviewer == who.person)
        freed = assignment.update().where(*other, assignment.c.state.in_(("open", "waiting")))
        db.execute(freed.values(state="expired", ended_at=now))


def reply(db: sa.Connection, cohort: str, author: str, critique_id: str, change: str, keep: str) -> None:
    """The author's answer: one change and one thing kept. It may be written anew."""
    row = _received(db, cohort, author, critique_id)
    change, keep = change.strip()[:LONGEST_FIELD], keep.strip()[:LONGEST_FIELD]
    if not (change and keep):
        raise RoomRefused("change-and-keep")
    said = {"change": change, "keep": keep, "replied_at": now_ms()}
    db.execute(critique.update().where(critique.c.id == row.id).values(said))


def read(db: sa.Connection, cohort: str, author: str, critique_id: str) -> None:
    """Notes that the author has read it; from then on it does not change under their eyes."""
    row = _received(db, cohort, author, critique_id)
    db.execute(critique.update().where(critique.c.id == row.id, critique.c.read_at.is_(None)).values(read_at=now_ms()))


def expire(db: sa.Connection, cohort: str, prompt: str, now: int) -> int:
    """Frees what was held too long; returns how many pieces of work are free again."""
    held = (assignment.c.cohort == cohort, assignment.c.prompt == prompt, assignment.c.state == "open")
    over = assignment.update().where(*held, assignment.c.until.is_not(None), assignment.c.until < now)
    return db.execute(over.values(state="expired", ended_at=now)).rowcount


def close_round(db: sa.Connection, cohort: str, spec: dict, who: Member, rules: RoomRules) -> list[dict]:
    """The sweep at the deadline: pairs what is left, and says who still lacks somebody and why.

    Open leases that have not run out stay. What is paired now waits for its reviewer.

    Returns
    -------
    list of dict
        ``{"name", "number", "readers": [names], "authors": [names]}`` for those who lack somebody.
    """
    expire(db, cohort, spec["id"], now_ms())
    here = people(db, cohort)
    pairing, _ = _pairing(db, cohort, spec, rules)
    willing = [each.person for each in here.values() if each.volunteer and not each.leads]
    # Nobody who leads is given any by this: what is left is said to them, by name, and they may `take` it.
    sweep(pairing, willing)
    for reviewer, author in pairing.pairs():
        _open(db, cohort, spec["id"], reviewer, author, "waiting")
    note(db, cohort, who.person, "sweep", prompt=spec["id"], paired=len(pairing.pairs()))
    return _lacks(pairing, here)


def possible(db: sa.Connection, cohort: str, spec: dict, rules: RoomRules) -> list[dict]:
    """Who could not be given enough readers if everybody showed work: found before anybody starts."""
    here = people(db, cohort)
    asked = [_colleague(each) for each in here.values() if not each.leads]
    need = {each.id: min(count_of(spec), max(len(asked) - 1, 0)) for each in asked}
    pairing = Pairing(asked, asked, need, need, rules.critique_schools)
    pairing.fill()
    return _lacks(pairing, here)


def given_by(db: sa.Connection, cohort: str, prompt: str, reviewer: str) -> list[dict]:
    """What this person has given or has open, oldest first, with the author's reply."""
    return _critiques(db, cohort, prompt, assignment.c.reviewer == reviewer)


def received_by(db: sa.Connection, cohort: str, prompt: str, author: str) -> list[dict]:
    """What this person was given, oldest first."""
    rows = _critiques(db, cohort, prompt, assignment.c.author == author)
    return [row for row in rows if row["state"] == "done"]


def progress(db: sa.Connection, cohort: str, prompt: str) -> dict[str, dict[str, int]]:
    """For each person how many they have ``given``, ``open`` and ``got``: for whoever leads."""
    found: dict[str, dict[str, int]] = {}
    for row in _rows(db, cohort, prompt):
        mine = found.setdefault(row.reviewer, {"given": 0, "open": 0, "got": 0})
        theirs = found.setdefault(row.author, {"given": 0, "open": 0, "got": 0})
        mine["given"] += row.state == "done"
        mine["open"] += row.state in ("open", "waiting")
        theirs["got"] += row.state == "done"
    return found


def count_of(spec: dict) -> int:
    """How many critiques everybody gives, and gets."""
    return spec.get("count") or 1


def _may_stay(db, cohort, who, held, rules):
    """Whether the work is still there to be seen, and by this reviewer: the list may have come after it."""
    here = people(db, cohort)
    author, reader = here.get(held.author), here.get(who.person, who)
    allowed = author is None or may_review(_colleague(reader), _colleague(author), rules.critique_schools)
    return allowed and shares.is_seen(db, cohort, held.share)


def _held(db, cohort, spec, who, rules, now):
    """What this reviewer has in hand or waits for them; what they may see no more is put aside. None where nothing is."""
    expire(db, cohort, spec["id"], now)
    mine = [row for row in _rows(db, cohort, spec["id"]) if row.reviewer == who.person]
    for held in sorted((row for row in mine if row.state in ("open", "waiting")), key=lambda row: row.state):
        if _may_stay(db, cohort, who, held, rules):
            return held
        ended = {"state": "declined", "ended_at": now}
        db.execute(assignment.update().where(assignment.c.id == held.id).values(ended))
    return None


def _begin(db, held, rules, now):
    """Opens it for as long as a lease lasts, or leaves it open as it is."""
    until = held.until
    if held.state == "waiting" or until is None:
        until = now + rules.lease_minutes * 60_000
        fresh = {"state": "open", "opened_at": now, "until": until}
        db.execute(assignment.update().where(assignment.c.id == held.id).values(fresh))
    text = shares.text_of(db, held.share, held.version)
    kept = {key: getattr(held, key) for key in ("id", "author", "share", "version")}
    return kept | {"text": text, "until": until}


def _given(db, cohort, spec, who):
    return sum(row.state == "done" and row.reviewer == who.person for row in _rows(db, cohort, spec["id"]))


def _pairing(db, cohort, spec, rules):
    """The work that waits and who may take it, and how often each was looked at; nobody who leads is counted on."""
    here, k = people(db, cohort), count_of(spec)
    rows = _rows(db, cohort, spec["id"])
    shown = db.scalars(
        sa.select(share.c.person).where(
            share.c.cohort == cohort,
            share.c.prompt == spec["id"],
            share.c.recalled_at.is_(None),
            share.c.hidden_at.is_(None),
        )
    )
    got = dict.fromkeys([each for each in shown if each in here], 0)
    giving = dict.fromkeys(here, 0)
    for row in rows:
        if row.state in BUSY:
            got[row.author] = got.get(row.author, 0) + 1
            giving[row.reviewer] = giving.get(row.reviewer, 0) + 1
    authors = [_colleague(here[each]) for each in got if each in here]
    takes = {each.person: 0 if each.leads else max(k - giving[each.person], 0) for each in here.values()}
    needs = {each.id: max(k - got[each.id], 0) for each in authors}
    made = [(row.reviewer, row.author) for row in rows if row.state in (*BUSY, "declined")]
    everybody = [_colleague(each) for each in here.values()]
    return Pairing(authors, everybody, needs, takes, rules.critique_schools, made), got


def _open(db, cohort, prompt, reviewer, author, state):
    work = db.execute(
        sa.select(share).where(share.c.cohort == cohort, share.c.prompt == prompt, share.c.person == author)
    ).one()
    place = (assignment.c.cohort == cohort) & (assignment.c.prompt == prompt)
    place = place & (assignment.c.reviewer == reviewer) & (assignment.c.author == author)
    row = {"share": work.id, "version": work.version, "state": state, "until": None, "opened_at": None}
    if not db.execute(assignment.update().where(place).values(row)).rowcount:
        who = {"id": new_id(), "cohort": cohort, "prompt": prompt, "reviewer": reviewer, "author": author}
        db.execute(assignment.insert().values(who | row))
    db.execute(share.update().where(share.c.id == work.id, share.c.read_at.is_(None)).values(read_at=now_ms()))
    return db.execute(sa.select(assignment).where(place)).one()


def _rows(db, cohort, prompt):
    query = sa.select(assignment).where(assignment.c.cohort == cohort, assignment.c.prompt == prompt)
    return db.execute(query).all()


def _own(db, cohort, spec, assignment_id, who):
    own = (assignment.c.id == assignment_id, assignment.c.reviewer == who.person)
    place = (assignment.c.cohort == cohort, assignment.c.prompt == spec["id"], *own)
    row = db.execute(sa.select(assignment).where(*place)).one_or_none()
    if row is None:
        raise RoomRefused("no-assignment")
    return row


def _received(db, cohort, author, critique_id):
    query = (
        sa.select(critique)
        .join(assignment, assignment.c.id == critique.c.id)
        .where(assignment.c.cohort == cohort, assignment.c.author == author, critique.c.id == critique_id)
    )
    row = db.execute(query).one_or_none()
    if row is None:
        raise RoomRefused("no-critique")
    return row


def _critiques(db, cohort, prompt, whose):
    query = (
        sa.select(assignment, *[critique.c[name] for name in _CRITIQUE])
        .outerjoin(critique, critique.c.id == assignment.c.id)
        .where(assignment.c.cohort == cohort, assignment.c.prompt == prompt, whose)
        .order_by(critique.c.given_at, assignment.c.opened_at, assignment.c.id)
    )
    rows = [dict(row) for row in db.execute(query).mappings()]
    return [row | {"fields": json.loads(row["fields"]) if row["fields"] else {}} for row in rows]


_CRITIQUE = ("fields", "about", "given_at", "read_at", "change", "keep", "replied_at")


def _lacks(pairing, here):
    def names(ids):
        return [here[each].name for each in ids if each in here]

    return [
        {
            "name": here[lack.author].name,
            "number": lack.number,
            "authors": names(lack.authors),
            "readers": names(lack.readers),
        }
        for lack in pairing.lacks()
    ]


def _colleague(person):
    return Colleague(person.person, person.school, person.appraiser, person.leads)
