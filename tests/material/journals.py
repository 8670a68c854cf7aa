"""A journal to write in, and what the tests of it ask of one."""

import pytest

from openpractice.journal.journal import Journal
from openpractice.kinds.registry import sha256

LESSON, PROMPT = "1-purpose", "purpose-trace"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal" / "open-practice.jsonl"


@pytest.fixture
def journal(path):
    return Journal(path)


def say(journal, text, base, key, prompt=PROMPT, **more):
    return journal.put(LESSON, prompt, {"text": text}, base, key, **more)


def texts(journal, prompt=PROMPT):
    return [each["value"]["text"] for each in journal.history(prompt)]


def receipt(rev, handin="a" * 32):
    response = {"id": PROMPT, "rev": rev, "sha256": "f" * 64}
    return {"handin": handin, "at": "2026-11-23T14:05:09.123Z", "lesson": LESSON, "responses": [response]}


def whole(**changes):
    put = {
        "op": "put",
        "at": "2026-11-23T14:05:09.123Z",
        "key": "k",
        "lesson": LESSON,
        "prompt": PROMPT,
        "rev": 1,
        "over": [],
        "value": {"text": "x"},
        "sha256": sha256({"text": "x"}),
        "device": "",
        "by": "",
        **changes,
    }
    return {"format": "openpractice-journal", "version": 1, "records": [put]}
