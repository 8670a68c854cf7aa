"""`python -m openpractice.launch.firstrelease`: releases the lessons that are not out yet.

Where course.yml says so, sessions are there from the start. It runs beside the server, and says
what is not out, or that all are.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from openpractice.launch.courseathand import CourseAtHand, course_at

# What releases is loaded by the process that does it: the one that only counts stays for as long as a workshop runs.


def unreleased(outbound: Path, lessons: Iterable[str]) -> list[str]:
    """The lessons that have no release yet, in the course's order."""
    return [name for name in lessons if not (outbound / name / "release.json").exists()]


def main() -> int:
    from openpractice.gradebook.coursefolder import open_folder

    folder, course = open_folder(), course_at(None)
    put_out(folder, course)
    # What stood in the way of one may be gone by now: on a busy machine somebody held the gradebook.
    failed = put_out(folder, course)
    for name, why in failed.items():
        print(f"{name} is not out: {why}", flush=True)
    if not failed:
        print("All sessions are out.", flush=True)
    return 1 if failed else 0


def put_out(folder, course: CourseAtHand) -> dict[str, str]:
    """Releases what is not out; why it could not be, by lesson. One that fails keeps no other from coming out."""
    from openpractice.gradebook.coursefolder import GradingError
    from openpractice.gradebook.releasing.release import release
    from openpractice.service.lessonpages.building import current_notebook

    failed = {}
    for lesson in unreleased(folder.outbound, course.lessons):
        try:
            release(folder, lesson, current_notebook(folder, lesson))
        except GradingError as error:
            failed[lesson] = f"{error} {error.hint}".strip()
        except Exception as error:
            failed[lesson] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".strip()
    return failed


if __name__ == "__main__":
    sys.exit(main())
