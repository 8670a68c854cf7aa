"""Who is called what: by the list, else by the name they joined with."""

from collections import Counter

from openpractice.gradebook import collected, gradebook, marks
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.own_tables import person
from openpractice.ids import is_id
from openpractice.names import compared, id_from
from openpractice.roster import matching, roster
from openpractice.roster.whojoined import JOINED, told_in

BY_NAME = "by-name"  # who did it, where a name left no doubt


def joined(folder: CourseFolder) -> dict[str, str]:
    """The names by which people joined, by id."""
    return {key: name for key, (name, _) in _told(folder).items()}


def taking_part(folder: CourseFolder, db, seen: set[str]) -> set[str]:
    """The ids of all who may have something to hand in: `seen` here, on a list or joined; neither leading nor gone."""
    told = _told(folder)
    people = roster.everybody(db)
    listed = {key for key, row in people.items() if row.role == "participant"}
    known = listed | set(filter(is_id, collected.names(db))) | (seen - people.keys()) | told.keys()
    # What somebody may do is the sign-in's to say, whatever the list says.
    return known - {key for key, (_, part) in told.items() if not part}


def _told(folder):
    return told_in(folder.data / "person.json") | told_in(folder.exchange / JOINED)


def names(folder: CourseFolder, db) -> dict[str, str]:
    """What people are called, by id; "" for whom no name is known."""
    listed = {key: row.name for key, row in roster.everybody(db).items() if row.name}
    theirs = {key: name for key, name in collected.names(db).items() if name}
    return dict.fromkeys(collected.names(db), "") | theirs | joined(folder) | listed


def settled(folder: CourseFolder, db, said: dict[str, str]) -> dict[str, str]:
    """What people are called once the list, those who joined and nbgrader's own list were brought together.

    `said` are names in hand-in files, for those to whom a facilitator gave such a file.
    """
    here = joined(folder)
    settle(db, here)
    _name_students(db, said | here)
    return names(folder, db)


def shown(known: dict[str, str], keys) -> list[str]:
    """The names of these people for a sentence, with the id where two of them have one name."""
    often = Counter(compared(name) for name in known.values() if name)
    named = {key: known.get(key) or key for key in keys}
    return [f"{name} ({key})" if often[compared(name)] > 1 else name for key, name in named.items()]


def settle(db, here: dict[str, str]) -> None:
    """Brings rows of the list and people together where a name leaves no doubt, and takes nobody for another.

    `here` are the names of those who joined, by id.
    """
    gradebook.hold_list(db)
    have, known = roster.everybody(db), matching.aliases(db)
    for key in mistaken(have, here, known):
        waits = matching.let_wait(db, key)
        collected.rename_student(db, key, here[key])
        marks.note(db, BY_NAME, "roster", detail={"row": waits, "is not": key})
    for row, who in matching.pairs(roster.everybody(db), here, known):
        matching.match(db, row, who)
        marks.note(db, BY_NAME, "roster", detail={"row": row, "is": who})
    have = roster.everybody(db)
    found = matching.appraisers(have, here, matching.aliases(db))
    for one in have.values():
        if one.appraiser and (who := found(one.appraiser)) != one.appraiser:
            db.execute(person.update().where(person.c.participant == one.participant).values(appraiser=who))


def mistaken(have: dict, here: dict[str, str], known: dict[str, str]) -> list[str]:
    """Rows whose id, made from the name on the list, somebody of another name got at the sign-in."""
    settled = set(known.values())
    return [
        key
        for key, row in have.items()
        if here.get(key)
        and key not in settled
        and compared(here[key]) != compared(row.name)
        and key == id_from(row.name)
    ]


def _name_students(db, here):
    """Give those whom nbgrader's own list has without a name the one they joined by."""
    for key, name in collected.names(db).items():
        if not name and here.get(key):
            collected.rename_student(db, key, here[key])
