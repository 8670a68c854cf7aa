"""The rubric's words: what changed between versions, and other words put into the file where they stand."""

import pytest

from openpractice.authoring.courses.rubric import read_rubric
from openpractice.authoring.courses.rubric_edit import with_words
from openpractice.kit import course_parts
from openpractice.review import rubric_words

TEXT = (course_parts().lessons / "rubric.yml").read_text("utf-8")
WORDS = rubric_words.of_rubric(read_rubric(TEXT, "rubric.yml")[0])


def other(code="E", level=2, descriptor='It says "who", and when: a visitor could look.'):
    levels = [dict(each) for each in WORDS[code]["levels"]]
    levels[level]["descriptor"] = descriptor
    return {code: WORDS[code] | {"levels": levels}}


def test_other_words_are_put_where_they_stand_and_all_else_stays():
    new = with_words(TEXT, other(), 4)
    before, after = TEXT.splitlines(), new.splitlines()
    assert len(before) == len(after)
    changed = [line for old, line in zip(before, after, strict=True) if old != line]
    assert changed == [
        'version: "4"',
        '        descriptor: "It says \\"who\\", and when: a visitor could look."',
    ]
    rubric, _ = read_rubric(new, "rubric.yml")
    assert rubric.version == "4" and rubric_words.of_rubric(rubric)["E"] == other()["E"]


def test_words_that_were_written_as_a_block_of_lines_are_replaced_whole():
    line = next(line for line in TEXT.splitlines() if "As level 2. It also weighs" in line)
    block = TEXT.replace(line, "        descriptor: >\n          As level 2.\n          And more.")
    rubric, problems = read_rubric(with_words(block, other(level=3), 4), "rubric.yml")
    assert problems == [] and rubric_words.of_rubric(rubric)["E"]["levels"][3]["descriptor"].startswith("It says")


def test_a_file_that_would_not_be_a_rubric_is_refused():
    with pytest.raises(ValueError, match="needs name and descriptor"):
        with_words(TEXT, other(descriptor=""), 4)


def test_what_changed_is_listed_by_criterion_and_level():
    (one,) = rubric_words.changes(WORDS, WORDS | other())
    assert (one["code"], one["name"], one["part"], one["level"]) == ("E", "Evidence", "descriptor", 2)
    assert one["before"] == WORDS["E"]["levels"][2]["descriptor"] and one["after"].startswith("It says")
    assert rubric_words.changes(WORDS, WORDS) == []
    gone = rubric_words.changes(WORDS, {code: WORDS[code] for code in "RPA"})
    assert {each["after"] for each in gone} == {""} and {each["code"] for each in gone} == {"E"}


def test_a_prompt_speaks_in_the_words_of_now_and_keeps_what_the_rubric_does_not_have():
    old = {"code": "E", "name": "Proof", "levels": ["a: b"] * 4, "weight": 2}
    spec = rubric_words.spoken({"criteria": [old, {"code": "X", "name": "Own", "levels": []}]}, WORDS)
    assert spec["criteria"][0]["name"] == "Evidence" and spec["criteria"][0]["weight"] == 2
    assert spec["criteria"][0]["levels"][1].startswith("Described: A real case")
    assert spec["criteria"][1] == {"code": "X", "name": "Own", "levels": []}
    assert rubric_words.spoken({"kind": "likert"}, WORDS) == {"kind": "likert"}
