"""What the course at hand calls itself, and the sentences it says in its own words, for one process."""

from __future__ import annotations

from openpractice import i18n
from openpractice.kit import course_parts
from openpractice.model import Course

#: The course that the sentences of the kit are those of.
KITS_OWN = "open-practice"


def course_at_hand(course_id: str) -> Course | None:
    """The course as its course.yml says; None where that cannot be read, or is another course's."""
    try:
        from openpractice.authoring.courses.lessonfolder import read_folder_course
    except ModuleNotFoundError:  # where somebody only reads lessons, in their own Jupyter
        return None
    found = read_folder_course(course_parts().lessons)
    return found if found and found.id == course_id else None


def say_as_course(course_id: str) -> None:
    """From now on this process calls the course by its own title, and says its own sentences."""
    course = course_at_hand(course_id)
    if course is None and course_id == KITS_OWN:
        return i18n.say_instead({})
    title = course.title if course else course_id.replace("-", " ").capitalize()
    own = {language: {"course-title": title} for language in i18n.languages()}
    for language, table in (course.strings if course else {}).items():
        own[language] |= table
    return i18n.say_instead(own)
