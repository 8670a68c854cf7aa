"""The tables of docs/your-hub.md, from the code: the entry's settings, the service's options, the environment.

python -m openpractice.cli.operator_tables docs/your-hub.md hub/service.py
"""

import re
import sys
from pathlib import Path

from openpractice.cli.serve_command import serve
from openpractice.launch.settings import SETTINGS


def entry(fragment: str) -> str:
    """The settings above the line of strokes in hub/service.py, with what their comments say."""
    rows: list = []
    said: list[str] = []
    for line in fragment.partition("open_practice = {\n")[2].partition("\n}")[0].splitlines():
        line = line.strip()
        if line.startswith("#"):
            said.append(line.removeprefix("#").strip())
        elif found := re.match(r'"(\w+)": (.*),$', line):
            rows.append((f"`{found[1]}`", f"`{found[2]}`", "you", " ".join(said) or rows[-1][3]))
            # One comment may stand above several.
            said = []
    return _table(("setting", "as it stands", "who sets it", "what it says"), rows)


def options() -> str:
    """The options of `openpractice serve`."""
    rows = []
    for one in serve.params:
        default = (
            "must be named"
            if one.required
            else f"`{one.default}`"
            if isinstance(one.default, str) and one.default
            else "none"
        )
        who = "script/workshop" if one.name == "own_hub" else "the entry"
        rows.append((f"`{one.opts[0]}`", default, who, one.help))
    return _table(("option", "without it", "who sets it", "what it says"), rows)


def environment() -> str:
    """What comes by the environment."""
    rows = [(f"`{one.name}`", one.default, one.set_by, one.says) for one in SETTINGS]
    return _table(("variable", "without it", "who sets it", "what it says"), rows)


def filled(page: str, fragment: str) -> str:
    """The page with its tables as the code has them now."""
    for name, table in (("entry", entry(fragment)), ("options", options()), ("environment", environment())):
        before, mark, after = page.partition(f"<!-- {name} -->\n")
        page = before + mark + table + "<!-- end -->" + after.partition("<!-- end -->")[2]
    return page


def _table(head, rows) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *rows))


if __name__ == "__main__":
    page, fragment = map(Path, sys.argv[1:])
    page.write_text(filled(page.read_text("utf-8"), fragment.read_text("utf-8")), "utf-8")
