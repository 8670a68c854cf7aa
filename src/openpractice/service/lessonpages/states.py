"""What a participant is told about one session: a word for programs, a sentence for people.

Pure functions: everything they need is in their arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openpractice.clock import read_time
from openpractice.service.catalog import moment_html, moment_text, say

#: The states in which somebody still writes: their sentence is a count, and it moves with every answer.
WRITING = ("not-started", "started", "answered")


@dataclass(frozen=True)
class LessonProgress:
    """What is known of one person's way through one lesson.

    Times are ISO 8601 texts or None. `changed` says that words were changed after
    they were handed in; `read` that a facilitator has begun to read what was handed in;
    `begun` is how many have something in them and are no whole answer yet;
    `left_empty` that nothing had been written of which feedback could say anything.
    """

    answered: int = 0
    total: int = 0
    handed_at: str | None = None
    changed: bool = False
    read: bool = False
    feedback_at: str | None = None
    left_empty: bool = False
    begun: int = 0
    due: str | None = None


def state_of(progress: LessonProgress) -> str:
    """One of feedback, left-empty, being-read, changed, handed-in, answered, started, not-started."""
    if progress.feedback_at and not _later(progress.handed_at, progress.feedback_at):
        return "left-empty" if progress.left_empty else "feedback"
    if progress.handed_at:
        if progress.read:
            return "being-read"
        return "changed" if progress.changed else "handed-in"
    if progress.answered == 0:
        return "started" if progress.begun else "not-started"
    return "answered" if progress.answered >= progress.total else "started"


def sentence(language: str, progress: LessonProgress, now: datetime, html: bool = False) -> str:
    """The state in words; with `html` its times are `<time>` elements."""
    values = {"answered": progress.answered, "total": progress.total, "n": progress.total}
    state = state_of(progress)
    when = progress.feedback_at if state in ("feedback", "left-empty") else progress.handed_at
    if state == "started" and progress.begun:
        return say(language, "state-begun", **values | {"n": progress.begun})
    if when:
        values["when"] = _moment(language, when, now, html)
    return say(language, "state-" + state, **values)


def due_sentence(language: str, progress: LessonProgress, now: datetime, html: bool = False) -> str:
    """When it is due, or that it was; empty when nothing is due or it was handed in."""
    due = read_time(progress.due)
    if due is None or progress.handed_at or progress.feedback_at:
        return ""
    key = "was-due" if due < now else "due"
    return say(language, key, when=_moment(language, progress.due, now, html))


def next_step(progress: LessonProgress) -> str:
    """The catalog key of the one button: what there is to do now."""
    return {
        "not-started": "open-session",
        "started": "continue-session",
        "left-empty": "continue-session",
        "answered": "check-session",
        "changed": "check-session",
        "feedback": "read-feedback",
    }.get(state_of(progress), "look-session")


def _later(one: str | None, other: str) -> bool:
    """Whether one time lies after another; unreadable ones lie after nothing."""
    first, second = read_time(one), read_time(other)
    return bool(first and second and first > second)


def _moment(language, text, now, html):
    if html:
        return moment_html(language, text, now)
    when = read_time(text)
    return moment_text(language, when, now) if when else ""
