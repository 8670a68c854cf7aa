"""The part `room` of course.yml: how a cohort sees itself. What is left out stays as it is in the model."""

import re
from collections.abc import Callable, Mapping

from openpractice.authoring.courses.course_settings import Setting, read_settings
from openpractice.authoring.yamltext import Value
from openpractice.model import RoomRules

LEAST_COUNT, MOST_COUNT = 5, 1000
MOST_MINUTES = 14 * 24 * 60


def _between(low, high):
    def read(text):
        if not re.fullmatch(r"\d{1,6}", text) or not low <= int(text) <= high:
            raise ValueError(f"it is a whole number, {low} to {high}")
        return int(text)

    return read


def _one_of(*words):
    def read(text):
        if text.lower() not in words:
            raise ValueError(f"it is {', '.join(words[:-1])} or {words[-1]}")
        return text.lower()

    return read


SETTINGS: Mapping[str, Setting] = {
    "count-from": Setting("count_from", _between(LEAST_COUNT, MOST_COUNT), "5"),
    "critique-schools": Setting("critique_schools", _one_of("any", "across", "within"), "any"),
    "critique-names": Setting("critique_names", _one_of("always", "after-first"), "always"),
    "critique-minutes": Setting("lease_minutes", _between(1, MOST_MINUTES), "120"),
    "leaving": Setting("leaving", _one_of("erase", "nameless"), "erase"),
}


def read_room(part: Value, fault: Callable) -> RoomRules:
    """The rules; `fault(line, what, hint)` is told of every line that cannot be read."""
    return read_settings(part, "room", SETTINGS, RoomRules, fault)
