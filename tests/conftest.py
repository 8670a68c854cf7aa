"""What many files of tests stand on, made once for all of them that one process runs."""

import pytest

from handins import folder, released_once
from openpractice.hub import passphrases
from postgres import db_url, postgres

__all__ = ["db_url", "folder", "postgres", "quick_passphrases", "released_once"]


@pytest.fixture
def quick_passphrases(monkeypatch):
    """Passphrases cost next to nothing, where no hub of another process is to read their hashes."""
    monkeypatch.setattr(passphrases, "COST", 2**4)
