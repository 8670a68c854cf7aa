"""What a setting says of a database: taken, or refused in words that hold no passphrase."""

import socket

import pytest

from openpractice import databases
from openpractice.databases import ROOM, NoDatabase, named_database, patience
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, open_folder


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("", ""),
        ("  ", ""),
        ("sqlite:////srv/room.db", "sqlite:////srv/room.db"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_a_url_is_read_as_hosts_of_databases_write_it(said, url):
    assert named_database(ROOM, {ROOM: said}) == url


@pytest.mark.parametrize("said", ["room.db", "mysql://u:secret@h/d", "http://u:secret@h"])
def test_what_is_no_database_of_the_kit_is_refused(said):
    with pytest.raises(NoDatabase) as found:
        named_database(ROOM, {ROOM: said})
    assert found.value.code == "database-unknown"
    assert "secret" not in f"{found.value} {found.value.hint}"


def test_a_driver_that_is_not_installed_is_named_with_what_to_type(monkeypatch):
    monkeypatch.setattr(databases, "find_spec", lambda name: None)
    monkeypatch.setenv("OPENPRACTICE_GRADEBOOK", "postgresql://u:secret@h/d")
    with pytest.raises(GradingError) as found:
        open_folder("/nowhere")
    assert "psycopg is not installed" in str(found.value) and "openpractice[postgres]" in found.value.hint
    assert "secret" not in f"{found.value} {found.value.hint}"


def test_a_server_that_says_nothing_is_given_up_in_words(tmp_path):
    """As one whose host was cut off: it took the connection and never answers."""
    assert patience("sqlite:////srv/room.db") == {}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://kit:secret@127.0.0.1:{silent.getsockname()[1]}/gradebook"
        assert patience(url)["connect_timeout"] > 0
        with pytest.raises(GradingError) as found:
            gradebook.exists(CourseFolder(tmp_path, "open-practice", tmp_path / "exchange", url))
    assert found.value.code == "gradebook-out-of-reach" and "secret" not in found.value.whole
