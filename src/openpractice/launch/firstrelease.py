"""`python -m openpractice.launch.firstrelease`: releases the lessons that are not out yet.

Where course.yml says so, sessions are there from the start. It runs beside the server, and says
what is not out, or that all are.
"""

import sys

from openpractice.gradebook.coursefolder import GradingError, open_folder
from openpractice.gradebook.releasing import release
from openpractice.launch.courseathand import CourseAtHand, course_at
from openpractice.service.lessonpages import building


def main() -> int:
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
    failed = {}
    for lesson in course.unreleased(folder.outbound):
        try:
            release.release(folder, lesson, building.current_notebook(folder, lesson))
        except GradingError as error:
            failed[lesson] = f"{error} {error.hint}".strip()
        except Exception as error:
            failed[lesson] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".strip()
    return failed


if __name__ == "__main__":
    sys.exit(main())
