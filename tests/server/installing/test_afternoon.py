"""A coordinator's afternoon: a course of one's own, with the kit from a wheel alone, from the empty folder to the export."""

import base64
import csv
import io
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import bending
from desks import Desk, free_port, started
from repo import REPO

pytestmark = pytest.mark.slow  # it installs the kit in an environment of its own
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

LEVELS = "".join(f'\n      - {{name: "Step {n}", descriptor: "What step {n} looks like."}}' for n in range(5))
RUBRIC = 'version: "1"\ncriteria:' + "".join(
    f'\n  - code: {code}\n    name: "{name}"\n    question: "How far?"\n    weight: {weight}\n    levels:{LEVELS}'
    for code, name, weight in (("V", "Voice", 2), ("C", "Care", 1), ("S", "Step", 1))
)
COURSE = """id: family-2027
title: "Working with families"
language: en-US
also-in: [es]
time-zone: Europe/Madrid
lessons: [1-door, 2-table, 3-year]
strings:
  es:
    course-title: "Trabajar con las familias"
"""
SPANISH = "¿Qué dijo una familia?\n\n![Una puerta](door.png)"
LESSON = """---
id: {id}
title: {title}
minutes: 30
principle: 0
---

:::{{objectives}}

- Say one thing that a family said.

:::

:::{{agenda}}

- 10 | Welcome | sign-in
- 15 | One voice | {word}-voice
- 5 | First | {word}-first

:::

:::{{prompt}} One voice
:id: {word}-voice
:kind: {kind}
:minutes: 15
:visibility: facilitators
:criteria: V C S
:max-words: 120

{body}

:::

:::{{prompt}} First
:id: {word}-first
:kind: short_text
:minutes: 5
:visibility: shared
:lead-first: yes

What did you hear?

:::

:::{{keypoints}}

- Words are evidence.

:::
"""
ANCHORS = "".join(
    f'- id: {name}\n  prompt: door-voice\n  family: long_text\n  value: {{text: "{text}"}}\n'
    for name, text in (("heard", "She said: he reads to the dog."), ("general", "Families matter to us."))
)
KEY = "".join(
    f'{name}:\n  levels: {{V: {v}, C: {c}, S: {s}}}\n  reasons: {{V: "why", C: "why", S: "why"}}\n'
    for name, v, c, s in (("heard", 4, 3, 2), ("general", 0, 1, 0))
)


@pytest.fixture(scope="module")
def bought(tmp_path_factory):
    """The kit's commands in a clean environment that has the wheel and what it asks for, and no clone."""
    place = tmp_path_factory.mktemp("bought")
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(place), str(REPO)]
    subprocess.run(pip, check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / "venv")], check=True)
    python, (wheel,) = place / "venv" / "bin" / "python", place.glob("*.whl")
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", str(python), f"{wheel}[alone]"], check=True
    )
    env = {
        key: value for key, value in os.environ.items() if not key.startswith(("OPENPRACTICE_", "JUPYTER", "PYTHON"))
    }
    env = {key: value for key, value in env.items() if key not in ("CI", "XDG_DATA_HOME")} | {
        "HOME": str(place / "home")
    }
    (place / "home").mkdir()

    def run(*words, cwd=place, ok=True):
        done = subprocess.run(
            [python.with_name("openpractice"), *map(str, words)], env=env, cwd=cwd, capture_output=True, text=True
        )
        assert (done.returncode == 0) is ok, (words, done.stdout, done.stderr)
        return done.stdout + done.stderr

    run.env, run.command, run.place = env, [python.with_name("openpractice")], place
    return run


def write(course: Path, lesson="1-door", kind="long_text", body="What did one family say?\n\n![A door](door.png)"):
    """A lesson, and beside it the same in Spanish."""
    word = lesson.split("-")[1]
    for end, title, asked in (("", word.title(), body), (".es", f"{word.title()}, en español", SPANISH)):
        (course / "lessons" / f"{lesson}{end}.md").write_text(
            LESSON.format(id=lesson, title=title, word=word, kind=kind, body=asked)
        )


def test_an_afternoon(bought):
    course = bought.place / "family"
    data = course / "data"
    # An empty folder becomes a course; its own rubric, lessons, picture and anchors take the place of those it came with.
    bought("new-course", course, "--title", "Working with families")
    for old in [*(course / "lessons").glob("*.md"), *(course / "anchors").iterdir()]:
        old.unlink()
    (course / "lessons" / "course.yml").write_text(COURSE)
    (course / "lessons" / "rubric.yml").write_text(RUBRIC)
    (course / "lessons" / "door.png").write_bytes(PICTURE)
    write(course)
    write(course, "2-table", body="What was said at the table?")
    write(course, "3-year", body="What was said this year?")
    assert "there is no rubric" in bought("check", "--course", course, ok=False)
    spoken = RUBRIC.replace("Step ", "Paso ").replace("Voice", "Voz")
    (course / "lessons" / "rubric.es.yml").write_text(spoken)
    (course / "anchors" / "calibration.yml").write_text(ANCHORS.replace("door-voice", "door-wrong"))
    (course / "anchors" / "calibration-key.yml").write_text(KEY)
    assert "'door-wrong', which is no graded question" in bought("check", "--course", course, ok=False)
    (course / "anchors" / "calibration.yml").write_text(ANCHORS)
    said = bought("check", "--course", course)
    assert "No faults in 3 lessons" in said and "in en-US, es" in said and "1-seeing.ipynb belongs to no lesson" in said
    with started(bought, "preview", "--course", course) as address:
        with urllib.request.urlopen(f"{address.rstrip('/')}/lesson/1-door") as page:
            assert b"What did one family say?" in page.read()

    with started(bought, "workshop", "--alone", "--no-browser", "--course", course, "--port", free_port()) as address:
        desk = Desk(address)
        home = desk.ask("GET", "").text
        assert "Welcome to Working with families" in home and "3 sessions." in home and "<title>" in home
        assert "Trabajar con las familias" in desk.ask("GET", "", headers={"Accept-Language": "es"}).text
        desk.as_person("Ana")
        assert desk.ask("GET", "open/1-door").status == 404, "nothing goes out unasked"

        # Out; looked at; changed, kind and all, and out again: nobody has answered.
        assert "2027-03-05 23:59 CET" in bought("release", "1-door", "--data", data, "--due", "2027-03-05")
        assert desk.ask("GET", "lesson/1-door").status == 200
        write(course, kind="short_text")
        assert "Corrected Session 1" in bought("release", "1-door", "--data", data)
        write(course)
        bought("release", "1-door", "--data", data)
        page = desk.ask("GET", "lesson/1-door").text
        assert "door.png" in page and "What did one family say?" in page
        page = desk.ask("GET", "lesson/1-door", headers={"Accept-Language": "es"}).text
        assert "¿Qué dijo una familia?" in page and "Paso 4" in page

        # Ana answers. From now on the question keeps its kind, its words may still change, and one is told why.
        saved = desk.save("door-voice", {"text": "Her mother said: he reads to the dog."}, lesson="1-door")
        assert saved.status == 200, saved.text
        write(course, kind="short_text")
        refused = bought("release", "1-door", "--data", data, ok=False)
        assert "one person has answered it" in refused and "new id" in refused and "next edition" in refused
        write(course, body="What did one family say to you?\n\n![A door](door.png)")
        bought("release", "1-door", "--data", data)
        assert "say to you?" in desk.ask("GET", "lesson/1-door").text

        # Handed in, collected, calibrated on the course's own anchors, read by V, C and S, returned.
        revs = {row["id"]: row["rev"] for row in desk.done("GET", "api/handin/1-door").json["responses"]}
        desk.done("POST", "api/handin/1-door", {"revs": revs})
        bought("collect", "1-door", "--data", data)
        desk.as_person("Rita")
        left = desk.done("GET", "api/review/calibration").json["left"]
        assert {each["id"] for each in left} == {"heard", "general"}, "no other course's anchors"
        first = left[0]["id"]
        high = desk.ask("POST", f"api/review/calibration/{first}", {"levels": {"V": 5, "C": 0, "S": 0}})
        assert high.status == 422
        agreed = {"heard": {"V": 4, "C": 3, "S": 2}, "general": {"V": 0, "C": 1, "S": 0}}
        for name, levels in agreed.items():
            desk.done("POST", f"api/review/calibration/{name}", {"levels": levels})
        (row,) = desk.done("GET", "api/review/line?lesson=1-door&prompt=door-voice").json["line"]
        where = f"api/review/mark/1-door/door-voice/{row['who']}"
        bad = desk.ask("PUT", where, {"levels": {"V": 5, "C": 3, "S": 1}, "version": 0})
        assert bad.status == 422 and "from 0 to 4" in bad.json["message"]
        desk.done("PUT", where, {"levels": {"V": 4, "C": 3, "S": 1}, "comment": "I can hear her.", "version": 0})
        bought("feedback", "1-door", "--data", data)
        desk.as_person("Ana")
        home = desk.ask("GET", "").text
        assert "I can hear her." in home and "Step 4" in home and "What step" not in re.findall("<h2.*?</h2>", home)
        export = desk.as_person("Rita").done("GET", "api/review/export?form=long&as=csv").body.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(export)))
        assert {(each["criterion"], each["level"]) for each in rows if each["prompt"] == "door-voice"} == {
            ("V", "4"),
            ("C", "3"),
            ("S", "1"),
        }

        # Taken back: gone for everybody, and Ana still has her words.
        bought("withdraw", "1-door", "--data", data)
        assert desk.ask("GET", "lesson/1-door").status == 404
        assert "he reads to the dog" in desk.as_person("Ana").ask("GET", "words").text
    gradebook = json.loads((data / "openpractice.json").read_text())
    assert gradebook["course"] == "family-2027"


def test_the_supplied_course_bent_as_a_district_would(bought):
    """Before anybody has answered, and after; and among the invented people."""
    course = bought.place / "leaders"
    data, lesson = course / "data", course / "lessons" / f"{bending.LESSON}.md"
    bought("new-course", course, "--supplied", "--title", "Our leaders")
    with started(bought, "workshop", "--alone", "--no-browser", "--course", course, "--port", free_port()) as address:
        desk = Desk(address).as_person("Ana")
        while "purpose-agreements" not in desk.ask("GET", f"lesson/{bending.LESSON}").text:
            time.sleep(0.2)  # the first start puts all sessions out
        bending.cut_session(course)
        assert "no earlier prompt" in bought("check", "--course", course, ok=False)
        bending.mend_what_hung_on_it(course)
        assert "No faults in 8 lessons" in bought("check", "--course", course)
        bought("release", bending.LESSON, "--data", data)
        page = desk.ask("GET", f"lesson/{bending.LESSON}").text
        assert "purpose-ours" in page and "purpose-agreements" not in page and "headteacher" in page

        saved = desk.save(bending.KEPT, {"text": "An hour of mine."}, lesson=bending.LESSON)
        assert saved.status == 200, saved.text
        whole = lesson.read_text("utf-8")
        lesson.write_text(whole.replace("Trace one hour", "Trace an hour"), "utf-8")
        bought("release", bending.LESSON, "--data", data)
        assert "Trace an hour" in desk.ask("GET", f"lesson/{bending.LESSON}").text
        # What was answered is not dropped; what nobody answered is.
        lesson.write_text(bending.without(whole, [bending.KEPT]).replace(f" | {bending.KEPT}", ""), "utf-8")
        refused = bought("release", bending.LESSON, "--data", data, ok=False)
        assert "one person has answered" in refused and "next edition" in refused
        lesson.write_text(bending.without(whole, ["purpose-ours"]).replace(" | purpose-ours", ""), "utf-8")
        bought("release", bending.LESSON, "--data", data)
        assert "purpose-ours" not in desk.ask("GET", f"lesson/{bending.LESSON}").text
    sample = ("workshop", "--alone", "--sample", "--no-browser", "--course", course, "--port", free_port())
    with started(bought, *sample) as address:
        people = Desk(address).as_person("Rita").ask("GET", "facilitator/people").text
        assert "invented" in people


def test_the_wheel_brings_a_running_workshop(bought):
    """No folder, no clone: the supplied course, its sessions out in the time it takes to say a name."""
    begun = time.monotonic()
    with started(bought, "workshop", "--alone", "--no-browser", "--port", free_port()) as address:
        desk = Desk(address).as_person("Ana")
        ready = time.monotonic() - begun
        while desk.ask("GET", "lesson/1-purpose").status != 200:
            time.sleep(0.1)
        assert "purpose-trace" in desk.ask("GET", "lesson/1-purpose").text
        print(f"address after {ready:.1f} s, first prompt after {time.monotonic() - begun:.1f} s")
        assert "Open Practice" in desk.ask("GET", "").text
    assert (
        bought.place / "home" / ".local" / "share" / "openpractice" / "workshops" / "open-practice" / "data"
    ).is_dir()
