"""What is said of single answers when a hand-in is judged."""

from types import SimpleNamespace

import pytest

from judged import judged
from openpractice.i18n import Said
from openpractice.kinds import registry

SPECS = {
    "trace": {"id": "trace", "kind": "long_text", "title": "Trace", "visibility": "F", "graded": 1},
    "own": {"id": "own", "kind": "long_text", "title": "Own", "visibility": "P"},
}
RELEASE = SimpleNamespace(
    lesson="1-purpose", specs=SPECS, graded=["trace"], languages=("en",), specs_in=lambda _language: SPECS
)
WORDS = {"text": "words"}
GOOD = {"value": WORDS, "text": "words", "sha256": registry.sha256(WORDS), "rev": 1, "at": "", "kind": "long_text"}


def test_a_good_answer_is_taken_without_a_word():
    answers, notes = judged(RELEASE, {"trace": GOOD})
    assert (answers["trace"].text, answers["trace"].source, notes) == ("words", "handin", [])


@pytest.mark.parametrize(
    ("given", "note", "english", "spanish"),
    [
        ({"trace": "words"}, Said("note-no-form", prompt="trace"), "is not in its form", "no tiene su forma"),
        ({"trace": GOOD | {"value": 7}}, Said("note-unreadable", prompt="trace"), "could not be", "no se ha podido"),
        ({"trace": GOOD | {"sha256": "0"}}, Said("note-fingerprint", prompt="trace"), "fingerprint", "huella"),
        ({"own": GOOD}, Said("note-private", n=1, prompts="own"), "own is not for", "own no es para"),
        ({"x": GOOD}, Said("note-no-questions", n=1, prompts="x"), "x is no question", "x no es una pregunta"),
        (
            dict.fromkeys("vwxyz", GOOD),
            Said("note-no-questions", n=5, prompts=Said("collect-and-more", names="v, w, x", n=2)),
            "v, w, x and 2 more are no questions",
            "v, w, x y 2 más no son preguntas",
        ),
    ],
)
def test_what_is_not_taken_as_it_is_is_said_as_a_code_in_each_language(given, note, english, spanish):
    answers, notes = judged(RELEASE, given)
    assert notes == [note] and set(answers) == {"trace"}
    assert english in notes[0].said("en") and spanish in notes[0].said("es")
