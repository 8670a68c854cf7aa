"""Clean text and counted words, by the vectors that the browser's module is held to."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openpractice.cleantext import _BROKEN, _mended, clean_text, cut_to_utf16, fit_for_xml, one_line, utf16_length
from openpractice.kinds.wordcount import count_words
from repo import DATA
from tried import tried

DATA = DATA
VECTORS = json.loads(DATA.joinpath("word_counts.json").read_text("utf-8"))
CLEANED = json.loads(DATA.joinpath("clean_text.json").read_text("utf-8"))
ANYTHING = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x02\ufffe\n\r\x0bab\x07\ud83d"), max_size=40
)


@pytest.mark.parametrize(("text", "words"), VECTORS)
def test_words_are_counted_as_in_the_browser(text, words):
    assert count_words(text) == words


@pytest.mark.parametrize(("text", "clean"), CLEANED)
def test_text_is_cleaned_as_in_the_browser(text, clean):
    assert clean_text(text) == clean


@tried()
@given(ANYTHING)
def test_what_is_clean_stays_as_it_is_and_can_be_kept_anywhere(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean == fit_for_xml(clean)
    assert count_words(clean) == count_words(clean_text(clean))
    assert "\x00" not in clean
    assert clean.encode().decode() == clean


@tried()
@given(ANYTHING)
def test_text_for_xml_is_read_back_by_a_parser_as_it_was_written(text):
    from xml.etree import ElementTree

    element = ElementTree.Element("t")
    element.text = fit_for_xml(text)
    assert (ElementTree.fromstring(ElementTree.tostring(element, "utf-8")).text or "") == element.text


@tried()
@given(ANYTHING, st.integers(0, 60))
def test_text_is_cut_by_utf16_units_and_between_characters(text, most):
    text = clean_text(text)
    cut = cut_to_utf16(text, most)
    assert text.startswith(cut)
    assert utf16_length(cut) == len(cut.encode("utf-16-le")) // 2 <= most
    assert cut == text or utf16_length(text[: len(cut) + 1]) > most


def test_what_is_printed_of_something_from_elsewhere_is_one_short_line():
    assert one_line("a\x1b[31m\nb\u202e") == "a\ufffd[31m\ufffdb\ufffd"
    assert one_line("\U0001f469\u200d\U0001f3eb Ana") == "\U0001f469\u200d\U0001f3eb Ana"
    assert len(one_line("x" * 10**6)) == 81


class Counted(str):
    """A text that counts how many of its characters were copied out of it."""

    copied = 0

    def __getitem__(self, place):
        part = super().__getitem__(place)
        Counted.copied += len(part)
        return part


@pytest.mark.parametrize("sign", ["\x02", "\ufffe", "a\x02", "a\ufffe\n"])
def test_mending_a_broken_word_copies_its_neighbours_only(sign):
    Counted.copied = 0
    text = Counted(sign * 1_000)
    _BROKEN.sub(_mended, text)
    assert 0 < Counted.copied <= 2 * 1_000
