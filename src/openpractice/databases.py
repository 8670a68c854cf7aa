"""The database that a setting names, looked at before anything is opened.

OPENPRACTICE_GRADEBOOK and OPENPRACTICE_ROOM are URLs; without one, SQLite files in the data folder.
"""

import os
from collections.abc import Mapping
from importlib.util import find_spec

from openpractice.i18n import Coded

GRADEBOOK, ROOM = "OPENPRACTICE_GRADEBOOK", "OPENPRACTICE_ROOM"
#: As hosts of databases write it, and as SQLAlchemy knows it by the driver that the kit brings.
_POSTGRESQL = ("postgres", "postgresql")
_DRIVER = "psycopg"


class NoDatabase(Coded):
    """A setting that names no database that can be used here."""


def named_database(setting: str, environ: Mapping[str, str] = os.environ) -> str:
    """The URL in a setting, with its driver; "" where it is unset.

    >>> named_database("OPENPRACTICE_ROOM", {"OPENPRACTICE_ROOM": "sqlite:////srv/room.db"})
    'sqlite:////srv/room.db'

    Raises
    ------
    NoDatabase
        When it is no URL of SQLite or PostgreSQL, or the driver is not installed. What is said never
        holds the URL, which may have a passphrase in it.
    """
    url = environ.get(setting, "").strip()
    scheme, there, rest = url.partition("://")
    kind, _, driver = scheme.partition("+")
    if not url or (there and kind == "sqlite"):
        return url
    if not there or kind not in _POSTGRESQL:
        raise NoDatabase("database-unknown", setting=setting)
    driver = driver or _DRIVER
    if find_spec(driver) is None:
        raise NoDatabase("database-no-driver", setting=setting, driver=driver)
    return f"postgresql+{driver}://{rest}"


def patience(url: str) -> dict[str, int]:
    """What a connection is told, so that a server which was cut off is given up; nothing for SQLite.

    Without it a request would wait minutes for a host that is gone. Source: libpq, "Parameter Key Words".
    """
    if not url.startswith(_POSTGRESQL):
        return {}
    seconds, milliseconds = 5, 15_000
    alive = {"keepalives_idle": seconds, "keepalives_interval": seconds, "keepalives_count": 2}
    return {"connect_timeout": seconds, "tcp_user_timeout": milliseconds, **alive}
