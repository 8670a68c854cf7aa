"""The review page's sentences: each is in the catalogues, and each is used."""

import re

import pytest

import openpractice
import openpractice.hub
from openpractice import i18n
from openpractice.service import catalog
from repo import REPO

SCRIPTS = REPO / "front/review"
SOURCE = {path.name: path.read_text("utf-8") for path in sorted(SCRIPTS.rglob("*.js"))}
KEYS = {key.removeprefix("review:") for key in i18n.sentences("en") if key.startswith("review:")}
NAMES = {
    "Enter",
    "Ctrl+Enter",
    "Ctrl+Z",
    "Ctrl+Y",
    "Backspace",
    "Tab",
    "Escape",
    "ArrowDown",
    "ArrowUp",
}  # of keys, as browsers call them
COMPOSED = {
    *(f"seen-{state}" for state in ("unread", "read", "revised", "discuss", "returned", "blank")),
    *(f"filter-{name}" for name in ("where", "level", "length", "school", "late")),
    *(f"length-{name}" for name in ("short", "middle", "long")),
    *(f"part-{name}" for name in ("criterion", "question", "level", "descriptor")),
    *(f"critique-{field}" for field in ("of", "say_back", "see", "expect", "question", "offer")),
    "why-flagged",
    "why-differ",
    *(f"count-{state}" for state in ("unread", "read", "revised", "discuss", "returned", "blank")),
    *(f"export-{form}" for form in ("long-csv", "long-xlsx", "wide-csv", "wide-xlsx")),
    "give-one-to",
    "give-again-to",
    "assign-person",
    "assign-school",
    "no-variation",
    "too-few-answers",
}


def unknown(source):
    """The keys that a script asks for by name and that no catalogue has."""
    plain = re.sub(r'=== "[^"]*"', "", source)  # what a key is chosen by is no key
    said = {key for call in re.findall(r"\bsay\(([^(){}]*)", plain) for key in re.findall(r'"([^"]+)"', call)}
    return said - KEYS


def unused(sources):
    """The sentences that no script names."""
    named = set(re.findall(r'"([^"\n]*)"', "\n".join(sources)))
    return {key for key in KEYS if key.removesuffix("-one") not in named} - {
        key for key in KEYS if key.removesuffix("-one") in COMPOSED
    }


@pytest.mark.parametrize("name", SOURCE)
def test_what_a_script_says_is_in_the_catalogue(name):
    assert unknown(SOURCE[name]) == set()


def test_every_sentence_is_said_somewhere():
    assert unused(SOURCE.values()) == set()


def test_a_key_that_is_not_there_and_a_sentence_that_nobody_says_are_found():
    assert unknown('say(open ? "flag" : "flagg", { n: 1 })') == {"flagg"}
    assert "all-done" in unused([text.replace('"all-done"', '""') for text in SOURCE.values()])


def test_no_sentence_lies_in_a_script():
    # Words for people begin with a capital letter and go on; names of keys and of elements do not.
    for name, text in SOURCE.items():
        code = re.sub(r"^\s*(//|/?\*).*$", "", text, flags=re.M)
        shown = [found for found in re.findall(r'"([A-Z][a-z]+[^"]*)"', code) if found not in NAMES]
        assert shown == [], name


@pytest.mark.parametrize("name", SOURCE)
def test_a_script_says_first_what_it_is(name):
    lines = SOURCE[name].splitlines()
    assert lines[0].startswith("// ")


def test_other_pages_do_not_carry_the_review_pages_sentences():
    assert "review:" not in catalog.for_scripts("es")
    assert '"review:save-next": "Guardar y seguir"' in catalog.for_scripts("es", ("js-", "review:"))
