"""The review page's sentences: each is in the catalogues, each is used, and the module's parts stay small."""

import ast
import re
from pathlib import Path

import pytest

import openpractice
import openpractice.hub
from openpractice.service import catalog

SCRIPTS = Path(__file__).resolve().parents[2] / "front/review"
SOURCE = {path.name: path.read_text("utf-8") for path in sorted(SCRIPTS.glob("*.js"))}
KEYS = {key.removeprefix("review:") for key in catalog.sentences("en") if key.startswith("review:")}
NAMES = {"Enter", "Ctrl+Enter", "Backspace", "Tab", "Escape", "ArrowDown", "ArrowUp"}  # of keys, as browsers call them
COMPOSED = {
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


KIT = Path(openpractice.__file__).parent
GRADING = [
    path.read_text("utf-8")
    for room in ("gradebook", "roster", "intake", "review", "feedback")
    for path in sorted((KIT / room).glob("*.py"))
]


REFUSING = ("BadMark", "Forbidden")


def shape(part):
    """The sentence, with `{0}`, `{1}` where a number or a name stands in it."""
    if isinstance(part, ast.Constant):
        return part.value
    values = iter(range(9))
    return "".join(each.value if isinstance(each, ast.Constant) else f"{{{next(values)}}}" for each in part.values)


def sentences_in(tree):
    inner = {
        id(part)
        for each in ast.walk(tree)
        if isinstance(each, ast.JoinedStr)
        for part in ast.walk(each)
        if part is not each
    }
    for part in ast.walk(tree):
        if id(part) not in inner and (
            isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        ):
            yield shape(part)


def refusals(source):
    """The sentences with which grading refuses what a reviewer asks for."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSING]
    calls += [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "missing_before_reviewing"
    ]
    calls += [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == "Stale"]
    return {text for call in calls for text in sentences_in(call) if " " in text and text.endswith(".")} - {
        ast.get_docstring(call) for call in calls if not isinstance(call, ast.Call)
    }


def not_in_words(language):
    """What the desk, and the gradebook under it, may say and this language has not."""
    said = set().union(*map(refusals, GRADING))
    for name in (
        "gradebook/collected",
        "review/reviewing",
        "gradebook/gradebook",
        "gradebook/released",
        "feedback/returning",
        "gradebook/scores",
    ):
        tree = ast.parse((KIT / f"{name}.py").read_text("utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "GradingError":
                said.add(shape(call.args[0]))
    return {each for each in said if f"said:{each}" not in catalog.sentences(language)}


ANSWERS = [
    (KIT / f"{name}.py").read_text("utf-8")
    for name in ("kinds/valuechecks", "kinds/families", "journal/journal", "kinds/registry", "kinds/rowfamilies")
]
HUB = [(Path(openpractice.hub.__file__).parent / f"{name}.py").read_text("utf-8") for name in ("accounts",)]


def test_what_is_refused_of_an_answer_or_a_person_is_said_in_every_language():
    said = {
        shape(call.args[0])
        for source in (*ANSWERS, *HUB)
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("BadValue", "Refused")
    }
    assert len(said) > 25
    for language in catalog.languages():
        assert {each for each in said if f"said:{each}" not in catalog.sentences(language)} == set()


def test_what_grading_refuses_is_said_in_every_language():
    assert len(set().union(*map(refusals, GRADING))) > 20
    for language in catalog.languages():
        assert not_in_words(language) == set()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("This is your own answer.", "Esta es tu propia respuesta."),
        ("A sentence that nobody wrote.", "A sentence that nobody wrote."),
        ("This prompt is not read by Z (it is read by R, P).", "Esta pregunta no se lee por Z (se lee por R, P)."),
        ("This answer holds 201 rows; the most is 200.", "Esta respuesta lleva 201 filas; el máximo es 200."),
        ("A level is 0, 1, 2 or 3, not '{0} {x}'.", "Un nivel es 0, 1, 2 o 3, no '{0} {x}'."),
        (
            "The lesson 1-purpose was not released yet.\nType: openpractice release 1-purpose",
            "La sesión 1-purpose todavía no se ha publicado. Escribe: openpractice release 1-purpose",
        ),
    ],
)
def test_a_refusal_is_shown_in_the_readers_language(said, shown):
    assert catalog.translated("es", said) == shown
    assert catalog.translated("en", said) == said.replace("\n", " ")


def test_a_refusal_without_its_translation_would_be_found():
    assert refusals('raise BadMark("It is new." if one else "It is newer.")') == {"It is new.", "It is newer."}
    assert refusals('raise Forbidden(f"Of {name} there are {n + 1}.")') == {"Of {0} there are {1}."}


@pytest.mark.parametrize("name", SOURCE)
def test_a_script_is_one_whole_thing_and_not_long(name):
    lines = SOURCE[name].splitlines()
    assert lines[0].startswith("// ") and len(lines) <= 300


def test_other_pages_do_not_carry_the_review_pages_sentences():
    assert "review:" not in catalog.for_scripts("es")
    assert '"review:save-next": "Guardar y seguir"' in catalog.for_scripts("es", ("js-", "review:"))
