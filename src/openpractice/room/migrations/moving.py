"""Brings a room's database to the newest form, by the steps in `versions`."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

#: Of our own name: the same database may hold other tables, with steps of their own.
VERSION_TABLE = "room_version"
#: Any number of our own; PostgreSQL lets only one process hold it.
_LOCK = 5_709_271_115


class RoomTooNew(Exception):
    """A database that a newer kit has written."""


def bring_up(engine: sa.Engine, to: str = "head") -> None:
    """Makes the tables, or changes older ones; does nothing to those that are the newest.

    Raises
    ------
    RoomTooNew
        When the database has steps that this kit does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.execution_options(writes=True).begin() as db:
        if db.dialect.name == "postgresql":
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = db
        try:
            command.upgrade(config, to)
        except CommandError as error:
            raise RoomTooNew(str(error)) from None
