"""The border: what is refused with which code, that what passes can be kept anywhere, and what it costs."""

import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odd import sent
from openpractice.border import (
    CODES,
    Limits,
    Unfit,
    check_leaves,
    is_number,
    is_whole_text,
    read_object,
    read_shape,
    well_formed,
)
from repo import TESTS
from steps import grows_no_faster
from tried import LONG, tried
from trust import shown

SMALL = Limits(most_bytes=1000, deepest=4, most_parts=20)

REFUSED = [
    (b"", "empty", ""),
    (b" \n\t", "empty", ""),
    (b"\xef\xbb\xbf ", "empty", ""),
    (b"x" * 1001, "too-large", ""),
    (b'{"a": "\xff"}', "not-text", ""),
    (b'{"a": "\xed\xa0\x80"}', "not-text", ""),
    (b"\xff\xfe{\x00\x00", "not-text", ""),
    (b'{"a": 1', "not-json", ""),
    (b'{"a": "x', "not-json", ""),
    (b'{"a": "x\\', "not-json", ""),
    (b'{"a": 1}}', "not-json", ""),
    (b"]{}[", "not-json", ""),
    (b'{"a": 1} x', "not-json", ""),
    (b'{"a": 1}\x00', "not-json", ""),
    (b'{"a": "\x00"}', "not-json", ""),
    (b"{'a': 1}", "not-json", ""),
    (b'{"a": 01}', "not-json", ""),
    (b"\0" * 900, "not-json", ""),
    (b'"text"', "not-object", ""),
    (b"[]", "not-object", ""),
    (b"null", "not-object", ""),
    (b'{"a": [[[[]]]]}', "too-deep", ""),
    (b'{"a": {"b": {"c": {"d": {}}}}}', "too-deep", ""),
    (b'{"a": [' + b"0," * 20 + b"0]}", "too-many", ""),
    (b'{"a": [' + b"[]," * 20 + b"[]]}", "too-many", ""),
    (b'{"a": 1, "a": 1}', "key-twice", "a"),
    (b'{"a": {"b": 1, "c": 2, "b": 3}}', "key-twice", "b"),
    (b'{"a": 1, "\\u0061": 2}', "key-twice", "a"),
    (b'{"a": "\\ud800"}', "bad-text", "a"),
    (b'{"a": {"b": ["x", "\\udfff"]}}', "bad-text", "a.b"),
    (b'{"\\udc00": 1}', "bad-text", "\ufffd"),
    (b'{"a": {"\\udc00": 1}}', "bad-text", "a"),
    (b'{"a": NaN}', "bad-number", "a"),
    (b'{"a": -Infinity}', "bad-number", "a"),
    (b'{"a": 1e999}', "bad-number", "a"),
    (b'{"a": [1, 9007199254740992]}', "bad-number", "a"),
    (b'{"a": -1' + b"0" * 309 + b"}", "bad-number", "a"),
    (b'{"a": 1' + b"0" * 900 + b"}", "bad-number", "a"),
    (b'{"a": 0.' + b"1" * 900 + b"}", "bad-number", "a"),
]


@pytest.mark.parametrize(("raw", "code", "where"), REFUSED, ids=[f"{raw[:24]!r}" for raw, _, _ in REFUSED])
def test_what_is_refused_has_a_code_and_a_place(raw, code, where):
    with pytest.raises(Unfit) as caught:
        read_object(raw, SMALL)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_every_code_is_one_that_some_input_has():
    assert {code for _, code, _ in REFUSED} == set(CODES)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": [[[1]]], "b": "\\ud83d\\ude00", "c": -9007199254740991, "d": 1e-5, "e": null}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": "é"}'.encode("utf-16"),
        b'{"a": "[[[[[{{{{,,,,,,,,,,,,,,,,,,,,,,\\"\\\\"}',
        b'{"": 0}',
    ],
    ids=["ordinary", "mark-in-front", "utf-16", "brackets-in-text", "empty-key"],
)
def test_what_is_ordinary_passes_unchanged(raw):
    text = raw.decode("utf-16") if raw[0] == 0xFF else raw.decode("utf-8-sig")
    assert read_object(raw, SMALL) == json.loads(text)


def test_where_something_is_stays_one_short_line():
    with pytest.raises(Unfit) as caught:
        read_object(json.dumps({"x\n" * 200: {"y" * 400: "\ud800"}}).encode(), Limits(10_000))
    assert len(caught.value.where) <= 81 and "\n" not in caught.value.where


def test_words_that_people_write_are_mended_where_that_is_asked_for():
    raw = b'{"value": {"text": "half \\ud83d", "rows": [{"a\\udc00": "\\ud83d\\ude00"}]}}'
    assert read_object(raw, SMALL, mend=True) == {"value": {"text": "half \ufffd", "rows": [{"a\ufffd": "😀"}]}}
    with pytest.raises(Unfit, match="key-twice"):
        read_object(b'{"\\ud800": 1, "\\ud801": 2}', SMALL, mend=True)
    with pytest.raises(Unfit, match="bad-number"):
        read_object(b'{"a": [NaN]}', SMALL, mend=True)


def test_the_shape_alone_lets_one_bad_text_be_judged_by_itself():
    found = read_shape(b'{"good": "x", "bad": {"text": "\\ud800", "n": 1e999}}', SMALL)
    assert check_leaves(found["good"]) == "x"
    with pytest.raises(Unfit):
        check_leaves(found["bad"])


def test_a_truth_value_is_no_number_and_half_a_character_no_text():
    assert is_number(0, 0, 3) and is_number(2.5, 0, 3) and not is_number(2.5, 0, 3, whole=True)
    assert not any(is_number(odd, 0, 3) for odd in (True, "1", None, float("nan"), 4, -1, [1]))
    assert is_whole_text("", 3) and not any(is_whole_text(odd, 3) for odd in ("\ud800", "four", None, 1))


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()))
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


@tried()
@given(st.dictionaries(st.text(st.characters(exclude_categories=())), values, max_size=6))
def test_what_passes_can_be_written_again_and_reads_the_same(value):
    try:
        found = read_object(json.dumps(value).encode(), Limits(100_000))
    except Unfit as refusal:
        assert refusal.code in CODES
        return
    assert json.loads(json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8")) == found


@tried()
@given(st.binary(max_size=200) | st.text(st.sampled_from('{}[]",:\\u1eE.-ntf '), max_size=60).map(str.encode))
def test_bytes_of_any_kind_are_read_or_refused(raw):
    try:
        read_object(raw, SMALL)
    except Unfit as refusal:
        assert refusal.code in CODES and len(str(refusal)) < 120


SHAPES = {
    "keys": lambda n: json.dumps({str(i): i for i in range(n)}),
    "texts": lambda n: json.dumps({"a": ["x" * 20] * n}),
    "levels": lambda n: '{"a":' + "[" * n + "]" * n + "}",
    "quotes never closed": lambda n: '{"a": ' + '\\"' * n * 50,
    "quotes": lambda n: '{"a": ' + '"' * n * 50,
    "escapes": lambda n: '{"a": "' + "\\\\" * n * 50 + '"}',
    "digits": lambda n: '{"a": ' + "9" * n * 50 + "}",
    "numbers": lambda n: json.dumps({"a": [1.5] * n}),
    "one key twice": lambda n: "{" + '"a":1,' * n + '"b":2}',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_cost_grows_with_the_bytes_and_no_faster(shape):
    def judge(raw):
        for mend in (False, True):
            try:
                read_object(raw, Limits(10**7, deepest=10**5), mend)
            except Unfit:
                pass

    deep = 100 if shape == "levels" else 200
    assert grows_no_faster(lambda n: SHAPES[shape](n).encode(), judge, deep)


def test_more_parts_than_allowed_are_refused_before_any_is_built():
    with pytest.raises(Unfit, match="too-many"):
        read_object(b'{"a":[' + b"[]," * 10**6 + b"[]]}", Limits(10**7))
    with pytest.raises(Unfit, match="too-deep"):
        read_object(b'{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}", Limits(10**7, most_parts=10**7))


def test_well_formed_keeps_everything_else():
    value = {"a": [1, 2.5, True, None, "x"], "b": {}}
    assert well_formed(value) == value


BORDER_PROMISE = "Whatever bytes come in, they are read or refused with a code; what is read can be kept anywhere."
BORDER_HOW = "hypothesis makes bytes and values"
FUZZ_PROMISE = "No way through the border module ends in anything but a value or a code of its own."
FUZZ_HOW = "atheris changes inputs by the branches that they reach, in JSON, text and lesson files, for two minutes"


def read_many(count):
    @tried(count)
    @given(sent({"format": "x", "value": {"text": "words", "rows": [{"a": 1}, {"b": [1.5, None]}]}}))
    def read(raw):
        try:
            found = read_object(raw, SMALL)
        except Unfit as refusal:
            assert refusal.code in CODES and len(str(refusal)) < 120
            return
        assert json.loads(json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8")) == found

    read()


def test_whatever_bytes_come_in_they_are_read_or_refused():
    read_many(200)
    shown(BORDER_PROMISE, BORDER_HOW, "200 inputs")


@pytest.mark.slow
@pytest.mark.fuzz
def test_twenty_thousand_inputs_are_read_or_refused():
    read_many(LONG)
    shown(BORDER_PROMISE, BORDER_HOW, f"{LONG:,} inputs")


FUZZ = TESTS / "measures" / "fuzz_border.py"


@pytest.mark.slow
@pytest.mark.fuzz
def test_atheris_finds_nothing_that_the_border_does_not_know(tmp_path):
    pytest.importorskip("atheris", reason="not installed: pip install --group fuzz, and this runs for two minutes")
    run = subprocess.run(
        [sys.executable, FUZZ, "-max_total_time=120", "-seed=1", "-max_len=4096", "-rss_limit_mb=2048", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    done = re.search(r"Done (\d+) runs", run.stderr)
    assert done, run.stderr[-4000:]
    shown(FUZZ_PROMISE, FUZZ_HOW, f"{int(done[1]):,} inputs")
