"""The part `review` of course.yml: how answers are read. What is left out stays as it is in the model."""

import re
from collections.abc import Callable, Mapping

from openpractice.authoring.courses.course_settings import Setting, read_settings
from openpractice.authoring.yamltext import Value
from openpractice.model import ReviewRules

MOST_REVISIONS = 9


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
    "collect-by-itself": Setting("collect_itself", _choice, "yes"),
}


def read_review(part: Value, fault: Callable) -> ReviewRules:
    """The rules; `fault(line, what, hint)` is told of every line that cannot be read."""
    return read_settings(part, "review", SETTINGS, ReviewRules, fault)
