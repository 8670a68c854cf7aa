"""The supplied course, bent as a district would: a session cut to 45 minutes, questions dropped and one added."""

import re
from pathlib import Path

LESSON, KEPT = "1-purpose", "purpose-trace"
DROPPED = ("agreements", "clarity", "rewrite", "task", "reach", "calendar", "ask")
AGENDA = """:::{agenda}

- 6 | Returns | purpose-returns
- 5 | Read | reading
- 10 | Rigor at Harbor Street | vignette, purpose-rigor
- 7 | Our facilitator's row, critiqued | purpose-lead-row
- 15 | Trace one hour | purpose-trace
- 2 | Our own | purpose-ours
"""
ADDED = """
:::{prompt} Which of our three goals is it?
:id: purpose-ours
:kind: single_choice
:minutes: 1
:visibility: facilitators
:choices: read = Reading by grade three | attend = Attendance | none = None of them

Our district has three. Name the one that this hour is for.

:::
"""
_BLOCK = re.compile(r":::\{(\w+)\}([^\n]*)\n.*?^:::[ ]*\n", re.S | re.M)


def without(text: str, prompts) -> str:
    """The lesson without these prompts, their strong answers and the notes about them."""
    kept = []
    for part in re.split(r"(?m)(?=^:::\{)", text):
        found = _BLOCK.match(part)
        named = found and (re.search(r"(?m)^:(?:id|about): (\S+)", found[0]) or re.match(r" (\S+)", found[2]))
        kept.append(part[found.end() :].lstrip("\n") if named and named[1] in prompts else part)
    return "".join(kept)


def cut_session(course: Path) -> None:
    """Session 1 in 45 minutes, in British words, without seven questions and with one of the district's own."""
    path = course / "lessons" / f"{LESSON}.md"
    text = without(path.read_text("utf-8"), [f"purpose-{name}" for name in DROPPED])
    begin = text.index(":::{agenda}")
    text = text[:begin] + AGENDA + text[text.index("\n:::\n", begin) :]
    path.write_text(text.replace("minutes: 105", "minutes: 45").replace("principal", "headteacher") + ADDED, "utf-8")


def mend_what_hung_on_it(course: Path) -> None:
    """What `check` named elsewhere: sessions that recall what is not asked, and answers to calibrate on."""
    for path in (course / "lessons").glob("*.md"):
        text = path.read_text("utf-8")
        text = re.sub(r"(?m)^(:recall:.*)$", lambda line: _recalled(line[1]), text)
        path.write_text(re.sub(r"(?m)^:recall: *\n", "", text), "utf-8")

    gone = [f"prompt: purpose-{name}\n" for name in DROPPED]
    for path in (course / "anchors").glob("*.yml"):
        entries = re.split(r"(?m)^(?=- id: )", path.read_text("utf-8"))
        path.write_text("".join(one for one in entries if not any(each in one for each in gone)), "utf-8")
    key = course / "anchors" / "calibration-key.yml"
    ids = re.findall(r"(?m)^- id: (\S+)", key.with_name("calibration.yml").read_text("utf-8"))
    entries = re.split(r"(?m)^(?=[a-z])", key.read_text("utf-8"))
    key.write_text("".join(one for one in entries if one[:1] in "#\n" or one.partition(":")[0] in ids), "utf-8")


def _recalled(line: str) -> str:
    left = [one for one in re.split(r"[\s,]+", line.removeprefix(":recall:").strip()) if one]
    gone = {f"purpose-{name}" for name in DROPPED}
    return ":recall: " + ", ".join(one for one in left if one not in gone)
