"""Putting the sample cohort into a course.

Each person is one file under ``grading/sample/people``. Their words go the way everybody's
go: into a journal, handed in, collected. Nobody real is ever written over.
"""

from collections.abc import Iterable
from pathlib import Path

from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.releasing.release import release
from openpractice.gradebook.releasing.released import read_release
from openpractice.handins import handin, headway
from openpractice.handins.places import Places
from openpractice.handins.specs import Lesson, lesson_of, read_specs
from openpractice.i18n import Said
from openpractice.ids import is_id
from openpractice.intake.collect import collect
from openpractice.journal.journal import Journal
from openpractice.kinds.registry import sha256
from openpractice.kit import course_parts
from openpractice.names import marked
from openpractice.problems import report
from openpractice.roster import roster
from openpractice.sample.people import read_people

LEFT = "Left as they are"
SHOWN = 3


def put_in(
    folder: CourseFolder,
    notebooks: Path,
    lessons: Iterable[str] | None = None,
    upto: str | None = None,
    people: Path | None = None,
) -> tuple[str | Said, ...]:
    """The cohort in the course, handed in and collected; returns what was done, in sentences.

    Doing it again changes nothing, and what a reviewer marked stays.

    Parameters
    ----------
    folder
        The workshop's folders, from `openpractice.gradebook.coursefolder.open_folder`.
    notebooks
        The folder of built lessons; those that are not released yet are released.
    lessons
        Ids of the lessons to fill; by default every one.
    upto
        Id of the last lesson to fill, for a course that is half way.
    people
        The folder of the people's files; by default the kit's own.

    Raises
    ------
    GradingError
        When a file of the cohort has a problem, a lesson is unknown, or releasing or
        collecting is refused.
    """
    built = read_lessons(notebooks)
    cohort, problems = read_people(people or kit_people(), built.values(), bent=people is None)
    if problems:
        raise GradingError("sample-does-not-fit", what=_misfits(problems))
    sentences: list[str | Said] = []
    chosen = _chosen(built, lessons, upto)
    for lesson in chosen:
        if not (folder.outbound / lesson / "release.json").exists():
            sentences += release(folder, lesson, Path(notebooks) / lesson / f"{lesson}.ipynb").sentences
    ours = _enrol(folder, cohort)
    for lesson in chosen:
        out = lesson_of(read_release(folder, lesson).notebook)
        if [person for person in ours if _write_and_hand_in(folder, out, person)]:
            sentences += collect(folder, lesson).sentences
    left = [person.id for person in cohort if person not in ours]
    if left:
        sentences.append(f"{LEFT}, because somebody real has this name: {', '.join(left)}.")
    return tuple(sentences) or ("The sample cohort is there already. Nothing was changed.",)


def _misfits(problems) -> str:
    """What does not fit, in a few lines: after a change of the course it may be every answer."""
    shown, files = sorted(problems)[:SHOWN], {problem.path for problem in problems}
    rest = len(set(problems)) - len(shown)
    if not rest:
        return report(shown)
    first = f"The invented people do not fit this course: {rest + len(shown):,} places in {len(files)} files, such as"
    return (
        f"{first}\n{report(shown)}\nand {rest:,} more. They answer the questions of the course that comes with the kit."
    )


def who_is_real(folder: CourseFolder) -> list[str]:
    """The names, or else ids, of those in the workshop whom nobody invented, in order."""
    try:
        with gradebook.opened(folder) as engine, engine.connect() as db:
            held = roster.everybody(db)
    except GradingError:
        held = {}  # nothing was released yet
    found = {key: row.name for key, row in held.items() if row.role == "participant"}
    for parent in (folder.data / "people", folder.inbound):
        for place in parent.iterdir() if parent.is_dir() else ():
            if place.is_dir() and is_id(place.name) and place.name != folder.own_server:
                found.setdefault(place.name, place.name)
    return sorted(name for key, name in found.items() if not (key in held and held[key].invented))


def kit_people() -> Path:
    """The folder of the cohort that comes with the kit."""
    return course_parts().people


def read_lessons(notebooks: Path) -> dict[str, Lesson]:
    """The built lessons in a folder by id, in the order of the course."""
    paths = sorted(Path(notebooks).glob("*/*.ipynb"))
    return {path.stem: read_specs(path) for path in paths if path.stem == path.parent.name}


def _chosen(built, lessons, upto):
    wanted = list(built) if lessons is None else list(lessons)
    unknown = [lesson for lesson in (*wanted, *([upto] if upto else [])) if lesson not in built]
    if unknown:
        raise GradingError("sample-no-lesson", lesson=unknown[0], names=", ".join(built))
    return [lesson for lesson in built if lesson in wanted and (upto is None or lesson <= upto)]


def _enrol(folder, cohort):
    """Those of the cohort whose id no real person has, now on the roster."""
    with gradebook.opened(folder) as engine, engine.begin() as db:
        held = roster.everybody(db)
        ours = [person for person in cohort if not _is_somebody(folder, person, held.get(person.id))]
        roster.merge(
            db,
            [
                roster.ListedPerson(
                    person.id,
                    marked(person.name),
                    "",
                    marked(person.school),
                    "participant",
                    person.appraiser,
                )
                for person in ours
            ],
        )
    return ours


def _is_somebody(folder, person, row):
    return not row.invented if row else _places(folder, person).journal.exists()


def _places(folder, person):
    home = folder.data / "people" / person.id
    return Places(folder.id, home, folder.exchange, folder.data, person.id, "participant")


def _write_and_hand_in(folder, lesson, person) -> bool:
    """The person's answers to one lesson in their journal and the exchange; whether any are new."""
    places = _places(folder, person)
    journal = Journal(places.journal)
    for prompt, spec in lesson.specs.items():
        if prompt in person.answers:
            _write(journal, lesson.id, spec, person)
    if journal.states(lesson.id):  # who wrote nothing has not opened it
        headway.note(places, lesson.id, headway.count(lesson, journal.states()))
    sent = {row["id"]: row["rev"] for row in (journal.handed(lesson.id) or {"responses": []})["responses"]}
    rows = [row for row in handin.preview(journal, lesson, places)["responses"] if not row["blank"]]
    if not rows or sent == {row["id"]: row["rev"] for row in rows}:
        return False
    revs = {prompt: state.rev for prompt, state in journal.states(lesson.id).items()}
    handin.hand_in(journal, lesson, places, revs, marked(person.name))
    return True


def _write(journal, lesson, spec, person):
    prompt, value = spec["id"], person.answers[spec["id"]]
    # The key is made from the words: the same words again are the same draft, and change nothing.
    key = f"sample-{prompt}-{sha256(value)[:32]}"
    journal.put(lesson, prompt, value, journal.state(prompt).rev, key, "sample", person.id)
    state = journal.state(prompt)
    shared = spec["visibility"] == "C" or prompt in person.shares
    if shared and (not state.shared or state.shared["rev"] != state.rev):
        journal.share(prompt, state.rev)
