"""A facilitators' server on which reviewers sign in under their own names, and a class to read on it."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from handins import LESSON
from openpractice.gradebook import gradebook, own_tables
from openpractice.gradebook.marks import note
from reviewers import PROMPT, calibrate, copy_class, make_class
from servers import serving
from sign_in import BEGINS

PEOPLE = ("ana", "ben", "cy", "dia")
WORDS = f"{LESSON}/{PROMPT}"
CALIBRATED = ("rev", "two", "ana", "three")


@pytest.fixture(scope="module")
def made(tmp_path_factory, db_url):
    return make_class(tmp_path_factory.mktemp("class"), PEOPLE, db_url)


@pytest.fixture(scope="module")
def place(made, tmp_path_factory):
    return copy_class(made, tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def server(place):
    with named(place) as running:
        yield running


def named(folder, whole=False, **more):
    """A facilitators' server on which several people sign in under their own names."""
    data, config = folder.data, folder.data / "config"
    config.mkdir(exist_ok=True)
    (config / "jupyter_server_config.py").write_text("c.ServerApp.identity_provider_class = 'sign_in.Named'\n")
    return serving(
        data,
        "facilitator",
        whole,
        PYTHONPATH=str(Path(__file__).parent),
        OPENPRACTICE_GRADEBOOK=folder.db_url,
        **more,
    )


class Reviewer:
    """One person who signed in, asking with their own token."""

    def __init__(self, server, name):
        self.server, self.name = server, name

    def ask(self, method, path, body=None):
        return self.server.ask(
            method, f"api/review/{path}", body, {"Authorization": f"token {BEGINS}{self.name}"}, signed_in=False
        )

    def who(self):
        """The handles of all answers that this reviewer can read, in their order."""
        return [each["who"] for each in self.ask("GET", f"line?lesson={LESSON}&prompt={PROMPT}").json["line"]]

    def waits(self):
        """The handles of the answers that wait for this reviewer."""
        line = self.ask("GET", f"line?lesson={LESSON}&prompt={PROMPT}").json["line"]
        return [each["who"] for each in line if each["waits"]]

    def save(self, who, levels, version=0, **more):
        return self.ask("PUT", f"mark/{WORDS}/{who}", {"levels": levels, "version": version, "seconds": 30, **more})


@pytest.fixture
def rev(server):
    return Reviewer(server, "rev")


@pytest.fixture
def two(server):
    return Reviewer(server, "two")


@pytest.fixture(scope="module")
def ledger(place):
    """The gradebook of the class that is served, open as long as its module's tests run, with reviewers who may read."""
    calibrate(place, *CALIBRATED)
    with gradebook.opened(place) as engine:
        yield engine, calibrated_rows(engine)


@pytest.fixture(autouse=True)
def afresh(request, made):
    """Every test begins with nothing read, by reviewers who may give levels."""
    if not {"place", "server"} & {*request.fixturenames}:
        yield
        return
    engine, calibrated = request.getfixturevalue("ledger")
    yield
    with engine.begin() as db:
        for table in ("op_mark", "op_lease", "op_assigned", "op_returned", "op_person", "op_given"):
            db.execute(sa.text(f"DELETE FROM {table}"))
        db.execute(sa.text("UPDATE grade SET manual_score = NULL, needs_manual_grade = true"))
        note(db, "tests", "afresh")
    if calibrated_rows(engine) != calibrated:
        with engine.begin() as db:
            db.execute(sa.text("DELETE FROM op_calibrated"))
            if calibrated:
                db.execute(own_tables.calibrated.insert(), [dict(row) for row in calibrated])


def calibrated_rows(engine):
    with engine.connect() as db:
        return (
            db.execute(sa.select(own_tables.calibrated).order_by(*own_tables.calibrated.primary_key)).mappings().all()
        )


def rows(place, table):
    with gradebook.opened(place) as engine, engine.connect() as db:
        return db.execute(sa.select(table)).mappings().all()
