"""Three reviewers at once, and whatever else happens meanwhile, in any order: what always holds.

Two servers are open on one gradebook. The model below knows only what each person did; after
every step it is compared with the tables, nbgrader's among them.
"""

import json
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handins import LESSON, hand_in, response
from handins import mark as formgrader_writes
from openpractice.feedback import returning
from openpractice.feedback.toreturn import read_feedback
from openpractice.gradebook.marks import BadMark, Mark, Stale
from openpractice.gradebook.own_tables import AGREED, COLLECT, audit, mark, person
from openpractice.intake.collect import collect
from openpractice.kinds import registry
from openpractice.model import ReviewRules
from openpractice.review import assigning, leases, rubric_change
from openpractice.review.reviewing import Forbidden
from reviewers import PROMPT, READ, copy_class, desk_at, key, make_class, nbgrader_grade

PEOPLE = ("ana", "ben", "cy")
REVIEWERS = ("ana", "rev", "two")  # ana takes part as well; rev appraises ben
BARRED = {("ana", "ana"), ("rev", "ben")}
RUBRICS = ({"R": 1, "P": 1}, {"R": 2, "P": 1}, {"R": 1}, {"R": 1, "P": 1, "E": 1})
NAMES = {"R": "Reasoning", "P": "Principle", "E": "Evidence"}

people, reviewers = st.sampled_from(PEOPLE), st.sampled_from(REVIEWERS)
desks, numbers = st.integers(0, 1), st.integers(0, 3)
words = st.sampled_from(["", "I can see it.", "سلام 🙂", "<b>bold</b>", "Next, try “one”."])
levels = st.dictionaries(st.sampled_from(["R", "P", "E"]), numbers, max_size=3)
texts = st.sampled_from(["The first.", "Another.", "A third. 🙂", ""])


def criteria_written(notebook: dict, weights: dict) -> bytes:
    """The released notebook with these criteria in its prompt."""
    criteria = [
        {"code": code, "name": NAMES[code], "levels": READ["criteria"][0]["levels"], "weight": weight}
        for code, weight in weights.items()
    ]
    for cell in notebook["cells"]:
        if cell["metadata"].get("openpractice", {}).get("part") == "prompt":
            cell["source"] = f"prompt({json.dumps(READ | {'criteria': criteria}, ensure_ascii=False)})"
    return json.dumps(notebook).encode()


class Reviewing(RuleBasedStateMachine):
    made = None
    steps = 0

    @initialize()
    def begin(self):
        self.open, self.place = ExitStack(), Path(tempfile.mkdtemp(prefix="op-random-"))
        self.folder = copy_class(self.made, self.place)
        self.desks = [self.open.enter_context(desk_at(self.folder, ReviewRules(double=0.5))) for _ in range(2)]
        with self.desks[0].engine.begin() as db:
            db.execute(person.insert().values(participant="ben", appraiser="rev", school="North"))
            db.execute(person.insert().values(participant="cy", school="North"))
        self.criteria = RUBRICS[0]
        self.shas = {who: [registry.sha256({"text": f"The hour of {who}."})] for who in PEOPLE}
        self.blank = dict.fromkeys(PEOPLE, False)
        self.marks = {}  # (who, reviewer): the mark as it stands
        self.before = {}  # (who, reviewer): marks that undo brings back, the last one first
        self.highest = {}  # (who, reviewer): the highest version that mark ever had
        self.elsewhere = {}  # who: (score, comment) as formgrader wrote it last
        self.scored_now = set()  # whose present words formgrader scored
        self.audit = []

    # -- what reviewers do --------------------------------------------------------------------

    def saved(self, name, who, reviewer, given, stands, function):
        """What a save must do: count one version on, or refuse for exactly the reason there is."""
        refusals = []
        if (reviewer, who) in BARRED:
            refusals.append(Forbidden)
        if self.blank[who] or not set(given.levels) <= set(self.criteria):
            refusals.append(BadMark)
        if name == AGREED and not given.complete(self.criteria):
            refusals.append(BadMark)
        if name == AGREED and not self.has_read(reviewer, who):
            refusals.append(Forbidden)
        if given.version != (stands.version if stands else 0):
            refusals.append(Stale)
        if refusals:
            with pytest.raises(tuple(refusals)):
                function(reviewer, key(who), given)
            return
        done, _ = function(reviewer, key(who), given)
        assert (done.levels, done.comment) == (given.levels, given.comment)
        assert done.version > self.highest.get((who, name), 0)
        self.highest[who, name] = done.version
        assert (done.sha256, done.by) == (self.shas[who][-1], reviewer)
        self.before[who, name] = stands
        self.marks[who, name] = done

    def has_read(self, reviewer, who):
        own = self.marks.get((who, reviewer))
        return bool(own and own.complete(self.criteria) and own.sha256 == self.shas[who][-1])

    @rule(
        d=desks,
        who=people,
        reviewer=reviewers,
        given=levels,
        comment=words,
        flagged=st.booleans(),
        skipped=st.booleans(),
        behind=st.sampled_from([0, 0, 0, 1, 2]),
    )
    def score(self, d, who, reviewer, given, comment, flagged, skipped, behind):
        stands = self.marks.get((who, reviewer))
        # From a page that was opened before, be it before the mark was undone altogether.
        version = max(0, self.highest.get((who, reviewer), 0) - behind) if behind else stands.version if stands else 0
        self.saved(
            reviewer,
            who,
            reviewer,
            Mark("", given, comment, flagged=flagged, skipped=skipped, version=version),
            stands,
            self.desks[d].save,
        )

    @rule(d=desks, who=people, reviewer=reviewers, level=numbers, comment=words)
    def read_whole(self, d, who, reviewer, level, comment):
        stands = self.marks.get((who, reviewer))
        given = Mark(
            "", dict.fromkeys(self.criteria, level), comment, {"R": comment}, version=stands.version if stands else 0
        )
        self.saved(reviewer, who, reviewer, given, stands, self.desks[d].save)

    @rule(d=desks, who=people, reviewer=reviewers, level=numbers, comment=words, behind=st.sampled_from([0, 0, 1]))
    def settle(self, d, who, reviewer, level, comment, behind):
        stands = self.marks.get((who, AGREED))
        version = max(0, (stands.version if stands else 0) - behind)
        given = Mark("", dict.fromkeys(self.criteria, level), comment, version=version)
        self.saved(AGREED, who, reviewer, given, stands, self.desks[d].agree)

    @rule(d=desks, who=people, reviewer=reviewers)
    def undo(self, d, who, reviewer):
        stands = self.marks.get((who, reviewer))
        if (reviewer, who) in BARRED or stands is None:
            with pytest.raises((Forbidden, BadMark)):
                self.desks[d].undo(reviewer, key(who))
            return
        back, _ = self.desks[d].undo(reviewer, key(who))
        wanted = self.before[who, reviewer]
        if wanted is None:
            assert back is None
            del self.marks[who, reviewer]
        else:
            assert (back.levels, back.comment, back.sha256) == (wanted.levels, wanted.comment, wanted.sha256)
            assert back.version == stands.version + 1
            self.marks[who, reviewer], self.highest[who, reviewer] = back, back.version
        self.before[who, reviewer] = stands

    @rule(d=desks, who=people, reviewer=reviewers)
    def look(self, d, who, reviewer):
        if (reviewer, who) in BARRED:
            with pytest.raises(Forbidden):
                self.desks[d].open(reviewer, key(who))
            return
        found = self.desks[d].open(reviewer, key(who))
        assert found["sha256"] == self.shas[who][-1]
        own = self.marks.get((who, reviewer))
        assert found["mark"] == own
        for other in [*found["others"], *filter(None, [found["agreed"]])]:
            assert self.has_read(reviewer, who) or (own.complete(self.criteria) and other.sha256 == own.sha256)
        for each in self.desks[d].discuss(reviewer, LESSON):
            assert each["sealed"] is not self.has_read(reviewer, each["participant"])
            assert (reviewer, each["participant"]) not in BARRED

    @rule(d=desks, who=people, reviewer=reviewers)
    def lease(self, d, who, reviewer):
        desk = self.desks[d]
        with desk.engine.begin() as db:
            holder = leases.take(db, key(who), reviewer, time.time())
        for other in REVIEWERS:
            line = [each.participant for each in desk.next(other, LESSON, PROMPT, count=9)]
            assert not (holder != other and who in line)
            assert not any((other, each) in BARRED for each in line)

    @rule(d=desks, reviewer=reviewers)
    def let_go(self, d, reviewer):
        with self.desks[d].engine.begin() as db:
            leases.give_up(db, reviewer)

    @rule(d=desks, reviewer=reviewers, to=reviewers, name=st.sampled_from(["ben", "cy", "North"]))
    def assign_and_hand_over(self, d, reviewer, to, name):
        desk = self.desks[d]
        with desk.engine.begin() as db:
            assigning.assign(db, reviewer, "*", "school" if name == "North" else "person", name, "lead")
            assigning.hand_over(db, reviewer, to, "lead")
            assert reviewer == to or not [row for row in assigning.listed(db) if row["reviewer"] == reviewer]

    # -- what happens meanwhile ---------------------------------------------------------------

    @rule(who=people, score=st.sampled_from([0, 1.5, 5, 7]), said=words)
    def formgrader(self, who, score, said):
        formgrader_writes(self.folder, who, PROMPT, score, said or None)
        self.elsewhere[who] = (score, said)
        self.scored_now.add(who)

    @rule(who=people, text=texts)
    def hand_in_anew(self, who, text):
        hand_in(self.folder, who, {PROMPT: response(READ, {"text": text})} if text else {})
        collect(self.folder, LESSON)
        sha256 = self.latest_sha(who)
        if sha256 != self.shas[who][-1]:
            self.scored_now.discard(who)
        self.blank[who] = not text
        self.shas[who].append(sha256)

    def latest_sha(self, who):
        with self.desks[0].engine.connect() as db:
            return db.scalar(sa.text(f"SELECT sha256 FROM op_response WHERE participant = '{who}' AND latest"))

    @rule()
    def collect_again(self):
        before = [nbgrader_grade(self.desks[0], who) for who in PEOPLE]
        collect(self.folder, LESSON)
        assert [nbgrader_grade(self.desks[0], who) for who in PEOPLE] == before

    @rule(d=desks, new=st.sampled_from(RUBRICS))
    def change_the_rubric(self, d, new):
        path = self.folder.released(LESSON)
        path.chmod(0o644)
        path.write_bytes(criteria_written(json.loads(path.read_bytes()), new))
        self.criteria = new
        desk = self.desks[d]
        change = next(iter(rubric_change.previews(desk)), None)
        if change:
            before = {who: nbgrader_grade(desk, who)[0] for who in PEOPLE}
            rubric_change.apply(desk, LESSON, PROMPT, change.token, "lead")
            assert all(before[who] == old and nbgrader_grade(desk, who)[0] == now for who, old, now in change.scores)
            assert {who for who, *_ in change.scores} >= {
                who for who in PEOPLE if nbgrader_grade(desk, who)[0] != before[who]
            }
        assert rubric_change.previews(desk) == []

    @rule(d=desks, who=people)
    def give_back(self, d, who):
        done = returning.give_back(self.desks[d], LESSON, [who], "lead")
        state, _ = self.stands(who)
        # Somebody who scored the new words in formgrader has read them, though nobody has here.
        score, _, said = nbgrader_grade(self.desks[d], who)
        elsewhere = who in self.scored_now and self.elsewhere[who] == (score, said)
        settled = state != "discuss" and (state != "revised" or elsewhere)
        assert settled or not (done.new or done.unchanged)

    # -- what always holds --------------------------------------------------------------------

    def stands(self, who):
        """The state of an answer and the mark that counts, by the course's rule and nothing else."""
        sha256, marks = self.shas[who][-1], {name: one for (of, name), one in self.marks.items() if of == who}
        whole = [one for one in marks.values() if one.complete(self.criteria)]
        fresh = [one for one in whole if one.sha256 == sha256]
        agreed = [one for one in fresh or whole if one.reviewer == AGREED]
        counts = min(agreed or fresh or whole, key=lambda one: (one.total(self.criteria), one.first_at), default=None)
        if self.blank[who]:
            return "blank", counts
        if counts is None:
            return ("discuss" if any(one.flagged for one in marks.values()) else "unread"), None
        if counts.sha256 != sha256:
            return "revised", counts
        levels = {tuple(one.levels[code] for code in self.criteria) for one in fresh}
        return ("discuss" if not agreed and (len(levels) > 1 or any(one.flagged for one in fresh)) else "read"), counts

    @invariant()
    def the_marks_are_those_that_were_saved(self):
        Reviewing.steps += 1
        with self.desks[0].engine.connect() as db:
            rows = db.execute(sa.select(mark)).mappings().all()
        found = {(row["participant"], row["reviewer"]): row for row in rows}
        assert found.keys() == self.marks.keys()
        for place, row in found.items():
            one = self.marks[place]
            assert (json.loads(row["levels"]), row["comment"], row["version"], row["sha256"], row["by"]) == (
                one.levels,
                one.comment,
                one.version,
                one.sha256,
                one.by,
            )
            assert row["sha256"] in self.shas[row["participant"]]
            assert (row["reviewer"], row["participant"]) not in BARRED and (row["by"], row["participant"]) not in BARRED

    @invariant()
    def nbgrader_says_what_we_say_or_what_formgrader_said_last(self):
        for who in PEOPLE:
            score, waits, said = nbgrader_grade(self.desks[0], who)
            state, counts = self.stands(who)
            if self.elsewhere.get(who) == (score, said):
                continue  # it stands as it was written; a reading that took its place is in the audit
            if state in ("read", "discuss") and counts:
                assert (score, waits, said) == (counts.total(self.criteria), False, counts.comment), (who, state)
            elif state in ("unread", "discuss"):
                # As nbgrader does, a score stays beside new words that wait; there is none without older ones.
                assert waits and (score is None or self.has_older_reading(who)), (who, state)
            elif state == "revised":
                assert waits, who

    def has_older_reading(self, who):
        return any(of == who and one.sha256 != self.shas[who][-1] for (of, _), one in self.marks.items())

    @invariant()
    def what_formgrader_wrote_gave_way_in_the_open(self):
        gone = [json.loads(line.detail) for line in self.lines() if line.what == "replace"]
        for who, (score, said) in self.elsewhere.items():
            if nbgrader_grade(self.desks[0], who)[::2] != (score, said):
                assert {"score": score, "comment": said} in gone, who

    @invariant()
    def both_servers_see_what_the_tables_say(self):
        for desk in self.desks:
            with desk.engine.connect() as db:
                rows, afresh = desk.waiting(db, LESSON, PROMPT), desk.read_afresh(db, LESSON, PROMPT)
            assert sorted(rows, key=lambda row: row.participant) == sorted(afresh, key=lambda row: row.participant)
            for row in rows:
                state, _ = self.stands(row.participant)
                assert row.state in (state, "returned" if state == "read" else state), row.participant

    @invariant()
    def nothing_unsettled_would_be_returned(self):
        found = read_feedback(self.folder, self.desks[0].release(LESSON))
        for who, each in found.items():
            state, _counts = self.stands(who)
            shown = [(one["criterion"], one["level"]) for one in each.answers[PROMPT].levels]
            assert not shown or state == "read"
            assert all(shown[n][0] == NAMES[code] for n, code in enumerate(self.criteria) if shown)
            assert each.waits or state not in ("discuss",)

    @invariant()
    def the_audit_only_grows_and_says_who(self):
        lines = self.lines()
        assert lines[: len(self.audit)] == self.audit
        assert {line.who for line in lines} <= {*REVIEWERS, "lead", COLLECT}
        self.audit = lines

    def lines(self):
        with self.desks[0].engine.connect() as db:
            return db.execute(sa.select(audit).order_by(audit.c.id)).all()

    def teardown(self):
        if hasattr(self, "open"):
            self.open.close()
            shutil.rmtree(self.place)


@pytest.fixture(scope="module")
def made(tmp_path_factory, db_url):
    return make_class(tmp_path_factory.mktemp("class"), PEOPLE, db_url)


def run(made, examples, steps):
    Reviewing.made, Reviewing.steps = made, 0
    run_state_machine_as_test(
        Reviewing,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{Reviewing.steps} steps")
    return Reviewing.steps


def test_three_reviewers_in_any_order(made):
    assert run(made, 3, 50) >= 60


def test_the_same_number_with_other_words_in_formgrader_stays_when_the_rubric_changes(made):
    Reviewing.made = made
    state = Reviewing()
    state.begin()
    state.read_whole(0, "cy", "rev", 0, "Ours.")
    state.formgrader("cy", 0, "Theirs.")
    state.change_the_rubric(0, {"R": 1, "P": 1, "E": 1})
    assert nbgrader_grade(state.desks[0], "cy") == (0, False, "Theirs.")
    state.what_formgrader_wrote_gave_way_in_the_open()
    state.teardown()


@pytest.mark.slow
def test_three_reviewers_in_any_order_for_long(made):
    assert run(made, 200, 60) >= 10_000
