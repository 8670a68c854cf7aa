"""YAML as text with lines: every scalar stays the words that were written.

No types are guessed, so `45:00`, `no` and `03` stay as they are; aliases are
refused, because a person who edits a course does not need them. Words that YAML
itself drops (after a '#', a mark such as '&') are noted with the value.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

import yaml

#: What may stand at a place of the file: words that people read, a setting, or lists and mappings of them.
TEXT, WORD = "text", "word"

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_MARGIN = re.compile(rf"[ {_SPACES}]*(?:[-?][ {_SPACES}]+)*")
_AFTER_NAME = re.compile(rf"((?:- +)*[\w-]+:) *[\t{_SPACES}][ \t{_SPACES}]*")
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\[abefnrtv0NLP_])")


class YamlFault(Exception):
    """The text is not YAML; `line` counts from 1, `why` is the end of a sentence, `hint` what mends it where that is known."""

    def __init__(self, line: int, why: str, hint: str = ""):
        super().__init__(why)
        self.line, self.why, self.hint = line, why, hint


@dataclass(frozen=True)
class Value:
    """A scalar (str), a list of Values or a dict of Values, and its line.

    `written` is what stands in the file; `lost` says what YAML makes of it where words are lost.
    """

    value: object
    line: int
    written: str = ""
    lost: str = ""

    def entry(self, key: str) -> "Value":
        """The entry of a mapping; an empty text on the mapping's line where missing."""
        entries = self.value if isinstance(self.value, dict) else {}
        return entries.get(key, Value("", self.line))

    def entries(self) -> list["Value"]:
        return self.value if isinstance(self.value, list) else []

    def text(self) -> str:
        return self.value.strip() if isinstance(self.value, str) else ""

    def words(self) -> str:
        """As `text`, on one line: a title that YAML lets go on below is one title."""
        return " ".join(self.text().split())


class _Alias(Exception):
    """An alias stands on this line, counted from 0."""


class _WithoutAliases(yaml.SafeLoader):
    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise _Alias(self.peek_event().start_mark.line)
        return super().compose_node(parent, index)


@lru_cache(maxsize=64)
def read_yaml(text: str, first_line: int = 1) -> Value:
    """The whole text as one Value; raises YamlFault.

    The same text is read once: a rubric is asked for by each look at its course. Nobody changes a Value.
    """
    text = _plain_margins(text)
    if tab := re.search(r"(?m)^ *\t", text):
        line = text.count("\n", 0, tab.start()) + first_line
        raise YamlFault(line, "the line begins with a tab", "begin it with two spaces, not a tab")
    try:
        node = yaml.compose(text, Loader=_WithoutAliases)
        return Value("", first_line) if node is None else _value(node, text, first_line, 0)
    except _Alias as error:
        why, hint = "a value begins with '*', a mark of YAML's own", _in_quotes(text, error.args[0])
        raise YamlFault(error.args[0] + first_line, why, hint) from None
    except yaml.MarkedYAMLError as error:
        raise _in_words(error, text, first_line) from None
    except yaml.YAMLError:
        raise YamlFault(first_line, "it holds a character that YAML does not allow") from None
    except RecursionError:
        raise YamlFault(first_line, "it is nested too deeply") from None


def lost_words(value: Value, shape, name: str = "") -> list[tuple[int, str, str]]:
    """Where YAML keeps less than was written: (line, what, hint) of each place.

    `shape` is TEXT, WORD, a list with the shape of its entries, or a dict of names and shapes;
    a name that is not in the dict is not judged here.
    """
    if isinstance(shape, dict) and isinstance(value.value, dict):
        pairs = ((key, entry) for key, entry in value.value.items() if key in shape)
        return [fault for key, entry in pairs for fault in lost_words(entry, shape[key], key)]
    if isinstance(shape, list) and isinstance(value.value, list):
        return [fault for entry in value.value for fault in lost_words(entry, shape[0], name) or _empty(entry, name)]
    if isinstance(shape, str) and isinstance(value.value, str):
        remark = shape is WORD and value.lost.endswith("'# '")
        if not value.lost or remark:
            return []
        hint = "write  \\\\  for one backslash" if value.written.startswith('"') else _quoted(value.written)
        if shape is WORD and "'#'" in value.lost:
            hint = "take out what begins with '#', or write a space behind it"
        return [(value.line, f"of '{name}' not all is kept: {value.lost}", hint)]
    if value.value == "":
        return []
    if isinstance(shape, str):
        what = "a list" if isinstance(value.value, list) else "a name and its value"
        return [(value.line, f"'{name}' is read as {what}, not as words", _quoted(value.written))]
    if isinstance(shape, list):
        return [(value.line, f"'{name}' is not a list", "begin each line below it with two spaces, '-' and a space")]
    return [(value.line, f"'{name}' is not names and values", "write below it, set in by two spaces,  name: words")]


def _empty(entry: Value, name: str) -> list[tuple[int, str, str]]:
    """The fault of an entry of a list that has no words."""
    blank = isinstance(entry.value, str) and not entry.value.strip()
    return (
        [(entry.line, f"an entry of '{name}' is empty", "write its words behind '-', or take it out")] if blank else []
    )


def lost_anywhere(value: Value, name: str = "") -> list[tuple[int, str, str]]:
    """As `lost_words`, of whatever is in the value: every scalar is words that people read."""
    if isinstance(value.value, dict):
        return [fault for key, entry in value.value.items() for fault in lost_anywhere(entry, key)]
    if isinstance(value.value, list):
        return [fault for entry in value.value for fault in lost_anywhere(entry, name)]
    return lost_words(value, TEXT, name)


#: What the reader of YAML says, by how it begins, and what that is in the words of whoever wrote the line.
_SAID = (
    (r"found character '\\t'", "there is a tab where YAML takes spaces alone"),
    (r"found character '(.)' that cannot start", "a value begins with '{}', a mark of YAML's own"),
    (r"mapping values are not allowed", "there is ': ' among the words"),
    (r"(?:sequence entries|mapping keys) are not allowed", "a value begins with a mark of YAML's own and a space"),
    (
        r"expected <block end>",
        "words stand outside the quotes or brackets of their line, or are not under the line above",
    ),
    (r"expected a comment or a line break", "a value begins with '|' or '>', marks of YAML's own"),
    (r"expected chomping or indentation", "a value begins with '|' or '>', marks of YAML's own"),
    (r"expected ',' or", "a mark of YAML's own, such as '#', stands within brackets"),
    (r"expected (?:alphabetic or numeric|'!'|the node content|URI)", "a value begins with a mark of YAML's own"),
    (r"found unknown escape character '(.)'", "in double quotes '\\{}' is a mark of YAML's own"),
    (r"found unexpected end of stream", "a quote is opened and not closed"),
    (
        r"(?:but found another document|expected '<document start>')",
        "a line such as '---' or '%' ends it before its end",
    ),
    (r"could not find expected ':'", "this line has no name with ': ' behind it"),
)
_NAMED_LINE = re.compile(r"(\s*(?:- )?[\w-]+:)\s+(\S.*)")
_ENTRY = re.compile(r"\s*-\s*(\S.*)")
# A name with a colon of another keyboard behind it, or without a space.
_GLUED = re.compile(r"\s*([\w-]+)\s*[:\uff1a\ufe55\u2236\ua789]\s*(\S.*)")
#: Lists of words that people read: with ': ' an entry is a sentence there, and no name with its value.
_OF_WORDS = ("objectives",)


def _in_words(error: yaml.MarkedYAMLError, text: str, first_line: int) -> YamlFault:
    """The fault in a writer's words, on the line where it begins."""
    why = error.problem or "it is not YAML"
    begins = "end of stream" in why or "could not find expected ':'" in why
    mark = (begins and error.context_mark) or error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    for pattern, words in _SAID:
        if said := re.match(pattern, why):
            why = words.format(*said.groups())
            break
    if "---" in why:
        return YamlFault(line + first_line, why, "take that line out")
    return YamlFault(line + first_line, why, _in_quotes(text, line))


def _in_quotes(text: str, line: int) -> str:
    """What to write instead of that line, counted from 0; "" where nothing is known."""
    lines = text.splitlines()
    written = "".join(lines[line : line + 1])
    if bullet := re.fullmatch(r"(\s*)\*\s+(\S.*)", written):
        return f"begin it with '-' and a space:  - {bullet[2].strip()}"
    entry, named = _ENTRY.fullmatch(written), _NAMED_LINE.fullmatch(written)
    if entry and (named is None or _list_around(lines, line) in _OF_WORDS):
        return _quoted(_without_quotes(entry[1].strip()))
    if named:
        return _quoted(_without_quotes(named[2].strip()))
    glued = _GLUED.fullmatch(written)
    return f"write a space behind ':'  as in  {glued[1]}: {glued[2].strip()}" if glued else ""


def _list_around(lines: list[str], at: int) -> str:
    """The name above the list in which this line stands."""
    margin = len(lines[at]) - len(lines[at].lstrip())
    for line in reversed(lines[:at]):
        inner = len(line) - len(line.lstrip())
        if found := re.match(r"\s*([\w-]+):", line):
            return found[1] if inner <= margin else ""
    return ""


def _without_quotes(written: str) -> str:
    """The words without the quotes around them, where those are one pair or the first of one."""
    quote = written[:1]
    inner = written.strip(quote) if quote in ('"', "'") else ""
    paired = inner and len(written) - len(inner) == 2 and inner.count(quote) % 2 == (quote == "'")
    return inner if paired or (quote == '"' and inner and quote not in written[1:]) else written


def _quoted(written: str) -> str:
    return "put it in double quotes:  " + json.dumps(" ".join(written.split()), ensure_ascii=False)


def _plain_margins(text: str) -> str:
    """No-break and other wide spaces where only plain ones count: before a value, and after '-' and ':'."""
    lines = []
    for line in text.split("\n"):
        line = _MARGIN.sub(lambda found: re.sub(f"[{_SPACES}]", " ", found[0]), line, count=1)
        margin = len(line) - len(line.lstrip(" "))
        lines.append(line[:margin] + _AFTER_NAME.sub(r"\1 ", line[margin:], count=1))
    return "\n".join(lines)


def _value(node, text, first_line, column) -> Value:
    line, written = node.start_mark.line + first_line, text[node.start_mark.index : node.end_mark.index].strip()
    mark = re.match(r"[&!]\S*", written)
    lost = f"YAML takes '{mark[0]}' for a mark of its own" if mark else ""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, text, line, column, written, lost)
    if isinstance(node, yaml.SequenceNode):
        inner = node.start_mark.column
        return Value([_value(item, text, first_line, inner) for item in node.value], line, written, lost)
    entries = {}
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode):
            line = key.start_mark.line
            raise YamlFault(line + first_line, "a value begins with a mark of YAML's own", _in_quotes(text, line))
        if key.value in entries:
            raise YamlFault(key.start_mark.line + first_line, f"'{key.value}' stands twice", "keep one of them")
        entries[key.value] = _value(item, text, first_line, key.start_mark.column)
    return Value(entries, line, written, lost)


def _scalar(node, text, line, column, written, lost) -> Value:
    escape = _ESCAPE.search(written) if node.style == '"' else None
    if escape:
        lost = f"YAML takes '{escape[1]}' for a sign that nobody sees"
    dropped = _dropped(text, node.end_mark.index, column) if node.style is None else ""
    if dropped and not lost:
        sign = "'# '" if dropped.startswith("# ") else "'#'"
        lost = f"YAML passes over what follows {sign}"
    return Value(node.value, line, f"{written} {dropped}".strip(), lost)


def _dropped(text: str, end: int, column: int) -> str:
    """What YAML takes for a remark though it goes on with the words before it."""
    first, *below = text[end:].split("\n")
    found = re.match(r"\s*(#.*)", first)
    parts = [found[1]] if found else []
    for line in below if not first.strip() or found else ():
        remark = re.match(r"( *)(#.*)", line)
        if not remark or len(remark[1]) <= column:
            break
        parts.append(remark[2])
    return " ".join(parts).strip()
