"""The real browser that tests drive: one way to start it, quiet, with nothing of its own to ask the network for."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Chromium without its windows opens a page for a quarter of the processor's time; what draws and runs a page is the
# same. The long runs take the one with windows, as people have it.
WITHOUT_WINDOWS, WITH_WINDOWS = "chromium-headless-shell", "chromium"


def program() -> str | None:
    """Debian's, where there is one; None for Playwright's own."""
    names = (WITHOUT_WINDOWS, WITH_WINDOWS)
    if os.environ.get("OPENPRACTICE_WITH_WINDOWS"):
        names = names[::-1]
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def chromium():
    """A browser, until the end of the block."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program(), args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running
