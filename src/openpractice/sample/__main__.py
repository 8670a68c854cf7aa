"""`python -m openpractice.sample`: the sample cohort in a workshop, as script/workshop --sample asks for it."""

import sys

from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, open_folder
from openpractice.kit import course_parts
from openpractice.roster import roster
from openpractice.sample.cohort import LEFT, kit_people, put_in, read_lessons, who_is_real
from openpractice.sample.inroom import put_in_room
from openpractice.sample.people import read_people
from openpractice.sample.readers import read_some
from openpractice.service.facilitator.workroom import FEEDBACK_FILES
from openpractice.service.handlers import invented

AMONG = "--among-real-people"
SHOWN_NAMES = 5


def fill(folder: CourseFolder, among_real_people: bool = False) -> list[str]:
    """Everybody put in, partly read, and noted for the facilitators' pages; what was done, in sentences.

    Raises
    ------
    GradingError
        Where real people are in the folder and nobody asked for a mixture, and whenever
        putting in is refused. Whoever has come into a sample since does not keep it shut.
    """
    asked = among_real_people or invented.count(folder.data)
    real = [] if asked else who_is_real(folder)
    if real:
        some = ", ".join(real[:SHOWN_NAMES]) + (" and others" if len(real) > SHOWN_NAMES else "")
        raise GradingError("sample-real-people", folder=folder.data, some=some, option=AMONG)
    place, notebooks = kit_people(), course_parts().notebooks
    lessons = read_lessons(notebooks)
    people, _ = read_people(place, lessons.values(), bent=True)
    invented.write(folder.data, len(people))
    left = [sentence for sentence in map(str, put_in(folder, notebooks)) if sentence.startswith(LEFT)]
    said = [f"{len(people)} invented people have handed in {len(lessons)} sessions.", *left]
    put_in_room(folder, people, lessons)
    said.append("They have shared, answered and critiqued in the room.")
    _, rubric = read_folder(course_parts().lessons).whole
    said += read_some(folder, people, rubric, lessons, folder.data / FEEDBACK_FILES)
    with gradebook.opened(folder) as engine, engine.connect() as db:
        ids = [key for key, row in roster.everybody(db).items() if row.invented]
    invented.write(folder.data, len(people), invented.print_of(place), ids)
    return said


def main() -> int:
    try:
        for sentence in fill(open_folder(), AMONG in sys.argv[1:]):
            print(sentence, flush=True)
    except GradingError as error:
        print(error, error.hint, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
