"""The word under which browsers keep a workshop's drafts."""

import os

import pytest

from openpractice.service.handlers.workshop import NAME, workshop_id


def test_it_is_made_once_stays_when_the_folder_is_moved_and_is_no_other_folders(tmp_path):
    first = workshop_id(tmp_path / "a")
    assert len(first) == 16 and workshop_id(tmp_path / "a") == first
    (tmp_path / "a").rename(tmp_path / "b")
    assert workshop_id(tmp_path / "b") == first
    assert workshop_id(tmp_path / "a") != first


def test_it_is_the_one_that_the_launcher_of_a_workshop_made_and_does_not_tell_it(tmp_path):
    (tmp_path / NAME).parent.mkdir()
    (tmp_path / NAME).write_text("ab" * 24)
    found = workshop_id(tmp_path)
    assert (tmp_path / NAME).read_text() == "ab" * 24 and found != "ab" * 8
    (tmp_path / NAME).write_text("cd" * 24)
    assert workshop_id(tmp_path) != found


@pytest.mark.parametrize("content", [b"", b"../../x", b"Z" * 16, b"\xff" * 16, b"0" * 4096])
def test_a_spoilt_one_is_not_believed(tmp_path, content):
    (tmp_path / NAME).parent.mkdir()
    (tmp_path / NAME).write_bytes(content)
    assert workshop_id(tmp_path) == workshop_id(tmp_path)
    assert workshop_id(tmp_path).encode() != content


def test_where_nothing_can_be_written_the_place_tells(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert workshop_id(blocked / "x") == workshop_id(blocked / "x") != workshop_id(blocked / "y")
    assert not os.path.lexists(blocked / "x")
