"""`python -m openpractice.launch`: what script/workshop runs in the kit's environment, and `openpractice workshop`."""

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
        from openpractice.launch import workshophub  # JupyterHub, which one person alone has not installed

        return workshophub.run(course, data, chosen)
    except CannotStart as problem:
        print(f"\n{problem.whole}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
