"""What the facilitator's corner does, on top of release, collect and feedback."""

from __future__ import annotations

import json
import logging
from datetime import UTC
from pathlib import Path

from openpractice.authoring.courses.lessonfolder import read_folder, review_rules, time_zone
from openpractice.authoring.making.guide import guide_html
from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, open_folder
from openpractice.ids import safe_id
from openpractice.kit import built_notebooks, course_parts
from openpractice.roster import called
from openpractice.service import catalog
from openpractice.service.apart import HERE
from openpractice.service.facilitator import longwork, wherepeopleare
from openpractice.service.handlers.context import RequestContext, ServedCourse
from openpractice.service.jobs import Job
from openpractice.service.lessonpages import building
from openpractice.service.participant import lessons
from openpractice.service.people.roll import RollMember, in_exchange, is_collected
from openpractice.service.refusal import Refusal

log = logging.getLogger(__name__)
FEEDBACK_FILES = "feedback-files"


def folder_of(context: RequestContext | ServedCourse) -> CourseFolder:
    """The course's folders, for grading; a refusal in words where no data folder is set."""
    if context.places.data is None:
        raise Refusal(409, "no-data")
    found = open_folder(context.places.data, context.places.course)
    return CourseFolder(found.data, found.id, context.places.exchange, found.db_url)


def views(context: RequestContext, language: str, members: dict[str, RollMember]) -> list[dict]:
    """One entry for each lesson, released or not, in order; `members` by id are those whom the hub knows."""
    released = {lesson.id: lesson for lesson in context.shelf.lessons()} if context.shelf.outbound else {}
    built, edited = built_notebooks(), building.standing(folder_of(context)).edited
    entries = []
    for lesson_id in sorted({*released, *built, *edited}, key=_order):
        lesson = released.get(lesson_id)
        title = lesson.title if lesson else _title(built.get(lesson_id, Path(lesson_id)))
        entries.append(
            {
                "id": lesson_id,
                "title": title,
                **lessons.names_of(lesson_id, title, language),
                "released_at": lesson.release.get("released_at") if lesson else None,
                "due": lesson.due if lesson else None,
                "guide": has_guide(lesson_id),
                "edited": lesson_id in edited,
                **_standing(context, lesson_id if lesson else None, members),
            }
        )
    return entries


def _standing(context, lesson_id, members):
    if context.places.data is None or lesson_id is None:
        return {"bar": [], "handed": 0, "fresh": 0}
    return wherepeopleare.standing(context, folder_of(context), lesson_id, members)


def handed_in(context: RequestContext, lesson_id: str) -> dict:
    """Of how many people a hand-in of the lesson has come (``handed``), and of how many one is not collected yet (``fresh``)."""
    if context.places.data is None:
        return {"handed": 0, "fresh": 0}
    folder = folder_of(context)
    newest = {person: at for person, (_, at) in in_exchange(folder, lesson_id).items() if at}
    known = {}
    try:
        with gradebook.opened(folder, gradebook.BRIEFLY) as engine, engine.connect() as db:
            known = {
                person: row.handed_in_at.replace(tzinfo=UTC)
                for person, row in collected.handed_in(db, lesson_id).items()
            }
    except gradebook.GradebookInUse:
        raise  # no number is better than a wrong one
    except GradingError:
        pass  # nothing was released yet: there is no gradebook
    fresh = sum(not is_collected(at, known.get(person)) for person, at in newest.items())
    return {"handed": len(newest.keys() | known.keys()), "fresh": fresh}


def release(context: RequestContext, lesson_id: str, due: object, job: Job) -> bool:
    """Opens a lesson for everybody, or sends its corrected text."""
    due = due if isinstance(due, str) else None
    return tell(job, "release", context, lesson_id, due, _zone())


def withdraw(context: RequestContext, lesson_id: str, job: Job) -> bool:
    """Takes a released lesson back."""
    return tell(job, "withdraw", context, lesson_id)


def build(context: RequestContext, job: Job) -> bool:
    """Builds what was edited."""
    return tell(job, "build", context)


def set_due(context: RequestContext, lesson_id: str, due: str, job: Job) -> bool:
    """Sets when a released lesson is due, or with "" that it has no due time."""
    return tell(job, "set_due", context, lesson_id, due, _zone())


def _zone():
    return time_zone(course_parts().lessons)


def collect(context: RequestContext, lesson_id: str, job: Job) -> bool:
    """Takes in what was handed in."""
    return tell(job, "collect", context, lesson_id)


def give_feedback(context: RequestContext, lesson_id: str, who: str, job: Job) -> bool:
    """Returns feedback, in place and as one file a person."""
    numbers = review_rules(course_parts().lessons).numbers
    return tell(job, "give_feedback", context, lesson_id, context.places.data / FEEDBACK_FILES, numbers, who)


def feedback_files(context: RequestContext, language: str) -> list[dict]:
    """The files that `give_feedback` wrote, one a person and lesson."""
    if context.places.data is None:
        return []
    known = {lesson.id: lesson.title for lesson in context.shelf.lessons()}
    names = people(context)
    found = []
    for path in sorted((context.places.data / FEEDBACK_FILES).glob("*.html")):
        for lesson_id, title in known.items():
            person = path.stem.removesuffix(f"-{lesson_id}")
            if person != path.stem and is_person(person):
                word = lessons.names_of(lesson_id, title, language)["word"]
                found.append({"person": person, "lesson": lesson_id, "name": names.get(person) or person, "word": word})
    return found


def feedback_file(context: RequestContext, lesson_id: str, person: str) -> bytes:
    """One of those files."""
    if not (is_person(lesson_id) and is_person(person)) or context.places.data is None:
        raise Refusal(404, "not-found")
    try:
        return (context.places.data / FEEDBACK_FILES / f"{person}-{lesson_id}.html").read_bytes()
    except OSError:
        raise Refusal(404, "not-found") from None


def has_guide(lesson_id: str) -> bool:
    """Whether the lesson's source is in the kit, so that its guide can be made."""
    return (course_parts().lessons / f"{lesson_id}.md").is_file()


def guide_of(lesson_id: str, language: str) -> str:
    """The facilitator's guide in their language, made from the lesson as it is written now, released or not."""
    folder = read_folder(course_parts().lessons).in_language(language)
    lesson = folder.lesson(lesson_id)
    if lesson is None or folder.course is None or folder.rubric is None:
        raise Refusal(404, "not-found")
    return guide_html(lesson, folder.course, folder.rubric)


def tell(job: Job, what: str, context: RequestContext, *args) -> bool:
    """Whether it was done. It runs apart, as a function of `longwork`, and what it says comes in sentences."""
    try:
        done, lines = HERE.run(longwork.told, what, job.language, folder_of(context), *args)
    except Refusal as error:
        job.tell(str(error.text) or catalog.say(job.language, "refusal-" + error.code))
        return False
    except Exception:
        log.exception("The facilitator's corner could not finish %s", job.name)
        job.tell(catalog.say(job.language, "refusal-trouble"))
        return False
    for line in lines:
        job.tell(**line)
    return done


def people(context) -> dict[str, str]:
    """Everybody known, by id, with a name where one is known."""
    found = {
        place.name: ""
        for place in _folders(context.places.exchange / context.places.course / "inbound")
        if is_person(place.name)
    }
    folder = folder_of(context)
    found |= called.joined(folder)
    try:
        with gradebook.opened(folder, gradebook.BRIEFLY) as engine, engine.connect() as db:
            found |= {key: name for key, name in called.names(folder, db).items() if is_person(key)}
    except gradebook.GradebookInUse:
        raise  # no number is better than a wrong one
    except GradingError:
        pass  # nothing was released yet: there is no gradebook
    return found


def _folders(path: Path) -> list[Path]:
    try:
        return [entry for entry in path.iterdir() if entry.is_dir() and not entry.is_symlink()]
    except OSError:
        return []


def _title(path: Path) -> str:
    try:
        return str(json.loads(path.read_text("utf-8"))["metadata"]["openpractice"]["title"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.stem


def is_person(text) -> bool:
    try:
        return bool(safe_id(text))
    except ValueError:
        return False


def _order(lesson_id: str) -> tuple:
    digits = lesson_id.split("-")[0]
    return (int(digits) if digits.isdigit() else 10**9, lesson_id)
