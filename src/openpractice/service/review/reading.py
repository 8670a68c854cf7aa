"""What a reviewer reads: the queue, the line of answers to one prompt, one answer, one saved mark."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import sqlalchemy as sa

from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.own_tables import mark, response
from openpractice.i18n import name_of
from openpractice.review import leases
from openpractice.review.queue import may_read, place
from openpractice.roster import called
from openpractice.service.lessonpages.questions import drawn, question_html
from openpractice.service.refusal import Refusal
from openpractice.service.review.deskkeeper import DeskKeeper, checked
from openpractice.service.review.markjson import given, readings, shown

EVERY = 1_000_000
PREFETCHED = 4  # the page goes on from there by itself
ROUTINE = 90  # seconds for one answer by the rubric's routine
WEIGHT = 5  # readings that the routine counts as


def queue(keeper: DeskKeeper, reviewer: str) -> dict:
    """Every prompt with its counts, and how long this reviewer takes for an answer."""
    return {"reviewer": reviewer, "prompts": keeper.desk.counts(reviewer)} | pace(keeper, reviewer)


def pace(keeper: DeskKeeper, reviewer: str) -> dict:
    """`seconds`, the median of an answer so far (None before the first), and `expected`, of the next.

    A first answer or two read in a hurry say little about the next twenty, so the
    expectation begins at the routine's ninety seconds and moves with the readings.
    """
    with keeper.desk.engine.connect() as db:
        took = list(db.scalars(sa.select(mark.c.seconds).where(mark.c.reviewer == reviewer, mark.c.seconds > 0)))
    return {
        "seconds": round(statistics.median(took), 1) if took else None,
        "expected": round(statistics.median([*took, *[ROUTINE] * WEIGHT]), 1),
    }


def people(keeper: DeskKeeper, reviewer: str, names: bool) -> dict:
    """Everybody who handed in, by handle, with counts; names only when asked, which the audit keeps."""
    desk = keeper.desk
    found: dict[str, dict] = {}
    for lesson in desk.lessons():
        with desk.engine.connect() as db:
            rows = desk.waiting(db, lesson)
        for row in rows:
            if may_read(reviewer, row, desk.rules):
                states = found.setdefault(row.participant, {})
                states[row.state] = states.get(row.state, 0) + 1
    known = _known(keeper) if names else {}
    if names:
        with desk.engine.begin() as db:
            marks.note(db, reviewer, "names")
    listed = [
        {"who": keeper.handle(who), **({"name": known.get(who) or who} if names else {}), "counts": states}
        for who, states in found.items()
    ]
    return {"people": sorted(listed, key=lambda row: row.get("name", row["who"]).casefold()), "names": names}


def name(keeper: DeskKeeper, reviewer: str, handle: str) -> dict:
    """Whose answer this is; the audit keeps who asked."""
    who = keeper.participant(checked(handle))
    with keeper.desk.engine.begin() as db:
        marks.note(db, reviewer, "name", marks.Key("", "", who))
    return {"who": handle, "name": _known(keeper).get(who) or who, "id": who}


def _known(keeper):
    with keeper.desk.engine.connect() as db:
        return called.names(keeper.desk.folder, db)


def line(keeper: DeskKeeper, reviewer: str, lesson: str, prompt: str) -> list[dict]:
    """The reviewer's answers to one prompt in their own order, done and still to do, and who is on which.

    Those that only others have read come after them (``theirs``), the revised ones first:
    they wait for nobody here, and can be looked at.
    """
    desk, lesson, prompt = keeper.desk, checked(lesson), checked(prompt)
    if prompt not in desk.release(lesson).graded:
        raise Refusal(404, "not-found")
    waits = {key.participant for key in desk.next(reviewer, lesson, prompt, count=EVERY)}
    with desk.engine.connect() as db:
        rows = desk.waiting(db, lesson, prompt)
        held = leases.held(db, lesson, prompt, time.time())
    seen = sorted((row for row in rows if may_read(reviewer, row, desk.rules)), key=lambda row: place(reviewer, row))
    ours = [row for row in seen if _concerns(reviewer, row, waits, held)]
    others = [row for row in seen if row.state not in ("blank", "unread")]
    theirs = [row for row in others if not _concerns(reviewer, row, waits, held)]
    theirs.sort(key=lambda row: row.state != "revised")
    names = keeper.reader_names() if held else {}
    held = {participant: names.get(holder, holder) for participant, holder in held.items() if holder != reviewer}
    return [_in_line(keeper, row, waits, held) for row in ours] + [
        _in_line(keeper, row, waits, held) | {"theirs": True} for row in theirs
    ]


def _concerns(reviewer, row, waits, held):
    return row.participant in waits or reviewer in row.marks or held.get(row.participant, reviewer) != reviewer


def _in_line(keeper, row, waits, held):
    return {
        "lesson": row.lesson,
        "prompt": row.prompt,
        "who": keeper.handle(row.participant),
        "state": row.state,
        "waits": row.participant in waits,
        "holder": held.get(row.participant),
        "theirs": False,
    }


def line_of_person(keeper: DeskKeeper, reviewer: str, handle: str) -> list[dict]:
    """All answers of one person that are read for levels, in the order of the lessons."""
    desk, who = keeper.desk, keeper.participant(checked(handle))
    found = []
    for lesson in desk.lessons():
        with desk.engine.connect() as db:
            rows = {row.prompt: row for row in desk.waiting(db, lesson) if row.participant == who}
        for prompt in desk.release(lesson).graded:
            row = rows.get(prompt)
            if row and row.state != "blank" and may_read(reviewer, row, desk.rules):
                own = row.marks.get(reviewer)
                waits = not (own and own.complete(row.criteria) and own.sha256 == row.sha256)
                found.append(_in_line(keeper, row, {who} if waits else set(), {}))
    return found


def start(keeper: DeskKeeper, reviewer: str, language: str, lesson: str, prompt: str, after: str = "") -> dict:
    """The line, the answer to read now, and the ones after it, in one reply."""
    found = line(keeper, reviewer, lesson, prompt)
    ahead = [each["who"] for each in found if each["waits"] and each["who"] != after] or [
        each["who"] for each in found if not each["holder"]
    ]
    first, *more = [answer(keeper, reviewer, lesson, prompt, who) for who in ahead[: 1 + PREFETCHED]] or [{}]
    return {
        "about": about(keeper, language, lesson, prompt),
        "line": found,
        "answer": first or None,
        "prefetch": more,
    } | pace(keeper, reviewer)


def about(keeper: DeskKeeper, language: str, lesson: str, prompt: str) -> dict:
    """The prompt as it was released, with notes and strong answers about it, in the reviewer's language.

    The notes are the facilitator's on this prompt, the session's on reading, and the rubric's
    routine, in which the principles stand: what decides a level is where levels are given.
    `asked` has, by language, the question as writers read it, where the course has several.
    """
    release, sources = keeper.desk.release(checked(lesson)), keeper.sources().in_language(language)
    specs = release.specs_in(language)
    spec = specs.get(checked(prompt))
    if spec is None:
        raise Refusal(404, "not-found")
    written = sources.lesson(lesson)
    wordings = {prompt} | {each["id"] for each in release.specs.values() if each.get("answer_with") == prompt}
    notes = [each for each in written.notes if each.about in wordings | {"reviewing"}] if written else []
    rubric = sources.rubric
    strong = [each for each in written.exemplars if each.prompt in wordings] if written else []
    several = release.languages if len(release.languages) > 1 else ()
    return {
        "lesson": lesson,
        "lesson_title": release.title,
        "session": release.session,
        "spec": keeper.spoken(spec, language),
        "wordings": _wordings(specs, wordings),
        "asked": {each: _asked(release.specs_in(each), prompt, wordings, each) for each in several},
        "notes": [
            *({"heading": each.heading, "html": drawn(each.body, spec)} for each in notes),
            *([{"heading": "", "html": drawn(rubric.routine, spec)}] if rubric and rubric.routine else []),
        ],
        "exemplars": [{"level": each.level, "html": drawn(each.body, spec)} for each in strong],
    }


def _wordings(specs, wordings):
    return {name: question_html(specs[name]) for name in wordings if name in specs}


def _asked(specs, prompt, wordings, language):
    spec = {name: part for name, part in specs[prompt].items() if name != "criteria"}
    return {"spec": spec, "wordings": _wordings(specs, wordings), "name": name_of(language)}


def answer(keeper: DeskKeeper, reviewer: str, lesson: str, prompt: str, handle: str) -> dict:
    """One answer, without the name of whoever wrote it."""
    found = keeper.desk.open(reviewer, keeper.key(lesson, prompt, handle))
    del found["participant"]
    languages = keeper.desk.release(lesson).languages
    found["language"] = found["language"] if found["language"] in languages else languages[0]
    holder = found["holder"] if found["holder"] != reviewer else None
    names = keeper.reader_names() if holder or found["others"] else {}
    return found | {
        "who": handle,
        "words": keeper.desk.release(lesson).words(prompt, found["value"]),
        "holder": names.get(holder, holder) if holder else None,
        "mark": shown(found["mark"]),
        "agreed": shown(found["agreed"]),
        "others": readings(found["others"], names),
        "went_back": shown(found["went_back"]),
    }


def save(keeper: DeskKeeper, reviewer: str, lesson: str, prompt: str, handle: str, content: dict) -> dict:
    """The mark as it now stands; `settle` of grading has brought nbgrader in line already."""
    key = keeper.key(lesson, prompt, handle)
    saved, state = keeper.desk.save(reviewer, key, replace(given(content), reviewer=reviewer))
    return {"mark": shown(saved), "state": state}


def undo(keeper: DeskKeeper, reviewer: str, lesson: str, prompt: str, handle: str) -> dict:
    """The mark as it was before the last save; none when that was the first."""
    back, state = keeper.desk.undo(reviewer, keeper.key(lesson, prompt, handle))
    return {"mark": shown(back), "state": state}


def live(keeper: DeskKeeper, reviewer: str) -> dict:
    """Who else is on which answer now, and a `stamp` that changes when a line of answers may have.

    Small whatever the size of the class, because every open page asks for it every few seconds.
    """
    with keeper.desk.engine.connect() as db:
        on = leases.everywhere(db, time.time())
        others = db.execute(sa.select(sa.func.count(), sa.func.max(mark.c.at)).where(mark.c.reviewer != reviewer)).one()
        handed_in = db.scalar(sa.select(sa.func.count()).select_from(response))
    on = {key: holder for key, holder in on.items() if reviewer not in (holder, key.participant)}
    names = keeper.reader_names() if on else {}
    return {
        "on": [
            {
                "lesson": key.lesson,
                "prompt": key.prompt,
                "who": keeper.handle(key.participant),
                "name": names.get(holder, holder),
            }
            for key, holder in on.items()
        ],
        "stamp": "/".join(map(str, (*others, handed_in))),
    }


def take(keeper: DeskKeeper, reviewer: str, lesson: str, prompt: str, handle: str) -> dict:
    """Says that the reviewer is on this answer; who is, when somebody else was first."""
    key = keeper.key(lesson, prompt, handle)
    keeper.desk.open(reviewer, key)
    with gradebook.writing(keeper.desk.engine) as db:
        holder = leases.take(db, key, reviewer, time.time())
    return {"holder": keeper.reader_names().get(holder, holder) if holder != reviewer else None}


def let_go(keeper: DeskKeeper, reviewer: str) -> dict:
    """The reviewer is on nothing now."""
    with keeper.desk.engine.begin() as db:
        leases.give_up(db, reviewer)
    return {"holder": None}
