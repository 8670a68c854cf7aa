"""A participant's folders and journal, and a lesson to hand in from them."""

import json
import os
from types import SimpleNamespace

import pytest

from lesson_cells import answer_cell, notebook, prompt_cell, spec, write
from openpractice.handins import handin
from openpractice.handins.places import places
from openpractice.handins.specs import read_specs
from openpractice.journal.journal import Journal

LESSON = "1-purpose"
CHOICES = [{"id": "yes", "label": "Yes"}, {"id": "not", "label": "Not yet"}]
SPECS = [
    spec("p-graded", graded=1),
    spec("p-plain"),
    spec("p-private", visibility="P"),
    spec("p-private-ours", visibility="P", may_share=1),
    spec("p-counted", visibility="A"),
    spec("p-group", visibility="C"),
    spec("p-group-graded", visibility="C", graded=1),
    spec("p-branch", kind="single_choice", choices=CHOICES),
    spec("p-yes", graded=1, title="If yes", branch={"of": "p-branch", "when": ["yes"]}),
    spec("p-not", graded=1, title="If not", branch={"of": "p-branch", "when": ["not"]}, answer_with="p-yes"),
]
ODD = "العربية 你好 🙂 “quotes” <b>bold</b> $x$ a|b \\ \u202e"


@pytest.fixture
def room(tmp_path):
    """One person's places with a released lesson, their copy of it and their journal."""
    here = places(
        {
            "OPENPRACTICE_HOME": str(tmp_path / "home"),
            "OPENPRACTICE_EXCHANGE": str(tmp_path / "x"),
            "OPENPRACTICE_PERSON": "ana",
        }
    )
    cells = []
    for each in SPECS:
        cells += [prompt_cell(each)] + [answer_cell(each["id"])] * bool(each.get("graded"))
    write(here.outbound / LESSON / f"{LESSON}.ipynb", notebook(*cells))
    copy = write(tmp_path / "mine" / f"{LESSON}.ipynb", notebook(*cells))
    return SimpleNamespace(places=here, journal=Journal(here.journal), copy=copy, cells=cells)


def say(room, prompt_id, text, base=0, key=None):
    value = text if isinstance(text, dict) else {"text": text}
    return room.journal.put(LESSON, prompt_id, value, base, key or f"{prompt_id}-{base}-{text}")


def lesson(room):
    return read_specs(room.copy)


def revs(room):
    return {row["id"]: row["rev"] for row in handin.preview(room.journal, lesson(room), room.places)["responses"]}


def send(room, **more):
    return handin.hand_in(room.journal, lesson(room), room.places, more.get("revs", revs(room)), name="Ana")


def folders(room):
    return sorted(os.listdir(room.places.inbound)) if room.places.inbound.is_dir() else []


def sent(room):
    (folder,) = folders(room)
    return json.loads((room.places.inbound / folder / "responses.json").read_text("utf-8"))


def everything(room):
    for each in SPECS:
        if each["id"] not in ("p-branch", "p-not"):
            say(room, each["id"], f"deleted words of {each['id']}")
            say(room, each["id"], f"latest of {each['id']} {ODD}", 1)
    say(room, "p-branch", {"choice": "yes"})
