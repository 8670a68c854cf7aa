"""Ids, times and files: small things that are written once."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from openpractice.clock import as_text, utc_now
from openpractice.files import open_plain, replace_file, write_new
from openpractice.ids import is_id, safe_id


@pytest.mark.parametrize("text", ["1-purpose", "ana", "a" * 63, "0"])
def test_an_id_is_taken(text):
    assert is_id(text) and safe_id(text) == text


@pytest.mark.parametrize("text", ["", "Ana", "../ana", "-a", "a" * 64, "ana\n", "a_b", "ａ", None, 7, b"ana"])
def test_what_is_no_id_is_refused(text):
    assert not is_id(text)
    with pytest.raises(ValueError, match="not an id"):
        safe_id(text)


def test_a_moment_is_written_in_utc_whatever_zone_it_had():
    there = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert as_text(there) == "2026-02-28T23:30:00.000Z"
    assert as_text(there, "auto") == "2026-02-28T23:30:00Z"
    assert as_text(datetime(2026, 3, 1, 1, 30)) == "2026-03-01T01:30:00.000Z"


def test_now_and_some_hours_later_sort_as_text():
    before = utc_now()
    assert before <= utc_now() < utc_now(1)
    assert datetime.fromisoformat(before).tzinfo == UTC


def test_a_file_is_replaced_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "held.json"
    replace_file(path, b"one")
    assert path.stat().st_mode & 0o777 == 0o600

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("openpractice.files.write_all", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["held.json"]


def test_a_new_file_takes_no_other_ones_place_and_no_link_is_followed(tmp_path):
    path, link = tmp_path / "a", tmp_path / "link"
    write_new(path, b"first")
    with pytest.raises(FileExistsError):
        write_new(path, b"second")
    link.symlink_to(path)
    with pytest.raises(OSError, match="symbolic link|not an ordinary"):
        open_plain(link, 0)
    with pytest.raises(FileExistsError):
        write_new(link, b"through")
    assert path.read_bytes() == b"first"
