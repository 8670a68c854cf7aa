"""Every sentence of the kit, by code and language; English is what every other language falls back to.

The one place where a code and its values become a sentence, and where a count chooses its plural.
"""

import json
import re
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePath

FOLDER = Path(__file__).parent / "text"
FALLBACK = "en"


_OWN: dict[str, Mapping[str, str]] = {}
_ADDED: dict[str, Mapping[str, str]] = {}
#: What may name a language: `es`, `pt-BR`.
TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"))


@cache
def sentences(language: str) -> dict[str, str]:
    """Code to sentence in one language. `language` is one of `languages()`, never a path."""
    ours = json.loads((FOLDER / f"{language}.json").read_text("utf-8")) if language in _ours() else {}
    return ours | dict(_ADDED.get(language, {})) | dict(_OWN.get(language, {}))


def add_languages(tables: Mapping[str, Mapping[str, str]]) -> None:
    """From now on this process speaks these languages too, as far as their sentences go; English for the rest."""
    new = {language: table for language, table in tables.items() if language not in _ours()}
    if any(_ADDED.get(language) != table for language, table in new.items()):
        _ADDED.update(new)
        sentences.cache_clear()


def direction(language: str) -> str:
    """Which way the language is written, as HTML's `dir` says it."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def name_of(language: str) -> str:
    """What the language calls itself; its short name where its file does not say."""
    short = language.split("-")[0].lower()
    return sentences(short).get("language-name", language) if short in languages() else language


def is_language(text: object) -> bool:
    """Whether the text can be the short name of a language."""
    return isinstance(text, str) and TAG.fullmatch(text) is not None


def say_instead(own: Mapping[str, Mapping[str, str]]) -> None:
    """From now on this process says a course's own sentences, by language and code, in the place of ours."""
    _OWN.clear()
    _OWN.update(own)
    sentences.cache_clear()


def places_in(sentence: str) -> set[str]:
    """The names of the places that a sentence holds: `{title}` has one."""
    return set(re.findall(r"\{(\w+)", sentence))


@cache
def _ours() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.json"))


def languages() -> tuple[str, ...]:
    """The languages there are, English first."""
    return (FALLBACK, *sorted({*_ours(), *_ADDED} - {FALLBACK}))


def known(language: str) -> str:
    """The language, without its region, when there is one of that name; otherwise English."""
    name = language.split("-")[0].lower()
    return name if name in languages() else FALLBACK


def choose(accept: str, among: tuple[str, ...] = ()) -> str:
    """The language to answer in, from an Accept-Language header; `among` ours, or those of a course.

    >>> choose("es-MX,es;q=0.9,en;q=0.8")
    'es'
    """
    short = {each.split("-")[0].lower(): each for each in reversed(among or languages())}
    wanted = []
    for place, part in enumerate(accept[:500].split(",")):
        name, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("q=")[2] or 1)
        except ValueError:
            weight = 0.0
        wanted.append((-weight, place, name.split("-")[0].lower()))
    return next((short[name] for _, _, name in sorted(wanted) if name in short), (among or languages())[0])


def pattern(language: str, code: str, n: object = None) -> str:
    """The sentence with its places still open; a count `n` of one takes ``<code>-one`` where there is one.

    Raises
    ------
    KeyError
        For a code that English does not have.
    """
    for table in (sentences(known(language)), sentences(FALLBACK)):
        if n == 1 and f"{code}-one" in table:
            return table[f"{code}-one"]
        if code in table:
            return table[code]
    raise KeyError(code)


def say(language: str, code: str, /, **values) -> str:
    """The sentence for the code; a value that has a sentence of its own is said in the same language."""
    told = {name: value.said(language) if hasattr(value, "said") else value for name, value in values.items()}
    return pattern(language, code, values.get("n")).format(**told)


class Said:
    """A code with its values: a sentence that is chosen where it is shown.

    `str` gives the English one, for logs and the command line.
    """

    def __init__(self, code: str, /, **values):
        self.code, self.values = code, values

    def said(self, language: str) -> str:
        return say(language, self.code, **self.values)

    def __str__(self) -> str:
        return self.said(FALLBACK)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.values!r})"

    def __eq__(self, other) -> bool:
        return isinstance(other, Said) and (self.code, self.values) == (other.code, other.values)

    def __hash__(self) -> int:
        return hash(self.code)


class Coded(Said, Exception):
    """What stands in the way, as a code; ``<code>.hint`` of the catalog says what to do about it."""

    def __init__(self, code: str, /, **values):
        Said.__init__(self, code, **values)
        Exception.__init__(self, code)

    __str__ = Said.__str__
    __hash__ = Exception.__hash__

    def hint_in(self, language: str) -> str:
        """What to do, or "" where the catalog has nothing to add. A path in it stands as a shell takes it."""
        if f"{self.code}.hint" not in sentences(FALLBACK):
            return ""
        typed = {
            name: shlex.quote(str(value)) if isinstance(value, PurePath) else value
            for name, value in self.values.items()
        }
        return say(language, f"{self.code}.hint", **typed)

    @property
    def hint(self) -> str:
        return self.hint_in(FALLBACK)

    @property
    def whole(self) -> str:
        """The sentence and, on a line of its own, what to do: as a terminal shows it."""
        return "\n".join(filter(None, (str(self), self.hint)))

    @property
    def reason(self) -> str:
        """The word that a page knows it by: that of ``refusal-<word>``, or ``refused``."""
        return self.code.removeprefix("refusal-") if self.code.startswith("refusal-") else "refused"


class Listed(tuple):
    """Things said one after the other, each in the reader's language."""

    def said(self, language: str) -> str:
        return "; ".join(one.said(language) if hasattr(one, "said") else str(one) for one in self)
