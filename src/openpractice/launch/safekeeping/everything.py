"""All that is kept of one person, as a zip: for whoever asks what a course has of them."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import sqlalchemy as sa

from openpractice.gradebook.coursefolder import CourseFolder, GradingError, checked_id
from openpractice.gradebook.sameuser import within_reach
from openpractice.launch.safekeeping import keptdata
from openpractice.launch.safekeeping.backup import urls
from openpractice.launch.safekeeping.erase import in_room, lists_of
from openpractice.launch.safekeeping.keptfiles import files_of, trees
from openpractice.room import cohorts, leaving

#: Never given out, to the person either: whoever has them could sign in.
SECRET = ("salt", "hash")


def export(folder: CourseFolder, person: str, to: Path) -> list[str]:
    """Writes the zip; the kinds of data that are in it.

    Each kind of the table of data has a folder of its own, with files as they lie and rows as JSON.

    Raises
    ------
    GradingError
        For an id that is none or that nothing is kept of, where a file is closed to whoever runs this, and
        where the zip is there already.
    """
    person = checked_id(person, "participant")
    within_reach(lists_of(folder), ())
    lessons = [lesson.name for lesson in folder.outbound.glob("*")]
    found = [*files_of(trees(folder.data, folder.exchange), person, lessons)]
    within_reach((), (place for _, _, place in found))
    files = [
        (kind.id, tree, path)
        for kind, tree, place in found
        for path in ([place] if place.is_file() else sorted(place.rglob("*")))
        if path.is_file() and not path.is_symlink() and not keptdata.is_passing(path.name)
    ]
    rows = _rows(folder.data, person) | _in_room(folder, person)
    if not files and not rows:
        raise GradingError("erase-nobody", person=person, folder=folder.data)
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise GradingError("export-there", file=to) from None
    with open(handle, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        for kind, tree, path in files:
            held.write(path, f"{kind}/{tree.place(path)}")
        for name, found in rows.items():
            held.writestr(name, json.dumps(found, ensure_ascii=False, indent=1, default=str))
    return sorted({kind for kind, _, _ in files} | {name.split("/")[0] for name in rows})


def _rows(data: Path, person: str) -> dict[str, list]:
    """The person's rows in every database but the room's, by the name that they have in the zip."""
    found: dict = {}
    for name, url in urls(data).items():
        columns = keptdata.person_columns(name)
        if name == "room" or not columns:
            continue
        engine = sa.create_engine(url)
        tables = set(sa.inspect(engine).get_table_names())
        with engine.connect() as db:
            for table, column in columns.items():
                if table in tables:
                    query = sa.text(f'SELECT * FROM "{table}" WHERE "{column}" = :person')
                    found |= _named(name, table, db.execute(query, {"person": person}))
            if name == "gradebook" and "submitted_assignment" in tables:
                for table in ("grade", "comment"):
                    found |= _named(name, table, db.execute(sa.text(_OF_NBGRADER.format(table)), {"person": person}))
        engine.dispose()
    return found


# nbgrader's own rows hang on a person through two other tables.
_OF_NBGRADER = (
    'SELECT x.* FROM "{}" x JOIN submitted_notebook n ON n.id = x.notebook_id'
    " JOIN submitted_assignment a ON a.id = n.assignment_id WHERE a.student_id = :person"
)


def _named(database: str, table: str, rows) -> dict[str, list]:
    kept = [{key: value for key, value in row.items() if key not in SECRET} for row in rows.mappings()]
    kind = keptdata.kind_of_table(f"{database}.{table}")
    return {f"{kind.id if kind else database}/{database}-{table}.json": kept} if kept else {}


def _in_room(folder: CourseFolder, person: str) -> dict[str, list]:
    """What is theirs in each cohort that they are in."""
    found = {}
    with in_room(folder) as store:
        if store is not None:
            with store.reading() as db:
                for cohort in cohorts.of(db, person):
                    found[f"room/{cohort}.json"] = [leaving.copy_of(db, cohort, person)]
    return found
