"""Running one nbgrader command in a process of its own.

Its import takes seconds and a hundred megabytes, and it reads configuration from where it
stands: so it never runs inside ours, and never stands where a participant can write.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.kit import CHECKOUT


def config_folder() -> Path:
    """Where `nbgrader_config.py` is: a clone's `grading/`, or the copy installed beside this file.

    Never the working folder nor a course's, since the file is executed.
    """
    named = os.environ.get("OPENPRACTICE_KIT")
    places = [Path(named or CHECKOUT) / "grading", Path(__file__).resolve().parent]
    for place in places:
        if (place / "nbgrader_config.py").is_file():
            return place
    raise GradingError("grading-no-nbgrader-config", parent=places[0].parent)


def environment(folder: CourseFolder) -> dict[str, str]:
    """The environment of an nbgrader process for this course.

    The scripts of our own environment come first on PATH: nbgrader calls `alembic`. The
    configuration of the person's own Jupyter is kept out.
    """
    return os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "JUPYTER_CONFIG_PATH": str(config_folder()),
        "JUPYTER_CONFIG_DIR": str(folder.data / "config" / "nbgrader"),
        "OPENPRACTICE_DATA": str(folder.data),
        "OPENPRACTICE_COURSE": folder.id,
        "OPENPRACTICE_EXCHANGE": str(folder.exchange),
        "OPENPRACTICE_GRADEBOOK": folder.db_url,
    }


def run(folder: CourseFolder, *command: str) -> str:
    """What nbgrader said.

    Raises
    ------
    GradingError
        When it failed, with the last thing it said.
    """
    folder.root.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=folder.root,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        if "No space left" in done.stdout or "disk is full" in done.stdout:
            raise GradingError("grading-no-space-for-nbgrader")
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        errors = [line for line in lines if "Error" in line or "ERROR" in line]
        raise GradingError(
            "grading-nbgrader-failed", command=command[0], last=(errors or lines or ["nothing"])[-1].strip()
        )
    return done.stdout


def feedback_templates() -> list[str]:
    """Where nbgrader looks for its page templates: ours first, then its own."""
    nbgrader = find_spec("nbgrader")  # which does not load it
    places = (nbgrader.submodule_search_locations if nbgrader else None) or []
    return [
        str(Path(__file__).parents[1] / "feedback" / "templates"),
        *(str(Path(place) / "server_extensions" / "formgrader" / "templates") for place in places),
    ]
