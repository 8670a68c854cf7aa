"""Lines that are not as they were written are laid aside and said, and every other word stays."""

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journals import LESSON, PROMPT, journal, path, say, texts, whole
from openpractice.clock import utc_now
from openpractice.journal.journal import BadJournal, Journal
from openpractice.journal.merging import left_out
from openpractice.journal.records import encode, put_record
from steps import grows_no_faster
from tried import LONG, tried
from trust import shown


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
