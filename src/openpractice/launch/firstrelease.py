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
    from openpractice.gradebook.coursefolder import open_folder

    folder, kit = open_folder(), Path(os.environ["OPENPRACTICE_KIT"])
    put_out(folder, kit)
    # What stood in the way of one may be gone by now: on a busy machine somebody held the gradebook.
    failed = put_out(folder, kit)
    for name, why in failed.items():
        print(f"{name} is not out: {why}", flush=True)
    if not failed:
        print("All sessions are out.", flush=True)
    return 1 if failed else 0


def put_out(folder, kit: Path) -> dict[str, str]:
    """Releases what is not out; why it could not be, by lesson. One that fails keeps no other from coming out."""
    from openpractice.gradebook.coursefolder import GradingError
    from openpractice.gradebook.release import release

    failed = {}
    for notebook in unreleased(kit, folder.exchange, folder.id):
        try:
            release(folder, notebook.stem, notebook)
        except GradingError as error:
            failed[notebook.stem] = f"{error} {error.hint}".strip()
        except Exception as error:
            failed[notebook.stem] = (
                f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".strip()
            )
    return failed


if __name__ == "__main__":
    sys.exit(main())
