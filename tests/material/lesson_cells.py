"""The notebook of a lesson, cell by cell, as short as a test needs it."""

import json

from openpractice.model import ANSWER_STUB


def spec(prompt_id="purpose-trace", **more):
    base = {
        "v": 1,
        "course": "open-practice",
        "lesson": "1-purpose",
        "id": prompt_id,
        "kind": "long_text",
        "title": "Trace one hour",
        "visibility": "F",
    }
    return {**base, **more}


def prompt_cell(spec, source=None):
    text = source or f"prompt({json.dumps(spec, ensure_ascii=False)})"
    return {
        "cell_type": "code",
        "metadata": {"openpractice": {"id": spec.get("id"), "part": "prompt"}},
        "source": text.splitlines(True),
        "outputs": [],
        "execution_count": None,
    }


def answer_cell(prompt_id, text=ANSWER_STUB):
    metadata = {
        "openpractice": {"id": prompt_id, "part": "answer"},
        "nbgrader": {"grade_id": prompt_id, "solution": True},
    }
    return {"cell_type": "markdown", "metadata": metadata, "source": text}


def notebook(*cells, lesson="1-purpose", title="On purpose", language="en"):
    about = {"format": 1, "course": "open-practice", "lesson": lesson, "title": title, "language": language}
    return {"cells": list(cells), "metadata": {"openpractice": about}, "nbformat": 4, "nbformat_minor": 5}


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path
