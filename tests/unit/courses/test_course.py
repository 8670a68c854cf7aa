"""The course as its lessons say it: times, points, places of every thought, ease of reading.

`openpractice check` holds any course to the format; these tests hold this course to its plan.
Run with -s to see the reading grades.
"""

import itertools
import json
import re
import statistics
from pathlib import Path

import pytest
import textstat
import yaml

from kit_lessons import KIT_LESSONS
from openpractice.authoring.checking.agendaclock import needs, prompt_need
from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.checking.textchecks import count_words
from openpractice.authoring.format.options import NOTE_SECTIONS
from openpractice.authoring.making.notebook import notebook_text
from openpractice.model import Item
from openpractice.sample.readers import NAMES
from repo import REPO

LESSONS = KIT_LESSONS.in_order()
SESSIONS = [lesson for lesson in LESSONS if lesson.id != "7-after"]  # the last lesson is opened weeks later
PROMPTS = {prompt.id: prompt for lesson in LESSONS for prompt in lesson.prompts}
COVERAGE = yaml.safe_load((REPO / "lessons" / "coverage.yml").read_text(encoding="utf-8"))

# Lesson: minutes, then its graded cells with their criteria. The plan of the course.
PLAN = {
    "0-opening": (90, {"opening-qualities-yes": "E", "opening-growth-yes": "ER"}),
    "1-purpose": (105, {"purpose-rewrite": "EP", "purpose-trace": "RP"}),
    "2-learning": (105, {"learning-give": "E", "learning-structure": "RP"}),
    "3-example": (105, {"example-say-do": "E", "example-scrutiny": "RP", "example-model": "A"}),
    "4-expertise": (105, {"expertise-decision": "RP", "expertise-joint-task": "EA"}),
    "5-reciprocity": (105, {"reciprocity-ledger": "EP", "reciprocity-weakest": "RA"}),
    "6-closing": (105, {"closing-answer": "ER", "closing-plan": "PA"}),
    "7-after": (45, {}),
}
POINTS = {
    "0-opening": 9,
    "1-purpose": 12,
    "2-learning": 9,
    "3-example": 12,
    "4-expertise": 12,
    "5-reciprocity": 12,
    "6-closing": 12,
    "7-after": 0,
}
PROMPT_GRADE, READING_GRADE = 9, 10
QUOTED_SENTENCES = 2
AUTHORS = (REPO / "tests" / "data" / "authors.txt").read_text(encoding="utf-8").split()

by_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
by_session = pytest.mark.parametrize("lesson", SESSIONS, ids=lambda lesson: lesson.id)


def plain(markdown):
    """The text as it is heard: each list item and paragraph ends as a sentence."""
    text = re.sub(r"(?m)^[-*+>] *", "", markdown)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"[*_`]", "", text))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(line if line[-1] in '.?!:"' else line + "." for line in lines)


def grade(markdown):
    return textstat.flesch_kincaid_grade(plain(markdown))


def block(lesson, name):
    return next(text for text in lesson.texts if text.block == name)


def notes(lesson, about):
    return [note.body for note in lesson.notes if note.about == about]


def test_the_format_finds_no_fault():
    assert [problem.text() for problem in check_folder(KIT_LESSONS)] == []


def test_the_course_is_the_seven_sessions_of_the_plan_and_a_lesson_afterwards():
    assert [lesson.id for lesson in LESSONS] == list(PLAN)
    assert sum(lesson.minutes for lesson in SESSIONS) == 720
    assert [lesson.principle for lesson in LESSONS] == [0, 1, 2, 3, 4, 5, 0, 0]


@by_lesson
def test_minutes_add_up(lesson):
    assert lesson.minutes == PLAN[lesson.id][0]
    assert sum(step.minutes for step in lesson.agenda) == lesson.minutes


@by_lesson
def test_the_guide_keeps_the_agenda_minute_by_minute(lesson):
    (text,) = notes(lesson, "minutes")
    spans = [(int(a), int(b)) for a, b in re.findall(r"\*\*(\d+)[–-](\d+)\*\*", text)]
    assert [start for start, _ in spans] == [0] + [end for _, end in spans[:-1]]
    assert [end - start for start, end in spans] == [step.minutes for step in lesson.agenda]


@by_lesson
def test_every_step_names_what_falls_into_it_and_has_the_minutes(lesson):
    """`check` holds the sum; this holds that the sum is of something, and leaves room to talk."""
    steps = needs(lesson)
    named = {name for step in lesson.agenda for name in step.names}
    timed = {prompt.id for prompt in lesson.prompts if not (prompt.answer_with or prompt.extension)}
    assert timed <= named
    assert [row.step.what for row in steps if not row.fits] == []
    said = {prompt.id: prompt.minutes for prompt in lesson.prompts}  # what each question says of itself on the page
    assert [step.what for step in lesson.agenda if sum(said.get(name, 0) for name in step.names) > step.minutes] == []
    assert sum(row.needed for row in steps) <= (0.75 if lesson.id == "7-after" else 0.5) * lesson.minutes


def test_the_course_begins_with_time_to_sign_in():
    assert LESSONS[0].agenda[0].names == ("sign-in",)


def test_a_prompt_without_time_to_write_would_be_noticed():
    lesson = next(lesson for lesson in LESSONS if lesson.id == "1-purpose")
    assert 9 < prompt_need(PROMPTS["purpose-trace"], lesson) <= PROMPTS["purpose-trace"].minutes


@by_lesson
def test_what_is_to_be_done_in_between_is_said(lesson):
    said = any("**Before we meet again.**" in text.body for text in lesson.texts)
    assert said == (lesson.id != "7-after")


@pytest.mark.parametrize("before, after", list(itertools.pairwise(SESSIONS)), ids=lambda lesson: lesson.id)
def test_what_was_to_be_done_in_between_is_brought_back_to_a_place_to_write_it(before, after):
    place = PROMPTS[f"{after.id.partition('-')[2]}-returns"]
    assert place in after.prompts and place.kind == "short_text" and place.visibility == "F"
    first = next(step for step in after.agenda if place.id in step.names)
    assert after.agenda.index(first) <= 1
    assert all(target in PROMPTS for target in place.recall)


@by_session
def test_every_reading_shows_what_speaks_against_it(lesson):
    reading = block(lesson, "reading").body
    limits = r"How sure is anyone|How good is the evidence|A critic later argued|One caution|None of this proves"
    assert re.search(limits, reading)


def test_prompts_read_for_action_ask_what_stops():
    asked = [p for p in PROMPTS.values() if "A" in p.criteria]
    assert len(asked) == 4
    for prompt in asked:
        assert re.search(r"stop|let go|not ask of them", prompt.body), prompt.id


@by_lesson
def test_prompts_fit_into_the_session(lesson):
    # Two wordings of one answer take one person's time once.
    asked = sum(prompt.minutes for prompt in lesson.prompts if not prompt.answer_with)
    assert asked <= lesson.minutes


def test_points():
    assert {lesson.id: sum(map(KIT_LESSONS.rubric.points, lesson.prompts)) for lesson in LESSONS} == POINTS
    assert sum(POINTS.values()) == 78


@by_lesson
def test_graded_cells_have_the_criteria_of_the_plan(lesson):
    cells = {p.id: "".join(p.criteria) for p in lesson.prompts if p.owns_answer}
    assert {name: sorted(codes) for name, codes in cells.items()} == {
        name: sorted(codes) for name, codes in PLAN[lesson.id][1].items()
    }


def test_fifteen_cells_and_twenty_six_scores():
    cells = [prompt for prompt in PROMPTS.values() if prompt.owns_answer]
    assert (len(cells), sum(len(prompt.criteria) for prompt in cells)) == (15, 26)


def test_nothing_private_or_counted_is_graded():
    assert [p.id for p in PROMPTS.values() if p.graded and p.visibility in "PA"] == []
    assert {p.visibility for p in PROMPTS.values()} == set("PFCA")


@by_lesson
def test_only_graded_prompts_have_an_answer_cell_to_collect(lesson):
    notebook = json.loads(notebook_text(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric))
    cells = [
        cell["metadata"]["openpractice"]["id"]
        for cell in notebook["cells"]
        if cell["metadata"].get("openpractice", {}).get("part") == "answer"
    ]
    assert sorted(cells) == sorted(PLAN[lesson.id][1])


@by_lesson
def test_nothing_for_facilitators_is_in_the_participants_copy(lesson):
    source = "".join(
        "".join(cell["source"])
        for cell in json.loads(notebook_text(lesson, KIT_LESSONS.course, KIT_LESSONS.rubric))["cells"]
    )
    for part in lesson.exemplars + lesson.notes:
        longest = max(part.body.splitlines(), key=len)
        assert longest not in source


@by_lesson
def test_the_facilitator_goes_first_and_has_a_place_to_prepare(lesson):
    starred = [prompt.id for prompt in lesson.prompts if prompt.lead_first]
    assert len(starred) == 1
    (text,) = notes(lesson, starred[0])
    assert "Your own answer goes here" in text


@by_lesson
def test_the_guide_is_whole(lesson):
    assert {note.about for note in lesson.notes} >= set(NOTE_SECTIONS)


def test_what_is_cut_first_is_never_graded_nor_starred():
    cut = [prompt for prompt in PROMPTS.values() if prompt.extension]
    assert len(cut) == 5
    assert not any(prompt.graded or prompt.lead_first for prompt in cut)


@by_lesson
def test_every_prompt_says_how_long_and_where_it_is_not_plain_why(lesson):
    for prompt in lesson.prompts:
        assert prompt.minutes, prompt.id
    said = [prompt for prompt in lesson.prompts if prompt.why]
    assert said and all(re.search(r"[.!?]$", prompt.why) and count_words(prompt.why) <= 26 for prompt in said)


def test_why_is_asked_of_no_more_than_half_the_prompts():
    assert len([prompt for prompt in PROMPTS.values() if prompt.why]) <= len(PROMPTS) / 2


@by_lesson
def test_word_caps(lesson):
    if lesson in SESSIONS:
        reading = block(lesson, "reading").body
        assert count_words(reading) <= 400
        assert count_words(reading.split("**In short**")[0]) <= 350
        assert 180 <= count_words(block(lesson, "vignette").body) <= 220
    for prompt in lesson.prompts:
        if prompt.kind == "long_text":
            assert prompt.options["max_words"] <= 180, prompt.id
            assert prompt.options["min_words"] and len(prompt.options["starters"]) >= 3, prompt.id
        if prompt.kind == "short_text":
            assert prompt.options["max_words"] <= 120, prompt.id


@by_lesson
def test_every_graded_prompt_has_a_strong_answer_within_its_own_cap(lesson):
    graded = {prompt.id: prompt for prompt in lesson.prompts if prompt.graded}
    assert {item.prompt for item in lesson.exemplars} == set(graded)
    for item in lesson.exemplars:
        prompt = graded[item.prompt]
        assert sorted(re.findall("[ERPA]", item.level)) == sorted(prompt.criteria), item.prompt
        assert all(level in "23" for level in re.findall(r"\d", item.level)), item.prompt
        if prompt.kind == "long_text":
            assert count_words(item.body) <= prompt.options["max_words"], item.prompt


def test_both_roads_of_the_opening_question_stand_open():
    choices = {item.id for item in PROMPTS["opening-branch"].options["choices"]}
    roads = {"yes": set(), "no": set()}
    for prompt in PROMPTS.values():
        if prompt.branch_of == "opening-branch":
            roads["no" if prompt.answer_with else "yes"].add(prompt.branch_when)
    assert roads == {"yes": {("yes", "partly", "not-sure")}, "no": {("not-yet", "partly", "not-sure")}}
    assert choices == {"yes", "partly", "not-yet", "not-sure"}
    # A word that moves from one road to the other must find the same columns.
    columns = [
        [c.id for c in PROMPTS[name].options["columns"]] for name in ("opening-qualities-yes", "opening-signs-not")
    ]
    assert columns[0] == columns[1]


def test_the_three_audits_ask_the_same():
    first, now, then = (PROMPTS[name].options for name in ("opening-audit", "closing-now", "closing-then"))
    assert first["rows"] == now["rows"] == then["rows"]
    assert first["points"] == now["points"] == then["points"]
    assert [row.id for row in first["rows"]] == [f"p{n}{c}" for n in "1234" for c in "abc"] + ["p5a", "p5b", "p5d"]


def place_text(place):
    """What stands at a place of coverage.yml; a KeyError where there is no such place."""
    if "/" not in place:
        prompt = PROMPTS[place]
        lists = [value for value in prompt.options.values() if isinstance(value, tuple)]
        labels = [item.label for value in lists for item in value if isinstance(item, Item)]
        return " ".join([prompt.title, prompt.body, *labels])
    lesson_id, name = place.split("/")
    lesson = {lesson.id: lesson for lesson in LESSONS}[lesson_id]
    if name == "title":
        return lesson.title
    texts = [text.body for text in lesson.texts if text.block == name]
    if not texts:
        raise KeyError(place)
    return " ".join(texts)


def test_every_thought_of_the_first_document_has_its_place():
    assert len(COVERAGE["questions"]) == 5
    assert len(COVERAGE["principles"]) == 20
    for places in [*COVERAGE["questions"].values(), *COVERAGE["principles"].values()]:
        assert places
        assert [place for place, words in places.items() if not stands_there(words, place)] == []
    for number in range(1, 6):
        cues = [cue for cue in COVERAGE["principles"] if cue.startswith(f"{number} ")]
        lesson = next(lesson for lesson in LESSONS if lesson.principle == number)
        for cue in cues:
            assert any(
                place in {p.id for p in lesson.prompts} or place.startswith(lesson.id)
                for place in COVERAGE["principles"][cue]
            ), cue


def stands_there(words, place):
    """Whether a reader of this place finds these words, whatever their capitals and line ends."""
    text, sought = (" ".join(each.lower().split()) for each in (place_text(place), words))
    return len(sought) > 8 and sought in text


def test_words_that_a_place_does_not_hold_are_noticed():
    assert stands_there("the purpose of\n  Leadership is", "1-purpose/title")
    assert not stands_there("distributed leadership", "4-expertise/reading")
    assert not stands_there("", "1-purpose/title")


@pytest.mark.parametrize("words", ["distributed leadership", "large scale", "collective good", "same scrutiny"])
def test_words_of_the_first_document_are_in_a_participant_s_text(words):
    shown = [text.body for lesson in LESSONS for text in lesson.texts] + [prompt.body for prompt in PROMPTS.values()]
    assert any(words in text.lower() for text in shown)


BRITISH = r"""(?ix)\b(\w*(?:avio|olo|arbo|eighbo|avo|abo)ur\w*|\w*(?:ecogni|rgani|eali|pologi|riticis)s(?:e|es|ed|ing|ation)\b
    |maths|programmes?|judgements?|learnt|spelt|whilst|amongst|towards|fortnight\w*|timetable\w*|corridors?|car\ park
    |biscuits?|noticeboards?|per\ cent|centre|practis(?:e|ed|ing)|modelling|tonight|staff\ rooms?|pigeonholes?|leaving\ do
    |(?:has|have)\ got|in\ hospital|enrol|fulfil|licences?|defence|grey|cheques?|rota
    |ring\ (?:me|us|her|him|them)|half\ past|marking(?!:|\ =))\b"""


def test_the_course_is_in_the_words_of_the_schools_it_is_taught_in():
    assert KIT_LESSONS.course.language == "en-US" and {lesson.language for lesson in LESSONS} == {"en-US"}
    files = [*(REPO / "lessons").iterdir(), *(REPO / "grading").rglob("*.yml")]
    files += [file for name in ("alone", "taster") for file in (REPO / "courses" / name / "lessons").iterdir()]
    found = {(file.name, word) for file in files for word in re.findall(BRITISH, file.read_text(encoding="utf-8"))}
    assert found == set()


def test_a_british_word_would_be_noticed():
    for word in (
        "behaviour",
        "recognise",
        "organisation",
        "maths",
        "car park",
        "towards",
        "colours",
        "staff room",
        "ring me",
        "marking",
    ):
        assert re.search(BRITISH, f"A {word} here."), word
    for word in ("behavior", "hour", "your", "four", "promise", "exercise", "otherwise", "practice", "advise"):
        assert not re.search(BRITISH, f"A {word} here."), word


def test_a_place_that_is_not_there_is_noticed():
    for place in ("opening-nothing", "1-purpose/exemplar", "9-none/title"):
        with pytest.raises(KeyError):
            place_text(place)


def words_of(text):
    return set(re.findall(r"[a-z']+", text.lower()))


@pytest.mark.parametrize("cue", COVERAGE["questions"])
def test_the_opening_questions_stand_nearly_word_for_word(cue):
    asked = words_of(place_text(next(iter(COVERAGE["questions"][cue]))))
    assert len(words_of(cue) & asked) >= 0.9 * len(words_of(cue)), sorted(words_of(cue) - asked)


def test_prompts_and_readings_are_easy_enough():
    prompts = {prompt.id: grade(prompt.body) for prompt in PROMPTS.values()}
    readings = {lesson.id: grade(block(lesson, "reading").body) for lesson in SESSIONS}
    for name, grades in (("prompts", prompts), ("readings", readings)):
        worst = max(grades, key=grades.get)
        print(f"{name}: median grade {statistics.median(grades.values()):.1f}, worst {grades[worst]:.1f} ({worst})")
    assert {name: value for name, value in prompts.items() if value > PROMPT_GRADE} == {}
    assert {name: value for name, value in readings.items() if value > READING_GRADE} == {}


def test_the_measure_of_ease_rejects_a_hard_text():
    hard = (
        "Instructional leadership necessitates systematic collaborative articulation of "
        "expectations regarding organisational performance across institutional contexts."
    )
    assert grade(hard) > READING_GRADE > grade("Ask a child what the task was. Write down what she says.")


@by_session
def test_quotations_are_short(lesson):
    quoted = re.findall(r'"([^"]+)"', block(lesson, "reading").body.replace("“", '"').replace("”", '"'))
    long = [text for text in quoted if count_words(text) > 8]
    assert sum(len(re.findall(r"[.!?](?:\s|$)", text)) or 1 for text in long) <= QUOTED_SENTENCES


@by_lesson
def test_invented_people_bear_no_author_s_name(lesson):
    texts = [text.body for text in lesson.texts if text.block == "vignette"]
    texts += [item.body for item in lesson.exemplars]
    found = {name for name in AUTHORS for text in texts if re.search(rf"\b(Mr|Mrs|Ms|Dr)\. {name}\b", text)}
    assert found == set()


def test_no_invented_reviewer_school_or_person_bears_an_author_s_name():
    people = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (REPO / "grading/sample/people").glob("*.yml")
    ]
    names = [*NAMES.values(), *(each["name"] for each in people), *(each["school"] for each in people)]
    anchors = "".join(path.read_text(encoding="utf-8") for path in (REPO / "grading" / "anchors").glob("*.yml"))
    names += re.findall(r"\b(?:Mr|Mrs|Ms|Dr)\. ([A-Z][\w-]+)", anchors)
    assert len(names) > 50
    assert [name for name in names if set(re.split(r"[\s.]+", name)) & set(AUTHORS)] == []


@by_lesson
def test_works_cited_in_a_lesson_are_in_the_list_of_sources(lesson):
    sources = (REPO / "docs" / "sources.md").read_text(encoding="utf-8")
    text = Path(lesson.path).read_text(encoding="utf-8")
    for name, year in re.findall(r"([A-Z][\w-]+) \(((?:19|20)\d\d)\)", text):
        assert name in sources and year in sources, (name, year)
    assert f"### {lesson.id[0]} " in sources


def fact_rows(text):
    """The rows of every table of facts: statement, source, what we saw, limits."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if row[0] != "Statement in the lesson" and not set("".join(row)) <= {"-", " "}]


def without_source_or_limit(text):
    return [row[0] for row in fact_rows(text) if len(row) != 4 or not (row[1] and row[2] and row[3])]


def test_every_fact_has_a_source_and_a_limit():
    sessions = (REPO / "docs" / "sources.md").read_text(encoding="utf-8").split("## Session by session")[1]
    assert len(fact_rows(sessions)) > 20
    assert without_source_or_limit(sessions) == []
    head = "| Statement in the lesson | Source | What we saw | Limits |\n|---|---|---|---|\n"
    assert without_source_or_limit(f"{head}| Bees dance | A paper | Its abstract | |\n") == ["Bees dance"]
    assert without_source_or_limit(f"{head}| Bees dance | | Its abstract | Few bees |\n") == ["Bees dance"]


def test_nothing_unchecked_ships_as_fact():
    for file in [REPO / "docs" / "sources.md", *(Path(lesson.path) for lesson in LESSONS)]:
        assert not re.search(r"\[(M|V|S|O)\b[^\]]*\]", file.read_text(encoding="utf-8")), file.name


@by_lesson
def test_worn_words_are_absent(lesson):
    text = Path(lesson.path).read_text(encoding="utf-8")
    assert (
        re.findall(r"(?i)\b(delv\w+|journey|landscape|unpack\w*|deep dive|leverag\w+|empower\w*)\b|\u2014", text) == []
    )


def test_the_routine_decides_what_readers_stumbled_on():
    for rule in (
        "is it an answer to this question",
        "Several rows or boxes",
        "A fact, a regret or an assumption",
        "When did it happen",
        "Named, followed, used",
        "Intention, others' acts, one's own step",
        "Evidence in a plan",
        "The five principles, a line each",
        "Much longer than asked",
        "Partly in a language you do not read",
        "Torn between two levels",
    ):
        assert rule in KIT_LESSONS.rubric.routine, rule


def test_notes_tell_principle_and_evidence_apart_for_every_graded_prompt():
    """A reviewer of two criteria finds a word on each in the session's notes."""
    for lesson in LESSONS:
        (text,) = notes(lesson, "reviewing")
        for code in {code for prompt in lesson.prompts for code in prompt.criteria}:
            names = {"E": "Evidence", "R": "Reasoning", "P": "Principle", "A": "Action"}
            assert re.search(rf"\b{code}[0-3]\b|{names[code]}", text), (lesson.id, code)


def test_the_rubric_is_whole():
    rubric = KIT_LESSONS.rubric
    assert (rubric.version, [item.code for item in rubric.criteria]) == ("3", ["E", "R", "P", "A"])
    assert {tuple(level.name for level in item.levels) for item in rubric.criteria} == {
        ("Not shown", "Described", "Explained", "Taken further")
    }
    for code in "ERPA":
        for step in range(3):
            bank = [c for c in rubric.comments if (c.criterion, c.from_level, c.to_level) == (code, step, step + 1)]
            assert len(bank) >= 6, (code, step)
    assert max(count_words(f"{c.see} {c.next}") for c in rubric.comments) <= 25
