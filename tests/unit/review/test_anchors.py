"""The anchors that ship, what is refused, and calibrating on them."""

import re

import pytest
import sqlalchemy as sa

from kit_lessons import KIT_LESSONS
from openpractice.gradebook.marks import BadMark
from openpractice.gradebook.own_tables import own
from openpractice.handins.specs import read_specs
from openpractice.kinds.registry import clean, plain_text
from openpractice.model import ReviewRules
from openpractice.review.calibrating.anchorfiles import FAMILIES, fitting, read_anchors
from openpractice.review.calibrating.anchors import record, result, start_again
from repo import REPO

SHIPPED = REPO / "grading" / "anchors"
NOTEBOOKS = SHIPPED.parents[1] / "notebooks"
RUBRIC = KIT_LESSONS.rubric
GOOD = """- {id: a, prompt: p, family: ledger, levels: {E: 2}, value: {text: x}, reasons: {E: why}}\n"""


@pytest.fixture
def db():
    engine = sa.create_engine("sqlite://")
    own.create_all(engine)
    with engine.begin() as db:
        yield db


def test_twelve_answers_to_calibrate_on_are_like_those_that_people_write():
    anchors, problems = read_anchors(SHIPPED)
    assert problems == []
    asked = [each for each in anchors if each.calibration]
    given = [level for each in asked for level in each.levels.values()]
    assert len(asked) == 12 and {each.family for each in asked} == set(FAMILIES)
    assert {code for each in asked for code in each.levels} == set("ERPA")
    assert set(given) == {0, 1, 2, 3}
    assert sum(level in (1, 2) for level in given) >= 0.7 * len(given)  # where most real answers lie
    assert sum(len(set(each.levels.values())) > 1 for each in asked) >= 5  # levels split within an answer
    order = [max(each.levels.values()) for each in asked]
    assert order != sorted(order) and order != sorted(order, reverse=True)


def test_the_file_to_read_has_no_levels_beside_the_answers():
    text = (SHIPPED / "calibration.yml").read_text(encoding="utf-8")
    assert "levels:" not in text and "reasons:" not in text
    assert not re.search(r"\b[ERPA][0-3]\b", text)


KEYED = "- {id: a, prompt: p, family: ledger, value: {text: x}}\n"


@pytest.mark.parametrize(
    ("key", "found", "faults"),
    [
        ("a: {levels: {E: 2}, reasons: {E: why}}\n", 1, 0),
        ("a: {levels: {E: 2}}\n", 0, 2),
        ("b: {levels: {E: 2}, reasons: {E: why}}\n", 0, 2),
        ("a: {levels: {E: 2}, reasons: {E: why}, value: {text: other}}\n", 0, 2),
        ("- a\n", 0, 2),
        ("a: [", 0, 2),
    ],
)
def test_levels_kept_apart_are_joined_by_id_and_a_bad_key_is_named(tmp_path, key, found, faults):
    (tmp_path / "x.yml").write_text(KEYED)
    (tmp_path / "x-key.yml").write_text(key)
    anchors, problems = read_anchors(tmp_path)
    assert (len(anchors), len(problems)) == (found, faults), problems
    assert all(problem.code == "bad-anchor" for problem in problems)


@pytest.mark.parametrize(
    ("answers", "key", "value", "why"),
    [
        ("- {id: a, value: {text: equis}, reasons: {E: porque}}\n", None, "equis", "porque"),
        ("- {id: a, value: {text: equis}}\n", "a: {reasons: {E: porque}}\n", "equis", "porque"),
        ("- {id: a, value: {text: equis}}\n", None, "equis", "why"),
        (None, "a: {reasons: {E: porque}}\n", "x", "porque"),
    ],
)
def test_an_anchor_says_its_words_in_another_language_as_far_as_it_has_them(tmp_path, answers, key, value, why):
    (tmp_path / "calibration.yml").write_text(KEYED)
    (tmp_path / "calibration-key.yml").write_text("a: {levels: {E: 2}, reasons: {E: why}}\n")
    for name, text in (("calibration.es.yml", answers), ("calibration-key.es.yml", key)):
        if text is not None:
            (tmp_path / name).write_text(text)
    (anchor,), problems = read_anchors(tmp_path)
    said = anchor.in_language("es")
    assert problems == [] and anchor.calibration and said.levels == {"E": 2}
    assert (said.value, said.reasons) == ({"text": value}, {"E": why})
    assert anchor.in_language("fr") == anchor.in_language("") == anchor and anchor.value == {"text": "x"}


@pytest.mark.parametrize(
    ("file", "text", "line", "said"),
    [
        ("x.es.yml", "- {id: a, levels: {E: 2}, value: {text: y}}\n", 1, "in another language an anchor has"),
        ("x.es.yml", "- {id: a}\n", 1, "in another language an anchor has"),
        ("x.es.yml", "\n- {id: b, value: {text: y}}\n", 2, "'b' is no anchor of the first language"),
        ("x.es.yml", "- {id: a, reasons: {R: porque}}\n", 1, "needs the reasons that it has in the first language: E"),
        ("x.es.yml", "- {id: a, reasons: {E: ''}}\n", 1, "needs the reasons"),
        ("x.es.yml", "- {id: a, value: [y]}\n", 1, "made of names and values"),
        ("x.es.yml", "- {id: a, value: {text: y}}\n- {id: a, value: {text: z}}\n", 2, "is there twice"),
        ("x-key.es.yml", "b: {reasons: {E: porque}}\n", 1, "'b' is no anchor of the first language"),
        ("x-key.es.yml", "- a\n", 1, "one entry for each anchor's id"),
        ("x-key.es.yml", "a: {reasons: [porque]}\n", 1, "needs the reasons"),
        ("x.es.yml", "- [", 1, "cannot be read"),
    ],
)
def test_what_does_not_fit_in_another_language_is_named_and_the_first_stands(tmp_path, file, text, line, said):
    (tmp_path / "x.yml").write_text(GOOD)
    (tmp_path / file).write_text(text)
    (anchor,), (problem,) = read_anchors(tmp_path)
    assert said in problem.what and problem.path.endswith(file) and problem.line == line, problem.text()
    assert anchor.in_language("es").levels == {"E": 2} and anchor.reasons == {"E": "why"}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_an_anchor_at_every_level(family):
    anchors, _ = read_anchors(SHIPPED)
    found = {level for each in anchors if each.family == family for level in each.levels.values()}
    assert found == {0, 1, 2, 3}


def test_a_candid_failure_stands_at_the_top_and_a_fluent_success_at_level_one():
    anchors = {each.id: each for each in read_anchors(SHIPPED)[0]}
    assert set(anchors["growth-fourteen-cycles"].levels.values()) == {3}
    assert anchors["decision-pull-out"].levels["R"] == 3, "a belief that stood is worth as much"
    assert anchors["scrutiny-data-wall"].levels["R"] == 2, "a regret is not a belief put to the proof"
    assert set(anchors["growth-fluent-success"].levels.values()) == {1}
    assert "success do not raise" in anchors["growth-fluent-success"].reasons["R"]


def test_each_rule_at_the_edge_has_its_anchor():
    edges = {each.id: dict(each.levels) for each in read_anchors(SHIPPED)[0] if each.id.startswith("edge-")}
    assert set(edges["edge-beside-the-question"].values()) == {0}
    assert (edges["edge-fact"]["R"], edges["edge-assumption"]["R"]) == (2, 3)
    assert edges["edge-rows-that-hang-together"]["P"] > edges["edge-rows-that-hang-together"]["E"]
    assert edges["edge-joint-task-apart"]["E"] > edges["edge-joint-task-apart"]["A"]
    assert "edge-two-languages" in edges
    assert (edges["edge-followed-not-used"]["P"], edges["edge-loser-named"]["P"]) == (1, 2)


def test_anchors_are_read_by_their_prompt_s_own_criteria_and_fit_its_boxes():
    """Every anchor is an answer that the prompt could hold, with a level for just its criteria."""
    specs = {key: spec for path in NOTEBOOKS.glob("*/*.ipynb") for key, spec in read_specs(path).specs.items()}
    for each in read_anchors(SHIPPED)[0]:
        spec = specs[each.prompt]
        assert set(each.levels) == {one["code"] for one in spec["criteria"]}, each.id
        assert plain_text(clean(dict(each.value), spec), spec), each.id


@pytest.mark.parametrize(
    "bad",
    [
        GOOD.replace("E: 2", "E: 10"),
        GOOD.replace("E: 2", "E: true"),
        GOOD.replace("ledger", "poem"),
        GOOD.replace("{E: why}", "{}"),
        GOOD.replace("prompt: p, ", ""),
        GOOD + GOOD,
        "- [",
        "- words",
    ],
)
def test_a_bad_anchor_is_named_and_left_out(tmp_path, bad):
    (tmp_path / "x.yml").write_text(bad)
    anchors, problems = read_anchors(tmp_path)
    assert len(problems) == 1 and problems[0].code == "bad-anchor"
    assert len(anchors) == bad.startswith(GOOD)


LOST = "- id: a\n  prompt: p\n  family: ledger\n  levels: {E: 2}\n  value:\n    text: x\n  reasons:\n    E: why\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ("text: x", "text: Session #7 (x)", 6, '"Session #7 (x)"'),
        ("text: x", "text: &What we hear", 6, '"&What we hear"'),
        ("E: why", "E: It names the #1 reason", 8, '"It names the #1 reason"'),
        ("E: why", "E: Good: it names one", 8, '"Good: it names one"'),
        ("E: why", "E: [one, two]", 1, "compare it with an anchor that is accepted"),
        ("{E: 2}", "[E]", 1, "compare it with an anchor that is accepted"),
        ("{E: 2}", "{E: \u00b2}", 1, "compare it with an anchor that is accepted"),
        ("    text: x", "    - x", 1, "compare it with an anchor that is accepted"),
        ("id: a", "id: [a]", 1, "compare it with an anchor that is accepted"),
        ("  prompt", "\tprompt", 2, "begin it with two spaces, not a tab"),
    ],
)
def test_what_yaml_would_cut_or_bend_of_an_anchor_is_named_with_line_and_remedy(tmp_path, old, new, line, hint):
    (tmp_path / "x.yml").write_text(LOST.replace(old, new), encoding="utf-8")
    (problem,) = read_anchors(tmp_path)[1]
    assert problem.line == line and problem.hint.endswith(hint), problem.text()


@pytest.mark.parametrize("words", ["2026-12-03", "yes", "12:30", "3.10", "007", "~"])
def test_words_of_an_anchor_stay_words(tmp_path, words):
    (tmp_path / "x.yml").write_text(LOST.replace("text: x", f"text: {words}").replace("why", words))
    (anchor,), problems = read_anchors(tmp_path)
    assert problems == [] and anchor.value == {"text": words} and anchor.reasons == {"E": words}


def test_the_first_try_counts_and_the_reference_comes_after_it(db):
    anchors, _ = read_anchors(SHIPPED)
    one = next(each for each in anchors if each.calibration)
    wrong = {code: 3 - level for code, level in one.levels.items()}
    shown = record(db, "rev", one, wrong)
    assert shown["reference"] == dict(one.levels) and shown["given"] == wrong
    assert record(db, "rev", one, dict(one.levels))["given"] == wrong
    calibration, left = result(db, "rev", anchors, ReviewRules())
    assert not calibration.passed and len(left) == 11
    start_again(db, "rev")
    assert result(db, "rev", anchors, ReviewRules())[0] is None


def test_a_reviewer_who_places_all_anchors_may_begin(db):
    anchors, _ = read_anchors(SHIPPED)
    for each in anchors:
        record(db, "rev", each, dict(each.levels))
    calibration, left = result(db, "rev", anchors, ReviewRules())
    assert calibration.passed and calibration.exact == 1.0 and left == []


def test_an_anchor_scored_in_part_is_refused(db):
    anchors = fitting(read_anchors(SHIPPED)[0], RUBRIC)
    for bad in ({}, {"E": 1, "R": 1, "P": 1}, dict.fromkeys(anchors[0].levels, 4)):
        with pytest.raises(BadMark, match="level"):
            record(db, "rev", anchors[0], bad)
