"""What is kept in memory of a class's answers, and what an entry of the audit has read anew."""

import pytest
import sqlalchemy as sa

from openpractice.gradebook.marks import Key, note
from openpractice.gradebook.own_tables import own
from openpractice.review.queue import Waiting
from openpractice.review.standing import MOST_MOVED, Standings

PEOPLE = ("ana", "ben", "cy")
LESSON, PROMPT, RELEASE = "1-purpose", "purpose-trace", object()


class Class:
    """A class that remembers which of its answers were asked for."""

    def __init__(self, db):
        self.db, self.asked, self.gone = db, [], False
        self.kept = Standings(self.load)

    def load(self, db, lesson, prompt, people):
        if self.gone:
            raise OSError
        self.asked.append(None if people is None else set(people))
        return [Waiting(lesson, prompt, who, "0" * 64, False, {}, {}) for who in people or PEOPLE]

    def look(self):
        stand = self.kept.of(self.db, [(LESSON, PROMPT, RELEASE)])[LESSON, PROMPT]
        assert set(stand.of) == set(PEOPLE)
        return stand


@pytest.fixture
def seen():
    engine = sa.create_engine("sqlite://")
    with engine.begin() as db:
        own.create_all(db)
        found = Class(db)
        found.look()
        assert found.asked == [None]
        yield found
    engine.dispose()


def test_a_mark_has_one_answer_read_anew_and_the_others_stay(seen):
    before = seen.look().of
    note(seen.db, "rev", "mark", Key(LESSON, PROMPT, "ana"))
    after = seen.look().of
    assert seen.asked == [None, {"ana"}]
    assert after["ana"] is not before["ana"] and after["ben"] is before["ben"]
    assert seen.look().of is after


@pytest.mark.parametrize(
    ("what", "place", "asked"),
    [
        ("collect", Key(LESSON, "", "ben"), [None, {"ben"}]),
        ("rubric", Key(LESSON, PROMPT, ""), [None, None]),
        ("roster", None, [None, None]),
        ("mark", Key(LESSON, "purpose-rewrite", "ana"), [None]),
        ("mark", Key("2-learning", PROMPT, "ana"), [None]),
        ("export", None, [None]),
    ],
)
def test_an_entry_moves_what_it_names(seen, what, place, asked):
    note(seen.db, "rev", what, place)
    seen.look()
    assert seen.asked == asked


def test_with_very_many_moved_a_prompt_is_read_as_a_whole(seen):
    for number in range(MOST_MOVED + 1):
        note(seen.db, "rev", "return", Key(LESSON, "", f"person-{number}"))
    seen.look()
    assert seen.asked == [None, None]


def test_what_could_not_be_read_is_read_the_next_time(seen):
    note(seen.db, "rev", "mark", Key(LESSON, PROMPT, "ana"))
    seen.gone = True
    with pytest.raises(OSError):
        seen.look()
    seen.gone = False
    seen.look()
    assert seen.asked == [None, {"ana"}]
