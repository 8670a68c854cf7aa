"""The part `review` of course.yml: how answers are read. What is left out stays as it is in the model."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openpractice.authoring.yamltext import Value
from openpractice.model import ReviewRules

MOST_REVISIONS = 9


@dataclass(frozen=True)
class Setting:
    """One line of the part: the rule that it sets, how its words are read, what to write."""

    rule: str
    read: Callable[[str], object]
    example: str


def _share(text):
    found = re.fullmatch(r"(\d{1,3}) ?%", text)
    if not found or int(found[1]) > 100:
        raise ValueError("a share is written 0% to 100%")
    return int(found[1]) / 100


def _choice(text):
    if text.lower() not in ("yes", "no"):
        raise ValueError("it is yes or no")
    return text.lower() == "yes"


def _count(text):
    if not re.fullmatch(r"\d", text):
        raise ValueError(f"it is a whole number, 0 to {MOST_REVISIONS}")
    return int(text)


SETTINGS: Mapping[str, Setting] = {
    "calibrate-first": Setting("calibrate_first", _choice, "yes"),
    "exact": Setting("exact_at_least", _share, "60%"),
    "within-one": Setting("within_one_at_least", _share, "100%"),
    "read-twice": Setting("double", _share, "20%"),
    "appraisers-apart": Setting("appraisers_apart", _choice, "yes"),
    "show-numbers": Setting("numbers", _choice, "no"),
    "revisions": Setting("revisions", _count, "1"),
}


def read_review(part: Value, fault: Callable) -> ReviewRules:
    """The rules; `fault(line, what, hint)` is told of every line that cannot be read."""
    if part.value == "":
        return ReviewRules()
    if not isinstance(part.value, dict):
        fault(part.line, "'review' holds no settings", "write below it, indented:  read-twice: 20%")
        return ReviewRules()
    given = {}
    for name, entry in part.value.items():
        setting = SETTINGS.get(name)
        if setting is None:
            close = difflib.get_close_matches(name, SETTINGS, 1)
            hint = f"did you mean '{close[0]}:'?" if close else f"allowed: {', '.join(SETTINGS)}"
            fault(entry.line, f"'review' has no '{name}'", hint)
            continue
        try:
            given[setting.rule] = setting.read(entry.text())
        except ValueError as error:
            fault(entry.line, f"'{name}' cannot be '{entry.text()}': {error}", f"write  {name}: {setting.example}")
    return ReviewRules(**given)
