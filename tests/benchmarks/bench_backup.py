"""A backup and its restoring, for a class of 24 and of 1,000: seconds and bytes, by the wall.

Each person has a journal of fifteen answers in three versions and three hand-ins that wait.

script/test does not run it: PYTHONPATH=src:tests:tests/benchmarks .venv-test/bin/python tests/benchmarks/bench_backup.py
"""

import shutil
import tempfile
import time
from pathlib import Path

from big_class import LESSONS, PROMPTS, WORDS, fill, people, release_all

from handins import hand_in
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.journal.journal import Journal
from openpractice.launch import datafolder
from openpractice.launch.safekeeping import backup
from openpractice.launch.safekeeping.restore import restore

SIZES = (24, 1000)


def one_journal(place: Path) -> bytes:
    """Fifteen answers in three versions, as a journal keeps them."""
    journal = Journal(place)
    for lesson in LESSONS:
        for number in range(PROMPTS):
            rev = 0
            for version in range(3):
                prompt, words = f"{lesson[2:]}-{number}", {"text": f"{version} {WORDS}"}
                rev = journal.put(lesson, prompt, words, rev, f"{prompt}-{version}").rev
    return place.read_bytes()


def write(folder: CourseFolder, who: str, journal: bytes) -> None:
    """What one person has in the folder besides the gradebook."""
    place = folder.data / "people" / who / "journal"
    place.mkdir(parents=True)
    (place / f"{folder.id}.jsonl").write_bytes(journal)
    for lesson in LESSONS:
        hand_in(folder, who, {}, lesson=lesson)


def main() -> None:
    with tempfile.TemporaryDirectory() as top:
        released = release_all(Path(top) / "released")
        journal = one_journal(Path(top) / "one.jsonl")
        for size in SIZES:
            shutil.copytree(released.data, Path(top) / str(size) / "data")
            data = Path(top) / str(size) / "data"
            folder = CourseFolder(data, released.id, data / "exchange", f"sqlite:///{data}/files/course/gradebook.db")
            fill(folder, size)
            for who in people(size):
                write(folder, who, journal)
            datafolder.write_private(data / datafolder.MARK, f'{{"format": {datafolder.FORMAT}}}')
            began = time.monotonic()
            made, _ = backup.back_up(data, Path(top) / str(size) / "backups")
            between = time.monotonic()
            restore(made, Path(top) / str(size) / "restored")
            ended = time.monotonic()
            lies = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
            print(
                f"{size:>5} people: {lies / 1e6:6.1f} MB in the folder, {made.stat().st_size / 1e6:5.1f} MB in the backup, "
                f"{between - began:5.1f} s to make, {ended - between:5.1f} s to restore",
                flush=True,
            )


if __name__ == "__main__":
    main()
