"""A journal taken elsewhere and merged with another: every word is kept, and what is no export is refused whole."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journals import LESSON, PROMPT, journal, path, receipt, say, texts, whole
from openpractice.journal.journal import BadJournal, Journal


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
