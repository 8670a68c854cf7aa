"""Joining, signing in, codes and names, and how guessing is slowed down."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest

from openpractice.hub import passphrases
from openpractice.hub.accounts import Accounts
from openpractice.hub.signin import tried
from openpractice.roster.ledger import LETTERS, AccountRefused
from openpractice.service.handlers.throttle import FREE_TRIES, MOST_KEYS, Pace, Throttle

pytestmark = pytest.mark.usefixtures("quick_passphrases")


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
    with pytest.raises(AccountRefused, match="code is not right"):
        accounts.join("Ben", code, "three small words")
    assert accounts.people() == []


def test_each_role_has_its_code(accounts):
    assert join(accounts, "Fay", role="facilitator").role == "facilitator"
    assert join(accounts, "Rob", role="reviewer").role == "reviewer"


def test_a_closed_or_changed_code_no_longer_works(accounts):
    old = accounts.code("participant").code
    accounts.close_code("participant")
    with pytest.raises(AccountRefused):
        accounts.join("Ben", old, "three small words")
    new = accounts.change_code("participant").code
    with pytest.raises(AccountRefused):
        accounts.join("Ben", old, "three small words")
    assert accounts.join("Ben", new, "three small words").id == "ben"


def test_two_of_one_name_are_told_apart_by_their_passphrases(accounts):
    one = join(accounts, "Kim Lee", "the first of them")
    two = join(accounts, "Kim Lee", "the second of them")
    assert (one.id, two.id) == ("kim-lee", "kim-lee-2")
    assert accounts.check("Kim Lee", "the first of them") == one
    assert accounts.check("Kim Lee", "the second of them") == two
    with pytest.raises(AccountRefused, match="joined already"):
        join(accounts, "Kim Lee", "the first of them")
    with pytest.raises(AccountRefused, match="another passphrase"):
        accounts.renew("kim-lee-2", "the second of them", "the first of them")
    assert accounts.check("Kim Lee", "the second of them") == two


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [
        ("Ana García", "not her words"),
        ("Nobody", "three small words"),
        ("", ""),
        ("ana-garcia' or 1=1 --", "three small words"),
        ("Ana García", "x" * 1_000_000),
    ],
)
def test_a_wrong_pair_is_refused_in_the_same_words(accounts, name, passphrase):
    join(accounts)
    with pytest.raises(AccountRefused, match="do not fit"):
        accounts.check(name, passphrase)


@pytest.mark.parametrize(
    ("passphrase", "said"),
    [
        ("short", "at least 8"),
        ("x" * 201, "longer than 200"),
        ("Ana García", "not your name"),
        ("aaaaaaaaaa", "more different"),
    ],
)
def test_an_easy_passphrase_is_not_taken(accounts, passphrase, said):
    with pytest.raises(AccountRefused, match=said):
        join(accounts, passphrase=passphrase)


def test_a_forgotten_passphrase_is_replaced_by_a_one_time_code(accounts):
    ana = join(accounts)
    code = accounts.reset(ana.id, "fay")
    assert accounts.check("Ana García", "three small words") == ana, "nothing changes until the code is used"
    with pytest.raises(AccountRefused, match="one-time code"):
        accounts.check("Ana García", code)
    assert accounts.renew("Ana García", f" {code.upper().replace('-', ' ')}", "four quite new words") == ana
    assert accounts.check("Ana García", "four quite new words") == ana
    with pytest.raises(AccountRefused, match="do not fit"):
        accounts.check("Ana García", "three small words")
    with pytest.raises(AccountRefused, match="do not fit"):
        accounts.renew("Ana García", code, "five even newer words yet")


def test_ones_own_passphrase_is_changed_with_the_present_one(accounts):
    ana = join(accounts)
    with pytest.raises(AccountRefused, match="do not fit"):
        accounts.renew("Ana García", "not her words", "four quite new words")
    assert accounts.renew("ana garcía", "three small words", "four quite new words") == ana
    assert accounts.check("Ana García", "four quite new words") == ana


@pytest.mark.parametrize("new", ["short", "Ana García", "aaaaaaaaaa", "x" * 201])
def test_an_easy_new_passphrase_is_refused_and_the_code_still_works(accounts, new):
    ana = join(accounts)
    code = accounts.reset(ana.id)
    with pytest.raises(AccountRefused, match="Please|longer"):
        accounts.renew("Ana García", code, new)
    assert accounts.renew("Ana García", code, "four quite new words") == ana


def test_a_code_is_for_one_person_and_only_the_newest_and_for_two_days(accounts):
    ana, ben = join(accounts), join(accounts, "Ben", "another three words")
    first, second = accounts.reset(ana.id), accounts.reset(ana.id)
    for name, code in (
        ("Ana García", first),
        ("Ben", second),
        ("Nobody", second),
        ("Ana García", ""),
        ("Ana García", "-"),
    ):
        with pytest.raises(AccountRefused, match="do not fit"):
            accounts.renew(name, code, "four quite new words")
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with sqlite3.connect(accounts.path) as db:
        (until,) = db.execute("select until from once where person=?", (ana.id,)).fetchone()
        assert timedelta(hours=47) < datetime.fromisoformat(until) - datetime.now(UTC) <= timedelta(hours=48)
        db.execute("update once set until=?", (past,))
    with pytest.raises(AccountRefused, match="older than two days"):
        accounts.renew("Ana García", second, "four quite new words")
    assert accounts.check("Ben", "another three words") == ben


def test_of_two_people_of_one_name_the_code_renews_the_one_it_is_for(accounts):
    one, two = join(accounts, "Kim Lee", "the first of them"), join(accounts, "Kim Lee", "the second of them")
    assert accounts.renew("Kim Lee", accounts.reset(two.id), "a third for the second") == two
    assert accounts.check("Kim Lee", "the first of them") == one
    assert accounts.check("Kim Lee", "a third for the second") == two


def test_nobody_unknown_or_gone_is_given_a_code(accounts):
    ana = join(accounts)
    code = accounts.reset(ana.id)
    accounts.leave(ana.id)
    with pytest.raises(AccountRefused, match="Take them back first"):
        accounts.reset(ana.id)
    for wrong in ("nobody", "", "ana-garcia' or 1=1 --"):
        for change in (accounts.reset, accounts.leave, accounts.come_back):
            with pytest.raises(AccountRefused, match="Nobody of that name"):
                change(wrong)
    accounts.come_back(ana.id)
    with pytest.raises(AccountRefused, match="do not fit"):
        accounts.renew("Ana García", code, "four quite new words")  # it ended with the sign-in


def test_a_facilitator_cannot_close_their_own_sign_in(accounts):
    fay = join(accounts, "Fay", role="facilitator")
    with pytest.raises(AccountRefused, match="your own sign-in"):
        accounts.leave(fay.id, fay.id)
    assert accounts.check("Fay", "three small words") == fay


def test_a_closed_code_is_opened_again_and_an_unknown_one_is_refused(accounts):
    code = accounts.code("participant").code
    accounts.close_code("participant")
    accounts.open_code("participant")
    assert accounts.join("Ben", code, "three small words").id == "ben"
    for change in (accounts.change_code, accounts.close_code, accounts.open_code):
        with pytest.raises(AccountRefused, match="no such code"):
            change("owner")


def test_every_change_is_written_down_and_stays(accounts):
    ana = join(accounts)
    code = accounts.reset(ana.id, "fay")
    accounts.renew("Ana García", code, "four quite new words")
    accounts.leave(ana.id, "fay")
    accounts.come_back(ana.id)
    accounts.close_code("reviewer", "fay")
    accounts.open_code("reviewer", "fay")
    new = accounts.change_code("reviewer", "fay").code
    assert [(one.who, one.what, one.whom) for one in reversed(accounts.changes())] == [
        ("fay", "one-time code", ana.id),
        (ana.id, "passphrase by one-time code", ana.id),
        ("fay", "sign-in closed", ana.id),
        ("command-line", "sign-in opened", ana.id),
        ("fay", "code closed", "reviewer"),
        ("fay", "code opened", "reviewer"),
        ("fay", "new code", "reviewer"),
    ]
    with sqlite3.connect(accounts.path) as db:
        said = str(db.execute("select * from audit").fetchall())
        for statement in ("delete from audit", "update audit set who='ben'"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                db.execute(statement)
    assert code not in said and new not in said


def test_a_change_that_fails_is_not_written_down(accounts):
    with pytest.raises(AccountRefused):
        accounts.leave("nobody", "fay")
    assert accounts.changes() == []


def test_accounts_of_an_older_kit_are_opened(tmp_path):
    path = tmp_path / "older.db"
    with sqlite3.connect(path) as db:
        db.execute(
            "create table person(id text primary key, name text not null, role text not null,"
            " salt blob, hash blob, joined_at text not null, left_at text)"
        )
        db.execute(
            "create table code(role text primary key, code text not null, open integer not null, changed_at text not null)"
        )
        db.execute("insert into code values('participant','abcd-efgh',1,'2026-11-01')")
    accounts = Accounts(path)
    ana = accounts.join("Ana", "abcd efgh", "three small words")
    assert accounts.renew("Ana", accounts.reset(ana.id), "four quite new words") == ana


def test_who_left_stays_out_until_called_back(accounts):
    ana = join(accounts)
    accounts.leave(ana.id)
    with pytest.raises(AccountRefused, match="have left"):
        accounts.check("Ana García", "three small words")
    accounts.come_back(ana.id)
    assert accounts.check("Ana García", "three small words").id == ana.id


def test_no_passphrase_and_no_one_time_code_is_kept_in_the_file(accounts):
    code = accounts.reset(join(accounts).id)
    held = accounts.path.read_bytes()
    assert b"three small words" not in held
    assert code.encode() not in held and code.replace("-", "").encode() not in held
    with sqlite3.connect(accounts.path) as db:
        salt, hashed = db.execute("select salt, hash from person").fetchone()
    assert len(salt) == 16 and len(hashed) == 64


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


def test_a_pace_lets_so_many_through_in_a_minute_and_each_key_by_itself():
    time = [0.0]
    pace = Pace(3, lambda: time[0])
    assert [pace.allows("fay") for _ in range(4)] == [True, True, True, False]
    assert pace.allows("gus")
    time[0] += 61
    assert pace.allows("fay")


def test_whoever_joins_never_gets_the_words_that_somebody_else_left(tmp_path):
    (tmp_path / "people" / "joy-castellano").mkdir(parents=True)
    (tmp_path / "hub").mkdir()
    accounts = Accounts(str(tmp_path / "hub" / "accounts.db"))  # as the hub's own setting names it
    assert accounts.add("Joy Castellano", "participant", "three brown hens").id == "joy-castellano-2"
    assert accounts.add("Ana García", "participant", "four brown hens").id == "ana-garcia"


# -- names written another way ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined", "typed"),
    [
        ("Sean O’Brien", "Sean O'Brien"),
        ("Anne\u2011Marie Voss", "anne-marie voss"),
        ("DʼShawn Hill", "D'Shawn Hill"),
        ("José García", "Jose Garcia"),
        ("Jose Garcia", "José García"),
        ("Ayşe Işık", "AYSE ISIK"),
        ("Otto Weiß", "otto weiss"),
        ("Ana Silva", "Silva, Ana"),
    ],
)
def test_a_name_written_another_way_signs_in(accounts, joined, typed):
    person = accounts.join(joined, accounts.code("participant").code, "three small words")
    assert accounts.check(typed, "three small words").id == person.id
    with pytest.raises(AccountRefused, match="do not fit"):
        accounts.check(typed, "three other words")
    with pytest.raises(AccountRefused, match="joined already"):
        accounts.join(typed, accounts.code("participant").code, "three small words")
    assert accounts.renew(typed, "three small words", "four quite new words").id == person.id


def test_look_alike_names_are_two_people_each_with_their_own_passphrase(accounts):
    code = accounts.code("participant").code
    plain = accounts.join("Maria Nunez", code, "three small words")
    marked = accounts.join("María Núñez", code, "three other words")
    assert plain.id != marked.id
    for typed in ("Maria Nunez", "María Núñez", "MARIA NUÑEZ"):
        assert accounts.check(typed, "three small words").id == plain.id
        assert accounts.check(typed, "three other words").id == marked.id
    with pytest.raises(AccountRefused, match="another passphrase"):
        accounts.renew("María Núñez", "three other words", "three small words")


def test_where_a_name_without_accents_could_be_two_people_it_is_neither(accounts):
    """An older kit let two look-alike names have one passphrase."""
    code = accounts.code("participant").code
    accounts.join("Hà", code, "three small words")
    other = accounts.join("Hạ", code, "three other words")
    accounts._set(other.id, "three small words", False)
    assert accounts.check("Hạ", "three small words").id == other.id
    with pytest.raises(AccountRefused, match="do not fit"):
        accounts.check("Ha", "three small words")


def test_other_writings_of_a_name_are_no_further_tries():
    assert len({tried(name) for name in ("José O’Neil", "jose o'neil", "JOSÈ O`NEIL", "José-O-Neil")}) == 1
    assert tried("José") != tried("Josef")


def test_a_guess_costs_sixteen_megabytes_outside_of_these_tests(monkeypatch):
    monkeypatch.undo()
    given = {}
    monkeypatch.setattr(passphrases.hashlib, "scrypt", lambda words, **cost: given.update(cost) or bytes(64))
    passphrases.hash_new("three small words")
    assert 128 * given["n"] * given["r"] * given["p"] == 16 * 1024 * 1024
