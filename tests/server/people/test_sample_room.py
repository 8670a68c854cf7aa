"""The sample cohort in the room: what one person sees who starts the kit to look around."""

import os
import subprocess
import sys

import pytest

from openpractice.handins.specs import read_specs
from openpractice.kit import course_parts
from openpractice.room import critiques, roomview
from openpractice.room.roomstore import RoomStore
from openpractice.room.roomview import RoomLesson
from openpractice.room.tallies import counts
from openpractice.sample.cohort import kit_people, read_lessons
from openpractice.sample.people import read_people


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    data = tmp_path_factory.mktemp("sample")
    env = {**os.environ, "OPENPRACTICE_DATA": str(data), "OPENPRACTICE_COURSE": "open-practice"}
    for _ in range(2):  # the second time changes nothing
        subprocess.run([sys.executable, "-m", "openpractice.sample"], env=env, check=True, capture_output=True)
    store = RoomStore(data / "room")
    with store.reading() as db:
        yield db
    store.close()


def lesson_in_room(name):
    page = read_specs(course_parts().notebooks / name / f"{name}.ipynb")
    specs = {key: spec for key, spec in page.specs.items() if roomview.belongs(spec) and not spec.get("answer_with")}
    return RoomLesson(name, page.title, 105, specs)


def test_they_have_shared_answered_and_critiqued(room):
    people, _ = read_people(kit_people(), read_lessons(course_parts().notebooks).values())
    seen = {}
    for name in ("0-opening", "1-purpose", "2-learning"):
        seen |= roomview.common(room, "main", lesson_in_room(name))["questions"]
    assert counts.taking_part(room, "main") == len(people)
    assert len(seen["purpose-rigor"]["wall"]) > 10
    assert all("(invented)" in card["name"] for card in seen["purpose-rigor"]["wall"])
    assert seen["learning-door"]["results"][0]["answers"] >= 5
    spec = lesson_in_room("2-learning").specs["learning-give"]
    progress = critiques.progress(room, "main", spec["id"])
    assert sum(one["given"] for one in progress.values()) > 10
    for person in people:
        for one in critiques.received_by(room, "main", spec["id"], person.id):
            giver = next(each for each in people if each.id == one["reviewer"])
            assert person.id not in (giver.id, giver.appraiser) and giver.id != person.appraiser
