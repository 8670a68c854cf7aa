"""The journal keeps what it acknowledged, whoever writes, dies or runs out of space."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openpractice.clock import utc_now
from openpractice.journal import journal as journal_module
from openpractice.journal.journal import BadJournal, Journal, NotSaved, StaleBase
from openpractice.journal.merging import left_out
from openpractice.journal.records import MOST_HEADS, TOP_REV, encode, has_its_words, put_record
from openpractice.kinds.registry import BadValue, sha256
from steps import grows_no_faster
from tried import LONG, tried
from trust import shown

LESSON, PROMPT = "1-purpose", "purpose-trace"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal" / "open-practice.jsonl"


@pytest.fixture
def journal(path):
    return Journal(path)


def say(journal, text, base, key, prompt=PROMPT, **more):
    return journal.put(LESSON, prompt, {"text": text}, base, key, **more)


def texts(journal, prompt=PROMPT):
    return [each["value"]["text"] for each in journal.history(prompt)]


# Versions, drafts, heads


def test_nothing_written_is_the_empty_answer_and_makes_no_file(journal, path):
    assert journal.state(PROMPT).rev == 0
    assert journal.state(PROMPT).value == {}
    assert journal.states() == {}
    assert journal.handed(LESSON) is None
    assert not path.parent.exists()


def test_each_put_is_the_next_version_with_its_sha(journal):
    first = say(journal, "one", 0, "k1")
    second = say(journal, "two", 1, "k2", device="phone", by="ana")
    assert (first.rev, second.rev) == (1, 2)
    assert second.sha256 == sha256({"text": "two"})
    assert second.conflict == []
    state = journal.state(PROMPT)
    assert (state.rev, state.value, state.at, state.lesson) == (2, {"text": "two"}, second.at, LESSON)
    assert texts(journal) == ["one", "two"]
    assert journal.history(PROMPT)[1]["device"] == "phone"
    assert set(journal.states(LESSON)) == {PROMPT}
    assert journal.states("2-learning") == {}


def test_the_same_draft_sent_again_is_acknowledged_again_and_kept_once(journal):
    first = say(journal, "one", 0, "k1")
    say(journal, "two", 1, "k2")
    assert say(journal, "one", 0, "k1") == first
    assert texts(journal) == ["one", "two"]


def test_a_draft_that_changes_nothing_makes_no_version(journal):
    first = say(journal, "one", 0, "k1")
    assert say(journal, "one", 0, "k2")[:3] == first[:3]
    say(journal, "two", 1, "k3")
    assert say(journal, "one", 0, "k2").rev == 1, "the acknowledged draft is known, not a conflict"
    assert texts(journal) == ["one", "two"]


def test_words_written_apart_are_both_kept_until_the_person_chooses(journal):
    say(journal, "one", 0, "k1")
    say(journal, "from the phone", 1, "k2", device="phone")
    ack = say(journal, "from the laptop", 1, "k3", device="laptop")
    assert [(head.rev, head.value["text"], head.device) for head in ack.conflict] == [
        (2, "from the phone", "phone"),
        (3, "from the laptop", "laptop"),
    ]
    assert journal.state(PROMPT).heads == ack.conflict
    chosen = journal.choose(PROMPT, 2, "k4")
    assert (chosen.rev, chosen.conflict) == (4, [])
    assert journal.choose(PROMPT, 2, "k4") == chosen
    assert journal.state(PROMPT).value == {"text": "from the phone"}
    assert texts(journal) == ["one", "from the phone", "from the laptop", "from the phone"]


def test_going_on_from_one_of_two_versions_keeps_the_other(journal):
    say(journal, "one", 0, "k1")
    say(journal, "two", 0, "k2")
    ack = say(journal, "two, longer", 2, "k3")
    assert [head.value["text"] for head in ack.conflict] == ["one", "two, longer"]


def test_only_a_version_that_is_open_to_choice_can_be_chosen(journal):
    say(journal, "one", 0, "k1")
    say(journal, "two", 1, "k2")
    with pytest.raises(StaleBase):
        journal.choose(PROMPT, 1, "k3")
    with pytest.raises(StaleBase):
        journal.choose("purpose-never", 1, "k3")


def test_a_base_from_a_journal_that_is_gone_keeps_both(journal):
    assert say(journal, "one", 7, "k1").conflict == []
    assert len(say(journal, "two", 9, "k2").conflict) == 2


def test_an_answer_never_heard_does_not_make_a_writer_its_own_rival(journal):
    say(journal, "one", 0, "k1")
    say(journal, "one two", 1, "lost")
    ack = say(journal, "one two three", 1, "k3", after=["lost"])
    assert ack.conflict == []
    assert len(say(journal, "else", 1, "k4", after=["never-seen"]).conflict) == 2


@pytest.mark.parametrize(
    ("lesson", "prompt", "value", "base", "key", "error"),
    [
        ("../x", PROMPT, {}, 0, "k", ValueError),
        (LESSON, "a/b", {}, 0, "k", ValueError),
        (LESSON, "A", {}, 0, "k", ValueError),
        (LESSON, PROMPT, [], 0, "k", BadValue),
        (LESSON, PROMPT, {"text": "x" * 1024 * 1024}, 0, "k", BadValue),
        (LESSON, PROMPT, {"n": float("nan")}, 0, "k", BadValue),
        (LESSON, PROMPT, {"text": "\ud800"}, 0, "k", BadValue),
        (LESSON, PROMPT, {}, -1, "k", BadValue),
        (LESSON, PROMPT, {}, True, "k", BadValue),
        (LESSON, PROMPT, {}, "0", "k", BadValue),
        (LESSON, PROMPT, {}, 0, "", BadValue),
        (LESSON, PROMPT, {}, 0, None, BadValue),
        (LESSON, PROMPT, {}, 0, "k" * 300, BadValue),
    ],
)
def test_what_has_no_proper_form_is_not_written(journal, path, lesson, prompt, value, base, key, error):
    with pytest.raises(error):
        journal.put(lesson, prompt, value, base, key)
    assert not path.exists()


# Patches


def patch(at, drop, put, length, path=("text",)):
    return {"path": list(path), "at": at, "drop": drop, "put": put, "length": length}


def test_a_patch_changes_one_text_counted_in_code_points(journal):
    say(journal, "a🙂c", 0, "k1")
    ack = journal.patch(LESSON, PROMPT, patch(2, 1, "déf", 3), 1, "k2")
    assert ack.sha256 == sha256({"text": "a🙂déf"})
    assert journal.patch(LESSON, PROMPT, patch(2, 1, "déf", 3), 1, "k2") == ack
    journal.put(LESSON, "purpose-table", {"rows": [{"seen": "ab"}]}, 0, "k3")
    journal.patch(LESSON, "purpose-table", patch(0, 1, "", 2, ("rows", 0, "seen")), 1, "k4")
    assert journal.state("purpose-table").value == {"rows": [{"seen": "b"}]}


@pytest.mark.parametrize(
    "bad",
    [
        patch(0, 0, "x", 4),
        patch(4, 0, "x", 3),
        patch(2, 5, "x", 3),
        patch(-1, 0, "x", 3),
        patch(0, 0, 7, 3),
        patch(0, True, "x", 3),
        patch(0, 0, "x", 3, ("rows", 0)),
        patch(0, 0, "x", 3, ()),
        patch(0, 0, "x", 3, (["text"],)),
        {},
        None,
    ],
)
def test_a_patch_that_does_not_fit_asks_for_the_whole(journal, bad):
    say(journal, "abc", 0, "k1")
    with pytest.raises(StaleBase):
        journal.patch(LESSON, PROMPT, bad, 1, "k2")
    assert texts(journal) == ["abc"]


def test_a_patch_to_older_words_or_to_none_asks_for_the_whole(journal):
    with pytest.raises(StaleBase):
        journal.patch(LESSON, PROMPT, patch(0, 0, "x", 0), 0, "k0")
    say(journal, "abc", 0, "k1")
    say(journal, "abcd", 1, "k2")
    with pytest.raises(StaleBase):
        journal.patch(LESSON, PROMPT, patch(0, 0, "x", 3), 1, "k3")


def test_a_patched_value_is_checked_before_it_is_kept(journal):
    say(journal, "abc", 0, "k1")

    def refuse(value):
        assert value == {"text": "xabc"}
        raise BadValue("No.")

    with pytest.raises(BadValue):
        journal.patch(LESSON, PROMPT, patch(0, 0, "x", 3), 1, "k2", clean=refuse)
    assert texts(journal) == ["abc"]


# Marks: handed in, withdrawn, shared


def receipt(rev, handin="a" * 32):
    response = {"id": PROMPT, "rev": rev, "sha256": "f" * 64}
    return {"handin": handin, "at": "2026-11-23T14:05:09.123Z", "lesson": LESSON, "responses": [response]}


def test_what_is_handed_in_is_known_until_it_is_withdrawn(journal):
    say(journal, "one", 0, "k1")
    journal.mark_handed(LESSON, receipt(1))
    assert journal.handed(LESSON) == receipt(1)
    assert journal.state(PROMPT).handed == {
        "rev": 1,
        "at": "2026-11-23T14:05:09.123Z",
        "sha256": "f" * 64,
        "handin": "a" * 32,
    }
    journal.withdraw(LESSON)
    assert journal.handed(LESSON) is None
    assert journal.state(PROMPT).handed is None
    assert journal.receipts(LESSON) == [receipt(1)]


def test_sharing_needs_the_latest_words_and_can_be_taken_back(journal):
    say(journal, "one", 0, "k1")
    journal.share(PROMPT, 1)
    assert journal.state(PROMPT).shared["rev"] == 1
    say(journal, "two", 1, "k2")
    with pytest.raises(StaleBase):
        journal.share(PROMPT, 1)
    with pytest.raises(StaleBase):
        journal.share("purpose-never", 0)
    journal.unshare(PROMPT)
    assert journal.state(PROMPT).shared is None


# The file


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


# Export and import


def test_an_export_fills_an_empty_journal_just_as_it_was(journal, tmp_path):
    say(journal, "one", 0, "k1")
    say(journal, "two", 1, "k2")
    say(journal, "apart", 1, "k3")
    journal.share(PROMPT, 3)
    journal.mark_handed(LESSON, receipt(2))
    other = Journal(tmp_path / "other" / "j.jsonl")
    assert other.import_(json.dumps(journal.export()).encode()) == 3
    assert other.states() == journal.states()
    assert other.handed(LESSON) == receipt(2)
    assert other.import_(journal.export()) == 0
    assert journal.import_(other.export()) == 0
    assert other.history(PROMPT) == journal.history(PROMPT)


def test_importing_what_went_on_apart_keeps_both_and_once(journal, tmp_path):
    say(journal, "one", 0, "k1")
    other = Journal(tmp_path / "other" / "j.jsonl")
    other.import_(journal.export())
    say(journal, "here", 1, "k2")
    say(other, "there", 1, "k3")
    say(other, "there, longer", 2, "k4")
    assert journal.import_(other.export()) == 2
    assert [head.value["text"] for head in journal.state(PROMPT).heads] == ["here", "there, longer"]
    assert journal.import_(other.export()) == 0
    chosen = journal.choose(PROMPT, journal.state(PROMPT).heads[0].rev, "k5")
    assert other.import_(journal.export()) == 2
    assert other.state(PROMPT).value == {"text": "here"}
    assert other.state(PROMPT).heads == []
    assert chosen.conflict == []


def test_an_older_export_brings_nothing_back(journal):
    for n in range(80):
        say(journal, f"t{n}", n, f"k{n}")
    old = journal.export()
    say(journal, "newest", 80, "k80")
    journal.compact()
    assert journal.import_(old) == 0
    assert journal.state(PROMPT).value == {"text": "newest"}
    assert journal.state(PROMPT).heads == []


def test_imported_marks_never_change_what_holds_here(journal, tmp_path):
    say(journal, "one", 0, "k1")
    journal.share(PROMPT, 1)
    journal.mark_handed(LESSON, receipt(1, "a" * 32))
    old = journal.export()
    journal.unshare(PROMPT)
    journal.mark_handed(LESSON, receipt(1, "b" * 32))
    other = Journal(tmp_path / "other" / "j.jsonl")
    say(other, "else", 0, "x1")
    other.mark_handed(LESSON, receipt(1, "c" * 32))
    other.import_(old)
    journal.import_(other.export())
    assert journal.state(PROMPT).shared is None
    assert journal.handed(LESSON)["handin"] == "b" * 32
    assert other.state(PROMPT).shared is None
    assert [each["handin"][0] for each in other.receipts(LESSON)] == ["c", "a"]


def whole(**changes):
    put = {
        "op": "put",
        "at": "2026-11-23T14:05:09.123Z",
        "key": "k",
        "lesson": LESSON,
        "prompt": PROMPT,
        "rev": 1,
        "over": [],
        "value": {"text": "x"},
        "sha256": sha256({"text": "x"}),
        "device": "",
        "by": "",
        **changes,
    }
    return {"format": "openpractice-journal", "version": 1, "records": [put]}


def test_a_whole_export_is_taken(journal):
    assert journal.import_(whole()) == 1


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"not json",
        b"[" * 100_000,
        b"x" * (64 * 1024 * 1024 + 1),
        [],
        {"format": "openpractice-responses", "version": 1, "records": []},
        {**whole(), "version": 2},
        {**whole(), "records": None},
        {**whole(), "records": [None]},
        whole(op="apply"),
        whole(op="journal", format=2),
        whole(rev=0),
        whole(rev=True),
        whole(rev=10**12),
        whole(lesson="../x"),
        whole(prompt=None),
        whole(key=""),
        whole(key=["k"]),
        whole(at="yesterday"),
        whole(at=3),
        whole(over=["1"]),
        whole(value=["x"]),
        whole(value={"text": "\ud800"}),
        whole(value={"text": "changed"}),
        whole(value={"text": "x" * 1024 * 1024}),
        whole(device=None),
    ],
)
def test_what_is_not_an_export_is_refused_whole(journal, path, bad):
    with pytest.raises(BadJournal) as refused:
        journal.import_(bad)
    assert str(refused.value).endswith(".")
    assert not path.exists()


@settings(max_examples=60, deadline=None)
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["put", "lagging", "choose", "compact", "cross"]),
            st.integers(0, 1),
            st.integers(0, 3),
        ),
        max_size=25,
    )
)
def test_however_two_journals_are_written_and_merged_every_word_is_kept(tmp_path_factory, moves):
    folder = tmp_path_factory.mktemp("two")
    journals = [Journal(folder / name / "j.jsonl") for name in "ab"]
    said = [set(), set()]
    for n, (move, which, back) in enumerate(moves):
        journal, state = journals[which], journals[which].state(PROMPT)
        if move in ("put", "lagging"):
            say(journal, f"w{n}", max(0, state.rev - back * (move == "lagging")), f"k{n}")
            said[which].add(f"w{n}")
        elif move == "choose" and state.heads:
            journal.choose(PROMPT, state.heads[back % len(state.heads)].rev, f"k{n}")
        elif move == "compact":
            journal.compact()
        elif move == "cross":
            journal.import_(journals[1 - which].export())
            said[which] |= said[1 - which]
        assert said[which] <= set(texts(journal))
        assert journals[which].states() == Journal(folder / "ab"[which] / "j.jsonl").states()
    for which in (0, 1):
        journals[which].import_(journals[1 - which].export())
        assert said[0] | said[1] <= set(texts(journals[which]))
        assert journals[which].import_(journals[1 - which].export()) == 0


KEYS, REVS = st.sampled_from(["k1", "k2", "k3"]), st.sampled_from([1, 2, 3, 10**9 - 1, TOP_REV - 1])
ASKED = st.sampled_from([PROMPT, "purpose-line"])
VERSIONS = st.tuples(KEYS, ASKED, REVS, st.lists(REVS, max_size=2), st.sampled_from("xyz")).map(
    lambda parts: (
        put_record(LESSON, parts[1], parts[2], parts[3], {"text": parts[4]}, parts[0])
        if parts[4] != "z"
        else put_record(LESSON, parts[1], parts[2], parts[3], {"text": "altered"}, parts[0]) | {"sha256": "0" * 64}
    )
)
MARKS = st.tuples(st.sampled_from(["same", "share", "unshare", "dropped"]), KEYS, ASKED, REVS).map(
    lambda parts: (
        {"op": parts[0], "at": "2026-11-23T14:05:09.123Z", "key": parts[1], "prompt": parts[2]}
        | ({} if parts[0] == "unshare" else {"rev": parts[3]})
        | ({"old": [[parts[1], parts[3], "t", "s"]]} if parts[0] == "dropped" else {})
    )
)


@tried(150)
@given(here=st.lists(VERSIONS | MARKS, max_size=3), there=st.lists(VERSIONS | MARKS, max_size=6))
def test_whatever_a_copy_says_of_itself_its_words_come_in_once_and_writing_goes_on(tmp_path_factory, here, there):
    """Numbers and keys that stand twice, or are those of other prompts, or are the last there are."""
    journal, both = Journal(tmp_path_factory.mktemp("copy") / "j.jsonl"), (PROMPT, "purpose-line")
    for records in (here, there):
        puts = [each for each in records if each["op"] == "put"]
        words = {(each["prompt"], each["value"]["text"]) for each in puts if has_its_words(each)}
        if puts and not words:
            continue  # no version has the words that were saved: refused whole
        copy = {"format": "openpractice-journal", "version": 1, "records": records}
        journal.import_(copy)
        assert words <= {(prompt, text) for prompt in both for text in texts(journal, prompt)}
        assert journal.import_(copy) == 0
    for prompt in both:
        say(journal, "afterwards", journal.state(prompt).rev, "new", prompt)
        assert journal.state(prompt).value == {"text": "afterwards"}
    assert not journal.laid_aside()


def test_of_more_versions_than_anybody_writes_apart_the_newest_are_to_choose_from_and_all_are_kept(journal, tmp_path):
    for number in range(MOST_HEADS + 20):
        ack = say(journal, f"apart {number}", 0, f"k{number}")
    assert [head.rev for head in ack.conflict] == list(range(21, MOST_HEADS + 21))
    other = Journal(tmp_path / "other" / "j.jsonl")
    other.import_(journal.export())
    assert other.states() == journal.states() and len(texts(other)) == MOST_HEADS + 20


def apart(count):
    return [put_record(LESSON, PROMPT, n + 1, [], {"text": f"{n}"}, f"k{n}") for n in range(count)]


def over_many(count):
    """Versions that are left out, one over the other, the first of them over all that are there."""
    first = apart(count)
    over, gone = list(range(1, count + 1)), []
    for n in range(count, 2 * count):
        gone.append(put_record(LESSON, PROMPT, n + 1, over, {"text": ""}, f"k{n}") | {"sha256": "0" * 64})
        over = [n + 1]
    return [*first, *gone]


@pytest.mark.parametrize("records", [apart, over_many])
def test_taking_in_a_copy_costs_no_more_than_it_is_long(tmp_path, records):
    copy = lambda count: {"format": "openpractice-journal", "version": 1, "records": records(count)}
    take = lambda copy: Journal(tmp_path / str(len(copy["records"])) / "j.jsonl").import_(copy)
    assert grows_no_faster(copy, take, 2 * MOST_HEADS)


# -- lines that are not as they were written -----------------------------------------------------


def lines_of(path):
    return path.read_bytes().splitlines()


def damage(path, number, before, after):
    lines = lines_of(path)
    assert before in lines[number]
    lines[number] = lines[number].replace(before, after, 1)
    path.write_bytes(b"\n".join(lines) + b"\n")


@pytest.fixture
def three(journal, path):
    for number, text in enumerate(("not much", "not enough", "not yet")):
        say(journal, text, number, f"k{number}")
    return path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"not yet", b"now yet"),
        (b'"rev":3', b'"rev":4'),
        (b'"over":[2]', b'"over":[1]'),
        (b'"key":"k2"', b'"key":"k9"'),
        (b'"at":"2', b'"at":"3'),
        (b'"sum":"', b'"sun":"'),
        (b'"sha256":"', b'"sha257":"'),
        (PROMPT.encode(), PROMPT.encode().replace(b"-", b"+")),
        (b"{", b"["),
    ],
)
def test_a_changed_line_is_laid_aside_and_said_and_the_version_before_stands(three, before, after):
    damage(three, 3, before, after)
    journal = Journal(three)
    assert journal.state(PROMPT).value == {"text": "not enough"} and not journal.state(PROMPT).heads
    assert len(journal.laid_aside()) == 1
    assert say(journal, "after all", 2, "k7").conflict == []
    assert Journal(three).state(PROMPT).value == {"text": "after all"}


@pytest.mark.parametrize(
    ("before", "after"), [(b"not enough", b"now enough"), (b"{", b"\xff"), (b'"rev":2', b'"rev":9')]
)
def test_a_changed_line_in_the_middle_leaves_the_last_version_alone(three, before, after):
    damage(three, 2, before, after)
    journal = Journal(three)
    assert journal.state(PROMPT).value == {"text": "not yet"} and not journal.state(PROMPT).heads
    assert len(journal.laid_aside()) == 1
    assert texts(journal) == ["not much", "not yet"]


def test_a_line_of_an_older_kit_is_held_to_the_sha256_of_its_words(path):
    from openpractice.journal.journal import Journal as Opened

    path.parent.mkdir(parents=True)
    head = '{"at":"2026-11-28T05:53:29.208Z","format":1,"key":"3c8c4b6047aa6d5f16f740901271eeca","op":"journal"}\n'
    put = (
        '{"at":"2026-11-28T05:53:29.208Z","by":"","device":"","key":"k","lesson":"1-purpose","op":"put","over":[],'
        '"prompt":"purpose-trace","rev":1,"sha256":"10b9d234a6f6371c6ef733b1fba3f4c23028c127259b27e1542407a6562aab0b",'
        '"value":{"text":"%s much"}}\n'
    )
    path.write_text(head + put % "not")
    assert Opened(path).state("purpose-trace").value == {"text": "not much"} and Opened(path).laid_aside() == []
    path.write_text(head + put % "now")
    assert Opened(path).state("purpose-trace").rev == 0
    assert [each["value"] for each in Opened(path).laid_aside()] == [{"text": "now much"}]


def test_export_and_import_carry_the_rest_and_the_damaged_line_is_kept(three, tmp_path):
    damage(three, 2, b"not enough", b"now enough")
    journal, other = Journal(three), Journal(tmp_path / "other" / "j.jsonl")
    exported = json.loads(json.dumps(journal.export()))
    assert "now enough" in exported["damaged"][0]
    assert other.import_(exported) == 2 and texts(other) == ["not much", "not yet"]
    assert not other.state(PROMPT).heads
    journal.compact()
    assert b"now enough" in three.read_bytes() and len(Journal(three).laid_aside()) == 1
    assert Journal(three).state(PROMPT).value == {"text": "not yet"}


def test_an_export_with_other_words_than_were_saved_gives_the_rest(three, tmp_path):
    exported = Journal(three).export()
    exported["records"][1]["value"] = {"text": "altered"}
    other = Journal(tmp_path / "other" / "j.jsonl")
    assert other.import_(exported) == 2 and texts(other) == ["not much", "not yet"] and not other.state(PROMPT).heads
    assert left_out(exported) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"op": "dropped", "old": [["k"]]},
        {"op": "dropped", "old": [[]]},
        {"op": "dropped", "old": {"kras": 1}},
        {"op": "dropped", "old": ["kras"]},
        {"op": "dropped", "old": [["k", 1, "t", "s", 5]]},
        {"op": "handed", "receipt": {"lesson": LESSON, "handin": "h", "at": "t", "responses": {"id": 1}}},
        {"op": "handed", "receipt": {"lesson": LESSON, "handin": "h", "at": "t", "responses": [[]]}},
        {"op": "handed", "receipt": []},
        {"over": {}},
        {"over": ""},
        {"device": "x" * 201},
        {"by": "\ud800"},
        {"key": "\ud800"},
        {"rev": 10**400},
    ],
)
def test_a_record_of_another_form_is_refused_in_an_import_and_laid_aside_in_a_journal(journal, path, changes):
    odd = whole(**changes)["records"][0]
    with pytest.raises(BadJournal):
        journal.import_({"format": "openpractice-journal", "version": 1, "records": [odd]})
    say(journal, "kept", 0, "k1")
    with path.open("ab") as file:
        file.write(json.dumps(odd).encode() + b"\n")
    assert Journal(path).state(PROMPT).value == {"text": "kept"} and texts(Journal(path)) == ["kept"]
    assert len(Journal(path).laid_aside()) == 1


JOURNAL_PROMISE = "A journal notices what was changed on the disk, says so, and loses or alters no other word."
JOURNAL_HOW = "hypothesis cuts a journal or changes one byte of it, anywhere"


def spoil_many(folder, count):
    @tried(count)
    @given(st.data())
    def spoil(data):
        shutil.rmtree(folder / "own", ignore_errors=True)
        spoil_one(folder / "own" / "j.jsonl", data)

    spoil()


def test_wherever_a_journal_is_cut_or_flipped_no_other_word_is_lost_or_altered(tmp_path):
    spoil_many(tmp_path, 100)
    shown(JOURNAL_PROMISE, JOURNAL_HOW, "100 journals")


@pytest.mark.slow
@pytest.mark.fuzz
def test_twenty_thousand_journals_are_cut_or_flipped(tmp_path):
    spoil_many(tmp_path, LONG)
    shown(JOURNAL_PROMISE, JOURNAL_HOW, f"{LONG:,} journals")


def spoil_one(path, data):
    journal, said = Journal(path), []
    for number in range(4):
        said.append(f"words {number} 🙂")
        say(journal, said[-1], number, f"k{number}")
    raw = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 2))  # without its last byte the last line is not finished yet
    if data.draw(st.booleans()):
        raw[at] ^= data.draw(st.integers(1, 255))
    else:
        del raw[at:]
    path.write_bytes(raw)
    number = bytes(raw[:at]).count(b"\n")
    reader = Journal(path)
    found = texts(reader)
    assert set(found) <= set(said)
    gone = [text for place, text in enumerate(said, 1) if text not in found]
    if len(raw) == at:  # cut: what came before is whole
        assert found == said[: len(found)] and len(found) >= number - 2
    else:
        assert len(gone) <= 2 and (not gone or reader.laid_aside())
    if raw.endswith(b"}"):
        return  # cut just before a line's end: the line counts once it is closed
    again = say(reader, "afterwards", reader.state(PROMPT).rev, "last")
    assert Journal(path).state(PROMPT).value == {"text": "afterwards"}
    # Where the byte said which version was written over, that one stands beside the new one, and the person chooses.
    assert {head.value["text"] for head in again.conflict} <= {*said, "afterwards"} and (
        not again.conflict or reader.laid_aside()
    )


@pytest.mark.parametrize("byte", [b"\r", b"]", b"\0", b" "])
def test_a_changed_last_byte_is_said(tmp_path, byte):
    path = tmp_path / "j.jsonl"
    for number in range(2):
        say(Journal(path), f"words {number}", number, f"k{number}")
    path.write_bytes(path.read_bytes()[:-2] + byte + b"\n")
    assert texts(Journal(path)) == ["words 0"] and len(Journal(path).laid_aside()) == 1


def test_a_changed_number_of_the_version_before_hides_no_words(tmp_path):
    path = tmp_path / "j.jsonl"
    for number in range(4):
        say(Journal(path), f"words {number}", number, f"k{number}")
    for other in (b"0", b"1", b"3", b"9"):
        spoiled = tmp_path / f"spoiled-{other.decode()}.jsonl"
        spoiled.write_bytes(path.read_bytes().replace(b'"over":[2]', b'"over":[%s]' % other, 1))
        reader = Journal(spoiled)
        assert len(reader.laid_aside()) == 1 and texts(reader) == ["words 0", "words 1", "words 3"]
        assert reader.state(PROMPT).value == {"text": "words 3"}
        again = say(reader, "afterwards", 4, "last")
        assert Journal(spoiled).state(PROMPT).value == {"text": "afterwards"}
        assert [head.value["text"] for head in again.conflict if head.rev < 5] in ([], ["words 1"])


def test_reading_a_journal_costs_no_more_than_it_is_long(tmp_path):
    def make(count):
        path = tmp_path / str(count) / "j.jsonl"
        path.parent.mkdir()
        old = [[f"k{number}", number + 1, "t", "s"] for number in range(count)]
        lines = [{"op": "dropped", "at": utc_now(), "key": "d", "prompt": PROMPT, "old": old}]
        lines += [put_record(LESSON, PROMPT, count + n + 1, [], {"text": "x"}, f"p{n}") for n in range(count)]
        path.write_bytes(b"".join(map(encode, lines)))
        return path

    assert grows_no_faster(make, lambda path: Journal(path).states(), 60)
