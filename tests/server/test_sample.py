"""The sample cohort: whole, varied, labelled as invented, and through the real hand-in and collecting."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from handins import course_folder, rows
from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.coursefolder import GradingError
from openpractice.handins.specs import spec_for
from openpractice.kinds.registry import count_words, is_blank
from openpractice.launch.datafolder import CannotStart
from openpractice.launch.sampledata import put_in as put_in_once
from openpractice.roster import roster
from openpractice.sample import readers as readers_of
from openpractice.sample.cohort import kit_people, put_in, read_lessons, who_is_real
from openpractice.sample.people import FIRST_LINE, read_people
from openpractice.service.handlers import invented
from servers import serving

REPO = Path(__file__).parents[2]
NOTEBOOKS = REPO / "notebooks"
PEOPLE = (REPO / "tests" / "data" / "cohort.txt").read_text().split()
LESSONS = read_lessons(NOTEBOOKS)
SPECS = {prompt: spec for lesson in LESSONS.values() for prompt, spec in lesson.specs.items()}
ASKED = [prompt for prompt, spec in SPECS.items() if not spec.get("answer_with")]
GRADED = [prompt for prompt in ASKED if SPECS[prompt].get("graded")]

#: Written longer than asked, on purpose; and what somebody left out, beside the one who left out nearly all.
MOST_OVER = 3
GAPS = {("kurt-vasko", prompt) for prompt in ("example-keep", "reciprocity-letter")}

#: What is brought back, looked at and reported: people leave these boxes, and so does the cohort.
MAY_BE_LEFT = [
    prompt for prompt in ASKED if re.search(r"-returns$|^after-|-task$|-reach$", prompt) and prompt not in GRADED
]

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


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workshop with the cohort in two lessons, and what was said."""
    folder = course_folder(tmp_path_factory.mktemp("filled"))
    return folder, put_in(folder, NOTEBOOKS, upto="1-purpose")


def test_the_cohort_reaches_the_gradebook_through_release_and_collect(filled, cohort):
    folder, said = filled
    assert any(str(sentence).startswith("Collected Session 1 from") for sentence in said)
    for prompt in ("opening-growth-yes", "purpose-trace"):
        held = dict(rows(folder, "SELECT participant, value FROM op_response WHERE prompt = ? AND latest", (prompt,)))
        assert {person: json.loads(value) for person, value in held.items() if value != "{}"} == {
            person.id: person.answers[prompt] for person in cohort if prompt in person.expected
        }
    with gradebook.opened(folder) as engine, engine.connect() as db:
        held = roster.everybody(db)
    assert set(held) == set(PEOPLE)
    assert all(each.school.endswith("(invented)") and each.name.endswith("(invented)") for each in held.values())


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
        roster.merge(db, [roster.ListedPerson(person.id, "Somebody Real", school="A real school")])
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


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A data folder as `script/workshop --sample` fills it, by its own program, and what that said."""
    data = tmp_path_factory.mktemp("sample") / "data"
    data.mkdir()
    return data, sample(data)


def sample(data, *options):
    env = {key: value for key, value in os.environ.items() if not key.startswith("OPENPRACTICE_")}
    env |= {"OPENPRACTICE_DATA": str(data), "OPENPRACTICE_KIT": str(REPO)}
    command = [sys.executable, "-m", "openpractice.sample", *options]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)


def marks_in(data):
    return rows(course_folder(data), "SELECT lesson, prompt, participant, reviewer, levels FROM op_mark")


def test_a_changed_course_is_said_in_a_few_lines(tmp_path):
    notebooks = tmp_path / "notebooks"
    for path in (REPO / "notebooks").glob("*/*.ipynb"):
        changed = path.read_text("utf-8")
        for prompt in ("purpose-", "learning-", "example-", "expertise-"):
            changed = changed.replace(f'\\"id\\": \\"{prompt}', f'\\"id\\": \\"new-{prompt}')
        target = notebooks / path.parent.name / path.name
        target.parent.mkdir(parents=True)
        target.write_text(changed, "utf-8")
    with pytest.raises(GradingError) as refused:
        put_in(course_folder(tmp_path), notebooks, people=kit_people())
    said = f"{refused.value}\n{refused.value.hint}"
    assert said.count("\n") < 12 and "do not fit this course" in said and re.search(r"and [\d,]+ more", said)


def test_the_sample_is_read_in_part_by_invented_reviewers(workshop, cohort):
    data, done = workshop
    assert done.returncode == 0, done.stderr
    expected = {(person.id, prompt): each["levels"] for person in cohort for prompt, each in person.expected.items()}
    levels, readers = {}, Counter()
    for lesson, prompt, person, reader, given in marks_in(data):
        levels.setdefault((person, prompt), {})[reader] = json.loads(given)
        readers[lesson, reader] += 1
    firsts = {key: given[readers_of.FIRST] for key, given in levels.items()}
    assert firsts == {key: expected[key] for key in firsts}
    of_prompt = Counter(prompt for _, prompt in levels)
    assert of_prompt["opening-growth-yes"] == of_prompt["purpose-trace"] == len(cohort) - 1
    assert 5 <= of_prompt["learning-structure"] <= 18 and not of_prompt["closing-plan"]
    apart = [
        key for key, given in levels.items() if len(given) > 1 and given[readers_of.SECOND] != given[readers_of.FIRST]
    ]
    assert apart and readers["0-opening", "=agreed"] and not readers["1-purpose", "=agreed"]
    gone = {lesson for (lesson,) in rows(course_folder(data), "SELECT DISTINCT lesson FROM op_returned")}
    assert gone == {"0-opening"} and list((data / "feedback-files").glob("*-0-opening.html"))


def test_no_private_or_counted_word_of_anybody_is_reachable_by_collecting(workshop, cohort):
    data, _ = workshop
    private = {
        text.strip()
        for person in cohort
        for prompt, value in person.answers.items()
        if SPECS[prompt]["visibility"] in "PA" and prompt not in person.shares
        for text in (value.get("text", ""), value.get("comment", ""))
        if len(text) > 25
    }
    assert len(private) > 100
    held = [
        path.read_text(errors="replace")
        for top in ("exchange", "files", "feedback-files")
        for path in (data / top).rglob("*")
        if path.is_file()
    ]
    readable = "\n".join(held) + "\n".join(
        text.encode().decode("unicode_escape", "replace") for text in held if "\\u" in text
    )
    shared = next(person.answers["purpose-rigor"]["text"] for person in cohort if person.id == "hester-quayle")
    assert shared[:40] in readable
    assert [text for text in private if text[:40] in readable] == []


def test_everybody_in_the_sample_is_labelled(workshop):
    data, _ = workshop
    named = rows(course_folder(data), "SELECT name, school, role FROM op_person")
    assert Counter(role for _, _, role in named) == {"participant": len(PEOPLE), "reviewer": 2}
    assert all(name.endswith("(invented)") and school.endswith("(invented)") for name, school, _ in named)
    stock = rows(course_folder(data), "SELECT first_name, last_name FROM student")
    assert stock and all("(invented)" in f"{first} {last}" for first, last in stock)


def test_filling_again_changes_nothing_and_is_seen_at_once(workshop):
    data, _ = workshop
    before = marks_in(data)
    assert sample(data).returncode == 0
    assert marks_in(data) == before
    assert invented.count(data) == len(PEOPLE)
    assert invented.whole(data) == invented.print_of(kit_people())
    put_in_once(kit_people(), data, {}, False)  # a program that is started without any settings would fail


def test_what_a_reviewer_marked_stays(workshop, tmp_path):
    shutil.copytree(workshop[0], tmp_path / "data")
    folder = course_folder(tmp_path / "data")
    key = marks.Key("2-learning", "learning-structure", "leland-pruitt")
    with gradebook.opened(folder) as engine, engine.begin() as db:
        for reader in marks.read(db, key):
            marks.undo(db, key, reader, reader)
        marks.save(db, key, marks.Mark("rita", levels={"R": 3, "P": 3}), "rita")
    assert sample(tmp_path / "data").returncode == 0
    with gradebook.opened(folder) as engine, engine.connect() as db:
        assert set(marks.read(db, key)) == {"rita"}


def test_real_people_are_joined_only_by_request(workshop, tmp_path):
    shutil.copytree(workshop[0], tmp_path / "data")
    (tmp_path / "data" / "people" / "ana").mkdir()
    assert sample(tmp_path / "data").returncode == 0, "somebody came into the sample, which is one all the same"
    (tmp_path / "data" / invented.NOTE).unlink()
    assert "holds real people (ana)" in sample(tmp_path / "data").stderr
    assert invented.count(tmp_path / "data") == 0
    assert sample(tmp_path / "data", "--among-real-people").returncode == 0
    assert invented.count(tmp_path / "data") == len(PEOPLE)


@pytest.mark.parametrize("place", ["people/ana", "exchange/open-practice/inbound/ana", "roster"])
def test_a_folder_of_real_people_is_left_alone_unless_asked(tmp_path, released_once, place):
    shutil.copytree(released_once.data, tmp_path / "data")
    folder = course_folder(tmp_path / "data")
    if place == "roster":
        with gradebook.opened(folder) as engine, engine.begin() as db:
            roster.merge(db, [roster.ListedPerson("ana", "ana", school="A real school")])
    else:
        (folder.data / place).mkdir(parents=True)
    done = sample(folder.data)
    assert done.returncode == 1
    assert "holds real people (ana)" in done.stderr and "--among-real-people" in done.stderr
    assert invented.count(folder.data) == 0 and who_is_real(folder) == ["ana"]
    with pytest.raises(CannotStart, match="holds real people"):
        put_in_once(
            kit_people(),
            folder.data,
            {**os.environ, "OPENPRACTICE_DATA": str(folder.data), "OPENPRACTICE_KIT": str(REPO)},
            False,
        )


def test_a_note_that_cannot_be_read_still_says_that_somebody_is_invented(tmp_path):
    assert (invented.count(None), invented.count(tmp_path), invented.whole(tmp_path)) == (0, 0, "")
    invented.write(tmp_path, 24)
    assert (invented.count(tmp_path), invented.whole(tmp_path)) == (24, "")
    (tmp_path / invented.NOTE).write_text("[]")
    assert (invented.count(tmp_path), invented.whole(tmp_path)) == (1, "")


def test_every_page_of_a_facilitator_says_who_is_invented(workshop):
    with serving(workshop[0], "facilitator") as server:
        for page in ("facilitator/", "facilitator/people?session=1-purpose", "review/"):
            assert "24 of the people here are invented" in server.ask("GET", page).text, page
        people = server.ask("GET", "facilitator/people?session=1-purpose").text
        assert "Leland Pruitt (invented)" in people and "Not known here" not in people
        file = re.search(r'facilitator/feedback/[^"]+', server.ask("GET", "facilitator/").text)[0]
        assert "(invented)" in server.ask("GET", file).text


def test_pages_of_a_real_workshop_say_nothing_of_the_kind(released_once, tmp_path):
    shutil.copytree(released_once.data, tmp_path / "data")
    with serving(tmp_path / "data", "facilitator") as server:
        assert "invented" not in server.ask("GET", "facilitator/").text.replace("invented-note", "")
