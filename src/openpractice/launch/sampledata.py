"""--sample: the invented people are put in once, by a program of its own; later starts find them there."""

import subprocess
import sys
from pathlib import Path

from openpractice.launch.datafolder import CannotStart
from openpractice.service.handlers import invented


def put_in(people: Path, data: Path, env: dict[str, str], among_real_people: bool) -> None:
    """The cohort of these files in the data folder; returns at once when it is there.

    Raises
    ------
    CannotStart
        Where it may not or cannot be put in, with what to do.
    """
    if not people.is_dir():
        raise CannotStart("start-sample-elsewhere")
    if invented.whole(data) == invented.print_of(people):
        print("The invented people are there already. Nothing was changed.", flush=True)
        return
    print("Putting in the invented people, the first time only (half a minute, more on a busy machine) ...", flush=True)
    command = [sys.executable, "-m", "openpractice.sample", *["--among-real-people"][: int(among_real_people)]]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise CannotStart("start-sample-failed", why=done.stderr.strip() or f"exit {done.returncode}")
