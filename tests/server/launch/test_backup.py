"""A backup under way and put back: nothing acknowledged is missing, times and erasures are kept."""

import itertools
import json
import os
import secrets
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from backed_up import PEOPLE, class_in_a_file, in_use, made, small, tables
from handins import LESSON, hand_in, response
from openpractice.cli import main
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.intake import inbox
from openpractice.intake.collect import collect
from openpractice.launch.safekeeping import backup, erase, erasures, filecopies
from openpractice.launch.safekeeping.keptfiles import trees
from openpractice.launch.safekeeping.restore import restore
from openpractice.service.identities.identity import Identity
from reviewers import PROMPT, READ
from served import service

ACTING = {name: Identity(name, name.title(), "participant") for name in PEOPLE}


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A course in use: collected answers, a hand-in that waits, a room; on SQLite and PostgreSQL."""
    own = in_use(made, tmp_path)
    if own.db_url.startswith("postgresql"):
        monkeypatch.setenv("OPENPRACTICE_GRADEBOOK", own.db_url)
    return own


def elsewhere(folder, monkeypatch, postgres):
    """Where to restore: an empty database of its own beside an empty folder, where the gradebook is PostgreSQL's."""
    if folder.db_url.startswith("postgresql"):
        monkeypatch.setenv("OPENPRACTICE_GRADEBOOK", postgres().database())
    return folder.data.with_name(f"restored-{secrets.token_hex(4)}")


@pytest.fixture
def server(request):
    """The PostgreSQL server, asked for only where the class lies in it."""
    return lambda: request.getfixturevalue("postgres")


class Typists:
    """People who type and hand in until they are told to stop; `kept` is what was acknowledged."""

    def __init__(self, running):
        self.running, self.kept, self.going = running, {name: {} for name in PEOPLE}, True
        self.threads = [threading.Thread(target=self.type, args=(name,)) for name in PEOPLE]

    def type(self, who):
        assert self.running.ask("GET", f"api/room/state?lesson={LESSON}", who=who).status == 200  # comes into the room
        for number in itertools.count():
            if not self.going:
                return
            have = self.kept[who]
            words = f"{who} wrote version {number}."
            sent = {"lesson": LESSON, "value": {"text": words}, "base": max(have, default=0), "key": f"{who}-{number}"}
            reply = self.running.ask("PUT", f"api/answers/{PROMPT}", json.dumps(sent), who=who)
            assert reply.status == 200, reply.body
            have[reply.json["rev"]] = words
            if number % 7 == 3:
                self.running.ask("POST", f"api/handin/{LESSON}", json.dumps({"revs": {PROMPT: max(have)}}), who=who)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        for thread in self.threads:
            thread.join()


def journal(data: Path, who: str) -> bytes:
    return (data / "people" / who / "journal" / "open-practice.jsonl").read_bytes()


def files(data: Path) -> dict[str, bytes]:
    """What a backup copies as it lies."""
    kept = trees(data, data / "exchange")
    return {one.place: one.content for one in filecopies.copied_files(kept, [])}


def times_of(data: Path) -> dict[str, float]:
    """When each hand-in that waits came, as collecting would say."""
    found = {}
    folder = CourseFolder(data, "open-practice", data / "exchange", "")
    restored, now = inbox.restored_times(folder.inbound), datetime.now(UTC)
    for who in PEOPLE:
        with inbox.opened_folder(folder.inbound / who) as mine:
            for one in inbox.entries(mine, who, LESSON, now, lambda name, why: None, lambda owner: True, restored):
                found[one.name] = one.made
    return found


def test_who_hands_in_anew_while_a_backup_runs_is_in_it_with_one_hand_in_whole(small, tmp_path, monkeypatch):
    folder, copied = small, []
    first = hand_in(folder, "ben", {PROMPT: response(READ, {"text": "The first time."})}, ago=timedelta(minutes=1))
    content = filecopies._copied

    def meanwhile(tree, place, left):
        if tree.at(place).parent == first and len(copied) < 1:  # its first file is being copied
            copied.append(place)
            taken = content(tree, place, left)
            hand_in(folder, "ben", {PROMPT: response(READ, {"text": "The second time."})})
            shutil.rmtree(first)
            return taken
        return content(tree, place, left)

    monkeypatch.setattr(filecopies, "_copied", meanwhile)
    place, left = backup.back_up(folder.data, tmp_path / "backups")
    assert copied and left == []
    there = tmp_path / "restored"
    restore(place, there)
    theirs = there / "exchange/open-practice/inbound/ben"
    own = {path.relative_to(theirs): path.read_bytes() for path in theirs.rglob("*") if path.is_file()}
    running = folder.inbound / "ben"
    assert own == {path.relative_to(running): path.read_bytes() for path in running.rglob("*") if path.is_file()}
    assert any(b"The second time." in content for content in own.values())


def test_what_never_comes_to_rest_is_said(small, tmp_path, monkeypatch):
    numbers = itertools.count()
    monkeypatch.setattr(filecopies, "TRIES", 3)
    below = filecopies._below

    def restless(tree, top, refused):
        yield from below(tree, top, refused)
        if "/inbound/" in top:
            yield f"{top}/ben+x+{next(numbers)}/responses.json"

    monkeypatch.setattr(filecopies, "_below", restless)
    hand_in(small, "ben", {PROMPT: response(READ, {"text": "Words."})})
    _, left = backup.back_up(small.data, tmp_path / "backups")
    assert any("inbound/ben" in line and "kept changing" in line for line in left)


def test_under_load_nothing_acknowledged_is_missing_and_at_rest_all_is_as_it_was(folder, server, monkeypatch, tmp_path):
    backups = tmp_path / "backups"
    with service(folder.data, people=ACTING) as running:
        with Typists(running) as people:
            while min(len(kept) for kept in people.kept.values()) < 10:
                pass
            before = {who: dict(kept) for who, kept in people.kept.items()}
            place, left = backup.back_up(folder.data, backups)
            while min(len(kept) for kept in people.kept.values()) < max(map(len, before.values())) + 5:
                pass
        assert left == []
        live = {who: journal(folder.data, who) for who in PEOPLE}
        there = elsewhere(folder, monkeypatch, server)
        restore(place, there)
        for who in PEOPLE:
            kept = journal(there, who)
            assert live[who].startswith(kept.rpartition(b"\n")[0])  # the same lines, whole, up to some moment
            for words in before[who].values():
                assert words.encode() in kept
        # What refers to something came before it: no collected answer without its hand-in, no hand-in without its words.
        for name in times_of(there):
            who = name.split("+")[0]
            held = json.loads(
                next((there / "exchange/open-practice/inbound" / who).glob(f"{name}/responses.json")).read_bytes()
            )
            for one in held["responses"].values():
                words = one["value"]["text"]
                assert "wrote version" not in words or words.encode() in journal(there, who)

    if folder.db_url.startswith("postgresql"):
        monkeypatch.setenv("OPENPRACTICE_GRADEBOOK", folder.db_url)
    was, lay, came = tables(folder.data), files(folder.data), times_of(folder.data)
    place, left = backup.back_up(folder.data, backups)
    there = elsewhere(folder, monkeypatch, server)
    said = restore(place, there)
    assert tables(there) == was and len(was) > 30 and was["gradebook.op_response"] and "room.room_member" in was
    assert {name: body for name, body in files(there).items() if not name.endswith(inbox.RESTORED)} == {
        name: body for name, body in lay.items() if name != "config/backups.json"
    } | {"config/backups.json": (folder.data / "config/backups.json").read_bytes()}
    assert times_of(there) == came and came and f"{len(came)} hand-ins" in said[0]


def test_a_restored_hand_in_keeps_its_time_and_one_that_was_touched_since_does_not(
    folder, server, monkeypatch, tmp_path
):
    place = hand_in(folder, "ana", {PROMPT: response(READ, {"text": "In time."})}, ago=timedelta(minutes=2))
    made, _ = backup.back_up(folder.data, tmp_path / "backups")
    came = times_of(folder.data)[place.name]
    there = elsewhere(folder, monkeypatch, server)
    restore(made, there)
    assert times_of(there)[place.name] == came
    # A second backup, of what was restored, has the first time yet.
    again, _ = backup.back_up(there, tmp_path / "again")
    third = elsewhere(folder, monkeypatch, server)
    restore(again, third)
    assert times_of(third)[place.name] == came
    os.chmod(third / "exchange/open-practice/inbound/ana" / place.name / "responses.json", 0o640)
    assert times_of(third)[place.name] > came
    collect(
        CourseFolder(
            third,
            "open-practice",
            third / "exchange",
            os.environ.get("OPENPRACTICE_GRADEBOOK") or f"sqlite:///{third}/files/course/gradebook.db",
        ),
        LESSON,
    )


def test_erasures_made_since_are_made_again_and_those_before_are_not(small, tmp_path):
    backups = tmp_path / "backups"
    first, _ = backup.back_up(small.data, backups)
    erase.erase(small.data, ["ana"])
    assert "ana" not in (backups / erasures.NAME).read_text()  # who it was is in no list
    there = tmp_path / "there"
    said = restore(first, there)
    assert "Erased again: ana" in said and not (there / "exchange/open-practice/inbound/ana").exists()
    assert not any("'ana'" in row for rows in tables(there).values() for row in rows)
    assert any("'ben'" in row for row in tables(there)["gradebook.op_response"])
    # Who comes anew after that is in the next backup, and stays.
    hand_in(small, "ana", {PROMPT: response(READ, {"text": "Anew."})})
    second, _ = backup.back_up(small.data, backups)
    restore(second, tmp_path / "later")
    assert (tmp_path / "later/exchange/open-practice/inbound/ana").exists()


def test_more_than_fifty_are_neither_erased_nor_erased_again_unasked(small, tmp_path):
    many = [f"p-{number}" for number in range(51)]
    for name in many:
        (small.inbound / name).mkdir(parents=True)
        (small.inbound / name / "headway.json").write_text("{}")
    made, _ = backup.back_up(small.data, tmp_path / "backups")
    with pytest.raises(GradingError, match="51 people"):
        erase.erase(small.data, many)
    assert all((small.inbound / name).is_dir() for name in many)
    with pytest.raises(GradingError, match="51 people"):
        erase.erase(small.data, many, meant=50)
    run = CliRunner().invoke(main, ["erase", *many, "--data", str(small.data), "--yes", "--so-many", "51"])
    assert run.exit_code == 0, run.output
    with pytest.raises(GradingError, match="51 people"):
        restore(made, tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []
    restore(made, tmp_path / "there", meant=51)
    assert not any((tmp_path / "there/exchange/open-practice/inbound" / name).exists() for name in many)
