"""Prints how soon a lesson can be used: our page against the same lesson in core ipywidgets.

Run it by hand: ``python tests/benchmarks/bench_open.py [rounds]``. Both are opened in
Notebook 7 with a warm browser, turn about; the ipywidgets copy is run as soon as its
kernel is there, which is kinder to it than a person looking for the Run menu.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "browser")]

from lesson_server import TOKEN, Server, chromium, start_server  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from servers import publish  # noqa: E402

ROOT = HERE.parents[2]
LESSON = "1-purpose"
OURS = ".op-prompt textarea"
CORE = ".jupyter-widgets textarea"
CORE_CELL = """
import ipywidgets as w
spec = {spec}
title = w.HTML("<h3>" + spec["title"] + "</h3>" + spec["body"])
kind = spec["kind"]
if kind == "likert_matrix":
    rows = [w.ToggleButtons(options=[p["label"] for p in spec["points"]], description=r["label"]) for r in spec["rows"]]
elif kind == "single_choice":
    rows = [w.RadioButtons(options=[c["label"] for c in spec["choices"]])]
elif kind in ("evidence_table", "ledger", "action_plan"):
    count = len(spec.get("row_labels", [])) or spec.get("row_count", [3])[0]
    rows = [w.HBox([w.Textarea(description=c["label"]) for c in spec["columns"]]) for _ in range(count)]
elif kind == "slider":
    rows = [w.IntSlider(description=r["label"]) for r in spec.get("rows", [dict(label="")])]
elif kind == "ranking":
    rows = [w.Dropdown(options=[i["label"] for i in spec["items"]]) for _ in spec["items"]]
else:
    rows = [w.Textarea()]
w.VBox([title, *rows])
"""


def core_copy(notebook: dict) -> dict:
    """The same lesson with each prompt as core ipywidgets draw it, and no mark of ours."""
    cells = []
    for cell in notebook["cells"]:
        part = cell["metadata"].get("openpractice", {}).get("part")
        if part in ("setup", "handin", "answer", "question"):
            continue
        source = "".join(cell["source"])
        if part == "prompt":
            source = CORE_CELL.format(spec=source[len("prompt(") : -1])
        cells.append({**cell, "metadata": {}, "source": source})
    kernel = {"kernelspec": notebook["metadata"]["kernelspec"]}
    return {**notebook, "metadata": kernel, "cells": cells}


def open_ours(page, server: Server) -> float:
    """Milliseconds from the start of the page to a prompt that can be typed in."""
    start = time.perf_counter()
    page.goto(server.page(f"notebooks/{LESSON}.ipynb"), wait_until="commit")
    page.wait_for_selector(OURS, timeout=120_000)
    return usable(page, OURS, start)


def open_core(page, server: Server) -> float:
    """The same for the ipywidgets copy, every cell run as soon as the kernel is idle."""
    start = time.perf_counter()
    page.goto(server.page("notebooks/core.ipynb"), wait_until="commit")
    page.wait_for_function(
        "() => { const panel = window.jupyterapp?.shell?.currentWidget;"
        " return panel?.sessionContext?.session?.kernel?.status === 'idle'; }",
        timeout=120_000,
        polling=20,
    )
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(CORE, timeout=120_000)
    return usable(page, CORE, start)


def usable(page, box: str, start: float) -> float:
    page.locator(box).first.focus()
    page.keyboard.type("a")
    page.wait_for_function("(box) => document.querySelector(box).value.includes('a')", arg=box, polling=10)
    return (time.perf_counter() - start) * 1000


def end_sessions(server: Server) -> None:
    for one in json.loads(server.get("api/sessions")):
        asked = urllib.request.Request(
            f"{server.base}api/sessions/{one['id']}",
            method="DELETE",
            headers={"Authorization": f"token {TOKEN}"},
        )
        urllib.request.urlopen(asked, timeout=30).close()


def measure(rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each way in, taken in turn; the first round of each warms up."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        files = folder / "files"
        files.mkdir()
        lesson = (ROOT / f"notebooks/{LESSON}/{LESSON}.ipynb").read_text(encoding="utf-8")
        (files / f"{LESSON}.ipynb").write_text(lesson, encoding="utf-8")
        (files / "core.ipynb").write_text(json.dumps(core_copy(json.loads(lesson))))
        publish(folder / "exchange", notebook=lesson.encode())
        environment = {
            "OPENPRACTICE_HOME": str(folder / "home"),
            "OPENPRACTICE_EXCHANGE": str(folder / "exchange"),
            "OPENPRACTICE_PERSON": "ana",
        }
        server = start_server(
            folder, files, environment=environment, arguments=("--JupyterNotebookApp.expose_app_in_browser=True",)
        )
        browser = chromium(playwright)
        try:
            return take_turns(browser, server, rounds)
        finally:
            browser.close()
            server.stop()


def take_turns(browser, server: Server, rounds: int) -> dict[str, list[float]]:
    ways = {"ours": open_ours, "core": open_core}
    times = {way: [] for way in ways}
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    for number in range(rounds + 1):
        for way, take in ways.items():
            page = context.new_page()
            taken = take(page, server)
            page.close()
            end_sessions(server)
            if number:
                times[way].append(taken)
    return times


def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else 5
    times = measure(rounds)
    for way, taken in times.items():
        print(f"{way}: median {statistics.median(taken):.0f} ms of {sorted(round(one) for one in taken)}")
    ratio = statistics.median(times["core"]) / statistics.median(times["ours"])
    print(f"open to first prompt usable, warm, Notebook 7: {ratio:.2f}x sooner than core ipywidgets")


if __name__ == "__main__":
    main()
