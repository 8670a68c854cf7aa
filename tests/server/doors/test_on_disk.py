"""Acknowledged means on the disk: with a disk that forgets what was not synced, and with one whose syncs are slow."""

import os
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from handins import LESSON
from openpractice.journal.journal import Journal
from openpractice.service.identities.identity import Identity
from served import service
from servers import publish

PROMPT = "purpose-trace"
MANY = 40


@pytest.fixture
def course(tmp_path):
    publish(tmp_path / "exchange")
    people = {f"p{n}": Identity(f"p{n}", f"P {n}", "participant") for n in range(MANY)}
    with service(tmp_path, people=people) as running:
        yield running


def save(course, who, text, base=0):
    change = {"lesson": LESSON, "key": secrets.token_hex(8), "base": base, "value": {"text": text}}
    return course.ask("PUT", f"api/answers/{PROMPT}", change, who=who)


class ForgetfulDisk:
    """What the power cut would leave of each file: as much of it as was synced."""

    def __init__(self, monkeypatch):
        self.kept: dict[int, int] = {}
        self.sync = os.fsync
        monkeypatch.setattr(os, "fsync", self)

    def __call__(self, descriptor):
        self.sync(descriptor)
        found = os.fstat(descriptor)
        self.kept[found.st_ino] = found.st_size

    def fail(self, folder):
        """The power goes: every file loses what was not synced."""
        for path in folder.rglob("*"):
            if path.is_file():
                os.truncate(path, self.kept.get(path.stat().st_ino, 0))


def test_what_was_acknowledged_is_there_after_the_power_went(course, monkeypatch):
    disk = ForgetfulDisk(monkeypatch)
    for number in range(5):
        reply = save(course, "p0", f"words {number}", base=number)
        assert (reply.status, reply.json["rev"]) == (200, number + 1)
    people = course.data / "people"
    disk.fail(people)
    held = Journal(people / "p0" / "journal" / "open-practice.jsonl").state(PROMPT)
    assert (held.rev, held.value["text"], held.sha256) == (5, "words 4", reply.json["sha256"])


def test_the_disk_above_would_show_words_that_were_acknowledged_too_soon(course, monkeypatch):
    """The test's own proof: without the sync, the same failure loses them."""
    disk = ForgetfulDisk(monkeypatch)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    assert save(course, "p0", "never synced").status == 200
    disk.fail(course.data / "people")
    assert Journal(course.data / "people" / "p0" / "journal" / "open-practice.jsonl").state(PROMPT).rev == 0


def test_while_many_wait_for_a_slow_disk_everybody_else_is_answered(course, monkeypatch):
    """Forty saves are held at the disk at once; pages are answered all the same, then every save is on it."""
    held, go, sync = threading.Semaphore(0), threading.Event(), os.fsync

    def slow(descriptor):
        held.release()
        assert go.wait(60)
        time.sleep(0.01)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    with ThreadPoolExecutor(MANY) as people:
        saves = [people.submit(save, course, f"p{n}", f"words of p{n}") for n in range(MANY)]
        assert held.acquire(timeout=60)
        assert course.ask("GET", "manifest.webmanifest").status == 200
        assert not any(one.done() for one in saves)
        go.set()
        replies = [one.result() for one in saves]
    assert [reply.status for reply in replies] == [200] * MANY
    for number in range(MANY):
        path = course.data / "people" / f"p{number}" / "journal" / "open-practice.jsonl"
        assert Journal(path).state(PROMPT).value["text"] == f"words of p{number}"


def test_one_persons_flood_is_slowed_down_and_nobody_elses_work(course):
    from openpractice.service.handlers.pace import FloodPace

    course.served.pace = FloodPace(burst=5, each_second=0.001)
    statuses = [save(course, "p1", f"flood {n}", base=n).status for n in range(12)]
    assert statuses == [200] * 5 + [429] * 7
    refused = save(course, "p1", "more")
    assert refused.json["code"] == "too-fast" and int(refused.headers["retry-after"]) > 0
    assert save(course, "p2", "calmly").status == 200
