"""The sample cohort in the room: shared, answered and critiqued, by the room's own rules.

What they wrote goes the way everybody's goes: from their journals. Doing it again changes nothing.
"""

import random

import sqlalchemy as sa

from openpractice.databases import ROOM, named_database
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.handins.places import Places
from openpractice.handins.specs import Lesson, spec_for
from openpractice.journal.journal import Journal
from openpractice.kinds.registry import plain_text
from openpractice.model import RoomRules
from openpractice.names import marked
from openpractice.room import cohorts, critiques, phases, roomview, shares
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomRefused, RoomStore
from openpractice.room.roomtables import question
from openpractice.room.tallies import ballots, counts
from openpractice.room.tallies.ballots import Ballot
from openpractice.roster import roster
from openpractice.sample.people import SamplePerson

#: The cohort that everybody is in: see `openpractice.service.room.servedroom`.
COHORT = "main"
WORK_FROM = ("evidence_table", "ledger", "action_plan", "long_text")


def put_in_room(folder: CourseFolder, people: list[SamplePerson], lessons: dict[str, Lesson]) -> None:
    """Fills the course's first cohort with these people and what they wrote in these lessons."""
    store = RoomStore(named_database(ROOM) or folder.data / "room")
    try:
        cohorts.make(store, folder.id.replace("-", " ").capitalize(), RoomRules(), COHORT)
        people = _invented_only(folder, people)
        members = [Member(one.id, marked(one.name), school=one.school, appraiser=one.appraiser) for one in people]
        journals = {one.id: Journal(_journal_of(folder, one.id)) for one in people}
        with store.changing(COHORT) as db:
            cohorts.take_in(db, COHORT, members)
        for lesson in lessons.values():
            with store.changing(COHORT) as db:
                _fill(db, lesson, members, journals, people)
    finally:
        store.close()


def _invented_only(folder, people):
    """Without those whose name somebody real has: nobody real is written over."""
    with gradebook.opened(folder) as engine, engine.connect() as db:
        listed = roster.everybody(db)
    return [one for one in people if one.id in listed and listed[one.id].invented]


def _fill(db, lesson, members, journals, people):
    for prompt, spec in lesson.specs.items():
        if spec.get("answer_with") or not roomview.belongs(spec):
            continue
        if roomview.among_colleagues(spec):
            _critique(db, lesson, spec, members, journals, {one.id: one for one in people})
        elif spec["visibility"] == "A":
            _count(db, spec, members, journals)
        else:
            if spec.get("lead_first"):
                phases.open_to_all(db, COHORT, spec, "sample")  # nobody leads in the sample, so nobody goes first
            for member in members:
                state = journals[member.person].state(prompt)
                text = plain_text(state.value, spec_for(state.value, prompt, lesson.specs))
                if state.shared and text.strip():
                    shares.publish(db, COHORT, prompt, member, text)


def _count(db, spec, members, journals):
    given = [
        Ballot(member, journals[member.person].code(spec["id"]), spec, state.value)
        for member in members
        if (state := journals[member.person].state(spec["id"])).rev
    ]
    ballots.cast_all(db, COHORT, given)
    shown = db.scalar(sa.select(sa.exists().where(question.c.cohort == COHORT, question.c.prompt == spec["id"])))
    if not shown and len(given) >= counts.threshold(db, COHORT):
        counts.reveal(db, COHORT, spec, "sample")


def _critique(db, lesson, spec, members, journals, people):
    """Each shows a piece of work from the same session; critiques go to whom the room's rules send them."""
    for member in members:
        work = _work_of(lesson, people[member.person])
        if work:
            shares.publish(db, COHORT, spec["id"], member, work)
    order = list(members)
    random.Random(spec["id"]).shuffle(order)  # the same each time
    for member in order:
        written = journals[member.person].state(spec["id"]).value.get("critiques", [])
        given = critiques.given_by(db, COHORT, spec["id"], member.person)
        for fields in written[len(given) : critiques.count_of(spec)]:
            try:
                held = critiques.sit_down(db, COHORT, spec, member, RoomRules())
                critiques.give(db, COHORT, spec, member, held["id"], fields)
            except RoomRefused:
                break


def _work_of(lesson, person):
    for prompt, spec in lesson.specs.items():
        if spec["kind"] in WORK_FROM and prompt in person.answers and spec["visibility"] in ("F", "C"):
            return plain_text(person.answers[prompt], spec)
    return ""


def _journal_of(folder, person):
    return Places(
        folder.id, folder.data / "people" / person, folder.exchange, folder.data, person, "participant"
    ).journal
