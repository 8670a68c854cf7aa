"""A lesson file read into a Lesson, with every fault found on the way.

Reading never stops at the first fault and never raises for content: what cannot
be read is reported and left out, so that the rest is still checked.
"""

import re
from dataclasses import dataclass, field, replace

from openpractice.authoring.format.blocks import Block, Passage, parser, read_blocks
from openpractice.authoring.format.fences import plain_option
from openpractice.authoring.format.options import BLOCKS, field_name, options_of
from openpractice.authoring.format.optiontext import near, read_options
from openpractice.authoring.rules import problem
from openpractice.authoring.yamltext import TEXT, WORD, Value, YamlFault, lost_words, read_yaml
from openpractice.ids import is_id
from openpractice.kinds.registry import KINDS
from openpractice.model import AgendaCue, AgendaStep, Exemplar, Item, Lesson, Note, Prompt, Take, TakenOtherwise, Text
from openpractice.names import plain_id

_SHAPE = {"id": WORD, "title": TEXT, "minutes": WORD, "principle": WORD, "objectives": [TEXT], "language": WORD}
_FRONT = tuple(_SHAPE)
_SETTING = "{}:"
_ONCE = ("objectives", "agenda", "keypoints")


@dataclass
class _Reading:
    path: str
    parts: list = field(default_factory=list)
    agenda: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    seen: set = field(default_factory=set)

    def fault(self, code, line, /, **words):
        self.problems.append(problem(code, self.path, line, **words))


def read_lesson(text: str, path: str, language: str = "en", math: bool = False) -> tuple[Lesson, list]:
    """The lesson and the problems of its file, in the order they were found.

    A lesson comes back whatever the faults; build only where there are none.
    """
    pages = read_blocks(text, path)
    reading = _Reading(path, problems=list(pages.problems))
    front = _front_matter(pages.front, reading)
    for piece in pages.pieces:
        if isinstance(piece, Block):
            _read_block(piece, reading)
        else:
            _read_passage(piece, reading)
    objectives = [value.words() for value in front.entry("objectives").entries() if value.words()]
    lesson = Lesson(
        id=front.entry("id").text(),
        title=front.entry("title").words(),
        minutes=_whole(front, "minutes", reading),
        principle=_whole(front, "principle", reading),
        objectives=tuple(objectives or _listed(reading.parts)),
        language=front.entry("language").text() or language,
        parts=tuple(reading.parts),
        agenda=tuple(reading.agenda),
        path=path,
        line=front.entry("id").line,
        math=math,
    )
    return lesson, reading.problems


def _read_passage(passage: Passage, reading: _Reading) -> None:
    for offset, line in enumerate(passage.body.split("\n")):
        if option := plain_option(line):
            reading.fault("stray-option", passage.line + offset, name=option.split(":")[1])
    reading.parts.append(Text("text", "", passage.body, passage.line, passage.line))


_WHOLE_FRONT = "write on each line a name, ': ' and its value, as in  title: \"Listening\""
_MARKED_FRONT = "begin the file with a line of '---' and nothing above it, then id, title and minutes, then '---' again"


def _front_matter(front, reading) -> Value:
    if front is None:
        reading.fault(
            "front-matter", 1, why="the first line is not '---', or the second is missing", hint=_MARKED_FRONT
        )
        return Value({}, 1)
    try:
        value = read_yaml(front, first_line=2)
    except YamlFault as fault:
        reading.fault("front-matter", fault.line, why=fault.why, hint=fault.hint or _WHOLE_FRONT)
        return Value({}, 1)
    if not isinstance(value.value, dict):
        reading.fault("front-matter", value.line, why="it is not made of lines like 'title: ...'", hint=_WHOLE_FRONT)
        return Value({}, 1)
    for line, what, hint in lost_words(value, _SHAPE):
        reading.fault("lost-words", line, what=what, hint=hint)
    for name, entry in value.value.items():
        if name not in _FRONT:
            reading.fault("unknown-option", entry.line, name=name, near=near(name, _FRONT, _SETTING), allowed=_FRONT)
    if not value.entry("title").text():
        reading.fault("missing-title", value.line)
    if not is_id(value.entry("id").text()):
        reading.fault(
            "bad-id", value.entry("id").line, id=value.entry("id").text(), plain=plain_id(value.entry("id").text())
        )
    return value


def _whole(front, name, reading) -> int:
    entry = front.entry(name)
    most = 6 if name == "principle" else 600
    if re.fullmatch("[0-9]{1,3}", entry.text()) and int(entry.text()) <= most:
        return int(entry.text())
    if (name == "minutes" and front.value) or entry.value != "":
        example = "1" if name == "principle" else "45"
        reading.fault(
            "bad-front",
            entry.line,
            name=name,
            value=entry.text(),
            why=f"it is not a whole number up to {most}",
            example=example,
        )
    return 0


def _listed(parts) -> list[str]:
    """The objectives as written in their block, an entry of its list each."""
    entries = []
    for part in parts:
        if isinstance(part, Text) and part.block == "objectives":
            entries += listed(part.body)
    return entries


def listed(markdown: str) -> list[str]:
    """The entries of the lists in a text, each on one line."""
    tokens = parser().parse(markdown)
    entries: list = []
    depth = 0
    for token in tokens:
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "list_item_open":
            entries.append([])
        elif token.type == "inline" and depth:
            entries[-1] += token.content.split()
    return [" ".join(words) for words in entries if words]


def _read_block(block: Block, reading: _Reading) -> None:
    if block.name not in BLOCKS:
        known = tuple(BLOCKS)
        reading.fault(
            "unknown-block", block.line, name=block.name, near=near(block.name, known, ":::{{{}}}"), allowed=known
        )
        return
    if block.name in _ONCE and block.name in reading.seen:
        reading.fault("repeated-block", block.line, name=block.name)
    reading.seen.add(block.name)
    options, body, body_line, problems = read_options(block, reading.path)
    reading.problems += problems
    if not body and block.name != "take":
        reading.fault("empty-block", block.line, name=block.name)
    place = (body, block.line, body_line)
    if block.name == "prompt":
        _read_prompt(block, options, body, body_line, reading)
    elif block.name == "exemplar":
        reading.parts.append(Exemplar(block.heading, _text_of(options, "level"), *place))
    elif block.name == "take":
        changes = TakenOtherwise(**{name.replace("-", "_"): entry[0] for name, entry in options.items()})
        reading.parts.append(Take(block.heading, *place, changes))
    elif block.name == "facilitator":
        reading.parts.append(Note(_text_of(options, "about"), block.heading, *place))
    else:
        reading.parts.append(Text(block.name, block.heading, *place))
    if block.name in ("objectives", "keypoints") and body and not listed(body):
        reading.fault("no-list", body_line, name=block.name)
    if block.name == "agenda":
        _read_agenda(body, body_line, reading)


def _text_of(options, name) -> str:
    return options[name][0] if name in options else ""


def _read_agenda(body, line, reading):
    """Its steps, and what is set in below a step as cues within it."""
    margin = None
    for offset, text in enumerate(body.split("\n")):
        match = re.fullmatch(r"([ \t]*)[-*+]\s+([0-9]{1,3})\s*\|\s*(\S.*)", text.rstrip())
        if not match:
            if text.strip():
                reading.fault("bad-agenda", line + offset, text=text)
            continue
        margin = len(match[1]) if margin is None else margin
        if len(match[1]) > margin + 1:
            _read_cue(AgendaCue(int(match[2]), match[3].strip(), line + offset), reading)
        else:
            what, names = _named(match[3].strip())
            reading.agenda.append(AgendaStep(int(match[2]), what, line + offset, names))


def _read_cue(cue, reading):
    step = reading.agenda[-1]
    after = step.cues[-1].at if step.cues else 0
    if not after < cue.at < step.minutes:
        reading.fault("agenda-cue", cue.line, what=cue.what, at=cue.at, minutes=step.minutes)
    reading.agenda[-1] = replace(step, cues=(*step.cues, cue))


def _named(text: str) -> tuple[str, tuple[str, ...]]:
    """A step's words, and what a list of ids after a last bar says falls into it."""
    what, bar, tail = text.rpartition("|")
    names = tuple(re.split(r"[,\s]+", tail.strip()))
    return (what.strip(), names) if bar and what.strip() and all(map(is_id, names)) else (text, ())


def _read_prompt(block, options, body, body_line, reading):
    value = {name: entry[0] for name, entry in options.items()}
    kind = value.get("kind", "")
    if not block.heading:
        reading.fault("empty-block", block.line, name="prompt heading")
    if kind not in KINDS or "id" not in value:
        return
    own = {}
    for option in options_of(kind):
        if option.name in value:
            own[field_name(option)] = value[option.name]
    if kind == "slider" and "rows" not in own and "rows_from" not in own:
        own["rows"] = (Item("value", block.heading),)
    if "starters" in value:
        own["starters"] = value["starters"]
    reading.parts.append(
        Prompt(
            id=value["id"],
            kind=kind,
            title=block.heading,
            body=body,
            line=block.line,
            visibility=value.get("visibility", "F"),
            may_share=value.get("may-share", False),
            minutes=value.get("minutes"),
            why=value.get("why", ""),
            criteria=value.get("criteria", ()),
            lead_first=value.get("lead-first", False),
            extension=value.get("extension", False),
            branch_of=value.get("branch-of", ""),
            branch_when=value.get("branch-when", ()),
            answer_with=value.get("answer-with", ""),
            recall=value.get("recall", ()),
            options=own,
            lines={name: entry[1] for name, entry in options.items()},
            body_line=body_line,
        )
    )
