"""`python -m openpractice.launch.firstrelease`: releases the lessons that are not out yet.

For one person alone, every session is there from the start. It runs beside the server, since
nbgrader takes seconds, and says what is not out, or that all are.
"""

import os
import sys
from pathlib import Path


def unreleased(kit: Path, exchange: Path, course: str) -> list[Path]:
    """The built notebooks that have no release yet, in the course's order."""
    out = exchange / course / "outbound"
    return [
        path
        for path in sorted((kit / "notebooks").glob("*/*.ipynb"))
        if path.stem == path.parent.name and not (out / path.stem / "release.json").exists()
    ]


def main() -> int:
    from openpractice.gradebook.coursefolder import GradingError, open_folder
    from openpractice.gradebook.release import release

    folder = open_folder()
    failed = 0
    for notebook in unreleased(Path(os.environ["OPENPRACTICE_KIT"]), folder.exchange, folder.id):
        try:
            release(folder, notebook.stem, notebook)
        except GradingError as error:
            failed = 1
            print(f"{notebook.stem} is not out: {error} {error.hint}", flush=True)
    if not failed:
        print("All sessions are out.", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
