"""Who reads, and what each of them is called wherever a reading is shown."""

import sqlalchemy as sa

from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.own_tables import AGREED, assigned, lease, mark
from openpractice.roster import called, roster


def everybody(db) -> set[str]:
    """Everybody who may review: on the list as such, or with a reading to their name."""
    staff = {each.participant for each in roster.everybody(db).values() if each.role != "participant"}
    return staff | set(db.scalars(sa.select(mark.c.reviewer).where(mark.c.reviewer != AGREED).distinct()))


def names(folder: CourseFolder, db) -> dict[str, str]:
    """What each reader is called, by id: the id where no name is known, and with it where two have one name.

    Whoever is on an answer now, or was given some to read, is a reader too.
    """
    elsewhere = (db.scalars(sa.select(each.c.reviewer).distinct()) for each in (lease, assigned))
    theirs = sorted(everybody(db).union(*elsewhere))
    known = called.names(folder, db)
    known = {who: known.get(who, "") for who in theirs}
    return dict(zip(theirs, called.shown(known, theirs), strict=True))
