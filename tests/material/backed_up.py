"""Classes to back up, people who type meanwhile, and what lies in a data folder."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from openpractice.launch import datafolder
from openpractice.launch.safekeeping import backup
from reviewers import copy_class, make_class

PEOPLE = ("ana", "ben", "cy")


@pytest.fixture(scope="module")
def made(tmp_path_factory, db_url):
    return make_class(tmp_path_factory.mktemp("class"), PEOPLE, db_url)


@pytest.fixture(scope="module")
def class_in_a_file(tmp_path_factory):
    return make_class(tmp_path_factory.mktemp("class"), PEOPLE)


@pytest.fixture
def small(class_in_a_file, tmp_path):
    """The same on SQLite alone, where nothing depends on the database."""
    return in_use(class_in_a_file, tmp_path)


def in_use(made, tmp_path):
    own = copy_class(made, tmp_path / "data")
    datafolder.write_private(own.data / datafolder.MARK, f'{{"format": {datafolder.FORMAT}}}')
    return own


def tables(data: Path, environ=os.environ) -> dict[str, list]:
    """Every row of every table of every database, in an order that does not depend on where it lies."""
    found = {}
    for name, url in backup.urls(data, environ).items():
        engine = sa.create_engine(url)
        known = sa.MetaData()
        known.reflect(engine)
        with engine.connect() as db:
            for table in known.tables.values():
                found[f"{name}.{table.name}"] = sorted(map(repr, db.execute(sa.select(table))))
        engine.dispose()
    return found
