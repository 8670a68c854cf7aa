"""A room to test with: one cohort of people in it, over SQLite and over PostgreSQL."""

import itertools
import secrets

import pytest

from openpractice.model import RoomRules
from openpractice.room import cohorts
from openpractice.room.cohorts import Member
from openpractice.room.roomstore import RoomStore
from openpractice.room.tallies import ballots

RULES = RoomRules()
RATING = {
    "id": "example-lookfors",
    "kind": "likert_matrix",
    "visibility": "A",
    "title": "Rated",
    "rows": [{"id": "voices", "label": "Voices"}, {"id": "seen", "label": "Seen"}],
    "points": [{"id": "0", "label": "Never"}, {"id": "1", "label": "Once"}, {"id": "na", "label": "Not my role"}],
}
DOOR = {
    "id": "learning-door",
    "kind": "single_choice",
    "visibility": "A",
    "title": "Which door first?",
    "choices": [{"id": "a", "label": "Office"}, {"id": "b", "label": "Library"}, {"id": "c", "label": "Gym"}],
}
RIGOR = {"id": "purpose-rigor", "kind": "short_text", "visibility": "C", "title": "Which is right?"}
LED = {**RIGOR, "id": "opening-calibrate", "lead_first": True, "title": "Our facilitator's answer"}
GIVE = {
    "id": "learning-give",
    "kind": "peer_critique",
    "of": "colleagues",
    "count": 2,
    "visibility": "C",
    "title": "Two",
}
SPECS = {spec["id"]: spec for spec in (RATING, DOOR, RIGOR, LED, GIVE)}
LEAD = Member("fran", "Fran Facilitator", "facilitator")


class Room:
    """A cohort with eight people in it, and somebody who leads."""

    def __init__(self, store, cohort):
        self.store, self.cohort = store, cohort
        self.people = [Member(f"p{number}", f"Person {number}", school=f"School {number % 3}") for number in range(8)]
        self.codes = {}
        for each in (*self.people, LEAD):
            cohorts.join(store, cohort, each)

    def code(self, person, prompt):
        """The code in that person's journal."""
        return self.codes.setdefault((person.person, prompt), secrets.token_hex(16))

    def ballot(self, person, spec, value):
        return ballots.Ballot(person, self.code(person, spec["id"]), spec, value)

    def cast(self, person, spec, value):
        """What came of counting this one answer: a word, or the code of the refusal."""
        with self.store.changing(self.cohort, heads=True) as db:
            return ballots.cast_all(db, self.cohort, [self.ballot(person, spec, value)])[0]

    def cast_each(self, spec, values):
        return [self.cast(person, spec, value) for person, value in zip(self.people, values, strict=False)]

    def do(self, function, *words):
        """Changes the cohort by a function that takes the connection and the cohort first."""
        with self.store.changing(self.cohort) as db:
            return function(db, self.cohort, *words)

    def look(self, function, *words):
        with self.store.reading() as db:
            return function(db, self.cohort, *words)


_numbers = itertools.count()


@pytest.fixture(scope="module")
def store(db_url, tmp_path_factory):
    opened = RoomStore(db_url or tmp_path_factory.mktemp("room"))
    yield opened
    opened.close()


@pytest.fixture
def room(store):
    return Room(store, cohorts.make(store, f"Cohort {next(_numbers)}", RULES))
