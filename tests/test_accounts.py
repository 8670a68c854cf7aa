"""Joining, signing in, codes and names, and how guessing is slowed down."""

import sqlite3

import pytest

from openpractice.hub.accounts import LETTERS, Accounts, Refused
from openpractice.hub.names import BadName, clean_name, new_id
from openpractice.hub.throttle import FREE_TRIES, MOST_KEYS, Throttle


@pytest.fixture
def accounts(tmp_path):
    return Accounts(tmp_path / "accounts.db")


def join(accounts, name="Ana García", passphrase="three small words", role="participant"):
    return accounts.join(name, accounts.code(role).code, passphrase)


def test_one_joins_by_code_and_comes_back_by_name_or_id(accounts):
    ana = join(accounts)
    assert (ana.id, ana.name, ana.role) == ("ana-garcia", "Ana García", "participant")
    for name in ("Ana García", "ana garcía", "  Ana   García ", "ana-garcia", "Ana García"):
        assert accounts.check(name, "three small words") == ana


def test_a_code_is_typed_as_it_is_heard(accounts):
    code = accounts.code("participant").code
    assert accounts.role_of(f" {code.upper().replace('-', ' ')} ") == "participant"
    assert set(code) <= {*LETTERS, "-"} and len(code) == 9
    assert len(accounts.code("facilitator").code) == 14


@pytest.mark.parametrize("code", ["", "wrong", "-", "é", "a" * 100_000])
def test_a_wrong_code_lets_nobody_in(accounts, code):
    with pytest.raises(Refused, match="code is not right"):
        accounts.join("Ben", code, "three small words")
    assert accounts.people() == []


def test_each_role_has_its_code(accounts):
    assert join(accounts, "Fay", role="facilitator").role == "facilitator"
    assert join(accounts, "Rob", role="reviewer").role == "reviewer"


def test_a_closed_or_changed_code_no_longer_works(accounts):
    old = accounts.code("participant").code
    accounts.close_code("participant")
    with pytest.raises(Refused):
        accounts.join("Ben", old, "three small words")
    new = accounts.change_code("participant").code
    with pytest.raises(Refused):
        accounts.join("Ben", old, "three small words")
    assert accounts.join("Ben", new, "three small words").id == "ben"


def test_two_of_one_name_are_told_apart_by_their_passphrases(accounts):
    one = join(accounts, "Kim Lee", "the first of them")
    two = join(accounts, "Kim Lee", "the second of them")
    assert (one.id, two.id) == ("kim-lee", "kim-lee-2")
    assert accounts.check("Kim Lee", "the first of them") == one
    assert accounts.check("Kim Lee", "the second of them") == two
    with pytest.raises(Refused, match="joined already"):
        join(accounts, "Kim Lee", "the first of them")
    with pytest.raises(Refused, match="another passphrase"):
        accounts.change_passphrase(two, "the second of them", "the first of them")


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [("Ana García", "not her words"), ("Nobody", "three small words"), ("", ""),
     ("ana-garcia' or 1=1 --", "three small words"), ("Ana García", "x" * 1_000_000)],
)  # fmt: skip
def test_a_wrong_pair_is_refused_in_the_same_words(accounts, name, passphrase):
    join(accounts)
    with pytest.raises(Refused, match="do not fit"):
        accounts.check(name, passphrase)


@pytest.mark.parametrize(
    ("passphrase", "said"),
    [("short", "at least 8"), ("x" * 201, "longer than 200"), ("Ana García", "not your name"),
     ("aaaaaaaaaa", "more different")],
)  # fmt: skip
def test_an_easy_passphrase_is_not_taken(accounts, passphrase, said):
    with pytest.raises(Refused, match=said):
        join(accounts, passphrase=passphrase)


def test_a_forgotten_passphrase_is_replaced_and_changed(accounts):
    ana = join(accounts)
    given = accounts.reset(ana.id)
    with pytest.raises(Refused):
        accounts.check("Ana García", "three small words")
    assert accounts.check("Ana García", given) == ana
    with pytest.raises(Refused, match="present passphrase"):
        accounts.change_passphrase(ana, "three small words", "four quite new words")
    accounts.change_passphrase(ana, given, "four quite new words")
    assert accounts.check("Ana García", "four quite new words") == ana


def test_who_left_stays_out_until_called_back(accounts):
    ana = join(accounts)
    accounts.leave(ana.id)
    with pytest.raises(Refused, match="have left"):
        accounts.check("Ana García", "three small words")
    accounts.come_back(ana.id)
    assert accounts.check("Ana García", "three small words").id == ana.id


def test_no_passphrase_is_kept_in_the_file(accounts):
    join(accounts)
    assert b"three small words" not in accounts.path.read_bytes()
    with sqlite3.connect(accounts.path) as db:
        salt, hashed = db.execute("select salt, hash from person").fetchone()
    assert len(salt) == 16 and len(hashed) == 64


# -- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ana\t García\n", "Ana García"),
        ("Ana\u202egro", "Anagro"),
        ("Jose\u0301", "José"),
        ("\u200f\u0645\u0631\u064a\u0645\u200f", "\u0645\u0631\u064a\u0645"),
        ("a/b\\..", "a/b\\.."),
    ],
)
def test_a_name_is_cleaned_and_kept_as_written(typed, name):
    assert clean_name(typed) == name


@pytest.mark.parametrize("typed", ["", "   ", "\u202e\u200b", "/..", "x" * 81, "x" * 200])
def test_a_name_of_nothing_or_of_two_hundred_characters_is_refused(typed):
    with pytest.raises(BadName):
        clean_name(typed)


def test_ids_are_safe_and_never_given_twice():
    assert new_id("Ana María/../x", set()) == "ana-maria-x"
    assert new_id("Ana", {"ana", "ana-2"}) == "ana-3"
    for name in ("王芳", "course-open-practice", "!!!"):
        assert new_id(name, set()).startswith("person-")


# -- throttle ----------------------------------------------------------------------------------


def test_a_hundred_wrong_tries_wait_and_nobody_else_does():
    time = [0.0]
    throttle = Throttle(lambda: time[0])
    let_through = 0
    for _ in range(100):
        if throttle.wait("guesser") == 0:
            let_through += 1
            throttle.failed("guesser")
        time[0] += 0.5
    assert let_through < FREE_TRIES + 6
    assert throttle.wait("guesser") > 0
    assert throttle.wait("somebody else") == 0
    time[0] += 61
    assert throttle.wait("guesser") == 0
    throttle.succeeded("guesser")
    throttle.failed("guesser")
    assert throttle.wait("guesser") == 0


def test_the_throttle_keeps_a_bounded_number_of_names():
    throttle = Throttle()
    for number in range(MOST_KEYS + 50):
        throttle.failed(number)
    assert len(throttle.tries) == MOST_KEYS
