"""Every kind of prompt: values are checked, kept, emptied and read as text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from every_kind import ANYTHING, FULL, NODES, READS, SPECS, spec, values
from openpractice import i18n
from openpractice.kinds import plainwords, registry
from openpractice.kinds.kind_table import as_table
from openpractice.kinds.registry import BadValue, canonical, clean, is_blank, plain_text
from repo import DATA


def test_each_kind_is_tried_here():
    assert set(registry.KINDS) == set(SPECS) == set(FULL) == set(READS)


@pytest.mark.parametrize("kind", SPECS)
def test_a_full_answer_is_kept_as_it_is_and_reads_with_labels(kind):
    value = clean(FULL[kind], spec(kind))
    assert value == FULL[kind]
    assert not is_blank(value, spec(kind))
    assert plain_text(value, spec(kind)) == READS[kind]


@pytest.mark.parametrize("kind", SPECS)
def test_the_empty_answer_is_blank_and_reads_as_nothing(kind):
    assert clean({}, spec(kind)) == {}
    assert is_blank({}, spec(kind))
    assert plain_text({}, spec(kind)) == ""


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("long_text", {"text": " \n\t"}),
        ("single_choice", {"choice": "", "comment": " "}),
        ("multi_choice", {"choices": []}),
        ("likert_matrix", {"rows": {"a": ""}}),
        ("evidence_table", {"rows": [{"_row": "school", "seen": " "}, {}]}),
        ("expertise_map", {"nodes": [{"id": "n1", "me": 1}], "links": []}),
        ("peer_critique", {"critiques": [{"of": "Ana", "see": ""}]}),
    ],
)
def test_a_form_without_an_answer_is_blank(kind, value):
    assert is_blank(clean(value, spec(kind)), spec(kind))


@pytest.mark.parametrize(("spec", "value", "answered"), json.loads((DATA / "answered.json").read_text("utf-8")))
def test_an_answer_counts_where_it_is_not_blank_and_as_many_are_chosen_as_asked(spec, value, answered):
    assert registry.is_answered(value, spec) is answered


def test_no_word_that_is_added_to_an_answer_stays_english():
    english = {code: text for code, text in i18n.sentences("en").items() if code.startswith("plain-")}
    spanish = i18n.sentences("es")
    assert len(english) > 10
    assert {code for code, text in english.items() if spanish[code] == text} == set()


@pytest.mark.parametrize(("language", "row"), [("es", "Fila 1"), ("es-MX", "Fila 1"), ("en", "Row 1"), ("ar", "Row 1")])
def test_what_is_added_to_an_answer_is_in_the_lessons_language_and_the_words_are_not_touched(language, row):
    value = {"rows": [{"seen": "{number} %s {0}", "who": ""}]}
    text = plain_text(value, {**spec("ledger"), "language": language})
    assert text.startswith(f"{row}\nWhat you saw: {{number}} %s {{0}}\n")
    map_of_two = {
        "nodes": [{"id": "n1", "role": "{one}"}, {"id": "n2", "role": "{other}"}],
        "links": [{"from": "n1", "to": "n2"}],
    }
    assert "{one} acude a {other}" in plain_text(map_of_two, {**spec("expertise_map"), "language": "es"})


@pytest.mark.parametrize("row", [{"_row": []}, {"_row": {}}, {"_row": None, "seen": [1]}, [], None, "school"])
def test_a_row_of_any_form_is_drawn_as_one_or_left_out(row):
    """A hand-in that no page of ours wrote may hold it; whoever reads reads on."""
    found = as_table(spec("evidence_table"), {"rows": [row, {"_row": "school", "seen": "five"}]})
    assert found["rows"][-1] == {"name": "School", "cells": ["five", ""]}
    assert all(each["name"] == "" and len(each["cells"]) == 2 for each in found["rows"][:-1])


def test_a_slider_at_nought_is_an_answer():
    assert not is_blank({"rows": {"value": 0}}, spec("slider"))


def test_sliders_from_another_answer_have_its_rows_by_number():
    rows = {"kind": "slider", "rows_from": "reciprocity-ledger", "from": 0, "to": 3, "step": 1}
    value = clean({"rows": {"1": 3, "2": 0}}, rows)
    assert plain_text(value, rows) == "Row 1: 3 (from 0 to 3)\nRow 2: 0 (from 0 to 3)"
    with pytest.raises(BadValue):
        clean({"rows": {"201": 3}}, rows)


def test_the_wording_that_was_answered_stays_with_the_answer():
    value = {"text": "x", "wording": "opening-benefit-not"}
    assert clean(value, spec("long_text")) == value
    assert plain_text(value, spec("long_text")) == "x"
    assert is_blank({"text": "", "wording": "opening-benefit-not"}, spec("long_text"))
    with pytest.raises(BadValue):
        clean({"wording": "../x"}, spec("long_text"))


@pytest.mark.parametrize("kind", SPECS)
def test_text_typed_in_the_plain_cell_reads_as_it_is_for_every_kind(kind):
    assert plain_text({"text": "typed\r\nhere"}, spec(kind)) == "typed\nhere"
    assert not is_blank({"text": "typed"}, spec(kind))
    assert is_blank({"text": "\n"}, spec(kind))


DEEP = json.loads("[" * 500 + "]" * 500)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("long_text", {"choice": "yes"}, "another form"),
        ("likert_matrix", {"text": "from a stale page"}, "another form"),
        ("long_text", ["text"], "form of an answer"),
        ("long_text", None, "form of an answer"),
        ("long_text", {"text": 3}, "text"),
        ("long_text", {"text": "x" * 200_001}, "200,001"),
        ("long_text", {"text": "x" * 10_000_000}, "too long"),
        ("long_text", {"text": DEEP}, "text"),
        ("single_choice", {"choice": "maybe"}, "maybe"),
        ("single_choice", {"choice": "x" * 9000}, "x…"),
        ("single_choice", {"choice": None}, "choice"),
        ("single_choice", {"choice": "yes", "comment": {}}, "text"),
        ("multi_choice", {"choices": ["yes", "yes"]}, "twice"),
        ("multi_choice", {"choices": "yes"}, "list"),
        ("multi_choice", {"choices": [True]}, "choice"),
        ("ranking", {"order": ["yes", "no"]}, "no"),
        ("likert_matrix", {"rows": {"z": "0"}}, "z"),
        ("likert_matrix", {"rows": {"a": "9"}}, "9"),
        ("likert_matrix", {"rows": {"a": 3}}, "point"),
        ("likert_matrix", {"rows": []}, "row"),
        ("slider", {"rows": {"value": True}}, "number"),
        ("slider", {"rows": {"value": float("nan")}}, "stored"),
        ("slider", {"rows": {"value": float("inf")}}, "stored"),
        ("slider", {"rows": {"value": 10**400}}, "stored"),
        ("slider", {"rows": {"value": 11}}, "scale"),
        ("slider", {"rows": {"value": 7.5}}, "scale"),
        ("slider", {"rows": {"value": "7"}}, "number"),
        ("ledger", {"rows": [{}] * 1000}, "1,000 rows"),
        ("ledger", {"rows": [{"old": "x"}]}, "old"),
        ("ledger", {"rows": [{"seen": ["x"]}]}, "text"),
        ("ledger", {"rows": [{"_row": "school"}]}, "school"),
        ("ledger", {"rows": [DEEP]}, "rows"),
        ("ledger", {"rows": [{"seen": "x" * 190_000}] * 6}, "1 MB"),
        ("expertise_map", {"nodes": [{"id": "n1"}, {"id": "n1"}]}, "same id"),
        ("expertise_map", {"nodes": [{"role": "x"}]}, "person"),
        ("expertise_map", {"nodes": [{"id": "n1", "me": 2}]}, "set"),
        ("expertise_map", {"nodes": [{"id": "n1", "age": "2"}]}, "age"),
        ("expertise_map", {"nodes": NODES, "links": [{"from": "n1", "to": "n9"}]}, "nobody"),
        ("expertise_map", {"nodes": NODES, "links": [{"from": "n1", "to": []}]}, "nobody"),
        ("peer_critique", {"critiques": [{"grade": "7"}]}, "grade"),
        ("peer_critique", {"critiques": [{"see": None}]}, "text"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(kind, value, says):
    with pytest.raises(BadValue) as refused:
        clean(value, spec(kind))
    message = str(refused.value)
    assert says in message
    assert message.endswith((".", ")."))
    assert len(message) < 200
    plain_text(value, spec(kind))
    is_blank(value, spec(kind))


def test_an_unknown_kind_is_refused_and_its_words_stay_readable():
    with pytest.raises(BadValue):
        clean({"text": "x"}, {"kind": "haiku"})
    assert plain_text({"lines": ["one", "two"]}, {"kind": "haiku"}) == "one\ntwo\n(an earlier form of this question)"


def test_an_answer_to_an_earlier_form_stays_readable_and_says_so():
    old = {"rows": [{"seen": "a", "where-when": "Monday"}]}
    assert plain_text(old, spec("ledger")) == (
        "Row 1\nWhat you saw: a\nWho would agree: (nothing written)\nwhere when: Monday\n(an earlier form of this question)"
    )
    assert (
        plain_text({"choice": "yes", "comment": "so"}, spec("long_text"))
        == "yes\nso\n(an earlier form of this question)"
    )


def test_the_marks_of_the_map_may_be_true_or_false():
    value = {"nodes": [{"id": "n1", "me": True, "title": False}]}
    assert canonical(clean(value, spec("expertise_map"))) == b'{"nodes":[{"id":"n1","me":1,"title":0}]}'


def test_a_whole_number_has_one_form():
    assert canonical(clean({"rows": {"value": 7.0}}, spec("slider"))) == b'{"rows":{"value":7}}'


def test_canonical_is_sorted_unescaped_and_refuses_what_is_not_json():
    assert canonical({"b": "é🙂", "a": [1, "<b>$x$|"]}) == '{"a":[1,"<b>$x$|"],"b":"é🙂"}'.encode()
    for odd in ({"a": float("nan")}, {"a": "\ud800"}, {"a": object()}):
        with pytest.raises(BadValue):
            canonical(odd)
    endless = []
    endless.append(endless)
    with pytest.raises(BadValue):
        canonical({"a": endless})


def test_the_sha_is_that_of_the_canonical_bytes():
    assert registry.sha256({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(st.data())
@pytest.mark.parametrize("kind", SPECS)
def test_cleaning_twice_is_cleaning_once_and_the_bytes_come_back(kind, data):
    value = data.draw(values(kind))
    try:
        once = clean(value, spec(kind))
    except BadValue as refused:
        assert "id" in str(refused)  # only the map draws the same id twice
        return
    assert clean(once, spec(kind)) == once
    assert json.loads(canonical(once)) == once
    assert canonical(json.loads(canonical(once))) == canonical(once)
    if is_blank(once, spec(kind)):
        assert kind in ("evidence_table", "expertise_map", "ledger") or not plain_text(once, spec(kind)).strip()
    else:
        assert plain_text(once, spec(kind)).strip()


@given(value=ANYTHING, kind=st.sampled_from(list(SPECS)), other=st.sampled_from(list(SPECS)))
def test_anything_is_cleaned_or_refused_and_always_reads(value, kind, other):
    try:
        value = clean(value, spec(kind))
    except BadValue:
        pass
    text = plain_text(value, spec(other))
    assert isinstance(text, str)
    text.encode()
    assert is_blank(value, spec(other)) in (True, False)
