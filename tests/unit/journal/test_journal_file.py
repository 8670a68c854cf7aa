"""The journal's file: whoever writes at once, dies or runs out of space, what was acknowledged stays."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from journals import LESSON, PROMPT, journal, path, receipt, say, texts
from openpractice.journal import journal as journal_module
from openpractice.journal.journal import Journal, NotSaved


def test_the_file_and_its_folder_are_for_their_owner_only(journal, path):
    say(journal, "one", 0, "k1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_two_readers_see_each_other_at_once(path):
    one, two = Journal(path), Journal(path)
    for n in range(0, 10, 2):
        say(one, f"a{n}", n, f"a{n}")
        assert two.state(PROMPT).value == {"text": f"a{n}"}
        say(two, f"b{n}", n + 1, f"b{n}")
        assert one.state(PROMPT).rev == n + 2


def test_a_put_reads_only_what_is_new(journal, path, monkeypatch):
    for n in range(6):
        journal.put(LESSON, f"purpose-{n}", {"text": "x" * 200_000}, 0, f"k{n}")
    assert path.stat().st_size > 1_200_000
    read = []
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, size, at: read.append(size) or pread(fd, size, at))
    say(journal, "short", 0, "last")
    assert sum(read) < 2000


@pytest.mark.parametrize(
    "tail",
    [
        b'{"op":"put","at":"2026-',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b'{"op":"put","prompt":"purpose-trace","rev":' + b"9" * 6000 + b"}\n",
        b'{"op":"_journal","at":"2026-11-23T14:05:09.123Z","key":"x"}\n',
        b'{"op":["put"]}\n',
        b"null\n\n\n",
    ],
)
def test_a_torn_or_odd_line_is_skipped_and_the_next_starts_afresh(journal, path, tail):
    say(journal, "one", 0, "k1")
    with path.open("ab") as file:
        file.write(tail)
    for reader in (journal, Journal(path)):
        assert reader.state(PROMPT).value == {"text": "one"}
    say(journal, "two", 1, "k2")
    assert texts(Journal(path)) == ["one", "two"]


def test_a_line_that_lost_only_its_end_is_one_version_for_everybody(journal, path):
    say(journal, "one", 0, "k1")
    say(journal, "two", 1, "k2")
    path.write_bytes(path.read_bytes()[:-1])
    other = Journal(path)
    assert other.state(PROMPT).rev == 1
    assert len(say(other, "three", 1, "k3").conflict) == 2, "the line counts once it is closed"
    assert [each["rev"] for each in Journal(path).history(PROMPT)] == [1, 2, 3]


@pytest.mark.parametrize("what", ["journal", "lock", "folder", "pipe", "directory"])
def test_a_link_or_anything_but_a_file_is_left_alone(tmp_path, path, what):
    elsewhere = tmp_path / "elsewhere"
    if what == "folder":
        elsewhere.mkdir()
        path.parent.symlink_to(elsewhere)
    else:
        path.parent.mkdir()
        elsewhere.write_text("somebody else's")
        name = path.with_name(path.name + ".lock") if what == "lock" else path
        {"pipe": os.mkfifo, "directory": os.mkdir}.get(what, lambda name: name.symlink_to(elsewhere))(name)
    with pytest.raises(NotSaved) as refused:
        say(Journal(path), "one", 0, "k1")
    assert refused.value.code == "link"
    if elsewhere.is_file():
        assert elsewhere.read_text() == "somebody else's"
    else:
        assert [each.name for each in elsewhere.iterdir()] == [], "nothing is written through the link"


def in_child(code, *args, **more):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], capture_output=True, text=True, timeout=60, **more
    )


PUT_ONE = """
import os, resource, signal, sys
from openpractice.journal.journal import Journal, NotSaved
journal = Journal(sys.argv[1])
{before}
try:
    print(journal.put("1-purpose", "purpose-trace", {{"text": "x" * 5000}}, 1, "k2").rev)
except NotSaved as refused:
    print(refused.code)
"""


def test_a_full_disk_is_said_and_the_journal_stays_whole(journal, path):
    say(journal, "one", 0, "k1")
    before = path.read_bytes()
    limit = len(before) + 1000
    code = PUT_ONE.format(before=f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))")
    child = in_child(code, path)
    assert child.stdout == "no-space\n", child.stderr
    assert path.read_bytes() == before
    assert say(journal, "two", 1, "k2").rev == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_really_full_disk_is_said_and_there_is_room_again_later(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a disk")
    try:
        journal = Journal(disk / "journal" / "c.jsonl")
        say(journal, "one", 0, "k1")
        (disk / "ballast").write_bytes(b"x" * 48_000)
        with pytest.raises(NotSaved) as refused:
            say(journal, "x" * 60_000, 1, "k2")
        assert refused.value.code == "no-space"
        assert texts(journal) == texts(Journal(disk / "journal" / "c.jsonl")) == ["one"]
        (disk / "ballast").unlink()
        assert say(journal, "x" * 10_000, 1, "k2").rev == 2
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_place_that_may_not_be_written_to_is_said(journal, path):
    say(journal, "one", 0, "k1")
    os.chmod(path, 0o400)
    for folder in (path.parent, *path.parent.parents[:3]):
        os.chmod(folder, 0o755)
    os.chmod(path.with_name(path.name + ".lock"), 0o444)
    become = "os.setgroups([]); os.setgid(65534); os.setuid(65534)" if os.geteuid() == 0 else ""
    child = in_child(PUT_ONE.format(before=become), path)
    assert child.stdout == "refused\n", child.stderr


# Several processes, sudden ends


def writer(path, name, count):
    journal = Journal(path)
    for n in range(count):
        journal.put(LESSON, PROMPT, {"text": f"{name}-{n}"}, journal.state(PROMPT).rev, f"{name}-{n}")


def test_four_processes_at_once_lose_nothing(path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=writer, args=(path, name, 250)) for name in "abcd"]
    for each in writers:
        each.start()
    for each in writers:
        each.join(100)
        assert each.exitcode == 0
    history = Journal(path).history(PROMPT)
    assert [each["rev"] for each in history] == list(range(1, 1001))
    assert {each["value"]["text"] for each in history} == {f"{name}-{n}" for name in "abcd" for n in range(250)}


TYPE_ON = """
import sys
from openpractice.journal.journal import Journal
journal = Journal(sys.argv[1])
for n in range(10**6):
    rev = journal.put("1-purpose", "purpose-trace", {"text": f"{n} " * 20_000}, journal.state("purpose-trace").rev, f"{sys.argv[2]}-{n}").rev
    print(rev, n, flush=True)
"""


def test_kill_9_in_the_middle_of_writing_loses_nothing_acknowledged(path):
    heard = {}
    for turn in range(5):
        child = subprocess.Popen([sys.executable, "-c", TYPE_ON, path, str(turn)], stdout=subprocess.PIPE, text=True)
        for _ in range(3 + turn):
            rev, n = child.stdout.readline().split()
            heard[int(rev)] = n
        time.sleep(0.003 * turn)
        child.send_signal(signal.SIGKILL)
        for line in child.communicate()[0].splitlines():
            if line.count(" ") == 1:
                rev, n = line.split()
                heard[int(rev)] = n
    history = {each["rev"]: each["value"]["text"] for each in Journal(path).history(PROMPT)}
    assert len(heard) >= 25
    lost = [rev for rev, n in heard.items() if history.get(rev, "").split(" ")[0] != n]
    assert lost == []
    assert len(Journal(path).history(PROMPT)) == len(history), "no version number is given twice"


# Compaction


def test_compaction_keeps_heads_handed_in_shared_and_the_last_fifty(journal, path):
    for n in range(120):
        say(journal, f"t{n}", n, f"k{n}")
        if n == 3:
            journal.mark_handed(LESSON, receipt(4))
        if n == 9:
            journal.share(PROMPT, 10)
    say(journal, "apart", 5, "apart")
    before, other = journal.states(), Journal(path)
    size = path.stat().st_size
    assert other.states() == before
    journal.compact()
    assert path.stat().st_size < size
    assert journal.states() == other.states() == Journal(path).states() == before
    assert [each["rev"] for each in journal.history(PROMPT)] == [4, 10, *range(72, 122)]
    assert say(journal, "t7", 7, "k7").rev == 8, "a draft from long ago is still known"
    assert say(other, "next", 120, "next").rev == 122
    journal.compact()
    journal.compact()
    assert Journal(path).states() == journal.states()
    assert path.stat().st_mode & 0o777 == 0o600


def test_compaction_runs_by_itself_when_the_file_is_large(journal, path, monkeypatch):
    monkeypatch.setattr(journal_module, "COMPACT_FROM", 300_000)
    for n in range(200):
        say(journal, f"{n} " * 1000, n, f"k{n}")
    assert path.stat().st_size < 900_000
    assert journal.state(PROMPT).rev == 200


def test_a_full_disk_while_compacting_changes_nothing(journal, path):
    for n in range(60):
        say(journal, "x" * 1000 + str(n), n, f"k{n}")
    before = path.read_bytes()
    code = (
        "import resource, sys\nfrom openpractice.journal.journal import Journal, NotSaved\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try:\n    Journal(sys.argv[1]).compact()\nexcept NotSaved as refused:\n    print(refused.code)"
    )
    assert in_child(code, path).stdout == "no-space\n"
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name, path.name + ".lock"]


def test_writing_goes_on_while_another_process_compacts(path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=writer, args=(path, name, 100)) for name in "ab"]
    for each in writers:
        each.start()
    journal = Journal(path)
    while any(each.is_alive() for each in writers):
        journal.compact(keep=1000)
        time.sleep(0.01)
    assert [each.exitcode for each in writers] == [0, 0]
    assert [each["rev"] for each in Journal(path).history(PROMPT)] == list(range(1, 201))
