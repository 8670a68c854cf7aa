"""What concerns a whole class: two readings beside each other, returning, who is missing, exports, who reads whom."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import combinations

from openpractice.feedback import returning
from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.own_tables import AGREED
from openpractice.names import compared, without_mark
from openpractice.review import assigning, exports, queue, whoreads, workbooks
from openpractice.review.calibrating import agreement
from openpractice.review.reviewing import Desk
from openpractice.roster import roster
from openpractice.service import catalog
from openpractice.service.apart import HERE
from openpractice.service.handlers.context import RequestContext
from openpractice.service.people import roll
from openpractice.service.refusal import Refusal
from openpractice.service.review.deskkeeper import DeskKeeper, checked
from openpractice.service.review.markjson import given, readings, shown

MOST_AT_ONCE = 10_000


def discuss(keeper: DeskKeeper, reviewer: str, lesson: str) -> dict:
    """The answers of a lesson that readers should talk about, with their words.

    `marks` has every reading once the reviewer's own is there; before that `sealed` is
    true, and `readings` says how many wait behind it.
    """
    desk, lesson = keeper.desk, checked(lesson)
    release, rows = desk.release(lesson), desk.discuss(reviewer, lesson)
    words, names = desk.words(lesson, {row["participant"] for row in rows}), keeper.reader_names()
    return {
        "answers": [
            {
                "lesson": lesson,
                "prompt": row["prompt"],
                "who": keeper.handle(row["participant"]),
                "title": release.titles.get(row["prompt"], row["prompt"]),
                "criteria": keeper.spoken(release.specs[row["prompt"]])["criteria"],
                "spec": release.specs[row["prompt"]],
                **words[row["prompt"], row["participant"]],
                "marks": []
                if row["sealed"]
                else readings((each for each in row["marks"] if each.reviewer != AGREED), names),
                "agreed": next((shown(each) for each in row["marks"] if each.reviewer == AGREED), None),
                "readings": row["readings"],
                "sealed": row["sealed"],
                "flagged": row["flagged"],
            }
            for row in rows
        ]
    }


def agree(keeper: DeskKeeper, reviewer: str, lesson: str, prompt: str, handle: str, content: dict) -> dict:
    """What the readers settled on goes to the gradebook; both readings stay."""
    key = keeper.key(lesson, prompt, handle)
    saved, state = keeper.desk.agree(reviewer, key, replace(given(content), reviewer=AGREED))
    return {"mark": shown(saved), "state": state}


def agreed_how_far(keeper: DeskKeeper, lesson: str) -> dict:
    """For each criterion, how two readers of the same answers agree; each pair of reviewers counts."""
    desk = keeper.desk
    given: dict[str, list] = {}
    for name in [checked(lesson)] if lesson else desk.lessons():
        with desk.engine.connect() as db:
            rows = desk.waiting(db, name)
        for row in rows:
            whole = [each for each in queue.readings(row) if each.sha256 == row.sha256]
            for code in row.criteria if len(whole) > 1 else ():
                given.setdefault(code, []).append(
                    [each.levels[code] for each in sorted(whole, key=lambda each: each.reviewer)]
                )
    rubric = keeper.sources().rubric
    names = {each.code: each.name for each in (rubric.criteria if rubric else ())}
    order = [code for code in names if code in given] + sorted(given.keys() - names.keys())
    return {
        "fewest": agreement.FEWEST_FOR_KAPPA,
        "criteria": [{"code": code, "name": names.get(code, code)} | _agreement(given[code]) for code in order],
    }


def _agreement(answers):
    """`n` counts pairs of readings, as kappa does; `answers` the answers behind them."""
    alpha, interval = agreement.alpha(answers)
    pairs = [pair for levels in answers for pair in combinations(levels, 2)]
    return asdict(agreement.compare(pairs)) | {"answers": len(answers), "alpha": alpha, "alpha_interval": interval}


def to_return(keeper: DeskKeeper, lesson: str) -> dict:
    """Who can have feedback now, who waits to be read, who has it; and whether levels go back as numbers too."""
    desk = keeper.desk
    rows = returning.overview(desk, checked(lesson))
    people = [{"who": keeper.handle(row.pop("participant"))} | row for row in rows]
    # By handle: the order of ids would say who is who.
    return {"people": sorted(people, key=lambda row: row["who"]), "numbers": desk.rules.numbers}


def return_preview(keeper: DeskKeeper, reviewer: str, lesson: str) -> dict:
    """What each person who is read will see, by handle."""
    seen = returning.sees(keeper.desk, checked(lesson), reviewer)
    return {
        "people": sorted(
            ({"who": keeper.handle(who), "answers": answers} for who, answers in seen.items()),
            key=lambda row: row["who"],
        )
    }


def give_back(keeper: DeskKeeper, reviewer: str, lesson: str, content: dict) -> dict:
    """Returns feedback to the people named by handle, or to all who are read."""
    named = content.get("people")
    if named != "all" and not (isinstance(named, list) and 0 < len(named) <= MOST_AT_ONCE):
        raise Refusal(400, "not-understood")
    chosen = None if named == "all" else [keeper.participant(checked(each)) for each in named]
    done = returning.give_back(keeper.desk, checked(lesson), chosen, reviewer)
    return {"new": len(done.new), "unchanged": len(done.unchanged), "waiting": len(done.waiting)}


def preview(keeper: DeskKeeper, reviewer: str, lesson: str, handle: str, named: bool) -> bytes:
    """The page that this person will read, as far as it is open to this reviewer; the audit keeps who asked for the name."""
    desk, who = keeper.desk, keeper.participant(checked(handle))
    if named:
        with desk.engine.begin() as db:
            marks.note(db, reviewer, "name", marks.Key("", "", who))
    return returning.page(desk, checked(lesson), who, reviewer, named)


def reminder(keeper: DeskKeeper, context: RequestContext, members: dict, lesson: str, language: str) -> dict:
    """Who takes part and has handed in nothing of a lesson, list or no list, and a message to copy.

    `members`, by id, are those whom the hub knows.
    """
    release = keeper.desk.release(checked(lesson))
    left_out = roll.missing(roll.roll(context, keeper.desk.folder, lesson, members))
    return {
        "missing": [{"name": line.name or line.id, "email": line.email} for line in left_out],
        "message": catalog.say(language, "reminder", title=release.title),
    }


def table(keeper: DeskKeeper, reviewer: str, language: str, form: str, kind: str) -> tuple[str, str, bytes]:
    """File name, media type and content of an export, with titles in the reader's language."""
    if form not in ("long", "wide") or kind not in ("csv", "xlsx"):
        raise Refusal(400, "not-understood")
    desk = keeper.desk
    content = HERE.run(_content, desk.folder, desk.rules, desk.rubric, language, form, kind)
    with desk.engine.begin() as db:
        marks.note(db, reviewer, "export", detail={"form": form, "as": kind})
    media = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }[kind]
    return f"answers-{form}.{kind}", media, content


def _content(folder, rules, rubric: int, language: str, form: str, kind: str) -> bytes:
    """The table, made in a process of its own: a thousand people's takes seconds."""
    with gradebook.opened(folder) as engine:
        desk = Desk(folder, engine, rules, rubric)
        lessons = desk.lessons()
        if form == "long":
            tables = [("answers", list(exports.LONG), list(exports.long_rows(desk, lessons, language)))]
        elif kind == "csv":
            tables = [("answers", *exports.wide_rows(desk, lessons))]
        else:
            # A sheet for each session: all of a course beside each other would be hundreds of columns.
            tables = [
                (desk.release(lesson).title_in(language), *exports.wide_rows(desk, [lesson])) for lesson in lessons
            ]
        return exports.as_csv(*tables[0][1:]) if kind == "csv" else workbooks.as_workbook(tables)


def assignments(keeper: DeskKeeper) -> dict:
    """Who reads whom, and the names and schools to choose from."""
    with keeper.desk.engine.connect() as db:
        people = roster.everybody(db).values()
        return {
            "assigned": assigning.listed(db),
            "schools": sorted({each.school for each in people if each.school}),
            "people": [{"id": each.participant, "name": each.name} for each in people if each.role == "participant"],
            "reviewers": [{"id": who, "name": name} for who, name in whoreads.names(keeper.desk.folder, db).items()],
        }


def assign(keeper: DeskKeeper, reviewer: str, content: dict) -> dict:
    """Gives answers to a reviewer, takes them back (`off`), or hands all over (`to`).

    A reviewer may be named by id or as the list of people calls them. With `evenly` all answers
    of a session are shared out among everybody who reviews.
    """
    if content.get("evenly") is True:
        return _evenly(keeper, reviewer, checked(content.get("lesson")))
    whom = _reviewer_id(keeper, content.get("reviewer"))
    lesson, scope, name = (content.get(part) for part in ("lesson", "scope", "name"))
    with keeper.desk.engine.begin() as db:
        if "to" in content:
            assigning.hand_over(db, checked(whom), checked(_reviewer_id(keeper, content["to"])), reviewer)
        elif content.get("off") is True:
            assigning.release(db, whom, lesson, scope, name, reviewer)
        else:
            assigning.assign(db, whom, lesson, scope, name, reviewer)
    return assignments(keeper)


def _evenly(keeper, reviewer, lesson):
    desk = keeper.desk
    with desk.engine.connect() as db:
        stands = desk.standings(db, [lesson])
    rows = [row for stand in stands.values() for row in stand.rows if not row.blank]
    twice = set().union(*(stand.doubled(desk.rules.double) for stand in stands.values()))
    with desk.engine.begin() as db:
        assigning.evenly(db, whoreads.everybody(db), lesson, rows, twice, reviewer)
    return assignments(keeper)


def _reviewer_id(keeper, said):
    """The id of the one reviewer who is called so; what was said, where nobody or more than one is."""
    if not isinstance(said, str) or not said.strip():
        return said
    wanted = compared(without_mark(said))
    with keeper.desk.engine.connect() as db:
        known = whoreads.names(keeper.desk.folder, db)
    if said.strip() in known:
        return said.strip()
    so_called = [who for who, name in known.items() if compared(without_mark(name)) == wanted]
    return so_called[0] if len(so_called) == 1 else said.strip()
