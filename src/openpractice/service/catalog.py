"""Every sentence our pages show, by key and language; English is the fallback."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from openpractice.clock import as_text

FOLDER = Path(__file__).parent / "text"
FALLBACK = "en"


@cache
def sentences(language: str) -> dict[str, str]:
    """Key to sentence in one language. `language` is one of `languages()`, never a path."""
    return json.loads((FOLDER / f"{language}.json").read_text("utf-8"))


@cache
def languages() -> tuple[str, ...]:
    """The languages there are, English first."""
    found = sorted(path.stem for path in FOLDER.glob("*.json"))
    return (FALLBACK, *(name for name in found if name != FALLBACK))


def choose(accept: str) -> str:
    """The language to answer in, from an Accept-Language header.

    >>> choose("es-MX,es;q=0.9,en;q=0.8")
    'es'
    """
    wanted = []
    for place, part in enumerate(accept[:500].split(",")):
        name, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("q=")[2] or 1)
        except ValueError:
            weight = 0.0
        wanted.append((-weight, place, name.split("-")[0].lower()))
    for _, _, name in sorted(wanted):
        if name in languages():
            return name
    return FALLBACK


def say(language: str, key: str, **values) -> str:
    """The sentence for `key`; a `Markup` among the values makes the whole one safe HTML.

    A count `n` of one takes the sentence under `<key>-one` where there is one.
    """
    table = sentences(language if language in languages() else FALLBACK)
    if values.get("n") == 1 and key + "-one" in table:
        key += "-one"
    text = table.get(key) or sentences(FALLBACK)[key]
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(escape(text)).format(**values)
    return text.format(**values)


def translated(language: str, sentence: str) -> str:
    """What a deeper part says in English, line by line in the reader's language where the catalogue has it.

    A sentence with numbers or names in it stands there with `{0}`, `{1}` in their places.
    """
    language = language if language in languages() else FALLBACK
    return " ".join(_line_in(language, line) for line in sentence.splitlines())


def _line_in(language, line):
    if f"said:{line}" in sentences(language):
        return sentences(language)[f"said:{line}"]
    for shape, text in _said_with_values(language):
        found = shape.fullmatch(line)
        if found:
            # What stands in a place may be a word of ours itself.
            return text.format(*(sentences(language).get(f"said:{each}", each) for each in found.groups()))
    return line


@cache
def _said_with_values(language):
    return [
        (re.compile(re.sub(r"\\\{\d\\\}", "(.+?)", re.escape(key.removeprefix("said:")))), text)
        for key, text in sentences(language).items()
        if key.startswith("said:") and "{0}" in key
    ]


def for_scripts(language: str, starts: tuple[str, ...] = ("js-",)) -> str:
    """The sentences that a page's scripts show, as JSON for an attribute of the page.

    `starts` are the beginnings of their keys: ``js-`` for what every page says.
    """
    table = {**sentences(FALLBACK), **sentences(language)}
    return json.dumps({key: text for key, text in table.items() if key.startswith(starts)}, ensure_ascii=False)


def read_time(text: object) -> datetime | None:
    """The moment an ISO 8601 text names, in UTC; None when it names none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


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
