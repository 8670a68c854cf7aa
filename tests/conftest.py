"""What many files of tests stand on, made once for all of them that one process runs."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from handins import folder, released_once
from openpractice.hub import passphrases
from openpractice.kit import FOLDER
from postgres import db_url, postgres

__all__ = ["db_url", "folder", "postgres", "quick_passphrases", "released_once"]


# How long one try takes says how busy the machine is, and nothing of the kit.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Until nothing is waited for any more, also on a busy machine; shorter where one looks for what fails.
PATIENCE_MS = int(os.environ.get("OPENPRACTICE_PATIENCE_MS", "180000"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """In the order of their names, and by what they wait for, whatever was asked for: see sharing_out."""
    from sharing_out import SharedOut  # who runs the tests in one process need not have xdist

    config.option.loadscopereorder = False
    return SharedOut(config, log)


@pytest.fixture(scope="session", autouse=True)
def patient_browsers():
    """A browser waits for what a test waits for; half a minute was a guess at how busy the machine is."""
    api = sys.modules.get("playwright.sync_api")
    if api is None:
        yield
        return
    api.expect.set_options(timeout=PATIENCE_MS)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("new_context", "new_page"):
            patched.setattr(api.Browser, name, patient(getattr(api.Browser, name)))
        yield


def patient(make):
    def made(*given, **more):
        one = make(*given, **more)
        one.set_default_timeout(PATIENCE_MS)
        return one

    return made


@pytest.fixture(autouse=True)
def nothing_left_over():
    """A command says to its process which course it works on and what others may read; here many run in one."""
    mask = os.umask(0o022)
    os.umask(mask)
    names = (FOLDER, "OPENPRACTICE_COURSE")
    before = {name: os.environ[name] for name in names if name in os.environ}
    yield
    for name in names:
        os.environ.pop(name, None)
    os.environ.update(before)
    os.umask(mask)


@pytest.fixture
def quick_passphrases(monkeypatch):
    """Passphrases cost next to nothing, where no hub of another process is to read their hashes."""
    monkeypatch.setattr(passphrases, "COST", 2**4)
