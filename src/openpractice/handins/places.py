"""Where things lie, read from the environment at one place."""

import json
import os
import re
from collections import namedtuple
from pathlib import Path

from platformdirs import user_data_dir

from openpractice.ids import person_id, safe_id


class Places(namedtuple("Places", "course home exchange data person role")):
    """The folders and names of one person's work in one course.

    ``home``, ``exchange`` and ``data`` are paths; ``exchange``, ``data`` and ``person``
    may be None.
    """

    __slots__ = ()

    @property
    def journal(self) -> Path:
        """The person's own journal of this course."""
        return self.home / "journal" / f"{self.course}.jsonl"

    @property
    def outbound(self) -> Path | None:
        """Where released lessons lie."""
        return self.exchange and self.exchange / self.course / "outbound"

    @property
    def inbound(self) -> Path | None:
        """Where this person hands in; None without an exchange or a name."""
        return self._mine("inbound")

    @property
    def feedback(self) -> Path | None:
        """Where this person's feedback lies; None without an exchange or a name."""
        return self._mine("feedback")

    def _mine(self, way):
        if self.exchange is None or self.person is None:
            return None
        return self.exchange / self.course / way / self.person


def session_number(lesson: str) -> str:
    """The session's number, as the id of its lesson begins with it; empty when it does not."""
    return re.split(r"\D", lesson, maxsplit=1)[0]


def places(environ=None) -> Places:
    """The places named by the environment, with their defaults.

    Raises
    ------
    ValueError
        When the course or the person is not an id.
    """
    env = os.environ if environ is None else environ
    named, at_hub = env.get("OPENPRACTICE_PERSON"), env.get("JUPYTERHUB_USER")
    return Places(
        course=safe_id(env.get("OPENPRACTICE_COURSE") or "open-practice"),
        home=Path(env.get("OPENPRACTICE_HOME") or _default_home()),
        exchange=_path(env.get("OPENPRACTICE_EXCHANGE")),
        data=_path(env.get("OPENPRACTICE_DATA")),
        person=safe_id(named) if named else person_id(at_hub) if at_hub else None,
        role=env.get("OPENPRACTICE_ROLE") or "participant",
    )


def present(found: Places) -> Places:
    """The places of whoever is at this computer now, where one computer is everybody's.

    In the role ``alone`` the person is the one in ``<data>/person.json``, who may change
    while a program runs; None before anybody said a name. In other roles: as it was.
    """
    if found.role != "alone":
        return found
    kept = found.data or Path(found.home)
    try:
        person = safe_id(json.loads((kept / "person.json").read_text("utf-8"))["current"])
    except (OSError, ValueError, KeyError, TypeError):
        return found._replace(person=None)
    return found._replace(
        person=person,
        home=kept / "people" / person,
        exchange=found.exchange or (found.data and found.data / "exchange"),
    )


def _path(text):
    return Path(text) if text else None


def _default_home():
    return user_data_dir("openpractice")
