"""A journal taken elsewhere and merged with another: every word is kept, and what is no export is refused whole."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journals import LESSON, PROMPT, journal, path, receipt, say, texts, whole
from openpractice.journal.journal import BadJournal, Journal
from openpractice.journal.records import TOP_REV, has_its_words, put_record
from openpractice.journal.replay import MOST_HEADS
from steps import grows_no_faster
from tried import tried


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


def test_a_copy_cannot_say_of_words_that_stand_here_that_they_were_left_out(journal):
    put = put_record(LESSON, PROMPT, 2, [], {"text": "x"}, "k1")
    gone = {"op": "dropped", "at": put["at"], "key": "k2", "prompt": PROMPT, "rev": 2, "old": [["k2", 2, "t", "s"]]}
    records = [put, gone, {**put, "rev": 1}, {**put, "rev": 1, "key": "k3"}]
    journal.import_({"format": "openpractice-journal", "version": 1, "records": records})
    assert texts(journal) == ["x"] and journal.state(PROMPT).value == {"text": "x"}


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
