"""`python -m openpractice.launch`: what script/workshop runs in the kit's environment, and `openpractice workshop`."""

import importlib
import sys

from openpractice.launch import startoptions
from openpractice.launch.courseathand import course_at, data_of
from openpractice.launch.datafolder import CannotStart


def main(argv: list[str], program: str = startoptions.SCRIPT) -> int:
    chosen = startoptions.parse(argv, program)
    try:
        course = course_at(chosen.course)
        data = data_of(course, chosen.data, chosen.sample)
        if chosen.alone:
            from openpractice.launch import alone

            return alone.run(course, data, chosen)
        # By name: the hub stands above this package, and one person alone needs none of it.
        room = importlib.import_module("openpractice.launch.workshophub")
        return room.run(course, data, chosen)
    except CannotStart as problem:
        print(f"\n{problem.whole}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
