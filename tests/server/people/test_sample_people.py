"""The invented cohort as its files tell it: who answers what, in which words, and what is wrong in a file."""

import re
from collections import Counter

import pytest

from openpractice.handins.specs import spec_for
from openpractice.kinds.registry import count_words, is_blank
from openpractice.sample.cohort import kit_people
from openpractice.sample.people import FIRST_LINE, read_people
from sample_cohort import ASKED, GOOD, LESSONS, PEOPLE, SPECS, cohort

GRADED = [prompt for prompt in ASKED if SPECS[prompt].get("graded")]

#: Written longer than asked, on purpose; and what somebody left out, beside the one who left out nearly all.
MOST_OVER = 3
GAPS = {("kurt-vasko", prompt) for prompt in ("example-keep", "reciprocity-letter")}

#: What is brought back, looked at and reported: people leave these boxes, and so does the cohort.
MAY_BE_LEFT = [
    prompt for prompt in ASKED if re.search(r"-returns$|^after-|-task$|-reach$", prompt) and prompt not in GRADED
]


def worded(person, prompt):
    return spec_for(person.answers.get(prompt, {}), prompt, SPECS)


def test_the_cohort_is_the_one_that_is_listed(cohort):
    assert [person.id for person in cohort] == sorted(PEOPLE)
    schools = Counter(person.school for person in cohort)
    assert len(schools) <= 6 and max(schools.values()) <= 4
    if len(PEOPLE) == 24:
        assert list(schools.values()) == [4] * 6
    assert len({person.name for person in cohort}) == len(cohort)


def test_every_question_is_answered_by_everybody_but_one(cohort):
    gaps = {
        (person.id, prompt)
        for person in cohort
        if person.voice != "blank"
        for prompt in ASKED
        if prompt not in MAY_BE_LEFT
        if is_blank(person.answers.get(prompt, {}), worded(person, prompt))
    }
    assert gaps == GAPS
    for person in cohort:
        if person.voice == "blank":
            answered = [key for key in person.answers if not is_blank(person.answers[key], worded(person, key))]
            assert 0 < len(answered) < 8 and not set(answered) & set(GRADED)


def test_what_people_bring_back_is_left_by_some_and_answered_by_enough(cohort):
    answered = Counter(
        prompt
        for person in cohort
        for prompt in MAY_BE_LEFT
        if prompt in person.answers and not is_blank(person.answers[prompt], worded(person, prompt))
    )
    few = {prompt for prompt in MAY_BE_LEFT if answered[prompt] < (5 if prompt.startswith("after-") else 15)}
    assert few == {"after-lead"}, "nobody has written a critique of a report that no facilitator has made"
    assert not set(MAY_BE_LEFT) & set(GRADED)


def test_the_cohort_writes_as_people_do(cohort):
    """Pasted headings, numbered lists, capitals, citations, a principal's name, a plea for help, few dates."""
    texts = {
        person.id: "\n".join(value.get("text", "") for key, value in person.answers.items() if key in GRADED)
        for person in cohort
    }
    for sign, least in {
        r"(?m)^(?:# .+|[^.\n]{20,}\?|WHAT [A-Z ]+\?)$": 2,  # a heading pasted from the page
        r"(?m)^(?:\d[.)]|-) ": 3,
        r"\b[A-Z]{3,} [A-Z]{2,} [A-Z]{2,}": 3,
        r"\b(?:Fullan|DuFour|Duckworth|Elmore)\b": 3,
        r"\bPrincipal [A-Z]": 1,
        r"(?i)can someone tell me": 1,
        r"(?i)hopeful|bright\.|ahead of us|will be better|continue to grow": 4,
    }.items():
        assert sum(bool(re.search(sign, text)) for text in texts.values()) >= least, sign
    for code, most in {"E": 0.25, "R": 0.2, "P": 0.25, "A": 0.25}.items():
        given = [
            each["levels"][code] for person in cohort for each in person.expected.values() if code in each["levels"]
        ]
        assert given.count(3) <= most * len(given), f"too many reach the top of {code}"


def test_every_graded_answer_has_levels_and_all_levels_occur(cohort):
    found = Counter()
    for person in cohort:
        if person.voice != "blank":
            assert set(person.expected) == set(GRADED), person.id
        for each in person.expected.values():
            found.update(each["levels"].items())
    assert set(found) == {(code, level) for code in "ERPA" for level in range(4)}


def test_branches_are_answered_in_a_wording_that_was_shown(cohort):
    for person in cohort:
        for prompt in ("opening-qualities-yes", "opening-growth-yes"):
            if prompt in person.answers:
                branch = worded(person, prompt)["branch"]
                assert person.answers[branch["of"]]["choice"] in branch["when"], person.id


def test_texts_keep_to_their_most_words_but_for_a_few(cohort):
    over = [
        (person.id, prompt)
        for person in cohort
        for prompt, value in person.answers.items()
        if count_words(value.get("text", "")) > worded(person, prompt).get("words", {}).get("max", 10**6)
    ]
    assert len(over) <= MOST_OVER, over


def test_no_two_people_say_the_same(cohort):
    texts = Counter(
        value["text"] for person in cohort for value in person.answers.values() if len(value.get("text", "")) > 20
    )
    assert [text for text, times in texts.items() if times > 1] == []


def test_each_file_and_the_read_me_say_that_they_are_invented(cohort):
    assert "invented" in (kit_people().parent / "README.md").read_text()
    for person in cohort:
        assert (kit_people() / f"{person.id}.yml").read_text().startswith(FIRST_LINE)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("# Invented. Any", "# Any", "bad-person", 1),
        ("id: ana", "id: ../etc", "bad-id", 2),
        ("id: ana", "id: ben", "bad-id", 2),
        ("name: Ana", "name: ''", "bad-person", 3),
        ("voice: solid", "voice: solid\nshoe: 38", "bad-person", 7),
        ("voice: solid", "voice: solid\nname: Ben", "twice", 7),
        ("purpose-trace: {text", "purpose-nothing: {text", "unknown-prompt", 8),
        ("purpose-trace: {text", "opening-needs-not: {text", "unknown-prompt", 8),
        ('{text: "My', '{words: "My', "bad-value", 8),
        ("voice: solid\nanswers:", "voice: solid\nanswers:\n  opening-branch: {choice: yes}", "bad-value", 8),
        ('{text: "My hour', '{wording: purpose-rigor, text: "My hour', "bad-value", 8),
        ("voice: solid", "voice: solid\nshares: [purpose-trace]", "bad-share", 7),
        ("R: 1", "R: 4", "bad-levels", 10),
        ("R: 1", "R: true", "bad-levels", 10),
        ("R: 1, ", "", "bad-levels", 10),
        ('"One step."', '"' + "word " * 21 + '"', "bad-levels", 10),
        ("  purpose-trace: {levels", "  purpose-ask: {levels", "bad-levels", 10),
        ("voice: solid", "voice: solid\nappraiser: nobody", "bad-appraiser", 1),
        ("role: teacher", "role: [", "bad-person", 7),
        ("answers:", "answers: none\nmore:", "bad-person", 7),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(tmp_path, old, new, code, line):
    (tmp_path / "ana.yml").write_text(GOOD)
    assert read_people(tmp_path, LESSONS.values())[1] == []
    assert old in GOOD
    (tmp_path / "ana.yml").write_text(GOOD.replace(old, new))
    problems = read_people(tmp_path, LESSONS.values())[1]
    assert (code, line) in [(problem.code, problem.line) for problem in problems]
