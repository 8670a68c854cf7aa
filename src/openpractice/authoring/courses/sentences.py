"""The part `strings` of course.yml: sentences that participants read in the course's own words."""

import difflib
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from openpractice import i18n
from openpractice.authoring.yamltext import Value
from openpractice.kit import CHECKOUT

#: What the name of a sentence that prompts show begins with; the others are those of pages.
PROMPT = "prompt:"


def read_strings(part: Value, fault: Callable) -> dict[str, dict[str, str]]:
    """The sentences by language and name; `fault(line, what, hint)` is told of each that nothing shows."""
    found: dict[str, dict[str, str]] = {}
    for language, table in part.value.items() if isinstance(part.value, dict) else ():
        short = language.split("-")[0]
        if short not in i18n.languages():
            fault(table.line, f"the screens have no language '{language}'", f"write  {i18n.FALLBACK}:")
        elif not isinstance(table.value, dict):
            fault(table.line, f"'{language}' holds no sentences", 'write below it, indented:  welcome: "..."')
        else:
            found[short] = {name: entry.text() for name, entry in table.value.items() if _fits(name, entry, fault)}
    return found


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
    pages = json.loads((i18n.FOLDER / f"{i18n.FALLBACK}.json").read_text("utf-8"))
    beside = Path(__file__).with_name("prompt-sentences.json")
    file = beside if beside.is_file() else CHECKOUT / "front" / "prompts" / "catalog" / f"{i18n.FALLBACK}.json"
    prompts = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return pages | {PROMPT + name: text for name, text in prompts.items()}
