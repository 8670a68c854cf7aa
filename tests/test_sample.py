"""The sample cohort: whole, varied, labelled as invented, and through the real hand-in and collecting."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from handins import course_folder, rows

from openpractice.grading import gradebook, roster
from openpractice.grading.folder import GradingError
from openpractice.prompts.kinds import count_words, is_blank
from openpractice.prompts.specs import spec_for
from openpractice.sample import FIRST_LINE, kit_people, put_in, read_lessons, read_people

REPO = Path(__file__).parents[1]
NOTEBOOKS = REPO / "notebooks"
PEOPLE = (REPO / "tests" / "data" / "cohort.txt").read_text().split()
LESSONS = read_lessons(NOTEBOOKS)
SPECS = {prompt: spec for lesson in LESSONS.values() for prompt, spec in lesson.specs.items()}
ASKED = [prompt for prompt, spec in SPECS.items() if not spec.get("answer_with")]
GRADED = [prompt for prompt in ASKED if SPECS[prompt].get("graded")]

#: Written longer than asked, on purpose; and what somebody left out, beside the one who left out nearly all.
MOST_OVER = 3
GAPS = set()

GOOD = """# Invented. Any likeness is chance.
id: ana
name: Ana
school: One
role: teacher
voice: solid
answers:
  purpose-trace: {text: "My hour is lunch duty."}
expected:
  purpose-trace: {levels: {R: 1, P: 0}, why: "One step."}
"""


@pytest.fixture(scope="module")
def cohort():
    people, problems = read_people(kit_people(), LESSONS.values())
    assert [problem.text() for problem in problems] == []
    return people


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
        for person in cohort if person.voice != "blank"
        for prompt in ASKED if is_blank(person.answers.get(prompt, {}), worded(person, prompt))
    }  # fmt: skip
    assert gaps == GAPS
    for person in cohort:
        if person.voice == "blank":
            answered = [key for key in person.answers if not is_blank(person.answers[key], worded(person, key))]
            assert 0 < len(answered) < 8 and not set(answered) & set(GRADED)


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
        for person in cohort for prompt, value in person.answers.items()
        if count_words(value.get("text", "")) > worded(person, prompt).get("words", {}).get("max", 10**6)
    ]  # fmt: skip
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
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named_with_its_line(tmp_path, old, new, code, line):
    (tmp_path / "ana.yml").write_text(GOOD)
    assert read_people(tmp_path, LESSONS.values())[1] == []
    assert old in GOOD
    (tmp_path / "ana.yml").write_text(GOOD.replace(old, new))
    problems = read_people(tmp_path, LESSONS.values())[1]
    assert (code, line) in [(problem.code, problem.line) for problem in problems]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workshop with the cohort in two lessons, and what was said."""
    folder = course_folder(tmp_path_factory.mktemp("filled"))
    return folder, put_in(folder, NOTEBOOKS, upto="1-purpose")


def test_the_cohort_reaches_the_gradebook_through_release_and_collect(filled, cohort):
    folder, said = filled
    assert any(sentence.startswith("Collected 1-purpose from") for sentence in said)
    for prompt in ("opening-growth-yes", "purpose-trace"):
        held = dict(rows(folder, "SELECT participant, value FROM op_response WHERE prompt = ? AND latest", (prompt,)))
        assert {person: json.loads(value) for person, value in held.items() if value != "{}"} == {
            person.id: person.answers[prompt] for person in cohort if prompt in person.expected
        }
    with gradebook.opened(folder) as engine, engine.connect() as db:
        held = roster.everybody(db)
    assert set(held) == set(PEOPLE)
    assert all(each.school.endswith("(invented)") for each in held.values())


def test_only_what_facilitators_may_read_leaves_the_journals(filled, cohort):
    folder, _ = filled
    sent = {prompt for (prompt,) in rows(folder, "SELECT DISTINCT prompt FROM op_response")}
    assert "purpose-trace" in sent and "purpose-rigor" in sent
    assert not sent & {prompt for prompt in ASKED if SPECS[prompt]["visibility"] in "PA"}
    private = next(person.answers["opening-private"]["text"] for person in cohort if person.voice == "strong")
    collected = (path.read_text(errors="replace") for path in folder.root.rglob("*") if path.is_file())
    assert not any(private in text for text in collected)


def test_putting_them_in_again_changes_nothing(filled):
    folder, _ = filled
    files = sorted(path for path in folder.data.rglob("*") if path.is_file() and path.suffix in (".jsonl", ".json"))
    before = [path.read_bytes() for path in files]
    said = put_in(folder, NOTEBOOKS, upto="1-purpose")
    assert said == ("The sample cohort is there already. Nothing was changed.",)
    assert [path.read_bytes() for path in files] == before


def test_nobody_real_is_written_over(filled, tmp_path, cohort):
    shutil.copytree(filled[0].data, tmp_path / "data")
    folder, person = course_folder(tmp_path / "data"), cohort[0]
    with gradebook.opened(folder) as engine, engine.begin() as db:
        roster.merge(db, [roster.Person(person.id, person.name, school="A real school")])
    place = folder.data / "people" / person.id / "journal" / "open-practice.jsonl"
    place.write_bytes(b"")
    said = put_in(folder, NOTEBOOKS, lessons=["0-opening"])
    assert said[-1].endswith(f"somebody real has this name: {person.id}.")
    assert place.read_bytes() == b""


def test_a_lesson_that_is_not_there_and_a_bad_file_are_refused(tmp_path):
    folder = course_folder(tmp_path / "data")
    with pytest.raises(GradingError, match="no built lesson 9-nothing"):
        put_in(folder, NOTEBOOKS, upto="9-nothing")
    (tmp_path / "ana.yml").write_text(GOOD.replace("R: 1", "R: 9"))
    with pytest.raises(GradingError, match="ana.yml:10: bad-levels"):
        put_in(folder, NOTEBOOKS, people=tmp_path)
    assert not folder.root.exists()
