"""A notebook as the page of a lesson shows it: text, prompts, contents; nothing in a cell is run or guessed."""

import json

import pytest

from openpractice.authoring.dollars import shielded
from openpractice.authoring.prose import render
from openpractice.handins.specs import lesson_of
from openpractice.service.lessonpages.lessonview import lesson_view

ASK = {"v": 1, "course": "c", "lesson": "1-a", "kind": "short_text", "title": "One", "body": "B", "visibility": "P"}


def text(source, part="text"):
    return {"cell_type": "markdown", "metadata": {"openpractice": {"part": part}}, "source": source}


def prompt(cell_id, spec, source=None):
    own = {"part": "prompt", "id": cell_id}
    return {"cell_type": "code", "metadata": {"openpractice": own}, "source": source or f"prompt({json.dumps(spec)})"}


def view(*cells, language="en", **more):
    about = {"format": 1, "course": "c", "lesson": "1-a", "title": "T", "language": language, **more}
    notebook = {"metadata": {"openpractice": about}, "cells": list(cells)}
    return lesson_view(notebook, lesson_of(notebook))


def test_the_title_is_left_to_the_page_and_what_follows_it_stands_below():
    seen = view(text("# T\n\n105 minutes together"), text("Words."))
    assert "105 minutes together" in seen.lead and "<h1" not in seen.lead
    assert [part.html for part in seen.parts] == ["<p>Words.</p>\n"]


def test_a_second_title_is_a_section_like_others():
    seen = view(text("Words first."), text("# Not a title"))
    assert '<h2 id="part_1">Not a title</h2>' in seen.parts[1].html
    assert [(one.id, one.title) for one in seen.sections] == [("part_1", "Not a title")]


def test_contents_hold_sections_and_their_prompts_in_order():
    seen = view(
        prompt("early", ASK | {"id": "early"}),
        text("## First *one*\n\n### Below\n\nWords."),
        prompt("a", ASK | {"id": "a", "title": "A"}),
        text("## Second `two`"),
    )
    assert [(one.title, one.prompts) for one in seen.sections] == [
        ("", [("early", "One")]),
        ("First one", [("a", "A")]),
        ("Second two", []),
    ]
    # A heading of a prompt never skips a level.
    assert [part.level for part in seen.parts if part.kind == "prompt"] == [2, 3]


def test_what_a_question_says_is_safe_html():
    spec = ASK | {
        "id": "a",
        "body": "**Bold** <img src=x onerror=alert(1)>\n\n- one\n  - two",
        "why": "<script>1</script>",
    }
    [part] = view(prompt("a", spec)).parts
    assert "<strong>Bold</strong> &lt;img" in part.html and part.html.count("<ul>") == 2
    assert "<b>" not in part.why and "<strong>Why we ask:</strong> &lt;script&gt;" in part.why
    assert "Por qué" in view(prompt("a", spec), language="es").parts[0].why


@pytest.mark.parametrize(
    "cell",
    [
        prompt("a", {}, "__import__('os').system('touch ran')"),
        prompt("a", ASK | {"id": "b"}),
        prompt("a", ASK | {"id": "a", "kind": "telepathy"}),
        prompt("a", ASK | {"id": "a", "lesson": "2-b"}),
        prompt(["a"], ASK | {"id": "a"}),
    ],
)
def test_a_prompt_that_is_none_says_so_in_its_place(cell):
    seen = view(text("Before."), cell, text("After."))
    assert [part.kind for part in seen.parts] == ["text", "fault", "text"]


def test_a_prompt_that_stands_twice_is_drawn_once():
    one = prompt("a", ASK | {"id": "a"})
    assert [part.kind for part in view(one, one).parts] == ["prompt", "fault"]


def test_machinery_and_questions_for_other_hosts_are_left_out():
    code = {"cell_type": "code", "metadata": {"openpractice": {"part": "setup"}}, "source": "import x"}
    seen = view(code, text("Q", "question"), text("A", "answer"), {"cell_type": "code", "metadata": {}, "source": "1"})
    assert seen.parts == ()
    assert [
        part.kind for part in view({"cell_type": "code", "metadata": {"openpractice": {"part": "handin"}}}).parts
    ] == ["handin"]


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        "<a href='x' onclick='alert(1)'>x</a>",
        "[x](vbscript:x)",
        "| a |\n| - |\n| <b>x</b> |",
    ],
)
def test_nothing_written_in_a_text_runs(written):
    drawn = render(written)
    for bad in (
        "<script",
        "<a href='x'",
        "<b>",
        'href="javascript',
        'href="data:',
        'href="vbscript',
        'src="javascript',
    ):
        assert bad not in drawn


def test_columns_are_set_by_a_class_since_our_pages_allow_no_style_in_a_tag():
    drawn = render("| a | b |\n| ---: | :-: |\n| 1 | 2 |")
    assert 'class="to-right"' in drawn and 'class="to-center"' in drawn and "style" not in drawn


def test_money_is_money_and_formulas_are_drawn_only_where_the_course_says_so():
    shielded_text = text(shielded("It costs $5, not $6 or \\$7."))
    assert "It costs $5, not $6 or $7." in view(shielded_text).parts[0].html
    ask = prompt("a", ASK | {"id": "a", "body": "From $5 to $6. $x^2$"})
    assert "From $5 to $6. $x^2$" in view(ask).parts[0].html
    assert "<math" in view(ask, math=True).parts[0].html
