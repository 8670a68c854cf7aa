"""Erasing one person: every folder, row and account of theirs in a data folder whose workshop is stopped.

What cannot be reached from here is named, so that somebody can see to it: copies, logs, other people's words.
"""

import os
import shutil
from pathlib import Path

import sqlalchemy as sa

from openpractice.grading import collected, gradebook
from openpractice.grading.folder import CourseFolder, GradingError, checked_id, open_folder
from openpractice.grading.nbgrader_run import run
from openpractice.hub import ledger
from openpractice.workshop.folder import CannotStart
from openpractice.workshop.folder import open_folder as take


def erase(data: Path, person: str) -> list[str]:
    """What was erased, and what is left to do by hand, as sentences.

    Raises GradingError for an id that is none or that nothing is kept of, and while the workshop runs.
    """
    person = checked_id(person, "participant")
    if not (data / "openpractice.json").is_file():
        raise GradingError(f"{data} is not a data folder of Open Practice.", "Name the right one: --data DIR")
    try:
        lock = take(data).lock
    except CannotStart as running:
        raise GradingError(str(running), "Stop the workshop first, so that nothing of theirs is written meanwhile.") from None
    try:
        folder = open_folder(data)
        done = [*_folders(folder, person), *_rows(folder, person), *_account(data, person), *_on_hub(data, person)]
    finally:
        os.close(lock)
    if not done:
        raise GradingError(f"Nothing is kept of {person!r}.", f"See who there is: openpractice people --data {data}")
    return [*done, *LEFT]


LEFT = [
    "By hand: copies and backups of this folder; log/, which names who signed in.",
    "Kept: what others wrote, also where they name this person, and the list of changes to accounts, which only "
    "grows and has the id in it.",
]


def places(folder: CourseFolder, person: str) -> list[Path]:
    """Every folder and file of the data folder that is one person's own."""
    data = folder.data
    found = [
        data / "people" / person, data / "files" / "people" / person, data / "hub" / "etc" / person,
        data / "log" / "servers" / f"{person}.log", folder.inbound / person, folder.feedback / person,
        *(folder.root / step / person for step in ("submitted", "autograded", "feedback")),
    ]  # fmt: skip
    return [path for path in found if os.path.lexists(path)]


def _folders(folder: CourseFolder, person: str) -> list[str]:
    found = places(folder, person)
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [f"Erased {path}" for path in found]


def _rows(folder: CourseFolder, person: str) -> list[str]:
    """Their rows in the gradebook: in our own tables, then in nbgrader's by nbgrader itself."""
    if not gradebook.exists(folder):
        return []
    with gradebook.opened(folder) as engine, engine.begin() as db:
        tables = sa.MetaData()
        tables.reflect(db, only=lambda name, _: name.startswith("op_"))
        gone = 0
        for table in tables.tables.values():
            if "participant" in table.c:
                gone += db.execute(table.delete().where(table.c.participant == person)).rowcount
        if "op_assigned" in tables.tables:
            given = tables.tables["op_assigned"]
            gone += db.execute(given.delete().where(given.c.scope == "person", given.c.name == person)).rowcount
        known = person in collected.names(db)
    if known:
        run(folder, "db", "student", "remove", person, "--force")
    return [f"Erased from the gradebook: {gone} rows of answers, marks and history"] if gone or known else []


def _account(data: Path, person: str) -> list[str]:
    file = data / "hub" / "accounts.db"
    if not file.is_file():
        return []
    with ledger.opened(file) as db:
        tables = {row[0] for row in db.execute("select name from sqlite_master where type='table'")}
        if "once" in tables:
            db.execute("delete from once where person=?", (person,))
        gone = db.execute("delete from person where id=?", (person,)).rowcount
    return ["Erased the account: the name and the passphrase"] if gone else []


def _on_hub(data: Path, person: str) -> list[str]:
    file = data / "hub" / "jupyterhub.sqlite"
    url = os.environ.get("OPENPRACTICE_HUB_DB") or (f"sqlite:///{file}" if file.is_file() else "")
    if not url:
        return []
    from jupyterhub import orm

    db = orm.new_session_factory(url)()
    try:
        user = orm.User.find(db, person)
        if user is None:
            return []
        for client in db.query(orm.OAuthClient).filter_by(identifier=f"jupyterhub-user-{person}"):
            db.delete(client)
        db.delete(user)
        db.commit()
        return ["Erased from the hub: the sign-ins and the server's place"]
    finally:
        db.close()
