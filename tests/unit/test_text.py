"""Clean text and counted words, by the vectors that the browser's module is held to."""

import json
from pathlib import Path

import pytest

from openpractice.kinds.cleantext import clean_text, count_words

VECTORS = json.loads(Path(__file__).parents[1].joinpath("data", "word_counts.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "words"), VECTORS)
def test_words_are_counted_as_in_the_browser(text, words):
    assert count_words(text) == words


def test_clean_text_mends_line_ends_and_what_cannot_be_stored_and_nothing_else():
    assert clean_text("a\r\nb\rc\n\td") == "a\nb\nc\n\td"
    assert clean_text("\x00\x07\x1b\ud800x\udfff") == "\ufffd\ufffd\ufffd\ufffdx\ufffd"
    kept = "  e\u0301 \u200f\u202e\u200d🙂\u00a0\x85\x7f "
    assert clean_text(kept) == kept
