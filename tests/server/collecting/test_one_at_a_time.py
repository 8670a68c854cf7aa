"""One hand-in never stops another's: whatever it says in responses.json or in the lesson's copy, and its neighbours."""

import json
import os

import pytest

from handins import (
    LESSON,
    LINE,
    OWN,
    TRACE,
    answer_row,
    folder,
    hand_in,
    released_once,
    response,
    responses_json,
    rows,
    typed_notebook,
)
from neighbours import GOOD, among_others, copied_cells, raw, said, state, why
from openpractice.handins import specs
from openpractice.intake import responsesfile
from openpractice.intake.collect import collect, collect_files
from openpractice.kinds import registry

NUMBER = "a" * 32


# -- what is in responses.json ------------------------------------------------------------------


@pytest.mark.parametrize("key", responsesfile.HEAD)
@pytest.mark.parametrize("odd", ["\ud800", "x" * 2000, ["x"], {"x": 1}, 10**400, 1e300, True, "\ufffe"], ids=repr)
def test_whatever_the_head_says_only_that_person_is_left_aside(folder, key, odd, request):
    if key == "name" and odd == "\ufffe":
        pytest.skip("a name with a sign in its place is a name")
    entry = {"no-such": 0}
    sent = json.dumps(responses_json("mal", GOOD | entry) | {key: odd}).encode()
    done = among_others(folder, raw=sent)
    if key in ("release", "handed_in_at") and odd in ("\ufffe",):
        return
    if "mal" not in done.new:
        assert len(why(done, "mal")) == 1 and state(folder, "mal") == "not-readable"


@pytest.mark.parametrize("key", ["name", "participant", "release", "handin", "another"])
def test_half_a_character_in_the_head_leaves_that_person_aside_and_named(folder, key):
    done = among_others(folder, raw=json.dumps(responses_json("mal", {"no-such": 0}) | {key: "\ud800"}).encode())
    assert ["half a character" in each for each in why(done, "mal")] == [True]
    assert "mal" not in done.new


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01", "soon", 5])
def test_a_time_that_no_clock_says_leaves_that_person_aside(folder, at):
    assert len(why(among_others(folder, raw=raw("mal", handed_in_at=at)), "mal")) == 1


def test_half_a_character_in_one_answer_costs_that_answer_its_fingerprint_and_nothing_else(folder):
    bad = {"kind": "long_text", "value": {"text": "\ud800"}, "text": "half \ud83d", "sha256": "0" * 64, "at": "\udc00"}
    done = among_others(folder, raw=raw("mal", {"purpose-trace": bad, "purpose-line": response(LINE, {"text": "ok"})}))
    assert "mal" in done.new
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "half \ufffd"
    assert answer_row(folder, "mal", "purpose-line")["source"] == "handin"


@pytest.mark.parametrize("depth", [41, 200, 975, 50_000])
@pytest.mark.parametrize("place", ["value", "text", "rev", "unknown", "head"])
def test_what_is_nested_too_deep_is_refused(folder, depth, place):
    nest = "[" * depth + "]" * depth
    entry = json.dumps(GOOD["purpose-trace"])[:-1]
    inner = {
        "value": f'{{"purpose-trace": {{"value": {{"text": {nest}}}, "text": "x"}}}}',
        "text": f'{{"purpose-trace": {entry}, "text": {nest}}}}}'.replace('"text": "A good answer.", ', ""),
        "rev": f'{{"purpose-trace": {entry}, "more": {nest}}}}}',
        "unknown": f'{{"no-such": {nest}}}',
        "head": "{}",
    }[place]
    text = json.dumps(responses_json("mal", {}))
    text = text.replace('"responses": {}', f'"responses": {inner}')
    if place == "head":
        text = text[:-1] + f', "more": {nest}}}'
    done = among_others(folder, raw=text.encode())
    assert ["nested too deep" in each for each in why(done, "mal")] == [True]


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\x00", "\x0b", "\ufdd0"])
def test_a_sign_that_is_no_character_is_collected_with_its_fingerprint_and_read_as_text(folder, sign):
    value = {"text": f"Of{sign}ice {sign}"}
    done = among_others(folder, raw=raw("mal", {"purpose-trace": response(TRACE, value)}))
    row = answer_row(folder, "mal", "purpose-trace")
    assert "mal" in done.new and row["sha256"] == registry.sha256(value)
    assert sign not in row["text"] and row["source"] == "handin"


def test_anothers_number_never_touches_anothers_rows(folder):
    one, two = "1" * 32, "2" * 32
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "ana one"})}, handin=one)
    collect(folder, LESSON)
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "ana two"})}, handin=two)
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "mal"})}, handin=one)
    assert collect(folder, LESSON).new == ("ana", "mal")
    found = rows(
        folder, "SELECT participant, handin, text FROM op_response WHERE prompt = 'purpose-trace' ORDER BY 1, 2"
    )
    assert found == [("ana", one, "ana one"), ("ana", two, "ana two"), ("mal", one, "mal")]


def test_ones_own_number_with_other_words_is_another_hand_in(folder):
    for text in ("one", "two", "one", "three"):
        hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": text})}, handin=NUMBER)
        assert collect(folder, LESSON).new == ("mal",)
        assert answer_row(folder, "mal", "purpose-trace")["text"] == text
    kept = rows(folder, "SELECT text FROM op_response WHERE prompt = 'purpose-trace' ORDER BY ingested_at")
    assert {text for (text,) in kept} == {"one", "two", "three"}
    assert collect(folder, LESSON).new == ()


def test_a_hand_in_file_with_a_known_number_and_other_words_is_not_said_to_be_there(folder, tmp_path):
    for text, replace in (("one", False), ("two", False), ("two", True)):
        file = tmp_path / "file.json"
        file.write_bytes(raw("me", {"purpose-trace": response(TRACE, {"text": text})}, handin=NUMBER))
        done = collect_files(folder, LESSON, {file: "ana"}, replace)
        if text == "two" and not replace:
            assert "Nothing was replaced" in why(done, "ana")[0]
            assert answer_row(folder, "ana", "purpose-trace")["text"] == "one"
    assert answer_row(folder, "ana", "purpose-trace")["text"] == "two"


@pytest.mark.parametrize("count", [1, 4, 300_000])
def test_answers_to_no_question_are_one_line_with_a_count(folder, count):
    sent = json.dumps(responses_json("mal", GOOD | {f"{n:x}": 0 for n in range(count)})).encode()
    done = among_others(folder, raw=sent)
    (line,) = [sentence for sentence in said(done) if sentence.startswith("mal:")]
    assert len(line) < 200 and (f"{count - 3:,} more" if count > 3 else "no question") in line
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "A good answer."


def test_private_answers_are_one_line_too(folder):
    done = among_others(folder, raw=raw("mal", GOOD | {"purpose-own": response(OWN, {"text": "SECRET-WORDS"})}))
    assert "mal: purpose-own is not for facilitators and was not taken." in said(done)


SECRET = '{"purpose-own": {"kind": "short_text", "value": {"text": "SECRET-WORDS"}, "text": "SECRET-WORDS"}}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{", f'{{"responses": {SECRET}, '),
        ("{", f'{{"\\u0072esponses": {SECRET}, '),
        ('"purpose-trace": {', '"purpose-trace": {"text": "SECRET-WORDS", "more": "SECRET-WORDS", '),
        ("{", '{"name": "SECRET-WORDS", '),
    ],
    ids=["responses", "escaped", "in-an-answer", "name"],
)
def test_a_key_that_stands_twice_is_refused_and_nothing_of_it_is_kept(folder, before, after):
    text = raw("mal").decode()
    done = among_others(folder, raw=text.replace(before, after, 1).encode())
    assert ["twice" in each for each in why(done, "mal")] == [True]
    assert [path for path in folder.root.rglob("*.json") if b"SECRET" in path.read_bytes()] == []


def test_only_what_was_judged_is_written_on(folder):
    more = GOOD["purpose-trace"] | {"secret": "SECRET-WORDS", "rev": True, "at": "x" * 500}
    among_others(
        folder, raw=json.dumps(responses_json("mal", {"purpose-trace": more}) | {"x": "SECRET-WORDS"}).encode()
    )
    for path in (path for path in folder.root.rglob("*") if path.is_file()):
        assert b"SECRET-WORDS" not in path.read_bytes()
    kept = json.loads((folder.step("submitted", "mal", LESSON) / "responses.json").read_bytes())
    assert kept["responses"]["purpose-trace"] == GOOD["purpose-trace"] | {"rev": 0, "at": "x" * 40}


def test_very_many_copies_of_an_answer_cell_are_refused_and_some_are_read(folder):
    done = among_others(folder, copy=copied_cells(folder, 100_000))
    assert "cells; the most is" in why(done, "mal")[0] or "too many parts" in why(done, "mal")[0]
    hand_in(folder, "bo", copy=copied_cells(folder, 1000))
    assert "bo" in collect(folder, LESSON).new
    assert answer_row(folder, "bo", "purpose-trace")["text"].count("\n\n") == specs.MOST_COPIES - 1


@pytest.mark.parametrize(("key", "other"), [("lesson", "2-learning"), ("course", "another"), ("lesson", "x" * 63)])
def test_a_copy_of_another_lesson_is_named(folder, key, other):
    notebook = json.loads(typed_notebook(folder, {"purpose-trace": "typed"}))
    notebook["metadata"]["openpractice"][key] = other
    done = among_others(folder, copy=json.dumps(notebook).encode())
    assert [f"another {key}" in each for each in why(done, "mal")] == [True]


BAD_COPIES = {
    "cut": lambda place, name: place.joinpath(name).write_bytes(place.joinpath(name).read_bytes()[:-9]),
    "none": lambda place, name: place.joinpath(name).write_bytes(b"\xff"),
    "deep": lambda place, name: place.joinpath(name).write_bytes(b"[" * 5000 + b"]" * 5000),
    "huge": lambda place, name: os.truncate(place / name, 16 * 1024 * 1024 + 1),
    "another lesson": lambda place, name: place.joinpath(name).write_bytes(
        place.joinpath(name).read_bytes().replace(b'"lesson": "1-purpose"', b'"lesson": "2-learning"')
    ),
    "link": lambda place, name: (place.joinpath(name).unlink(), place.joinpath(name).symlink_to("/etc/passwd")),
    "folder": lambda place, name: (place.joinpath(name).unlink(), place.joinpath(name).mkdir()),
}


@pytest.mark.parametrize("spoil", BAD_COPIES)
def test_words_that_came_whole_are_taken_whatever_the_copy_beside_them_is_and_it_is_said(folder, spoil):
    hand_in(folder, "mal", {"purpose-trace": response(TRACE, {"text": "The earlier words."})})
    collect(folder, LESSON)
    BAD_COPIES[spoil](hand_in(folder, "mal", GOOD), f"{LESSON}.ipynb")
    done = collect(folder, LESSON)
    assert done.new == ("mal",) and not done.left_aside and state(folder, "mal") == "collected"
    assert answer_row(folder, "mal", "purpose-trace")["text"] == "A good answer."
    (line,) = [each for each in said(done) if each.startswith("mal: The lesson's copy was not read: ")]
    assert len(line) < 200
