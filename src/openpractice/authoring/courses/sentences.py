"""Sentences that participants read in the course's own words: `strings` of course.yml, and `text/<language>.json`.

A file of that name makes a language of the screens; what it leaves out is said in English.
"""

import difflib
import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path

from openpractice import i18n
from openpractice.authoring.rules import problem
from openpractice.authoring.yamltext import Value
from openpractice.files import is_left_beside
from openpractice.kit import STATIC

#: What the name of a sentence that prompts show begins with; the others are those of pages.
PROMPT = "prompt:"


def read_strings(part: Value, spoken: Collection[str], fault: Callable) -> dict[str, dict[str, str]]:
    """The sentences by language and name; `fault(line, what, hint)` is told of each that nothing shows."""
    found: dict[str, dict[str, str]] = {}
    for language, table in part.value.items() if isinstance(part.value, dict) else ():
        short = language.split("-")[0]
        if short not in spoken:
            fault(table.line, f"the screens have no language '{language}'", f"write  {i18n.FALLBACK}:")
        elif not isinstance(table.value, dict):
            fault(table.line, f"'{language}' holds no sentences", 'write below it, indented:  welcome: "..."')
        else:
            found[short] = {name: entry.text() for name, entry in table.value.items() if _fits(name, entry, fault)}
    return found


def read_texts(folder: Path, problems: list) -> dict[str, dict[str, str]]:
    """The languages that files of the folder add or mend, each `<language>.json` with sentences by name."""
    found = {}
    for file in sorted(file for file in folder.glob("*.json") if not is_left_beside(file)):

        def fault(line, what, hint="", path=str(file)):
            problems.append(problem("bad-text", path, line, what=what, hint=hint))

        if not re.fullmatch("[a-z]{2,3}", file.stem):
            fault(1, "its name is no language", "call it by two or three small letters, as in  fr.json")
            continue
        try:
            text = file.read_text("utf-8")
            table = json.loads(text)
        except json.JSONDecodeError as error:
            fault(error.lineno, f"it is not JSON: {error.msg}", 'write  {"skip": "...", "menu": "..."}')
            continue
        except (OSError, ValueError, RecursionError):
            fault(1, "it cannot be read", "save it as plain text in UTF-8")
            continue
        if not isinstance(table, dict) or not all(isinstance(each, str) for each in table.values()):
            fault(1, "it holds something else than names and sentences", 'write  {"skip": "...", "menu": "..."}')
            continue
        lines = {name: text.count("\n", 0, max(text.find(json.dumps(name)), 0)) + 1 for name in table}
        entries = {name: Value(sentence, lines[name]) for name, sentence in table.items()}
        found[file.stem] = {name: entry.text() for name, entry in entries.items() if _fits(name, entry, fault)}
    return found


def missing(language: str) -> dict[str, str]:
    """The sentences that are said in English in that language, by name, in English."""
    own = i18n.sentences(language) if language in i18n.languages() else {}
    held = own.keys() | _prompts(language).keys()
    return {name: text for name, text in known_sentences().items() if name not in held and not _one_of(name, held)}


def _one_of(name, held) -> bool:
    """Whether it is the form for one of a sentence that is there: not every language has another for it."""
    return name.removesuffix("-one") in held or (name.endswith(".one") and f"{name.removesuffix('.one')}.other" in held)


def _fits(name, entry, fault) -> bool:
    known = known_sentences()
    ours = known.get(name)
    if ours is None:
        close = difflib.get_close_matches(name, known, 1)
        fault(
            entry.line,
            f"no sentence is called '{name}'",
            f"did you mean '{close[0]}:'?" if close else "docs/your-course.md says where the names stand",
        )
        return False
    extra = i18n.places_in(entry.text()) - i18n.places_in(ours)
    if extra or _unbalanced(entry.text()):
        places = ", ".join(f"{{{place}}}" for place in sorted(i18n.places_in(ours))) or "none"
        fault(entry.line, f"'{name}' has a place that is never filled", f"it may hold: {places}")
        return False
    return True


def _unbalanced(text: str) -> bool:
    try:
        text.format(**dict.fromkeys(i18n.places_in(text), 0))
    except (ValueError, IndexError, KeyError, AttributeError):
        return True
    return False


@cache
def known_sentences() -> Mapping[str, str]:
    """Every sentence that a course may say in its own words, by name, in English."""
    return json.loads((i18n.FOLDER / f"{i18n.FALLBACK}.json").read_text("utf-8")) | _prompts(i18n.FALLBACK)


def _prompts(language: str) -> dict[str, str]:
    """The sentences that prompts show in one of the kit's languages: those that browsers load."""
    built = STATIC / "prompts" / f"sentences-{language}.js"
    if not built.is_file():
        return {}
    table = json.loads(built.read_text("utf-8").removeprefix("export default ").rstrip().removesuffix(";"))
    return {PROMPT + name: text for name, text in table.items()}
