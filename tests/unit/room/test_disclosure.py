import pytest
from hypothesis import given
from hypothesis import strategies as st

from openpractice.room.tallies.disclosure import FEW, NEARLY_ALL, disclose
from openpractice.room.tallies.tally import Row, countable, tally


def row(*numbers, several=False, answers=None, none=None):
    cells = [(str(place), f"Point {place}", number) for place, number in enumerate(numbers)]
    if none is not None:
        cells.append(("na", "Not my role", none))
    total = sum(numbers) + (none or 0) if answers is None else answers
    return Row("r", "Row", tuple(cells), total, several)


def shown(*rows, least=5):
    return [[cell["count"] for cell in each["cells"]] for each in disclose(list(rows), least)]


def test_a_row_is_shown_from_five_up_and_below_says_not_even_how_many():
    assert shown(row(2, 3)) == [[2, 3]]
    below = disclose([row(2, 2)], 5)[0]
    assert (below["answers"], below["cells"]) == (None, [])


def test_those_whom_it_does_not_concern_do_not_make_up_the_five():
    assert shown(row(2, 2, none=20)) == [[]]
    assert shown(row(2, 3, none=1)) == [[2, 3, 1]]


def test_a_unanimous_row_and_one_with_a_single_other_look_the_same():
    assert shown(row(7, 0, 0)) == shown(row(6, 1, 0)) == shown(row(6, 0, 1)) == [[NEARLY_ALL, FEW, FEW]]
    assert shown(row(5, 2, 0)) == [[5, 2, 0]]


def test_each_of_several_choices_is_a_yes_or_no_of_its_own():
    assert shown(row(6, 5, 3, 1, 0, several=True, answers=6)) == [[NEARLY_ALL, NEARLY_ALL, 3, FEW, FEW]]
    assert shown(row(4, 3, several=True, answers=4)) == [[]]


def test_a_course_may_ask_for_more_and_never_for_less():
    assert shown(row(4, 4), least=9) == [[]]
    assert shown(row(1, 1), least=1) == [[]]


@given(st.lists(st.integers(0, 12), min_size=2, max_size=6), st.integers(0, 12))
def test_no_masked_number_can_be_had_by_subtracting(numbers, none):
    for each in disclose([row(*numbers, none=none)], 5):
        counts = [cell["count"] for cell in each["cells"] if cell["id"] != "na"]
        hidden = [one for one in counts if isinstance(one, str)]
        # Either all of a row's own cells are numbers, or none is.
        assert not hidden or len(hidden) == len(counts) > 1
        if counts and not hidden:
            assert sum(counts) >= 5 and max(counts) <= sum(counts) - 2


SCALE = {"kind": "slider", "from": 0, "to": 10, "step": 1}


def test_every_kind_that_is_counted_is_counted():
    single = {"kind": "single_choice", "choices": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]}
    assert tally([{"choice": "a"}, {"choice": "gone"}, {}], single)[0].cells == (("a", "A", 1), ("b", "B", 0))
    several = {**single, "kind": "multi_choice"}
    row_ = tally([{"choices": ["a", "b"]}, {"choices": ["a"]}, {}], several)[0]
    assert (row_.answers, [cell[2] for cell in row_.cells], row_.several) == (2, [2, 1], True)
    ranking = {"kind": "ranking", "items": single["choices"]}
    first, second = tally([{"order": ["b", "a"]}, {"order": ["b"]}], ranking)
    assert [cell[2] for cell in first.cells] == [0, 1]
    assert [cell[2] for cell in second.cells] == [2, 0]
    slider = tally([{"rows": {"value": 7}}, {"rows": {"value": 7}}, {"rows": {"value": 11}}], SCALE)[0]
    assert (slider.answers, {key: number for key, _, number in slider.cells}["7"]) == (2, 2)


def test_a_long_scale_is_counted_in_parts_that_hold_every_number():
    wide = {"kind": "slider", "from": 0, "to": 100, "step": 1}
    row_ = tally([{"rows": {"value": number}} for number in range(101)], wide)[0]
    assert len(row_.cells) <= 11 and row_.answers == 101
    assert row_.cells[0][1] == "0–9"


@pytest.mark.parametrize(
    ("kind", "value", "part"),
    [
        ("single_choice", {"choice": "a", "comment": "x", "wording": "w"}, {"choice": "a"}),
        ("multi_choice", {"choices": ["a"], "comment": "x"}, {"choices": ["a"]}),
        ("ranking", {"order": ["a"]}, {"order": ["a"]}),
        ("likert_matrix", {"rows": {"a": "1"}, "comment": "x"}, {"rows": {"a": "1"}}),
        ("slider", {"rows": {}, "comment": "x"}, {}),
        ("single_choice", {"text": "typed in a plain cell"}, {}),
        # what a copy brings into a journal has any form
        ("single_choice", {"choice": ["a"]}, {}),
        ("multi_choice", {"choices": "ab"}, {}),
        ("multi_choice", {"choices": [{}]}, {}),
        ("ranking", {"order": 5}, {}),
        ("likert_matrix", {"rows": ["a"]}, {}),
        ("likert_matrix", {"rows": {"a": {}}}, {}),
        ("slider", {"rows": {"value": "7"}}, {}),
    ],
)
def test_only_what_can_be_counted_leaves_the_journal(kind, value, part):
    assert countable(value, {"kind": kind}) == part


def test_of_an_order_no_row_tells_what_another_hides():
    spec = {"id": "r", "kind": "ranking", "items": [{"id": each, "label": each} for each in "abc"]}
    orders = [{"order": list("abc" if number % 2 else "acb")} for number in range(6)]
    first, *others = disclose(tally(orders, spec), 5)
    assert [cell["count"] for cell in first["cells"]] == [NEARLY_ALL, FEW, FEW]
    assert [(one["answers"], one["cells"]) for one in others] == [(None, [])] * 2
    mixed = [{"order": list(order)} for order in ("abc", "acb", "bac", "bca", "cab", "cba")]
    assert all(cell["count"] == 2 for one in disclose(tally(mixed, spec), 5) for cell in one["cells"])
