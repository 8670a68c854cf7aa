"""The machine's clock jumps, by an hour or a year, there and back: nobody waits long, nothing closed opens again."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

import openpractice.clock
from handins import LESSON, TRACE, answer_row, hand_in, response
from openpractice.hub.accounts import Accounts
from openpractice.intake import gather
from openpractice.intake.collect import collect
from openpractice.journal import records
from openpractice.journal.journal import Journal
from openpractice.roster import ledger
from openpractice.roster.ledger import AccountRefused
from openpractice.service.handlers.throttle import FREE_TRIES, Pace, Throttle

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
WORDS, NEW_WORDS = "three small words", "four quite new words"


class Shifted(datetime):
    """The time as a machine says it whose clock was turned by `by`."""

    by = timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.by


@pytest.fixture
def clock(monkeypatch):
    """Turns the clock: ``clock(YEAR)`` is a year from the true time, ``clock(-YEAR)`` a year before it."""
    true = time.time

    def turn(by: timedelta) -> None:
        Shifted.by = by
        monkeypatch.setattr(time, "time", lambda: true() + by.total_seconds())

    for module in (openpractice.clock, gather):
        monkeypatch.setattr(module, "datetime", Shifted)
    turn(timedelta())
    return turn


@pytest.fixture
def ana(tmp_path):
    """Accounts with Ana in them, who forgot her passphrase; a function that opens them as each request does."""

    def opened():
        return Accounts(tmp_path / "accounts.db")

    opened().join("Ana", opened().code("participant").code, WORDS)
    return opened


def renewed(accounts, code: str) -> bool:
    try:
        accounts().renew("Ana", code, NEW_WORDS)
    except AccountRefused:
        return False
    return True


# -- one-time codes ----------------------------------------------------------------------------


@pytest.mark.parametrize("by", [HOUR, -HOUR, timedelta(hours=47), -2 * HOUR])
def test_a_one_time_code_survives_a_clock_that_is_set_right(ana, clock, by):
    code = ana().reset("ana")
    clock(by)
    assert renewed(ana, code)


def test_a_one_time_code_that_ran_out_stays_so_when_the_clock_goes_back(ana, clock):
    code = ana().reset("ana")
    clock(timedelta(hours=49))
    ana()  # any request
    clock(timedelta())
    assert not renewed(ana, code)
    assert renewed(ana, ana().reset("ana"))


@pytest.mark.parametrize("by", [YEAR, -YEAR])
def test_after_a_year_either_way_a_new_code_works_at_once_and_the_old_never_again(ana, clock, by):
    old = ana().reset("ana")
    clock(by)
    assert not renewed(ana, old)
    new = ana().reset("ana")
    assert ana().check("Ana", WORDS).id == "ana"  # the passphrase knows no clock
    clock(timedelta())  # and the clock is set right before it was used
    assert not renewed(ana, old) and not renewed(ana, new)
    assert renewed(ana, ana().reset("ana"))


def test_a_used_code_and_a_closed_one_know_no_clock(ana, clock):
    code, closed = ana().reset("ana"), ana().code("participant").code
    assert renewed(ana, code)
    ana().close_code("participant")
    for by in (HOUR, -HOUR, YEAR, -YEAR):
        clock(by)
        assert not renewed(ana, code)
        assert ana().role_of(closed) is None
        assert ana().role_of(ana().code("facilitator").code) == "facilitator"


def test_what_was_done_stands_in_its_order_whatever_the_clock_said(ana, clock):
    for turn, by in enumerate((YEAR, -YEAR, timedelta())):
        clock(by)
        ana().leave("ana", f"by-{turn}")
        ana().come_back("ana", f"by-{turn}")
    assert [one.who for one in ana().changes(6)] == ["by-2", "by-2", "by-1", "by-1", "by-0", "by-0"]
    assert ana().check("Ana", WORDS)


# -- waiting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [HOUR, -HOUR, YEAR, -YEAR])
def test_a_jump_neither_frees_who_guesses_nor_locks_anybody_out(clock, by):
    throttle, pace = Throttle(), Pace(most=2)
    for _ in range(FREE_TRIES + 3):
        throttle.failed("one")
    assert pace.allows("fay") and pace.allows("fay")
    before = throttle.wait("one")
    clock(by)
    assert 0 < throttle.wait("one") <= before and throttle.wait("other") == 0
    assert not pace.allows("fay") and pace.allows("another")


# -- words and hand-ins --------------------------------------------------------------------------


def test_the_latest_words_are_those_written_last_whatever_the_clock_says(tmp_path, clock):
    journal = Journal(tmp_path / "journal.jsonl")
    rev = 0
    for turn, by in enumerate((timedelta(), YEAR, -YEAR, HOUR, -HOUR)):
        clock(by)
        ack = journal.put("1-purpose", "p", {"text": f"words {turn}"}, rev, f"key-{turn}")
        assert ack.rev == rev + 1 and not journal.state("p").heads
        rev = ack.rev
    again = Journal(tmp_path / "journal.jsonl").state("p")
    assert (again.rev, again.value) == (5, {"text": "words 4"})
    times = [one["at"] for one in journal.history("p")]
    assert times != sorted(times)  # the clock did jump, for the journal too
    assert journal.put("1-purpose", "p", {"text": "words 4"}, 4, "key-4").rev == 5  # a try heard again


def test_words_handed_in_again_after_the_clock_went_back_are_collected(folder, clock):
    def words(text):
        return {"purpose-trace": response(TRACE, {"text": text})}

    clock(YEAR)
    first = hand_in(folder, "ana", words("In a year that was none."), ago=-YEAR)
    collect(folder, LESSON)
    assert "none" in answer_row(folder, "ana", "purpose-trace")["text"]
    clock(timedelta())
    # The next name goes on from the one that is there: tests/unit/handins/test_handin_again.py holds that.
    start, _, _ = first.name.rpartition("+")
    later = (datetime.strptime(start.split("+")[2], "%Y-%m-%d %H:%M:%S.%f UTC") + timedelta(microseconds=1)).strftime(
        "%Y-%m-%d %H:%M:%S.%f UTC"
    )
    hand_in(folder, "ana", words("The clock is right again."), name=f"ana+{LESSON}+{later}+bbbbbbbbbbbb")
    collect(folder, LESSON)
    assert "right again" in answer_row(folder, "ana", "purpose-trace")["text"]
    collect(folder, LESSON)
    assert "right again" in answer_row(folder, "ana", "purpose-trace")["text"]


def test_the_clock_of_these_tests_reaches_what_it_turns(clock):
    clock(YEAR)
    # The accounts, the journal and the gradebook all take the time from this one place.
    said = openpractice.clock.utc_now()
    assert ledger.utc_now is records.utc_now is openpractice.clock.utc_now
    assert datetime.fromisoformat(said) - datetime.now(UTC) > timedelta(days=360)
