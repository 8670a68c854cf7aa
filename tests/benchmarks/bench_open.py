"""Prints how soon a session can be used: its page against the same lesson in core ipywidgets.

Run it by hand: ``python tests/benchmarks/bench_open.py [rounds]``. Turn about, in one run on one machine:
warm at 1280 px, and cold on a phone (390 px, a processor four times slower, 1.6 Mbit/s, 150 ms). The page comes
through the workshop's own hub and proxy, for somebody whom the hub knows and the service does not yet: signing in by
OAuth is in the cold ones. The ipywidgets copy is opened in Notebook 7 and run as soon as its kernel is there,
which is kinder to it than a person looking for the Run menu. Printed are the milliseconds from the start of
the page to a first letter in a box, with bytes and requests on the wire until then.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import paths

from chromium import chromium
from hub.conftest import SERVICE, running
from hub.test_falls import release
from lesson_server import TOKEN, Server, start_server
from repo import REPO

LESSON = "1-purpose"
OURS = ".op-prompt textarea"
CORE = ".jupyter-widgets textarea"
LONGEST_MS = 300_000
# Lighthouse's "slow 4G" with its processor. Source: github.com/GoogleChrome/lighthouse, docs/throttling.md
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
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


@dataclass
class Opening:
    """One way in, once: until a letter stands in a box."""

    milliseconds: float
    bytes: int
    requests: int


@dataclass
class Place:
    """What is opened: its address, the cookies that sign in, what stands ready there, how it is started."""

    address: str
    box: str
    cookies: list
    run: bool = False


def open_once(context, place: Place, slow: bool) -> Opening:
    """One opening in a page of its own, counted on the wire."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    seen = {"bytes": 0, "requests": 0}
    wire.on("Network.loadingFinished", lambda done: seen.update(bytes=seen["bytes"] + int(done["encodedDataLength"])))
    wire.on(
        "Network.responseReceived",
        lambda got: seen.update(requests=seen["requests"] + (not got["response"].get("fromDiskCache", False))),
    )
    if slow:
        wire.send("Network.emulateNetworkConditions", SLOW)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    start = time.perf_counter()
    page.goto(place.address, wait_until="commit", timeout=LONGEST_MS)
    if place.run:
        page.wait_for_function(
            "() => { const panel = window.jupyterapp?.shell?.currentWidget;"
            " return panel?.sessionContext?.session?.kernel?.status === 'idle'; }",
            timeout=LONGEST_MS,
            polling=20,
        )
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(place.box, timeout=LONGEST_MS)
    page.locator(place.box).first.focus()
    page.keyboard.type("a")
    page.wait_for_function(
        "(box) => document.querySelector(box).value.includes('a')", arg=place.box, polling=10, timeout=LONGEST_MS
    )
    opening = Opening((time.perf_counter() - start) * 1000, seen["bytes"], seen["requests"])
    page.close()
    return opening


def end_sessions(server: Server) -> None:
    for one in json.loads(server.get("api/sessions")):
        asked = urllib.request.Request(
            f"{server.base}api/sessions/{one['id']}",
            method="DELETE",
            headers={"Authorization": f"token {TOKEN}"},
        )
        urllib.request.urlopen(asked, timeout=30).close()


def measure(rounds: int) -> dict[tuple[str, str], list[Opening]]:
    """Every opening by condition and way, taken in turn; the first round of the warm ones warms up."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        files = folder / "files"
        files.mkdir()
        lesson = (REPO / f"notebooks/{LESSON}/{LESSON}.ipynb").read_text(encoding="utf-8")
        (files / "core.ipynb").write_text(json.dumps(core_copy(json.loads(lesson))))
        server = start_server(
            folder,
            files,
            extensions=("jupyterlab", "notebook"),
            arguments=("--JupyterNotebookApp.expose_app_in_browser=True",),
        )
        try:
            with running(folder / "data") as room:
                release(room)
                places = {
                    "page": Place(f"{room.address}{SERVICE}lesson/{LESSON}", OURS, hub_cookies(room)),
                    "core": Place(server.page("notebooks/core.ipynb"), CORE, [], run=True),
                }
                return take_turns(browser, server, places, rounds)
        finally:
            server.stop()


def hub_cookies(room) -> list[dict]:
    """What a browser holds of somebody who signed in at the hub, and nothing of the service's."""
    visitor = room.joined("Ana García")
    jar = visitor.http.cookies.jar
    return [
        {"name": one.name, "value": one.value, "domain": "127.0.0.1", "path": one.path}
        for one in jar
        if not one.path.startswith(visitor.place(SERVICE))
    ]


def take_turns(browser, server: Server, places: dict[str, Place], rounds: int) -> dict:
    openings = {(condition, way): [] for condition in ("warm", "phone") for way in places}
    contexts = {way: new_context(browser, place, 1280) for way, place in places.items()}
    for number in range(rounds + 1):
        for way, place in places.items():
            taken = open_once(contexts[way], place, slow=False)
            end_sessions(server)
            if number:
                openings["warm", way].append(taken)
    for _ in range(rounds):
        for way, place in places.items():
            context = new_context(browser, place, 390)  # a browser that has never been here
            openings["phone", way].append(open_once(context, place, slow=True))
            context.close()
            end_sessions(server)
    return openings


def new_context(browser, place: Place, width: int):
    context = browser.new_context(viewport={"width": width, "height": 850})
    if place.cookies:
        context.add_cookies(place.cookies)
    return context


def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else 5
    openings = measure(rounds)
    for (condition, way), taken in openings.items():
        times = sorted(round(one.milliseconds) for one in taken)
        size, asked = (statistics.median(getattr(one, name) for one in taken) for name in ("bytes", "requests"))
        print(
            f"{condition:5} {way}: median {statistics.median(times):.0f} ms ({times[0]} to {times[-1]}),"
            f" {size / 1e6:.3f} MB in {asked:.0f} requests"
        )
    for condition in ("warm", "phone"):
        page, core = (
            statistics.median(one.milliseconds for one in openings[condition, way]) for way in ("page", "core")
        )
        print(f"open to first prompt usable, {condition}: {core / page:.1f}x sooner than core ipywidgets")


if __name__ == "__main__":
    main()
