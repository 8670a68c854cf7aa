"""The journal keeps what it acknowledged: versions, choices between two of them, patches, what was handed in or shared."""

import pytest

from journals import LESSON, PROMPT, journal, path, receipt, say, texts
from openpractice.journal.journal import StaleBase
from openpractice.kinds.registry import BadValue, sha256


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


def test_what_one_device_wrote_and_holds_whole_in_later_words_is_not_asked_for_and_stays_in_the_history(journal):
    typed = ["one", "one two", "one three", "one three four", "so: one two"]
    for number, text in enumerate(typed):
        ack = say(journal, text, 0, f"k{number}", device="laptop")
    assert [head.value["text"] for head in ack.conflict] == ["one three four", "so: one two"]
    assert texts(journal) == typed
    # What was taken back in the later words, or stands on another device, is still asked for.
    shorter = say(journal, "one", 0, "k8", device="laptop")
    elsewhere = say(journal, "so: one two three", 0, "k9", device="phone")
    assert [len(shorter.conflict), len(elsewhere.conflict)] == [3, 4]
    # Who does not say which device it is may be any.
    say(journal, "nobody's", 0, "k10")
    assert len(say(journal, "nobody's, longer", 0, "k11").conflict) == 6


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


def test_a_later_try_that_came_in_before_an_earlier_leaves_nothing_to_choose(journal):
    say(journal, "one", 0, "k1")
    say(journal, "one two three", 1, "later")
    assert len(say(journal, "one two", 1, "earlier").conflict) == 2
    assert say(journal, "one two three four", 1, "k2", after=["earlier", "later"]).conflict == []


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
