"""Every setting that comes by the environment: its name, what it is without, who sets it, what it says."""

from __future__ import annotations

from dataclasses import dataclass

YOU, LAUNCHER, HUB, SPAWNER, TESTS = "you", "script/workshop", "the hub", "the hub's spawner", "script/test"


@dataclass(frozen=True)
class EnvironmentSetting:
    """One variable. `default` in words; `set_by` is one of those above."""

    name: str
    default: str
    set_by: str
    says: str


SETTINGS = tuple(
    EnvironmentSetting(f"OPENPRACTICE_{name}", default, set_by, says)
    for name, default, set_by, says in (
        (
            "KIT",
            "the working folder, or the clone that the program is part of",
            YOU,
            "the folder with `lessons/` and `notebooks/`",
        ),
        ("NOTEBOOKS", "`notebooks/` of the kit", YOU, "another folder of built lessons"),
        (
            "GRADEBOOK",
            "SQLite in the data folder",
            YOU,
            "the gradebook's database: `postgresql+psycopg://user@host/name`",
        ),
        ("ROOM", "SQLite in the data folder", YOU, "the room's database, as for the gradebook"),
        ("HUB_DB", "SQLite in the data folder", YOU, "the database of a workshop's own hub"),
        ("DATA", "none", YOU, "the data folder, for commands without `--data`"),
        (
            "COURSE_FOLDER",
            "the course at hand",
            YOU,
            "the folder of another course than the kit's own; `--course` says the same",
        ),
        ("COURSE", "`open-practice`", YOU, "the course's id"),
        (
            "EXCHANGE",
            "`exchange/` in the data folder",
            YOU,
            "another exchange, shared with nbgrader; leave it out unless you must",
        ),
        (
            "EXCHANGE_USERS",
            "none",
            YOU,
            "who hands in in such an exchange: a system group, or the number of the one id that everybody has there",
        ),
        (
            "COOKIE_SECRET",
            "made once, kept in the data folder",
            YOU,
            "the service's secret; one for all where it is replaced often",
        ),
        ("IDLE_SECONDS", "7200", YOU, "after how long an idle Jupyter server of a workshop's own hub ends"),
        ("PYTHON", "the newest that is found", YOU, "the Python that `script/` sets its environment up with"),
        ("VENV", "`.venv` in the clone", YOU, "where `script/` sets its environment up"),
        ("SERVICE", "none", SPAWNER, "the address of the course service, for people's own servers that have the kit"),
        ("SERVICE_PAGES", "the same", SPAWNER, "that address as browsers reach it"),
        (
            "HOME",
            "the user's data folder",
            SPAWNER,
            "where a person's own server keeps a journal, where there is no service",
        ),
        ("PERSON", "`JUPYTERHUB_USER`", SPAWNER, "the person's id"),
        ("NAME", "none", SPAWNER, "what the person is called"),
        ("ROLE", "`participant`", SPAWNER, "for whom a Jupyter server is: `participant`, `facilitator` or `alone`"),
        ("PUBLIC_URL", "none", LAUNCHER, "the workshop's address"),
        ("HUB_PORT", "a free one", LAUNCHER, "the hub's port on this machine"),
        ("PROXY_PORT", "a free one", LAUNCHER, "the port at which the proxy is told its routes"),
        ("SERVICE_PORT", "a free one", LAUNCHER, "the course service's port on this machine"),
        ("SERVICE_TOKEN", "made once", LAUNCHER, "what hub and service share"),
        ("LAUNCHER_TOKEN", "made at each start", LAUNCHER, "what the launcher asks the hub with"),
        ("WALLED", "`0`", LAUNCHER, "whether each server is behind a wall"),
        ("NO_WALL_BECAUSE", "none", LAUNCHER, "why there is none"),
        ("UID", "`-1`", LAUNCHER, "the system id of servers, where root started the workshop"),
        ("KERNELS", "`0`", LAUNCHER, "whether people's servers run code"),
        ("WORKSHOP", "none", LAUNCHER, "the word under which browsers keep drafts, where a kernel answers, alone"),
        ("WRITE_TRUST", "none", TESTS, "write what the long runs counted into docs/trust.md"),
        ("WITH_WINDOWS", "none", TESTS, "drive Chromium with its windows, as the long runs do"),
    )
)
