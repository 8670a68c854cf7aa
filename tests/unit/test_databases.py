"""What a setting says of a database: taken, or refused in words that hold no passphrase."""

import pytest

from openpractice import databases
from openpractice.databases import ROOM, NoDatabase, named_database
from openpractice.gradebook.coursefolder import GradingError, open_folder


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
