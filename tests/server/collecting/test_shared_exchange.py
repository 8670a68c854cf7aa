"""An exchange that system users share: what one of them may do in it, tried as that user."""

import codecs
import grp
import json
import os
import pwd
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from handins import LESSON, TRACE, answer_row, hand_in, lesson_notebook, mark, release_lesson, response, rows, told
from openpractice.cli import main
from openpractice.feedback.feedback import give_feedback
from openpractice.gradebook import exchangefolders, nbgrader_run
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, open_folder
from openpractice.gradebook.releasing.release import release
from openpractice.handins.handin import hand_in as person_hands_in
from openpractice.handins.places import Places
from openpractice.handins.specs import read_specs
from openpractice.intake.collect import collect
from openpractice.journal.journal import Journal
from openpractice.launch import datafolder
from openpractice.launch.safekeeping import backup, erase
from openpractice.launch.safekeeping.restore import restore
from openpractice.model import ANSWER_STUB, STOCK_STUB

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as other users of this system")
COURSE, ANA, BEN, NOBODY, MEMBERS = 64801, 64802, 64803, 64804, 64810


@pytest.fixture
def accounts(monkeypatch):
    """A system group with two members, as `exchange_users` finds it; the ids belong to nobody here."""
    members = exchangefolders.ExchangeUsers(group=MEMBERS, accounts={"ana": ANA, "ben": BEN})
    monkeypatch.setattr(exchangefolders, "exchange_users", lambda environ=None: members)
    monkeypatch.setattr("openpractice.intake.gather.exchange_users", lambda environ=None: members)
    return members


@pytest.fixture
def place():
    # Not under pytest's folder, which other users may not enter.
    top = Path(tempfile.mkdtemp(prefix="op-exchange-"))
    top.chmod(0o755)
    yield top
    shutil.rmtree(top)


@pytest.fixture
def folder(place):
    data, exchange = place / "data", place / "exchange"
    data.mkdir(mode=0o700)
    exchange.mkdir(mode=0o755)
    return CourseFolder(data, "open-practice", exchange, f"sqlite:///{data}/files/course/gradebook.db")


def as_user(uid, work, *groups):
    """What `work` raised as that user, in a process of its own; None where it did what it was told."""
    codecs.lookup("utf-8-sig")  # a codec not loaded yet lies where that user may not read
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        said = ""
        try:
            os.setgroups(list(groups))
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            work()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode()[:2000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said or None


def refused(uid, work, *groups):
    said = as_user(uid, work, *groups)
    return bool(said) and said.startswith("PermissionError")


def places_of(folder, person, home):
    return Places(folder.id, home, folder.exchange, None, person, "participant")


def writes_and_hands_in(folder, person, uid, words, home):
    """A person's own server: the lesson as it was handed out, words in their own journal, the hand-in."""

    def work():
        os.umask(0o077)
        lesson = read_specs(folder.outbound / LESSON / f"{LESSON}.ipynb")
        journal = Journal(home / "journal.jsonl")
        journal.put(LESSON, TRACE["id"], {"text": words}, 0, "k" * 16, "desk", person)
        person_hands_in(journal, lesson, places_of(folder, person, home), {TRACE["id"]: 1})

    home.mkdir()
    os.chown(home, uid, uid)
    assert as_user(uid, work, MEMBERS) is None


@ROOT
def test_another_user_can_do_nothing_with_what_is_not_theirs(folder, place, accounts):
    release_lesson(folder)
    writes_and_hands_in(folder, "ana", ANA, "The words of Ana.", place / "home-ana")
    assert collect(folder, LESSON).new == ("ana",)
    mark(folder, "ana", "purpose-trace", 3, "For Ana alone.")
    assert give_feedback(folder, LESSON).new == ("ana",)

    [handed] = [each for each in (folder.inbound / "ana").iterdir() if not each.name.startswith(".")]
    given = folder.feedback / "ana" / f"{LESSON}.json"
    stock = [*folder.feedback.glob("*.html")]
    assert stock and b"For Ana alone." in given.read_bytes()
    for uid, groups in ((BEN, (MEMBERS,)), (NOBODY, ())):
        # Read another's hand-in and feedback, by name and by looking round.
        for path in (handed / "responses.json", given, *stock):
            assert refused(uid, path.read_bytes, *groups), path
        for path in (folder.inbound, folder.feedback, folder.inbound / "ana", folder.feedback / "ana"):
            assert refused(uid, lambda path=path: os.listdir(path), *groups), path
        # Put somebody else's folder out of the way, or a hand-in into it; hand in for whoever never came.
        for work in (
            lambda: os.rename(folder.inbound / "ana", folder.inbound / "gone"),
            lambda: os.rename(folder.exchange / folder.id, folder.exchange / "gone"),
            lambda: (folder.inbound / "ana" / handed.name.replace("ana+", "ana+", 1)).with_suffix(".x").mkdir(),
            lambda: (folder.inbound / "cleo").mkdir(),
            lambda: (folder.inbound / f"cleo+{LESSON}+2026-12-01 10:00:00.000000 UTC+x").mkdir(),
            lambda: (folder.feedback / "cleo").mkdir(),
            # A false release, a false lesson in a true one.
            lambda: (folder.outbound / "2-false").mkdir(),
            lambda: (folder.outbound / LESSON / f"{LESSON}.ipynb").write_text("{}"),
            lambda: (folder.exchange / "another-course").mkdir(),
            lambda: (folder.data / "files").stat(),
        ):
            assert refused(uid, work, *groups)
    # What is one's own is open, to a member; whoever is no member is not even handed the lesson.
    assert as_user(ANA, given.read_bytes, MEMBERS) is None
    assert as_user(ANA, stock[0].read_bytes, MEMBERS) is None
    assert as_user(ANA, (handed / "responses.json").read_bytes, MEMBERS) is None
    assert as_user(BEN, (folder.outbound / LESSON / f"{LESSON}.ipynb").read_bytes, MEMBERS) is None
    assert refused(NOBODY, (folder.outbound / LESSON / f"{LESSON}.ipynb").read_bytes)


@ROOT
def test_out_of_a_backup_everybodys_folders_are_theirs_and_nobody_elses(folder, place, accounts, monkeypatch):
    release_lesson(folder)
    writes_and_hands_in(folder, "ana", ANA, "The words of Ana.", place / "home-ana")
    datafolder.write_private(folder.data / datafolder.MARK, f'{{"format": {datafolder.FORMAT}}}')
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(folder.exchange))
    made, left = backup.back_up(folder.data, place / "backups")
    assert left == []
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(place / "new"))
    restore(made, place / "restored")
    again = open_folder(place / "restored", folder.id)
    [handed] = [each for each in (again.inbound / "ana").iterdir() if not each.name.startswith(".")]
    assert handed.stat().st_uid == ANA and again.inbound.stat().st_uid == (again.inbound / "ana").stat().st_uid == 0
    for work in (
        (handed / "responses.json").read_bytes,
        lambda: os.listdir(again.inbound / "ana"),
        lambda: (again.inbound / "cleo").mkdir(),
        lambda: os.rename(again.inbound / "ana", again.inbound / "gone"),
    ):
        assert refused(BEN, work, MEMBERS)
    assert as_user(ANA, (handed / "responses.json").read_bytes, MEMBERS) is None
    assert as_user(BEN, (again.outbound / LESSON / f"{LESSON}.ipynb").read_bytes, MEMBERS) is None
    assert collect(again, LESSON).new == ("ana",)
    writes_and_hands_in(again, "ben", BEN, "The words of Ben.", place / "home-ben")
    assert collect(again, LESSON).new == ("ben",)


def types(uid, *words):
    """How a command ends that this user types, and what it says."""
    told = CliRunner()
    told.invoke(main, [*words, "--help"])  # what is imported only when it is called lies where they may not read
    said = []

    def work():
        done = told.invoke(main, words)
        assert not done.exception or isinstance(done.exception, SystemExit), done.exception
        raise RuntimeError(f"{done.exit_code} {done.output}")

    said = as_user(uid, work).removeprefix("RuntimeError: ")
    return int(said[0]), said[2:]


@ROOT
def test_files_that_are_closed_even_to_the_course_are_named_with_the_command_to_type(
    folder, place, accounts, monkeypatch
):
    """As root runs it all is there; the course's own user is told before anything is gone, and so is anybody else."""
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(folder.exchange))
    release_lesson(folder)
    writes_and_hands_in(folder, "ana", ANA, "The words of Ana.", place / "home-ana")
    assert collect(folder, LESSON).new == ("ana",)
    datafolder.write_private(folder.data / datafolder.MARK, f'{{"format": {datafolder.FORMAT}}}')
    [handed] = [each for each in (folder.inbound / "ana").iterdir() if not each.name.startswith(".")]
    for path in (folder.data, *folder.data.rglob("*"), folder.exchange, *folder.exchange.rglob("*")):
        if handed not in (path, *path.parents):
            os.chown(path, COURSE, COURSE)
    os.removexattr(handed, "system.posix_acl_access")
    handed.chmod(0o700)
    out = place / "out"
    out.mkdir()
    os.chown(out, COURSE, COURSE)
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file() and path.name != datafolder.MARK}
    data = ("--data", str(folder.data))
    commands = (
        ("erase", "ana", "--yes", *data),
        ("export", "ana", "--to", str(out / "ana.zip"), *data),
        ("backup", str(out / "backups"), *data),
    )
    for uid, typed in ((NOBODY, (*commands, ("doctor", *data))), (COURSE, commands[:2])):
        for words in typed:
            code, said = types(uid, *words)
            assert code == 1 and "Type: sudo --preserve-env=" in said and "OPENPRACTICE_EXCHANGE" in said, said
            assert (f"{handed} is closed to" if uid == COURSE else f"user {NOBODY}") in said
    assert {path: path.read_bytes() for path in before} == before and not [*out.iterdir()]
    code, said = types(COURSE, *commands[2])
    assert code == 0 and f"Left out: {handed} is closed to" in said and said.count("hint: Type: sudo") == 1, said
    # A folder of the exchange that cannot be looked into is no empty one.
    folder.inbound.chmod(0)
    os.chown(folder.inbound, 0, 0)
    assert f"{folder.inbound} is closed to" in types(COURSE, *commands[0])[1]
    assert f"Erased {folder.inbound / 'ana'}" in erase.erase(folder.data, ["ana"])
    assert not (folder.inbound / "ana").exists()


@ROOT
def test_whoever_has_no_folder_yet_keeps_their_words_and_is_told_what_is_missing(folder, place, accounts):
    release_lesson(folder)

    def work():
        home = place / "home-cleo"
        lesson = read_specs(folder.outbound / LESSON / f"{LESSON}.ipynb")
        journal = Journal(home / "journal.jsonl")
        journal.put(LESSON, TRACE["id"], {"text": "Kept."}, 0, "k" * 16, "desk", "cleo")
        person_hands_in(journal, lesson, places_of(folder, "cleo", home), {TRACE["id"]: 1})

    (place / "home-cleo").mkdir()
    os.chown(place / "home-cleo", NOBODY, NOBODY)
    said = as_user(NOBODY, work, MEMBERS)
    assert said.startswith("NotHandedIn: There is no place for you to hand in yet. Your words are kept.")
    assert "Kept." in (place / "home-cleo" / "journal.jsonl").read_text()


@ROOT
def test_no_folder_of_the_course_is_anybodys_whatever_the_umask_was(folder, accounts):
    """Made by an older kit, open as it left them; the next release closes them."""
    before = os.umask(0)
    try:
        for path in (folder.inbound / "ana", folder.feedback / "ana", folder.outbound / "0-old"):
            path.mkdir(parents=True)
        (folder.feedback / "ana" / "0-old.json").write_text("{}")
        release_lesson(folder)
    finally:
        os.umask(before)
    course = folder.exchange / folder.id
    assert [path for path in (course, *course.rglob("*")) if path.lstat().st_mode & 0o007] == []
    assert as_user(ANA, (folder.feedback / "ana" / "0-old.json").read_bytes, MEMBERS) is None
    assert refused(BEN, (folder.feedback / "ana" / "0-old.json").read_bytes, MEMBERS)


@ROOT
def test_a_hand_in_that_another_user_made_is_not_taken_for_the_persons(folder, accounts):
    """Whatever way it came there: the folder's owner is asked, not its name."""
    release_lesson(folder)
    true = hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "Ana's."})})
    forged = hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "Forged."}, rev=2)})
    never_came = hand_in(folder, "cleo", {"purpose-trace": response(TRACE, {"text": "Forged too."})})
    for made, uid in ((true, ANA), (forged, BEN), (never_came, BEN)):
        for path in (made, *made.iterdir()):
            os.chown(path, uid, uid)
    done = collect(folder, LESSON)
    assert done.new == ("ana",) and "Ana's." in answer_row(folder, "ana", "purpose-trace")["text"]
    assert {each.participant for each in done.left_aside} == {"ana", "cleo"}
    assert all("another user of this system" in str(each.why) for each in done.left_aside)


@ROOT
def test_where_everybody_has_one_id_it_is_said_that_nothing_tells_them_apart(folder, monkeypatch):
    monkeypatch.setenv(exchangefolders.SETTING, str(ANA))
    path = folder.data / "built.ipynb"
    path.write_bytes(lesson_notebook())
    assert "the system cannot tell whose a hand-in is" in " ".join(told(release(folder, LESSON, path)))
    for person in ("ana", "ben"):
        made = hand_in(folder, person, {"purpose-trace": response(TRACE, {"text": person})})
        for each in (made, *made.iterdir()):
            os.chown(each, ANA, ANA)
    assert collect(folder, LESSON).new == ("ana", "ben")
    made = hand_in(folder, "cleo", {"purpose-trace": response(TRACE, {"text": "Forged."})})
    os.chown(made, BEN, BEN)
    assert [each.participant for each in collect(folder, LESSON).left_aside] == ["cleo"]


@ROOT
def test_folders_that_somebody_else_could_replace_are_refused_in_words(folder, accounts, place):
    def fault():
        with pytest.raises(GradingError) as found:
            exchangefolders.prepare(folder)
        assert found.value.hint
        return found.value.code

    place.chmod(0o777)
    assert fault() == "exchange-replaceable"
    place.chmod(0o700)
    assert fault() == "exchange-out-of-reach"
    place.chmod(0o755)
    folder.exchange.chmod(0o777)  # as nbgrader wants it: it stays so, but only owners rename what is theirs
    (folder.exchange / folder.id).mkdir()
    os.chown(folder.exchange / folder.id, BEN, BEN)
    assert fault() == "exchange-of-another"
    assert stat.S_IMODE(folder.exchange.stat().st_mode) == 0o1777
    (folder.exchange / folder.id).rmdir()
    (folder.exchange / folder.id).symlink_to(place)
    assert fault() == "exchange-of-another"


def test_a_group_that_is_not_there_is_named():
    with pytest.raises(GradingError) as found:
        exchangefolders.exchange_users({exchangefolders.SETTING: "no-such-group-here"})
    assert found.value.code == "exchange-users-unknown"


def test_members_are_those_of_the_system(monkeypatch):
    mine = pwd.getpwuid(os.geteuid())
    users = exchangefolders.exchange_users({exchangefolders.SETTING: grp.getgrgid(mine.pw_gid).gr_name})
    assert users.accounts[mine.pw_name] == mine.pw_uid and users.group == mine.pw_gid
    assert users.uid_of("whoever-it-is-not") is None


# -- nbgrader's own commands ------------------------------------------------------------------------

CONFIG = """c = get_config()
c.CourseDirectory.course_id = "open-practice"
c.CourseDirectory.student_id = "ana"
c.Exchange.root = "{exchange}"
c.ExchangeFactory.submit = "openpractice.gradebook.nbgrader_submit.OwnFolderSubmit"
"""


def test_stock_release_fetch_and_submit_are_safe(folder, place, monkeypatch):
    """What is blank warns and is left aside, what is typed arrives, and the stub of nbgrader is no answer."""
    monkeypatch.setenv(exchangefolders.SETTING, str(os.geteuid()))
    release_lesson(folder)
    shutil.rmtree(folder.exchange / folder.id)
    folder.exchange.chmod(0o777)
    with sqlite3.connect(folder.root / "gradebook.db") as db:
        db.execute("INSERT INTO student (id) VALUES ('ana')")
    home = place / "home"
    home.mkdir()
    (home / "nbgrader_config.py").write_text(CONFIG.format(exchange=folder.exchange))
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "JUPYTER_CONFIG_PATH": "", "LANG": "C.UTF-8"}

    def nbgrader(*command):
        words = [sys.executable, "-m", "nbgrader", *command]
        done = subprocess.run(words, cwd=home, env=env, capture_output=True, text=True)
        return done.stderr + done.stdout, done.returncode

    said, status = nbgrader("submit", LESSON)  # before there is anything
    assert status and "Traceback" not in said.replace("Traceback (most recent call last):\n  File", "", 0)[:0]
    nbgrader_run.run(folder, "release_assignment", LESSON)
    about = json.loads((folder.outbound / LESSON / "release.json").read_bytes())
    assert (about["lesson"], about["course"]) == (LESSON, folder.id)
    assert stat.S_IMODE(folder.inbound.stat().st_mode) & 0o007 == 0
    assert nbgrader("fetch_assignment", LESSON)[1] == 0

    copy = home / LESSON / f"{LESSON}.ipynb"
    stub = copy.read_text("utf-8").replace(ANSWER_STUB, STOCK_STUB)
    copy.write_text(stub, "utf-8")
    said, status = nbgrader("submit", LESSON)
    assert status == 0 and "press Hand in at the end of the lesson" in said
    done = collect(folder, LESSON)
    assert done.new == () and "nothing is typed" in str(done.left_aside[0].why)

    copy.write_text(stub.replace(STOCK_STUB, "Typed by Ana.", 1), "utf-8")
    said, status = nbgrader("submit", LESSON)
    assert status == 0 and "press Hand in" not in said
    assert collect(folder, LESSON).new == ("ana",)
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "Typed by Ana."
    assert rows(folder, "SELECT count(*) FROM op_response WHERE source = 'blank' AND latest")[0][0] == 2
