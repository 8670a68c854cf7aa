"""What the page of people shows: the table of one session, and a reminder to copy."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from openpractice.clock import as_text, read_time
from openpractice.names import compared, in_a_row
from openpractice.service import catalog
from openpractice.service.handlers.context import RequestContext
from openpractice.service.participant import lessons
from openpractice.service.people import roll
from openpractice.service.people.sessionnow import session_now


def seen(context: RequestContext, folder, session: str, held: dict, members: dict, language: str) -> dict:
    """The values of the page's template. `held` is what the hub says of people, codes and changes."""
    released = {lesson.id: lesson for lesson in context.shelf.lessons()}
    chosen = released.get(session) or released.get(session_now(folder, list(released))) or _newest(released)
    lines = roll.roll(context, folder, chosen.id if chosen else None, members)
    left_out = roll.missing(lines) if chosen else []
    names = {lesson.id: lessons.names_of(lesson.id, lesson.title, language) for lesson in released.values()}
    due = read_time(chosen.due) if chosen else None
    return {
        "lines": lines,
        "chosen": chosen,
        "counts": _counts(lines),
        "missing": left_out,
        "names": {line.id: line.name or line.id for line in lines},
        "any_listed": any(line.listed for line in lines),
        "rows": [line for line in lines if line.listed and not line.joined],
        "twins": _twins(lines, held["people"]),
        "members": set(members),
        "codes": held["codes"],
        "changes": held["changes"],
        "sessions": [{"id": key, **names[key]} for key in released],
        "word": names[chosen.id]["word"] if chosen else "",
        "overdue": bool(due and due < datetime.now(UTC)),
        "reminder": reminder(chosen, left_out, language) if left_out else "",
        "iso": _iso,
    }


def reminder(lesson, people: list, language: str) -> str:
    """A message to those who have not handed in, by name, with when it is due."""
    names = [line.name or line.id for line in people]
    both = catalog.say(language, "and").join(filter(None, (in_a_row(names[:-1]), names[-1])))
    due = read_time(lesson.due)
    now = datetime.now(UTC)
    key = "remind-due" if due and due > now else "remind-was-due" if due else "remind-open"
    when = catalog.moment_text(language, due, now) if due else ""
    return catalog.say(language, "remind", names=both, title=lesson.title, due=catalog.say(language, key, when=when))


def _counts(lines):
    there = [line for line in lines if line.takes_part]
    return {
        "all": len(there),
        "joined": sum(line.joined for line in there),
        "opened": sum(line.of is not None for line in there),
        "handed": sum(line.handed_at is not None for line in there),
        "read": sum(bool(line.to_read) and line.read == line.to_read for line in there),
        "returned": sum(line.returned_at is not None for line in there),
    }


def _twins(lines, people):
    """Since when those who share their name with another have been here, by id; "" where it is not known."""
    since = {one["id"]: one["joined_at"] for one in people}
    names = Counter(compared(line.name) for line in lines if line.joined)
    return {
        line.id: since.get(line.id, "")
        for line in lines
        if line.joined and line.name and names[compared(line.name)] > 1
    }


def _newest(released):
    """The session that was put out last."""
    times = {key: str(lesson.release.get("released_at") or "") for key, lesson in released.items()}
    return released[max(times, key=lambda key: (times[key], key))] if times else None


def _iso(moment):
    return as_text(moment, "auto")
