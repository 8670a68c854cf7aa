"""A part of course.yml that holds settings: lines of a name and a value, read into a frozen dataclass."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from openpractice.authoring.yamltext import Value

Rules = TypeVar("Rules")


@dataclass(frozen=True)
class Setting:
    """One line of the part: the rule that it sets, how its words are read, what to write."""

    rule: str
    read: Callable[[str], object]
    example: str


def read_settings(
    part: Value, name: str, settings: Mapping[str, Setting], rules: type[Rules], fault: Callable
) -> Rules:
    """The rules; `fault(line, what, hint)` is told of every line that cannot be read."""
    if part.value == "":
        return rules()
    if not isinstance(part.value, dict):
        first, one = next(iter(settings.items()))
        fault(part.line, f"'{name}' holds no settings", f"write below it, indented:  {first}: {one.example}")
        return rules()
    read = {}
    for key, entry in part.value.items():
        setting = settings.get(key)
        if setting is None:
            close = difflib.get_close_matches(key, settings, 1)
            hint = f"did you mean '{close[0]}:'?" if close else f"allowed: {', '.join(settings)}"
            fault(entry.line, f"'{name}' has no '{key}'", hint)
            continue
        try:
            read[setting.rule] = setting.read(entry.text())
        except ValueError as error:
            fault(entry.line, f"'{key}' cannot be '{entry.text()}': {error}", f"write  {key}: {setting.example}")
    return rules(**read)
