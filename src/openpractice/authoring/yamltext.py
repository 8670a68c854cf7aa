"""YAML as text with lines: every scalar stays the words that were written.

No types are guessed, so `45:00`, `no` and `03` stay as they are; anchors are
refused, because a person who edits a course does not need them.
"""

from dataclasses import dataclass

import yaml


class YamlFault(Exception):
    """The text is not YAML; `line` counts from 1, `why` is the end of a sentence."""

    def __init__(self, line: int, why: str):
        super().__init__(why)
        self.line, self.why = line, why


@dataclass(frozen=True)
class Value:
    """A scalar (str), a list of Values or a dict of Values, and its line."""

    value: object
    line: int

    def entry(self, key: str) -> "Value":
        """The entry of a mapping; an empty text on the mapping's line where missing."""
        entries = self.value if isinstance(self.value, dict) else {}
        return entries.get(key, Value("", self.line))

    def entries(self) -> list["Value"]:
        return self.value if isinstance(self.value, list) else []

    def text(self) -> str:
        return self.value.strip() if isinstance(self.value, str) else ""


def read_yaml(text: str, first_line: int = 1) -> Value:
    """The whole text as one Value; raises YamlFault."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise YamlFault(event.start_mark.line + first_line, "it holds an alias (*)")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return Value("", first_line) if node is None else _value(node, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        raise YamlFault(line, error.problem or "it is not YAML") from None
    except yaml.YAMLError:
        raise YamlFault(first_line, "it holds a character that YAML does not allow") from None
    except RecursionError:
        raise YamlFault(first_line, "it is nested too deeply") from None


def _value(node, first_line) -> Value:
    line = node.start_mark.line + first_line
    if isinstance(node, yaml.ScalarNode):
        return Value(node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Value([_value(item, first_line) for item in node.value], line)
    entries = {}
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlFault(key.start_mark.line + first_line, "a name is not a word")
        if key.value in entries:
            raise YamlFault(key.start_mark.line + first_line, f"'{key.value}' stands twice")
        entries[key.value] = _value(item, first_line)
    return Value(entries, line)
