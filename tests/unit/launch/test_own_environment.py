"""What a workshop lacks in the light install, and the environment of its own that it is given."""

import json
from importlib import metadata
from types import SimpleNamespace

import pytest

from openpractice.cli import ownenvironment


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where the environment would lie, with a Python in it."""
    monkeypatch.setattr(ownenvironment.platformdirs, "user_data_path", lambda name: tmp_path / name)
    folder = ownenvironment.folder()
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    return folder


def test_the_first_package_that_a_part_lacks_is_named_through_the_parts_it_takes_in(monkeypatch):
    assert ownenvironment.lacks("alone") == ownenvironment.lacks("hub") == ""
    known = metadata.version

    def without(*gone):
        def version(name):
            if name.lower() in gone:
                raise metadata.PackageNotFoundError(name)
            return known(name)

        monkeypatch.setattr(ownenvironment.metadata, "version", version)

    without("nbgrader")
    assert ownenvironment.lacks("alone") == ownenvironment.lacks("hub") == "nbgrader"
    without("jupyterhub", "psycopg")
    assert (ownenvironment.lacks("alone"), ownenvironment.lacks("hub")) == ("", "jupyterhub")


@pytest.mark.parametrize(
    ("stamp", "parts"),
    [
        ('{"part": "hub"}', {"hub", "alone", "author", "review"}),
        ('{"part": "alone"}', {"alone", "author", "review"}),
        ('{"part": "none"}', set()),
        ("[]", set()),
        ("half writ", set()),
        (None, set()),
    ],
)
def test_an_environment_has_what_its_stamp_says_and_nothing_where_it_was_not_finished(place, stamp, parts):
    if stamp is not None:
        (place / ownenvironment.STAMP).write_text(stamp)
    assert {part for part in ("hub", "alone", "author", "review") if ownenvironment.has(part)} == parts
    (place / "bin" / "python").unlink()
    assert not ownenvironment.has("alone")


def test_a_folder_that_cannot_be_written_is_said_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(ownenvironment.platformdirs, "user_data_path", lambda name: tmp_path / "file" / name)
    with pytest.raises(ownenvironment.NotSetUp) as refused:
        ownenvironment.set_up("alone")
    assert refused.value.code == "own-environment-closed" and "XDG_DATA_HOME" in refused.value.hint


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (None, "openpractice[hub]==1.2"),
        ({"url": "file:///a/kit.whl", "archive_info": {}}, "openpractice[hub] @ file:///a/kit.whl"),
        (
            {"url": "https://example.org/kit", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "openpractice[hub] @ git+https://example.org/kit@abc",
        ),
    ],
)
def test_it_is_asked_for_from_where_this_one_came(monkeypatch, told, wanted):
    dist = SimpleNamespace(version="1.2", read_text=lambda name: json.dumps(told) if told else None)
    monkeypatch.setattr(ownenvironment.metadata, "distribution", lambda name: dist)
    assert ownenvironment.wanted("hub") == wanted
