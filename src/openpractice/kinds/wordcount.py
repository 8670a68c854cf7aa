"""What counts as a word. The browser's module counts the same way, by ``tests/data/word_counts.json``."""

import re

#: White space as JavaScript's ``\s`` has it (Python's differs in five places).
_SPACE = re.compile("[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")

#: Scripts written without spaces between words; one character counts as one word:
#: Thai and Lao, Myanmar, Khmer, Hiragana and Katakana, Han with its extensions.
_UNSPACED = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U000323af]"
)


def count_words(text: str) -> int:
    """Number of words: runs between spaces that hold a letter or a digit.

    In scripts without spaces each character counts one.
    """
    count = 0
    for run in _SPACE.split(text):
        rest, unspaced = _UNSPACED.subn(" ", run)
        count += unspaced
        count += sum(any(map(str.isalnum, part)) for part in rest.split(" "))
    return count
