"""The option lines of one block, converted by the table of options."""

import difflib
import re

from openpractice.authoring.format import values
from openpractice.authoring.format.blocks import Block
from openpractice.authoring.format.fences import plain_option
from openpractice.authoring.format.options import LISTS, OPTIONS, options_for
from openpractice.authoring.rules import problem
from openpractice.kinds.registry import KINDS, drawn_kinds
from openpractice.names import plain_id

_OPTION = re.compile(r":([A-Za-z][\w-]*):(?:\s+(.*))?")
_NAMES = {option.name for option in OPTIONS}
_FEW = 8
_GOES_ON = (*LISTS, values.read_text)


def near(name: str, known, form: str = ":{}:") -> str:
    """A hint with the nearest known name; else where the kit's own are listed, or some of the course's."""
    close = difflib.get_close_matches(name.lower(), known, 1, 0.6)
    named = form.format(close[0]) if close else ""
    if close:
        return f"did you mean '{named}'?"
    if form in ("{}", "{}/..."):
        return f"there are: {', '.join([*known][:_FEW])}{' …' * (len(known) > _FEW)}" if known else "there is none yet"
    return "openpractice check --reference  lists them all"


def read_options(block: Block, path: str):
    """(options, body, line of the body, problems) of a block.

    `options` maps a name to (value, line); what could not be read is not in it.
    """
    raw, at, problems = _leading(block, path)
    body_lines = list(block.lines[at:])
    while body_lines and not body_lines[0].strip():
        body_lines.pop(0)
        at += 1
    body_line = block.line + 1 + at
    problems += _late(body_lines, body_line, path)
    options, more = _convert(block, raw, path)
    return options, "\n".join(body_lines).rstrip(), body_line, problems + more


def _leading(block, path):
    """The option lines at the head: {name: (entries, line)}, lines used, problems."""
    raw: dict = {}
    problems: list = []
    last, at = None, 0
    for at, line in enumerate(block.lines):
        number = block.line + 1 + at
        match = _OPTION.fullmatch(line.rstrip())
        if not line.strip():
            return raw, at, problems
        if match:
            last = match[1]
            if last in raw:
                problems.append(problem("repeated-option", path, number, name=last))
            raw.setdefault(last, ([(match[2] or "").strip()], number))
        elif line.startswith("  ") and last:
            raw[last][0].append(line.strip())
        elif not raw and not line.startswith(":"):
            return raw, at, problems
        else:
            code = "tab" if line.startswith("\t") else "bad-option"
            problems.append(problem(code, path, number, text=line))
    return raw, len(block.lines), problems


def _late(body_lines, body_line, path):
    problems = []
    for offset, line in enumerate(body_lines):
        match = _OPTION.fullmatch(plain_option(line) or line.rstrip())
        if match and (offset == 0 or match[1] in _NAMES):
            problems.append(problem("late-option", path, body_line + offset, name=match[1]))
    return problems


def _convert(block, raw, path):
    kind, problems = "", []
    if block.name == "prompt" and "kind" in raw:
        entries, line = raw["kind"]
        kind = entries[0]
        if kind not in KINDS:
            problems.append(
                problem(
                    "unknown-kind", path, line, name=kind, near=near(kind, KINDS, ":kind: {}"), allowed=tuple(KINDS)
                )
            )
            # Which options it may have cannot be known: check only the general ones.
            raw = {name: entry for name, entry in raw.items() if name in options_for("prompt")}
        elif kind not in drawn_kinds():
            problems.append(problem("kind-not-drawn", path, line, name=kind))
    allowed, options = options_for(block.name, kind), {}
    for name, (entries, line) in raw.items():
        found, fault = _one(allowed, name, entries, line, path)
        if fault:
            problems.append(fault)
        else:
            options[name] = (found, line)
    problems += _missing(block, kind, allowed, raw, path)
    return options, problems


def _one(allowed, name, entries, line, path):
    option = allowed.get(name)
    if option is None:
        names = tuple(sorted(allowed))
        return None, problem("unknown-option", path, line, name=name, near=near(name, names), allowed=names)
    if len(entries) > 1 and option.read not in _GOES_ON:
        return None, problem("bad-option", path, line + 1, text=entries[1])
    try:
        return option.read(entries), None
    except ValueError as fault:
        if name == "id":
            return None, problem("bad-id", path, line, id=" ".join(entries), plain=plain_id(" ".join(entries)))
        value = " ".join(entries).strip()
        return None, problem("bad-value", path, line, name=name, value=value, why=fault, example=option.example)


def _missing(block, kind, allowed, raw, path):
    problems = []
    for option in allowed.values():
        needed = kind in option.needed_by or (not kind and option.name in ("id", "kind", "visibility"))
        if block.name == "prompt" and needed and option.name not in raw:
            problems.append(
                problem(
                    "missing-option",
                    path,
                    block.line,
                    name=option.name,
                    what=f"{kind or 'prompt'}",
                    example=option.example,
                )
            )
    return problems
