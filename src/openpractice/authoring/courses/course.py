"""course.yml read: what a course is called, lists and has decided, with every fault on the way."""

import difflib
from collections.abc import Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from openpractice import i18n
from openpractice.authoring.courses.review_rules import SETTINGS, read_review
from openpractice.authoring.courses.room_rules import SETTINGS as ROOM_SETTINGS
from openpractice.authoring.courses.room_rules import read_room
from openpractice.authoring.courses.sentences import read_strings
from openpractice.authoring.rules import problem
from openpractice.authoring.yamltext import TEXT, WORD, Value, YamlFault, lost_anywhere, lost_words, read_yaml
from openpractice.ids import is_id
from openpractice.model import AT_START, OPENS, Course
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
            fault(
                entry.line,
                f"the course has no '{name}'",
                f"did you mean '{close[0]}:'?" if close else "it has: " + ", ".join(_KEYS),
            )
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
    if zone and zone_of(zone) is None:
        close = difflib.get_close_matches(zone, available_timezones(), 1)
        fault(
            top.entry("time-zone").line,
            f"'time-zone' cannot be '{zone}'",
            f"did you mean '{close[0]}'?" if close else "write a city, as in  time-zone: Europe/Madrid",
        )
    course = Course(
        top.entry("id").text(),
        top.entry("title").words(),
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


def zone_of(name: str) -> tzinfo | None:
    """The time zone of that name; None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _ids(value: Value, fault) -> tuple[str, ...]:
    for entry in value.entries():
        if not is_id(entry.text()):
            fault(entry.line, f"'{entry.text()}' cannot be the id of a lesson", "write  - 1-purpose")
    return tuple(entry.text() for entry in value.entries() if is_id(entry.text()))
