"""The reference page of the lesson format, written from the tables themselves.

Run `python -m openpractice.authoring.reference` to print it; a test holds
docs/lesson-format.md equal to it.
"""

import re

from openpractice.authoring.format.options import (
    BLOCKS,
    LISTS,
    OPTIONS,
    Option,
    options_of,
)
from openpractice.authoring.rules import RULES
from openpractice.kinds.registry import KINDS

_INTRO = """# The lesson format

This page is written from the program's own tables; `openpractice check --reference` prints it.
For a first lesson, read [Writing lessons](author.md) instead.

A lesson is a Markdown file. It begins with front matter between two lines of `---`:

| name | value |
| :--- | :--- |
| `id` | the lesson's lasting name, the same as the file's |
| `title` | its title; in double quotes where it holds a colon |
| `minutes` | how long the session is |
| `principle` | 1 to 5; 0 or 6 for none |
| `objectives` | a list; may be left out, as the block says the same |
| `language` | only where it differs from the course's |

Then come ordinary Markdown and blocks. A block opens with `:::{name} Heading` at the start of a line
and closes with a line of `:::`. Exactly three colons, and no block inside another.
Options follow the opening line at once, one on each line, as `:name: value`; a blank line ends them.
A list may be written on one line with ` | ` between its entries (ids: with commas), or go on
below with one entry a line, each indented by two spaces.

`1-purpose.es.md` beside `1-purpose.md` is the same lesson in Spanish, where `also-in` of course.yml
names `es`: the same ids, kinds, criteria, choices, columns and minutes, in other words.
"""


def reference_text() -> str:
    """The whole page as Markdown."""
    parts = [
        _INTRO,
        "## Blocks\n",
        _table(("block", "what it holds"), _blocks()),
        "## Options of every prompt\n",
        _options(o for o in OPTIONS if o.block == "prompt" and not o.kinds),
        "## Kinds of prompt, and the options of each\n",
    ]
    for kind, about in KINDS.items():
        own = options_of(kind)
        parts += [f"### {kind}\n", about.meaning + "\n", _options(own, kind) if own else "No options of its own.\n"]
    parts += [
        "## Options of other blocks\n",
        _options(o for o in OPTIONS if o.block != "prompt"),
        "## Faults that `openpractice check` names\n",
        _table(("code", "what it says", "what to do"), _rules()),
    ]
    return "\n".join(parts)


def _blocks():
    return [(f"`{name}`", meaning) for name, meaning in BLOCKS.items()]


def _options(options, kind: str = "") -> str:
    return _table(("option", "meaning", "example"), [_option(option, kind) for option in options])


def _option(option: Option, kind: str):
    place = "" if option.block == "prompt" else f" ({option.block})"
    needed = " **Needed.**" if option.needed_by and (not kind or kind in option.needed_by) else ""
    many = " A list." if option.read in LISTS else ""
    return f"`:{option.name}:`{place}", option.meaning + many + needed, f"`{option.example}`"


def _rules():
    return [(f"`{rule.code}`", _general(rule.what), _general(rule.hint)) for rule in RULES.values()]


def _general(sentence: str) -> str:
    """A rule's sentence with an ellipsis for what is filled in from one case."""
    if sentence in ("{near}", "{hint}", "{what}"):
        return "the message says it"
    return re.sub(r"\{\w+\}", "…", sentence).replace("{{", "{").replace("}}", "}")


def _table(heads, rows) -> str:
    lines = [heads, tuple(":---" for _ in heads), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


if __name__ == "__main__":
    print(reference_text(), end="")
