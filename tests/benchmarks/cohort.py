"""A course of eight scored prompts and a cohort that answered it, for the benchmarks."""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timezone
from pathlib import Path

import paths

from handins import LESSON, course_folder, hand_in, lesson_notebook, release_lesson, response
from openpractice.intake.gather import gather

PROMPTS = 8
SPECS = [
    {
        "v": 1,
        "course": "open-practice",
        "lesson": LESSON,
        "id": f"purpose-{number}",
        "kind": "long_text",
        "title": f"Question {number}",
        "body": "What do you see? " * 20,
        "visibility": "F",
        "graded": 1,
    }
    for number in range(PROMPTS)
]
POINTS = {spec["id"]: 6 for spec in SPECS}
WORDS = "In our planning hour we looked at two pieces of pupils' work & asked what they could *do*. " * 12


def people(count):
    return [f"person-{number:05}" for number in range(count)]


def course(place: Path, count: int, handed_in=True):
    """A released course whose hand-ins are collected, though not in the gradebook yet."""
    folder = course_folder(place)
    release_lesson(folder, specs=SPECS, points=POINTS)
    if handed_in:
        for person in people(count):
            hand_in(folder, person, {spec["id"]: response(spec, {"text": f"{person} {WORDS}"}) for spec in SPECS})
        gather(folder, LESSON)
    return folder


def stock_course(place: Path, count: int):
    """The same lesson under nbgrader's own settings; its code cells hold only `pass`.

    That makes executing cheaper than the real prompts would be, and so favours nbgrader.
    """
    source = place / "source" / LESSON
    source.mkdir(parents=True)
    notebook = json.loads(lesson_notebook(specs=SPECS, points=POINTS))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = ["pass"]
    (source / f"{LESSON}.ipynb").write_text(json.dumps(notebook))
    (place / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'open-practice'\n")
    stock(place, "generate_assignment", LESSON)
    released = json.loads((place / "release" / LESSON / f"{LESSON}.ipynb").read_bytes())
    for person in people(count):
        for cell in released["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade"):
                cell["source"] = [f"{person} {WORDS}"]
        submitted = place / "submitted" / person / LESSON
        submitted.mkdir(parents=True)
        (submitted / f"{LESSON}.ipynb").write_text(json.dumps(released))
        (submitted / "timestamp.txt").write_text(datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC"))
    return place


def stock(place: Path, *command):
    """Seconds that an nbgrader command took, whole process, with nbgrader's own settings."""
    env = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(place / "none"),
        "JUPYTER_CONFIG_PATH": "",
    }
    return timed([sys.executable, "-m", "nbgrader", *command], place, env)


def ours(folder, line):
    """Seconds that one line of the kit took, whole process."""
    code = (
        "from pathlib import Path\nfrom openpractice.gradebook.coursefolder import CourseFolder\n"
        f"folder = CourseFolder(Path({str(folder.data)!r}), {folder.id!r}, Path({str(folder.exchange)!r}),"
        f" {folder.db_url!r})\n{line}"
    )
    return timed([sys.executable, "-c", code], folder.data, os.environ)


class Seconds(float):
    """Wall seconds; `cpu` are the seconds of processor time, which other work on the machine moves less."""

    def __new__(cls, wall, cpu):
        made = super().__new__(cls, wall)
        made.cpu = cpu
        return made


def timed(command, place, env):
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    took = Seconds(time.perf_counter() - started, cpu)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return took
