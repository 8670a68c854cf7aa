"""The prompts in an ordinary notebook in Notebook 7: a real kernel, no extension, used as a person would."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from lesson_server import start_server

IDLE = "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"


def notebook(specs: list[dict], last: str = "") -> dict:
    """A notebook that shows these prompts and the hand-in; ``last`` is a cell after them."""
    sources = [
        "from openpractice import prompt, handin",
        *(f"prompt({json.dumps(spec, ensure_ascii=False)})" for spec in specs),
        'handin({"course": "open-practice", "lesson": "gallery", "title": "Gallery"})',
        *filter(None, [last]),
    ]
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
        for n, text in enumerate(sources)
    ]
    return {
        "cells": cells,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def kernel_pid(folder: Path) -> int | None:
    """The kernel: the youngest process of ipykernel whose environment names this folder; None where there is none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (
                b"ipykernel" in (entry / "cmdline").read_bytes()
                and f"OPENPRACTICE_HOME={folder}/".encode() in (entry / "environ").read_bytes()
            ):
                found.append((entry.stat().st_mtime, int(entry.name)))
        except OSError:
            continue
    return max(found)[1] if found else None


def press_run(page) -> None:
    """Runs every cell by the menu; a press while Jupyter is still connecting runs nothing, so it is pressed again."""
    page.evaluate("document.querySelectorAll('.op-prompt').forEach((card) => { card.dataset.old = '1'; })")
    for _ in range(5):
        close_dialogs(page)
        for name in ("Run", "Run All Cells"):
            page.get_by_role("menuitem", name=name, exact=True).click()
        page.wait_for_timeout(3000)
        close_dialogs(page)
        if page.locator(".op-prompt:not([data-old])").count() or page.get_by_text("[*]:").count():
            return


def close_dialogs(page) -> None:
    """Jupyter says in a dialog that the kernel has died, sooner or later."""
    while page.locator(".jp-Dialog").count():
        page.locator(".jp-Dialog button").last.click()
        page.wait_for_timeout(300)


class PlainNotebook:
    """One notebook on a server of its own, with a kernel and a server that can be killed; ``page`` shows it."""

    def __init__(self, browser, folder: Path, specs: list[dict], last: str = ""):
        self.folder, self.specs, self.killed = folder, specs, None
        self.file = folder / "files/all.ipynb"
        self.file.parent.mkdir()
        self.file.write_text(json.dumps(notebook(specs, last)))
        own = {
            "OPENPRACTICE_HOME": str(folder / "home"),
            "OPENPRACTICE_PERSON": "ana",
        }
        self.server = start_server(folder, self.file.parent, extensions=("jupyterlab", "notebook"), environment=own)
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())

    @property
    def journal(self) -> Path:
        return self.folder / "home/journal/open-practice.jsonl"

    def open(self) -> None:
        self.page.goto(self.server.page("notebooks/all.ipynb"))
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()

    def run(self, seconds: float = 180) -> None:
        """Runs the page, again or for the first time, until every prompt stands there anew.

        Jupyter restarts a kernel that has died, five times if it dies soon each time; then it says
        "Kernel Dead", and the page is loaded again, as the prompts ask for.
        """
        page = self.page
        try:
            page.wait_for_function(IDLE)
        except Exception:
            self.open()
            page.wait_for_function(IDLE)
        press_run(page)
        page.wait_for_function(
            "(count) => document.querySelectorAll('.op-prompt[data-state]:not([data-old])').length === count",
            arg=len(self.specs),
            timeout=seconds * 1000,
        )
        page.wait_for_function("!document.querySelector('.op-prompt:not([data-old])[data-state=loading]')")

    def kill_kernel(self) -> None:
        self.killed = kernel_pid(self.folder)
        os.kill(self.killed, signal.SIGKILL)

    def await_kernel(self) -> None:
        """Waits until Jupyter has started the kernel again and says so on the page, or has given up."""
        until = time.monotonic() + 10
        while time.monotonic() < until and kernel_pid(self.folder) in (None, self.killed):
            time.sleep(0.2)
        self.page.wait_for_timeout(4000)
        close_dialogs(self.page)

    def drafts(self) -> list[dict]:
        """The values that wait in this browser."""
        return self.page.evaluate(
            "Object.entries(localStorage).filter(([name]) => name.startsWith('openpractice:ana')).map(([, text]) => JSON.parse(text).value)"
        )

    def close(self) -> None:
        self.context.close()
        self.server.stop()
