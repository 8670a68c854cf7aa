"""Which value says all that another says."""

import pytest

from openpractice.kinds.holding import holds


@pytest.mark.parametrize(
    ("value", "earlier"),
    [
        ({"text": "In the hall"}, {"text": "In the ha"}),
        ({"text": "I stood in the hall."}, {"text": "in the hall"}),
        ({"text": "a"}, {}),
        ({"choice": "a", "comment": "why not"}, {"choice": "a", "comment": ""}),
        ({"choices": ["a", "b", "c"]}, {"choices": ["a", "c"]}),
        ({"rows": [{"seen": "two pupils"}, {"seen": "x"}]}, {"rows": [{"seen": "two"}]}),
        ({"rows": {"r1": "often", "r2": "never"}}, {"rows": {"r1": "often"}}),
        (
            {"nodes": [{"id": "n1", "role": "caretaker", "title": 0}]},
            {"nodes": [{"id": "n1", "role": "care", "title": 0}]},
        ),
    ],
)
def test_later_words_hold_the_earlier(value, earlier):
    assert holds(value, earlier)


@pytest.mark.parametrize(
    ("value", "earlier"),
    [
        ({}, {"text": "a"}),
        ({"text": "I know that"}, {"text": "no"}),
        ({"text": "short"}, {"text": "shorter"}),
        ({"text": 3}, {"text": "3"}),
        ({"choice": "ab"}, {"choice": "a"}),
        ({"wording": "two-b", "text": "x"}, {"wording": "two", "text": "x"}),
        ({"choices": ["ab"]}, {"choices": ["a"]}),
        ({"order": ["b", "a"]}, {"order": ["a", "b"]}),
        ({"rows": {"r1": "often-not"}}, {"rows": {"r1": "often"}}),
        ({"rows": {"r1": 10}}, {"rows": {"r1": 1}}),
        ({"rows": [{"_row": "second", "seen": "x"}]}, {"rows": [{"_row": "sec", "seen": "x"}]}),
        ({"rows": [{"seen": "a"}]}, {"rows": [{"seen": "a"}, {"seen": "b"}]}),
        ({"rows": "x"}, {"rows": [{"seen": "x"}]}),
        ({"nodes": [{"id": "n10"}]}, {"nodes": [{"id": "n1"}]}),
    ],
)
def test_what_is_not_in_them_is_not_held(value, earlier):
    assert not holds(value, earlier)
