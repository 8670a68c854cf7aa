"""The folder of lessons read as a whole: course.yml, rubric.yml, lessons, released.txt.

A course in several languages has its files side by side: `1-purpose.md` and `1-purpose.es.md`,
`rubric.yml` and `rubric.es.yml`. Each further language is read as a folder of its own.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from openpractice import i18n
from openpractice.authoring.courses.review_rules import SETTINGS, read_review
from openpractice.authoring.courses.room_rules import SETTINGS as ROOM_SETTINGS
from openpractice.authoring.courses.room_rules import read_room
from openpractice.authoring.courses.rubric import read_rubric
from openpractice.authoring.courses.sentences import read_strings, read_texts
from openpractice.authoring.format.lesson import read_lesson
from openpractice.authoring.format.pasted import meant_signs, seen_only
from openpractice.authoring.format.taking import take
from openpractice.authoring.rules import problem
from openpractice.authoring.yamltext import TEXT, WORD, Value, YamlFault, lost_anywhere, lost_words, read_yaml
from openpractice.files import is_left_beside
from openpractice.ids import is_id
from openpractice.model import AT_START, OPENS, Course, Lesson, Prompt, ReviewRules, RoomRules, Rubric
from openpractice.names import plain_id

_SHAPE = {
    "id": WORD,
    "title": TEXT,
    "language": WORD,
    "lessons": [WORD],
    "drafts": [WORD],
    "review": dict.fromkeys(SETTINGS, WORD),
    "math": WORD,
    "time-zone": WORD,
    "room": dict.fromkeys(ROOM_SETTINGS, WORD),
    "open": WORD,
    "from": TEXT,
    "group": WORD,
    "at-start": WORD,
    "strings": {},
    "also-in": [WORD],
}
_KEYS = tuple(_SHAPE)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class ReleasedPrompt:
    """A prompt that people have answered: its kind and criteria must stay."""

    lesson: str
    prompt: str
    kind: str
    criteria: tuple[str, ...]
    line: int


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


def read_course(text: str, path: str, texts: Mapping[str, dict] | None = None) -> tuple[Course | None, list]:
    """The course and the problems of course.yml; `texts` are the sentences that files beside it hold, by language."""
    problems = []

    def fault(line, what, hint=""):
        problems.append(problem("bad-course", path, line, what=what, hint=hint))

    try:
        top = read_yaml(text)
    except YamlFault as error:
        hint = error.hint or "put the title in double quotes"
        fault(error.line, f"the course cannot be read: {error.why}", hint)
        return None, problems
    for line, what, hint in lost_words(top, _SHAPE) + lost_anywhere(top.entry("strings")):
        problems.append(problem("lost-words", path, line, what=what, hint=hint))
    meant = set()  # by a name with a slip in it: that what it means is missing is the same fault
    for name, entry in top.value.items() if isinstance(top.value, dict) else ():
        if name not in _KEYS:
            close = difflib.get_close_matches(name, _KEYS, 1)
            meant.update(close)
            fault(entry.line, f"the course has no '{name}'", f"did you mean '{close[0]}:'?" if close else "")
    for name in ("id", "title"):
        if not top.entry(name).text() and name not in meant:
            fault(top.entry(name).line, f"the course has no {name}", f'write  {name}: "..."')
    lessons, drafts = _ids(top.entry("lessons"), fault), _ids(top.entry("drafts"), fault)
    if not lessons and "lessons" not in meant:
        fault(top.entry("lessons").line, "the course lists no lessons", "write  lessons:  and  - 1-purpose")
    for twice in sorted({name for name in lessons + drafts if (lessons + drafts).count(name) > 1}):
        fault(top.entry("lessons").line, f"'{twice}' is listed twice", "keep one of them")
    language = top.entry("language").text() or "en"
    also_in = _languages(top.entry("also-in"), language, fault)
    texts = texts or {}
    spoken = {*i18n.languages(), *texts, *(each.split("-")[0] for each in (language, *also_in))}
    strings = read_strings(top.entry("strings"), spoken, fault)
    review = read_review(top.entry("review"), fault)
    opens, at_start = _one_of(top, "open", OPENS, fault), _one_of(top, "at-start", AT_START, fault)
    math = top.entry("math").text().lower() or "no"
    if math not in _YES_NO:
        fault(top.entry("math").line, f"'math' cannot be '{math}'", "write  math: true")
    group = top.entry("group").text().lower() or "yes"
    if group not in _YES_NO:
        fault(top.entry("group").line, f"'group' cannot be '{group}'", "write  group: no")
    zone = top.entry("time-zone").text()
    if zone and _zone(zone) is None:
        close = difflib.get_close_matches(zone, available_timezones(), 1)
        fault(
            top.entry("time-zone").line,
            f"'time-zone' cannot be '{zone}'",
            f"did you mean '{close[0]}'?" if close else "write a city, as in  time-zone: Europe/Madrid",
        )
    course = Course(
        top.entry("id").text(),
        top.entry("title").text(),
        language,
        lessons,
        drafts,
        review,
        room=read_room(top.entry("room"), fault),
        opens=opens,
        math=_YES_NO.get(math, False),
        time_zone=zone,
        source=top.entry("from").text(),
        group=_YES_NO.get(group, True),
        at_start=at_start,
        strings={each: texts.get(each, {}) | strings.get(each, {}) for each in {**texts, **strings}},
        also_in=also_in,
    )
    if course.id and not is_id(course.id):
        problems.append(problem("bad-id", path, top.entry("id").line, id=course.id, plain=plain_id(course.id)))
    return (None if problems else course), problems


def _languages(value: Value, first: str, fault) -> tuple[str, ...]:
    for entry in value.entries():
        if not i18n.TAG.fullmatch(entry.text()) or entry.text() == first:
            why = "is the first language" if entry.text() == first else "is no language"
            fault(entry.line, f"'also-in' names '{entry.text()}', which {why}", "write its short name:  - es")
    found = dict.fromkeys(entry.text() for entry in value.entries())
    return tuple(each for each in found if each != first and i18n.TAG.fullmatch(each))


def _one_of(top: Value, name: str, allowed: tuple[str, ...], fault) -> str:
    """The word of a setting that has a few; the first where it is left out."""
    found = top.entry(name).text() or allowed[0]
    if found not in allowed:
        close = difflib.get_close_matches(found, allowed, 1)
        hint = f"did you mean '{close[0]}'?" if close else f"write  {name}: {allowed[0]}"
        fault(top.entry(name).line, f"'{name}' cannot be '{found}' (allowed: {', '.join(allowed)})", hint)
    return found


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
    return _zone(course.time_zone) if course else None


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _ids(value: Value, fault) -> tuple[str, ...]:
    for entry in value.entries():
        if not is_id(entry.text()):
            fault(entry.line, f"'{entry.text()}' cannot be the id of a lesson", "write  - 1-purpose")
    return tuple(entry.text() for entry in value.entries() if is_id(entry.text()))


def read_released(text: str, path: str) -> tuple[list, list]:
    """The released prompts, a line each: lesson, prompt, kind, criteria."""
    released, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if len(words) >= 3:
            lesson, prompt, kind, *criteria = words
            released.append(ReleasedPrompt(lesson, prompt, kind, tuple(criteria), number))
        elif words:
            problems.append(problem("bad-released", path, number, text=line))
    return released, problems


def released_text(lesson: Lesson) -> str:
    """The lines of released.txt that freeze this lesson's prompts."""
    lines = (f"{lesson.id} {p.id} {p.kind} {' '.join(p.criteria)}".rstrip() for p in lesson.prompts)
    return "".join(line + "\n" for line in lines)


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
        return seen_only(meant_signs(file.read_bytes().decode("utf-8")), whole=file.suffix != ".md")
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
