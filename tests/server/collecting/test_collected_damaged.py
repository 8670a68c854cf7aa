"""What the course itself holds is damaged, or goes away while it is read: who it concerns is told, and nobody is shut out."""

import os

import pytest

from handins import LESSON, TRACE, answer_row, folder, hand_in, released_once, response
from neighbours import raw, state, why
from openpractice.gradebook.coursefolder import GradingError
from openpractice.intake import gather
from openpractice.intake.collect import collect, collect_files


def words(text):
    return {"purpose-trace": response(TRACE, {"text": text})}


def damage(place, content):
    place.chmod(0o644)
    place.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: b"",
        lambda good: good[: len(good) // 2],
        lambda good: b"[]",
        lambda good: b"[" * 5000,
        lambda good: b'{"handed_in_at": 5}',
        lambda good: good.replace(b'"arrival": 1', b'"arrival": "x"'),
        lambda good: good.replace(b'"arrival": 1', b'"arrival": null'),
        lambda good: good.replace(b'"before": []', b'"before": 7'),
    ],
)
def test_who_has_a_damaged_submission_is_collected_again_and_anew(folder, spoil):
    hand_in(folder, "ana", words("The first time."))
    hand_in(folder, "ben", words("Good."))
    collect(folder, LESSON)
    place = folder.step("submitted", "ana", LESSON) / "collected.json"
    before = place.read_bytes()
    damage(place, spoil(before))
    assert place.read_bytes() != before
    done = collect(folder, LESSON)
    assert done.left_aside == () and set(done.new) | set(done.unchanged) == {"ana", "ben"}
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "The first time."
    damage(place, spoil(before))
    hand_in(folder, "ana", words("The second time."))
    assert collect(folder, LESSON).left_aside == ()
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "The second time."
    assert state(folder, "ana") == "collected"


def test_words_of_a_file_stay_in_the_gradebook_though_its_copy_is_damaged(folder, tmp_path):
    file = tmp_path / "ana.json"
    file.write_bytes(raw("ana", words("Sent by mail.")))
    collect_files(folder, LESSON, {file: "ana"})
    damage(folder.step("submitted", "ana", LESSON) / "collected.json", b"")
    done = collect(folder, LESSON)
    assert len(why(done, "ana")) == 1 and "ana" not in done.missing
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "Sent by mail."
    assert state(folder, "ana") == "collected"


@pytest.mark.parametrize("earlier", [False, True])
def test_who_takes_it_back_while_it_is_read_is_told_what_was_true_before(folder, monkeypatch, earlier):
    if earlier:
        hand_in(folder, "ana", words("The first time."))
        collect(folder, LESSON)
    place = hand_in(folder, "ana", words("Taken back."))
    judge = gather.judging.judge

    def meanwhile(*parts):
        os.rename(place, place.with_name(f".{'0' * 32}"))
        return judge(*parts)

    monkeypatch.setattr(gather.judging, "judge", meanwhile)
    collect(folder, LESSON)
    assert state(folder, "ana") == ("collected" if earlier else None)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"cells": [1]}', b"\xff", b"[" * 100_000, None])
def test_a_damaged_release_is_said_with_what_to_type(folder, content):
    hand_in(folder, "ana", words("Waits."))
    place = folder.released(LESSON)
    whole = place.read_bytes()
    if content is None:
        place.unlink()
        place.mkdir()
    else:
        damage(place, content)
    with pytest.raises(GradingError) as refused:
        collect(folder, LESSON)
    assert refused.value.code == "grading-release-damaged"
    assert (folder.outbound / LESSON / place.name).read_bytes() == whole  # what the hint says to copy back


def test_a_damaged_gradebook_is_said(folder):
    hand_in(folder, "ana", words("Waits."))
    book = folder.root / "gradebook.db"
    book.write_bytes(book.read_bytes()[:5_000])
    with pytest.raises(GradingError) as refused:
        collect(folder, LESSON)
    assert refused.value.code == "gradebook-damaged"
    assert state(folder, "ana") is None
