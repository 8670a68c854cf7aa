"""Codes inside, sentences at the edge: every code has a sentence in every language, and every sentence a use."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from openpractice import i18n
from openpractice.i18n import Coded, Listed, Said
from repo import REPO
from sources import SOURCES, modules

# Codes that are put together from a beginning and a word: the beginning stands in the source.
COMPOSED = (
    "add-",
    "change-",
    "site-",
    "codes-",
    "did-",
    "paper-",
    "room-kept-",
    "import-",
    "lesson-",
    "list-",
    "plain-",
    "refusal-",
    "review:",
    "role-",
    "seen-by-",
    "state-",
    "step-",
    "thing-",
    "unfit-",
    "hub-",
    "room-count-",
    "room-did-",
    "room-held-",
    "room-leave-",
    "room-phase-",
)


def coded_classes(sources) -> set[str]:
    """Every class whose instances are codes: `Coded`, and whatever is made of one."""
    names, before = {"Coded", "Said"}, set()
    classes = [node for tree in sources for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while names != before:
        before = set(names)
        for node in classes:
            if {getattr(base, "id", "") for base in node.bases} & names:
                names.add(node.name)
    return names


@cache
def codes_used() -> dict[str, set[str]]:
    """Those of the kit itself."""
    return codes_in(modules(SOURCES).values())


def codes_in(sources) -> dict[str, set[str]]:
    """Each code that is raised or said, with the names of its values; a code may be one of two (`a if ... else b`)."""
    names, used = coded_classes(sources), {}
    for tree in sources:
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in names and call.args:
                choices = (
                    [call.args[0].body, call.args[0].orelse] if isinstance(call.args[0], ast.IfExp) else call.args[:1]
                )
                for choice in choices:
                    if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                        used.setdefault(choice.value, set()).update(word.arg for word in call.keywords if word.arg)
    return used


def sentences_raised(sources) -> list[str]:
    """Calls of a coded class whose first word is put together in the code: a sentence, not a code."""
    # Stale is given what stands now, and has one code.
    names, wrong = coded_classes(sources) - {"Said", "Stale"}, []
    for tree in sources:
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in names and call.args:
                first = call.args[0]
                if isinstance(first, (ast.JoinedStr, ast.Call, ast.BinOp)) or len(call.args) > 1:
                    wrong.append(ast.unparse(call))
    return wrong


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def without_a_sentence(used, language) -> dict[str, set[str]]:
    """Codes that this language cannot say, and values that a sentence asks for and no raiser gives."""
    table = i18n.sentences(language)
    lacking = {code: values for code, values in used.items() if code not in table}
    for code, values in used.items():
        for one in (code, f"{code}.hint", f"{code}-one"):
            if one in table and places(table[one]) - values:
                lacking[one] = places(table[one]) - values
    return lacking


@pytest.mark.parametrize("language", i18n.languages())
def test_every_code_that_is_raised_or_said_has_a_sentence_with_its_values(language):
    used = codes_used()
    assert len(used) > 100
    assert without_a_sentence(used, language) == {}


def test_no_sentence_is_raised():
    assert sentences_raised(modules(SOURCES).values()) == []


def test_a_sentence_that_is_raised_is_found():
    source = ast.parse(
        'class Refused(Coded): ...\nraise Refused(f"Of {n} there are none.")\nraise Refused("a-code", "Hint.")'
    )
    assert len(sentences_raised([source])) == 2


def test_a_code_without_a_sentence_and_a_value_nobody_gives_are_found():
    source = ast.parse(
        "class Refused(Coded): ...\n"
        'raise Refused("quite-new", name=1)\n'
        'raise Refused("value-unknown" if odd else "as-new")\n'
    )
    assert without_a_sentence(codes_in([source]), "en") == {
        "quite-new": {"name"},
        "as-new": set(),
        "value-unknown": {"what", "value"},
    }


@pytest.mark.parametrize("language", i18n.languages())
def test_every_language_has_every_sentence_with_the_same_values(language):
    english, other = i18n.sentences("en"), i18n.sentences(language)
    assert other.keys() == english.keys()
    assert {code for code, text in other.items() if places(text) != places(english[code])} == set()


def test_every_sentence_is_used():
    files = [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html"), *SOURCES.rglob("*.j2"), *(REPO / "front").rglob("*.js")]
    source = "\n".join(
        path.read_text("utf-8") for path in files if "node_modules" not in path.parts and "static" not in path.parts
    )
    quoted = set(re.findall(r"""["']([a-z][\w:.-]*)["']""", source))
    unused = {
        code
        for code in i18n.sentences("en")
        if code.removesuffix(".hint").removesuffix("-one") not in quoted and not code.startswith(COMPOSED)
    }
    assert unused == set()
    assert all(f'"{start}' in source or f"'{start}" in source or f"`{start}" in source for start in COMPOSED)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9", "es"),
        ("fr,de", "en"),
        ("fr;q=1, es;q=0.8, en;q=0.9", "en"),
        ("../../etc/passwd", "en"),
        ("es;q=x", "es"),
        ("*" * 10_000, "en"),
    ],
)
def test_the_language_follows_the_browser(accept, language):
    assert i18n.choose(accept) == language


def test_one_plural_rule_serves_every_sentence():
    assert str(Said("collect-before", n=1)) == "1 person had been collected before."
    assert Said("collect-before", n=2).said("es-MX") == "2 personas ya se habían recogido antes."


def test_a_value_that_is_a_code_is_said_in_the_same_language():
    rows = Coded("value-too-many", what=Said("thing-rows"), count=201, most=200)
    assert str(rows) == "This answer holds 201 rows; the most is 200."
    assert rows.said("es") == "Esta respuesta lleva 201 filas; el máximo es 200."
    changes = Listed([Said("change-gone", prompt="a"), Said("change-new", prompt="b")])
    assert changes.said("en") == "a is gone; b is new, and hand-ins without it were collected"


def test_braces_in_a_value_stay_what_they_are():
    assert "'{0} {x}'" in Coded("mark-level-unknown", level="{0} {x}", top=3).said("es")


def test_what_to_do_stands_beside_what_is_refused():
    refusal = Coded("grading-not-released", lesson="1-purpose")
    assert refusal.hint == "Type: openpractice release 1-purpose"
    assert refusal.hint_in("es") == "Escribe: openpractice release 1-purpose"
    assert Coded("review-blank").hint == ""


def test_a_code_that_nobody_wrote_is_a_fault():
    with pytest.raises(KeyError):
        str(Coded("no-such-code"))


@pytest.mark.parametrize("language", i18n.languages())
def test_no_sentence_stands_under_a_name_that_another_has(language):
    names: list[str] = []
    text = (i18n.FOLDER / f"{language}.json").read_text("utf-8")
    json.loads(text, object_pairs_hook=lambda pairs: names.extend(name for name, _ in pairs))
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_path_in_a_hint_stands_as_a_shell_takes_it():
    said = Coded("doctor-no-backup", data=Path("/tmp/our data; x"))
    assert (
        said.hint.endswith("--data '/tmp/our data; x'")
        and "--data /srv/op" in Coded("doctor-no-backup", data=Path("/srv/op")).hint
    )
