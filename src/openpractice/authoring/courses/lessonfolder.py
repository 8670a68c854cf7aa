"""The folder of lessons read as a whole: course.yml, rubric.yml, lessons, released.txt.

A course in several languages has its files side by side: `1-purpose.md` and `1-purpose.es.md`,
`rubric.yml` and `rubric.es.yml`. Each further language is read as a folder of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path

from openpractice import i18n
from openpractice.authoring.courses.course import read_course, zone_of
from openpractice.authoring.courses.releasedprompts import ReleasedPrompt, read_released
from openpractice.authoring.courses.rubric import read_rubric
from openpractice.authoring.courses.sentences import read_texts
from openpractice.authoring.format.lesson import read_lesson
from openpractice.authoring.format.pasted import lists_in_a_line, meant_signs, seen_only
from openpractice.authoring.format.taking import take
from openpractice.authoring.rules import problem
from openpractice.files import is_left_beside
from openpractice.model import Course, Lesson, Prompt, ReviewRules, RoomRules, Rubric

_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Folder:
    """Everything in a folder of lessons; parts that cannot be read are None or left out.

    `texts` holds each lesson's file as it was read, by its path; `others` the same folder
    in each further language of the course.
    """

    path: Path
    course: Course | None
    rubric: Rubric | None
    lessons: tuple[Lesson, ...]
    released: tuple[ReleasedPrompt, ...]
    problems: tuple
    texts: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, "Folder"] = field(default_factory=dict)

    @property
    def whole(self) -> tuple[Course, Rubric]:
        """The course and the rubric, which all that is built is built with.

        Raises
        ------
        ValueError
            Where one of them could not be read, which `problems` says.
        """
        if self.course is None or self.rubric is None:
            raise ValueError(f"nothing can be built of {self.path}, which has faults")
        return self.course, self.rubric

    @property
    def in_all_languages(self) -> tuple["Folder", ...]:
        return (self, *self.others.values())

    def in_language(self, language: str) -> "Folder":
        """The folder in that language; in its first one where it has no other."""
        return self.others.get(language, self)

    def lesson(self, lesson_id: str) -> Lesson | None:
        return next((item for item in self.lessons if item.id == lesson_id), None)

    def in_order(self) -> list[Lesson]:
        """The lessons that are built, in the course's order."""
        found = (self.lesson(name) for name in (self.course.lessons if self.course else ()))
        return [lesson for lesson in found if lesson]


def read_folder(path: Path, taking: bool = True) -> Folder:
    """The folder and the problems of reading it; what the lessons say is not judged here.

    Without `taking`, blocks that another course's lessons hold are left out: nothing is
    taken from a course that takes itself.
    """
    problems: list = []
    course = _course(path, problems)
    source = _source(path, course, problems) if taking else None
    released = _read(path / "released.txt", read_released, problems, needed=False)
    problems += _unlisted_languages(path, course)
    first, others = _in_one_language(path, course, source, "", taking), {}
    if course:
        for language in course.also_in:
            others[language] = _in_one_language(path, course.in_language(language), source, language, taking)
    return replace(
        first,
        released=tuple(released or ()),
        problems=(*problems, *first.problems, *_listing(path, course, first.lessons)),
        others=others,
    )


def _in_one_language(path, course, source, language, taking) -> Folder:
    """The files of one language; "" is the course's first, whose files name none."""
    problems: list = []
    source = source.in_language(language) if source else None
    rubric_file = path / (f"rubric.{language}.yml" if language else "rubric.yml")
    if source and not rubric_file.is_file():
        rubric_file = source.path / rubric_file.name
    rubric = _read(rubric_file, read_rubric, problems, needed=not language)
    spoken, math = (course.language, course.math) if course else ("en", False)
    lessons, texts = [], {}
    for file in _files_of_lessons(path):
        text = _text(file, problems) if language_of(file) == language else None
        if text is not None:
            lesson, found = read_lesson(text, str(file), spoken, math)
            lessons.append(lesson)
            texts[lesson.path] = text
            problems += found
    given = {lesson.id: lesson for lesson in source.lessons} if source else {}
    taken = take(lessons, given, group=course.group if course else True)
    lessons = [_by_rubric(each, rubric) for each in taken.lessons]
    problems += taken.problems if taking else ()
    return Folder(path, course, rubric, tuple(lessons), (), tuple(problems), texts)


def _files_of_lessons(path: Path) -> list[Path]:
    """The files of lessons in a folder, without those that a Mac, an editor or a word processor lays beside them."""
    return sorted(file for file in path.glob("*.md") if not is_left_beside(file))


def name_of(file: Path | str) -> str:
    """The lesson's id as its file's name says it, whatever the language."""
    return Path(file).name.partition(".")[0]


def language_of(file: Path | str) -> str:
    """The language that a lesson's file names, as in `1-purpose.es.md`; "" for the course's first."""
    return Path(file).stem.partition(".")[2]


def _unlisted_languages(path: Path, course: Course | None):
    """Lessons whose file names a language that is not among the course's further ones."""
    if course is None:
        return
    for file in _files_of_lessons(path):
        language = language_of(file)
        if language and language not in course.also_in:
            hint = f"add it below 'also-in' in course.yml:  - {language}"
            if language == course.language or not i18n.TAG.fullmatch(language):
                hint = f"write the course's first language without its name: {name_of(file)}.md"
            yield problem("language-unlisted", str(file), 1, language=language, hint=hint)


def _by_rubric(lesson: Lesson, rubric: Rubric | None) -> Lesson:
    """The lesson with each prompt's criteria in the rubric's order, so that two ways of writing mean the same."""
    order = [each.code for each in rubric.criteria] if rubric else []
    place = {code: number for number, code in enumerate(order)}

    def ordered(part):
        if not isinstance(part, Prompt) or len(part.criteria) < 2:
            return part
        return replace(part, criteria=tuple(sorted(part.criteria, key=lambda code: place.get(code, len(place)))))

    return replace(lesson, parts=tuple(ordered(part) for part in lesson.parts))


def _course(path: Path, problems: list, needed: bool = True) -> Course | None:
    """The course of the folder with its files of sentences; the languages that those make are spoken from now on."""
    texts = read_texts(path / "text", problems)
    course = _read(path / "course.yml", lambda text, name: read_course(text, name, texts), problems, needed)
    if course:
        i18n.add_languages({language: course.strings[language] for language in texts})
    return course


def _source(path, course, problems):
    """The folder that a course takes blocks from, itself read without taking; None where there is none."""
    if not course or not course.source:
        return None
    place = (path / course.source).resolve()
    if not (place / "course.yml").is_file() or place == path.resolve():
        hint = "write the folder of lessons as it is seen from this one, as in  from: ../../lessons"
        problems.append(problem("missing-file", str(path / "course.yml"), 1, name=course.source, hint=hint))
        return None
    return read_folder(place, taking=False)


def read_folder_course(path: Path) -> Course | None:
    """The course of a folder of lessons; None where its course.yml is not there or cannot be read."""
    return _course(path, [], needed=False)


def review_rules(path: Path) -> ReviewRules:
    """How answers are read, by the course.yml in the folder; the usual rules where it cannot be read."""
    course = read_folder_course(path)
    return course.review if course else ReviewRules()


def room_rules(path: Path) -> RoomRules:
    """How a cohort sees itself, by the course.yml in the folder; the usual rules where it cannot be read."""
    course = read_folder_course(path)
    return course.room if course else RoomRules()


def time_zone(path: Path) -> tzinfo | None:
    """Where the course is held, by the course.yml in the folder; None where it does not say."""
    course = read_folder_course(path)
    return zone_of(course.time_zone) if course else None


def _read(file, reader, problems, needed=True):
    if not file.is_file():
        if needed:
            hint = "check reads a folder of lessons; course.yml and rubric.yml belong in it"
            problems.append(problem("missing-file", str(file), 1, name=file.name, hint=hint))
        return None
    text = _text(file, problems)
    if text is None:
        return None
    found, more = reader(text, str(file))
    problems += more
    return found


def _text(file: Path, problems) -> str | None:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("it is larger than two megabytes")
        text = file.read_bytes().decode("utf-8")
        if file.suffix == ".md":
            for line, words, better in lists_in_a_line(text):
                problems.append(problem("run-together", str(file), line, text=words, better=better))
        return seen_only(meant_signs(text), whole=file.suffix != ".md")
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
    problems.append(problem("unreadable", str(file), 1, why=why))
    return None


def _listed_as(lesson: Lesson) -> set[str]:
    """What course.yml may call it: that its id is not its file's name is a fault of its own."""
    return {lesson.id, name_of(lesson.path)}


def _listing(path, course, lessons):
    """Lessons that course.yml names and the folder has not, and the other way round."""
    if course is None:
        return []
    problems, listed, ids = [], course.lessons + course.drafts, {lesson.id for lesson in lessons}
    for name in listed:
        if name not in ids and not (path / f"{name}.md").is_file():
            hint = f"write {name}.md, or take it out of course.yml"
            problems.append(problem("missing-file", str(path / "course.yml"), 1, name=f"{name}.md", hint=hint))
    for lesson in lessons:
        if lesson.id and not _listed_as(lesson) & set(listed):
            problems.append(problem("unlisted-lesson", lesson.path, lesson.line))
    return problems
