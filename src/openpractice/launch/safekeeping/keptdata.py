"""Every kind of data that a course keeps, in one table: where it lies, who sees it, why, how long, what becomes of it.

Export, backup and erasure go by this table, and docs/data.md is written from it. A file or a table of a
database that it does not name fails a test: nothing is kept that nobody has thought about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openpractice.ids import PATTERN

ERASED = "you erase the person"


@dataclass(frozen=True)
class KeptDatabase:
    """One database: its file in the data folder, and the setting that names another in its place."""

    file: str
    setting: str = ""


DATABASES = {
    "gradebook": KeptDatabase("files/course/gradebook.db", "OPENPRACTICE_GRADEBOOK"),
    "room": KeptDatabase("room/room.db", "OPENPRACTICE_ROOM"),
    "hub": KeptDatabase("hub/jupyterhub.sqlite", "OPENPRACTICE_HUB_DB"),
    "accounts": KeptDatabase("hub/accounts.db"),
    "members": KeptDatabase("config/members.db"),
}


@dataclass(frozen=True)
class DataKind:
    """One kind of data.

    `places` are files of the data folder: `{person}`, `{course}` and `{lesson}` stand for an id, `*` for
    part of a name, a stroke at the end for all that lies below. `tables` are `database.table`, or
    `database.table.column` where that column holds a person's id. The first kind that names a file has it.
    """

    id: str
    what: str
    seen_by: str
    why: str
    until: str
    places: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    backup: str = "copied"  # as it lies; or "database": by its own means; or "left out"
    erase: str = "is nobody's"  # what becomes of it when a person is erased: it "goes", or it "stays"
    own_copy: bool = False  # whether a person has it by themselves, on “My words”


KINDS = (
    DataKind(
        "words",
        "What a participant wrote: every answer, draft and earlier version (the last 50 of each once a journal is large)",
        "the participant; whoever runs the server could open the file",
        "to write, to go on later, to look back",
        ERASED,
        places=("people/{person}/journal/",),
        erase="goes",
        own_copy=True,
    ),
    DataKind(
        "copies",
        "Copies of lessons that somebody opened as notebooks, and what their own Jupyter server keeps for itself",
        "the participant; whoever runs the server could open the file",
        "to show lessons in Jupyter",
        ERASED,
        places=("people/{person}/", "files/people/{person}/", "servers/{person}/", "hub/etc/{person}/"),
        erase="goes",
    ),
    DataKind(
        "handins",
        "What was handed in, and how far each person is in a session, in counts",
        "facilitators and reviewers",
        "to be read and answered",
        ERASED,
        places=("exchange/{course}/inbound/{person}/", "incoming/"),
        erase="goes",
    ),
    DataKind(
        "collected",
        "What was collected: answers as they were handed in, and when",
        "facilitators and reviewers",
        "to be read and answered",
        ERASED,
        places=tuple(f"files/course/{step}/{{person}}/" for step in ("arrivals", "submitted", "autograded")),
        tables=("gradebook.op_response.participant",),
        erase="goes",
    ),
    DataKind(
        "marks",
        "Levels, comments, the course's list of scores, and which answer is whose to read",
        "facilitators and reviewers; the participant has the comments and the words of the levels as feedback",
        "to answer what was written",
        ERASED,
        tables=(
            *(f"gradebook.op_{name}.participant" for name in ("mark", "given", "lease", "returned")),
            "gradebook.op_assigned.name",
            "gradebook.submitted_assignment.student_id",
            *(f"gradebook.{name}" for name in ("submitted_notebook", "grade", "comment")),
        ),
        backup="database",
        erase="goes",
    ),
    DataKind(
        "feedback",
        "Feedback that went back",
        "the participant and facilitators",
        "to answer what was written",
        ERASED,
        places=(
            "exchange/{course}/feedback/{person}/",
            "exchange/{course}/feedback/*.html",
            "files/course/feedback/{person}/",
            "feedback-files/{person}-{lesson}.html",
        ),
        erase="goes",
    ),
    DataKind(
        "list",
        "The list of people: name, school, address, part, who appraises whom",
        "facilitators; a reviewer sees a name only where the course shows names",
        "to know who is missing, and that nobody reads those they appraise",
        ERASED,
        tables=(
            "gradebook.op_person.participant",
            "gradebook.op_alias.participant",
            "gradebook.student.id",
        ),
        backup="database",
        erase="goes",
    ),
    DataKind(
        "names",
        "By which name each joined, or came in from somebody's hub",
        "facilitators; the group where somebody shares by name",
        "to call people by their names",
        ERASED,
        places=("exchange/joined.json", "person.json"),
        tables=("members.person.id",),
        erase="goes",
    ),
    DataKind(
        "accounts",
        "Accounts: name, passphrase and one-time codes as scrypt hashes, when somebody joined or left",
        "nobody sees a passphrase; facilitators see the rest",
        "to sign in",
        ERASED,
        tables=("accounts.person.id", "accounts.once.person"),
        backup="database",
        erase="goes",
    ),
    DataKind(
        "room",
        "What somebody shared with the group by name, critiques, who was there for how long, the line of a session",
        "the cohort; facilitators",
        "to see each other's work",
        ERASED
        + "; hours of attendance, critiques without a name and counts that were shown outlive somebody's leaving",
        tables=(
            "room.room_cohort",
            "room.room_member.person",
            "room.room_gone",
            "room.room_share.person",
            "room.room_share_version",
            "room.room_report.person",
            "room.room_answered.person",
            "room.room_assignment.reviewer",
            "room.room_critique",
            "room.room_stuck.person",
            "room.room_grouping.person",
            "room.room_attendance.person",
            *(f"room.room_{name}" for name in ("question", "round", "live", "projector", "log", "version")),
        ),
        backup="database",
        erase="goes",
        own_copy=True,
    ),
    DataKind(
        "counts",
        "What is counted and never named: answers under random codes that only the journal knows, and figures shown",
        "the cohort, from five answers up",
        "to see where a group stands",
        "the person leaves, as far as it was not shown; figures that were shown stay",
        tables=("room.room_ballot", "room.room_result"),
        backup="database",
    ),
    DataKind(
        "sign-ins",
        "What the workshop's own hub knows: who signed in, which servers run, groups and tokens as hashes",
        "nobody",
        "to keep people signed in",
        ERASED,
        tables=tuple(
            f"hub.{name}"
            for name in (
                *("users", "groups", "roles", "services", "servers", "spawners", "api_tokens", "oauth_clients"),
                *("oauth_codes", "shares", "share_codes", "user_role_map", "group_role_map", "service_role_map"),
                *("user_group_map", "alembic_version"),
            )
        ),
        backup="database",
        erase="goes",
    ),
    DataKind(
        "history",
        "Who changed accounts, codes, the list, marks and the rubric; who scored which supplied answer",
        "facilitators",
        "to answer for what was done",
        "you delete the data folder; what it says of an erased person in the gradebook goes with them",
        tables=(
            "gradebook.op_audit.participant",
            "gradebook.op_calibrated",
            "gradebook.op_phrase",
            "accounts.audit",
            "members.audit",
        ),
        backup="database",
        erase="stays",
    ),
    DataKind(
        "course",
        "The course itself: released lessons, rubric, due times, codes to join by",
        "everybody who takes part; codes: facilitators",
        "to be read",
        "you delete the data folder",
        places=(
            "exchange/{course}/outbound/",
            "exchange/{course}/withdrawn/",
            "exchange/{course}/restored.json",
            "files/course/source/",
            "files/course/release/",
        ),
        tables=(
            *(f"gradebook.{name}" for name in ("course", "assignment", "notebook", "base_cell", "grade_cells")),
            *(f"gradebook.{name}" for name in ("solution_cells", "task_cells", "source_cell", "alembic_version")),
            "gradebook.op_version",
            "accounts.code",
            "members.code",
            "accounts.sqlite_sequence",
            "members.sqlite_sequence",
            "gradebook.sqlite_sequence",
            "room.sqlite_sequence",
        ),
    ),
    DataKind(
        "secrets",
        "The workshop's own secrets and settings, and where erasures are written down without a name",
        "nobody",
        "to recognize whoever signed in, and to erase again what an older backup brings back",
        "you delete the data folder",
        places=("openpractice.json", "config/", "hub/cookie_secret", "hub/ports.json", "hub/*.pem", "service/"),
    ),
    DataKind(
        "log",
        "Logs: who signed in and which pages they opened, no answers",
        "whoever runs the server",
        "to find faults",
        "you delete them",
        places=("log/servers/{person}.log", "log/"),
        backup="left out",
        erase="stays",
    ),
)
#: What says only that somebody holds a folder at this moment, what databases keep beside themselves, and what is
#: being written yet: files and hand-ins have a name with a random part until they are whole.
PASSING = re.compile(
    r"(.*/)?(lock|[^/]*\.lock|[^/]*-(wal|shm|journal)|[^/]*\.pid|putting-out"
    r"|\.[^/]+\.[0-9a-f]{16}|\.[0-9a-f]{32}(/.*)?|\.backup-[^/]*(/.*)?)"
)


def database_at(place: str) -> str:
    """Which database a file of the data folder is; "" for none."""
    return next((name for name, one in DATABASES.items() if one.file == place), "")


def kind_of(place: str) -> DataKind | None:
    """The kind that a file of the data folder belongs to; None for one that nobody has thought about.

    Databases are of many kinds, by their tables, and none of what passes.
    """
    return next((kind for kind in KINDS for each in kind.places if _regex(each).fullmatch(place)), None)


def is_passing(place: str) -> bool:
    """Whether the file only says that somebody is at work, or belongs to a database beside it."""
    return bool(PASSING.fullmatch(place))


def kind_of_table(name: str) -> DataKind | None:
    """The kind that `database.table` belongs to."""
    return next((kind for kind in KINDS for each in kind.tables if ".".join(each.split(".")[:2]) == name), None)


def person_columns(database: str) -> dict[str, str]:
    """Which column of which table of a database holds a person's id."""
    rows = [each.split(".") for kind in KINDS for each in kind.tables]
    return {parts[1]: parts[2] for parts in rows if len(parts) == 3 and parts[0] == database}


def places_of(person: str, lessons: list[str]) -> Iterator[tuple[DataKind, str]]:
    """Where one person's own folders and files lie, as patterns, with their kinds."""
    for kind in KINDS:
        for each in kind.places:
            before, named, _ = each.partition("{person}")
            if not named:
                continue
            if "{lesson}" in each:
                found = [each.replace("{person}", person).replace("{lesson}", lesson) for lesson in lessons]
            else:
                folder = each[: len(before) + len(named)] if each.endswith("/") else each
                found = [folder.replace("{person}", person)]
            yield from ((kind, one.replace("{course}", "*")) for one in found)


def unknown(data: Path) -> list[str]:
    """The files of a data folder that this table does not name."""
    files = (path.relative_to(data).as_posix() for path in sorted(data.rglob("*")) if not path.is_dir())
    return [place for place in files if not (database_at(place) or is_passing(place) or kind_of(place))]


def _regex(pattern: str) -> re.Pattern:
    parts = re.split(r"(\{\w+\}|\*)", pattern.removesuffix("/"))
    text = "".join("[^/]*" if part == "*" else PATTERN if part[:1] == "{" else re.escape(part) for part in parts)
    return re.compile(text + "/.+" if pattern.endswith("/") else text)


# -- the page ---------------------------------------------------------------------------------------

HEAD = ("what", "where", "who sees it", "why", "until", "when a person is erased", "in a backup", "given out")


def page() -> str:
    """The table as docs/data.md shows it."""
    rows = [HEAD, ("---",) * len(HEAD), *map(_row, KINDS)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(kind: DataKind) -> tuple[str, ...]:
    tables = sorted({each.split(".")[0] for each in kind.tables})
    where = [f"`{place}`" for place in kind.places] + [f"{name} database" for name in tables]
    given = {"goes": "with all that is kept of a person", "stays": "with all that is kept of a person"}.get(
        kind.erase, "is nobody's own"
    )
    if kind.own_copy:
        given = "by themselves, on “My words”; " + given
    backup = "by its own means" if kind.backup == "database" else kind.backup
    return (kind.what, ", ".join(where), kind.seen_by, kind.why, kind.until, kind.erase, backup, given)


if __name__ == "__main__":
    print(page(), end="")
