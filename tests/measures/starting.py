"""A start that is refused: what the person reads, sentence and hint, as a terminal shows them."""

import re
from contextlib import contextmanager

import pytest

from openpractice.launch.datafolder import CannotStart


@contextmanager
def cannot_start(words: str):
    with pytest.raises(CannotStart) as found:
        yield
    assert re.search(words, found.value.whole), found.value.whole
