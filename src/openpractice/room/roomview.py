"""What somebody sees of the room now, as plain data: one whole answer, with a number.

`common` is the same for every participant of a cohort, `own` is one person's, `leading` is what
a facilitator sees besides, `projected` is for the screen in the room. The same state gives the same
answer, however often it is asked for; nothing here changes anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from openpractice.room import cohorts, critiques, livesession, phases, presence, shares
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import WITHOUT_HOUR, now_ms
from openpractice.room.roomtables import answered, log, round_
from openpractice.room.tallies import counts
from openpractice.room.tallies.tally import spoken


@dataclass(frozen=True)
class RoomLesson:
    """What the room knows of a lesson: its questions, and the steps of its meeting.

    `specs` are the prompts that are shared or counted; `nameless` those of their ids whose
    critiques name nobody. In a course of several languages `language` is the one that all of it is in.
    """

    id: str
    title: str
    minutes: int
    specs: Mapping[str, dict] = field(default_factory=dict)
    agenda: tuple[Mapping, ...] = ()
    nameless: frozenset[str] = frozenset()
    language: str = ""


def belongs(spec: dict) -> bool:
    """Whether a prompt has a place in the room."""
    return spec.get("visibility") in ("A", "C") or bool(spec.get("may_share") and spec.get("visibility") == "F")


def among_colleagues(spec: dict) -> bool:
    """Whether a prompt is critique of colleagues' work, which goes to its author and to no wall."""
    return spec["kind"] == "peer_critique" and spec.get("of") == "colleagues"


def common(db: sa.Connection, cohort_id: str, lesson: RoomLesson | None) -> dict:
    """What every participant of the cohort may see: no name but those of shared answers."""
    row, now = cohorts.named(db, cohort_id), now_ms()
    session = livesession.of(db, cohort_id)
    return {
        "number": row.number,
        "pulse": row.pulse,
        "cohort": {"id": row.id, "title": row.title},
        "live": _live(session),
        "here": len(presence.here(db, cohort_id, session.lesson, now)) if session else 0,
        "questions": _questions(db, cohort_id, lesson) if lesson else {},
    }


def own(db: sa.Connection, cohort_id: str, lesson: RoomLesson | None, who: Member) -> dict:
    """What is this person's: their shares, whether they are counted, their critiques, their group."""
    session = livesession.of(db, cohort_id)
    mine, found = shares.own(db, cohort_id, who.person), {}
    for prompt in lesson.specs if lesson else ():
        found[prompt] = {"shared": _own_share(mine.get(prompt))}
    for prompt, given in own_critiques(db, cohort_id, lesson, who).items():
        found[prompt]["critique"] = given
    for prompt in _counted(db, cohort_id, lesson, who):
        found[prompt]["counted"] = True
    return {
        "me": {"name": who.name, "role": who.role, "volunteer": who.volunteer},
        "joined": session is not None and presence.has_joined(db, cohort_id, session.lesson, who.person),
        "stuck": livesession.is_stuck(db, cohort_id, who.person),
        "group": _own_group(db, cohort_id, session.lesson, who) if session else None,
        "mine": found,
    }


def own_critiques(db: sa.Connection, cohort_id: str, lesson: RoomLesson | None, who: Member) -> dict[str, dict]:
    """What this person has in hand, gave and was given, for each prompt of colleagues' critique."""
    if lesson is None:
        return {}
    return {
        prompt: _own_critiques(db, cohort_id, spec, who, not who.leads and prompt in lesson.nameless)
        for prompt, spec in lesson.specs.items()
        if among_colleagues(spec)
    }


def leading(db: sa.Connection, cohort_id: str, lesson: RoomLesson | None, names: bool = False) -> dict:
    """What a facilitator sees besides; who has answered and who has not only when `names` are asked for."""
    here, session = cohorts.people(db, cohort_id), livesession.of(db, cohort_id)
    present = presence.here(db, cohort_id, session.lesson, now_ms()) if session else []
    seen = {
        "least": counts.threshold(db, cohort_id),
        "join_code": cohorts.named(db, cohort_id).join_code,
        "people": sum(not each.leads for each in here.values()),
        "hands": [
            {"person": row.person, "name": here[row.person].name, "note": row.note, "at": row.at}
            for row in livesession.hands(db, cohort_id)
            if row.person in here
        ],
        "reports": shares.reports(db, cohort_id),
        "walls": {},
        "waiting": {},
        "set_aside": _set_aside(db, cohort_id, lesson) if lesson else {},
    }
    if session:
        seen["groups"] = _groups(db, cohort_id, session.lesson, here)
    if lesson:
        walls = shares.on_wall(db, cohort_id, lesson.specs, hidden=True)
        seen["walls"] = {prompt: [_card(row) | _why_hidden(row) for row in rows] for prompt, rows in walls.items()}
        for prompt, spec in lesson.specs.items():
            if among_colleagues(spec):
                seen["waiting"][prompt] = _critique_progress(db, cohort_id, prompt, here)
    if names:
        seen["present"] = [here[each].name for each in present if each in here]
        seen["absent"] = [each.name for each in here.values() if each.person not in present and not each.leads]
        seen["who"] = _who(db, cohort_id, lesson, here) if lesson else {}
    return seen


def projected(db: sa.Connection, cohort_id: str, lesson: RoomLesson | None) -> dict:
    """What stands on the screen in the room: the step, and the one thing that a facilitator shows.

    That is a prompt's id, with ``#`` and a number for one of its rows, or the id of a shared answer. No name but that of a shared answer which was put there.
    """
    row, session = cohorts.named(db, cohort_id), livesession.of(db, cohort_id)
    seen = {
        "number": row.number,
        "pulse": row.pulse,
        "cohort": {"title": row.title},
        "live": _live(session),
        "here": len(presence.here(db, cohort_id, session.lesson, now_ms())) if session else 0,
        "question": None,
        "card": None,
    }
    if session and session.shows and lesson:
        prompt, _, row_number = session.shows.partition("#")
        if prompt in lesson.specs:
            spec = lesson.specs[prompt]
            found = _questions(db, cohort_id, lesson, only=prompt)[prompt]
            seen["question"] = {"id": spec["id"], "title": spec["title"]} | _one_row(found, row_number) | {"wall": []}
        else:
            wall = shares.on_wall(db, cohort_id, lesson.specs)
            card = next((each for rows in wall.values() for each in rows if each["id"] == session.shows), None)
            seen["card"] = _card(card) if card else None
    return seen


def history(db: sa.Connection, cohort_id: str, most: int = 200) -> list[dict]:
    """The last lines of the log, newest first; of some acts only the ``day`` is known, and they end theirs."""
    query = sa.select(log).where(log.c.cohort == cohort_id).order_by(log.c.at.desc(), log.c.id).limit(most)
    return [dict(row) | {"day": row["what"] in WITHOUT_HOUR} for row in db.execute(query).mappings()]


def _questions(db, cohort_id, lesson, only=None):
    specs = {key: spec for key, spec in lesson.specs.items() if only in (None, key)}
    stands = phases.standings(db, cohort_id, specs)
    answers = counts.how_many(db, cohort_id, stands)
    walls = shares.on_wall(db, cohort_id, specs)
    results = counts.shown(db, cohort_id, specs)
    reset = _reset_rounds(db, cohort_id, specs)
    many, found = counts.taking_part(db, cohort_id), {}
    for prompt, spec in specs.items():
        stand, wall = stands[prompt], walls.get(prompt, [])
        is_counted, apart = spec.get("visibility") == "A", among_colleagues(spec)
        led = any(each["lead"] for each in wall)
        waits = bool(spec.get("lead_first")) and not stand.open_to_all and not led
        first = [each for each in wall if each["lead"] and spec.get("lead_first") and not is_counted]
        seen = [] if apart else wall if stand.visible and not waits else first
        found[prompt] = {
            "phase": stand.phase,
            "visible": stand.visible,
            "round": stand.round,
            "answered": answers[prompt] if is_counted else sum(not each["lead"] for each in wall),
            "of": many,
            "waits_for_lead": waits,
            "wall": [_card(each) for each in seen],
            "results": _results(results.get(prompt, {}), stand, reset.get(prompt, set()), lesson),
        }
    return found


def _one_row(question, number):
    """Of a question with several rows only one: what is read from twelve metres is one thing at a time."""
    rows = max((len(each["rows"]) for each in question["results"]), default=0)
    place = min(int(number), rows - 1) if number.isdecimal() and rows else 0
    results = [each | {"rows": each["rows"][place : place + 1]} for each in question["results"]]
    return question | {"results": results, "row": place + 1, "rows": rows}


def _results(issues, stand, reset, lesson):
    """What was shown: of earlier rounds always, of the present one while it is shown; of a reset one never."""
    if stand.shown is False:
        return []
    return [
        _issue(each, lesson)
        for number, each in sorted(issues.items())
        if number not in reset and (number < stand.round or stand.visible)
    ]


def _set_aside(db, cohort_id, lesson):
    """The counts of rounds that were reset, for those who lead."""
    reset = _reset_rounds(db, cohort_id, lesson.specs)
    results = counts.shown(db, cohort_id, reset)
    return {
        prompt: [_issue(each, lesson) for number, each in sorted(results[prompt].items()) if number in numbers]
        for prompt, numbers in reset.items()
        if prompt in results
    }


def _issue(each, lesson):
    # Kept in the words in which it was shown; in a course of several languages read in the reader's.
    rows = spoken(each["rows"], lesson.specs[each["prompt"]]) if lesson.language else each["rows"]
    return {key: each[key] for key in ("round", "issue", "answers")} | {"rows": rows}


def _reset_rounds(db, cohort_id, prompts) -> dict[str, set[int]]:
    query = sa.select(round_.c.prompt, round_.c.round)
    rows = db.execute(query.where(round_.c.cohort == cohort_id, round_.c.prompt.in_(prompts), round_.c.why == "reset"))
    found: dict[str, set[int]] = {}
    for prompt, number in rows:
        found.setdefault(prompt, set()).add(number - 1)
    return found


def _live(session):
    if session is None:
        return None
    keys = ("lesson", "step", "step_at", "ends_at", "paused_at", "message", "message_at", "shows", "opened_at")
    return {key: getattr(session, key) for key in keys}


def _card(row):
    return {key: row[key] for key in ("id", "name", "text", "version", "lead")} | {"at": row["version_at"]}


def _why_hidden(row):
    hidden = row["hidden_at"] and {"at": row["hidden_at"], "by": row["hidden_by"], "why": row["hidden_why"]}
    return {"hidden": hidden or None, "read": row["read_at"] is not None}


def _own_share(row):
    if row is None or row.recalled_at is not None:
        return None
    hidden = {"by": row.hidden_by, "why": row.hidden_why} if row.hidden_at is not None else None
    return {
        "id": row.id,
        "version": row.version,
        "at": row.shared_at,
        "read": row.read_at is not None,
        "hidden": hidden,
    }


def _own_group(db, cohort_id, lesson, who):
    numbers = livesession.groups(db, cohort_id, lesson)
    group = numbers.get(who.person)
    mates = [each for each, number in numbers.items() if group and number == group]
    names = cohorts.names_of(db, cohort_id, mates)
    return {"number": group, "people": sorted(names.values())} if group else None


def _counted(db, cohort_id, lesson, who):
    if not lesson:
        return []
    stands = phases.standings(db, cohort_id, lesson.specs)
    query = sa.select(answered.c.prompt, answered.c.round)
    rows = db.execute(query.where(answered.c.cohort == cohort_id, answered.c.person == who.person)).all()
    return [row.prompt for row in rows if row.prompt in stands and stands[row.prompt].round == row.round]


def _own_critiques(db, cohort_id, spec, who, nameless):
    given = critiques.given_by(db, cohort_id, spec["id"], who.person)
    received = critiques.received_by(db, cohort_id, spec["id"], who.person)
    others = [*(row["author"] for row in given), *(row["reviewer"] for row in received)]
    names = {} if nameless else cohorts.names_of(db, cohort_id, others)

    def name(person):
        return names.get(person, "")

    open_ = next((row for row in given if row["state"] == "open" and shares.is_seen(db, cohort_id, row["share"])), None)
    current = open_ and {
        "id": open_["id"],
        "name": name(open_["author"]),
        "text": shares.text_of(db, open_["share"], open_["version"]),
        "until": open_["until"],
    }
    said = ("id", "fields", "about", "given_at", "change", "keep", "replied_at")
    return {
        "count": critiques.count_of(spec),
        "nameless": nameless,
        "current": current,
        "waiting": sum(row["state"] == "waiting" for row in given),
        "given": [
            {key: row[key] for key in said} | {"name": name(row["author"]), "read": row["read_at"] is not None}
            for row in given
            if row["state"] == "done"
        ],
        "received": [
            {key: row[key] for key in said} | {"name": name(row["reviewer"]), "read": row["read_at"] is not None}
            for row in received
        ],
    }


def _critique_progress(db, cohort_id, prompt, here):
    rows = critiques.progress(db, cohort_id, prompt)
    shown = {row["person"] for row in shares.on_wall(db, cohort_id, [prompt]).get(prompt, [])}
    nothing = {"given": 0, "open": 0, "got": 0}
    return [
        {"name": each.name, "shown": each.person in shown, "leads": each.leads} | rows.get(each.person, nothing)
        for each in here.values()
        if not each.leads or each.person in rows
    ]


def _groups(db, cohort_id, lesson, here) -> list[dict]:
    made: dict[int, list[str]] = {}
    for person, number in livesession.groups(db, cohort_id, lesson).items():
        if person in here:
            made.setdefault(number, []).append(here[person].name)
    return [{"number": number, "people": sorted(names)} for number, names in sorted(made.items())]


def _who(db, cohort_id, lesson, here):
    """For each question the names of those who have answered, or shared, and of those who have not."""
    stands, found = phases.standings(db, cohort_id, lesson.specs), {}
    walls = shares.on_wall(db, cohort_id, lesson.specs, hidden=True)
    for prompt, spec in lesson.specs.items():
        if spec.get("visibility") == "A":
            have = counts.who_answered(db, cohort_id, prompt, stands[prompt].round)
        else:
            have = {row["person"] for row in walls.get(prompt, ())}
        asked = [each for each in here.values() if not each.leads]
        found[prompt] = {
            "have": [each.name for each in asked if each.person in have],
            "have_not": [each.name for each in asked if each.person not in have],
        }
    return found
