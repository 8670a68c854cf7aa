"""Pictures of every kind of prompt in both hosts: sizes, light and dark, both languages.

Run: ``script/test`` once, then ``.venv-test/bin/python tests/browser/gallery/look.py FOLDER [NAME ...]``.
Each picture is ``host-language-scheme-width.png``, the rest of a very tall page ``...-2.png``; a NAME is the start of those wanted. ``sheet.html``
shows all of them side by side. Beside the plain ones: 200 % text, forced colours, Arabic, one very long word.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from itertools import product
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
from repo import FOLDERS

sys.path[:0] = FOLDERS
from chromium import chromium
from lesson_server import start_server
from openpractice.journal.journal import Journal
from plain_notebook import IDLE, press_run
from servers import publish

SPECS = json.loads((HERE / "prompts.json").read_text("utf-8"))
REPLY = json.loads((HERE / "reply.json").read_text("utf-8"))
#: Chromium draws no picture that is taller.
TALLEST = 15_000
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3
ARABIC = "ذهبتُ إلى الصف الخامس ورأيتُ طفلة تشرح لزميلتها. لم أكتب ذلك في أي تقرير."
TEXT = "I spend an hour on the bulletin, and I could not follow it past the staff room door. “It goes out,” she said; nobody knew who reads it."


def filled(text: str) -> dict:
    """A value for most prompts of the gallery; the others stay empty."""
    return {
        "gallery-long": {"text": text},
        "gallery-single": {"choice": "partly", "comment": text},
        "gallery-multi": {"choices": ["title", "cut"]},
        "gallery-matrix": {"rows": {"p1a": "sometimes", "p1b": "never", "p2a": "na"}},
        "gallery-ranking": {"order": ["talk", "time", "see", "data"], "comment": text},
        "gallery-slider": {"rows": {"value": 7}},
        "gallery-evidence": {
            "rows": [{"claim": "Warm", "seen": text, "when": "Tuesday, the coach"}, {"claim": text[:60]}]
        },
        "gallery-ledger": {
            "rows": [
                {"require": "Weekly plans", "who": "teachers", "provide": text},
                {"require": "Playground duty", "who": "aides"},
            ]
        },
        "gallery-rowslider": {"rows": {"1": 2}},
        "gallery-map": {
            "nodes": [
                {"id": "n1", "role": "Reading coach", "knows": text[:50], "title": 1, "me": 0},
                {"id": "n2", "role": text[:40], "knows": "", "title": 0, "me": 1},
                {"id": "n3", "role": "Aide in room 4", "knows": "what Maya reads at home", "title": 0, "me": 0},
            ],
            "links": [
                {"from": "n2", "to": "n1", "about": "new readers"},
                {"from": "n1", "to": "n3", "about": ""},
                {"from": "n3", "to": "n1", "about": ""},
            ],
        },
        "gallery-plan": {"rows": [{"principle": "Reciprocity", "first": text}]},
        "gallery-critique": {"critiques": [{"of": "Session 1", "say_back": text, "see": "a good start"}]},
        "gallery-then": {"text": text},
        "audit-baseline": REPLY["recall"]["audit-baseline"]["value"],
        "audit-then": REPLY["recall"]["audit-then"]["value"],
        "audit-now": REPLY["recall"]["audit-now"]["value"],
    }


def cell(kind: str, name: str, source: str, part: str, **own) -> dict:
    one = {"cell_type": kind, "id": name, "metadata": {"openpractice": {"part": part, **own}}, "source": source}
    return one | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(language: str, lesson: bool) -> dict:
    audits = [
        {**next(one for one in SPECS if one["kind"] == "likert_matrix"), "id": name, "title": name}
        for name in ("audit-baseline", "audit-then", "audit-now")
    ]
    cells = [
        cell("code", "setup", "from openpractice import prompt, handin", "setup"),
        cell("markdown", "head", "# Every kind of prompt\n\nRead, then answer.", "text"),
    ]
    for spec in [*SPECS, *(audits if lesson else [])]:
        if lesson:
            cells.append(
                cell(
                    "markdown",
                    f"{spec['id']}-q",
                    f"### {spec['title']}\n\n{spec.get('body', '')}",
                    "question",
                    id=spec["id"],
                )
            )
        more = "" if lesson else f", language={language!r}"
        cells.append(
            cell(
                "code",
                f"{spec['id']}-p",
                f"prompt({json.dumps(spec, ensure_ascii=False)}{more})",
                "prompt",
                id=spec["id"],
            )
        )
    end = {"course": "open-practice", "lesson": "gallery", "title": "Gallery"}
    cells.append(cell("code", "end", f"handin({json.dumps(end)})", "handin"))
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    if lesson:
        metadata["openpractice"] = {
            "format": 1,
            "course": "open-practice",
            "lesson": "gallery",
            "title": "Every kind of prompt",
            "minutes": 60,
            "language": language,
        }
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


class Room:
    """A server with the gallery as a lesson and as an ordinary notebook, answered in part."""

    def __init__(self, folder: Path, language: str, text: str = TEXT):
        root, home, exchange = folder / "files", folder / "home", folder / "exchange"
        root.mkdir(parents=True)
        lesson = json.dumps(notebook(language, True)).encode()
        (root / "gallery.ipynb").write_bytes(lesson)
        (root / "plain.ipynb").write_text(json.dumps(notebook(language, False)))
        publish(exchange, "gallery", lesson)
        journal = Journal(home / "journal/open-practice.jsonl")
        for prompt, value in filled(text).items():
            journal.put("gallery", prompt, value, 0, f"fill-{prompt}")
        feedback = exchange / "open-practice/feedback/ana"
        feedback.mkdir(parents=True)
        (feedback / "gallery.json").write_text(
            json.dumps(
                {
                    "format": 1,
                    "lesson": "gallery",
                    "at": "2026-11-20T14:05:00Z",
                    "overall": "",
                    "answers": REPLY["feedback"],
                }
            )
        )
        themes = folder / "settings/@jupyterlab/apputils-extension"
        themes.mkdir(parents=True)
        (themes / "themes.jupyterlab-settings").write_text('{"adaptive-theme": true}')  # dark where the browser is
        own = {
            "OPENPRACTICE_HOME": str(home),
            "OPENPRACTICE_PERSON": "ana",
            "OPENPRACTICE_EXCHANGE": str(exchange),
        }
        self.server = start_server(folder, root, environment=own)

    def open(self, context, host: str):
        page = context.new_page()
        page.goto(self.server.page(f"notebooks/{'gallery' if host == 'lesson' else 'plain'}.ipynb"))
        page.locator(".jp-Notebook .jp-MarkdownCell").first.wait_for(timeout=60_000)
        if host == "widgets":
            page.wait_for_function(IDLE, timeout=60_000)
            size = page.viewport_size
            page.set_viewport_size({"width": 1280, "height": 900})  # Jupyter's menus have no room on a narrow page
            press_run(page)
            page.set_viewport_size(size)
        page.locator(".op-handin").wait_for(timeout=60_000)
        page.wait_for_function("!document.querySelector('.op-prompt[data-state=loading]')", timeout=60_000)
        page.wait_for_timeout(1200)
        return page


def shoot(page, path: Path) -> list[str]:
    """The whole page, although it scrolls inside: the window is made tall, and moved on where the page is taller still."""
    find = (
        "[...document.querySelectorAll('.jp-WindowedPanel-outer')].sort((a, b) => b.scrollHeight - a.scrollHeight)[0]"
    )
    height = page.evaluate(f"{find}.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": min(height + 160, TALLEST)})
    page.wait_for_timeout(700)
    names = []
    for number in range(1, 2 + height // TALLEST):
        page.evaluate(f"(turn) => {{ const one = {find}; one.scrollTop = turn * one.clientHeight; }}", number - 1)
        page.wait_for_timeout(300)
        names.append(path.name if number == 1 else f"{path.stem}-{number}.png")
        page.screenshot(path=str(path.with_name(names[-1])))
    return names


def pictures(out: Path, wanted: tuple[str, ...]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    takes = [
        (
            f"{host}-{language}-{scheme}-{width}",
            language,
            TEXT,
            host,
            {"color_scheme": scheme, "viewport": {"width": width, "height": 900}},
            "",
        )
        for host, language, scheme, width in product(
            ("lesson", "widgets"), ("en", "es"), ("light", "dark"), (1280, 390, 320)
        )
    ]
    narrow = {"viewport": {"width": 390, "height": 900}}
    takes += [
        (
            "odd-large-1280",
            "en",
            TEXT,
            "lesson",
            {"viewport": {"width": 1280, "height": 900}},
            ".opl-place { zoom: 2 }",
        ),
        (
            "odd-large-640",
            "en",
            TEXT,
            "lesson",
            {"viewport": {"width": 640, "height": 900}},
            ".opl-place { zoom: 2 }",
        ),
        (
            "odd-forced-1280",
            "en",
            TEXT,
            "lesson",
            {"forced_colors": "active", "viewport": {"width": 1280, "height": 900}},
            "",
        ),
        ("odd-forced-390", "en", TEXT, "lesson", {"forced_colors": "active", **narrow}, ""),
        ("odd-arabic-390", "en", ARABIC, "lesson", narrow, ""),
        ("odd-arabic-1280", "en", ARABIC, "lesson", {"viewport": {"width": 1280, "height": 900}}, ""),
        ("odd-longword-320", "en", LONG_WORD, "lesson", {"viewport": {"width": 320, "height": 900}}, ""),
    ]
    takes = [take for take in takes if not wanted or take[0].startswith(wanted)]
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        rooms, shown = {}, []
        try:
            for name, language, text, host, how, style in takes:
                if (language, text) not in rooms:
                    rooms[language, text] = Room(Path(scratch) / str(len(rooms)), language, text)
                context = browser.new_context(locale=language, device_scale_factor=1, **how)
                page = rooms[language, text].open(context, host)
                if style:
                    page.add_style_tag(content=style)
                shown += shoot(page, out / f"{name}.png")
                print(name, flush=True)
                context.close()
        finally:
            for room in rooms.values():
                room.server.stop()
    figures = "".join(f'<figure><img src="{name}"><figcaption>{name}</figcaption></figure>' for name in shown)
    (out / "sheet.html").write_text(
        f"<style>body{{display:flex;gap:8px;align-items:flex-start}}img{{height:1900px}}figure{{margin:0}}</style>{figures}"
    )


if __name__ == "__main__":
    os.environ.setdefault("PATH", os.defpath)
    pictures(Path(sys.argv[1]), tuple(sys.argv[2:]))
