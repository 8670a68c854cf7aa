"""Every sentence our pages show, by key and language; English is the fallback."""

from __future__ import annotations

import json
from datetime import datetime

from markupsafe import Markup, escape

from openpractice import i18n
from openpractice.clock import as_text, read_time
from openpractice.kit import STATIC


def say(language: str, key: str, /, **values) -> str:
    """The sentence for `key`; a `Markup` among the values makes the whole one safe HTML."""
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(escape(i18n.pattern(language, key, values.get("n")))).format(**values)
    return i18n.say(language, key, **values)


def for_scripts(language: str, starts: tuple[str, ...] = ("js-",)) -> str:
    """The sentences that a page's scripts show, as JSON for an attribute of the page.

    `starts` are the beginnings of their keys: ``js-`` for what every page says.
    """
    table = {**i18n.sentences(i18n.FALLBACK), **i18n.sentences(language)}
    starts = (*starts, "prompt:")  # what a course says in its own words of the prompts' sentences
    return json.dumps({key: text for key, text in table.items() if key.startswith(starts)}, ensure_ascii=False)


def prompts_file(language: str) -> str:
    """The script with the prompts' sentences; a language that has none brings what it says with each page."""
    name = f"sentences-{language}.js"
    return name if (STATIC / "prompts" / name).is_file() else f"sentences-{i18n.FALLBACK}.js"


def moment_text(language: str, when: datetime, now: datetime) -> str:
    """`Tuesday 14:05 UTC` within six days of now, otherwise with day and month."""
    names = say(language, "weekdays").split()
    months = say(language, "months").split()
    clock = f"{when:%H:%M} UTC"
    if abs((now - when).total_seconds()) < 6 * 86400:
        return f"{names[when.weekday()]} {clock}"
    return say(
        language,
        "long-moment",
        weekday=names[when.weekday()],
        day=when.day,
        month=months[when.month - 1],
        year=when.year,
        clock=clock,
    )


def moment_html(language: str, text: object, now: datetime) -> Markup:
    """A `<time>` that reads well as it is and that the page turns into local time."""
    when = read_time(text)
    if when is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(as_text(when, "auto"), moment_text(language, when, now))
